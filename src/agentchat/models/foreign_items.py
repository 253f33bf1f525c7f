"""Repairs what servers leave half filled, at the edge, so that everything behind it can trust an item.

Observed: content, text and arguments that are null, texts without annotations, arguments as an object, ids and call ids that are
empty. Items are plain dicts here, as decoded; they are changed in place.
"""

import json
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import uuid4

from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseReasoningItem
from pydantic import BaseModel, ValidationError

FAKE_ID = "__fake_id__"
"""The id of items that no server named (the published value)."""


def object_in(value: object) -> dict[str, Any]:
    """A decoded value where an object is expected; empty for anything else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def objects_in(value: object) -> list[dict[str, Any]]:
    """The objects of a decoded value where a list of them is expected."""
    return [entry for entry in cast("list[Any]", value) if isinstance(entry, dict)] if isinstance(value, list) else []


def text_in(value: object) -> str:
    """A decoded value where a text is expected; empty for anything else."""
    return value if isinstance(value, str) else ""


def fresh_call_id() -> str:
    """An id for a call that came without a usable one."""
    return f"call_{uuid4().hex}"


@dataclass(eq=False)
class CallIds:
    """Fresh ids for calls whose own is empty, the same one in every event that tells of the call. One answer owns it."""

    _given: dict[str, str] = field(default_factory=dict[str, str])

    def complete(self, item: dict[str, Any], place: str) -> None:
        """Gives `item` a call id if it needs one. `place` tells the calls of an answer apart."""
        if item.get("type") in {"function_call", "custom_tool_call"} and not text_in(item.get("call_id")):
            item["call_id"] = self._given.setdefault(place, fresh_call_id())


def repair_item(item: dict[str, Any], status: str) -> None:
    """Fills what the openai package's types require; `status` is for an item that does not tell its own."""
    match item.get("type"):
        case "message":
            _fill(item, {"id": FAKE_ID, "status": status})
            item["role"] = "assistant"
            item["content"] = [_part(part) for part in _list_of(item.get("content"))]
            _keep_what_fits(item, ResponseOutputMessage)
        case "function_call":
            if isinstance(item.get("arguments"), dict):
                item["arguments"] = json.dumps(item["arguments"])
            _fill(item, {"call_id": "", "name": "", "arguments": "", "status": status})
            _keep_what_fits(item, ResponseFunctionToolCall)
        case "reasoning":
            _fill(item, {"id": FAKE_ID, "summary": list[Any]()})
            _keep_what_fits(item, ResponseReasoningItem)
        case _:
            pass


def repair_usage(usage: object) -> dict[str, Any] | None:
    """Token counts with zeros for what was left out; None when there are none at all."""
    counts = object_in(usage)
    if not counts:
        return None
    read, written = _count(counts.get("input_tokens")), _count(counts.get("output_tokens"))
    details, of_output = object_in(counts.get("input_tokens_details")), object_in(counts.get("output_tokens_details"))
    return {
        **counts,
        "input_tokens": read,
        "output_tokens": written,
        "total_tokens": _count(counts.get("total_tokens")) or read + written,
        "input_tokens_details": {
            **details,
            "cached_tokens": _count(details.get("cached_tokens")),
            "cache_write_tokens": _count(details.get("cache_write_tokens")),
        },
        "output_tokens_details": {**of_output, "reasoning_tokens": _count(of_output.get("reasoning_tokens"))},
    }


def _count(value: object) -> int:
    return int(value) if isinstance(value, int | float) else 0


def _part(part: object) -> dict[str, Any]:
    if not isinstance(part, dict):
        return {"type": "output_text", "text": str(part), "annotations": []}
    known = cast("dict[str, Any]", part)
    if known.get("type") == "refusal":
        _fill(known, {"refusal": ""})
        return known
    known["type"] = "output_text"
    _fill(known, {"text": "", "annotations": list[Any]()})
    return known


def _list_of(content: object) -> list[Any]:
    if content is None:
        return []
    return cast("list[Any]", content) if isinstance(content, list) else [content]


def _fill(target: dict[str, Any], defaults: dict[str, Any]) -> None:
    """Sets what is missing, null, or of another type than its default."""
    for key, value in defaults.items():
        if not isinstance(target.get(key), type(value)):
            target[key] = value


def _keep_what_fits(item: dict[str, Any], kind: type[BaseModel]) -> None:
    """Reduces an item to its core where anything in it has a type that could not be stored."""
    try:
        kind.model_validate(item)
    except ValidationError:
        core = _core_of(item)
        item.clear()
        item.update(core)


def _core_of(item: dict[str, Any]) -> dict[str, Any]:
    status = item["status"] if item.get("status") in ("completed", "incomplete", "in_progress") else "completed"
    match item["type"]:
        case "message":
            parts = [_core_part(part) for part in item["content"]]
            return {"type": "message", "id": item["id"], "role": "assistant", "status": status, "content": parts}
        case "function_call":
            named = {key: item[key] for key in ("call_id", "name", "arguments")}
            own = {"id": item["id"]} if text_in(item.get("id")) else {}
            return {"type": "function_call", **own, **named, "status": status}
        case _:
            summary = [{"type": "summary_text", "text": text_in(part.get("text"))} for part in objects_in(item["summary"])]
            content = [{"type": "reasoning_text", "text": text_in(part.get("text"))} for part in objects_in(item.get("content"))]
            return {"type": "reasoning", "id": item["id"], "summary": summary, **({"content": content} if content else {})}


def _core_part(part: dict[str, Any]) -> dict[str, Any]:
    if part["type"] == "refusal":
        return {"type": "refusal", "refusal": part["refusal"]}
    return {"type": "output_text", "text": part["text"], "annotations": []}
