"""One agent gave the conversation to another."""

from agentchat.chat.safe_text import safe_line
from agentchat.chat.transcript.blocks import HandoffBlock
from agentchat.tui.transcript.blocks.look import Look
from agentchat.typesetting.doc import Run, Sheet


def handoff_sheet(block: HandoffBlock, look: Look) -> Sheet:
    """One line: who speaks from here on."""
    writer = look.writer()
    if look.gap:
        writer.put(())
    runs = (
        Run("" if look.taste.plain else "→ ", look.theme.muted),
        Run(f"{safe_line(block.source) or 'agent'} ", look.agent(block.source)),
        Run("hands over to ", look.theme.muted),
        Run(safe_line(block.target), look.agent(block.target)),
        Run(f" · ? {block.remark}" if block.remark else "", look.theme.waiting),
    )
    writer.flow(runs, look.body(block.path), (*look.body(block.path), Run("  ", kept=False)))
    return Sheet(writer.doc())
