"""One task after the other: what a chat does by itself."""

import asyncio
from collections.abc import Awaitable, Callable


class OneTask:
    """The task of its owner. Mutable: what is started while one works comes after it."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    def start(self, work: Callable[[], Awaitable[None]]) -> None:
        """Begins the work, when that before it is done."""
        self._task = asyncio.create_task(self._work(self._task, work))

    async def settled(self) -> None:
        """Returns when nothing works any more; raises what went wrong."""
        while self._task is not None and not self._task.done():
            await asyncio.wait([self._task])
        if self._task is not None:
            self._task.result()

    async def _work(self, before: asyncio.Task[None] | None, work: Callable[[], Awaitable[None]]) -> None:
        if before is not None:
            await asyncio.wait([before])
        await work()
