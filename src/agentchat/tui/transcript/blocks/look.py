"""What a renderer is told beside the block: how wide, in which styles, after which block, and what the reader chose."""

from dataclasses import dataclass
from typing import assert_never

from agentchat.chat.blocks import (
    AnswerBlock,
    Block,
    CallBlock,
    HandoffBlock,
    NoticeBlock,
    Path,
    ReasoningBlock,
    UserBlock,
)
from agentchat.chat.safe_text import safe_line
from agentchat.typesetting.doc import Run, Runs
from agentchat.typesetting.theme import Theme
from agentchat.typesetting.writer import Writer

INDENT = 2
"""Cells that a body stands inside its head line, and a nested agent inside the call that it runs under."""
_DEEPEST = 6
"""Nested agents are indented up to this depth."""
_LEAST_WIDTH = 24
"""On a narrower screen nested agents are not indented at all."""


@dataclass(frozen=True, slots=True)
class Look:
    """One block's circumstances."""

    width: int
    theme: Theme
    headed: bool = False
    """Whether the agent is named above the block, because another one spoke before."""
    gap: bool = False
    """Whether a blank line stands above the block."""
    choice: bool | None = None
    """What the reader chose: open, folded, or nothing yet."""

    def writer(self) -> Writer:
        """A writer for the block's lines."""
        return Writer(self.width)

    def nested(self, path: Path) -> Runs:
        """The indent of a block that was made under `path`."""
        depth = min(len(path), _DEEPEST) if self.width >= _LEAST_WIDTH else 0
        return (Run(" " * (INDENT * depth), kept=False),) if depth else ()

    def body(self, path: Path) -> Runs:
        """The indent of what stands under a head line."""
        return (*self.nested(path), Run(" " * INDENT, kept=False))

    def opening(self, agent: str, path: Path) -> Writer:
        """A writer that has written what stands above an agent's block: the gap and, after another author, the name."""
        writer = self.writer()
        if self.gap:
            writer.put(())
        if self.headed:
            edge = Run("▎", self.theme.agent, kept=False)
            writer.flow((Run(safe_line(agent) or "agent", self.theme.agent),), (*self.nested(path), edge), self.body(path))
        return writer


def look_of(block: Block, before: Block | None, *, width: int, theme: Theme, choice: bool | None) -> Look:
    """The circumstances of a block that stands behind another one."""
    headed = author_of(block) is not None and (before is None or author_of(block) != author_of(before))
    gap = before is not None and (headed or _is_prose(block) or _is_prose(before))
    return Look(width, theme, headed, gap, choice)


def author_of(block: Block) -> tuple[str, Path] | None:
    """The agent that a block is by, and where it runs; None for blocks that no agent made."""
    match block:
        case AnswerBlock() | ReasoningBlock() | CallBlock():
            return block.agent, block.path
        case UserBlock() | HandoffBlock() | NoticeBlock():
            return None
        case _:
            assert_never(block)


def _is_prose(block: Block) -> bool:
    return isinstance(block, UserBlock | AnswerBlock)
