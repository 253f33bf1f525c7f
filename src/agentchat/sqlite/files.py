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

_NO_ROOM_BESIDE = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL)
"""What SQLite says when it cannot make the files that it needs beside the database."""


def create_private(path: Path) -> None:
    """Creates the file for its owner alone, unless it is there already."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        return


def connect_to_read(path: Path, *, factory: type[sqlite3.Connection] = sqlite3.Connection) -> sqlite3.Connection:
    """A connection that cannot write, also where not even the files beside the database can be made (a read-only place, a full disk)."""
    address = f"{path.absolute().as_uri()}?mode=ro"
    try:
        return _answering(address, factory)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in _NO_ROOM_BESIDE or not path.exists() or _has_a_log(path):
            raise
    return _answering(f"{address}&immutable=1", factory)  # the whole of it is in the one file, which nobody can be writing


def _answering(address: str, factory: type[sqlite3.Connection]) -> sqlite3.Connection:
    """A connection that has read something: opening alone touches no file."""
    db = sqlite3.connect(address, uri=True, factory=factory, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        db.close()
        raise
    return db


def _has_a_log(path: Path) -> bool:
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


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
