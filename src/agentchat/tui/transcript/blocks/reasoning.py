"""What a model showed of its thinking: its last lines while it streams, one line when it is done."""

from dataclasses import replace

from agentchat.chat.transcript.blocks import ReasoningBlock
from agentchat.tui.transcript.blocks.answer import ending_mark
from agentchat.tui.transcript.blocks.look import NO_TASTE, Look, Opening, Taste, fold_style
from agentchat.tui.transcript.blocks.prose import prose
from agentchat.typesetting.doc import Run, Sheet
from agentchat.typesetting.theme import Theme

_WINDOW = 6
"""So many lines are shown while it streams, unless the reader opens or folds it."""


def openings(block: ReasoningBlock) -> tuple[Opening, ...]:
    """While it streams its last lines may be enough."""
    return ("folded", "open", "whole") if block.ending == "open" else ("folded", "open")


def unless_chosen(block: ReasoningBlock, taste: Taste = NO_TASTE) -> Opening:
    """Open while it streams."""
    return "open" if block.ending == "open" or taste.reasoning else "folded"


def reasoning_sheet(block: ReasoningBlock, look: Look) -> Sheet:
    """A head line that opens and folds, and below it the text."""
    writer = look.opening(block)
    opening = look.choice or unless_chosen(block, look.taste)
    title = Run(_title(block), look.theme.muted + fold_style(block.id))
    writer.flow((look.fold_mark(block.id, opened=opening != "folded"), title), look.body(block.path), look.body(block.path))
    if opening == "folded":
        return Sheet(writer.doc())
    prefix = (*look.body(block.path), Run("  ", kept=False))
    body = prose(block.text, block.ending, width=look.width, theme=_dim(look.theme), prefix=prefix)
    streams = block.ending == "open"
    window = _WINDOW if streams and opening == "open" else None
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
