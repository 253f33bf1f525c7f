"""Run items, under the module path that the published documents use."""

from agentchat.runtime.values.item_helpers import ItemHelpers
from agentchat.runtime.values.items import (
    HandoffCallItem,
    HandoffOutputItem,
    InputItem,
    MessageOutputItem,
    ModelResponse,
    ReasoningItem,
    RunItem,
    ToolApprovalItem,
    ToolCallItem,
    ToolCallOutputItem,
    TResponseInputItem,
)

__all__ = [
    "HandoffCallItem",
    "HandoffOutputItem",
    "InputItem",
    "ItemHelpers",
    "MessageOutputItem",
    "ModelResponse",
    "ReasoningItem",
    "RunItem",
    "TResponseInputItem",
    "ToolApprovalItem",
    "ToolCallItem",
    "ToolCallOutputItem",
]
