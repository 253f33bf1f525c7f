"""A bounded hand-over of events from a run to whoever reads them, on one event loop.

Cheaper than asyncio.Queue, because there is one producer and one consumer: nothing but a deque and two futures. The producer waits at
`BOUND` unread events; `lift` takes the bound away for callers that wait for the end without reading.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager

from agentchat.runtime.values.events import RunEvent

BOUND = 16_384
"""Unread events at which the producer waits (runtime.md, section 0)."""


class HandOver:
    """One producer, one consumer."""

    def __init__(self, bound: int = BOUND) -> None:
        self._events: deque[RunEvent] = deque()
        self._bound: float = bound
        self._closed = self._being_read = False
        self._reader: asyncio.Future[None] | None = None
        self._writer: asyncio.Future[None] | None = None

    async def put(self, event: RunEvent) -> None:
        """Gives an event over; waits while too many are unread."""
        self._events.append(event)
        if self._reader is not None:
            _wake(self._reader)
        while len(self._events) >= self._bound and not self._closed:
            self._writer = asyncio.get_running_loop().create_future()
            await self._writer

    @contextmanager
    def reading(self) -> Generator[None]:
        """The time in which somebody reads; RuntimeError where somebody else does."""
        if self._being_read:
            raise RuntimeError("The events of a run are read once; another task is reading them already.")
        self._being_read = True
        try:
            yield
        finally:
            self._being_read = False

    async def get(self) -> RunEvent | None:
        """The next event; None when no more will come."""
        while not self._events:
            if self._closed:
                return None
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        event = self._events.popleft()
        if self._writer is not None and len(self._events) <= self._bound // 2:
            _wake(self._writer)
        return event

    def close(self, last: Iterable[RunEvent] = ()) -> None:
        """No more events will come than these."""
        self._events.extend(last)
        self._closed = True
        for waiting in (self._reader, self._writer):
            if waiting is not None:
                _wake(waiting)

    def clear(self, *, keeping: Callable[[RunEvent], bool]) -> None:
        """Forgets what was not read, but for the events of which this is true."""
        self._events = deque(filter(keeping, self._events))
        if self._writer is not None:
            _wake(self._writer)

    def lift(self) -> None:
        """From now on the producer never waits."""
        self._bound = float("inf")
        if self._writer is not None:
            _wake(self._writer)


def _wake(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)
