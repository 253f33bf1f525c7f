"""From a model's response, new or stored, to an open turn: its items and calls, what was called, and whether it can be."""

from collections.abc import Callable, Sequence

from openai.types.responses import (
    ResponseApplyPatchToolCall,
    ResponseComputerToolCall,
    ResponseFunctionShellToolCall,
    ResponseFunctionToolCall,
    ResponseOutputMessage,
    ResponseReasoningItem,
)
from openai.types.responses.response_output_item import LocalShellCall, McpApprovalRequest, McpCall, McpListTools

from agentchat.runtime.agents.handoffs import handoff_of
from agentchat.runtime.declarations.handoff import Handoff
from agentchat.runtime.declarations.hosted_tools import HostedMCPTool
from agentchat.runtime.declarations.local_tools import ComputerTool, LocalShellTool, ShellTool
from agentchat.runtime.declarations.patch_tool import ApplyPatchTool
from agentchat.runtime.declarations.run_context import fingerprint
from agentchat.runtime.declarations.tool import AnsweredTool, FunctionTool, Tool
from agentchat.runtime.ports.run_config import ToolNotFoundBehavior
from agentchat.runtime.running.progress import CallSlot, OpenTurn, Progress
from agentchat.runtime.values.exceptions import ModelBehaviorError
from agentchat.runtime.values.items import (
    HandoffCallItem,
    MCPApprovalRequestItem,
    MCPListToolsItem,
    MessageOutputItem,
    ModelResponse,
    OtherItem,
    ReasoningItem,
    RunItem,
    ToolCallItem,
    ToolCallOutputItem,
    TResponseOutputItem,
    wire_of,
)
from agentchat.runtime.values.keys import CallKey
from agentchat.runtime.values.raw_calls import LocalCall, RawCall
from agentchat.runtime.values.tool_origin import ToolOrigin, ToolOriginType


def open_turn_of(
    progress: Progress,
    response: ModelResponse,
    tools: Sequence[Tool],
    handoffs: Sequence[Handoff],
    not_found: ToolNotFoundBehavior,
    *,
    at: float,
    since: float | None,
) -> OpenTurn:
    """The turn that the response opens; ModelBehaviorError for a call that cannot be worked with."""
    handoffs_by_name = {entry.tool_name: entry for entry in handoffs}
    items: list[RunItem] = []
    slots: list[CallSlot] = []
    place = -1
    for raw in response.output:
        if not isinstance(raw, RawCall):
            items.append(_item_of(progress, raw))
            continue
        place += 1  # counts repeated calls too: keys must be the same when the response is looked at again
        slot = CallSlot(key=CallKey(scope=progress.scope, response=progress.response + 1, index=place), raw=raw)
        slot.handoff = handoffs_by_name.get(raw.name) if isinstance(raw, ResponseFunctionToolCall) else None
        slot.tool = answering_tool(raw, tools) if slot.handoff is None else None
        if isinstance(slot.tool, ShellTool) and slot.tool.is_hosted:
            items.append(_call_item(progress, slot))
            continue
        if _is_repeated(progress, slot, slots):
            continue
        _check_it_exists(progress, slot, not_found)
        slots.append(slot)
        items.append(_call_item(progress, slot))
    return OpenTurn(
        number=progress.response + 1, agent=progress.agent, response=response, items=items, slots=slots, at=at, since=since
    )


async def reopened(
    progress: Progress,
    response: ModelResponse,
    *,
    number: int,
    at: float,
    since: float | None,
    was_part: Callable[[CallSlot], bool],
) -> OpenTurn:
    """The turn that `response` opened, with the tools and handoffs that the active agent has now.

    A tool that has gone since is told to the model; it does not keep the conversation from being opened. `was_part` tells a call that
    was passed over the first time, because the run had done it before.
    """
    agent = progress.agent
    tools = await agent.get_all_tools(progress.context)
    handoffs = [handoff_of(entry) for entry in agent.handoffs]
    counted, progress.response = progress.response, number - 1
    answered, progress.answered = progress.answered, set()  # a call of its own that has its output is not a repeated one
    try:
        turn = open_turn_of(progress, response, tools, handoffs, "return_error_to_model", at=at, since=since)
    finally:
        progress.response, progress.answered = counted, answered
    passed_over = [slot.raw for slot in turn.slots if not was_part(slot)]
    turn.slots = [slot for slot in turn.slots if was_part(slot)]
    turn.items = [item for item in turn.items if all(item.raw_item is not raw for raw in passed_over)]
    return turn


