"""A fence that streams: no parser, and no line is laid out twice but to give it its right colours.

While it is open its lines are coloured one by one, which is wrong inside a comment or a string of several lines. Every `_SLAB`
lines, and when the fence closes, what came since is coloured again as one text.
"""

import re

from agentchat.typesetting.markdown.containers import inner
from agentchat.typesetting.markdown.dialect import language_of
from agentchat.typesetting.markdown.pieces import Code, Joint, Piece

_OPENING = re.compile(r"( {0,3})(`{3,}|~{3,})([^\n]*)")
_JOINERS = "\u200d\ufe0e\ufe0f"
"""At the end of a line they wait for what they join."""
_GROUP = 16
"""So many lines make one piece until they are coloured together."""
_SLAB = 192
"""So many lines are coloured as one text: it bounds how long the colouring of a long fence takes at once."""


class OpenFence:
    """The fence at the end of a text. Mutable: fed by the stream; puts its pieces behind those that are there already."""

    def __init__(self, line: str, joint: Joint, pieces: list[Piece]) -> None:
        content = inner(line, joint.inside)
        match = _OPENING.match(line if content is None else content)
        assert match, "It is called where markdown-it found a fence."
        self.inside = joint.inside
        """The quotes and items that it stands in."""
        self._indent, self._mark = len(match[1]), match[2]
        self._language = language_of(match[3])
        self._gap = joint.gap if joint.inside else bool(pieces)
        self._pieces = pieces
        self._first = self._begin = len(pieces)
        """Where its own pieces begin, and where those begin that have no right colours yet."""
        self._slab: list[str] = []
        """The lines since the last colouring, and below it how many of them are in pieces."""
        self._grouped = 0

    def content(self, line: str) -> str | None:
        """A line without what belongs to the containers around; None when it ends them, and with them the fence."""
        return inner(line, self.inside)

    def is_closed_by(self, content: str) -> bool:
        """Whether a complete line ends the fence."""
        return self._may_close(content) and len(content.strip(" \t")) >= len(self._mark)

    def take(self, content: str) -> int:
        """Takes a complete line; gives the first piece that changed."""
        self._slab.append(self._unindented(content))
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
        """The lines that are in no piece yet, with the unfinished one unless it may end the fence."""
        lines = self._slab[self._grouped:]
        content = self.content(line.rstrip(_JOINERS))
        if content and not self._may_close(content):
            lines = [*lines, self._unindented(content)]
        nothing_shown = len(self._pieces) == self._first
        return [self._code(lines, whole=False)] if lines or nothing_shown else []

    def _may_close(self, content: str) -> bool:
        """Whether nothing but marks of the fence stands in the line."""
        indent = len(content) - len(content.lstrip(" "))
        return indent <= 3 and set(content.strip(" \t")) <= {self._mark[0]} and bool(content.strip(" \t"))

    def _unindented(self, content: str) -> str:
        """The line without the blanks by which the fence is indented."""
        blanks = len(content) - len(content.lstrip(" "))
        return content[min(blanks, self._indent):]

    def _code(self, lines: list[str], *, whole: bool) -> Code:
        is_first = len(self._pieces) == self._first
        return Code("\n".join(lines), self._language, self._gap and is_first, whole, labelled=is_first, inside=self.inside)
