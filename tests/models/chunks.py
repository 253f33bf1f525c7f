"""Chunks of Chat Completions as servers send them."""

from typing import Any

COUNTS = {
    "prompt_tokens": 5,
    "completion_tokens": 7,
    "total_tokens": 12,
    "prompt_tokens_details": {"cached_tokens": 2},
    "completion_tokens_details": {"reasoning_tokens": 3},
}


def chunk(delta: Any, finish_reason: str | None = None, **changes: Any) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return {"id": "c", "object": "chat.completion.chunk", "created": 3, "model": "test-model", "choices": [choice]} | changes


def text_chunks(*texts: str) -> list[dict[str, Any]]:
    return [chunk({"role": "assistant", "content": ""}), *(chunk({"content": text}) for text in texts), chunk({}, "stop")]


def call_delta(index: int | None, arguments: str | None = None, **names: Any) -> dict[str, Any]:
    """`call_delta(0, "{", id="call_1", name="weather")`."""
    function = {key: value for key, value in {"name": names.get("name"), "arguments": arguments}.items() if value is not None}
    told = {"index": index, "id": names.get("id"), "type": "function"} if index is not None else {"id": names.get("id")}
    return {"tool_calls": [{key: value for key, value in told.items() if value is not None} | {"function": function}]}


def completion(message: dict[str, Any], finish_reason: str = "stop") -> dict[str, Any]:
    choice = {"index": 0, "message": message, "finish_reason": finish_reason}
    return {"id": "c", "object": "chat.completion", "created": 3, "model": "test-model", "choices": [choice], "usage": COUNTS}
