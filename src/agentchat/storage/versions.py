"""How the file's tables came to be, version by version; a new file goes the same way.

A step that was published is not changed any more. Each is one transaction that also writes its number, so that a process that dies in
one leaves the file as it was before it, and the next one goes on from there.
"""

import sqlite3
from collections.abc import Callable
from typing import TypeAlias

from agentchat.sqlite.files import transact

Step: TypeAlias = tuple[str, ...]
"""Statements, in order."""


def version_of(db: sqlite3.Connection) -> int:
    """The version of the tables in this file; 0 for a file that holds none of ours."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    return version


def migrate(db: sqlite3.Connection, before: Callable[[sqlite3.Connection], None]) -> None:
    """Takes the steps that the file has not taken yet, `before` at the beginning of each: it may refuse."""
    while version_of(db) < len(STEPS):
        transact(db, lambda db: _step(db, before))


def _step(db: sqlite3.Connection, before: Callable[[sqlite3.Connection], None]) -> None:
    before(db)
    version = version_of(db)  # again, now that nobody else can write
    for statement in STEPS[version] if version < len(STEPS) else ():
        db.execute(statement)
    db.execute(f"PRAGMA user_version = {min(version + 1, len(STEPS))}")


_CONVERSATIONS: Step = (
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

_LEASES: Step = (
    """
    CREATE TABLE agentchat_leases (
        epoch INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice: an older one can be told from any other
        session_id TEXT NOT NULL UNIQUE,
        process INTEGER NOT NULL,
        host TEXT NOT NULL,
        since REAL NOT NULL
    )
    """,
    # Without the column `epoch`, which was never raised: whoever takes a conversation over gets a lease. Renaming a table would look at
    # the whole file, and fail at a broken view that somebody else has in it.
    "CREATE TEMP TABLE agentchat_before AS SELECT * FROM main.agentchat_chats",
    "DROP TABLE main.agentchat_chats",
    """
    CREATE TABLE agentchat_chats (
        session_id TEXT PRIMARY KEY,
        title TEXT NOT NULL DEFAULT '',
        folder TEXT NOT NULL DEFAULT '',
        agent TEXT,
        prompt TEXT NOT NULL DEFAULT '',
        created REAL NOT NULL,
        updated REAL NOT NULL
    )
    """,
    """
    INSERT INTO agentchat_chats (session_id, title, folder, agent, prompt, created, updated)
    SELECT session_id, title, folder, agent, prompt, created, updated FROM temp.agentchat_before
    """,
    "DROP TABLE temp.agentchat_before",
)

_FORKS: Step = (
    """
    CREATE TABLE agentchat_forks (
        session_id TEXT PRIMARY KEY,
        parent TEXT NOT NULL,     -- the conversation that it began as; that may be gone
        place INTEGER NOT NULL    -- the parent's last row that was copied, 0 for none
    )
    """,
)

_WISHES: Step = (
    """
    CREATE TABLE agentchat_wishes (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        session_id TEXT NOT NULL UNIQUE, -- the conversation that a process asks another one for
        process INTEGER NOT NULL,
        host TEXT NOT NULL
    )
    """,
    "ALTER TABLE agentchat_leases ADD COLUMN run_id TEXT NOT NULL DEFAULT ''", # what its process works on now
    "ALTER TABLE agentchat_calls ADD COLUMN epoch INTEGER",                    # of the lease under which it was started last
)

STEPS: tuple[Step, ...] = (_CONVERSATIONS, _LEASES, _FORKS, _WISHES)
"""The step with number n brings version n to the next one."""
