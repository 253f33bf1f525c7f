"""The hand-over of events from a run, and from those inside it, to whoever reads them, on one event loop.

Whoever has something to tell puts it in; whoever can wait, waits then while `BOUND` events are unread. `lift` takes the bound away for
callers that wait for the end without reading. Closed, it takes nothing: that is how a run is told that nobody reads.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager

from agentchat.runtime.values.events import RunEvent

BOUND = 16_384
"""Unread events at which the producers wait (runtime.md, section 0)."""


class HandOver:
    """Any number of producers, one consumer."""

    def __init__(self, bound: int = BOUND) -> None:
        self._events: deque[RunEvent] = deque()
        self._bound: float = bound
        self._closed = self._being_read = False
        self._news, self._room = asyncio.Event(), asyncio.Event()
        """Set when the consumer, or the producers, should look again."""

    @property
    def is_full(self) -> bool:
        """True while producers should wait."""
        return len(self._events) >= self._bound and not self._closed

    def put(self, event: RunEvent) -> None:
        """Gives an event over, at once."""
        if not self._closed:
            self._events.append(event)
            self._news.set()

    async def room(self) -> None:
        """Returns when not too many are unread."""
        while self.is_full:
            self._room.clear()
            await self._room.wait()

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
            self._news.clear()
            await self._news.wait()
        event = self._events.popleft()
        if len(self._events) <= self._bound // 2:
            self._room.set()
        return event

    def close(self) -> None:
        """No more events will come."""
        self._closed = True
        self._news.set()
        self._room.set()

    def clear(self, *, keeping: Callable[[RunEvent], bool]) -> None:
        """Forgets what was not read, but for the events of which this is true."""
        self._events = deque(filter(keeping, self._events))
        self._room.set()

    def lift(self) -> None:
        """From now on no producer waits."""
        self._bound = float("inf")
        self._room.set()
