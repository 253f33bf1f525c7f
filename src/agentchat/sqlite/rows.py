"""A conversation's items in SQLite: the two tables that every session class of this package shares, and what is done to them.

The layout is a published one (sessions, and messages as JSON text), so that conversations can be exchanged with other programs.
Functions here take a plain connection and do no transactions: the caller says what belongs together.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Item = dict[str, Any]
_DECODER = json.JSONDecoder()


@dataclass(frozen=True)
class SessionTables:
    """The two tables, by name."""

    sessions: str = "agent_sessions"
    messages: str = "agent_messages"

    def exist(self, db: sqlite3.Connection) -> bool:
        """True when both are there."""
        found = db.execute(
            "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN (?, ?)", (self.sessions, self.messages)
        )
        return found.fetchone() == (2,)

    def create(self, db: sqlite3.Connection) -> None:
        """Creates what is missing of them."""
        for statement in self._sql.create:
            db.execute(statement)

    def read(self, db: sqlite3.Connection, session_id: str, *, limit: int | None = None) -> list[Item]:
        """The latest `limit` items, oldest first; all for None or a negative number. Rows that are no items do not count."""
        return [item for _, item in self.read_rows(db, session_id, limit=limit)]

    def read_rows(self, db: sqlite3.Connection, session_id: str, *, limit: int | None = None) -> list[tuple[int, Item]]:
        """As `read`, each item with the id of its row."""
        if limit is None or limit < 0:
            return list(_valid(db.execute(self._sql.oldest_first, (session_id,)).fetchall()))
        return [row for _, row in zip(range(limit), self.latest_rows(db, session_id), strict=False)][::-1]

    def latest_rows(self, db: sqlite3.Connection, session_id: str) -> Iterator[tuple[int, Item]]:
        """The items with the ids of their rows, the latest first, read one by one."""
        return _valid(db.execute(self._sql.latest_first, (session_id,)))

    def append(self, db: sqlite3.Connection, session_id: str, items: Sequence[Item], *, at: float | None = None) -> range:
        """Adds items at the end and returns the ids of their rows. `at` (seconds since the epoch) replaces SQLite's own clock."""
        moment = _moment(db, at)
        db.execute(self._sql.ensure_session, (session_id, moment, moment))
        rows = [(session_id, json.dumps(item), moment) for item in items]
        db.executemany(self._sql.insert, rows)
        db.execute(self._sql.touch_session, (moment, session_id))
        (last,) = db.execute(self._sql.newest_id, (session_id,)).fetchone()
        return range(last - len(rows) + 1, last + 1)  # nobody else writes in between: the caller holds the transaction

    def pop(self, db: sqlite3.Connection, session_id: str, *, at: float | None = None) -> Item | None:
        """Takes the latest item away and returns it; rows that are no items, which stand behind it, go with it."""
        while row := db.execute(self._sql.latest_first, (session_id,)).fetchone():
            db.execute(self._sql.delete, (row[0],))
            db.execute(self._sql.touch_session, (_moment(db, at), session_id))
            for _, item in _valid([row]):
                return item
        return None

    def clear(self, db: sqlite3.Connection, session_id: str) -> None:
        """Takes the whole conversation away."""
        db.execute(self._sql.clear_messages, (session_id,))
        db.execute(self._sql.clear_session, (session_id,))

    @cached_property
    def _sql(self) -> "_Statements":
        return _Statements.over(self.sessions, self.messages)


@dataclass(frozen=True, slots=True)
class _Statements:
    """The statements with the tables' names filled in."""

    create: tuple[str, ...]
    oldest_first: str
    latest_first: str
    ensure_session: str
    touch_session: str
    insert: str
    newest_id: str
    delete: str
    clear_messages: str
    clear_session: str

    @classmethod
    def over(cls, sessions: str, messages: str) -> "_Statements":
        """The statements over these two tables."""

        def named(text: str) -> str:
            names = {"SESSIONS": sessions, "MESSAGES": messages, "INDEX_NAME": f"idx_{messages}_session_id"}
            for word, name in names.items():
                text = text.replace(word, _quoted(name))
            return text

        return cls(
            create=tuple(named(statement) for statement in _CREATE),
            # A damaged row may hold bytes that are no text: as a blob it can at least be read, and then skipped.
            oldest_first=named("SELECT id, CAST(message_data AS BLOB) FROM MESSAGES WHERE session_id = ? ORDER BY id"),
            latest_first=named("SELECT id, CAST(message_data AS BLOB) FROM MESSAGES WHERE session_id = ? ORDER BY id DESC"),
            ensure_session=named("INSERT OR IGNORE INTO SESSIONS (session_id, created_at, updated_at) VALUES (?, ?, ?)"),
            touch_session=named("UPDATE SESSIONS SET updated_at = ? WHERE session_id = ?"),
            insert=named("INSERT INTO MESSAGES (session_id, message_data, created_at) VALUES (?, ?, ?)"),
            newest_id=named("SELECT max(id) FROM MESSAGES WHERE session_id = ?"),
            delete=named("DELETE FROM MESSAGES WHERE id = ?"),
            clear_messages=named("DELETE FROM MESSAGES WHERE session_id = ?"),
            clear_session=named("DELETE FROM SESSIONS WHERE session_id = ?"),
        )


_CREATE = (
    """
    CREATE TABLE IF NOT EXISTS SESSIONS (
        session_id TEXT PRIMARY KEY,
        created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
        updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS MESSAGES (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        session_id TEXT NOT NULL,
        message_data TEXT NOT NULL,
        created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
        FOREIGN KEY (session_id) REFERENCES SESSIONS (session_id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX IF NOT EXISTS INDEX_NAME ON MESSAGES (session_id, id)",
)


def _valid(rows: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, Item]]:
    """The rows that hold an item; the others are somebody's damage, and no reason to lose the rest."""
    for id, data in rows:  # noqa: A001 - the column's name
        item = _decoded(data)
        if isinstance(item, dict):
            yield id, item


def _decoded(data: bytes) -> Any:
    """None for what is no JSON."""
    try:
        text = data.decode()  # faster than having json guess the encoding
        if not text.startswith("{"):
            return json.loads(text)
        item, end = _DECODER.raw_decode(text)  # `json.loads` looks for blanks around it as well, which is a third of its time
        return item if end == len(text) else json.loads(text)
    except ValueError:
        return None


def _moment(db: sqlite3.Connection, at: float | None) -> str:
    """A time as SQLite's CURRENT_TIMESTAMP spells it, in UTC."""
    asked = db.execute("SELECT CURRENT_TIMESTAMP") if at is None else db.execute("SELECT datetime(?, 'unixepoch')", (at,))
    (moment,) = asked.fetchone()
    return moment


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
