"""Plain text that streams: wrapped as it comes, with all lines final but the last one."""

import re

from agentchat.chat.safe_text import safe_text
from agentchat.typesetting.doc import Line, Run, Runs
from agentchat.typesetting.wrapping import breaks
from agentchat.typesetting.writer import Writer

_LAST_ASCII = re.compile(r"[\x00-\x7f](?=[^\x00-\x7f]*\Z)")
"""From here on a text may still join with what follows (an emoji of several characters)."""


class TextFlow:
    """Foreign text in one style under a prefix. Mutable: fed by whoever shows it.

    Greedy wrapping never moves an earlier break when text comes later, so only the last line is wrapped again.
    """

    def __init__(self, width: int, *, prefix: Runs, run: Run) -> None:
        self.lines: list[Line] = []
        self._width, self._prefix, self._run = width, prefix, run
        self._final: list[str] = []
        """The text of the final lines, in pieces, and below it how much that is."""
        self._final_length = 0
        self._final_lines = 0
        self._last = ""
        """What stands on the last line, without what is held."""
        self._held = ""
        """The unfiltered end of the text, which may still join with what follows."""

    @property
    def plain(self) -> str:
        """All text so far, as it is shown."""
        return "".join(self._final) + self._last + safe_text(self._held) + "\n"

    def feed(self, text: str) -> int:
        """Takes more text; gives the first line that is new or changed."""
        changed = self._final_lines
        raw = self._held + text
        match = _LAST_ASCII.search(raw)
        split = match.start() if match else 0
        self._held = raw[split:]
        self._settle(self._last + safe_text(raw[:split]))
        self.lines[self._final_lines:] = self._written(self._last + safe_text(self._held))
        return changed

    def finish(self) -> int:
        """Nothing more comes, and nothing changes."""
        return len(self.lines)

    def _settle(self, text: str) -> None:
        """Makes every line of `text` but the last one final."""
        end = text.rfind("\n") + 1
        places = breaks(text[end:], self._writer().room(self._prefix))
        end += places[-1] if places else 0
        if end:
            self.lines[self._final_lines:] = self._written(text[:end].removesuffix("\n"))
            self._final_lines = len(self.lines)
            self._final.append(text[:end])
            self._final_length += end
        self._last = text[end:]

    def _written(self, text: str) -> list[Line]:
        writer = self._writer()
        writer.flow((self._run._replace(text=text),), self._prefix, self._prefix)
        return writer.lines

    def _writer(self) -> Writer:
        return Writer(self._width, start=self._final_length)
