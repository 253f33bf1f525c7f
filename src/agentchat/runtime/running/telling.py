"""What the calls of a turn tell while they run: a queue into which every call puts, and from which the loop takes."""

import asyncio

from typing_extensions import override

from agentchat.runtime.running.hand_over import BOUND
from agentchat.runtime.values.events import CallProgress, NestedEvent, RunEvent


class Telling(asyncio.Queue[RunEvent | None]):
    """Events in the order in which they happened; None ends them.

    A call puts its own few events in at once. An agent that runs as a tool may tell a great deal: it waits when `BOUND` of its events
    are unread.
    """

    def __init__(self) -> None:
        super().__init__()
        self._room = asyncio.Semaphore(BOUND)

    async def put_nested(self, event: RunEvent) -> None:
        """An event of an agent that runs as a tool."""
        self.put_nowait(event)  # first, so that a stop while it waits does not lose it
        await self._room.acquire()

    def put_progress(self, event: CallProgress) -> None:
        """What a tool reports of itself; left out while `BOUND` events are unread, because nobody watches then."""
        if self.qsize() < BOUND:
            self.put_nowait(event)

    def unread(self) -> list[RunEvent]:
        """What nobody has read; forgotten with this."""
        return [event for _ in range(self.qsize()) if (event := self.get_nowait()) is not None]

    @override
    async def get(self) -> RunEvent | None:
        """The next event."""
        event = await super().get()
        if isinstance(event, NestedEvent):
            self._room.release()
        return event
