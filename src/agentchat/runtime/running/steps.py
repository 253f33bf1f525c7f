"""What follows a turn: a closed set of values."""

import inspect
from dataclasses import dataclass
from typing import Any, TypeAlias

from agentchat.runtime.agents.agent import Agent, ToolsToFinalOutputResult
from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.runtime.declarations.tool import FunctionToolResult
from agentchat.runtime.running.progress import OpenTurn
from agentchat.runtime.values.exceptions import ModelRefusalError, UserError
from agentchat.runtime.values.item_helpers import ItemHelpers
from agentchat.runtime.values.items import MessageOutputItem, ToolApprovalItem


@dataclass(frozen=True, slots=True)
class RunAgain:
    """The model is asked again."""


@dataclass(frozen=True, slots=True)
class HandedOff:
    """Another agent goes on."""

    agent: Agent[Any]


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A person is asked before the run can go on."""

    approvals: list[ToolApprovalItem]


@dataclass(frozen=True, slots=True)
class FinalOutput:
    """The run is over."""

    output: Any


NextStep: TypeAlias = RunAgain | HandedOff | Interrupted | FinalOutput


async def after_tools(
    agent: Agent[Any], context: RunContextWrapper[Any], results: list[FunctionToolResult]
) -> FinalOutput | RunAgain:
    """What `tool_use_behavior` makes of the results of a turn's tools; there is at least one."""
    behavior = agent.tool_use_behavior
    if behavior == "run_llm_again":
        return RunAgain()
    if behavior == "stop_on_first_tool":
        return FinalOutput(_as_final(agent, results[0].output))
    if isinstance(behavior, dict):
        stops = [result for result in results if result.tool.name in behavior["stop_at_tool_names"]]
        return FinalOutput(_as_final(agent, stops[0].output)) if stops else RunAgain()
    if not callable(behavior):
        raise UserError(f"Agent '{agent.name}' has a tool_use_behavior that is not one: {behavior!r}.")
    answer = behavior(context, results)
    decided: ToolsToFinalOutputResult = await answer if inspect.isawaitable(answer) else answer
    return FinalOutput(_as_final(agent, decided.final_output)) if decided.is_final_output else RunAgain()


def final_text(turn: OpenTurn) -> FinalOutput:
    """The text of the last message, "" when there is none; ModelRefusalError for a refusal."""
    messages = [item.raw_item for item in turn.items if isinstance(item, MessageOutputItem)]
    if not messages:
        return FinalOutput("")
    text, refusal = ItemHelpers.extract_text(messages[-1]), ItemHelpers.extract_refusal(messages[-1])
    if text is None and refusal is not None:
        raise ModelRefusalError(refusal)
    return FinalOutput(text or "")


def _as_final(agent: Agent[Any], output: Any) -> Any:
    """Agents without an output type end with text."""
    return output if agent.output_type not in {None, str} else str(output)
