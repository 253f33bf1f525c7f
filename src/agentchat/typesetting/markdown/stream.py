"""Incremental Markdown: pieces become final as text arrives, and only the unfinished tail is parsed again.

The rule. The text up to its last newline decides, never the unfinished line. Everything before the last block is final, and so inside
of the last list and quote, however deep: a list is cut before its last item, an item before its last paragraph, a table before its
last row and a paragraph where it gets too long; a fence needs no parser at all. Link definitions count from final text only. None of
this depends on how the text was cut into deltas, so that a streamed text equals the same text fed at once.

Lines are counted in newlines only: to Markdown the other separators of `str.splitlines` are ordinary characters.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from markdown_it.token import Token

from agentchat.typesetting.markdown.containers import UNSEEN
from agentchat.typesetting.markdown.cutting import Cut, cut_of
from agentchat.typesetting.markdown.dialect import LONG, PART, References, outline, parsed
from agentchat.typesetting.markdown.fence import OpenFence
from agentchat.typesetting.markdown.pieces import APART, Joint, ListGoesOn, Piece, Prose, TableGoesOn
from agentchat.typesetting.markdown.unfinished import showable

_SLICE = LONG // 4
"""A long text is taken in slices of about this size, so that what follows a fence is not parsed again and again."""
_SLACK = 256
"""How far beyond the limit a long line is searched for a blank to be cut at."""
_WINDOW = 80
"""In so many characters a good place is looked for to break a line that is only somewhat long: where no mark seems to be open."""
_LONG_LINE = re.compile(rf"[^\n]{{{PART},}}")
_WORD_END = re.compile(r" (?=[^\W\d_])")
_SENTENCE_END = re.compile(r"(?<=[.,;:!?]) (?=[^\W\d_])")
_MARKS = re.compile(r"(?:[ >]|(?:[-+*]|\d{1,9}[.)])(?= ))*")
"""What stands before the content of a line."""


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
        self._joint = APART
        """How the tail hangs on the last piece."""
        self._fence: OpenFence | None = None
        self._shown: tuple[str, list[Piece]] = ("", [])
        """The tail as it was asked for last, and of which text it was made."""
        self._sample: tuple[str, tuple[Token, ...]] = ("", ())
        """The tokens of the first lines of the table that goes on."""

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
        """What is not final yet, as it looks now; the same list as before when nothing of that changed."""
        if self._fence is not None:
            return self._fence.tail(self._tail)
        before = self._joint.opening
        text = showable(before + self._tail)[len(before):]
        if text != self._shown[0]:
            piece = self._with_tokens(self._prose(text), dict(self._references), unfinished=True)
            self._shown = (text, [piece] if piece.tokens else [])
        return self._shown[1]

    def _take(self, part: str) -> None:
        line = self._tail.rfind("\n") + 1
        self._tail += part
        if self._fence is None:
            self._cut_long_lines(line)
        looking = True
        while looking:
            looking = self._advance_blocks() if self._fence is None else self._advance_fence(self._fence)

    def _cut_long_lines(self, start: int) -> None:
        """Breaks a line that is far too long, so that a text without line ends is bounded too. To the parser a line end is a blank."""
        while True:
            end = self._tail.find("\n", start)
            line = self._tail[start:] if end < 0 else self._tail[start:end]
            at = _break_of(line)
            if at is None:
                return
            inside = re.sub(r"[^ >]", " ", _marks_of(line))
            self._tail = self._tail[:start + at] + "\n" + inside + line[at:].removeprefix(" ") + self._tail[start + len(line):]
            start += at + 1

    # Blocks

    def _advance_blocks(self) -> bool:
        """Makes final what the complete lines of the tail allow; True when it is worth to look again."""
        complete = self._tail.rfind("\n") + 1
        if complete <= self._decided:
            return False
        before = self._joint.opening
        source = before + self._tail[:complete]
        cut = cut_of(source, outline(source), self._joint)
        at = max(0, cut.at - len(before))
        if at:
            self._commit(self._tail[:at], cut)
            self._tail = self._tail[at:]
        if at or cut.opens_fence:
            self._joint = cut.joint
        if cut.opens_fence:
            self._open_fence()
        self._decided = 0 if cut.again else complete - at
        return cut.again

    def _open_fence(self) -> None:
        line, _, self._tail = self._tail.partition("\n")
        self._fence = OpenFence(line, self._joint, self.pieces)
        self._joint, self._shown = Joint(self._joint.inside), ("", [])

    def _commit(self, head: str, cut: Cut | None = None) -> None:
        """Lays a text down for good."""
        known = len(self._references)
        piece = self._prose(head)
        if cut is not None and cut.behind_marks:
            piece = replace(piece, source=piece.source + UNSEEN, ends_in_marks=True)
        piece = self._with_tokens(replace(piece, unended=cut is not None and cut.unended), self._references)
        if len(self._references) > known:
            self._redraw_links()
        if piece.tokens:
            self.pieces.append(piece)
        self._shown = ("", [])

    def _prose(self, source: str) -> Prose:
        """The source behind its opening, not parsed yet."""
        before = self._joint.opening
        return Prose(before + source, (), _gap(self._joint, first=not self.pieces), self._joint, opened=before.count("\n"))

    def _with_tokens(self, piece: Prose, references: References, *, unfinished: bool = False) -> Prose:
        tokens = parsed(piece.source, references, unfinished=unfinished)
        if not isinstance(piece.joint.goes_on, TableGoesOn):
            return replace(piece, tokens=tokens)
        source = piece.joint.goes_on.source
        if source != self._sample[0]:
            self._sample = (source, parsed(source, references))
        return replace(piece, tokens=tokens, sample=self._sample[1])

    def _redraw_links(self) -> None:
        """A definition came: what was final may hold a link that was none before."""
        self._sample = ("", ())
        for place, piece in enumerate(self.pieces):
            if isinstance(piece, Prose) and ("[" in piece.source or isinstance(piece.joint.goes_on, TableGoesOn)):
                redrawn = self._with_tokens(piece, dict(self._references))
                if redrawn != piece:
                    self.pieces[place] = redrawn
                    self._changed = min(self._changed, place)

    # Fences

    def _advance_fence(self, fence: OpenFence) -> bool:
        """Takes the complete lines of the tail into the fence; True when it was closed."""
        *lines, rest = self._tail.split("\n")
        for place, line in enumerate(lines):
            content = fence.content(line)
            if content is None or fence.is_closed_by(content):
                self._changed = min(self._changed, fence.colour())
                self._tail = "\n".join([*lines[place + (content is not None):], rest])
                self._fence, self._decided = None, 0
                return True
            self._changed = min(self._changed, fence.take(content))
        self._tail = rest
        return False


def _slices(text: str) -> Iterator[str]:
    """The text in parts that are looked at one after the other; a long line has one of its own, because in a fence it is not broken."""
    start = 0
    while start < len(text):
        newline = text.find("\n", start + _SLICE, start + LONG)
        end = newline + 1 if newline >= 0 else start + LONG
        long = _LONG_LINE.search(text, text.find("\n", start, end) + 1 or end, end)
        end = end if long is None else long.start()
        yield text[start:end]
        start = end


def _break_of(line: str) -> int | None:
    """Where a line is broken; None when it is not too long, or what comes next is needed to say."""
    if len(line) >= PART + _WINDOW and line[len(_marks_of(line)):][:1] not in {"|", "#"}:
        ends = [match.start() for pattern in (_SENTENCE_END, _WORD_END) for match in pattern.finditer(line, PART, PART + _WINDOW)]
        best = next((end for end in ends if not any(line.count(mark, 0, end) % 2 for mark in "*_`")), ends[0] if ends else None)
        if best is not None and "|" not in line[:best]:
            return best
    if len(line) < LONG + _SLACK:
        return None
    blank = line.find(" ", LONG, LONG + _SLACK)
    return blank if blank >= 0 else LONG + _SLACK


def _marks_of(line: str) -> str:
    match = _MARKS.match(line, 0, _SLACK)
    return match[0] if match else ""


def _gap(joint: Joint, *, first: bool) -> bool:
    """Whether a piece has a blank line before it; inside of containers the layout decides that."""
    if joint.inside:
        return False
    return joint.gap if isinstance(joint.goes_on, ListGoesOn) else joint.goes_on is None and not first
