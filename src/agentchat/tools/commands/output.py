"""What a command writes: the beginning and the end of it for the model, and as it comes for whoever watches."""

import asyncio
import codecs
from collections.abc import Callable

from agentchat.tools.wording import size_text

KEPT = 16 * 1024
"""Bytes that are kept of the beginning, and of the end."""

BEAT = 0.1
"""Seconds between two reports, at least."""

MOST_AT_ONCE = 2_000
"""Characters of one report; of what came since the last one only the end is told, as nobody can read it all."""


LINE = "\n"


class Excerpt:
    """Takes bytes in, and keeps those of the beginning and the end. It costs the same memory, however many they are."""

    def __init__(self) -> None:
        self._head, self._tail = bytearray(), bytearray()
        self._lines_out = 0
        """Line breaks in what was between the two and is gone."""
        self._bytes_out = 0

    def take(self, data: bytes) -> None:
        """More of it."""
        room = KEPT - len(self._head)
        self._head += data[:room]
        self._tail += data[room:]
        if len(self._tail) > 4 * KEPT:
            self._shorten_the_tail()

    def text(self, more: str = "") -> str:
        """The text, with a note where something is left out, and `more` in it. Bytes that are no UTF-8 are replaced."""
        if not self._bytes_out and len(self._tail) <= KEPT:
            return (self._head + self._tail).decode("utf-8", "replace")
        self._shorten_the_tail()
        first, last = _end_of_a_line(self._head), _start_of_a_line(self._tail)
        lines = self._head.count(b"\n", first) + self._lines_out + self._tail.count(b"\n", 0, last)
        size = size_text(len(self._head) - first + self._bytes_out + last)
        begin, end = self._head[:first].decode("utf-8", "replace"), self._tail[last:].decode("utf-8", "replace")
        what = f"{lines:,} {'line' if lines == 1 else 'lines'} ({size})" if lines else size
        return f"{begin.removesuffix(LINE)}{LINE}… {what} left out{more} …{LINE}{end}"

    def _shorten_the_tail(self) -> None:
        """Lets go of all but the end of it."""
        more = max(0, len(self._tail) - KEPT)
        self._lines_out += self._tail.count(b"\n", 0, more)
        self._bytes_out += more
        del self._tail[:more]


def _end_of_a_line(head: bytearray) -> int:
    """Where to end: behind a line, or in a very long one behind a character."""
    end = head.rfind(b"\n") + 1
    return end if end > len(head) // 2 else _before_character(head, len(head))


def _start_of_a_line(tail: bytearray) -> int:
    """Where to go on: at a line, or in a very long one at a character."""
    start = tail.find(b"\n") + 1
    return start if 0 < start <= len(tail) // 2 else next((at for at in range(min(4, len(tail))) if tail[at] & 0xC0 != 0x80), 0)


def _before_character(data: bytearray, end: int) -> int:
    """The end, without the beginning of a character that is cut off there."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    decoder.decode(data[:end])
    return end - len(decoder.getstate()[0])


class Reporter:
    """Tells how an output grows, not more often than once a BEAT. Lives on the running event loop."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._untold = ""
        self._loop = asyncio.get_running_loop()
        self._next: asyncio.TimerHandle | None = None

    def take(self, data: bytes) -> None:
        """More of it: told at once, or with what comes until the next beat."""
        self._untold += self._decoder.decode(data)
        if len(self._untold) > MOST_AT_ONCE:
            self._untold = f"…{LINE}{self._untold[-MOST_AT_ONCE:]}"
        if self._next is None:
            self._report()

    def close(self) -> None:
        """That was all."""
        if self._next is not None:
            self._next.cancel()
        self._untold += self._decoder.decode(b"", final=True)
        self._report_untold()

    def _report(self) -> None:
        self._next = self._loop.call_later(BEAT, self._report) if self._untold else None
        self._report_untold()

    def _report_untold(self) -> None:
        if self._untold:
            self._tell(self._untold)
            self._untold = ""
