"""What can go wrong with a file, said so that a person can act on it.

SQLite's own words ("database is locked", "disk I/O error") never reach a screen as they are.
"""

import errno
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TypeAlias

from agentchat.runtime.values.exceptions_base import AgentsException

Trouble: TypeAlias = Literal[
    "step",       # the file is well; a step of a run does not fit what it holds, or the store is closed
    "mistaken",   # no file of ours can be there: a folder, a text, a folder that is a file
    "unwritable", # it cannot be written, or not even opened, now: the disk is full, the place is read-only, somebody else writes
    "damaged",
    "newer",      # a newer agentchat wrote it
]


class StoreError(AgentsException):
    """The conversations' file could not be read or written, or a step of a run does not fit what it holds."""

    def __init__(self, sentence: str, trouble: Trouble = "step") -> None:
        super().__init__(sentence)
        self.trouble: Trouble = trouble


@contextmanager
def explained(path: Path) -> Generator[None]:
    """Turns SQLite's errors about `path` into a StoreError whose sentence can be shown."""
    try:
        yield
    except sqlite3.Error as error:
        raise _explanation(path, error) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        trouble: Trouble = "mistaken" if error.errno in {errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ELOOP} else "unwritable"
        sentence = f"{path} cannot be opened ({reason}); check its folder, or choose another file with --db."
        raise StoreError(sentence, trouble) from error


def damaged(path: Path) -> StoreError:
    """A database that SQLite cannot read as one. Whoever opens a conversation in it, also a new one, salvages it."""
    return StoreError(f"{path} is damaged; open a new conversation (agentchat without -r), which saves what can be read of it.", "damaged")


def _explanation(path: Path, error: sqlite3.Error) -> StoreError:
    if path.is_dir():
        return StoreError(f"{path} is a folder; name a file in it with --db.", "mistaken")
    match _code(error):
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreError(f"{path} is in use by another program; try again when that is done.", "unwritable")
        case sqlite3.SQLITE_FULL:
            return StoreError(f"The disk is full, {path} could not be written; make room and try again.", "unwritable")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            hint = "make the file and its folder writable, or choose another file with --db."
            return StoreError(f"{path} cannot be written; {hint}", "unwritable")
        case sqlite3.SQLITE_CANTOPEN:
            hint = "check that its folder exists and is yours, or choose another file with --db."
            return StoreError(f"{path} cannot be opened; {hint}", "unwritable")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return _damage(path)
        case sqlite3.SQLITE_IOERR:
            return StoreError(f"The disk failed under {path} ({error}); check it, or choose another file with --db.", "unwritable")
        case sqlite3.SQLITE_CONSTRAINT:
            return StoreError(f"{path} holds this step of the run already; open the conversation again to go on from there.")
        case _:
            return StoreError(f"{path} could not be used ({error}); choose another file with --db.")


def _damage(path: Path) -> StoreError:
    """A file that was a database once, or somebody's file of another kind, which is none of our business."""
    if _is_database(path):
        return damaged(path)
    return StoreError(f"{path} is damaged, or no database of conversations; move it aside, or choose another file with --db.", "mistaken")


def _is_database(path: Path) -> bool:
    """Whether the file begins as every database of SQLite does."""
    try:
        with path.open("rb") as file:
            return file.read(16) == b"SQLite format 3\0"
    except OSError:
        return False


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary result code; 0 for errors of Python's own module, which carry none."""
    return vars(error).get("sqlite_errorcode", 0) & 0xFF
