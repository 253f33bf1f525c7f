"""Writes runs under a prefix, line by line, and keeps count of the plain text."""

from typing import NamedTuple

from rich.cells import cell_len

from agentchat.typesetting.doc import Doc, Line, Run, Runs
from agentchat.typesetting.wrapping import breaks, cut

LEAST_WIDTH = 8
"""Text is wrapped to at least this many cells, however narrow the screen; what does not fit is cropped."""


class Unended(NamedTuple):
    """The last line of a text that another writer goes on with."""

    line: Line
    prefix: Runs
    runs: Runs
    """What the line holds behind its prefix."""


class Writer:
    """Gathers lines. Mutable: used by one renderer, then read once."""

    def __init__(self, width: int, *, start: int = 0) -> None:
        self.width = width
        self.position = start
        """Where the next kept character will stand in the plain text."""
        self.lines: list[Line] = []
        self._kept: list[str] = []

    @property
    def plain(self) -> str:
        """The kept text that was written."""
        return "".join(self._kept)

    def doc(self) -> Doc:
        """What was written."""
        return Doc(tuple(self.lines), self.plain)

    def put(self, prefix: Runs, runs: Runs = (), *, ends: bool = True) -> None:
        """Writes one line; `ends` when a line break belongs to the plain text, and not only to the wrapping."""
        line = Line((*prefix, *runs), self.position)
        self.lines.append(line)
        kept = "".join([run.text for run in line.runs if run.kept]) + ("\n" if ends else "")
        self._kept.append(kept)
        self.position += len(kept)

    def flow(self, runs: Runs, first: Runs, rest: Runs) -> None:
        """Wraps runs by words under a prefix; line breaks in the text are kept."""
        for paragraph in hard_lines(runs):
            self._wrap(paragraph, first, rest, ends=True)
            first = rest

    def flow_on(self, runs: Runs, first: Runs, rest: Runs) -> Unended:
        """The same for a text that goes on behind a blank: gives the last line as it stands, which another writer takes up."""
        *paragraphs, last = hard_lines((*runs, Run(" ")))
        for paragraph in paragraphs:
            self._wrap(paragraph, first, rest, ends=True)
            first = rest
        return self._wrap(last, first, rest, ends=False)

    def _wrap(self, paragraph: Runs, first: Runs, rest: Runs, *, ends: bool) -> Unended:
        *pieces, last = cut(paragraph, breaks("".join([run.text for run in paragraph]), self.room(rest)))
        for piece in pieces:
            self.put(first, piece, ends=False)
            first = rest
        self.put(first, last, ends=ends)
        return Unended(self.lines[-1], first, last)

    def room(self, prefix: Runs) -> int:
        """How many cells are left beside a prefix."""
        return max(LEAST_WIDTH, self.width - width_of(prefix))


def width_of(runs: Runs) -> int:
    """The cells that runs take."""
    return sum([cell_len(run.text) for run in runs])


def hard_lines(runs: Runs) -> list[Runs]:
    """The runs split at their line breaks, which are left out."""
    lines: list[list[Run]] = [[]]
    for run in runs:
        if "\n" not in run.text:
            lines[-1] += [run] if run.text else []
            continue
        first, *more = run.text.split("\n")
        if first:
            lines[-1].append(run._replace(text=first))
        lines += [[run._replace(text=text)] if text else [] for text in more]
    return [tuple(line) for line in lines]
