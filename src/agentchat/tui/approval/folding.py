"""Folds a text to a width in cells, and remembers where in the text each row came from."""

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


def folded(text: str, width: int) -> list[Row]:
    """The rows, cut at any character; what is read character by character must not be moved about by word wrapping."""
    rows: list[Row] = []
    position = 0
    for line in text.split("\n"):
        cuts = [0, *_cuts(line, width), len(line)]
        rows.extend(Row(position + start, position + end, number > 0) for number, (start, end) in enumerate(pairwise(cuts)))
        position += len(line) + 1
    return rows


def _cuts(line: str, width: int) -> list[int]:
    if line.isascii():
        return list(range(width, len(line), width))
    cuts: list[int] = []
    column = 0
    for start, _, cells in split_graphemes(line)[0]:
        if column and column + cells > width:
            cuts.append(start)
            column = 0
        column += cells
    return cuts