def answering_tool(raw: RawCall, tools: Sequence[Tool]) -> AnsweredTool | None:
    """The tool that a call means: of two functions with one name the later one; else the first of its kind, or the one of its server."""
    match raw:
        case ResponseFunctionToolCall():
            return next((tool for tool in reversed(tools) if isinstance(tool, FunctionTool) and tool.name == raw.name), None)
        case McpApprovalRequest():
            servers = [tool for tool in tools if isinstance(tool, HostedMCPTool)]
            return next((tool for tool in servers if tool.tool_config["server_label"] == raw.server_label), None)
        case _:
            return next((tool for tool in tools if isinstance(tool, _OF_KIND[type(raw)][0])), None)


def _item_of(progress: Progress, raw: TResponseOutputItem) -> RunItem:
    agent = progress.agent
    if isinstance(raw, ResponseOutputMessage):
        return MessageOutputItem(agent, raw)
    if isinstance(raw, ResponseReasoningItem):
        return ReasoningItem(agent, raw, id_omitted=progress.reasoning_ids == "omit")
    if isinstance(raw, McpListTools):
        return MCPListToolsItem(agent, raw)
    if isinstance(raw, McpCall):
        return ToolCallItem(agent, raw, tool_origin=ToolOrigin(ToolOriginType.MCP, mcp_server_name=raw.server_label))
    if raw.type.endswith("_call"):
        return ToolCallItem(agent, raw)
    if raw.type == "shell_call_output":
        wire = wire_of(raw)
        return ToolCallOutputItem(agent, wire, output=wire["output"])
    return OtherItem(agent, raw)


def _call_item(progress: Progress, slot: CallSlot) -> RunItem:
    if slot.handoff is not None:
        return HandoffCallItem(progress.agent, slot.function)
    if isinstance(slot.raw, McpApprovalRequest):
        return MCPApprovalRequestItem(progress.agent, slot.raw)
    if not isinstance(slot.tool, FunctionTool):
        return ToolCallItem(progress.agent, slot.raw, name=slot.name)
    return ToolCallItem(progress.agent, slot.raw, description=slot.tool.description, tool_origin=slot.tool.tool_origin)


_OF_KIND: dict[type[LocalCall], tuple[type[AnsweredTool], str]] = {
    ResponseComputerToolCall: (ComputerTool, "Model produced computer action without a computer tool."),
    ResponseFunctionShellToolCall: (ShellTool, "Model produced shell call without a shell tool."),
    ResponseApplyPatchToolCall: (ApplyPatchTool, "Model produced apply_patch call without an apply_patch tool."),
    LocalShellCall: (LocalShellTool, "Model produced local shell call without a local shell tool."),
}
"""By the kind of call: the kind of tool that answers it, and what is said where there is none."""


def _is_repeated(progress: Progress, slot: CallSlot, slots: Sequence[CallSlot]) -> bool:
    """True for a call that the run has done already, or that stands twice in its response.

    ModelBehaviorError when its id stands for another call of the run. Ids of earlier runs in the history do not matter: there are
    providers that count from 0 in every answer.
    """
    mark, call_id = fingerprint(slot.name, slot.given), slot.call_id
    known = progress.seen_calls.get(call_id)
    if known is None:
        progress.seen_calls[call_id] = mark
        return False
    if known != mark:
        raise ModelBehaviorError(
            "Model reused a completed tool call ID for a different invocation. Use a unique call ID for each tool invocation."
        )
    return call_id in progress.answered or any(known_slot.call_id == call_id for known_slot in slots)


def _check_it_exists(progress: Progress, slot: CallSlot, not_found: ToolNotFoundBehavior) -> None:
    if slot.tool is None and slot.handoff is None and not_found == "raise_error":
        raise ModelBehaviorError(_missing(slot, progress.agent.name))


def _missing(slot: CallSlot, agent: str) -> str:
    match slot.raw:
        case ResponseFunctionToolCall():
            return f"Tool {slot.name} not found in agent {agent}"
        case McpApprovalRequest():
            return f"MCP server label {slot.raw.server_label} not found"
        case raw:
            return _OF_KIND[type(raw)][1]
