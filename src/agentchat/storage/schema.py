"""The tables of the application's database, and the version that they are.

Conversations lie in the two published tables of `agentchat.sqlite.rows`, so that `SQLiteSession(id, path)` reads and writes them.
Everything that they cannot say stands beside, in tables of our own that name rows by id without foreign keys: whoever takes rows
away from outside knows nothing of us. Their names carry a prefix, because the file may be somebody's own.
"""

import sqlite3
from pathlib import Path

from agentchat.sqlite.files import settle, transact
from agentchat.sqlite.rows import SessionTables
from agentchat.storage.errors import StoreError

VERSION = 1
"""Counted in the file's `user_version`; 0 is a file that holds no tables of ours."""

TABLES = SessionTables()


def prepare(db: sqlite3.Connection, path: Path) -> None:
    """Makes a fresh connection ready to write: refuses what a newer version wrote, creates what is missing."""
    check_version(db, path)
    settle(db, synchronous="FULL")
    if version_of(db) < VERSION or not TABLES.exist(db):
        transact(db, lambda db: _create(db, path))


def check_version(db: sqlite3.Connection, path: Path) -> None:
    """A StoreError for a file that this version of the program does not know."""
    version = version_of(db)
    if version > VERSION:
        raise StoreError(
            f"{path} was written by a newer agentchat (version {version} of the file, this one knows {VERSION}); "
            "upgrade agentchat, or choose another file with --db."
        )


def version_of(db: sqlite3.Connection) -> int:
    """The version of the tables in this file."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    return version


def _create(db: sqlite3.Connection, path: Path) -> None:
    """In one transaction: a process that dies in it leaves the file as it was."""
    check_version(db, path)  # again, now that nobody else can write
    TABLES.create(db)
    for statement in _STATEMENTS:
        db.execute(statement)
    db.execute(f"PRAGMA user_version = {VERSION}")


_STATEMENTS = (
    """
    CREATE TABLE IF NOT EXISTS agentchat_chats (
        session_id TEXT PRIMARY KEY,
        title TEXT NOT NULL DEFAULT '',
        folder TEXT NOT NULL DEFAULT '',
        agent TEXT,
        prompt TEXT NOT NULL DEFAULT '',
        created REAL NOT NULL,
        updated REAL NOT NULL,
        epoch INTEGER NOT NULL DEFAULT 0  -- raised by whoever takes the conversation over
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS agentchat_runs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        session_id TEXT NOT NULL,
        run_id TEXT NOT NULL,
        path TEXT NOT NULL,       -- of outer calls, joined with "/"; empty for the run itself
        checkpoint TEXT NOT NULL, -- JSON
        step TEXT NOT NULL,       -- the checkpoint's
        response INTEGER NOT NULL,
        ending TEXT,              -- of the last commit; NULL before the first
        UNIQUE (session_id, run_id, path)
    )
    """,
    "CREATE INDEX IF NOT EXISTS agentchat_runs_in_order ON agentchat_runs (session_id, path, id)",
    """
    CREATE TABLE IF NOT EXISTS agentchat_responses (
        session_id TEXT NOT NULL,
        run_id TEXT NOT NULL,
        path TEXT NOT NULL,
        response INTEGER NOT NULL,
        data TEXT NOT NULL,       -- JSON
        at REAL NOT NULL,
        PRIMARY KEY (session_id, run_id, path, response)
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS agentchat_calls (
        session_id TEXT NOT NULL,
        run_id TEXT NOT NULL,
        path TEXT NOT NULL,
        response INTEGER NOT NULL,
        place INTEGER NOT NULL,   -- among the calls of the response, from 0
        call_id TEXT NOT NULL,    -- the provider's
        agent TEXT NOT NULL,
        tool TEXT NOT NULL,
        arguments TEXT NOT NULL,
        kind TEXT NOT NULL,
        status TEXT NOT NULL DEFAULT 'proposed',
        decision TEXT,            -- JSON
        allowed_by TEXT NOT NULL DEFAULT '',
        outcome TEXT,             -- JSON
        late TEXT,                -- JSON: an outcome that came when there was one already
        started REAL,
        ended REAL,
        PRIMARY KEY (session_id, run_id, path, response, place)
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS agentchat_items (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        session_id TEXT NOT NULL, -- items of nested runs, which are no part of the conversation
        run_id TEXT NOT NULL,
        path TEXT NOT NULL,
        item TEXT NOT NULL        -- JSON
    )
    """,
    "CREATE INDEX IF NOT EXISTS agentchat_items_of_runs ON agentchat_items (session_id, run_id, path, id)",
    """
    CREATE TABLE IF NOT EXISTS agentchat_facts (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        session_id TEXT NOT NULL,
        run_id TEXT NOT NULL,
        place INTEGER NOT NULL,   -- a row of agent_messages, 0 for none
        of_row INTEGER NOT NULL,  -- 1: about that row; 0: standing after it
        item_id INTEGER,          -- about this row of agentchat_items
        fact TEXT NOT NULL        -- JSON
    )
    """,
    "CREATE INDEX IF NOT EXISTS agentchat_facts_by_place ON agentchat_facts (session_id, place, seq)",
    """
    CREATE TABLE IF NOT EXISTS agentchat_drafts (
        session_id TEXT NOT NULL,
        run_id TEXT NOT NULL,
        path TEXT NOT NULL,
        text TEXT NOT NULL,
        PRIMARY KEY (session_id, run_id, path)
    )
    """,
)
