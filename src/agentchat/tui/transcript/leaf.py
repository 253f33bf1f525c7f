"""A block as it stands on the page: its sheet, and the lines that were made of it and are kept."""

from bisect import bisect_right
from operator import attrgetter

from agentchat.typesetting.doc import Line, Sheet

_NOTHING = Line((), 0)
"""What a block without any text yet shows: only what is folded away has no line at all."""


class Leaf:
    """The drawn lines of one block at one width and theme. Mutable: only the page grows it."""

    def __init__(self, sheet: Sheet, *, is_shown: bool = True) -> None:
        self.sheet = sheet
        lines = [*sheet.head.lines, *sheet.body_lines(), *sheet.foot_lines()]
        self.lines: list[Line] = lines or ([_NOTHING] if is_shown else [])
        self.grows = sheet.grows
        """Whether text can be fed to it."""
        self._hidden = sheet.hidden
        self._plain: str | None = None

    @property
    def plain(self) -> str:
        """The text that a selection of the whole block copies."""
        if self._plain is None:
            self._plain = self.sheet.plain
        return self._plain

    @property
    def first(self) -> int:
        """The first line that shows something: 1 where a blank line stands above the block."""
        return 0 if self.lines and self.lines[0].runs else 1

    def __len__(self) -> int:
        return len(self.lines)

    def feed(self, text: str) -> None:
        """Lets the body grow and draws what changed in it; only for one that grows."""
        assert self.sheet.body is not None
        self._draw_from(self.sheet.body.feed(text))

    def finish(self) -> None:
        """Lets the body know that nothing more comes, and draws what changed."""
        assert self.sheet.body is not None
        self.grows = False
        self._draw_from(self.sheet.body.finish())

    def line_of(self, character: int) -> int:
        """The line that shows a character of the block's plain text."""
        return max(0, bisect_right(self.lines, character, key=attrgetter("start")) - 1)

    def _draw_from(self, first: int) -> None:
        """Draws the body anew from its line `first` on; all of it when its window has moved."""
        self._plain = None
        hidden = self.sheet.hidden
        if hidden != self._hidden:
            first, self._hidden = 0, hidden
        place = len(self.sheet.head.lines) + max(0, first - hidden)
        new = self.sheet.body_lines(first)
        if place + len(new) == 0:
            new = [_NOTHING]
        self.lines[place:] = new
