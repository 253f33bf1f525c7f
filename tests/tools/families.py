"""Commands with children, of which a test can wait for the end without asking the clock: all of them hold a pipe open."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

from agentchat.runtime.declarations.sync_calls import call_in_thread

LIMIT = 20.0
"""Seconds after which a test gives up waiting."""

FAMILY = """
exec 9>alive
sleep 1000 &
(trap '' TERM HUP INT; sleep 1000 & echo deaf >&9; wait; sleep 1000) &
echo up >&9
wait
"""
"""A shell with children, of which one, and its own child, will not end when it is asked to."""

FAR_FAMILY = """
exec 9>alive
setsid sh -c 'echo session >&9; sleep 1000; echo still here' &
(setsid sh -c "trap '' TERM HUP; echo orphan >&9; sleep 1000; sleep 1000" &)
wait
"""
"""One with a child in a session of its own, and with an orphan in another that will not end when it is asked to."""


class Holders:
    """The processes that hold the pipe `alive` in a folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "alive"
        os.mkfifo(self._path)

    async def are_up(self, *words: str) -> None:
        """Returns when each has said its word."""
        await self._within_the_limit(lambda: self._open_and_read(set(words)))

    async def are_gone(self) -> None:
        """Returns when no process holds the pipe any more."""
        await self._within_the_limit(self._file_read)

    async def _within_the_limit(self, work: Callable[[], object]) -> None:
        async with asyncio.timeout(LIMIT):
            await call_in_thread(work)

    def _open_and_read(self, words: set[str]) -> None:
        self._file = self._path.open("rb", buffering=0)
        said = b""
        while not words <= set(said.decode().split()):
            piece = self._file.read(4096)
            assert piece, f"they ended before they were up, and said: {said!r}"
            said += piece

    def _file_read(self) -> None:
        with self._file:
            while self._file.read(4096):
                pass
