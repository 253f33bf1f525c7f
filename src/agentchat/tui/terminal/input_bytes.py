"""From the bytes of a terminal to what was typed and what was pasted, without Textual and without a thread.

A bracketed paste is taken out of the bytes before any parser sees them, so that an escape sequence inside it can never become a
key, and ten megabytes are found and decoded in one step.
"""

import os
import select
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

PASTE_START = b"\x1b[200~"
PASTE_END = b"\x1b[201~"
PASTE_IDLE_LIMIT = 2.0
"""Seconds without a byte after which a paste that was never closed counts as complete."""
DRAIN_QUIET = 0.3
"""Seconds of quiet after which what follows an unclosed paste is typed again and not the rest of the paste."""

_READ_SIZE = 65536
_POLL = 0.1
_SEQUENCE_GAP = 0.01


@dataclass(frozen=True, slots=True)
class Typed:
    """Bytes for the key parser."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Pasted:
    """The whole of one paste."""

    data: bytes


Piece: TypeAlias = Typed | Pasted


def is_cut_short(data: bytes) -> bool:
    """Whether the bytes end within what may be the first mark of a paste, so that the rest must be read before they are fed."""
    return any(data.endswith(PASTE_START[:length]) for length in range(1, len(PASTE_START)))


class PasteSplitter:
    """Cuts the input at the marks of a bracketed paste, wherever reads happen to end."""

    def __init__(self) -> None:
        self._paste: list[bytes] | None = None
        self._draining = False
        self._last_at = 0.0

    def feed(self, data: bytes, at: float) -> list[Piece]:
        """The pieces that are complete with these bytes, which were read at this time."""
        if self._draining:
            data = self._after_the_drain(data, at)
        self._last_at = at
        pieces: list[Piece] = []
        while data:
            if self._paste is None:
                typed, mark, data = data.partition(PASTE_START)
                if typed:
                    pieces.append(Typed(typed))
                if mark:
                    self._paste = []
            else:
                pasted, data = self._continue_paste(self._paste, data)
                pieces.extend(pasted)
        return pieces

    def idle(self, at: float) -> list[Piece]:
        """Closes a paste whose end does not come. What follows it at once is dropped: never may a paste become keys."""
        if self._paste is None or at < self._last_at + PASTE_IDLE_LIMIT:
            return []
        pasted = Pasted(b"".join(self._paste))
        self._paste = None
        self._draining = True
        self._last_at = float("inf")  # at least the next read is dropped
        return [pasted]

    def _continue_paste(self, paste: list[bytes], data: bytes) -> tuple[list[Piece], bytes]:
        """The paste, once its end was found (it may lie across two reads), and the bytes behind it."""
        tail = b"".join(paste[-len(PASTE_END) :])[-len(PASTE_END) + 1 :]
        found = (tail + data).find(PASTE_END)
        if found < 0:
            paste.append(data)
            return [], b""
        behind = found + len(PASTE_END) - len(tail)
        whole = b"".join(paste) + data[:behind]
        self._paste = None
        return [Pasted(whole[: -len(PASTE_END)])], data[behind:]

    def _after_the_drain(self, data: bytes, at: float) -> bytes:
        if at - self._last_at > DRAIN_QUIET:
            self._draining = False
            return data
        _, mark, behind = data.partition(PASTE_END)
        self._draining = not mark
        return behind


@dataclass(frozen=True, slots=True)
class Read:
    """What one read of the terminal gave."""

    data: bytes
    """Empty when the terminal was closed."""
    since: float
    """The last time at which the input was known to be empty: nothing of this can have been typed before."""


class TtyReader:
    """Reads the terminal and knows since when the bytes can have been there.

    The moment of reading says nothing about the moment of typing: where the whole process was held up, both the reading and the
    clock of the reader were. So it notes when it last saw that nothing was there. That may be `_POLL` too early, never too late.
    """

    def __init__(self, fd: int, monotonic: Callable[[], float]) -> None:
        self._fd = fd
        self._monotonic = monotonic
        self._empty_at = monotonic()

    def read(self) -> Read | None:
        """Waits a moment for input; None when none came."""
        now = self._monotonic()
        if not self._is_ready(0):
            self._empty_at = now
        if not self._is_ready(_POLL):
            return None
        return Read(self._read_some(), self._empty_at)

    def read_the_rest(self) -> bytes:
        """What follows within the gap that may lie inside one escape sequence; empty when nothing does."""
        return self._read_some() if self._is_ready(_SEQUENCE_GAP) else b""

    def _is_ready(self, timeout: float) -> bool:
        ready, _, _ = select.select([self._fd], [], [], timeout)
        return bool(ready)

    def _read_some(self) -> bytes:
        try:
            return os.read(self._fd, _READ_SIZE)
        except OSError:
            return b""  # the terminal was closed
