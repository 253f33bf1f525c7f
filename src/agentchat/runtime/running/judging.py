"""Who decides about the calls of a turn, in order: a rule's no, the person's word, a rule's yes, the tool's author.

Without an approval policy, `needs_approval` alone decides whether a person is asked.
"""

from typing import Any, cast

from openai.types.responses import ResponseApplyPatchToolCall, ResponseComputerToolCall, ResponseFunctionShellToolCall
from openai.types.responses.response_output_item import McpApprovalRequest

from agentchat.runtime.agents.agent_tool import AgentTool
from agentchat.runtime.declarations.arguments import canonical_arguments, parsed_arguments
from agentchat.runtime.declarations.hosted_tools import HostedMCPTool, MCPToolApprovalRequest
from agentchat.runtime.declarations.local_tools import ShellTool
from agentchat.runtime.declarations.patch_tool import ApplyPatchTool
from agentchat.runtime.declarations.run_context import RunContextWrapper, fingerprint
from agentchat.runtime.declarations.sync_calls import awaited
from agentchat.runtime.declarations.tool import AnsweredTool
from agentchat.runtime.ports.journal import Approved, Rejected
from agentchat.runtime.ports.policy import Allow, Ask, CallInQuestion, Deny, Verdict
from agentchat.runtime.ports.run_config import ToolErrorFormatterArgs
from agentchat.runtime.running.local_calls import patch_operation, shell_action
from agentchat.runtime.running.progress import CallSlot, OpenTurn, Progress
from agentchat.runtime.running.run import Run
from agentchat.runtime.running.tool_guarding import Refused, refusal
from agentchat.runtime.values.call_answers import NOT_APPROVED
from agentchat.runtime.values.named import NamedAgent
from agentchat.runtime.values.outcomes import Returned

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
        if slot.begun and isinstance(slot.tool, AgentTool):
            if slot.nested is None or _can_go_on(run, slot.nested):
                ready.append(slot)
        elif slot.begun:
            close(slot, UNKNOWN, ending="unknown")
        elif slot.tool is None:
            close(slot, await message_for_model(run, slot, "tool_not_found", f"Tool '{slot.name}' not found."), ending="failed")
        elif await _may_start(run, turn, slot, slot.tool):
            ready.append(slot)
    return ready


def _can_go_on(run: Run, inside: Progress) -> bool:
    """Of an agent's run that a person was asked about: whether an answer has come. A journal and a policy may know one of their own."""
    if run.journaled or run.config.approval_policy is not None or not inside.questions:
        return True
    turn = inside.open_turn
    assert turn is not None
    return any(
        _decided_in_run(inside.context, turn, slot) is not None if slot.nested is None else _can_go_on(run, slot.nested)
        for slot in turn.waiting
    )


def ask_again(turn: OpenTurn) -> None:
    """Puts the questions of an interrupted turn again: its calls that nobody has decided about and that never began."""
    for slot in turn.slots:
        if slot.tool is not None and slot.open and not slot.begun and slot.decision is None:
            slot.asked = slot.question(turn.agent)


async def _may_start(run: Run, turn: OpenTurn, slot: CallSlot, tool: AnsweredTool) -> bool:
    decision = slot.decision or _decided_in_run(run.context, turn, slot)
    edited = decision.arguments if isinstance(decision, Approved) else None
    arguments = slot.arguments if edited is None else edited
    nobody_asks = decision is not None and run.config.approval_policy is None
    asked = not nobody_asks and await _needs_approval(tool, slot, run.context, parsed_arguments(arguments))
    if asked and decision is None and slot.asked is None:  # else a person has been asked
        answer = await _answer_of_author(tool, slot, run.context, turn.agent)
        decision, asked = (answer if isinstance(answer, Rejected) else None), not isinstance(answer, Approved)
    verdict = _verdict(run, turn, slot, tool, arguments=arguments, needs_approval=asked)
    if isinstance(verdict, Deny):
        close(slot, verdict.reason, ending="denied", verdict="denied", by=verdict.reason)
        return False
    match decision:
        case Rejected():
            message = decision.reason or await message_for_model(run, slot, "approval_rejected", NOT_APPROVED)
            close(slot, message, ending="rejected", verdict="rejected", by=decision.by)
            return False
        case Approved(arguments=str()) if (why := _cannot_be_edited(slot, arguments)):
            close(slot, why, ending="rejected", verdict="rejected", by=decision.by)
            return False
        case Approved():
            slot.edited, slot.verdict, slot.by, slot.asked = decision.arguments, "approved", decision.by, None
            return True
        case None:
            return await _without_a_person(run, turn, slot, verdict)


