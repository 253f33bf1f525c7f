"""From a model's response to run items and calls: what was called, and whether it can be."""

from collections.abc import Sequence

from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseReasoningItem
from openai.types.responses.response_output_item import McpApprovalRequest, McpListTools

from agentchat.runtime.declarations.handoff import Handoff
from agentchat.runtime.declarations.run_context import fingerprint
from agentchat.runtime.declarations.tool import FunctionTool, Tool
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
    TResponseOutputItem,
)
from agentchat.runtime.values.keys import CallKey, Scope


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
    by_name = {tool.name: tool for tool in tools}
    handoffs_by_name = {entry.tool_name: entry for entry in handoffs}
    scope = Scope(run_id=progress.run_id)
    items: list[RunItem] = []
    slots: list[CallSlot] = []
    place = -1
    for raw in response.output:
        if not isinstance(raw, ResponseFunctionToolCall):
            items.append(_item_of(progress, raw))
            continue
        place += 1  # counts repeated calls too: keys must be the same when the response is looked at again
        if _is_repeated(progress, raw, slots):
            continue
        slot = CallSlot(
            key=CallKey(scope=scope, response=progress.response + 1, index=place),
            raw=raw,
            tool=None if raw.name in handoffs_by_name else by_name.get(raw.name),
            handoff=handoffs_by_name.get(raw.name),
        )
        _check_it_exists(progress, slot, not_found)
        slots.append(slot)
        items.append(_call_item(progress, slot))
    return OpenTurn(
        number=progress.response + 1, agent=progress.agent, response=response, items=items, slots=slots, at=at, since=since
    )


def _item_of(progress: Progress, raw: TResponseOutputItem) -> RunItem:
    agent = progress.agent
    if isinstance(raw, ResponseOutputMessage):
        return MessageOutputItem(agent, raw)
    if isinstance(raw, ResponseReasoningItem):
        return ReasoningItem(agent, raw)
    if isinstance(raw, McpListTools):
        return MCPListToolsItem(agent, raw)
    if isinstance(raw, McpApprovalRequest):
        return MCPApprovalRequestItem(agent, raw)
    if raw.type.endswith("_call"):
        return ToolCallItem(agent, raw)
    return OtherItem(agent, raw)


def _call_item(progress: Progress, slot: CallSlot) -> RunItem:
    if slot.handoff is not None:
        return HandoffCallItem(progress.agent, slot.raw)
    tool: FunctionTool | None = slot.tool
    return ToolCallItem(progress.agent, slot.raw, description=None if tool is None else tool.description)


def _is_repeated(progress: Progress, raw: ResponseFunctionToolCall, slots: Sequence[CallSlot]) -> bool:
    """True for a call that the run has done already, or that stands twice in its response.

    ModelBehaviorError when its id stands for another call of the run. Ids of earlier runs in the history do not matter: there are
    providers that count from 0 in every answer.
    """
    mark = fingerprint(raw.name, raw.arguments)
    known = progress.seen_calls.get(raw.call_id)
    if known is None:
        progress.seen_calls[raw.call_id] = mark
        return False
    if known != mark:
        raise ModelBehaviorError(
            "Model reused a completed tool call ID for a different invocation. Use a unique call ID for each tool invocation."
        )
    return raw.call_id in progress.answered or any(slot.raw.call_id == raw.call_id for slot in slots)


def _check_it_exists(progress: Progress, slot: CallSlot, not_found: ToolNotFoundBehavior) -> None:
    if slot.tool is None and slot.handoff is None and not_found == "raise_error":
        raise ModelBehaviorError(f"Tool {slot.raw.name} not found in agent {progress.agent.name}")
