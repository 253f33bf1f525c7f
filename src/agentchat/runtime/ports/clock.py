"""Time, injected: one clock serves the runtime, the chat and the screen, so that a test can hold it."""

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """Where every part of the program takes the time from."""

    def now(self) -> float:
        """Seconds since the epoch, for what people read."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back, for measuring and waiting."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Waits on this clock."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds since some moment, never going back."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Waits on the running event loop."""
        await asyncio.sleep(seconds)
