"""One tool call: a line that opens to its arguments, its verdict and its output."""

import json

from rich.cells import cell_len
from rich.style import Style

from agentchat.chat.blocks import CallBlock, CallState
from agentchat.chat.safe_text import safe_line, safe_text
from agentchat.tui.transcript.blocks.look import Look
from agentchat.typesetting.doc import Run, Runs, Sheet
from agentchat.typesetting.text_flow import TextFlow
from agentchat.typesetting.theme import Theme
from agentchat.typesetting.wrapping import shortened
from agentchat.typesetting.writer import Writer, width_of

_WINDOW = 8
"""So many lines of arguments are shown while they arrive, unless the reader opens or folds the call."""
_STATUS_COLUMN = 46
"""Where the status stands when the call is short, so that those of several calls stand below each other."""
_LEAST_CALL = 16
"""When less room is left for the call itself, the status goes to a line of its own."""


def is_open(block: CallBlock, choice: bool | None) -> bool:  # noqa: FBT001 (the choice is the value itself)
    """Whether its arguments and output are shown."""
    return block.state == "building" if choice is None else choice


def call_sheet(block: CallBlock, look: Look) -> Sheet:
    """The line, and below it what the call opens to."""
    writer = look.opening(block.agent, block.path)
    opened = is_open(block, look.choice)
    _write_line(writer, block, look, opened=opened)
    if not opened:
        return Sheet(writer.doc())
    inside = (*look.body(block.path), Run("  ", kept=False))
    if block.state == "building":
        flow = TextFlow(look.width, prefix=inside, run=Run("", look.theme.muted))
        flow.feed(block.arguments)
        return Sheet(writer.doc(), flow, _WINDOW if look.choice is None else None, grows=True)
    _write_details(writer, block, look.theme, inside)
    return Sheet(writer.doc())


def _write_line(writer: Writer, block: CallBlock, look: Look, *, opened: bool) -> None:
    prefix = look.body(block.path)
    fold = Style.from_meta({"fold": block.id})
    mark = Run("▼ " if opened else "▶ ", look.theme.fold + fold)
    text, style = _status(block, look.theme)
    status = Run(text, style + fold)
    room = look.width - width_of((*prefix, mark))
    beside = room - cell_len(text) - 2
    if beside < _LEAST_CALL:
        writer.put(prefix, (mark, *_call(block, room, look.theme, fold)))
        writer.put((*prefix, Run("  ", kept=False)), (status._replace(text=shortened(text, room)),))
        return
    call = _call(block, beside, look.theme, fold)
    column = min(_STATUS_COLUMN, beside)
    space = Run(" " * (2 + max(0, column - width_of(call))), fold)
    writer.put(prefix, (mark, *call, space, status))


def _call(block: CallBlock, width: int, theme: Theme, fold: Style) -> Runs:
    """The call in one line of at most `width` cells."""
    name = safe_line(block.tool)
    arguments = "…" if block.state == "building" else _brief(block.arguments)
    text = shortened(f"{name}({arguments})", width)
    return Run(text[: len(name)], theme.strong + fold), Run(text[len(name):], theme.muted + fold)


def _brief(arguments: str) -> str:
    """The arguments as one would write them in a call."""
    fields = _fields(arguments)
    if fields is None:
        return safe_line(arguments)
    return safe_line(", ".join([f"{name}={_json(value)}" for name, value in fields.items()]))


def _fields(arguments: str) -> dict[str, object] | None:
    """The arguments by name; None when the text is no JSON object, which a model may well write."""
    try:
        value = json.loads(arguments)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None  # pyright: ignore[reportUnknownVariableType]  (names in JSON are strings)


def _json(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:  # what could just be read may be too deep to be written
        return "…"


_WORDS: dict[CallState, str] = {
    "building": "… building",
    "proposed": "… proposed",
    "waiting": "⏸ needs approval",
    "running": "… running",
    "done": "✓",
    "failed": "✗ failed",
    "rejected": "✗ rejected",
    "denied": "✗ denied",
    "stopped": "■ stopped",
    "unknown": "? outcome unknown",
}


def _status(block: CallBlock, theme: Theme) -> tuple[str, Style]:
    """How the call stands: a glyph and a word or a time, and their colour."""
    duration = "" if block.seconds is None else _duration(block.seconds)
    match block.state:
        case "building" | "proposed" | "running":
            return _WORDS[block.state], theme.running
        case "waiting" | "stopped" | "unknown":
            return _WORDS[block.state], theme.waiting
        case "rejected" | "denied":
            return _WORDS[block.state], theme.bad
        case "failed":
            return f"{_WORDS[block.state]} {duration}".rstrip(), theme.bad
        case "done":
            return f"{_WORDS[block.state]} {duration or 'done'}", theme.good


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def _write_details(writer: Writer, block: CallBlock, theme: Theme, prefix: Runs) -> None:
    """Arguments, verdict and output, each under its name."""
    fields = _fields(block.arguments)
    if fields is None:
        _write_field(writer, "arguments", block.arguments, theme, prefix)
    for name, value in (fields or {}).items():
        _write_field(writer, name, value if isinstance(value, str) and "\n" in value else _json(value), theme, prefix)
    if block.verdict:
        _write_field(writer, "decision", block.verdict, theme, prefix)
    if block.output is not None:
        _write_field(writer, "output", block.output, theme, prefix, label="→ ")


def _write_field(writer: Writer, name: str, value: str, theme: Theme, prefix: Runs, *, label: str = "") -> None:
    """A short value beside its name, one of several lines below it."""
    head = Run(f"{label}{safe_line(name)}: ", theme.muted)
    shown = Run(safe_text(value.rstrip("\n")))
    if "\n" not in shown.text:
        writer.flow((head, shown), prefix, (*prefix, Run("  ", kept=False)))
        return
    writer.flow((head._replace(text=head.text.rstrip()),), prefix, prefix)
    bar = (*prefix, Run("│ ", theme.rule, kept=False))
    writer.flow((shown,), bar, bar)
