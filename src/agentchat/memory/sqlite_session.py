"""`SQLiteSession`: conversation memory in a SQLite file, or in memory while the program runs."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from agentchat.runtime.ports.session import SessionABC, SessionSettings
from agentchat.runtime.values.items import TResponseInputItem
from agentchat.sqlite.files import BUSY_SECONDS, create_private, settle, snapshot, transact
from agentchat.sqlite.rows import SessionTables
from agentchat.sqlite.threads import DatabaseThread

T = TypeVar("T")


class SQLiteSession(SessionABC):
    """The conversation `session_id` in the database `db_path`; other ids share the file without meeting.

    Each method is one transaction, and one hop to the session's own thread: no event loop ever waits for the disk. The file is
    created when it is first needed, for its owner alone. The same object may be used under one event loop after another.
    """

    def __init__(
        self,
        session_id: str,
        db_path: str | Path = ":memory:",
        sessions_table: str = "agent_sessions",
        messages_table: str = "agent_messages",
        session_settings: SessionSettings | None = None,
    ) -> None:
        self.session_id = session_id
        self.session_settings = session_settings or SessionSettings()
        self.db_path = db_path
        self._tables = tables = SessionTables(sessions_table, messages_table)
        self._thread = DatabaseThread(lambda: open_session_file(db_path, tables))

    async def get_items(self, limit: int | None = None) -> list[TResponseInputItem]:
        """The latest `limit` items, oldest first; without one as many as the session's settings say; all for a negative one."""
        count = self.session_settings.limit if limit is None and self.session_settings else limit
        return await self._run(lambda db: self._tables.read(db, self.session_id, limit=count))

    async def add_items(self, items: list[TResponseInputItem]) -> None:
        """Appends the items, all or none."""
        if items:
            await self._run(lambda db: transact(db, lambda db: self._tables.append(db, self.session_id, items)))

    async def pop_item(self) -> TResponseInputItem | None:
        """Takes the latest item away and returns it; None when there is none."""
        return await self._run(lambda db: transact(db, lambda db: self._tables.pop(db, self.session_id)))

    async def clear_session(self) -> None:
        """Takes all items away."""
        await self._run(lambda db: transact(db, lambda db: self._tables.clear(db, self.session_id)))

    def close(self) -> None:
        """Lets the file go. A second call does nothing; every other method raises a RuntimeError from now on."""
        self._thread.close()

    async def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        if self._thread.closed:
            raise RuntimeError("SQLiteSession is closed")
        return await self._thread.run(work)


def open_session_file(path: str | Path, tables: SessionTables) -> sqlite3.Connection:
    """A connection to a database that has the two tables."""
    if str(path) != ":memory:":
        create_private(Path(path))
    db = sqlite3.connect(path, isolation_level=None, timeout=BUSY_SECONDS)
    try:
        prepare_session_file(db, tables)
    except BaseException:
        db.close()
        raise
    return db


def prepare_session_file(db: sqlite3.Connection, tables: SessionTables) -> None:
    """Makes a fresh connection ready for sessions. A file that has the tables is not written to."""
    settle(db, synchronous="NORMAL")
    if not snapshot(db, tables.exist):
        transact(db, tables.create)
