"""Who decides about the calls of a turn, in order: a rule's no, the person's word, a rule's yes, the tool's author.

Without an approval policy, `needs_approval` alone decides whether a person is asked.
"""

import inspect
from typing import Any

from agentchat.runtime.declarations.arguments import parsed_arguments
from agentchat.runtime.declarations.run_context import RunContextWrapper, fingerprint
from agentchat.runtime.declarations.tool import FunctionTool
from agentchat.runtime.ports.journal import Approved, Rejected
from agentchat.runtime.ports.policy import Allow, Ask, CallInQuestion, Deny, Verdict
from agentchat.runtime.ports.run_config import ToolErrorFormatterArgs
from agentchat.runtime.running.progress import CallSlot, OpenTurn
from agentchat.runtime.running.run import Run
from agentchat.runtime.values.items import ToolApprovalItem
from agentchat.runtime.values.outcomes import Returned

NOT_APPROVED = "Tool execution was not approved."
ANOTHER_CALL = (
    "The user approved this call, but it would not do any more what the user was shown, because things have changed since. It was not run. "
    "Look at how things stand now, and make the call again if it is still right."
)
UNKNOWN = (
    "This call was started before the program ended, and nobody knows whether it took effect. It was not run again; "
    "find out how things stand before you repeat it."
)


async def judge(run: Run, turn: OpenTurn) -> list[CallSlot]:
    """Decides what it can about the turn's open tool calls; gives those that may start now, in order."""
    ready: list[CallSlot] = []
    for slot in turn.slots:
        if slot.handoff is not None or not slot.open:
            continue
        if slot.begun:
            close(slot, UNKNOWN, ending="unknown")
        elif slot.tool is None:
            close(slot, await message_for_model(run, slot, "tool_not_found", f"Tool '{slot.raw.name}' not found."), ending="failed")
        elif await _may_start(run, turn, slot, slot.tool):
            ready.append(slot)
    return ready


def ask_again(turn: OpenTurn) -> None:
    """Puts the questions of an interrupted turn again: its calls that nobody has decided about and that never began."""
    for slot in turn.slots:
        if slot.tool is not None and slot.open and not slot.begun and slot.decision is None:
            slot.asked = ToolApprovalItem(turn.agent, slot.raw, tool_name=slot.raw.name, key=slot.key)


async def _may_start(run: Run, turn: OpenTurn, slot: CallSlot, tool: FunctionTool) -> bool:
    decision = slot.decision or _decided_in_run(run, turn, slot)
    edited = decision.arguments if isinstance(decision, Approved) else None
    verdict = await _verdict(run, turn, slot, tool, arguments=slot.arguments if edited is None else edited)
    if isinstance(verdict, Deny):
        close(slot, verdict.reason, ending="denied", verdict="denied", by=verdict.reason)
        return False
    match decision:
        case Rejected():
            message = decision.reason or await message_for_model(run, slot, "approval_rejected", NOT_APPROVED)
            close(slot, message, ending="rejected", verdict="rejected", by=decision.by)
            return False
        case Approved():
            slot.edited, slot.verdict, slot.by, slot.asked = decision.arguments, "approved", decision.by, None
            return True
        case None:
            return _without_a_person(turn, slot, verdict)


def _without_a_person(turn: OpenTurn, slot: CallSlot, verdict: Allow | Ask) -> bool:
    if isinstance(verdict, Allow):
        slot.verdict, slot.by, slot.asked = "allowed" if verdict.rule else "", verdict.rule, None
        return True
    if slot.asked is None:
        slot.asked = ToolApprovalItem(turn.agent, slot.raw, tool_name=slot.raw.name, key=slot.key, reason=verdict.reason)
    return False


async def _verdict(run: Run, turn: OpenTurn, slot: CallSlot, tool: FunctionTool, *, arguments: str) -> Verdict:
    """What the rules say of the call as it would run: after an edit, of the edited one."""
    parsed = parsed_arguments(arguments)
    asked = await needs_approval(tool, run.context, parsed, slot.raw.call_id)
    if run.config.approval_policy is None:
        return Ask() if asked else Allow(rule="")
    return run.config.approval_policy.verdict(
        CallInQuestion(key=slot.key, agent=turn.agent.name, tool=tool, arguments=parsed or {}, needs_approval=asked)
    )


async def needs_approval(
    tool: FunctionTool, context: RunContextWrapper[Any], arguments: dict[str, Any] | None, call_id: str
) -> bool:
    """What the tool's author says about this very call. Of arguments that are no JSON object (None) nobody can say: a person is asked."""
    if isinstance(tool.needs_approval, bool):
        return tool.needs_approval
    if arguments is None:
        return True
    answer: Any = tool.needs_approval(context, arguments, call_id)
    return bool(await answer if inspect.isawaitable(answer) else answer)


def _decided_in_run(run: Run, turn: OpenTurn, slot: CallSlot) -> Approved | Rejected | None:
    """The decision that the run's state carries: about this call, or a sticky one."""
    decision = run.context.approvals.find(
        turn.agent.name,
        slot.raw.name,
        call_id=slot.raw.call_id,
        fingerprint=fingerprint(slot.raw.name, slot.raw.arguments),
    )
    if decision is None:
        return None
    return Approved(arguments=decision.arguments) if decision.approved else Rejected(reason=decision.message or "")


async def message_for_model(run: Run, slot: CallSlot, kind: Any, default: str, error: Exception | None = None) -> str:
    """A sentence for the model, as `tool_error_formatter` words it; its failure is not the model's concern."""
    formatter = run.config.tool_error_formatter
    if formatter is None:
        return default
    details = ToolErrorFormatterArgs(
        kind=kind,
        tool_type="function",
        tool_name=slot.raw.name,
        call_id=slot.raw.call_id,
        default_message=default,
        run_context=run.context,
        error=error,
    )
    try:
        answer = formatter(details)
        text = await answer if inspect.isawaitable(answer) else answer
    except Exception:  # noqa: BLE001 - the formatter is foreign code, and there is a default
        return default
    return default if text is None else text


def close(slot: CallSlot, text: str, *, ending: Any, verdict: str = "", by: str = "") -> None:
    """The call has this text as its outcome and does not run."""
    slot.outcome, slot.value, slot.asked = Returned(text, failed=True), text, None
    slot.ending, slot.verdict, slot.by = ending, verdict or slot.verdict, by or slot.by
