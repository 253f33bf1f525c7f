"""A line that no agent wrote: a stop, an error, a retry, a guardrail."""

from agentchat.chat.blocks import NoticeBlock
from agentchat.chat.safe_text import safe_text
from agentchat.tui.transcript.blocks.look import Look
from agentchat.typesetting.doc import Run, Sheet


def notice_sheet(block: NoticeBlock, look: Look) -> Sheet:
    """A glyph and a word for the level, then the text."""
    writer = look.writer()
    if look.gap:
        writer.put(())
    match block.level:
        case "info":
            mark = Run("ⓘ note: ", look.theme.info)
        case "warning":
            mark = Run("! warning: ", look.theme.waiting)
        case "error":
            mark = Run("✗ error: ", look.theme.bad)
    writer.flow((mark, Run(safe_text(block.text))), look.body(()), (*look.body(()), Run("  ", kept=False)))
    return Sheet(writer.doc())
