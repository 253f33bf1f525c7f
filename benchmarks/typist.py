"""Types at an even pace into a terminal, whatever happens, and notes when each key is echoed.

Each key is a letter that stands nowhere else on the screen, so that its echo is known among all the bytes; none is used twice.
"""

import time
from unicodedata import category

from benchmarks.pty_probe import PtyProbe

_LETTERS = tuple(letter for letter in map(chr, range(0x400, 0x530)) if category(letter) in {"Lu", "Ll"})
"""Cyrillic ones, which no answer here uses."""
_PATIENCE = 2.0
"""Seconds for which the last keys are waited for."""


class Typist:
    """Types while it is asked to step. Times are in seconds."""

    def __init__(self, terminal: PtyProbe, *, every: float) -> None:
        self.echoes: list[float] = []
        """From key to echo; of a key that was never echoed the whole time that it was waited for."""
        self._terminal = terminal
        self._every = every
        self._waiting: dict[bytes, float] = {}
        self._keys = iter(_LETTERS)
        self._next = time.monotonic() + every

    def step(self, until: float) -> tuple[bytes, float]:
        """Types if it is time, and reads what comes next."""
        if time.monotonic() >= self._next and (key := next(self._keys, "")):
            self._waiting[key.encode()] = self._terminal.type(key)
            self._next += self._every
        return self._read(min(until, self._next))

    def wait(self) -> None:
        """Waits a little for the keys that are not echoed yet."""
        end = time.monotonic() + _PATIENCE
        while self._waiting and time.monotonic() < end:
            self._read(end)
        self.echoes += [time.monotonic() - typed for typed in self._waiting.values()]
        self._waiting.clear()

    def _read(self, until: float) -> tuple[bytes, float]:
        seen, now = self._terminal.read(until)
        for key in [key for key in self._waiting if key in seen]:
            self.echoes.append(now - self._waiting.pop(key))
        return seen, now
