"""The side log: what each block was, in one line with its time.

It is a pure function of the blocks, so that a conversation that was lived and the same one reopened have the same log. Texts are
foreign and unfiltered, as in blocks: whoever shows a line passes it through `agentchat.chat.safe_text.safe_line` first.
"""

from dataclasses import dataclass
from typing import assert_never

from agentchat.chat.transcript.blocks import AnswerBlock, Block, CallBlock, HandoffBlock, NoticeBlock, ReasoningBlock, UserBlock
from agentchat.chat.transcript.call_line import call_line

CALL_WIDTH = 60
"""The longest text of a call, in characters: what a wide side log holds. A narrow one cuts it shorter."""


@dataclass(frozen=True, slots=True)
class ActivityLine:
    """One line of the side log."""

    block_id: int
    """The block that it tells of: where Enter jumps to."""
    at: float | None
    glyph: str
    """▸ an agent begins · → handoff · ⚙ call · ⚖ decision · ■ cut off · ⓘ notice · ⚠ warning · ✗ error."""
    text: str
    detail: str = ""
    """How it stands or ended ("✓ 0.4 s", "⏸ needs approval")."""
    depth: int = 0
    """How many calls of agents it happened inside of."""


def lines_of(block: Block) -> tuple[ActivityLine, ...]:
    """The lines that a block gives; whole answers and reasoning give none."""
    match block:
        case UserBlock(agent=""):
            return ()
        case UserBlock():
            return (ActivityLine(block.id, block.at, "▸", block.agent),)
        case AnswerBlock(ending="incomplete"):
            return (ActivityLine(block.id, block.at, "■", "answer cut off", block.agent, depth=len(block.path)),)
        case AnswerBlock() | ReasoningBlock():
            return ()
        case CallBlock():
            return _call_lines(block)
        case HandoffBlock():
            return (ActivityLine(block.id, block.at, "→", block.target, block.remark or "handoff", depth=len(block.path)),)
        case NoticeBlock():
            return (ActivityLine(block.id, block.at, _notice_glyph(block), block.text),)
        case _:
            assert_never(block)


def _call_lines(block: CallBlock) -> tuple[ActivityLine, ...]:
    """The call and, when somebody or a rule decided about it, the decision, whose time no block knows."""
    text = call_line(block.tool, block.arguments, width=CALL_WIDTH)
    call = ActivityLine(block.id, block.at, "⚙", text, _standing(block), depth=len(block.path))
    if not block.verdict:
        return (call,)
    return (call, ActivityLine(block.id, None, "⚖", block.verdict, block.tool, depth=len(block.path)))


def _standing(block: CallBlock) -> str:
    match block.state:
        case "building":
            return "… being written"
        case "proposed":
            return "… proposed"
        case "waiting":
            return f"⏸ {block.need}"
        case "running":
            return "… running"
        case "done":
            return "✓" if block.seconds is None else f"✓ {_duration(block.seconds)}"
        case "failed" | "rejected" | "denied":
            return f"✗ {block.state}"
        case "stopped":
            return "■ stopped"
        case "unknown":
            return "? outcome unknown"
        case _:
            assert_never(block.state)


def _notice_glyph(block: NoticeBlock) -> str:
    match block.level:
        case "info":
            return "ⓘ"
        case "warning":
            return "⚠"
        case "error":
            return "✗"
        case _:
            assert_never(block.level)


def _duration(seconds: float) -> str:
    """`0.4 s`, and from a minute on `2 min 05 s`."""
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s"
