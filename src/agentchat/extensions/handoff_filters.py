"""Filters for handoffs, under the module path of the published API."""

from agentchat.runtime.declarations.handoff_history import default_handoff_history_mapper, nest_handoff_history
from agentchat.runtime.declarations.handoff_input import HandoffInputData
from agentchat.runtime.values.items import InputItem, MessageOutputItem, RunItem, TResponseInputItem

__all__ = ["default_handoff_history_mapper", "nest_handoff_history", "remove_all_tools"]


def remove_all_tools(handoff_input_data: HandoffInputData) -> HandoffInputData:
    """What was said, without calls, their outputs and reasoning: from the history, the earlier turns and the handoff's own."""
    data = handoff_input_data
    history = data.input_history
    return data.clone(
        input_history=history if isinstance(history, str) else tuple(item for item in history if not _is_tool_item(item)),
        pre_handoff_items=_said(data.pre_handoff_items),
        new_items=_said(data.new_items),
        input_items=None if data.input_items is None else _said(data.input_items),
    )


def _said(items: tuple[RunItem, ...]) -> tuple[RunItem, ...]:
    return tuple(item for item in items if isinstance(item, MessageOutputItem | InputItem) or _is_of_no_tool(item))


def _is_of_no_tool(item: RunItem) -> bool:
    """True for kinds that have no class of their own and are no tool's, a compaction for one."""
    return item.type == "other_item" and not _is_tool_item(item.to_input_item())


def _is_tool_item(item: TResponseInputItem) -> bool:
    return item.get("type") in _OF_TOOLS


_WITH_OUTPUT = ("function_call", "computer_call", "local_shell_call", "shell_call", "apply_patch_call", "custom_tool_call")
_OF_TOOLS = frozenset(
    [
        *_WITH_OUTPUT,
        *(f"{kind}_output" for kind in _WITH_OUTPUT),
        "file_search_call",
        "web_search_call",
        "code_interpreter_call",
        "image_generation_call",
        "hosted_tool_call",
        "mcp_call",
        "mcp_list_tools",
        "mcp_approval_request",
        "mcp_approval_response",
        "tool_search_call",
        "tool_search_output",
        "program",
        "program_output",
        "reasoning",
    ]
)
