"""Every kind of block has its renderer; here is which. A new kind is one more file and one more case."""

from typing import assert_never

from agentchat.chat.blocks import (
    AnswerBlock,
    Block,
    CallBlock,
    HandoffBlock,
    NoticeBlock,
    ReasoningBlock,
    UserBlock,
)
from agentchat.tui.transcript.blocks import call, reasoning
from agentchat.tui.transcript.blocks.answer import answer_sheet
from agentchat.tui.transcript.blocks.call import call_sheet
from agentchat.tui.transcript.blocks.handoff import handoff_sheet
from agentchat.tui.transcript.blocks.look import Look
from agentchat.tui.transcript.blocks.notice import notice_sheet
from agentchat.tui.transcript.blocks.reasoning import reasoning_sheet
from agentchat.tui.transcript.blocks.user import user_sheet
from agentchat.typesetting.doc import Sheet


def render(block: Block, look: Look) -> Sheet:
    """The block as lines."""
    match block:
        case UserBlock():
            return user_sheet(block, look)
        case AnswerBlock():
            return answer_sheet(block, look)
        case ReasoningBlock():
            return reasoning_sheet(block, look)
        case CallBlock():
            return call_sheet(block, look)
        case HandoffBlock():
            return handoff_sheet(block, look)
        case NoticeBlock():
            return notice_sheet(block, look)
        case _:
            assert_never(block)


def is_open(block: Block, choice: bool | None) -> bool | None:  # noqa: FBT001 (the choice is the value itself)
    """Whether a block is open, given what the reader chose; None for one that neither opens nor folds."""
    match block:
        case ReasoningBlock():
            return reasoning.is_open(block, choice)
        case CallBlock():
            return call.is_open(block, choice)
        case UserBlock() | AnswerBlock() | HandoffBlock() | NoticeBlock():
            return None
        case _:
            assert_never(block)


def estimate(block: Block, look: Look) -> int:
    """About how many lines the block will take; cheap, for blocks that nobody sees yet."""
    above = look.headed + look.gap
    match block:
        case UserBlock() | AnswerBlock():
            return above + 1 + block.text.count("\n") + len(block.text) // look.width
        case ReasoningBlock() | CallBlock() | HandoffBlock() | NoticeBlock():
            return above + 1
        case _:
            assert_never(block)
