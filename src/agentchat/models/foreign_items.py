"""Repairs what servers leave half filled, at the edge, so that everything behind it can trust an item.

Observed: content, text and arguments that are null, texts without annotations, arguments as an object, ids and call ids that are
empty. Items are plain dicts here, as decoded; they are changed in place.
"""

import json
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import uuid4

FAKE_ID = "__fake_id__"
"""The id of items that no server named (the published value)."""


def object_in(value: object) -> dict[str, Any]:
    """A decoded value where an object is expected; empty for anything else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def objects_in(value: object) -> list[dict[str, Any]]:
    """The objects of a decoded value where a list of them is expected."""
    return [entry for entry in cast("list[Any]", value) if isinstance(entry, dict)] if isinstance(value, list) else []


def fresh_call_id() -> str:
    """An id for a call that came without a usable one."""
    return f"call_{uuid4().hex}"


@dataclass(eq=False)
class CallIds:
    """Fresh ids for calls whose own is empty, the same one in every event that tells of the call. One answer owns it."""

    _given: dict[str, str] = field(default_factory=dict[str, str])

    def complete(self, item: dict[str, Any], place: str) -> None:
        """Gives `item` a call id if it needs one. `place` tells the calls of an answer apart."""
        if item.get("type") in {"function_call", "custom_tool_call"} and not item.get("call_id"):
            item["call_id"] = self._given.setdefault(place, fresh_call_id())


def repair_item(item: dict[str, Any], status: str) -> None:
    """Fills what the openai package's types require; `status` is for an item that does not tell its own."""
    match item.get("type"):
        case "message":
            _fill(item, {"id": FAKE_ID, "role": "assistant", "status": status})
            item["content"] = [_part(part) for part in _list_of(item.get("content"))]
        case "function_call":
            _fill(item, {"name": "", "arguments": "", "status": status})
            if not isinstance(item["arguments"], str):
                item["arguments"] = json.dumps(item["arguments"])
        case "reasoning":
            _fill(item, {"id": FAKE_ID, "summary": []})
        case _:
            pass


def repair_usage(usage: object) -> dict[str, Any] | None:
    """Token counts with zeros for what was left out; None when there are none at all."""
    counts = object_in(usage)
    if not counts:
        return None
    _fill(counts, {"input_tokens": 0, "output_tokens": 0, "input_tokens_details": {}, "output_tokens_details": {}})
    _fill(counts, {"total_tokens": counts["input_tokens"] + counts["output_tokens"]})
    _fill(counts["input_tokens_details"], {"cached_tokens": 0, "cache_write_tokens": 0})
    _fill(counts["output_tokens_details"], {"reasoning_tokens": 0})
    return counts


def _part(part: object) -> dict[str, Any]:
    if not isinstance(part, dict):
        return {"type": "output_text", "text": str(part), "annotations": []}
    known = cast("dict[str, Any]", part)
    if known.get("type") == "refusal":
        _fill(known, {"refusal": ""})
        return known
    known["type"] = "output_text"
    _fill(known, {"text": "", "annotations": []})
    return known


def _list_of(content: object) -> list[Any]:
    if content is None:
        return []
    return cast("list[Any]", content) if isinstance(content, list) else [content]


def _fill(target: dict[str, Any], defaults: dict[str, Any]) -> None:
    for key, value in defaults.items():
        if target.get(key) is None:
            target[key] = value
