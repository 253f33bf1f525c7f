"""The answer as it is written to a terminal while it streams: safe to show, however its pieces are cut."""

import re

from agentchat.chat.safe_text import TAB_WIDTH, safe_text

_MAY_GO_ON = re.compile(
    "[0-9#*\u00a9\u00ae\u200d\u203c\u2049\u20e3\u2100-\u2bff\u3030\u303d\u3297\u3299\ufe0e\ufe0f\U0001f000-\U0001faff\U000e0000-\U000e007f]{1,16}\\Z"
)
"""The end of a piece that can be the first half of an emoji, which shown by itself would be another one, or escapes."""


class SafePieces:
    """Mutable: what may be half an emoji is kept until the next piece shows what it is."""

    def __init__(self) -> None:
        self._kept = ""
        self._column = 0

    def next(self, piece: str) -> str:
        """What can be shown by now."""
        text = self._kept + piece
        cut = _MAY_GO_ON.search(text)
        end = cut.start() if cut else len(text)
        self._kept = text[end:]
        return self._shown(text[:end])

    def rest(self) -> str:
        """What was kept, when no piece follows."""
        kept, self._kept = self._kept, ""
        return self._shown(kept)

    def _shown(self, text: str) -> str:
        """A tab reaches to the next stop of the line that the text goes on in."""
        before = self._column % TAB_WIDTH
        shown = safe_text(" " * before + text)[before:]
        _, newline, last = shown.rpartition("\n")
        self._column = len(last) if newline else self._column + len(shown)
        return shown
