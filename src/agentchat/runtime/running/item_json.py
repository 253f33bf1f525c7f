"""Run items as plain data and back; agents are named, and found again by name."""

from typing import Any

from openai.types.responses import ResponseFunctionToolCall

from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.running.reaching import reach
from agentchat.runtime.values.exceptions import UserError
from agentchat.runtime.values.items import (
    HandoffCallItem,
    HandoffOutputItem,
    InputItem,
    MCPApprovalRequestItem,
    MCPApprovalResponseItem,
    MCPListToolsItem,
    MessageOutputItem,
    OtherItem,
    ReasoningItem,
    RunItem,
    ToolApprovalItem,
    ToolCallItem,
    ToolCallOutputItem,
    wire_of,
)
from agentchat.runtime.values.keys import CallKey
from agentchat.runtime.values.responses import output_item_of


def item_to_json(item: RunItem) -> dict[str, Any]:
    """One item, by kind."""
    data: dict[str, Any] = {"type": item.type, "agent": item.agent.name, "raw_item": wire_of(item.raw_item)}
    match item:
        case ToolCallItem():
            data |= {"description": item.description, "title": item.title}
        case ToolCallOutputItem():
            data["output"] = item.output if isinstance(item.output, str) else str(item.output)
        case HandoffOutputItem():
            data |= {"source_agent": item.source_agent.name, "target_agent": item.target_agent.name}
        case ToolApprovalItem():
            data |= {"tool_name": item.tool_name, "key": None if item.key is None else str(item.key), "reason": item.reason}
        case InputItem():
            data["input_id"] = item.input_id
        case _:
            pass
    return data


def item_from_json(start: Agent[Any], data: dict[str, Any]) -> RunItem:
    """The item that `item_to_json` wrote; UserError for a kind that this version does not know."""
    kind, agent, raw = data["type"], reach(start, data["agent"]), data["raw_item"]
    match kind:
        case "tool_call_output_item":
            return ToolCallOutputItem(agent, raw, output=data["output"])
        case "handoff_output_item":
            source, target = reach(start, data["source_agent"]), reach(start, data["target_agent"])
            return HandoffOutputItem(agent, raw, source_agent=source, target_agent=target)
        case "tool_approval_item":
            key = None if data["key"] is None else CallKey.parse(data["key"])
            call = ResponseFunctionToolCall.model_validate(raw)
            return ToolApprovalItem(agent, call, tool_name=data["tool_name"], key=key, reason=data["reason"])
        case "input_item":
            return InputItem(agent, raw, input_id=data["input_id"])
        case "mcp_approval_response_item":
            return MCPApprovalResponseItem(agent, raw)
        case _:
            return _model_item(kind, agent, data)


_MODEL_ITEMS: dict[str, Any] = {
    "message_output_item": MessageOutputItem,
    "reasoning_item": ReasoningItem,
    "handoff_call_item": HandoffCallItem,
    "mcp_list_tools_item": MCPListToolsItem,
    "mcp_approval_request_item": MCPApprovalRequestItem,
    "other_item": OtherItem,
}


def _model_item(kind: str, agent: Agent[Any], data: dict[str, Any]) -> RunItem:
    raw = output_item_of(data["raw_item"])
    if kind == "tool_call_item":
        return ToolCallItem(agent, raw, description=data["description"], title=data["title"])
    if kind not in _MODEL_ITEMS:
        raise UserError(f"The run state holds an item of the unknown kind {kind!r}; load it with the version that wrote it.")
    return _MODEL_ITEMS[kind](agent, raw)
