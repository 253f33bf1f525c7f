"""The laid-out conversation: which lines it has, and which block stands where. Knows nothing of scrolling or of Textual's widgets.

Only blocks that someone looks at are drawn; all others have an estimated height. What was drawn is kept until the width, the theme
or the block itself changes, and an open block is not drawn anew when its text grows: only its end is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple, assert_never

from agentchat.chat.transcript.blocks import AnswerBlock, Block, path_of
from agentchat.chat.transcript.changes import BlockAdded, BlockExtended, BlockInserted, BlockReplaced, Change, Transcript
from agentchat.tui.transcript.blocks.look import NO_TASTE, Look, Opening, Taste, author_of, look_of
from agentchat.tui.transcript.blocks.render import estimate, openings, render, unless_chosen
from agentchat.tui.transcript.heights import Heights
from agentchat.tui.transcript.leaf import Leaf
from agentchat.tui.transcript.nests import Nests
from agentchat.typesetting.doc import EMPTY, Sheet
from agentchat.typesetting.theme import Theme


class Place(NamedTuple):
    """A line of the page that keeps its meaning when blocks above it change their heights."""

    block: int
    line: int
    """Counted inside the block."""


class Page:
    """Blocks, their heights and their drawn lines. Mutable: only the widget that shows it changes it."""

    def __init__(self, taste: Taste = NO_TASTE) -> None:
        self.taste = taste
        self.renders = 0
        """How often a block was drawn, anew or at its end."""
        self.width = 80
        self.theme = Theme()
        self.now = 0.0
        """Seconds since the epoch, as whoever shows the page said last."""
        self._transcript = Transcript()
        self._leaves: list[Leaf | None] = []
        self._heights = Heights()
        self._choices: dict[int, Opening] = {}
        """What the reader opened and folded."""
        self._nests = Nests(self.blocks)
        self._growth: dict[int, list[str]] = {}
        """Text that came for blocks and is not drawn yet."""

    @property
    def blocks(self) -> Sequence[Block]:
        """The conversation."""
        return self._transcript.blocks

    @property
    def total(self) -> int:
        """Lines of the page; an estimate as far as blocks were not drawn."""
        return self._heights.total

    # What the conversation does

    def load(self, blocks: Iterable[Block], theme: Theme | None = None) -> None:
        """Replaces everything, and the theme where one is given."""
        self._transcript = Transcript(list(blocks))
        self._nests = Nests(self.blocks)
        self._choices.clear()
        self._growth.clear()
        self.restyle(self.width, theme or self.theme)

    def restyle(self, width: int, theme: Theme) -> None:
        """Forgets what was drawn, because it looks different now."""
        self.width, self.theme = width, theme
        self._leaves = [None] * len(self.blocks)
        self._heights = Heights.estimated(len(self.blocks), self._estimate)

    def apply(self, changes: Iterable[Change]) -> None:
        """Takes any number of changes; text that came in many pieces is drawn once."""
        for change in changes:
            old = self.blocks[change.block.id] if isinstance(change, BlockReplaced) else None
            self._transcript.apply(change)
            match change:
                case BlockAdded(block):
                    self._add(block)
                case BlockInserted(block):
                    self._insert(block)
                case BlockExtended(id, text):
                    self._growth.setdefault(id, []).append(text)
                case BlockReplaced(block):
                    assert old is not None
                    self._replace(old, block)
                case _:
                    assert_never(change)
        for place in list(self._growth):
            self._grow(place)

    def _add(self, block: Block) -> None:
        changed = self._nests.append(block)
        self._leaves.append(None)
        self._heights.append(self._estimate(block.id))
        for place in changed:
            self._forget(place)

    def _insert(self, block: Block) -> None:
        """Comes before others, which have another number from here on; few, because it came to the turn that goes on."""
        place, first = block.id, self._nests.insert(block)
        self._choices = {one + (one >= place): choice for one, choice in self._choices.items()}
        self._growth = {one + (one >= place): pieces for one, pieces in self._growth.items()}
        self._leaves[first:] = [None] * (len(self.blocks) - first)
        known = self._heights
        self._heights = Heights([*(known[one] for one in range(first)), *map(self._estimate, range(first, len(self.blocks)))])

    def _forget(self, place: int) -> None:
        """The block looks different now."""
        self._leaves[place] = None
        self._heights.set(place, self._estimate(place))

    def _grow(self, place: int) -> None:
        """Draws the text that came for a block, if the block was drawn at all."""
        text = "".join(self._growth.pop(place, []))
        leaf = self._leaves[place]
        if leaf is None:
            self._heights.set(place, self._estimate(place))
        elif text and leaf.grows:
            leaf.feed(text)
            self.renders += 1
            self._heights.set(place, len(leaf))
        elif text:
            self._leaves[place] = None

    def _replace(self, old: Block, new: Block) -> None:
        """Draws a replaced block anew, unless it looks as before; an answer that is only complete now is finished where it is drawn."""
        if _has_same_text(old, new):
            self._grow(new.id)
            leaf = self._leaves[new.id]
            if leaf is not None and leaf.grows:
                leaf.finish()
                self._heights.set(new.id, len(leaf))
            if leaf is not None:
                return
        self._growth.pop(new.id, None)
        if path_of(new) != path_of(old):
            self._nest_anew()
        self._forget(new.id)
        if new.id + 1 < len(self.blocks) and author_of(old) != author_of(new):
            self._leaves[new.id + 1] = None

    def _nest_anew(self) -> None:
        """A turn was stored in another order than it was lived in, which happens when agents run as tools side by side."""
        self._nests = Nests(self.blocks)
        self.restyle(self.width, self.theme)

    # What the reader does

    def toggle(self, place: int) -> bool:
        """Opens a block one step further, or folds it; False when it does neither."""
        steps = openings(self.blocks[place])
        if not steps:
            return False
        self._choose(place, steps[(steps.index(now) + 1) % len(steps)] if (now := self.opening(place)) in steps else steps[0])
        return True

    def toggle_nest(self, place: int) -> bool:
        """Folds or unfolds the nested run that begins with a block; False when none does."""
        members = self._nests.members(place)
        if not self._nests.toggle(place):
            return False
        for member in members:
            self._forget(member)
        return True

    def nest_of(self, place: int) -> int | None:
        """The block that stands for the innermost nested run around a block; None when it is in none."""
        return self._nests.first_of(place)

    def last_of_nest(self, first: int) -> int:
        """The last block of the nested run that begins with a block; hidden when the run is folded."""
        return max(self._nests.members(first), default=first)

    def unfold(self, place: int) -> None:
        """Unfolds every nested run around a block."""
        for first in self._nests.unfold(place):
            for member in self._nests.members(first):
                self._forget(member)

    def show_whole(self, place: int) -> None:
        """Opens a block, and every nested run around it."""
        self.unfold(place)
        if self.opening(place) != "whole" and (steps := openings(self.blocks[place])):
            self._choose(place, steps[-1])

    def whole_text(self, place: int) -> str:
        """The plain text of a block as it is when all of it is shown, for whoever searches. Draws nothing that stays."""
        leaf, steps = self._leaves[place], openings(self.blocks[place])
        nest = self._nests.at(place)
        if leaf is not None and len(leaf) and not (nest and nest.is_folded) and (not steps or self.opening(place) == steps[-1]):
            return leaf.plain
        look = replace(self._look(place), choice="whole", nest=nest and nest._replace(is_folded=False))
        return render(self.blocks[place], replace(look, theme=replace(self.theme, code_colours=False))).plain

    def opening(self, place: int) -> Opening:
        """How much of a block is shown."""
        return self._choices.get(place) or unless_chosen(self.blocks[place], self.taste)

    def is_hidden(self, place: int) -> bool:
        """Whether the block is not shown at all, because it is inside a folded run."""
        return self._nests.is_hidden(place)

    def _choose(self, place: int, opening: Opening) -> None:
        self._choices[place] = opening
        self._forget(place)

    # Geometry

    def leaf(self, place: int) -> Leaf:
        """A block, drawn now if it was not."""
        leaf = self._leaves[place]
        if leaf is None:
            sheet = Sheet(EMPTY) if self._nests.is_hidden(place) else render(self.blocks[place], self._look(place))
            leaf = self._leaves[place] = Leaf(sheet, is_shown=not self._nests.is_hidden(place))
            self.renders += 1
            self._heights.set(place, len(leaf))
        return leaf

    def redraw(self, place: int) -> Sequence[int]:
        """Draws a block again because time has passed; gives the lines of the page that look different now. None if nobody saw it."""
        if (before := self._leaves[place]) is None:
            return ()
        self._leaves[place], first = None, self._heights.before(place)
        return [first + number for number, (old, new) in enumerate(zip(before.lines, self.leaf(place).lines, strict=False)) if old != new]

    def drawn(self, place: int) -> Leaf | None:
        """A block if it is drawn, without drawing it."""
        return self._leaves[place]

    def find(self, line: int) -> Place:
        """The place of a line."""
        return Place(*self._heights.find(line))

    def line_of(self, place: Place) -> int:
        """The line of a place."""
        return self._heights.before(place.block) + place.line

    def walk(self, place: Place, lines: int) -> Place:
        """The place so many lines further down (up when negative), drawing every block on the way, so that it is exact."""
        block, line = place.block, place.line + lines
        while line < 0 and block:
            block -= 1
            line += len(self.leaf(block))
        while line >= len(self.leaf(block)) and block + 1 < len(self.blocks):
            line -= len(self.leaf(block))
            block += 1
        while block and not len(self.leaf(block)):  # what is behind it is folded away
            block, line = block - 1, len(self.leaf(block - 1)) - 1
        return Place(block, min(max(0, line), len(self.leaf(block)) - 1))

    def fit(self, top: Place, height: int) -> Place:
        """Draws a screen that begins at `top`; gives `top`, or the place above it from where the screen is full."""
        block, line = top.block, max(0, min(top.line, len(self.leaf(top.block)) - 1))
        shown, below = len(self.leaf(block)) - line, block + 1
        while shown < height and below < len(self.blocks):
            shown += len(self.leaf(below))
            below += 1
        return self.walk(Place(block, line), min(0, shown - height))

    def fit_end(self, height: int) -> Place:
        """Draws the last screen; gives its first line."""
        last = len(self.blocks) - 1
        return self.walk(Place(last, len(self.leaf(last)) - 1), 1 - height)

    def _look(self, place: int) -> Look:
        before, choice, nest = self.blocks[place - 1] if place else None, self._choices.get(place), self._nests.at(place)
        return look_of(
            self.blocks[place], before, width=self.width, theme=self.theme, choice=choice, taste=self.taste, nest=nest, now=self.now
        )

    def _estimate(self, place: int) -> int:
        return 0 if self._nests.is_hidden(place) else estimate(self.blocks[place], self._look(place))


def _has_same_text(old: Block, new: Block) -> bool:
    """Whether the only news of an answer is when it was said, or that its text is whole: a long one is not laid out again for that."""
    if not isinstance(old, AnswerBlock) or not isinstance(new, AnswerBlock):
        return False
    return old.ending in {"open", "complete"} and new == replace(old, ending="complete", at=new.at)
