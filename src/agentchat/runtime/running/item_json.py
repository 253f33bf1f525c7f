"""Run items as plain data and back; agents are named, and found again by name."""

from typing import Any

from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.running.reaching import KeyOf, reach
from agentchat.runtime.values.call_answers import value_of_answer
from agentchat.runtime.values.exceptions import UserError
from agentchat.runtime.values.facts import ItemFact
from agentchat.runtime.values.items import (
    FAKE_ID,
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
    TResponseInputItem,
    wire_of,
)
from agentchat.runtime.values.keys import CallKey
from agentchat.runtime.values.responses import output_item_of
from agentchat.runtime.values.tool_origin import ToolOrigin


def run_item_of(start: Agent[Any], wire: TResponseInputItem, fact: ItemFact | None) -> RunItem:
    """An item as a journal keeps it: its stored form, and what is known of it."""
    if fact is None:
        return OtherItem(start, wire)
    kind = _TYPES_OF_MCP.get(wire.get("type", ""), _TYPES.get(fact.kind, "other_item"))
    data: dict[str, Any] = {"type": kind, "agent": fact.agent, "raw_item": wire}
    data |= {"output": value_of_answer(wire) if fact.kind == "output" else wire.get("output")}
    data |= {"source_agent": fact.agent, "target_agent": fact.target, "id_omitted": False}
    if kind == "reasoning_item" and "id" not in wire:  # it was left out of what is stored
        data |= {"raw_item": {"id": FAKE_ID, **wire}, "id_omitted": True}
    return item_from_json(start, {**data, "description": None, "title": None, "tool_origin": None, "name": None, "custom_data": None})


_TYPES: dict[str, str] = {
    "message": "message_output_item",
    "reasoning": "reasoning_item",
    "call": "tool_call_item",
    "output": "tool_call_output_item",
    "handoff_call": "handoff_call_item",
    "handoff_output": "handoff_output_item",
}
"""The kinds of items, by those of their facts."""
_TYPES_OF_MCP: dict[str, str] = {
    kind: f"{kind}_item" for kind in ("mcp_list_tools", "mcp_approval_request", "mcp_approval_response")
}


def item_to_json(item: RunItem, key_of: KeyOf) -> dict[str, Any]:
    """One item, by kind."""
    data: dict[str, Any] = {"type": item.type, "agent": key_of(item.agent), "raw_item": wire_of(item.raw_item)}
    match item:
        case ToolCallItem():
            data |= {"description": item.description, "title": item.title, "name": item.name, "tool_origin": _plain(item.tool_origin)}
        case ToolCallOutputItem():
            data["output"] = item.output if isinstance(item.output, str) else str(item.output)
            data |= {"tool_origin": _plain(item.tool_origin), "custom_data": item.custom_data}
        case HandoffOutputItem():
            data |= {"source_agent": key_of(item.source_agent), "target_agent": key_of(item.target_agent)}
        case ToolApprovalItem():
            data |= {"tool_name": item.tool_name, "key": None if item.key is None else str(item.key), "reason": item.reason}
            data |= {"tool_namespace": item.tool_namespace, "tool_lookup_key": item.tool_lookup_key}
            data["tool_origin"] = _plain(item.tool_origin)
        case ReasoningItem():
            data["id_omitted"] = item.id_omitted
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
            origin = ToolOrigin.from_json_dict(data["tool_origin"])
            return ToolCallOutputItem(agent, raw, output=data["output"], tool_origin=origin, custom_data=data["custom_data"])
        case "handoff_output_item":
            source, target = reach(start, data["source_agent"]), reach(start, data["target_agent"])
            return HandoffOutputItem(agent, raw, source_agent=source, target_agent=target)
        case "tool_approval_item":
            key = None if data["key"] is None else CallKey.parse(data["key"])
            known = {name: data[name] for name in ("tool_name", "tool_namespace", "tool_lookup_key", "reason")}
            origin = ToolOrigin.from_json_dict(data["tool_origin"])
            return ToolApprovalItem(agent, output_item_of(raw), key=key, tool_origin=origin, **known)
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
        known = {name: data[name] for name in ("description", "title", "name")}
        return ToolCallItem(agent, raw, tool_origin=ToolOrigin.from_json_dict(data["tool_origin"]), **known)
    if kind not in _MODEL_ITEMS:
        raise UserError(f"The run state holds an item of the unknown kind {kind!r}; load it with the version that wrote it.")
    item: RunItem = _MODEL_ITEMS[kind](agent, raw)
    if isinstance(item, ReasoningItem):
        item.id_omitted = data["id_omitted"]
    return item


def _plain(origin: ToolOrigin | None) -> dict[str, str] | None:
    return None if origin is None else origin.to_json_dict()
