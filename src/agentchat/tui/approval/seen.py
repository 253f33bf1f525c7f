"""Which characters of a call have been on the screen.

By character and not by row, so that a resized terminal takes nothing back and gives nothing for free.
"""

from agentchat.tui.approval.folding import Row


class Seen:
    """Grows while the person scrolls; line breaks count as seen, because every row that has something is asked for."""

    def __init__(self, text: str) -> None:
        self._marks = bytearray(char == "\n" for char in text)
        self._missing = self._marks.count(0)

    @property
    def is_complete(self) -> bool:
        """Whether the whole call was on the screen."""
        return self._missing == 0

    def has(self, row: Row) -> bool:
        """Whether all of this row was on the screen."""
        return self._marks.find(0, row.start, row.end) < 0

    def add(self, row: Row) -> None:
        """This row was on the screen."""
        self._missing -= self._marks.count(0, row.start, row.end)
        self._marks[row.start : row.end] = b"\1" * (row.end - row.start)
