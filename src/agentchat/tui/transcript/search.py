"""Searching in a conversation: every place where a text stands, also in blocks that nobody has drawn yet.

What is searched is what is drawn: the plain text of each block as it is when it is shown whole. So a hit can be highlighted, and a
word is found whatever marks stand inside it in the source. To draw all blocks of a long conversation takes seconds; therefore it is
read in slices, and a block whose source cannot hold the text is not drawn at all. How many hits each block has is kept in the same
tree as the heights of blocks, so that "3 of 17" and the way to the next hit cost the same in every conversation.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from agentchat.chat.safe_text import safe_text
from agentchat.chat.transcript.blocks import AnswerBlock, Block, CallBlock, ReasoningBlock, UserBlock
from agentchat.tui.transcript.heights import Heights
from agentchat.tui.transcript.leaf import Leaf
from agentchat.tui.transcript.page import Page
from agentchat.typesetting.doc import Line

SLICE = 20_000
"""Characters that are drawn and read at once: some milliseconds."""
_PER_BLOCK = 40
"""What a block costs beside its characters, in characters."""
_CHEAPER = 20
"""How many times faster it is to look at a source than to draw it."""
_WORD = re.compile(r"[^\W\d_]{2,}")
"""What must stand in a source if it stands in the drawn text; numbers of lists are counted anew when they are drawn."""
_MARKS = str.maketrans("", "", "*_`~\\[]")
_DECORATION = "image cut off here the model refused you more lines line"
"""Words that are drawn and stand in no source."""


class Found(NamedTuple):
    """A hit in a line."""

    first: int
    last: int
    is_current: bool


class _Current(NamedTuple):
    """The hit that one is at."""

    block: int
    place: int
    """Among the hits of its block."""
    character: int


class Search:
    """One text that is looked for. Mutable: the view that shows the page feeds it, slice by slice."""

    def __init__(self, page: Page, text: str, *, start: int) -> None:
        self.text = text
        self._page = page
        self._pattern = re.compile(re.escape(text), re.IGNORECASE)
        self._words = [word.casefold() for word in _WORD.findall(text)]
        self._counts = Heights(0 for _ in page.blocks)
        behind = range(start + 1, len(page.blocks))
        self._unread = dict.fromkeys([*reversed(behind), *range(start + 1)])
        """Blocks to be read, the next one last: from where the reader is to the beginning, then from there to the end."""
        self._current: _Current | None = None

    @property
    def total(self) -> int:
        """Hits so far."""
        return self._counts.total

    @property
    def is_done(self) -> bool:
        """Whether everything was read."""
        return not self._unread

    @property
    def number(self) -> int:
        """Which hit one is at, from 1; 0 for none."""
        return 0 if self._current is None else self._counts.before(self._current.block) + self._current.place + 1

    @property
    def current(self) -> tuple[int, int] | None:
        """The block of the hit that one is at, and its character there."""
        return None if self._current is None else (self._current.block, self._current.character)

    def touch(self, blocks: Iterable[int]) -> None:
        """These blocks are new or have changed."""
        for block in blocks:
            while block >= len(self._counts):
                self._counts.append(0)
            self._unread[block] = None

    def read(self) -> int | None:
        """Reads a slice; gives the first block in it that has a hit."""
        room, found = SLICE, None
        while self._unread and room > 0:
            block, _ = self._unread.popitem()
            room -= self._read(block)
            if found is None and self._counts[block]:
                found = block
        return found

    def stand_on(self, block: int, *, before: int) -> None:
        """The hit that one is at is in this block: the last one before a character, or the first."""
        earlier = [hit for hit in self._hits(block) if hit < before]
        self._stand(block, max(0, len(earlier) - 1))

    def step(self, by: int) -> None:
        """To the next hit or the one before; behind the last comes the first."""
        if self.total:
            self._stand(*self._counts.find((max(0, self.number - 1) + by) % self.total))

    def _stand(self, block: int, place: int) -> None:
        hits = self._hits(block)
        place = min(place, len(hits) - 1)
        self._current = _Current(block, place, hits[place]) if hits else None

    def shows(self, leaf: Leaf, character: int) -> bool:
        """Whether a block, as much of it as is shown now, has a hit at this character."""
        return self._pattern.match(leaf.plain, character) is not None

    def in_line(self, block: int, leaf: Leaf, line: Line) -> Iterator[Found]:
        """The hits that a drawn line shows something of."""
        if block >= len(self._counts) or not self._counts[block]:
            return
        length = sum([len(run.text) for run in line.runs if run.kept])
        begin = max(0, line.start - len(self.text) + 1)
        for match in self._pattern.finditer(leaf.plain, begin, line.start + length + len(self.text)):
            if match.start() < line.start + length:
                yield Found(match.start(), match.end(), (block, match.start()) == self.current)

    def _read(self, place: int) -> int:
        """Counts the hits of a block; gives what that cost, in characters that are drawn."""
        block = self._page.blocks[place]
        may_hold = self._may_hold(block)
        self._counts.set(place, len(self._hits(place)) if may_hold else 0)
        if self._current is not None and self._current.block == place:
            self._stand(place, self._current.place)
        return _PER_BLOCK + _size(block) // (1 if may_hold else _CHEAPER)

    def _hits(self, place: int) -> list[int]:
        return [match.start() for match in self._pattern.finditer(self._page.whole_text(place))]

    def _may_hold(self, block: Block) -> bool:
        """False when a long text, drawn, certainly does not have all the words."""
        if not isinstance(block, AnswerBlock | UserBlock) or "&" in block.text:
            return True
        source = f"{safe_text(block.text)} {block.agent} {_DECORATION}".translate(_MARKS).casefold()
        return all(word in source for word in self._words)


def _size(block: Block) -> int:
    match block:
        case UserBlock() | AnswerBlock() | ReasoningBlock():
            return len(block.text)
        case CallBlock():
            return len(block.arguments) + len(block.output or "")
        case _:
            return 0
