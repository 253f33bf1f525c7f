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
from agentchat.storage.versions import STEPS, migrate, version_of

VERSION = len(STEPS)
"""Counted in the file's `user_version`."""

TABLES = SessionTables()


def prepare(db: sqlite3.Connection, path: Path) -> None:
    """Makes a fresh connection ready to write: refuses what a newer version wrote, migrates what an older one did."""
    check_version(db, path)
    settle(db, synchronous="FULL")
    migrate(db, lambda db: _begin(db, path))
    if not TABLES.exist(db):
        transact(db, TABLES.create)


def check_version(db: sqlite3.Connection, path: Path) -> None:
    """A StoreError for a file that this version of the program does not know."""
    version = version_of(db)
    if version > VERSION:
        raise StoreError(
            f"{path} was written by a newer agentchat (version {version} of the file, this one knows {VERSION}); "
            "upgrade agentchat, or choose another file with --db.",
            "newer",
        )


def _begin(db: sqlite3.Connection, path: Path) -> None:
    check_version(db, path)  # again, now that nobody else can write
    TABLES.create(db)
