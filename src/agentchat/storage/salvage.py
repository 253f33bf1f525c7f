"""What is done with a damaged file: it is moved aside as it is, and what SQLite can still read of it goes into a new one.

The new file is written under another name first, so that a program that is killed in the middle starts over. Only tables of ours are
read; whatever else the file holds stays where it was moved to.
"""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from agentchat.sqlite.files import connect_to_read, create_private, transact
from agentchat.sqlite.life_signs import alone
from agentchat.storage.errors import StoreError, damaged
from agentchat.storage.lease import is_in_use
from agentchat.storage.schema import prepare

_CHECKED_BYTES = 64 * 1024 * 1024
"""A larger file is not looked through when it is opened: that would be felt."""

_AT_ONCE = 4096
"""Rows that are read in one go."""
_MOST_ROWS = 1 << 22
"""Where the numbers of rows end that are looked for: the largest one may be damage."""
_PATIENCE = 100_000
"""So often a table is asked again around its damaged places, some seconds long; beyond that only whole stretches are read."""

_TABLES = (
    "agent_sessions",
    "agent_messages",
    "agentchat_chats",
    "agentchat_runs",
    "agentchat_responses",
    "agentchat_calls",
    "agentchat_items",
    "agentchat_facts",
    "agentchat_drafts",
    "agentchat_forks",
)
"""All but the leases, which are nobody's by then, and the index, which is made anew."""


def refuse_damage(db: sqlite3.Connection, path: Path) -> None:
    """A StoreError for a damaged file, before anything is built on it."""
    if path.stat().st_size > _CHECKED_BYTES:
        return
    (found,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise damaged(path)


def salvage(path: Path, *, at: float) -> str:
    """Puts a new file in the place of the damaged one; one sentence about it, empty when another process has done it meanwhile.

    A StoreError while some process still has the file open: what that one writes would be lost. `at` is now, which names the old file.
    """
    gate = path.with_name(f"{path.name}-salvage")
    with alone(gate):
        if _is_sound(path):
            return ""
        if is_in_use(path):
            sentence = f"{path} is damaged, and open in another process; close that one, and open agentchat again."
            raise StoreError(sentence, "unwritable")
        new = path.with_name(f"{path.name}-salvaged")
        for part in _parts(new):
            part.unlink(missing_ok=True)
        count = _copied(path, new)
        aside = _move_aside(path, new, at=at)
        gate.unlink(missing_ok=True)  # whoever still waits at it, or comes later, finds a sound file
    kept = "1 conversation" if count == 1 else f"{count} conversations"
    return f"{path} was damaged: it is kept as {aside.name}, and what could be read of it ({kept}) is in a new file."


def _is_sound(path: Path) -> bool:
    try:
        with closing(connect_to_read(path)) as db:
            return db.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except sqlite3.Error:
        return False


def _copied(path: Path, new: Path) -> int:
    """How many conversations came over."""
    create_private(new)
    with closing(sqlite3.connect(new, isolation_level=None)) as target:
        prepare(target, new)
        try:
            with closing(connect_to_read(path)) as source:
                source.text_factory = _as_text
                transact(target, lambda target: _copy(source, target))
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise
        (count,) = target.execute(
            "SELECT count(*) FROM (SELECT session_id FROM agent_sessions UNION SELECT session_id FROM agentchat_chats)"
        ).fetchone()
        return count


def _as_text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _copy(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """Every row that can be read. Where one could not, no run is gone on with: what it had done may be what is lost."""
    target.execute("PRAGMA defer_foreign_keys = ON")  # a message may have been read whose conversation's own row was not
    lost = sum(_copy_table(source, target, table) for table in _TABLES)
    target.execute("INSERT OR IGNORE INTO agent_sessions (session_id) SELECT DISTINCT session_id FROM agent_messages")
    if lost:
        target.execute("UPDATE agentchat_runs SET ending = 'stopped', step = 'ended' WHERE coalesce(ending, '') <> 'final'")


def _copy_table(source: sqlite3.Connection, target: sqlite3.Connection, table: str) -> int:
    """How many places of it could not be read."""
    try:
        there = [row[1] for row in source.execute(f"PRAGMA table_info({table})")]
    except sqlite3.DatabaseError:
        return 1
    columns = [row[1] for row in target.execute(f"PRAGMA table_info({table})") if row[1] in there]
    if not columns:
        return 0
    names, places = ", ".join(columns), ", ".join("?" * len(columns))
    rows = _Rows(source, f"SELECT {names} FROM {table} WHERE rowid BETWEEN ? AND ? ORDER BY rowid")  # noqa: S608 - our own names
    first, last = _range(source, table)
    for start in range(first, min(last, first + _MOST_ROWS) + 1, _AT_ONCE):
        found = rows.between(start, min(start + _AT_ONCE - 1, last))
        target.executemany(f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({places})", found)  # noqa: S608 - as above
    return rows.failed


def _range(source: sqlite3.Connection, table: str) -> tuple[int, int]:
    """The numbers that rows of the table may have."""
    ends: list[int] = []
    for end, fallback in (("min", 1), ("max", 1 << 20)):
        try:
            (found,) = source.execute(f"SELECT {end}(rowid) FROM {table}").fetchone()  # noqa: S608 - our own names
        except sqlite3.DatabaseError:
            found = fallback
        ends.append(found or 0)
    return ends[0], ends[1]


@dataclass(slots=True)
class _Rows:
    """The rows of a damaged table. Mutable: it counts the questions that failed."""

    source: sqlite3.Connection
    query: str
    failed: int = 0

    def between(self, first: int, last: int) -> Iterator[tuple[object, ...]]:
        """Those that can be read of a range; around a place that cannot be, either half is asked for alone."""
        try:
            rows = self.source.execute(self.query, (first, last)).fetchall()
        except sqlite3.DatabaseError:
            self.failed += 1
            if first < last and self.failed < _PATIENCE:
                middle = (first + last) // 2
                yield from self.between(first, middle)
                yield from self.between(middle + 1, last)
        else:
            yield from rows


def _is_damage(error: sqlite3.Error) -> bool:
    return vars(error).get("sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def _move_aside(path: Path, new: Path, *, at: float) -> Path:
    """The old file is called another name and the new one its own; there is a file under that name at every moment."""
    aside = _free_name(path, time.strftime("%Y-%m-%d", time.localtime(at)))
    for part, kept in zip(_parts(path)[1:], _parts(aside)[1:], strict=True):
        if part.exists():
            part.rename(kept)  # first: a log beside the new file would be taken for its own
    try:
        os.link(path, aside)
    except OSError:  # a file system without links
        path.rename(aside)
    new.rename(path)
    return aside


def _free_name(path: Path, day: str) -> Path:
    names = [f"{path.name}.damaged-{day}", *(f"{path.name}.damaged-{day}-{number}" for number in range(2, 1000))]
    return next(path.with_name(name) for name in names if not path.with_name(name).exists())


def _parts(path: Path) -> tuple[Path, Path, Path]:
    """A database and the files beside it."""
    return path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")
