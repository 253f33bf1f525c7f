"""The blocks of a conversation while it is lived, where a delta costs the same however long its text is.

What grows is kept in pieces and joined when somebody needs it whole. Every method gives the changes that it made, so that whoever
applies them elsewhere has the same blocks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from agentchat.chat.transcript.blocks import AnswerBlock, Block, CallBlock, ReasoningBlock
from agentchat.chat.transcript.changes import BlockAdded, BlockExtended, BlockReplaced, Change, extended


@dataclass(frozen=True, slots=True)
class Redrawn:
    """The transcript is these blocks now, and shorter than it was: something that streamed is not kept."""

    blocks: tuple[Block, ...]


Changes: TypeAlias = list[Change | Redrawn]


class LiveBlocks:
    """A transcript in the making. Mutable: the reducer that owns it changes it."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._blocks = list(blocks)
        self._growing: dict[int, list[str]] = {}

    def __len__(self) -> int:
        return len(self._blocks)

    def __getitem__(self, place: int) -> Block:
        pieces = self._growing.pop(place, None)
        if pieces:
            self._blocks[place] = extended(self._blocks[place], "".join(pieces))
        return self._blocks[place]

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All of them, whole."""
        for place in list(self._growing):
            self[place]
        return tuple(self._blocks)

    def add(self, block: Block) -> Changes:
        """A block at the end; its `id` is made its place."""
        block = replace(block, id=len(self._blocks))
        self._blocks.append(block)
        return [BlockAdded(block)]

    def grow(self, place: int, text: str) -> Changes:
        """A text, or the arguments of a call, goes on."""
        self._growing.setdefault(place, []).append(text)
        return [BlockExtended(place, text)]

    def put(self, place: int, block: Block) -> Changes:
        """The block at that place is this one now."""
        block = replace(block, id=place)
        if self[place] == block:
            return []
        self._blocks[place] = block
        return [BlockReplaced(block)]

    def become(self, blocks: Sequence[Block]) -> Changes:
        """The blocks are these now; what is the same already gives no change."""
        if len(blocks) < len(self):
            self._blocks, self._growing = list(blocks), {}
            return [Redrawn(tuple(blocks))]
        changes: Changes = []
        for place, block in enumerate(blocks):
            changes += self._change_to(place, block) if place < len(self) else self.add(block)
        return changes

    def _change_to(self, place: int, block: Block) -> Changes:
        """The block as it is now; an answer that another process writes only grows."""
        before = self[place]
        if isinstance(before, AnswerBlock) and isinstance(block, AnswerBlock) and before.ending == block.ending == "open":
            more = block.text.removeprefix(before.text)
            if replace(block, text=before.text, id=place) == before and more != block.text:
                return self.grow(place, more) if more else []
        return self.put(place, block)

    def close_open(self) -> Changes:
        """Nothing of what is still moving will go on: texts are cut off, calls that ran may have taken effect."""
        changes: Changes = []
        for place in range(len(self)):
            changes += self.put(place, _closed(self[place]))
        return changes


def _closed(block: Block) -> Block:
    match block:
        case AnswerBlock(ending="open") | ReasoningBlock(ending="open"):
            return replace(block, ending="incomplete")
        case CallBlock(state="building"):
            return replace(block, state="stopped")
        case CallBlock(state="running"):
            return replace(block, state="unknown", progress="")
        case _:
            return block
