"""Folds a text to a width in cells, and remembers where in the text each row came from.

A row that is gone on with does not end in a blank, because nobody could see that: the next row begins with it. So the rows as they
are seen, one after the other, are the text, wherever it was cut. (A row of nothing but blanks is for the view to mark.)
"""

from dataclasses import dataclass
from itertools import pairwise

from rich.cells import split_graphemes


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it is drawn: the characters from `start` to before `end`."""

    start: int
    end: int
    goes_on: bool
    """Whether it continues the line of the row before it."""


def folded(text: str, width: int, *, prose: int = 0) -> list[Row]:
    """The rows: cut at any character, because what is read character by character must not be moved about.

    Lines that begin within the first `prose` characters are sentences, and cut between words where that is possible.
    """
    rows: list[Row] = []
    position = 0
    for line in text.split("\n"):
        cuts = [0, *_cuts(line, width, at_words=position < prose), len(line)]
        rows.extend(Row(position + start, position + end, number > 0) for number, (start, end) in enumerate(pairwise(cuts)))
        position += len(line) + 1
    return rows


def _cuts(line: str, width: int, *, at_words: bool) -> list[int]:
    cuts = [0]
    while (room := _room(line, cuts[-1], width)) < len(line):
        cuts.append(_cut(line, cuts[-1], room, at_words=at_words))
    return cuts[1:]


def _cut(line: str, start: int, room: int, *, at_words: bool) -> int:
    """Where a row ends that begins at `start` and could reach to `room`. Only a row that is nothing but blanks ends in one."""
    if at_words:
        between = _before_blanks(line, start, max(start, line.rfind(" ", start, room + 1)))
        if between > start:
            return between
    end = _before_blanks(line, start, room)
    return end if end > start else room


def _before_blanks(line: str, start: int, end: int) -> int:
    return start + len(line[start:end].rstrip(" "))


def _room(line: str, start: int, width: int) -> int:
    """How far a row that begins at `start` could reach; at least over one character, however wide that is."""
    looked_at = width + 1
    while True:
        piece = line[start : start + looked_at]
        reach = _reach(piece, width)
        if reach < len(piece) or len(piece) < looked_at or looked_at > _LONGEST * width:
            return start + reach
        looked_at *= 2  # characters that are made of several


def _reach(piece: str, width: int) -> int:
    if piece.isascii():
        return min(len(piece), width)
    column = 0
    for begin, end, cells in split_graphemes(piece)[0]:
        column += cells
        if column > width:
            return begin or end
    return len(piece)


_LONGEST = 8
"""So many code points for each cell of a row are too many to be a text; it is cut before it is full."""
