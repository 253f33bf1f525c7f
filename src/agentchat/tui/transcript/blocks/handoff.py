"""One agent gave the conversation to another."""

from agentchat.chat.blocks import HandoffBlock
from agentchat.chat.safe_text import safe_line
from agentchat.tui.transcript.blocks.look import Look
from agentchat.typesetting.doc import Run, Sheet


def handoff_sheet(block: HandoffBlock, look: Look) -> Sheet:
    """One line: who speaks from here on."""
    writer = look.writer()
    if look.gap:
        writer.put(())
    runs = (
        Run("→ ", look.theme.agent),
        Run(safe_line(block.target), look.theme.agent),
        Run(f"  handoff from {safe_line(block.source)}", look.theme.muted),
    )
    writer.flow(runs, look.body(block.path), (*look.body(block.path), Run("  ", kept=False)))
    return Sheet(writer.doc())
