"""Writing the partial answer down while it arrives, so that a crash does not lose what could be read already."""

import asyncio
from types import TracebackType
from typing import Self

from agentchat.runtime.running.gathering import Gathering
from agentchat.runtime.running.late import keep, uncancelled
from agentchat.runtime.running.run import Run

DRAFT_SECONDS = 0.5
"""How often, at most, the partial answer is written while it arrives (docs/architecture.md, "The run journal")."""


class Drafts:
    """Writes drafts of one answer: as its text comes, and also when the text stands still before it was written.

    A context of its own: leaving it ends the task that waits for the text to stand still.
    """

    def __init__(self, run: Run, gathering: Gathering) -> None:
        self._run, self._gathering, self._clock = run, gathering, run.config.clock
        self._at = self._clock.monotonic()
        self._written = ""
        self._waiting: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        if self._run.journaled:
            self._waiting = asyncio.create_task(self._when_it_stands_still())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        waiting, self._waiting = self._waiting, None  # it keeps this object, and with it the run
        if waiting is None:
            return
        waiting.cancel()
        keep(waiting)
        await uncancelled(asyncio.wait([waiting]))
        failed = None if waiting.cancelled() else waiting.exception()
        if failed is not None and error is None:
            raise failed  # what the journal said of a draft that nobody waited for

    async def came(self) -> None:
        """Text came: it is written if the last draft is old enough."""
        if self._waiting is None:
            return
        if self._waiting.done():
            self._waiting.result()
        if self._clock.monotonic() - self._at >= DRAFT_SECONDS:
            await self._write()

    async def _when_it_stands_still(self) -> None:
        while True:
            left = self._at + DRAFT_SECONDS - self._clock.monotonic()
            if left > 0:
                await self._clock.sleep(left)
            elif self._gathering.text != self._written:
                await self._write()
            else:
                await self._clock.sleep(DRAFT_SECONDS)

    async def _write(self) -> None:
        text = self._gathering.text
        self._at, self._written = self._clock.monotonic(), text
        await self._run.draft(text)
