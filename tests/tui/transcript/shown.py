"""What tests look at: a rendered block as text."""

from agentchat.tui.transcript.leaf import Leaf
from agentchat.typesetting.doc import Sheet
from tests.typesetting.shown import texts


def sheet_texts(sheet: Sheet) -> list[str]:
    """Its lines as they stand on the screen, without blanks at their ends."""
    return texts(Leaf(sheet).lines)
