"""What is left of a run that a guardrail ended: calls that ran stay, the answer that it held back does not."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.guardrails import (
    InputGuardrailResult,
    InputGuardrailTripwireTriggered,
    OutputGuardrailResult,
    OutputGuardrailTripwireTriggered,
    ToolInputGuardrailTripwireTriggered,
    ToolOutputGuardrailTripwireTriggered,
)
from agentchat.runtime.ports.run_config import OutputGuardrailBlockedMessageArgs
from agentchat.runtime.running.progress import OpenTurn, Progress
from agentchat.runtime.running.run import Run
from agentchat.runtime.values.events import Ending
from agentchat.runtime.values.items import RunItem
from agentchat.runtime.values.outcomes import Returned

T = TypeVar("T")

WITHHELD = "Output withheld by an output guardrail."


def ending_of(progress: Progress, error: Exception) -> Ending:
    """How a run ends with this error: "blocked" when a guardrail of its own tripped, and not one of a run inside."""
    match error:
        case InputGuardrailTripwireTriggered() | OutputGuardrailTripwireTriggered():
            said = error.guardrail_result.output
        case ToolInputGuardrailTripwireTriggered() | ToolOutputGuardrailTripwireTriggered():
            said = error.output
        case _:
            return "failed"
    return "blocked" if any(result.output is said for result in progress.guardrail_results.all) else "failed"


def hold_back(run: Run, turn: OpenTurn, error: Exception | None) -> None:
    """Takes out of the turn what nobody may see: the answer, and what tools gave where that was to be the answer."""
    if isinstance(error, InputGuardrailTripwireTriggered | OutputGuardrailTripwireTriggered):
        hold_back_answer(turn)
    if isinstance(error, OutputGuardrailTripwireTriggered):
        told = _told_instead(run, error)
        for slot in turn.slots:
            slot.outcome, slot.value, slot.output_item = Returned(told), told, None


def hold_back_answer(turn: OpenTurn) -> None:
    """Takes the answer out of the turn."""
    turn.items = without_answer(turn.items, _kind_of)


def is_unchecked(run: Run, turn: OpenTurn) -> bool:
    """True for an answer that output guardrails are still to be asked about: a stop must not make a row of it."""
    return not turn.slots and guards_output(run, turn.agent)


def guards_output(run: Run, agent: Agent[Any]) -> bool:
    """True where what the agent says in the end is looked at before it counts: no text of it becomes a row unseen."""
    return bool(agent.output_guardrails or run.config.output_guardrails)


def unseen(text: str) -> str:
    """What the conversation says of a text that broke off before output guardrails could look at it: a fact, which no model gets."""
    return f"The answer broke off before a guardrail had seen it, and is not sent to any agent: {text}"


def without_answer(items: Sequence[T], kind_of: Callable[[T], str]) -> list[T]:
    """The items without messages, and without the reasoning that led to them: providers take reasoning only before what it led to."""
    kept: list[T] = []
    follows = "message"
    for item in reversed(items):
        kind = kind_of(item)
        if kind != "message" and not (kind == "reasoning" and follows == "message"):
            kept.append(item)
        follows = follows if kind == "reasoning" else kind
    return kept[::-1]


def sentence(error: Exception) -> str:
    """What the conversation says of a trip."""
    match error:
        case InputGuardrailTripwireTriggered(guardrail_result=result):
            return f"The input guardrail '{result.guardrail.get_name()}' stopped this message{_why(result)}; change it and send it again."
        case OutputGuardrailTripwireTriggered(guardrail_result=result):
            return f"The output guardrail '{result.guardrail.get_name()}' held the answer back{_why(result)}; ask for something else."
        case ToolInputGuardrailTripwireTriggered(guardrail=guardrail):
            return f"The tool guardrail '{guardrail.get_name()}' refused a call and ended the run; ask for something else."
        case ToolOutputGuardrailTripwireTriggered(guardrail=guardrail):
            return f"The tool guardrail '{guardrail.get_name()}' held an output back and ended the run; ask for something else."
        case _:
            return str(error)


def _why(result: InputGuardrailResult | OutputGuardrailResult) -> str:
    """The reason that a guardrail gives for a person; its other words may repeat what it blocked."""
    info: Any = result.output.output_info
    return f": it {info['reason']}" if isinstance(info, dict) and "reason" in info else ""


def _kind_of(item: RunItem) -> str:
    return {"message_output_item": "message", "reasoning_item": "reasoning"}.get(item.type, "")


def _told_instead(run: Run, error: OutputGuardrailTripwireTriggered) -> str:
    message: Any = run.config.output_guardrail_blocked_message
    if message is None or isinstance(message, str):
        return WITHHELD if message is None else message
    name, agent = error.guardrail_result.guardrail.get_name(), error.guardrail_result.agent
    try:
        told = message(OutputGuardrailBlockedMessageArgs(WITHHELD, name, agent, run.context))
    except Exception:  # noqa: BLE001 - the formatter is foreign code, and there is a default
        return WITHHELD
    return WITHHELD if told is None else told
