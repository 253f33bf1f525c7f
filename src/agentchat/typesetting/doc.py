"""What text becomes: lines of styled runs that know which characters of the plain text they show.

Everything that needs a character's place (selection, anchors on resize) reads it from here; what is drawn is made of these lines.
"""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from rich.segment import Segment
from rich.style import Style

NO_STYLE = Style.null()


class Run(NamedTuple):
    """Text in one style. Foreign text must have passed `safe_text` before it is in a run."""

    text: str
    style: Style = NO_STYLE
    kept: bool = True
    """True when it belongs to the plain text; edges, bars and indents do not."""


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it is shown."""

    runs: Runs
    start: int
    """Where the first kept character stands in the plain text."""

    def segments(self) -> list[Segment]:
        """The line as Rich draws it, behind a blank cell where a cursor can stand."""
        return [Segment(" "), *[Segment(run.text, run.style) for run in self.runs]]

    def moved(self, by: int) -> "Line":
        """The same line of a text that begins `by` characters later."""
        return Line(self.runs, self.start + by) if by else self


@dataclass(frozen=True, slots=True)
class Doc:
    """A finished text: its lines, and the plain text that a selection copies."""

    lines: tuple[Line, ...] = ()
    plain: str = ""


EMPTY = Doc()


class Flow(Protocol):
    """A text that can still grow at its end, laid out as it comes."""

    @property
    def lines(self) -> list[Line]:
        """All lines so far; the owner of the flow changes the list in place."""
        ...

    @property
    def plain(self) -> str:
        """All kept text so far."""
        ...

    def feed(self, text: str) -> int:
        """Takes more text; gives the first line that is new or changed."""
        ...

    def finish(self) -> int:
        """Nothing more comes; gives the first line that changed. A finished flow takes no more text."""
        ...


@dataclass(frozen=True, slots=True)
class Sheet:
    """A text in parts: a head, perhaps a body that still grows, and a foot."""

    head: Doc
    body: Flow | None = None
    window: int | None = None
    """How many of the body's last lines are shown; None for all."""
    foot: Doc = EMPTY
    grows: bool = False
    """Whether more text may be fed to the body."""

    @property
    def plain(self) -> str:
        """The text that a selection of the whole sheet copies."""
        return self.head.plain + (self.body.plain if self.body else "") + self.foot.plain

    def body_lines(self, first: int = 0) -> list[Line]:
        """The body's shown lines from its line `first` on, at their places in the sheet's plain text."""
        if self.body is None:
            return []
        lines = self.body.lines[max(first, self.hidden):]
        return [line.moved(len(self.head.plain)) for line in lines]

    def foot_lines(self) -> list[Line]:
        """The foot's lines, at their places in the sheet's plain text."""
        before = len(self.head.plain) + (len(self.body.plain) if self.body else 0)
        return [line.moved(before) for line in self.foot.lines]

    @property
    def hidden(self) -> int:
        """How many of the body's first lines the window leaves out."""
        if self.body is None or self.window is None:
            return 0
        return max(0, len(self.body.lines) - self.window)
