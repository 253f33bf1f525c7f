"""Opening a SQLite file: private from its first byte, in WAL mode, ready for whole transactions.

SQLite gives the files beside a database (-wal, -shm) the mode of the database itself, so it is enough that we create that one.
"""

import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypeVar

T = TypeVar("T")

BUSY_SECONDS = 5.0
"""How long a connection waits for another program's transaction."""


def create_private(path: Path) -> None:
    """Creates the file for its owner alone, unless it is there already."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        return


def settle(db: sqlite3.Connection, *, synchronous: Literal["NORMAL", "FULL"]) -> None:
    """Brings a fresh connection into the mode that everything here works in."""
    db.execute("PRAGMA foreign_keys = ON")
    _enter_wal(db)
    db.execute(f"PRAGMA synchronous = {synchronous}")


def transact(db: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    """Runs `work` as one transaction that holds the right to write from its beginning; on any error nothing of it stays.

    The connection must not begin transactions on its own (`isolation_level=None`).
    """
    db.execute("BEGIN IMMEDIATE")
    try:
        result = work(db)
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # some errors (a full disk) have rolled back already
            db.execute("ROLLBACK")
        raise
    return result


def snapshot(db: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    """Runs `work`, which only reads, on one unchanging view of the database."""
    db.execute("BEGIN")
    try:
        return work(db)
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")


def _enter_wal(db: sqlite3.Connection) -> None:
    """Turns WAL on. Two processes that do this at once get "locked" without the usual wait, so the wait is here."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return