async def _needs_approval(
    tool: AnsweredTool, slot: CallSlot, context: RunContextWrapper[Any], arguments: dict[str, Any] | None
) -> bool:
    """Whether somebody must agree. Of arguments that are no JSON object (None) nobody can say: a person is asked."""
    if isinstance(tool.needs_approval, bool):
        return tool.needs_approval
    if arguments is None:
        return True
    match slot.raw:
        case ResponseFunctionShellToolCall():
            asked: Any = shell_action(slot.raw)
        case ResponseApplyPatchToolCall():
            asked = patch_operation(slot.raw, context)
        case _:
            asked = arguments
    return bool(await awaited(cast("Any", tool.needs_approval)(context, asked, slot.call_id)))


async def _answer_of_author(
    tool: AnsweredTool, slot: CallSlot, context: RunContextWrapper[Any], agent: NamedAgent
) -> Approved | Rejected | None:
    """What the tool's own `on_approval` or `on_approval_request` decides; None where it has none, or that has no answer."""
    match tool, slot.raw:
        case HostedMCPTool(on_approval_request=ask), McpApprovalRequest() if ask is not None:
            said: Any = ask(MCPToolApprovalRequest(context, slot.raw))
        case ShellTool(on_approval=ask) | ApplyPatchTool(on_approval=ask), _ if ask is not None:
            said = ask(context, slot.question(agent))
        case _:
            return None
    answer = await awaited(said)
    if answer is None:
        return None
    name = "on_approval_request" if isinstance(tool, HostedMCPTool) else "on_approval"
    return Approved(by=name) if answer["approve"] else Rejected(reason=answer.get("reason", ""), by=name)


def _cannot_be_edited(slot: CallSlot, arguments: str) -> str:
    """What the model is told of a call that runs only as it was made, where a person wants other arguments; "" for all other calls."""
    if not isinstance(slot.raw, McpApprovalRequest | ResponseComputerToolCall):
        return ""
    return f"The user wants other arguments for this call: {arguments}. It was not run; make it again with these."


async def _without_a_person(run: Run, turn: OpenTurn, slot: CallSlot, verdict: Allow | Ask) -> bool:
    if isinstance(verdict, Allow):
        slot.verdict, slot.by, slot.asked = "allowed" if verdict.rule else "", verdict.rule, None
        return True
    if slot.asked is not None:
        return False
    if (refused := await _refused_before_asking(run, turn, slot)) is not None:
        close(slot, refused.message, ending="denied", verdict="denied", by=refused.by)
    else:
        slot.asked = slot.question(turn.agent, verdict.reason)
    return False


async def _refused_before_asking(run: Run, turn: OpenTurn, slot: CallSlot) -> Refused | None:
    """A no of the tool's input guardrails, where a person is only to be asked about calls that they let pass."""
    execution = run.config.tool_execution
    return await refusal(run, turn, slot) if execution is not None and execution.pre_approval_tool_input_guardrails else None


def _verdict(run: Run, turn: OpenTurn, slot: CallSlot, tool: AnsweredTool, *, arguments: str, needs_approval: bool) -> Verdict:
    """What the rules say of the call as it would run: after an edit, of the edited one."""
    if run.config.approval_policy is None:
        return Ask() if needs_approval else Allow(rule="")
    parsed = parsed_arguments(arguments) or {}
    return run.config.approval_policy.verdict(
        CallInQuestion(
            key=slot.key,
            agent=turn.agent.name,
            tool=tool,
            arguments=parsed,
            needs_approval=needs_approval,
            name=slot.name,
            canonical=canonical_arguments(arguments),
        )
    )


def _decided_in_run(context: RunContextWrapper[Any], turn: OpenTurn, slot: CallSlot) -> Approved | Rejected | None:
    """The decision that the run's state carries: about this call, or a sticky one."""
    decision = context.approvals.find(
        turn.agent.name,
        slot.decided_as,
        call_id=slot.call_id,
        fingerprint=fingerprint(slot.decided_as, slot.given),
    )
    if decision is None:
        return None
    return Approved(arguments=decision.arguments) if decision.approved else Rejected(reason=decision.message or "")


async def message_for_model(
    run: Run, slot: CallSlot, kind: Any, default: str, *, error: Exception | None = None, context: RunContextWrapper[Any] | None = None
) -> str:
    """A sentence for the model, as `tool_error_formatter` words it; its failure is not the model's concern. A call has its own context."""
    formatter = run.config.tool_error_formatter
    if formatter is None or isinstance(slot.tool, HostedMCPTool):
        return default
    details = ToolErrorFormatterArgs(
        kind=kind,
        tool_type=slot.raw.type.removesuffix("_call"),
        tool_name=slot.name,
        call_id=slot.call_id,
        default_message=default,
        run_context=context or run.context,
        error=error,
    )
    try:
        text = await awaited(formatter(details))
    except Exception:  # noqa: BLE001 - the formatter is foreign code, and there is a default
        return default
    return default if text is None else text


def close(slot: CallSlot, text: str, *, ending: Any, verdict: str = "", by: str = "") -> None:
    """The call has this text as its outcome and does not run."""
    slot.outcome, slot.value, slot.asked = Returned(text, failed=True), text, None
    slot.ending, slot.verdict, slot.by = ending, verdict or slot.verdict, by or slot.by
