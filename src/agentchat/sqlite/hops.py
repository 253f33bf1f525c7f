"""aiosqlite, one hop per unit of work.

aiosqlite crosses to its thread and back for every statement, and has no call that takes a function. But it lets us make the
sqlite3 connection, and everything that is executed goes through that one's `execute`: a connection class of ours takes the
function there. So BEGIN, the statements and COMMIT cross together, and cancelling the task that waits cannot leave a transaction
open.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

import aiosqlite

from agentchat.sqlite.files import BUSY_SECONDS, connect_to_read, create_private

T = TypeVar("T")

_UNIT_OF_WORK = "-- one unit of work"
"""Stands for the statement; SQLite never sees it."""


async def connect(path: Path | str, *, read_only: bool = False) -> aiosqlite.Connection:
    """A connection that takes whole units of work (`run_on`) and begins no transaction by itself; a new file is private."""
    if read_only:
        return await _opened_or_closed(lambda: connect_to_read(Path(path), factory=_Connection))
    if str(path) != ":memory:":
        create_private(Path(path))
    return await _opened_or_closed(lambda: _connection_to(path))


async def run_on(connection: aiosqlite.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    """What `work` returns, or raises, on the connection. A caller that is cancelled waits until it is done."""
    results: list[T] = []

    def step(db: sqlite3.Connection) -> None:
        results.append(work(db))

    try:
        await connection.execute(_UNIT_OF_WORK, (step,))
    except asyncio.CancelledError:
        await connection.execute(_UNIT_OF_WORK, (_nothing,))  # comes after it, so that the loop is not closed under its answer
        raise
    return results[0]


async def _opened_or_closed(open_it: Callable[[], sqlite3.Connection]) -> aiosqlite.Connection:
    """Opened; also when the task that waits is cancelled, and then closed again."""
    opening = asyncio.ensure_future(_opened(open_it))
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        await (await opening).close()
        raise


async def _opened(open_it: Callable[[], sqlite3.Connection]) -> aiosqlite.Connection:
    """The connection, or the error.

    When a connector raises, aiosqlite ends its thread without waiting for it, and that fails loudly under a closed loop. Ours does
    not raise: it opens something that can be closed.
    """
    errors: list[sqlite3.Error] = []

    def connector() -> sqlite3.Connection:
        try:
            return open_it()
        except sqlite3.Error as error:
            errors.append(error)
            return _connection_to(":memory:")

    connection = await _on_a_daemon_thread(lambda: aiosqlite.Connection(connector, iter_chunk_size=64))
    if errors:
        await connection.close()
        raise errors[0]
    return connection


def _connection_to(path: Path | str) -> sqlite3.Connection:
    return sqlite3.connect(path, factory=_Connection, isolation_level=None, timeout=BUSY_SECONDS)


def _nothing(db: sqlite3.Connection) -> None:
    """A unit of work that only takes its turn."""


class _Connection(sqlite3.Connection):
    """A connection whose `execute` also takes a function of itself."""

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """As sqlite3 has it; but for a unit of work, the only parameter is called with this connection."""
        if sql is not _UNIT_OF_WORK:
            return super().execute(sql, parameters)
        (step,) = parameters
        step(self)
        return self.cursor()


def _on_a_daemon_thread(make: Callable[[], aiosqlite.Connection]) -> aiosqlite.Connection:
    """What `make` makes, made on a daemon thread: its own thread inherits that, and keeps no interpreter from exiting."""
    made: list[aiosqlite.Connection] = []
    maker = Thread(target=lambda: made.append(make()), daemon=True)
    maker.start()
    maker.join()
    return made[0]
