"""Files of older versions become files of this one, also when the program is killed while it does that."""

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from agentchat.chat.saved import SavedRow
from agentchat.runtime.ports.journal import Approved
from agentchat.runtime.values.outcomes import Finished, Go, Returned
from agentchat.storage.reader import list_sessions, read_chat
from agentchat.storage.schema import VERSION, prepare, version_of
from agentchat.storage.store import SQLiteStore
from agentchat.storage.versions import STEPS
from tests.clock import FakeClock
from tests.storage.samples import RUN, key, said

VERSION_1 = Path(__file__).with_name("version_1.sql")
"""A file as the first version wrote it: a conversation with a run half-way, and one that is only a prompt."""


def old_file(path: Path) -> Path:
    with closing(sqlite3.connect(path)) as db:
        db.executescript(VERSION_1.read_text())
        db.execute("PRAGMA journal_mode = WAL")
    return path


def tables_of(path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as db:
        found = db.execute("SELECT name, sql FROM sqlite_master WHERE sql NOT NULL AND name NOT LIKE 'sqlite%' ORDER BY 1").fetchall()
    return [(name, " ".join(sql.split()).replace('"', "")) for name, sql in found]


async def test_a_file_of_the_first_version_is_gone_on_with(tmp_path: Path) -> None:
    path = old_file(tmp_path / "chats.db")
    before = await asyncio.to_thread(read_chat, path, "3f2a")
    store = await SQLiteStore.open(path, "3f2a", clock=FakeClock())
    saved = await store.load()
    assert saved == before
    assert (saved.title, saved.folder, saved.agent) == ("Refunds", "/home/me/shop", "triage")
    assert (saved.prompt, saved.draft) == ("unsent", "And now")
    assert saved.rows[0] == SavedRow(1, said("hello"))
    recalled = await store.recall(RUN)
    assert recalled is not None
    assert [call.decision for call in recalled.calls] == [Approved(), None]
    assert await store.start(key(index=0), "you") == Finished(Returned("refunded"))
    assert await store.start(key(index=1), "you") == Go()
    await store.close()
    assert [entry.session_id for entry in await asyncio.to_thread(list_sessions, path)] == ["b", "3f2a"]


def test_a_migrated_file_has_the_tables_of_a_new_one(tmp_path: Path) -> None:
    paths = old_file(tmp_path / "old.db"), tmp_path / "new.db"
    for path in paths:
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            prepare(db, path)
            assert version_of(db) == VERSION == len(STEPS)
    assert tables_of(paths[0]) == tables_of(paths[1])


def test_an_old_file_is_read_without_being_migrated(tmp_path: Path) -> None:
    path = old_file(tmp_path / "chats.db")
    before = path.read_bytes()
    assert (read_chat(path, "3f2a").title, read_chat(path, "b").prompt) == ("Refunds", "only a prompt")
    assert path.read_bytes() == before


@pytest.mark.parametrize("old", [True, False], ids=["an old file", "a new file"])
def test_a_killed_migration_starts_over(tmp_path: Path, old: bool) -> None:
    root, number, ends = Path(__file__).parents[2], 0, []
    command = [sys.executable, "-m", "tests.storage.migration_child"]
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        while ends[-1:] != ["done"]:
            path = tmp_path / f"{number}.db"
            if old:
                old_file(path)
            program.stdin.write(f"{path}\t{number}\n")
            ends.append(program.stdout.readline().strip())
            is_migrated(path, old=old)
            number += 1
        program.stdin.close()
    assert len(ends) > 8


def is_migrated(path: Path, *, old: bool) -> None:
    """Whatever the program that died has left, the next one makes a whole file of it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        assert version_of(db) in range(VERSION + 1)
        prepare(db, path)
        assert version_of(db) == VERSION
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        chats = db.execute("SELECT session_id, title FROM agentchat_chats ORDER BY 1").fetchall()
        assert chats == ([("3f2a", "Refunds"), ("b", "")] if old else [])
        assert db.execute("SELECT count(*) FROM agentchat_calls").fetchone() == (2 * old,)
