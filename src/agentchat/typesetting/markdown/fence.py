"""A fence that streams: no parser, and no line is laid out twice but to give it its right colours.

While it is open its lines are coloured one by one, which is wrong inside a comment or a string of several lines. Every `_SLAB`
lines, and when the fence closes, what came since is coloured again as one text.
"""

import re

from agentchat.typesetting.markdown.dialect import language_of
from agentchat.typesetting.markdown.pieces import Code, Piece

_OPENING = re.compile(r"( {0,3})(`{3,}|~{3,})([^\n]*)\n")
_GROUP = 16
"""So many lines make one piece until they are coloured together."""
_SLAB = 192
"""So many lines are coloured as one text: it bounds how long the colouring of a long fence takes at once."""


class OpenFence:
    """The fence at the end of a text. Mutable: fed by the stream; puts its pieces behind those that are there already."""

    def __init__(self, source: str, pieces: list[Piece]) -> None:
        match = _OPENING.match(source)
        assert match, "It is called where markdown-it found a fence."
        self.opening = match[0]
        self._indent, self._mark = len(match[1]), match[2]
        self._language = language_of(match[3])
        self._pieces = pieces
        self._first = self._begin = len(pieces)
        """Where its own pieces begin, and where those begin that have no right colours yet."""
        self._slab: list[str] = []
        """The lines since the last colouring, and below it how many of them are in pieces."""
        self._grouped = 0

    def is_closed_by(self, line: str) -> bool:
        """Whether the line ends the fence."""
        bare = line.strip(" \t")
        indent = len(line) - len(line.lstrip(" "))
        return indent <= 3 and len(bare) >= len(self._mark) and set(bare) == {self._mark[0]}

    def take(self, line: str) -> int:
        """Takes a complete line; gives the first piece that changed."""
        self._slab.append(self._content(line))
        if len(self._slab) == _SLAB:
            return self.colour()
        if len(self._slab) - self._grouped == _GROUP:
            self._pieces.append(self._code(self._slab[self._grouped:], whole=False))
            self._grouped += _GROUP
        return len(self._pieces)

    def colour(self) -> int:
        """Colours the lines since the last time as one text; gives the first piece that changed."""
        changed = self._begin
        del self._pieces[changed:]
        if self._slab or changed == self._first:
            self._pieces.append(self._code(self._slab, whole=True))
        self._slab, self._grouped, self._begin = [], 0, len(self._pieces)
        return changed

    def tail(self, line: str) -> list[Piece]:
        """The lines that are in no piece yet, with the unfinished one."""
        lines = self._slab[self._grouped:]
        if line and not self.is_closed_by(line):
            lines = [*lines, self._content(line)]
        nothing_shown = len(self._pieces) == self._first
        return [self._code(lines, whole=False)] if lines or nothing_shown else []

    def _content(self, line: str) -> str:
        """The line without the blanks by which the fence is indented."""
        blanks = len(line) - len(line.lstrip(" "))
        return line[min(blanks, self._indent):]

    def _code(self, lines: list[str], *, whole: bool) -> Code:
        place = len(self._pieces)
        return Code("\n".join(lines), self._language, gap=0 < place == self._first, whole=whole)
