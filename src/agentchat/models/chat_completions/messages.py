"""A conversation in the words of Chat Completions."""

from typing import Any

from agentchat.models.foreign_items import object_in, objects_in
from agentchat.runtime.values.exceptions import UserError
from agentchat.runtime.values.items import TResponseInputItem

_KEPT_BY_THE_SERVER = frozenset({"item_reference", "compaction"})
"""Items that stand for content which only a server of the Responses API has."""


def chat_messages(system_instructions: str | None, given: str | list[TResponseInputItem]) -> list[dict[str, Any]]:
    """The messages to send. What Chat Completions has no words for (reasoning, calls of hosted tools) is left out."""
    messages: list[dict[str, Any]] = []
    if system_instructions:
        messages.append({"role": "system", "content": system_instructions})
    for item in [{"role": "user", "content": given}] if isinstance(given, str) else given:
        _add(messages, item)
    return messages


def call_ids_in(given: str | list[TResponseInputItem]) -> frozenset[str]:
    """The ids of the calls that a conversation holds."""
    return frozenset() if isinstance(given, str) else frozenset(str(item["call_id"]) for item in given if item.get("call_id"))


def _add(messages: list[dict[str, Any]], item: TResponseInputItem) -> None:
    match item.get("type") or "message":
        case "message" if item.get("role"):
            _say(messages, _message(item))
        case "function_call":
            _calling(messages).append(_call(item))
        case "function_call_output":
            content = _plain_text(item.get("output"))
            messages.append({"role": "tool", "tool_call_id": item.get("call_id"), "content": content})
        case kind if kind in _KEPT_BY_THE_SERVER:
            raise UserError(f"Chat Completions cannot carry an item of type {kind!r}; use a model of the Responses API for it.")
        case _:
            pass


def _message(item: TResponseInputItem) -> dict[str, Any]:
    if item["role"] == "user":
        return {"role": "user", "content": _user_content(item.get("content"))}
    return {"role": item["role"], "content": _plain_text(item.get("content"))}


def _say(messages: list[dict[str, Any]], message: dict[str, Any]) -> None:
    """What an assistant says behind its calls joins their message: nothing may stand between calls and their outputs."""
    last = messages[-1] if messages else {}
    if message["role"] == "assistant" and last.get("tool_calls"):
        last["content"] = "".join(text for text in (last["content"], message["content"]) if text) or None
    else:
        messages.append(message)


def _calling(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The calls of the last message, which is the assistant's: text and the calls after it are one message."""
    if not messages or messages[-1]["role"] != "assistant":
        messages.append({"role": "assistant", "content": None})
    return messages[-1].setdefault("tool_calls", [])


def _call(item: TResponseInputItem) -> dict[str, Any]:
    function = {"name": item.get("name"), "arguments": item.get("arguments") or "{}"}
    return {"id": item.get("call_id"), "type": "function", "function": function}


def _user_content(content: object) -> object:
    return content if isinstance(content, str) else [_part(part) for part in objects_in(content)]


def _part(part: dict[str, Any]) -> dict[str, Any]:
    match part.get("type"):
        case "input_text" | "text" | "output_text":
            return {"type": "text", "text": part.get("text") or ""}
        case "input_image":
            return {"type": "image_url", "image_url": _image(part)}
        case "input_file":
            known = {key: part[key] for key in ("file_data", "file_id", "filename") if part.get(key)}
            return {"type": "file", "file": known}
        case "input_audio":
            return {"type": "input_audio", "input_audio": object_in(part.get("input_audio"))}
        case kind:
            raise UserError(f"Chat Completions cannot carry a part of type {kind!r} in a user's message; leave it out.")


def _image(part: dict[str, Any]) -> dict[str, Any]:
    if not part.get("image_url"):
        raise UserError("Chat Completions needs an image as image_url (a data URL too); a file_id is known to the Responses API only.")
    detail = {"detail": part["detail"]} if part.get("detail") else {}
    return {"url": part["image_url"], **detail}


def _plain_text(content: object) -> str:
    """The text of a message or of a tool's output; images and files of outputs have no place in it."""
    if isinstance(content, str):
        return content
    return "".join(str(part.get("text") or part.get("refusal") or "") for part in objects_in(content))
