"""The Strips of the lines that were seen lately.

A Strip remembers how it was cut and written, so a line that only moves costs next to nothing when it is drawn again. But with all
that it is dozens of objects, which hold each other in circles. Were the Strips of all lines kept, or made in several steps, the
garbage collector would look through hundreds of thousands of objects again and again while a long answer streams, and each time the
keys would wait for a fifth of a second.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter
from textual.strip import Strip

from agentchat.typesetting.doc import Line

KEPT = 256
"""Lines: several screens of them."""


@dataclass(frozen=True, slots=True)
class Paint:
    """What makes a finished Strip of a line's segments."""

    width: int
    base: Style
    """Lies under the styles of the segments."""
    background: Color
    filters: tuple[LineFilter, ...]
    """The app's; every line passes all of them."""

    def strip(self, segments: Iterable[Segment], *, base: Style | None = None) -> Strip:
        """The segments on one line of the full width; `base` where another one lies under them."""
        style = self.base if base is None else base
        line = Segment.adjust_line_length(list(Segment.apply_style(segments, style)), self.width, style)
        for line_filter in self.filters:
            line = line_filter.apply(line, self.background)
        return Strip(line, self.width)


class Strips:
    """The Strip of each line that was asked for lately. Mutable: the widget that draws owns it."""

    def __init__(self) -> None:
        self._paint: Paint | None = None
        self._kept: dict[int, tuple[Line, Strip]] = {}
        """By the identity of the line, which is kept with it, so that no other line can get the same."""

    def __len__(self) -> int:
        return len(self._kept)

    def of(self, line: Line, paint: Paint) -> Strip:
        """The line's Strip: the same object as before, unless the paint is another or many other lines were drawn since."""
        if paint is not self._paint:
            if paint != self._paint:
                self._kept.clear()
            self._paint = paint
        known = self._kept.get(id(line))
        if known is None:
            if len(self._kept) >= KEPT:
                self._kept.clear()
            known = self._kept[id(line)] = (line, paint.strip(line.segments()))
        return known[1]
