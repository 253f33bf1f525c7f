"""The published `ItemHelpers`: what reads items, and what makes the answer to a call of whatever a tool returned."""

from typing import Any

from openai.types.responses import ResponseFunctionToolCall
from typing_extensions import override

from agentchat.runtime.declarations.tool_output import wire_output
from agentchat.runtime.values import item_helpers
from agentchat.runtime.values.items import TResponseInputItem


class ItemHelpers(item_helpers.ItemHelpers):
    """Texts of messages and items, by kind."""

    @classmethod
    @override
    def tool_call_output_item(cls, tool_call: ResponseFunctionToolCall, output: Any) -> TResponseInputItem:
        """The item that answers `tool_call`; `output` is what the tool returned."""
        return super().tool_call_output_item(tool_call, wire_output(output))
