"""Reading texts out of items: the published `ItemHelpers`."""

from typing import Any

from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseOutputRefusal, ResponseOutputText

from agentchat.runtime.values.items import MessageOutputItem, RunItem, TResponseInputItem, wire_of
from agentchat.runtime.values.outcomes import WireOutput


class ItemHelpers:
    """Texts of messages and items, by kind."""

    @classmethod
    def input_to_new_input_list(cls, input: str | list[TResponseInputItem]) -> list[TResponseInputItem]:  # noqa: A002 - published name
        """A list of input items that owes nothing to `input`; a text becomes one user message."""
        return [{"content": input, "role": "user"}] if isinstance(input, str) else [wire_of(item) for item in input]

    @classmethod
    def extract_last_content(cls, message: Any) -> str:
        """The text or refusal of the last part; "" when there is none or `message` is not a message."""
        part = _last_part(message)
        if isinstance(part, ResponseOutputText):
            return part.text
        return part.refusal if isinstance(part, ResponseOutputRefusal) else ""

    @classmethod
    def extract_last_text(cls, message: Any) -> str | None:
        """The text of the last part, if that is a text."""
        part = _last_part(message)
        return part.text if isinstance(part, ResponseOutputText) else None

    @classmethod
    def extract_text(cls, message: Any) -> str | None:
        """All texts of the message together; None when it has none."""
        if not isinstance(message, ResponseOutputMessage):
            return None
        text = "".join(part.text for part in message.content if isinstance(part, ResponseOutputText) and part.text)
        return text or None

    @classmethod
    def extract_refusal(cls, message: Any) -> str | None:
        """All refusals of the message together; None when it has none."""
        if not isinstance(message, ResponseOutputMessage):
            return None
        return "".join(part.refusal for part in message.content if isinstance(part, ResponseOutputRefusal)) or None

    @classmethod
    def text_message_output(cls, message: MessageOutputItem) -> str:
        """The text of a message item."""
        return "".join(part.text for part in message.raw_item.content if isinstance(part, ResponseOutputText) and part.text)

    @classmethod
    def text_message_outputs(cls, items: list[RunItem]) -> str:
        """The texts of all message items together."""
        return "".join(cls.text_message_output(item) for item in items if isinstance(item, MessageOutputItem))

    @classmethod
    def tool_call_output_item(cls, tool_call: ResponseFunctionToolCall, output: WireOutput) -> TResponseInputItem:
        """The item that answers `tool_call`."""
        return {"call_id": tool_call.call_id, "output": output, "type": "function_call_output"}


def _last_part(message: Any) -> Any:
    if not isinstance(message, ResponseOutputMessage) or not message.content:
        return None
    return message.content[-1]
