"""What the person wrote: plain text behind an edge. Of a long one only the beginning is shown until it is opened."""

from agentchat.chat.safe_text import safe_line, safe_text
from agentchat.chat.transcript.blocks import UserBlock
from agentchat.tui.transcript.blocks.long_text import cut_short, is_long, more_lines
from agentchat.tui.transcript.blocks.look import Look, Opening
from agentchat.typesetting.doc import Run, Sheet


def openings(block: UserBlock) -> tuple[Opening, ...]:
    """A pasted file is shown in part, or whole."""
    return ("open", "whole") if is_long(block.text) else ()


def user_sheet(block: UserBlock, look: Look) -> Sheet:
    """The text as it was typed; it is not Markdown."""
    writer = look.writer()
    if look.gap:
        writer.put(())
    edge = () if look.taste.plain else (Run("┃ ", look.theme.user, kept=False),)
    if look.taste.plain:
        writer.put((), (Run("you:", look.theme.user),))
    text = block.text.rstrip("\n")
    shown, hidden = (text, 0) if look.choice == "whole" else cut_short(text)
    writer.flow((Run(safe_text(shown)),), edge, edge)
    if hidden:
        writer.put(edge, more_lines(block.id, hidden, look))
    for one in block.attachments:
        writer.flow((Run(f"+ {safe_line(one.name)}", look.theme.user), Run(f"  {safe_line(one.about)}", look.theme.muted)), edge, edge)
    return Sheet(writer.doc())
