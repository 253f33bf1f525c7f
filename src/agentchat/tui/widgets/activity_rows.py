"""The rows of the activity log, kept up to date block by block. No widgets."""

from collections.abc import Iterable

from agentchat.chat.transcript.activity import ActivityLine, lines_of
from agentchat.chat.transcript.blocks import Block


class ActivityRows:
    """All lines in order. Mutable: the widget that shows them owns it."""

    def __init__(self, blocks: Iterable[Block] = ()) -> None:
        self.lines: list[ActivityLine] = []
        self._starts: list[int] = []
        """For each block the number of its first line."""
        for block in blocks:
            self.put(block)

    def put(self, block: Block) -> bool:
        """A block that is new, or a newer value of one: its lines take the place of the old ones. Whether that changes anything."""
        lines = lines_of(block)
        if block.id == len(self._starts):
            self._starts.append(len(self.lines))
            self.lines.extend(lines)
            return bool(lines)
        start, end = self._starts[block.id], self._end(block.id)
        if self.lines[start:end] == [*lines]:
            return False
        self.lines[start:end] = lines
        grown = len(lines) - (end - start)
        if grown:
            self._starts[block.id + 1 :] = [place + grown for place in self._starts[block.id + 1 :]]
        return True

    def make_room(self, place: int) -> None:
        """A block comes before this one and those behind it; it has no line yet."""
        if place < len(self._starts):
            self._starts.insert(place, self._starts[place])

    def _end(self, block: int) -> int:
        return self._starts[block + 1] if block + 1 < len(self._starts) else len(self.lines)
