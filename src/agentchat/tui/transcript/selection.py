"""Selecting text, in characters of blocks instead of lines of the screen.

An end of a selection is an `Offset` whose y is the block and whose x a character of its plain text. It survives re-wrapping,
estimated heights and blocks that come above, which line numbers would not. Textual's own mouse selection is not used: it selects
to the end of the chat when the mouse leaves the pane, and does not follow when the pane scrolls under it.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Offset
from textual.selection import Selection

from agentchat.tui.transcript.page import Page
from agentchat.typesetting.doc import Line, Run
from agentchat.typesetting.wrapping import clusters


class Hit(NamedTuple):
    """The character under a cell: where it begins and where it ends."""

    begin: Offset
    end: Offset


def hit(line: Line, column: int, block: int) -> Hit:
    """What stands at a column of a line; beside the text it is the text's near end."""
    cell, nearest = 0, line.start
    for run, start in _placed(line):
        begin = start
        for cluster, size in clusters(run.text):
            end = begin + len(cluster) if run.kept else begin
            if run.kept and cell <= column < cell + size:
                return Hit(Offset(begin, block), Offset(end, block))
            if cell <= column:
                nearest = end
            begin, cell = end, cell + size
    return Hit(Offset(nearest, block), Offset(nearest, block))


def spanned(first: Hit, second: Hit) -> Selection:
    """The selection from one character to another, both with it."""
    ends = sorted((first, second), key=lambda end: (end.begin.y, end.begin.x))
    return Selection(ends[0].begin, ends[1].end)


def moved_end(end: Offset | None, block: int) -> Offset | None:
    """An end of a selection, when a block came before this one and those behind it."""
    return end if end is None or end.y < block else Offset(end.x, end.y + 1)


def selected_range(selection: Selection, block: int) -> tuple[int, int | None] | None:
    """The characters of a block that are selected: from, and to (None for its end); None when nothing is."""
    start, end = selection.start, selection.end
    if (start is not None and block < start.y) or (end is not None and block > end.y):
        return None
    first = start.x if start is not None and start.y == block else 0
    last = end.x if end is not None and end.y == block else None
    return first, last


def selected_text(page: Page, selection: Selection) -> str:
    """What a selection copies: the text as it is drawn, without edges and indents and without the breaks of wrapping."""
    start = selection.start.y if selection.start is not None else 0
    end = selection.end.y if selection.end is not None else len(page.blocks) - 1
    texts: list[str] = []
    for block in range(max(0, start), min(end, len(page.blocks) - 1) + 1):
        chosen = selected_range(selection, block)
        if chosen is not None:
            texts.append(page.leaf(block).plain[chosen[0]:chosen[1]].removesuffix("\n"))
    return "\n".join(texts)


class Span(NamedTuple):
    """Characters that are drawn in another style."""

    first: int
    last: int | None
    """The first one behind them; None for the end of the block."""
    style: Style

    def covers(self, begin: int, end: int) -> bool:
        """Whether these characters are among them."""
        return self.first <= begin and (self.last is None or end <= self.last)


def highlighted(line: Line, spans: Sequence[Span]) -> list[Segment]:
    """The line with styles over the chosen characters; a later span lies over an earlier one."""
    segments = [Segment(" ")]
    for run, start in _placed(line):
        ends = {0, len(run.text)}
        if run.kept:
            ends |= {min(max(0, end - start), len(run.text)) for span in spans for end in (span.first, span.last) if end is not None}
        for begin, end in pairwise(sorted(ends)):
            over = [span.style for span in spans if run.kept and span.covers(start + begin, start + end)]
            segments.append(Segment(run.text[begin:end], Style.combine([run.style, *over]) if over else run.style))
    return segments


def _placed(line: Line) -> Iterator[tuple[Run, int]]:
    """The runs with the places of their first characters in the block's plain text."""
    start = line.start
    for run in line.runs:
        yield run, start
        start += len(run.text) if run.kept else 0
