"""The process that test_kill_everywhere.py kills: it tells a story, and is killed at the n-th place that it comes to.

It imports once and forks one child per line of its input ("folder<tab>story<tab>place"), because importing takes longer than all the
rest. A place of "-" is none: the child comes to the end, and its places stand in a file.
"""

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agentchat.chat.chat import Chat
from agentchat.storage.store import SQLiteStore
from tests.chat.lived import SESSION, Front
from tests.reliability.stories import STORIES, Traces, setup_of, tell

COUNTED = (
    "SELECT count(*) FROM agent_messages",
    "SELECT count(*) FROM agentchat_responses",
    "SELECT count(*) FROM agentchat_calls WHERE status = 'finished'",
    "SELECT count(*) FROM agentchat_calls WHERE decision IS NOT NULL",
)
"""What may only ever grow."""


class Places:
    """Counts the places that the story comes to, writes their names down, and dies at one of them."""

    def __init__(self, folder: Path, last: int | None) -> None:
        self._names = os.open(folder / "places", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        self._last = last
        self._count = 0

    def __call__(self, name: str) -> None:
        os.write(self._names, f"{name}\n".encode())
        if self._count == self._last:
            os.kill(os.getpid(), signal.SIGKILL)
        self._count += 1


class MortalStore(SQLiteStore):
    """Comes to a place inside each transaction, just before it is committed, and to one after it; then it writes down what is stored."""

    reached: Callable[[str], None]
    stored: int

    async def _write(self, work: Callable[[Any], Any], *, run: str | None = None) -> Any:
        name = _caller()

        def to_its_end(journal: Any) -> Any:
            answer = work(journal)
            self.reached(f"in {name}")
            return answer

        answer = await super()._write(to_its_end, run=run)
        self.reached(f"after {name}")
        os.write(self.stored, f"{' '.join(map(str, await self._file.read(lambda journal: counts(journal.db))))}\n".encode())
        return answer


def _caller() -> str:
    name = sys._getframe(2).f_code.co_name
    return sys._getframe(3).f_code.co_name if name == "_say" else name


def counts(db: sqlite3.Connection) -> list[int]:
    """How much is stored of what may only grow."""
    return [db.execute(query).fetchone()[0] for query in COUNTED]


async def live(folder: Path, story: str, last: int | None) -> None:
    """Tells the story in the folder."""
    places = Places(folder, last)
    store = await MortalStore.open(folder / "db", SESSION, clock=(setup := setup_of(STORIES[story], Traces(folder, places))).clock)
    store.reached, store.stored = places, os.open(folder / "stored", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    chat, front = Chat(store, setup), Front()
    await chat.open(front)
    await tell(chat, front)
    await chat.close()


def serve() -> None:
    """One child after the other; says how each one ended."""
    for line in sys.stdin:
        folder, story, place = line.rstrip("\n").split("\t")
        child = os.fork()
        if not child:
            asyncio.run(live(Path(folder), story, None if place == "-" else int(place)))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
