"""What a server of the Responses API is sent of a conversation.

Stored items come from any provider, from the offline model and from interrupted turns. A server refuses nulls where it left
fields out, and ids that it did not give; so the first are dropped, and an item with a foreign id goes without it.
"""

from collections.abc import Mapping
from typing import Any, cast

from agentchat.runtime.values.items import TResponseInputItem

_OWN_IDS = {"message": "msg", "function_call": "fc", "function_call_output": "fc", "reasoning": "rs"}
"""How the ids of these kinds begin on this API."""
_OUTPUT_ONLY = frozenset({"created_by", "parsed_arguments"})
"""Fields that come with an item and that no request may carry."""


def input_items(given: str | list[TResponseInputItem]) -> list[TResponseInputItem]:
    """The items to send; a text is one user message."""
    if isinstance(given, str):
        return [{"role": "user", "content": given}]
    return [sendable for item in given if (sendable := _sendable(item)) is not None]


def _sendable(item: TResponseInputItem) -> TResponseInputItem | None:
    """The item as it may be sent; None for one that means nothing to a server."""
    kind = item.get("type") or ("message" if "role" in item else None)
    if kind is None:
        return None
    sent = {key: _without_nulls(value) for key, value in item.items() if value is not None and key not in _OUTPUT_ONLY}
    prefix = _OWN_IDS.get(kind)
    if prefix is None or "id" not in sent or str(sent["id"]).startswith(prefix):
        return sent
    return _anonymous(kind, sent)


def _anonymous(kind: str, item: TResponseInputItem) -> TResponseInputItem | None:
    """The item without an id that another provider gave it. Reasoning means nothing without its provider."""
    if kind == "reasoning":
        return None
    if kind == "message" and item.get("role") == "assistant":
        return {"role": "assistant", "content": _text_of(item.get("content"))}
    return {key: value for key, value in item.items() if key != "id"}


def _text_of(content: object) -> str:
    if not isinstance(content, list):
        return str(content or "")
    parts = cast("list[Mapping[str, Any]]", content)
    return "".join(str(part.get("text") or part.get("refusal") or "") for part in parts)


def _without_nulls(value: Any) -> Any:
    """The parts of a list without their null fields."""
    if not isinstance(value, list):
        return value
    return [_without_null_fields(part) for part in cast("list[Any]", value)]


def _without_null_fields(part: Any) -> Any:
    if not isinstance(part, dict):
        return part
    fields = cast("dict[str, Any]", part)
    return {key: value for key, value in fields.items() if value is not None} if None in fields.values() else fields
