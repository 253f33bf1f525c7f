"""The outside of the dialog: its form and size for a screen, its title and its warning. No widgets."""

from dataclasses import dataclass
from typing import assert_never

from textual.content import Content

from agentchat.chat.safe_text import safe_line
from agentchat.chat.status import PendingCall
from agentchat.tui.approval.call_text import CallText
from agentchat.tui.approval.walk import Walk

WIDEST = 112
"""Columns; longer lines are hard to read."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The form of the dialog on a screen of this size, in cells."""

    screen_width: int
    screen_height: int
    is_full: bool = False
    """Whether the person wants it to take the whole screen."""

    @property
    def is_too_small(self) -> bool:
        """Whether there is only room to say so."""
        return self.screen_width < 20 or self.screen_height < 5

    @property
    def is_tiny(self) -> bool:
        """Whether the border has to go."""
        return self.screen_width < 34 or self.screen_height < 9

    @property
    def is_compact(self) -> bool:
        """Whether the dialog takes the whole screen."""
        return self.is_full or self.screen_width < 60 or self.screen_height < 16

    @property
    def classes(self) -> dict[str, bool]:
        """The CSS classes of the form."""
        return {"-compact": self.is_compact, "-tiny": self.is_tiny, "-too-small": self.is_too_small}

    @property
    def width(self) -> int:
        """Of the box, with its border."""
        return self.screen_width if self.is_compact else min(WIDEST, self.screen_width - 4)

    @property
    def inner_width(self) -> int:
        """Of what is in the box."""
        return self.width - (0 if self.is_tiny else 2) - (0 if self.is_compact else 2)

    @property
    def key_lines(self) -> int:
        """How many lines the keys may take."""
        return 1 if self.is_tiny else 2 if self.screen_height < 12 else 3

    def height_for(self, lines: int) -> int:
        """Of the box, with border or title, when so many lines are in it."""
        if self.is_full:
            return self.screen_height
        most = self.screen_height if self.is_compact else self.screen_height - 2
        return min(most, lines + (1 if self.is_tiny else 2))


def title_of(walk: Walk, shown: PendingCall | None) -> Content:
    """Who wants to run what, or how the call stands, and which of how many."""
    if shown is None:
        return Content("")
    number = f"{walk.index + 1} of {len(walk.open)} · " if len(walk.open) > 1 else ""
    tool = safe_line(shown.tool)
    match shown.asks:
        case "may it run":
            return Content(f"{number}{safe_line(shown.agent)} wants to run {tool}")
        case "approved, not run":
            return Content(f"{number}approved earlier, not run: {tool}")
        case "outcome unknown":
            return Content(f"{number}outcome unknown: {tool}")
        case _:
            assert_never(shown.asks)


def warning_of(text: CallText) -> str:
    """Names what one would not have seen, or not as what it is."""
    named = (("made visible", text.made_visible), ("look-alike letter", text.look_alikes))
    parts = [f"{what}: {_first_of(names)}" for what, names in named if names]
    return f"⚠ {'; '.join(parts)}" if parts else ""


def _first_of(names: tuple[str, ...]) -> str:
    first, *more = names
    return first + (f" and {len(more)} more" if more else "")
