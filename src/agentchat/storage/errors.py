"""What can go wrong with a file, said so that a person can act on it.

SQLite's own words ("database is locked", "disk I/O error") never reach a screen as they are.
"""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from agentchat.runtime.values.exceptions_base import AgentsException


class StoreError(AgentsException):
    """The conversations' file could not be read or written, or a step of a run does not fit what it holds."""


@contextmanager
def explained(path: Path) -> Generator[None]:
    """Turns SQLite's errors about `path` into a StoreError whose sentence can be shown."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(_sentence(path, error)) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise StoreError(f"{path} cannot be opened ({reason}); check its folder, or choose another file with --db.") from error


def _sentence(path: Path, error: sqlite3.Error) -> str:
    if path.is_dir():
        return f"{path} is a folder; name a file in it with --db."
    match _code(error):
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return f"{path} is in use by another program; try again when that is done."
        case sqlite3.SQLITE_FULL:
            return f"The disk is full, {path} could not be written; make room and try again."
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return f"{path} cannot be written; make the file and its folder writable, or choose another file with --db."
        case sqlite3.SQLITE_CANTOPEN:
            return f"{path} cannot be opened; check that its folder exists and is yours, or choose another file with --db."
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return f"{path} is damaged, or no database of conversations; move it aside, or choose another file with --db."
        case sqlite3.SQLITE_IOERR:
            return f"The disk failed under {path} ({error}); check it, or choose another file with --db."
        case sqlite3.SQLITE_CONSTRAINT:
            return f"{path} holds this step of the run already; open the conversation again to go on from there."
        case _:
            return f"{path} could not be used ({error}); choose another file with --db."


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary result code; 0 for errors of Python's own module, which carry none."""
    return vars(error).get("sqlite_errorcode", 0) & 0xFF
