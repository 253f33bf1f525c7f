"""What is left of a run that a guardrail ended: calls that ran stay, the answer that it held back does not."""

from typing import Any

from agentchat.runtime.declarations.guardrails import (
    InputGuardrailTripwireTriggered,
    OutputGuardrailTripwireTriggered,
    ToolInputGuardrailTripwireTriggered,
    ToolOutputGuardrailTripwireTriggered,
)
from agentchat.runtime.ports.run_config import OutputGuardrailBlockedMessageArgs
from agentchat.runtime.running.progress import OpenTurn, Progress
from agentchat.runtime.running.run import Run
from agentchat.runtime.values.events import Ending
from agentchat.runtime.values.items import MessageOutputItem, ReasoningItem, RunItem
from agentchat.runtime.values.outcomes import Returned

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
        turn.items = _without_answer(turn.items)
    if isinstance(error, OutputGuardrailTripwireTriggered):
        told = _told_instead(run, error)
        for slot in turn.slots:
            slot.outcome, slot.value, slot.custom_data, slot.output_item = Returned(told), told, None, None


def sentence(error: Exception) -> str:
    """What the conversation says of a trip."""
    match error:
        case InputGuardrailTripwireTriggered(guardrail_result=result):
            return f"The input guardrail '{result.guardrail.get_name()}' stopped this message; change it and send it again."
        case OutputGuardrailTripwireTriggered(guardrail_result=result):
            return f"The output guardrail '{result.guardrail.get_name()}' held the answer back; ask for something else."
        case ToolInputGuardrailTripwireTriggered(guardrail=guardrail):
            return f"The tool guardrail '{guardrail.get_name()}' refused a call and ended the run; ask for something else."
        case ToolOutputGuardrailTripwireTriggered(guardrail=guardrail):
            return f"The tool guardrail '{guardrail.get_name()}' held an output back and ended the run; ask for something else."
        case _:
            return str(error)


def _without_answer(items: list[RunItem]) -> list[RunItem]:
    """The items without messages, and without the reasoning that led to them: providers take reasoning only before what it led to."""
    kept: list[RunItem] = []
    follows: RunItem | None = None
    for item in reversed(items):
        is_reasoning = isinstance(item, ReasoningItem)
        if not isinstance(item, MessageOutputItem) and not (is_reasoning and (follows is None or isinstance(follows, MessageOutputItem))):
            kept.append(item)
        follows = follows if is_reasoning else item
    return kept[::-1]


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
