"""Files that go with what a person says: how a message names them, how it is stored with them, and how they are found in it again.

A name stands in the text behind an @: `@notes.md`, `@"two words.txt"`. The message that is sent has the text as its first part, and for
each file a part that begins with a line about it, for a person and a model alike; an image follows that line as a part of its own.
Standard library only: the screen's first frame is drawn with it.
"""

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from agentchat.chat.transcript.blocks import Attachment
from agentchat.chat.transcript.rows import Item, text_of

_NAME = re.compile(r"(?:^|(?<=[\s(\[{\"',]))@(?:\"([^\"\n]{1,1000})\"|([^\s\"<>|]{1,1000}))")
_HEAD = re.compile(r'Attached (?:file|image) ("(?:[^"\\]|\\.)*") \(([^()\n]*)\):')
_BEHIND = ".,;:!?)]}'"
"""Characters that end a sentence or a bracket more often than the name of a file."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that goes with a message."""

    name: str
    about: str
    """How large it is, and how much of it is here: "1.2 KB"."""
    content: str
    """Its text; of an image its data URL."""
    kind: Literal["file", "image"] = "file"


def names_in(text: str) -> tuple[tuple[str, ...], ...]:
    """What the text names, in its order: for each place the names that may be meant, the longest first."""
    places = ((found[1],) if found[1] else _spellings(found[2]) for found in _NAME.finditer(text))
    return tuple(dict.fromkeys(places))


def mention_of(name: str) -> str:
    """The name as it stands in a text."""
    return f'@"{name}"' if re.search(r"\s", name) or name.endswith(tuple(_BEHIND)) else f"@{name}"


def message_with(text: str, enclosed: Sequence[Enclosed]) -> Item:
    """The message as it is sent and stored."""
    parts: list[dict[str, Any]] = [{"type": "input_text", "text": text}]
    for one in enclosed:
        head = f"Attached {one.kind} {json.dumps(one.name)} ({one.about}):"
        if one.kind == "image":
            parts += [{"type": "input_text", "text": head}, {"type": "input_image", "image_url": one.content, "detail": "auto"}]
        else:
            parts.append({"type": "input_text", "text": f"{head}\n{one.content}"})
    return {"type": "message", "role": "user", "content": parts}


def data_url(kind: str, data: bytes) -> str:
    """An image as a part of a message holds it; `kind` is its media type."""
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"


def said_in(item: Item) -> str:
    """What the person wrote in a message, without the files that go with it."""
    parts = _with_files(item)
    return text_of(item) if parts is None else str(parts[0]["text"])


def attached_to(item: Item) -> tuple[Attachment, ...]:
    """The files that go with a message."""
    heads = (_HEAD.match(str(part.get("text", ""))) for part in (_with_files(item) or [])[1:])
    return tuple(Attachment(json.loads(head[1]), head[2]) for head in heads if head is not None)


def _with_files(item: Item) -> list[dict[str, Any]] | None:
    """The parts of a message that was made here; None for any other, which is foreign and shown whole."""
    content: Any = item.get("content")
    parts: list[dict[str, Any]] = content if isinstance(content, list) and all(isinstance(part, dict) for part in content) else []  # pyright: ignore[reportUnknownVariableType] - foreign data
    is_ours = len(parts) > 1 and _text(parts[0]) is not None and all(map(_is_of_a_file, parts, parts[1:]))
    return parts if is_ours else None


def _is_of_a_file(before: dict[str, Any], part: dict[str, Any]) -> bool:
    """Whether it is a file with the line about it, or the image behind such a line."""
    return _HEAD.match(_text(before if part.get("type") == "input_image" else part) or "") is not None


def _text(part: dict[str, Any]) -> str | None:
    text = part.get("text")
    return text if part.get("type") == "input_text" and isinstance(text, str) else None


def _spellings(name: str) -> tuple[str, ...]:
    """The name as it stands there, and without what ends the sentence."""
    return tuple(dict.fromkeys(spelled for spelled in (name, name.rstrip(_BEHIND)) if spelled))
