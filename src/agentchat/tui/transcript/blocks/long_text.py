"""Texts that are too long to be shown unasked: how much of one is shown, and what says that there is more."""

from agentchat.tui.transcript.blocks.look import Look, fold_style
from agentchat.typesetting.doc import Run, Runs

LONG = 40
"""A text of more lines is shown in part."""
_SHOWN = 30
_LONG_CHARACTERS = 8_000


def is_long(text: str) -> bool:
    """Whether it is shown in part."""
    return len(text) > _LONG_CHARACTERS or text.count("\n") >= LONG


def cut_short(text: str) -> tuple[str, int]:
    """The beginning of a long text, and how many lines are not in it: the rest of a line counts as one."""
    if not is_long(text):
        return text, 0
    end = len("\n".join(text.split("\n", _SHOWN)[:_SHOWN]))
    end = min(end, _LONG_CHARACTERS)
    return text[:end], text.count("\n", end) + (text[end : end + 1] != "\n")


def more_lines(block: int, count: int, look: Look) -> Runs:
    """Says how much is not shown; a click on it shows it."""
    return (Run(f"… {count:,} more {'line' if count == 1 else 'lines'}", look.theme.fold + fold_style(block)),)
