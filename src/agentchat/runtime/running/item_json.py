"""Run items as plain data and back, field by field as their classes declare them; agents are named, and found again by name."""

from dataclasses import fields
from typing import Any, get_args

from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.running.reaching import KeyOf, reach
from agentchat.runtime.values.call_answers import value_of_answer
from agentchat.runtime.values.exceptions import UserError
from agentchat.runtime.values.facts import ItemFact
from agentchat.runtime.values.items import (
    FAKE_ID,
    KINDS,
    HandoffOutputItem,
    InputItem,
    MCPApprovalResponseItem,
    OtherItem,
    RunItem,
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
    match kind:
        case "tool_call_output_item":
            data |= {"output": value_of_answer(wire), "custom_data": fact.custom_data}
        case "handoff_output_item":
            data |= {"source_agent": fact.agent, "target_agent": fact.target}
        case "reasoning_item" if "id" not in wire:  # it was left out of what is stored
            data |= {"raw_item": {"id": FAKE_ID, **wire}, "id_omitted": True}
        case _:
            pass
    return item_from_json(start, data)


_TYPES: dict[str, str] = {fact: kind for kind, fact in KINDS.items()}
_TYPES_OF_MCP: dict[str, str] = {
    kind: f"{kind}_item" for kind in ("mcp_list_tools", "mcp_approval_request", "mcp_approval_response")
}
_CLASSES: dict[Any, Any] = {next(field.default for field in fields(made) if field.name == "type"): made for made in get_args(RunItem)}
_MADE_HERE = (ToolCallOutputItem, HandoffOutputItem, InputItem, MCPApprovalResponseItem)
"""Whose raw items are plain data; those of all others are objects of the openai package."""
_AGENTS = frozenset({"agent", "source_agent", "target_agent"})


def item_to_json(item: RunItem, key_of: KeyOf) -> dict[str, Any]:
    """One item; `item_from_json` reads it back."""
    return {field.name: _plain(field.name, getattr(item, field.name), key_of) for field in fields(item)}


def item_from_json(start: Agent[Any], data: dict[str, Any]) -> RunItem:
    """The item that `item_to_json` wrote; UserError for a kind that this version does not know."""
    kind = data["type"]
    if kind not in _CLASSES:
        raise UserError(f"The run state holds an item of the unknown kind {kind!r}; load it with the version that wrote it.")
    made = _CLASSES[kind]
    read = {field.name: _read(field.name, data[field.name], start) for field in fields(made) if field.name in data}
    return made(**read if made in _MADE_HERE else {**read, "raw_item": output_item_of(read["raw_item"])})


def _plain(name: str, value: Any, key_of: KeyOf) -> Any:
    if name in _AGENTS:
        return key_of(value)
    match value:
        case ToolOrigin():
            return value.to_json_dict()
        case CallKey():
            return str(value)
        case _ if name == "raw_item":
            return wire_of(value)
        case _:
            return str(value) if name == "output" else value


def _read(name: str, value: Any, start: Agent[Any]) -> Any:
    if name in _AGENTS:
        return reach(start, value)
    match name:
        case "tool_origin":
            return ToolOrigin.from_json_dict(value)
        case "key":
            return None if value is None else CallKey.parse(value)
        case _:
            return value
