"""Signals that end the program: leave in order if the event loop still turns, and put the terminal right if it does not.

Python runs signal handlers between two instructions of the main thread, so a main thread that hangs in a call never runs them.
The interpreter does however write the signal's number into a pipe at once; a thread reads it there. Only code that holds the
interpreter lock without end can stop this. The loop's own `add_signal_handler` takes the same pipe; do not use it beside this.
"""

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Self

ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT)
LIMIT = 1.5
"""Seconds that leaving in order may take before the terminal is restored by force."""


class Signals:
    """Watches while it is entered (on the main thread, inside the event loop).

    `leave(number)` is called on the loop at the first signal. `by_force()` is called in another thread when the program is still
    there `LIMIT` seconds later, or at a second signal; then the process ends with the status 128 + number.
    """

    def __init__(self, *, leave: Callable[[int], None], by_force: Callable[[], None]) -> None:
        self._leave = leave
        self._by_force = by_force
        self._loop = asyncio.get_running_loop()
        self.hears_interrupts = True
        """Whether SIGINT ends the program; to be False while a child (an editor) has the terminal, whose ctrl+c is not ours."""
        self._first: int | None = None
        self._emergency: threading.Timer | None = None
        self._old = {number: signal.getsignal(number) for number in ENDING}
        self._reading, self._writing = os.pipe()

    def __enter__(self) -> Self:
        os.set_blocking(self._writing, False)
        for number in ENDING:
            signal.signal(number, _wake_up)
        signal.set_wakeup_fd(self._writing, warn_on_full_buffer=False)
        threading.Thread(target=self._watch, name="signals", daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        signal.set_wakeup_fd(-1)
        for number, handler in self._old.items():
            signal.signal(number, handler)
        if self._emergency is not None:
            self._emergency.cancel()
        os.close(self._writing)

    def _watch(self) -> None:
        """Reads numbers until the pipe is closed; other signals (a changed window size) come here too."""
        with os.fdopen(self._reading, "rb", buffering=0) as pipe:
            while arrived := pipe.read(1):
                if arrived[0] in ENDING and (self.hears_interrupts or arrived[0] != signal.SIGINT):
                    self._take(arrived[0])

    def _take(self, number: int) -> None:
        if self._first is not None:
            self._end_by_force()
        self._first = number
        self._emergency = threading.Timer(LIMIT, self._end_by_force)
        self._emergency.daemon = True
        self._emergency.start()
        with suppress(RuntimeError):  # the loop was closed already: the program is on its way out
            self._loop.call_soon_threadsafe(self._leave, number)

    def _end_by_force(self) -> None:
        try:
            self._by_force()
        finally:
            os._exit(128 + (self._first or 0))


def _wake_up(_number: int, _frame: FrameType | None) -> None:
    """Does nothing: with a handler in Python, the interpreter writes the number into the pipe and does not end."""
