"""A line that no agent wrote: a stop, an error, a retry, a guardrail, a rule that was kept."""

from agentchat.chat.safe_text import safe_text
from agentchat.chat.transcript.blocks import NoticeBlock
from agentchat.tui.transcript.blocks.look import Look
from agentchat.typesetting.doc import Run, Sheet


def notice_sheet(block: NoticeBlock, look: Look) -> Sheet:
    """A glyph and a word for what it is about, then the text, which says what to do next."""
    writer = look.writer()
    if look.gap:
        writer.put(())
    writer.flow((_mark(block, look), Run(safe_text(block.text))), look.body(block.path), (*look.body(block.path), Run("  ", kept=False)))
    return Sheet(writer.doc())


def _mark(block: NoticeBlock, look: Look) -> Run:
    match block.kind:
        case "guardrail":
            return Run(look.sign("⊘", "guardrail: "), look.theme.waiting)
        case "retry":
            return Run(look.sign("↻", "tried again: "), look.theme.waiting)
        case "stopped":
            return Run("" if look.taste.plain else "■ ", look.theme.waiting)  # the text says the word
        case "rule":
            return Run(look.sign("⚖", "rule: "), look.theme.info)
        case "notice" | "error" | "cut off":
            return _loudness(block, look)


def _loudness(block: NoticeBlock, look: Look) -> Run:
    match block.level:
        case "info":
            return Run(look.sign("ⓘ", "note: "), look.theme.info)
        case "warning":
            return Run(look.sign("!", "warning: "), look.theme.waiting)
        case "error":
            return Run(look.sign("✗", "error: "), look.theme.bad)
