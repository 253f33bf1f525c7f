"""Two ways to a SQLite connection from an event loop: a thread of our own, and aiosqlite. Both take a whole unit of work per hop.

Waking a thread and being woken again costs more than most statements, so what belongs together crosses once. A unit of work runs
to its end whatever becomes of the task that asked for it: cancelling the task never leaves a transaction open. Neither thread
keeps the interpreter from exiting.
"""

import asyncio
import atexit
import contextlib
import sqlite3
import weakref
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeAlias, TypeVar, cast

import aiosqlite

T = TypeVar("T")

Connect: TypeAlias = Callable[[], sqlite3.Connection]
Work: TypeAlias = Callable[[sqlite3.Connection], T]

_Job: TypeAlias = tuple[asyncio.AbstractEventLoop, "asyncio.Future[Any]", Work[Any]]

_LEAVE_SECONDS = 2.0
"""How long closing waits for the work that was asked for before."""


class DatabaseThread:
    """A connection on a daemon thread of its own; any number of event loops, one after the other or at once, may use it.

    The connection is opened by the first unit of work, and again by the next one when that failed.
    """

    def __init__(self, connect: Connect) -> None:
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        # The thread must not hold on to this object: when nobody else does, it is told to end.
        self._thread = Thread(target=_work_through, args=(self._jobs, connect), name="sqlite", daemon=True)
        self._collected = weakref.finalize(self, self._jobs.put, None)
        self._collected.atexit = False  # `_close_all` does better then
        _OPEN.add(self)

    @property
    def closed(self) -> bool:
        """True after `close`."""
        return not self._collected.alive

    async def run(self, work: Work[T]) -> T:
        """What `work` returns, or raises, on the connection."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        if not self._thread.ident:
            self._thread.start()
        self._jobs.put((loop, future, work))
        return await future

    def close(self) -> None:
        """Closes the connection, behind all work that was asked for. A second call does nothing."""
        if self._collected():  # puts the end into the queue, the first time
            return
        _OPEN.discard(self)
        if self._thread.ident:
            self._thread.join(_LEAVE_SECONDS)


_OPEN: weakref.WeakSet[DatabaseThread] = weakref.WeakSet()


@atexit.register
def _close_all() -> None:
    """So that a program that never closes its sessions leaves one whole file, without the -wal beside it."""
    for thread in list(_OPEN):
        thread.close()


def _work_through(jobs: "SimpleQueue[_Job | None]", connect: Connect) -> None:
    """The thread: opens the connection when it is first needed, and does one job after the other."""
    db: sqlite3.Connection | None = None
    while job := jobs.get():
        loop, future, work = job
        try:
            db = db or connect()
            _answer(loop, future.set_result, future, work(db))
        except BaseException as error:  # noqa: BLE001 - whatever it is belongs to the task that asked
            _answer(loop, future.set_exception, future, error)
        del job, future, work
    if db is not None:
        db.close()


def _answer(loop: asyncio.AbstractEventLoop, give: Callable[[Any], None], future: "asyncio.Future[Any]", answer: object) -> None:
    def hand_over() -> None:
        if not future.done():  # cancelled meanwhile
            give(answer)

    with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
        loop.call_soon_threadsafe(hand_over)
