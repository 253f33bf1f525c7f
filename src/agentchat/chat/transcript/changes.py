"""The four verbs by which a transcript changes, and the transcript that they apply to.

The screen learns nothing else: a block is added at the end, one comes under the call of an agent beside which others were called, the
text of an open block grows, or a block is replaced by a newer value of itself. Everything that a front end shows beside the transcript
comes as whole snapshots (`agentchat.chat.status`).
"""

from dataclasses import dataclass, field, replace
from typing import TypeAlias, assert_never

from agentchat.chat.transcript.blocks import AnswerBlock, Block, CallBlock, ReasoningBlock


@dataclass(frozen=True, slots=True)
class BlockAdded:
    """A block came to the end; its `id` is the number of blocks before it."""

    block: Block


@dataclass(frozen=True, slots=True)
class BlockInserted:
    """A block came before others; its `id` is its place, and that of every block behind it is one more now."""

    block: Block


@dataclass(frozen=True, slots=True)
class BlockExtended:
    """The block `id` grew by `text`: the text of an answer or of reasoning, the arguments of a call."""

    id: int
    text: str


@dataclass(frozen=True, slots=True)
class BlockReplaced:
    """The block with the same `id` is now this one."""

    block: Block


Change: TypeAlias = BlockAdded | BlockInserted | BlockExtended | BlockReplaced


def extended(block: Block, text: str) -> Block:
    """The block with `text` at the end of what grows in it."""
    if isinstance(block, AnswerBlock | ReasoningBlock):
        return replace(block, text=block.text + text)
    if isinstance(block, CallBlock):
        return replace(block, arguments=block.arguments + text)
    raise TypeError(f"A {type(block).__name__} does not grow.")


@dataclass(slots=True)
class Transcript:
    """The blocks of one conversation. Mutable: only its owner calls `apply`, and only with changes made for it."""

    blocks: list[Block] = field(default_factory=list[Block])

    def apply(self, change: Change) -> None:
        """Takes one change in."""
        match change:
            case BlockAdded(block):
                if block.id != len(self.blocks):
                    raise ValueError(f"Block {block.id} cannot be added at place {len(self.blocks)}.")
                self.blocks.append(block)
            case BlockInserted(block):
                behind = [replace(one, id=one.id + 1) for one in self.blocks[block.id:]]
                self.blocks[block.id:] = [block, *behind]
            case BlockExtended(id, text):
                self.blocks[id] = extended(self.blocks[id], text)
            case BlockReplaced(block):
                self.blocks[block.id] = block
            case _:
                assert_never(change)
