"""Frames of the Responses API as OpenAI sends them."""

from typing import Any


def message(text: str, item_id: str = "msg_1", status: str = "completed") -> dict[str, Any]:
    part: dict[str, Any] = {"type": "output_text", "text": text, "annotations": []}
    return {"type": "message", "id": item_id, "role": "assistant", "status": status, "content": [part]}


def call(name: str, arguments: str, call_id: str = "call_1", item_id: str = "fc_1") -> dict[str, Any]:
    return {
        "type": "function_call",
        "id": item_id,
        "call_id": call_id,
        "name": name,
        "arguments": arguments,
        "status": "completed",
    }


def usage(read: int = 5, written: int = 7) -> dict[str, Any]:
    return {
        "input_tokens": read,
        "input_tokens_details": {"cached_tokens": 2, "cache_write_tokens": 0},
        "output_tokens": written,
        "output_tokens_details": {"reasoning_tokens": 3},
        "total_tokens": read + written,
    }


def response(output: list[dict[str, Any]] | None = None, **changes: Any) -> dict[str, Any]:
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1.0,
        "model": "test-model",
        "status": "completed",
        "output": output or [],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": usage(),
    } | changes


def message_frames(*deltas: str, item_id: str = "msg_1", index: int = 0) -> list[dict[str, Any]]:
    text = "".join(deltas)
    place = {"item_id": item_id, "output_index": index, "content_index": 0}
    part: dict[str, Any] = {"type": "output_text", "text": "", "annotations": []}
    added: dict[str, Any] = message("", item_id, "in_progress") | {"content": []}
    return [
        {"type": "response.output_item.added", "output_index": index, "item": added},
        {"type": "response.content_part.added", **place, "part": part},
        *({"type": "response.output_text.delta", **place, "delta": delta, "logprobs": []} for delta in deltas),
        {"type": "response.output_text.done", **place, "text": text, "logprobs": []},
        {"type": "response.content_part.done", **place, "part": part | {"text": text}},
        {"type": "response.output_item.done", "output_index": index, "item": message(text, item_id)},
    ]


def call_frames(name: str, *deltas: str, call_id: str = "call_1", item_id: str = "fc_1", index: int = 0) -> list[dict[str, Any]]:
    text = "".join(deltas)
    place = {"item_id": item_id, "output_index": index}
    done = call(name, text, call_id, item_id)
    return [
        {"type": "response.output_item.added", "output_index": index, "item": done | {"arguments": "", "status": "in_progress"}},
        *({"type": "response.function_call_arguments.delta", **place, "delta": delta} for delta in deltas),
        {"type": "response.function_call_arguments.done", **place, "arguments": text, "name": name},
        {"type": "response.output_item.done", "output_index": index, "item": done},
    ]


def whole_stream(*middle: dict[str, Any], output: list[dict[str, Any]], **changes: Any) -> list[dict[str, Any]]:
    """created, in_progress, `middle`, completed; numbered."""
    begun = response(status="in_progress", usage=None)
    frames = [
        {"type": "response.created", "response": begun},
        {"type": "response.in_progress", "response": begun},
        *middle,
        {"type": "response.completed", "response": response(output, **changes)},
    ]
    return [{**frame, "sequence_number": number} for number, frame in enumerate(frames)]


def hello_stream(*deltas: str) -> list[dict[str, Any]]:
    return whole_stream(*message_frames(*deltas), output=[message("".join(deltas))])
