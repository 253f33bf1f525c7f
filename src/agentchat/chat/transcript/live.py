"""The blocks of a conversation while it is lived, where a delta costs the same however long its text is.

What grows is kept in pieces and joined when somebody needs it whole. Every method gives the changes that it made, so that whoever
applies them elsewhere has the same blocks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from agentchat.chat.transcript.blocks import AnswerBlock, Block, CallBlock, Path, ReasoningBlock, end_of_run, path_of
from agentchat.chat.transcript.changes import BlockAdded, BlockExtended, BlockInserted, BlockReplaced, Change, extended


@dataclass(frozen=True, slots=True)
class Redrawn:
    """The transcript is these blocks now, and shorter than it was: something that streamed is not kept."""

    blocks: tuple[Block, ...]


Changes: TypeAlias = list[Change | Redrawn]


class Spot:
    """Where a block stands; stays right when others come before it. Mutable: its `LiveBlocks` moves it."""

    __slots__ = ("place",)

    def __init__(self, place: int) -> None:
        self.place = place


class LiveBlocks:
    """A transcript in the making. Mutable: the reducer that owns it changes it."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._blocks = list(blocks)
        self._growing: dict[Spot, list[str]] = {}
        self.spots = [Spot(place) for place in range(len(blocks))]
        """Of every block, in order."""
        self.callers: dict[Path, Spot] = {}
        """By the path of a nested run the call that it stands under."""

    def __len__(self) -> int:
        return len(self._blocks)

    def __getitem__(self, spot: Spot) -> Block:
        pieces = self._growing.pop(spot, None)
        if pieces:
            self._blocks[spot.place] = extended(self._blocks[spot.place], "".join(pieces))
        return self._blocks[spot.place]

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All of them, whole."""
        for spot in list(self._growing):
            self[spot]
        return tuple(self._blocks)

    def add(self, block: Block) -> tuple[Spot, Changes]:
        """A block at the end, or behind its nested run; its `id` is made its place."""
        caller, end = self.callers.get(path_of(block)), len(self._blocks)
        place = end if caller is None else end_of_run(self._blocks, caller.place, len(path_of(block)))
        block, spot = replace(block, id=place), Spot(place)
        for behind in self.spots[place:]:
            behind.place += 1
            self._blocks[behind.place - 1] = replace(self._blocks[behind.place - 1], id=behind.place)
        self._blocks.insert(place, block)
        self.spots.insert(place, spot)
        return spot, [BlockAdded(block) if place == end else BlockInserted(block)]

    def grow(self, spot: Spot, text: str) -> Changes:
        """A text, or the arguments of a call, goes on."""
        self._growing.setdefault(spot, []).append(text)
        return [BlockExtended(spot.place, text)]

    def put(self, spot: Spot, block: Block) -> Changes:
        """The block at that spot is this one now."""
        block = replace(block, id=spot.place)
        if self[spot] == block:
            return []
        self._blocks[spot.place] = block
        return [BlockReplaced(block)]

    def become(self, blocks: Sequence[Block]) -> Changes:
        """The blocks are these now; what is the same already gives no change."""
        if len(blocks) < len(self):
            self._blocks, self._growing = list(blocks), {}
            self.spots = [Spot(place) for place in range(len(blocks))]
            return [Redrawn(tuple(blocks))]
        changes: Changes = []
        self.callers.clear()
        for spot, block in zip(self.spots, blocks, strict=False):
            changes += self._change_to(spot, block)
        return [*changes, *self._behind(blocks[len(self):])]

    def _behind(self, blocks: Sequence[Block]) -> list[BlockAdded]:
        """Many blocks at the end at once, as they come when a long conversation is opened."""
        first = len(self)
        self.spots += map(Spot, range(first, first + len(blocks)))
        new = [block if block.id == place else replace(block, id=place) for place, block in enumerate(blocks, start=first)]
        self._blocks += new
        return list(map(BlockAdded, new))

    def _change_to(self, spot: Spot, block: Block) -> Changes:
        """The block as it is now; an answer that another process writes only grows."""
        before = self[spot]
        if isinstance(before, AnswerBlock) and isinstance(block, AnswerBlock) and before.ending == block.ending == "open":
            more = block.text.removeprefix(before.text)
            if replace(block, text=before.text, id=spot.place) == before and more != block.text:
                return self.grow(spot, more) if more else []
        return self.put(spot, block)

    def close_open(self) -> Changes:
        """Nothing of what is still moving will go on: texts are cut off, calls that ran may have taken effect."""
        changes: Changes = []
        for spot in self.spots:
            changes += self.put(spot, _closed(self[spot]))
        return changes


def _closed(block: Block) -> Block:
    match block:
        case AnswerBlock(ending="open") | ReasoningBlock(ending="open"):
            return replace(block, ending="incomplete")
        case CallBlock(state="building"):
            return replace(block, state="stopped")
        case CallBlock(state="running"):
            return replace(block, state="unknown", progress="", since=None)
        case _:
            return block
