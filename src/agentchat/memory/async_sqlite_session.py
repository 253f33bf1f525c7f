"""`AsyncSQLiteSession`: the same memory as `SQLiteSession`, on aiosqlite, closed with `await`."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import aiosqlite

from agentchat.memory.sqlite_session import prepare_session_file
from agentchat.runtime.ports.session import SessionABC, SessionSettings
from agentchat.runtime.values.items import TResponseInputItem
from agentchat.sqlite.files import transact
from agentchat.sqlite.hops import connect, run_on
from agentchat.sqlite.rows import SessionTables

T = TypeVar("T")


class AsyncSQLiteSession(SessionABC):
    """The conversation `session_id` in the database `db_path`; other ids share the file without meeting.

    Each method is one transaction and one hop. The file is created when it is first needed, for its owner alone.
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
        self._tables = SessionTables(sessions_table, messages_table)
        self._connection: aiosqlite.Connection | None = None
        self._opening = asyncio.Lock()
        self._closed = False

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

    async def close(self) -> None:
        """Lets the file go. A second call does nothing; every other method raises a RuntimeError from now on."""
        self._closed = True
        async with self._opening:
            connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        if self._connection is None:
            async with self._opening:
                await self._open()
        assert self._connection is not None
        return await run_on(self._connection, work)

    async def _open(self) -> None:
        if self._closed:
            raise RuntimeError("AsyncSQLiteSession is closed")
        if self._connection is not None:
            return
        connection = await connect(self.db_path)
        try:
            await run_on(connection, lambda db: prepare_session_file(db, self._tables))
        except BaseException:
            await connection.close()
            raise
        self._connection = connection
