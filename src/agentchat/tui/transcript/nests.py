"""Which blocks are a nested run: what an agent did that another one called as a tool, so that it folds as one.

Nested blocks stand behind the call that they belong to, until the conversation's own agents go on. Inside such a stretch a run is the
blocks whose path begins alike; where their call is not known several agents take turns in it. The first block of a run stands for it.
"""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from agentchat.chat.transcript.blocks import Block, Path, path_of
from agentchat.tui.transcript.blocks.look import Nest

Run: TypeAlias = tuple[int, Path]
"""The first block of the stretch, and the path."""


class Nests:
    """The nested runs of a page, and which of them are folded. Mutable: the page tells it of every block that comes.

    A stretch is looked at when somebody asks about a block of it, so that a long conversation opens as fast as a short one.
    """

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._blocks = blocks
        """The page's own, which grow."""
        self._stretch: dict[int, int] = {}
        """For the nested blocks that were looked at where their stretch begins."""
        self._members: dict[Run, list[int]] = {}
        self._folded: set[Run] = set()

    def append(self, block: Block) -> list[int]:
        """A block came to the end of the page's; gives those that stand for a run and look different now."""
        if (stretch := self._stretch.get(block.id - 1)) is not None and path_of(block):
            self._enter(block.id, stretch)
        grown = [run for run in self._runs(block.id) if len(self._members[run]) == 2 or run in self._folded]
        return [self._members[run][0] for run in grown]

    def insert(self, block: Block) -> int:
        """A block came before others of the page's: runs are looked at anew, what was folded stays so. Gives where its stretch begins."""
        self._stretch.clear()
        self._members.clear()
        self._folded = {(first + (first >= block.id), path) for first, path in self._folded}
        return next((run[0] for run in self._runs(block.id)), block.id)

    def is_hidden(self, place: int) -> bool:
        """Whether the block is in a folded run and does not stand for it."""
        return bool(self._folded) and any(run in self._folded and self._members[run][0] != place for run in self._runs(place))

    def at(self, place: int) -> Nest | None:
        """The run that the block stands for; None when it stands for none, or is all of it."""
        run = self._run_of_first(place)
        return None if run is None else Nest(len(self._members[run]), run in self._folded)

    def members(self, place: int) -> range:
        """The blocks among which are those of the run that the block stands for."""
        run = self._run_of_first(place)
        return range(place, place) if run is None else range(place, self._members[run][-1] + 1)

    def first_of(self, place: int) -> int | None:
        """The block that stands for the innermost run of several blocks that the block is in."""
        runs = [run for run in self._runs(place) if len(self._members[run]) > 1]
        return self._members[runs[-1]][0] if runs else None

    def toggle(self, place: int) -> bool:
        """Folds or unfolds the run that the block stands for; False when it stands for none."""
        run = self._run_of_first(place)
        if run is not None:
            self._folded ^= {run}
        return run is not None

    def unfold(self, place: int) -> list[int]:
        """Unfolds every run that the block is in; gives the blocks that stand for those that were folded."""
        folded = [run for run in self._runs(place) if run in self._folded]
        self._folded.difference_update(folded)
        return [self._members[run][0] for run in folded]

    def _run_of_first(self, place: int) -> Run | None:
        """The outermost run of several blocks that begins with the block."""
        return next((run for run in self._runs(place) if self._members[run][0] == place and len(self._members[run]) > 1), None)

    def _runs(self, place: int) -> Iterator[Run]:
        """The runs that the block is in, from the outermost."""
        path = path_of(self._blocks[place])
        if path and place not in self._stretch:
            self._look_around(place)
        for depth in range(1, len(path) + 1):
            yield self._stretch[place], path[:depth]

    def _look_around(self, place: int) -> None:
        """Finds the stretch that a nested block is in."""
        first, end = place, place + 1
        while first and path_of(self._blocks[first - 1]):
            first -= 1
        while end < len(self._blocks) and path_of(self._blocks[end]):
            end += 1
        for member in range(first, end):
            self._enter(member, first)

    def _enter(self, place: int, stretch: int) -> None:
        self._stretch[place] = stretch
        for run in self._runs(place):
            self._members.setdefault(run, []).append(place)
