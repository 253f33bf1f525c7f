"""The side log: what each block was, in one line with its time."""

from dataclasses import dataclass

from agentchat.chat.blocks import Block


@dataclass(frozen=True, slots=True)
class ActivityLine:
    """One line of the side log."""

    block_id: int
    """The block that it tells of: where Enter jumps to."""
    at: float | None
    glyph: str
    """▸ an agent begins · → handoff · ⚙ call · ⏸ waits · ✗ error · ■ stop · ⓘ notice."""
    text: str
    detail: str = ""
    """How it stands or ended ("✓ 0.4 s", "needs approval")."""


def lines_of(block: Block) -> tuple[ActivityLine, ...]:
    """The lines that a block gives; answers and reasoning give none."""
    raise NotImplementedError(block)
