"""A clock that a test holds in its hand."""

import asyncio
import heapq
import itertools


class FakeClock:
    """Satisfies `agentchat.runtime.ports.clock.Clock`. Nothing moves until `advance`."""

    def __init__(self, *, now: float = 1_700_000_000.0, monotonic: float = 1_000.0) -> None:
        self._epoch = now - monotonic
        self._monotonic = monotonic
        self._numbers = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> float:
        """Seconds since the epoch."""
        return self._epoch + self._monotonic

    def monotonic(self) -> float:
        """Seconds that only `advance` moves."""
        return self._monotonic

    async def sleep(self, seconds: float) -> None:
        """Returns when the test has advanced the clock so far."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._monotonic + seconds, next(self._numbers), woken))
        await woken

    async def advance(self, seconds: float) -> None:
        """Moves the time on, and wakes the sleepers on the way, in order, each at its own time."""
        end = self._monotonic + seconds
        await _let_others_run()
        while self._sleepers and self._sleepers[0][0] <= end:
            due, _, woken = heapq.heappop(self._sleepers)
            self._monotonic = due
            if not woken.done():
                woken.set_result(None)
            await _let_others_run()
        self._monotonic = end
        await _let_others_run()


async def _let_others_run() -> None:
    """Enough rounds of the loop for a task that was woken to fall asleep again."""
    for _ in range(10):
        await asyncio.sleep(0)
