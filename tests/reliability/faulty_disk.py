"""A disk that fails at the n-th thing that the program asks of its database, and is well again afterwards, or stays broken."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from agentchat.sqlite import hops

FAULTS = {
    "disk full": sqlite3.SQLITE_FULL,
    "disk error": sqlite3.SQLITE_IOERR_WRITE,
    "read-only": sqlite3.SQLITE_READONLY,
    "in use": sqlite3.SQLITE_BUSY,
}


@dataclass
class Disk:
    """Counts what is asked of it."""

    fails_at: int = 0
    """The number of the statement that fails, counted from 1; 0 for none."""
    lasting: bool = False
    """Whether every later one fails too."""
    writes_only: bool = False
    """Whether what only reads is let pass."""
    code: int = sqlite3.SQLITE_FULL
    asked: int = 0
    failed: int = 0
    closing: bool = False
    """Whether nothing had failed when the program was closed; what fails then has no transcript left to be told in."""

    def ask(self, sql: str) -> None:
        """One more statement."""
        if self.writes_only and not sql.lstrip().startswith(("BEGIN IMMEDIATE", "INSERT", "UPDATE", "DELETE", "CREATE")):
            return
        self.asked += 1
        if self.fails_at and (self.asked == self.fails_at or (self.lasting and self.asked > self.fails_at)):
            self.failed += 1
            error = sqlite3.OperationalError("raw words of SQLite")
            error.sqlite_errorcode = self.code
            raise error

    def heal(self) -> None:
        """Nothing fails any more."""
        self.fails_at = 0


@contextmanager
def on(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every connection that is opened in here is on the disk."""
    whole = hops._Connection

    class Connection(whole):  # type: ignore[valid-type, misc]
        def __init__(self, database: Any, *given: Any, **more: Any) -> None:
            super().__init__(database, *given, **more)
            self.is_on_disk = str(database) != ":memory:"

        def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
            # Rolling back writes nothing: a disk that fails then leaves the same file.
            if self.is_on_disk and sql is not hops._UNIT_OF_WORK and not sql.startswith("ROLLBACK"):
                disk.ask(sql)
            return super().execute(sql, parameters)

        def executemany(self, sql: str, rows: Any, /) -> sqlite3.Cursor:
            if self.is_on_disk:
                disk.ask(sql)
            return super().executemany(sql, rows)

    with monkeypatch.context() as patch:
        patch.setattr(hops, "_Connection", Connection)
        yield
