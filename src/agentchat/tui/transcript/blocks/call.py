"""One tool call: a line that opens to its arguments, its verdict and its output."""

from rich.cells import cell_len
from rich.style import Style

from agentchat.chat.safe_text import safe_line, safe_text
from agentchat.chat.transcript.blocks import CallBlock, CallState
from agentchat.chat.transcript.call_line import call_line
from agentchat.tui.transcript.blocks.call_details import has_more, write_details
from agentchat.tui.transcript.blocks.look import Look, Opening, fold_style
from agentchat.tui.transcript.blocks.output import Place
from agentchat.typesetting.doc import Run, Runs, Sheet
from agentchat.typesetting.text_flow import TextFlow
from agentchat.typesetting.theme import Theme
from agentchat.typesetting.wrapping import shortened
from agentchat.typesetting.writer import Writer, width_of

_WINDOW = 8
"""So many lines of arguments are shown while they arrive, and of a tool's progress, unless the reader opens or folds the call."""
_STATUS_COLUMN = 46
"""Where the status stands when the call is short, so that those of several calls stand below each other."""
_LEAST_CALL = 16
"""When less room is left for the call itself, the status goes to a line of its own."""


def openings(block: CallBlock) -> tuple[Opening, ...]:
    """Long texts in it are shown in part before they are shown whole."""
    return ("folded", "open", "whole") if block.state == "building" or has_more(block) else ("folded", "open")


def unless_chosen(block: CallBlock) -> Opening:
    """Open while its arguments arrive."""
    return "open" if block.state == "building" else "folded"


def call_sheet(block: CallBlock, look: Look) -> Sheet:
    """The line, and below it what the call opens to."""
    writer = look.opening(block)
    opening = look.choice or unless_chosen(block)
    _write_line(writer, block, look, opened=opening != "folded")
    inside = (*look.body(block.path), Run("  ", kept=False))
    if block.state == "building":
        return _while_it_is_built(block, look, writer, inside=inside, opening=opening)
    _write_decision(writer, block, look, inside)
    if opening != "folded":
        write_details(block, Place(writer, look, block.id, inside))
    if block.progress and block.state == "running":
        _write_progress(writer, block, look, inside=inside, lines=1 if opening == "folded" else _WINDOW)
    return Sheet(writer.doc())


def _while_it_is_built(block: CallBlock, look: Look, writer: Writer, *, inside: Runs, opening: Opening) -> Sheet:
    if opening == "folded":
        return Sheet(writer.doc())
    flow = TextFlow(look.width, prefix=inside, run=Run("", look.theme.muted))
    flow.feed(block.arguments)
    return Sheet(writer.doc(), flow, _WINDOW if opening == "open" else None, grows=True)


def _write_line(writer: Writer, block: CallBlock, look: Look, *, opened: bool) -> None:
    prefix = look.body(block.path)
    fold = fold_style(block.id)
    mark = look.fold_mark(block.id, opened=opened)
    text, style = _status(block, look)
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
    line = f"{name}(…)" if block.state == "building" else call_line(block.tool, block.arguments, width=width)
    text = shortened(line, width)
    return Run(text[: len(name)], theme.strong + fold), Run(text[len(name):], theme.muted + fold)


_SIGNS: dict[CallState, tuple[str, str]] = {
    "building": ("…", "building"),
    "proposed": ("…", "proposed"),
    "running": ("…", "running"),
    "done": ("✓", "done"),
    "failed": ("✗", "failed"),
    "rejected": ("✗", "rejected"),
    "denied": ("✗", "denied"),
    "stopped": ("■", "stopped"),
    "unknown": ("?", "outcome unknown"),
}


def _status(block: CallBlock, look: Look) -> tuple[str, Style]:
    """How the call stands: a glyph and a word or a time, and their colour."""
    duration = "" if block.seconds is None else _duration(block.seconds)
    glyph, word = ("⏸", block.need) if block.state == "waiting" else _SIGNS[block.state]
    match block.state:
        case "running" if block.since is not None and look.now - block.since >= 1:
            return look.sign(glyph, f"{word} {_whole_seconds(look.now - block.since)}"), look.theme.running
        case "building" | "proposed" | "running":
            return look.sign(glyph, word), look.theme.running
        case "waiting" | "stopped" | "unknown":
            return look.sign(glyph, word), look.theme.waiting
        case "rejected" | "denied":
            return look.sign(glyph, word), look.theme.bad
        case "failed":
            return look.sign(glyph, f"{word} {duration}".rstrip()), look.theme.bad
        case "done" if look.taste.plain:
            return f"{word} {duration}".rstrip(), look.theme.good
        case "done":
            return f"{glyph} {duration or word}", look.theme.good


def _duration(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 60 else _whole_seconds(round(seconds))


def _whole_seconds(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _write_decision(writer: Writer, block: CallBlock, look: Look, inside: Runs) -> None:
    """Who decided about it; of a rule that only lets it run, the details tell."""
    if block.verdict and not block.verdict.startswith("allowed:"):
        mark = "" if look.taste.plain else "⚖ "
        writer.flow((Run(f"{mark}{safe_line(block.verdict)}", look.theme.muted),), inside, (*inside, Run("  ", kept=False)))


def _write_progress(writer: Writer, block: CallBlock, look: Look, *, inside: Runs, lines: int) -> None:
    """The last lines of what the tool tells of itself."""
    told = safe_text(block.progress).rstrip("\n").split("\n")[-lines:]
    for line in told:
        writer.put(inside, (Run(shortened(line, writer.room(inside)), look.theme.muted),))
