"""What a renderer is told beside the block: how wide, in which styles, after which block, and what the reader chose."""

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias, assert_never
from zlib import crc32

from rich.style import Style

from agentchat.chat.safe_text import safe_line
from agentchat.chat.transcript.blocks import (
    AnswerBlock,
    Block,
    CallBlock,
    HandoffBlock,
    NoticeBlock,
    Path,
    ReasoningBlock,
    UserBlock,
    path_of,
)
from agentchat.typesetting.doc import Run, Runs
from agentchat.typesetting.theme import Theme
from agentchat.typesetting.writer import Writer

INDENT = 2
"""Cells that a body stands inside its head line, and a nested agent inside the call that it runs under."""
_DEEPEST = 6
"""Nested agents are indented up to this depth."""
_LEAST_WIDTH = 24
"""On a narrower screen nested agents are not indented at all."""

Opening: TypeAlias = Literal["folded", "open", "whole"]
"""How much of a block is shown: its head line, that and what is short enough, or all of it."""


@dataclass(frozen=True, slots=True)
class Taste:
    """What the reader wants of every block."""

    plain: bool = False
    """Words in the place of signs, and no edges: for screen readers."""
    reasoning: bool = False
    """Whether reasoning is open when nothing was chosen."""


class Nest(NamedTuple):
    """What stands behind the first block of an agent that runs as a tool: the rest of that run."""

    steps: int
    """How many blocks the run has so far."""
    is_folded: bool


NO_TASTE = Taste()


@dataclass(frozen=True, slots=True)
class Look:
    """One block's circumstances."""

    width: int
    theme: Theme
    headed: bool = False
    """Whether the agent is named above the block, because another one spoke before."""
    gap: bool = False
    """Whether a blank line stands above the block."""
    choice: Opening | None = None
    """What the reader chose; None for nothing yet."""
    taste: Taste = NO_TASTE
    nest: Nest | None = None
    """Of the first block of an agent that runs as a tool."""
    now: float = 0.0
    """Seconds since the epoch, for what runs."""

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

    def bar(self, inside: Runs) -> Runs:
        """The edge of a text of several lines inside of something."""
        return (*inside, Run("  " if self.taste.plain else "│ ", self.theme.rule, kept=False))

    def agent(self, name: str) -> Style:
        """An agent's own colour; it says nothing that the name beside it does not."""
        return self.theme.agents[crc32(name.encode("utf-8", "replace")) % len(self.theme.agents)] if self.theme.agents else self.theme.agent

    def fold_mark(self, block: int, *, opened: bool) -> Run:
        """What is clicked to open or fold the block."""
        glyph = ("[-] " if opened else "[+] ") if self.taste.plain else ("▼ " if opened else "▶ ")
        return Run(glyph, self.theme.fold + fold_style(block))

    def sign(self, glyph: str, word: str) -> str:
        """A state: by glyph and word, or by the word alone."""
        return word if self.taste.plain else f"{glyph} {word}"

    def opening(self, block: AnswerBlock | ReasoningBlock | CallBlock) -> Writer:
        """A writer that has written what stands above an agent's block: the gap and, after another author, the name."""
        writer = self.writer()
        if self.gap:
            writer.put(())
        if self.headed or self.nest:
            self._write_head(writer, block)
        return writer

    def _write_head(self, writer: Writer, block: AnswerBlock | ReasoningBlock | CallBlock) -> None:
        style = self.agent(block.agent)
        name = Run(safe_line(block.agent) or "agent", style)
        runs: Runs = (name._replace(text=name.text + ":"),) if self.taste.plain else (name,)
        edge = Run("" if self.taste.plain else "▎", style, kept=False)
        if self.nest is not None:
            nest = Style.from_meta({"nest": block.id})
            edge = self.fold_mark(block.id, opened=not self.nest.is_folded)
            edge = Run(edge.text, self.theme.fold + nest, kept=False)
            more = f"  {self.nest.steps} steps inside" if self.nest.is_folded else ""
            runs = tuple([run._replace(style=run.style + nest) for run in (*runs, Run(more, self.theme.muted)) if run.text])
        writer.flow(runs, (*self.nested(block.path), edge), self.body(block.path))


def fold_style(block: int) -> Style:
    """What a click on opens or folds the block."""
    return Style.from_meta({"fold": block})


def look_of(
    block: Block,
    before: Block | None,
    *,
    width: int,
    theme: Theme,
    choice: Opening | None,
    taste: Taste = NO_TASTE,
    nest: Nest | None = None,
    now: float = 0.0,
) -> Look:
    """The circumstances of a block that stands behind another one."""
    headed = author_of(block) is not None and (before is None or author_of(block) != author_of(before))
    goes_deeper = before is not None and len(path_of(block)) > len(path_of(before))
    gap = before is not None and not goes_deeper and (headed or _is_prose(block) or _is_prose(before))
    return Look(width, theme, headed, gap, choice, taste, nest, now)


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
