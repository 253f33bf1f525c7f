"""What a model showed of its thinking: its last lines while it streams, one line when it is done."""

from dataclasses import replace

from rich.style import Style

from agentchat.chat.blocks import ReasoningBlock
from agentchat.tui.transcript.blocks.answer import ending_mark
from agentchat.tui.transcript.blocks.look import Look
from agentchat.tui.transcript.blocks.prose import prose
from agentchat.typesetting.doc import Run, Sheet
from agentchat.typesetting.theme import Theme

_WINDOW = 6
"""So many lines are shown while it streams, unless the reader opens or folds it."""


def is_open(block: ReasoningBlock, choice: bool | None) -> bool:  # noqa: FBT001 (the choice is the value itself)
    """Whether its text is shown."""
    return block.ending == "open" if choice is None else choice


def reasoning_sheet(block: ReasoningBlock, look: Look) -> Sheet:
    """A head line that opens and folds, and below it the text."""
    writer = look.opening(block.agent, block.path)
    opened = is_open(block, look.choice)
    fold = Style.from_meta({"fold": block.id})
    mark = Run("▼ " if opened else "▶ ", look.theme.fold + fold)
    writer.flow((mark, Run(_title(block), look.theme.muted + fold)), look.body(block.path), look.body(block.path))
    if not opened:
        return Sheet(writer.doc())
    prefix = (*look.body(block.path), Run("  ", kept=False))
    body = prose(block.text, block.ending, width=look.width, theme=_dim(look.theme), prefix=prefix)
    streams = block.ending == "open"
    window = _WINDOW if streams and look.choice is None else None
    return Sheet(writer.doc(), body, window, ending_mark(block.ending, block.path, look), grows=streams)


def _title(block: ReasoningBlock) -> str:
    if block.ending == "open":
        return "thinking …"
    words = len(block.text.split())
    return f"thought ({words} word)" if words == 1 else f"thought ({words} words)"


def _dim(theme: Theme) -> Theme:
    """The theme for text that matters less: no headings, and everything in the muted colour."""
    muted = theme.muted
    return replace(
        theme, text=muted, heading=muted + theme.strong, subheading=muted + theme.strong, strong=muted + theme.strong,
        emphasis=muted + theme.emphasis, code=muted, marker=muted,
    )
