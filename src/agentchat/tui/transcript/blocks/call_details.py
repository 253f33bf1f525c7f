"""What a call opens to: its arguments, who decided, and its output, each under its name."""

import json

from agentchat.chat.safe_text import safe_line, safe_text
from agentchat.chat.transcript.blocks import CallBlock
from agentchat.tui.transcript.blocks import output
from agentchat.tui.transcript.blocks.json_text import json_of, rows_of
from agentchat.tui.transcript.blocks.output import Place, write_text
from agentchat.typesetting.doc import Run


def has_more(block: CallBlock) -> bool:
    """Whether a text in it is so long that it is shown in part."""
    texts = [_shown(value) for value in (_fields(block.arguments) or {"": block.arguments}).values()]
    return any(map(output.has_more, [*texts, block.output or ""]))


def write_details(block: CallBlock, place: Place) -> None:
    """All of it."""
    fields = _fields(block.arguments)
    if fields is None:
        _write_field("arguments", block.arguments, place)
    for name, value in (fields or {}).items():
        _write_field(name, _shown(value), place)
    if block.verdict.startswith("allowed:"):
        _write_field("decision", block.verdict, place)
    if block.output is not None:
        _write_field("output", block.output, place, label="" if place.look.taste.plain else "→ ")


def _fields(arguments: str) -> dict[str, object] | None:
    """The arguments by name; None when the text is no JSON object, which a model may well write."""
    try:
        value = json.loads(arguments)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None  # pyright: ignore[reportUnknownVariableType]  (names in JSON are strings)


def _shown(value: object) -> str:
    """A text of several lines as it is, everything else in JSON."""
    return value if isinstance(value, str) and "\n" in value else _json(value)


def _json(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:  # what could just be read may be too deep to be written
        return "…"


def _is_structure(text: str, *, room: int) -> bool:
    """Whether a text on one line is JSON that is better shown on several: a table, or what has no room beside its name."""
    value = json_of(text)
    return value is not None and (len(text) > room or rows_of(value) is not None)


def _write_field(name: str, value: str, place: Place, *, label: str = "") -> None:
    """A short value beside its name, one of several lines below it."""
    writer, theme, inside = place.writer, place.look.theme, place.inside
    head = Run(f"{label}{safe_line(name)}: ", theme.muted)
    bare = value.rstrip("\n")
    if "\n" not in bare and not _is_structure(bare, room=writer.room(inside) - len(head.text)):
        writer.flow((head, Run(safe_text(bare))), inside, (*inside, Run("  ", kept=False)))
        return
    writer.flow((head._replace(text=head.text.rstrip()),), inside, inside)
    write_text(bare, place)
