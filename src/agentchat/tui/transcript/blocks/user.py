"""What the person wrote: plain text behind an edge."""

from agentchat.chat.blocks import UserBlock
from agentchat.chat.safe_text import safe_text
from agentchat.tui.transcript.blocks.look import Look
from agentchat.typesetting.doc import Run, Sheet


def user_sheet(block: UserBlock, look: Look) -> Sheet:
    """The text as it was typed; it is not Markdown."""
    writer = look.writer()
    if look.gap:
        writer.put(())
    edge = (Run("┃ ", look.theme.user, kept=False),)
    writer.flow((Run(safe_text(block.text.rstrip("\n"))),), edge, edge)
    return Sheet(writer.doc())
