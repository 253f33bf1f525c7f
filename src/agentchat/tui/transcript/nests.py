"""Which blocks are a nested run: what an agent did that another one called as a tool, so that it folds as one.

Nested blocks stand behind the call that they belong to, until the conversation's own agents go on. Inside such a stretch a run is the
blocks whose path begins alike; two agents that were called together take turns in it. The first block of a run stands for it.
"""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from agentchat.chat.transcript.blocks import Block, Path
from agentchat.tui.transcript.blocks.look import Nest, path_of

Run: TypeAlias = tuple[int, Path]
"""The first block of the stretch, and the path."""


class Nests:
    """The nested runs of a page, and which of them are folded. Mutable: the page tells it of every block."""

    def __init__(self, blocks: Iterable[Block] = ()) -> None:
        self._stretch: list[int] = []
        """For each block where its stretch begins."""
        self._paths: list[Path] = []
        self._members: dict[Run, list[int]] = {}
        self._folded: set[Run] = set()
        for block in blocks:
            self.append(block)

    def append(self, block: Block) -> list[int]:
        """A block came to the end; gives those that stand for a run and look different now."""
        path = path_of(block)
        goes_on = bool(path) and bool(self._paths) and bool(self._paths[-1])
        self._stretch.append(self._stretch[-1] if goes_on else block.id)
        self._paths.append(path)
        if not path:
            return []
        for run in self._runs(block.id):
            self._members.setdefault(run, []).append(block.id)
        grown = [run for run in self._runs(block.id) if len(self._members[run]) == 2 or run in self._folded]
        return [self._members[run][0] for run in grown]

    def path(self, place: int) -> Path:
        """Where a block was made, as it was told."""
        return self._paths[place]

    def is_hidden(self, place: int) -> bool:
        """Whether the block is in a folded run and does not stand for it."""
        return bool(self._paths[place]) and any(run in self._folded and self._members[run][0] != place for run in self._runs(place))

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
        path = self._paths[place]
        for depth in range(1, len(path) + 1):
            yield self._stretch[place], path[:depth]
