"""Signals that end a run without a screen: in order at the first one, at once at the second.

The handler is Python's own and not the event loop's, so that it is heard as well while a write waits for a slow reader.
"""

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Any, Self

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Signals:
    """Listens from its construction on, while it is entered. Mutable: it keeps the first signal that came."""

    def __init__(self) -> None:
        self.first: int | None = None
        """The number of the first signal; None while none came."""
        self.farewell = ""
        """What is written on standard error when the process is left at once."""
        self._heard: Callable[[], None] | None = None
        self._old: dict[int, Any] = {number: signal.signal(number, self._take) for number in _ENDING}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        for number, handler in self._old.items():
            signal.signal(number, handler)

    def tell(self, heard: Callable[[], None]) -> None:
        """From now on the first signal is told of, on the running event loop; also one that came before."""
        loop = asyncio.get_running_loop()
        self._heard = lambda: loop.call_soon_threadsafe(heard) and None
        if self.first is not None:
            self._heard()

    def _take(self, number: int, _frame: FrameType | None) -> None:
        if self.first is None and self._heard is not None:
            self.first = number
            self._heard()
        else:
            self._leave_at_once(number)

    def _leave_at_once(self, number: int) -> None:
        """What was said is stored with every step; nothing is lost."""
        with suppress(OSError):
            os.write(2, self.farewell.encode("utf-8", "backslashreplace"))
        os._exit(128 + number)
