"""Selecting with the keys: from where, to where, and how the end that moves goes over the page."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from rich.cells import cell_len
from textual.geometry import Offset
from textual.selection import Selection

from agentchat.tui.transcript.page import Page, Place
from agentchat.tui.transcript.selection import hit
from agentchat.typesetting.doc import Line
from agentchat.typesetting.wrapping import clusters

Way: TypeAlias = Literal["character", "line", "start", "end"]

_LONGEST_CLUSTER = 32
"""Characters that are looked at to find the next one, which may be an emoji of several."""


@dataclass(frozen=True, slots=True)
class Caret:
    """Both ends of a selection that is made with the keys. A y is a block, an x a character of it."""

    fixed: Offset
    moving: Offset
    column: int | None = None
    """The cell that a way over several lines keeps to."""

    @property
    def selection(self) -> Selection:
        """What is selected: nothing when both ends are the same."""
        first, last = sorted((self.fixed, self.moving), key=lambda end: (end.y, end.x))
        return Selection(first, last)

    def behind(self, block: int) -> "Caret":
        """The same when a block came before this one and those behind it."""
        fixed, moving = (end if end.y < block else Offset(end.x, end.y + 1) for end in (self.fixed, self.moving))
        return Caret(fixed, moving, self.column)

    def moved(self, page: Page, way: Way, by: int) -> "Caret":
        """The caret after a key: by a character or a line, or to the start or the end of its line."""
        match way:
            case "character":
                return Caret(self.fixed, _by_character(page, self.moving, by))
            case "line":
                column = _column(page, self.moving) if self.column is None else self.column
                return Caret(self.fixed, _by_lines(page, self.moving, by, column=column), column)
            case "start" | "end":
                line = _line(page, self.moving)
                return Caret(self.fixed, Offset(line.start if way == "start" else line.start + len(_kept(line)), self.moving.y))


def place_of(page: Page, end: Offset) -> Place:
    """The line that an end of a selection stands on."""
    return Place(end.y, page.leaf(end.y).line_of(end.x))


def _by_character(page: Page, at: Offset, by: int) -> Offset:
    text = page.leaf(at.y).plain
    if by > 0 and at.x < len(text.removesuffix("\n")):
        return Offset(at.x + len(clusters(text[at.x : at.x + _LONGEST_CLUSTER])[0][0]), at.y)
    if by < 0 and at.x > 0:
        return Offset(at.x - len(clusters(text[max(0, at.x - _LONGEST_CLUSTER) : at.x])[-1][0]), at.y)
    neighbour = _neighbour(page, at.y, by)
    if neighbour is None:
        return at
    return Offset(0 if by > 0 else len(page.leaf(neighbour).plain.removesuffix("\n")), neighbour)


def _neighbour(page: Page, block: int, by: int) -> int | None:
    """The next block that is shown."""
    block += by
    while 0 <= block < len(page.blocks) and page.is_hidden(block):
        block += by
    return block if 0 <= block < len(page.blocks) else None


def _by_lines(page: Page, at: Offset, by: int, *, column: int) -> Offset:
    before = place_of(page, at)
    place = page.walk(before, by)
    line = page.leaf(place.block).lines[place.line]
    if place == before:  # there is no further line
        return Offset(line.start if by < 0 else line.start + len(_kept(line)), place.block)
    return hit(line, column, place.block).begin


def _line(page: Page, at: Offset) -> Line:
    place = place_of(page, at)
    return page.leaf(place.block).lines[place.line]


def _column(page: Page, at: Offset) -> int:
    line = _line(page, at)
    left = at.x - line.start
    cells = 0
    for run in line.runs:
        text = run.text[:left] if run.kept else run.text
        cells += cell_len(text)
        left -= len(run.text) if run.kept else 0
        if left <= 0 and run.kept:
            break
    return cells


def _kept(line: Line) -> str:
    return "".join([run.text for run in line.runs if run.kept])
