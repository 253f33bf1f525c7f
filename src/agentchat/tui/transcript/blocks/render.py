"""Every kind of block has its renderer; here is which. A new kind is one more file and one more case."""

from typing import assert_never

from agentchat.chat.transcript.blocks import (
    AnswerBlock,
    Block,
    CallBlock,
    HandoffBlock,
    NoticeBlock,
    ReasoningBlock,
    UserBlock,
)
from agentchat.tui.transcript.blocks import reasoning, user
from agentchat.tui.transcript.blocks.answer import answer_sheet
from agentchat.tui.transcript.blocks.handoff import handoff_sheet
from agentchat.tui.transcript.blocks.long_text import cut_short
from agentchat.tui.transcript.blocks.look import NO_TASTE, Look, Opening, Taste
from agentchat.tui.transcript.blocks.notice import notice_sheet
from agentchat.tui.transcript.blocks.reasoning import reasoning_sheet
from agentchat.tui.transcript.blocks.user import user_sheet
from agentchat.typesetting.doc import Sheet


def render(block: Block, look: Look) -> Sheet:
    """The block as lines; of the first one of a nested run that is folded, only the head."""
    match block:
        case AnswerBlock() | ReasoningBlock() | CallBlock() if look.nest is not None and look.nest.is_folded:
            return Sheet(look.opening(block).doc())
        case UserBlock():
            return user_sheet(block, look)
        case AnswerBlock():
            return answer_sheet(block, look)
        case ReasoningBlock():
            return reasoning_sheet(block, look)
        case CallBlock():
            from agentchat.tui.transcript.blocks.call import call_sheet  # 4 ms, and a new chat shows no call

            return call_sheet(block, look)
        case HandoffBlock():
            return handoff_sheet(block, look)
        case NoticeBlock():
            return notice_sheet(block, look)
        case _:
            assert_never(block)


def openings(block: Block) -> tuple[Opening, ...]:
    """What a reader can choose for the block, each one step further; empty when it is always shown whole."""
    match block:
        case ReasoningBlock():
            return reasoning.openings(block)
        case CallBlock():
            from agentchat.tui.transcript.blocks import call  # as above

            return call.openings(block)
        case UserBlock():
            return user.openings(block)
        case AnswerBlock() | HandoffBlock() | NoticeBlock():
            return ()
        case _:
            assert_never(block)


def unless_chosen(block: Block, taste: Taste = NO_TASTE) -> Opening:
    """How a block is shown of which the reader said nothing."""
    match block:
        case ReasoningBlock():
            return reasoning.unless_chosen(block, taste)
        case CallBlock():
            from agentchat.tui.transcript.blocks import call  # as above

            return call.unless_chosen(block)
        case UserBlock():
            return "open"
        case AnswerBlock() | HandoffBlock() | NoticeBlock():
            return "whole"
        case _:
            assert_never(block)


def estimate(block: Block, look: Look) -> int:
    """About how many lines the block will take; cheap, for blocks that nobody sees yet."""
    above = look.headed + look.gap
    match block:
        case UserBlock():
            text = block.text if look.choice == "whole" else cut_short(block.text)[0]
            return above + 1 + text.count("\n") + len(text) // look.width
        case AnswerBlock():
            return above + 1 + _lines_in(block.text) + len(block.text) // look.width
        case ReasoningBlock() | CallBlock() | HandoffBlock() | NoticeBlock():
            return above + 1
        case _:
            assert_never(block)


def _lines_in(answer: str) -> int:
    """Its line breaks; of JSON those that it is shown with."""
    return answer.count(",") + 2 * answer.count("{") if answer.startswith(("{", "[{")) else answer.count("\n")
