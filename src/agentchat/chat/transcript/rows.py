"""Reading the items of a conversation, which are plain dicts in the vocabulary of the Responses API.

They are foreign data: another program, another version or another provider may have written them. Whatever is missing or of another
shape is read as nothing; no item makes a conversation unreadable. Standard library only, for the screen's first frame.
"""

import json
from collections.abc import Iterator
from typing import Any, Literal, TypeAlias

Item: TypeAlias = dict[str, Any]

ItemShape: TypeAlias = Literal["user", "answer", "reasoning", "call", "output", "hosted call", "other"]

_CALLS = frozenset(
    {"function_call", "computer_call", "local_shell_call", "shell_call", "apply_patch_call", "mcp_approval_request"}
)
"""What is answered here; all other calls are the provider's own affair."""

HANDOFF_PREFIX = "transfer_to_"
"""How the names of handoff tools begin, unless their author chose another."""


def shape_of(item: Item) -> ItemShape:
    """What the item is to a reader."""
    kind = item.get("type", "message")
    match kind, item.get("role"):
        case "message", "user":
            return "user"
        case "message", "assistant":
            return "answer"
        case "reasoning", _:
            return "reasoning"
        case str(), _ if kind in _CALLS:
            return "call"
        case str(), _ if kind.endswith("_call_output") or kind == "mcp_approval_response":
            return "output"
        case str(), _ if kind.endswith("_call"):
            return "hosted call"
        case _:
            return "other"


def text_of(item: Item) -> str:
    """What a message says: its texts and refusals; what is no text is named ("[image]")."""
    content = item.get("content")
    return content if isinstance(content, str) else "".join(_part_text(part) for part in _dicts(content))


def is_refusal(item: Item) -> bool:
    """True for a message that holds nothing but a refusal."""
    kinds = {part.get("type") for part in _dicts(item.get("content"))}
    return kinds == {"refusal"}


def is_incomplete(item: Item) -> bool:
    """True for a message that was cut off."""
    return item.get("status") == "incomplete"


def reasoning_of(item: Item) -> str:
    """What is readable of a model's reasoning: its summary, else its text; "" when it is encrypted."""
    summary = [_text(part.get("text")) for part in _dicts(item.get("summary"))]
    if any(summary):
        return "\n\n".join(text for text in summary if text)
    return "".join(_text(part.get("text")) for part in _dicts(item.get("content")))


def call_id_of(item: Item) -> str:
    """The provider's id of a call, on the call and on its output."""
    return _text(item.get("call_id")) or _text(item.get("approval_request_id")) or _text(item.get("id"))


def tool_of(item: Item) -> str:
    """The name of the tool that an item calls, of an MCP tool behind its server's; other tools are named by their kind."""
    name, server = _text(item.get("name")), _text(item.get("server_label"))
    if name:
        return f"{server}.{name}" if server else name
    return _text(item.get("type")).removesuffix("_call")


def arguments_of(item: Item) -> str:
    """The arguments of a call as JSON text; of a hosted one, whatever it tells of itself."""
    arguments = item.get("arguments")
    if isinstance(arguments, str):
        return arguments
    for part in ("operation", "action"):
        if isinstance(item.get(part), dict) and item.get("type") in _CALLS - {"computer_call"}:
            return json.dumps(item[part], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    told = {key: value for key, value in item.items() if key not in {"id", "type", "status", "call_id", "name"}}
    return json.dumps(told, ensure_ascii=False)


def output_of(item: Item) -> str:
    """What the model was given back, as text."""
    match item.get("type"):
        case "mcp_approval_response":
            return "Approved." if item.get("approve") is True else _text(item.get("reason"))
        case "computer_call_output":
            return _NAMED_PARTS["input_image"]
        case "shell_call_output":
            parts = [part.get(name) for part in _dicts(item.get("output")) for name in ("stdout", "stderr")]
            return "\n".join(text for text in map(_text, parts) if text)
        case _:
            return wire_text(item.get("output"))


def wire_text(output: object) -> str:
    """An output, which is a text or a list of parts, as text."""
    return output if isinstance(output, str) else "".join(_part_text(part) for part in _dicts(output))


def handoff_target(output: str) -> str:
    """The agent that a handoff's output names; "" when the output is none of a handoff."""
    try:
        told: Any = json.loads(output)
    except ValueError:
        return ""
    return _text(told.get("assistant")) if isinstance(told, dict) else ""  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType] - foreign data


_NAMED_PARTS = {"input_image": "[image]", "input_file": "[file]", "input_audio": "[audio]"}


def _part_text(part: Item) -> str:
    kind = _text(part.get("type"))
    if kind == "refusal":
        return _text(part.get("refusal"))
    return _named(part, _NAMED_PARTS[kind]) if kind in _NAMED_PARTS else _text(part.get("text"))


def _named(part: Item, name: str) -> str:
    filename = _text(part.get("filename"))
    return f"[file {filename}]" if filename else name


def _dicts(value: object) -> Iterator[Item]:
    """The dicts in a list; nothing when it is no list."""
    if isinstance(value, list):
        yield from (entry for entry in value if isinstance(entry, dict))  # pyright: ignore[reportUnknownVariableType] - foreign data


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
