"""Incremental Markdown: pieces become final as text arrives, and only the unfinished tail is parsed again.

The rule. The text up to its last newline decides, never the unfinished line. Every top-level block of the tail before the last one
is final. Inside a last block that grows long, a list is cut before its last item, a table before its last row and a paragraph where
it gets too long; a fence needs no parser at all. Link definitions count from final text only. None of this depends on how the text
was cut into deltas, so that a streamed text equals the same text fed at once.

Lines are counted in newlines only: to Markdown the other separators of `str.splitlines` are ordinary characters.
"""

from collections.abc import Iterator
from dataclasses import replace

from agentchat.typesetting.markdown.cutting import cut_of
from agentchat.typesetting.markdown.dialect import LONG, References, outline, parsed
from agentchat.typesetting.markdown.fence import OpenFence
from agentchat.typesetting.markdown.pieces import Joint, ListGoesOn, Piece, Prose, TableGoesOn

_SLICE = LONG // 4
"""A long text is taken in slices of about this size, so that what follows a fence is not parsed again and again."""
_SLACK = 256
"""How far beyond the limit a long line is searched for a blank to be cut at."""


class MarkdownStream:
    """The pieces of one text. Mutable: fed by the flow that lays it out."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        """Laid down: replaced only by a late link definition, or by the colouring of a fence."""
        self._changed = 0
        """The first of them that is new or changed since the last `feed` began."""
        self._tail: str = ""
        self._decided: int = 0
        """How much of the tail was complete when it was last looked at."""
        self._held = False
        """A carriage return came last: perhaps half of a line end."""
        self._references: References = {}
        self._joint: Joint = None
        """How the tail hangs on the last piece."""
        self._fence: OpenFence | None = None

    def feed(self, text: str) -> int:
        """Takes more text; gives the first piece that is new or changed."""
        self._changed = len(self.pieces)
        if self._held:
            text = "\r" + text
        self._held = text.endswith("\r")
        text = text.removesuffix("\r").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
        for part in _slices(text):
            self._take(part)
        return self._changed

    def finish(self) -> int:
        """Nothing more comes: everything becomes final. Gives the first piece that is new or changed."""
        self._changed = len(self.pieces)
        if self._held or (self._tail and not self._tail.endswith("\n")):
            self._take("\n")
        if self._fence is not None:
            self._changed = min(self._changed, self._fence.colour())
            self._fence = None
        elif self._tail:
            self._commit(self._tail)
        self._tail, self._held = "", False
        return self._changed

    def tail(self) -> list[Piece]:
        """What is not final yet, as it looks now; made anew at each call."""
        if self._fence is not None:
            return self._fence.tail(self._tail)
        return self._prose(self._tail, dict(self._references)) if self._tail else []

    def _take(self, part: str) -> None:
        line = self._tail.rfind("\n") + 1
        self._tail += part
        if self._fence is None:
            self._cut_long_lines(line)
        looking = True
        while looking:
            looking = self._advance_blocks() if self._fence is None else self._advance_fence(self._fence)

    def _cut_long_lines(self, start: int) -> None:
        """Breaks a line that is far too long, so that a text without line ends is bounded too."""
        while True:
            end = self._tail.find("\n", start)
            end = len(self._tail) if end < 0 else end
            if end - start < LONG + _SLACK:
                return
            blank = self._tail.find(" ", start + LONG, start + LONG + _SLACK)
            at = blank if blank >= 0 else start + LONG + _SLACK
            self._tail = self._tail[:at] + "\n" + self._tail[at:].removeprefix(" ")
            start = at + 1

    # Blocks

    def _advance_blocks(self) -> bool:
        """Makes final what the complete lines of the tail allow; True when it is worth to look again."""
        complete = self._tail.rfind("\n") + 1
        if complete <= self._decided:
            return False
        prefix = _prefix(self._joint)
        source = prefix + self._tail[:complete]
        cut = cut_of(source, outline(source), self._joint)
        at = max(0, cut.at - len(prefix))
        if at:
            self._commit(self._tail[:at])
            self._tail, self._joint = self._tail[at:], cut.joint
        if cut.opens_fence:
            self._fence = OpenFence(self._tail, self.pieces)
            self._tail = self._tail[len(self._fence.opening):]
        self._decided = 0 if cut.again else complete - at
        return cut.again

    def _commit(self, head: str) -> None:
        """Lays a text down for good."""
        known = len(self._references)
        pieces = self._prose(head, self._references)
        if len(self._references) > known:
            self._redraw_links()
        self.pieces += pieces
        self._joint = None

    def _prose(self, source: str, references: References) -> list[Piece]:
        """The source as one piece, or none when it shows nothing."""
        piece = Prose(_prefix(self._joint) + source, (), _gap(self._joint, first=not self.pieces), self._joint)
        piece = _with_tokens(piece, references)
        return [piece] if piece.tokens else []

    def _redraw_links(self) -> None:
        """A definition came: what was final may hold a link that was none before."""
        for place, piece in enumerate(self.pieces):
            if isinstance(piece, Prose) and ("[" in piece.source or isinstance(piece.joint, TableGoesOn)):
                redrawn = _with_tokens(piece, dict(self._references))
                if redrawn != piece:
                    self.pieces[place] = redrawn
                    self._changed = min(self._changed, place)

    # Fences

    def _advance_fence(self, fence: OpenFence) -> bool:
        """Takes the complete lines of the tail into the fence; True when it was closed."""
        *lines, rest = self._tail.split("\n")
        for place, line in enumerate(lines):
            if fence.is_closed_by(line):
                self._changed = min(self._changed, fence.colour())
                self._tail = "\n".join([*lines[place + 1:], rest])
                self._fence, self._decided = None, 0
                return True
            self._changed = min(self._changed, fence.take(line))
        self._tail = rest
        return False


def _slices(text: str) -> Iterator[str]:
    start = 0
    while start < len(text):
        newline = text.find("\n", start + _SLICE, start + LONG)
        end = newline + 1 if newline >= 0 else start + LONG
        yield text[start:end]
        start = end


def _prefix(joint: Joint) -> str:
    return joint.header if isinstance(joint, TableGoesOn) else ""


def _gap(joint: Joint, *, first: bool) -> bool:
    if isinstance(joint, ListGoesOn):
        return joint.gap
    return joint is None and not first


def _with_tokens(piece: Prose, references: References) -> Prose:
    sample = parsed(piece.joint.source, references) if isinstance(piece.joint, TableGoesOn) else ()
    return replace(piece, tokens=parsed(piece.source, references), sample=sample)
