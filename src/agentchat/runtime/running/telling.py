"""What the calls of a turn tell while they run: a queue into which every call puts, and from which the loop takes."""

import asyncio

from typing_extensions import override

from agentchat.runtime.running.hand_over import BOUND
from agentchat.runtime.values.events import NestedEvent, RunEvent


class Telling(asyncio.Queue[RunEvent | None]):
    """Events in the order in which they happened; None ends them.

    A call puts its own few events in at once. An agent that runs as a tool may tell a great deal: it waits while `BOUND` of its events
    are unread.
    """

    def __init__(self) -> None:
        super().__init__()
        self._room = asyncio.Semaphore(BOUND)

    async def put_nested(self, event: RunEvent) -> None:
        """An event of an agent that runs as a tool."""
        await self._room.acquire()
        self.put_nowait(event)

    @override
    async def get(self) -> RunEvent | None:
        """The next event."""
        event = await super().get()
        if isinstance(event, NestedEvent):
            self._room.release()
        return event
