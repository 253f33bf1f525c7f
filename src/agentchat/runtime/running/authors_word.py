"""What the author of a tool says about one call of it: whether somebody must agree, and who does so in a person's place."""

from typing import Any, cast

from openai.types.responses import ResponseApplyPatchToolCall, ResponseComputerToolCall, ResponseFunctionShellToolCall
from openai.types.responses.response_output_item import McpApprovalRequest

from agentchat.runtime.declarations.hosted_tools import HostedMCPTool, MCPToolApprovalRequest
from agentchat.runtime.declarations.local_tools import ShellTool
from agentchat.runtime.declarations.patch_tool import ApplyPatchTool
from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.runtime.declarations.sync_calls import awaited
from agentchat.runtime.declarations.tool import AnsweredTool
from agentchat.runtime.ports.journal import Approved, Rejected
from agentchat.runtime.running.local_calls import patch_operation, shell_action
from agentchat.runtime.running.progress import CallSlot
from agentchat.runtime.values.named import NamedAgent


async def needs_approval(
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


async def answer_of_author(
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


def cannot_be_edited(slot: CallSlot, arguments: str) -> str:
    """What the model is told of a call that runs only as it was made, where a person wants other arguments; "" for all other calls."""
    if not isinstance(slot.raw, McpApprovalRequest | ResponseComputerToolCall):
        return ""
    return f"The user wants other arguments for this call: {arguments}. It was not run; make it again with these."
