"""The guardrails of function tools: asked one after the other, each call's own.

A call's outcome is in the journal as the tool gave it, marked as unchecked, before its output guardrails are asked: what happened must not
be lost with them. Nobody but they sees an unchecked outcome, and a recalled one passes them again.
"""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from openai.types.responses import ResponseFunctionToolCall

from agentchat.runtime.declarations.guardrails import (
    ToolGuardrailFunctionOutput,
    ToolInputGuardrailData,
    ToolInputGuardrailResult,
    ToolInputGuardrailTripwireTriggered,
    ToolOutputGuardrail,
    ToolOutputGuardrailData,
    ToolOutputGuardrailResult,
    ToolOutputGuardrailTripwireTriggered,
)
from agentchat.runtime.declarations.run_context import ToolContext
from agentchat.runtime.declarations.tool import FunctionTool
from agentchat.runtime.running.progress import CallSlot, OpenTurn
from agentchat.runtime.running.run import Run
from agentchat.runtime.values.exceptions import AgentsException, UserError
from agentchat.runtime.values.outcomes import Returned
from agentchat.runtime.values.raw_calls import with_arguments


def call_context(run: Run, turn: OpenTurn, slot: CallSlot, **of_the_call: Any) -> ToolContext[Any]:
    """The context of a call, with the arguments as they run."""
    call = slot.function if slot.edited is None else cast("ResponseFunctionToolCall", with_arguments(slot.function, slot.edited))
    return ToolContext.from_agent_context(run.context, slot.call_id, call, turn.agent, run_config=run.config, **of_the_call)


@dataclass(frozen=True, slots=True)
class Refused:
    """A guardrail's no to a call."""

    message: str
    """What the model is told instead."""
    by: str


async def refusal(run: Run, turn: OpenTurn, slot: CallSlot) -> Refused | None:
    """The first no of the call's input guardrails; None when it may run.

    ToolInputGuardrailTripwireTriggered when a guardrail ends the run.
    """
    guardrails = slot.tool.tool_input_guardrails if isinstance(slot.tool, FunctionTool) else None
    if not guardrails:
        return None
    data = ToolInputGuardrailData(call_context(run, turn, slot), turn.agent)
    for guardrail in guardrails:
        said = await _asked(slot, guardrail.run(data))
        run.progress.guardrail_results.tool_input.append(ToolInputGuardrailResult(guardrail, said))
        if said.behavior["type"] == "raise_exception":
            raise ToolInputGuardrailTripwireTriggered(guardrail, said)
        if said.behavior["type"] == "reject_content":
            return Refused(said.behavior["message"], by=f"the guardrail '{guardrail.get_name()}'")
    return None


def output_guardrails_of(slot: CallSlot) -> Sequence[ToolOutputGuardrail[Any]]:
    """Those of the tool that the slot calls; calls that are none of a function have none."""
    return (slot.tool.tool_output_guardrails or ()) if isinstance(slot.tool, FunctionTool) else ()


async def check_output(run: Run, turn: OpenTurn, slot: CallSlot) -> None:
    """Asks about the slot's unchecked outcome; what may be passed on is in the slot then.

    ToolOutputGuardrailTripwireTriggered when a guardrail ends the run: the outcome stays unchecked.
    """
    assert isinstance(slot.outcome, Returned)
    data = ToolOutputGuardrailData(call_context(run, turn, slot), turn.agent, slot.output)
    for guardrail in output_guardrails_of(slot):
        said = await _asked(slot, guardrail.run(data))
        run.progress.guardrail_results.tool_output.append(ToolOutputGuardrailResult(guardrail, said))
        if said.behavior["type"] == "raise_exception":
            raise ToolOutputGuardrailTripwireTriggered(guardrail, said)
        if said.behavior["type"] == "reject_content":
            slot.value = said.behavior["message"]
            slot.outcome = replace(slot.outcome, output=slot.value, unchecked=False)
            return
    slot.outcome = replace(slot.outcome, unchecked=False)


async def _asked(slot: CallSlot, answer: Awaitable[ToolGuardrailFunctionOutput]) -> ToolGuardrailFunctionOutput:
    try:
        return await answer
    except AgentsException:
        raise
    except Exception as error:
        raise UserError(f"Error running tool {slot.name}: {error}") from error
