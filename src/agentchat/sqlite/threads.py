"""A SQLite connection on a thread of its own, which takes a whole unit of work per hop.

Waking a thread and being woken again costs more than most statements, so what belongs together crosses once. A unit of work runs
to its end whatever becomes of the task that asked for it: cancelling the task never leaves a transaction open.
"""

import asyncio
import atexit
import contextlib
import sqlite3
import weakref
from collections.abc import Callable
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")

_Job: TypeAlias = tuple[asyncio.AbstractEventLoop, "asyncio.Future[Any]", Callable[[sqlite3.Connection], Any]]

_LEAVE_SECONDS = 2.0
"""How long closing waits for the work that was asked for before."""


class DatabaseThread:
    """Any number of event loops, one after the other or at once, may use it; it keeps no interpreter from exiting.

    The connection is opened by the first unit of work, and again by the next one when that failed. Mutable: `run` starts the
    thread, `close` ends it, both under the lock.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        # The thread must not hold on to this object: when nobody else does, it is told to end.
        self._thread = Thread(target=_work_through, args=(self._jobs, connect), name="sqlite", daemon=True)
        self._end = weakref.finalize(self, self._jobs.put, None)
        self._end.atexit = False  # `_close_all` waits as well
        self._lock = Lock()
        _OPEN.add(self)

    @property
    def closed(self) -> bool:
        """True after `close`."""
        return not self._end.alive

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What `work` returns, or raises, on the connection; a RuntimeError after `close`."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        with self._lock:
            if self.closed:
                raise RuntimeError("The database connection is closed.")
            if not self._thread.ident:
                self._thread.start()
            self._jobs.put((loop, future, work))
        return await future

    def close(self) -> None:
        """Closes the connection, behind all work that was asked for. A second call does nothing."""
        with self._lock:
            if self._end.detach():
                self._jobs.put(None)
        _OPEN.discard(self)
        if self._thread.ident:
            self._thread.join(_LEAVE_SECONDS)


_OPEN: weakref.WeakSet[DatabaseThread] = weakref.WeakSet()


@atexit.register
def _close_all() -> None:
    """So that a program that never closes its sessions leaves one whole file, without a -wal beside it."""
    for thread in list(_OPEN):
        thread.close()


def _work_through(jobs: "SimpleQueue[_Job | None]", connect: Callable[[], sqlite3.Connection]) -> None:
    """The thread: opens the connection when it is first needed, and does one job after the other."""
    db: sqlite3.Connection | None = None
    while job := jobs.get():
        loop, future, work = job
        try:
            db = db or connect()
            _answer(loop, future, future.set_result, work(db))
        except BaseException as error:  # noqa: BLE001 - whatever it is belongs to the task that asked
            _answer(loop, future, future.set_exception, error)
        del job, loop, future, work  # an idle thread holds on to nothing
    if db is not None:
        db.close()


def _answer(
    loop: asyncio.AbstractEventLoop, future: "asyncio.Future[Any]", give: Callable[[Any], None], answer: object
) -> None:
    def hand_over() -> None:
        if not future.done():  # cancelled meanwhile
            give(answer)

    with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
        loop.call_soon_threadsafe(hand_over)
