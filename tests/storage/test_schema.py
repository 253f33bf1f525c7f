"""Creating the tables, and refusing what this version does not know."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from agentchat.memory.sqlite_session import SQLiteSession
from agentchat.storage.schema import VERSION, prepare, version_of
from agentchat.storage.store import SQLiteStore
from tests.clock import FakeClock
from tests.storage.samples import said

OWN = {
    "agentchat_calls",
    "agentchat_chats",
    "agentchat_drafts",
    "agentchat_facts",
    "agentchat_forks",
    "agentchat_items",
    "agentchat_leases",
    "agentchat_responses",
    "agentchat_runs",
    "agentchat_wishes",
}


def tables(db: sqlite3.Connection) -> set[str]:
    return {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")}


def connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None)


def test_a_fresh_file_gets_every_table_and_the_safe_settings(tmp_path: Path) -> None:
    with closing(connect(tmp_path / "chats.db")) as db:
        prepare(db, tmp_path / "chats.db")
        assert tables(db) == OWN | {"agent_sessions", "agent_messages"}
        assert version_of(db) == VERSION == 4
        settings = [db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "foreign_keys")]
        assert settings == ["wal", 2, 1]


async def test_a_stores_two_tables_are_those_of_a_sqlite_session(tmp_path: Path) -> None:
    session = SQLiteSession("a", tmp_path / "session.db")
    await session.get_items()
    session.close()
    store = await SQLiteStore.open(tmp_path / "store.db", "a", clock=FakeClock())
    await store.close()
    assert definitions(tmp_path / "store.db") == definitions(tmp_path / "session.db")


def definitions(path: Path) -> list[tuple[str, str]]:
    with closing(connect(path)) as db:
        found = db.execute("SELECT name, sql FROM sqlite_master WHERE tbl_name IN ('agent_sessions', 'agent_messages') ORDER BY 1")
        return found.fetchall()


def test_preparing_again_changes_nothing(tmp_path: Path) -> None:
    with closing(connect(tmp_path / "chats.db")) as db:
        prepare(db, tmp_path / "chats.db")
        before = list(db.iterdump())
        prepare(db, tmp_path / "chats.db")
        assert list(db.iterdump()) == before


async def test_creating_that_fails_half_way_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "chats.db"
    with closing(connect(path)) as db:
        db.execute("CREATE VIEW agentchat_facts AS SELECT 1")  # takes the name of a late table: its index cannot be made
        with pytest.raises(sqlite3.OperationalError):
            prepare(db, path)
        assert (tables(db), version_of(db)) == (set(), 0)


async def test_a_file_of_ones_own_keeps_its_tables(tmp_path: Path) -> None:
    path = tmp_path / "mine.db"
    with closing(connect(path)) as db:
        db.execute("CREATE TABLE calls (number)")
        db.execute("INSERT INTO calls VALUES (7)")
    store = await SQLiteStore.open(path, "a", clock=FakeClock())
    await store.add_items([said("hello")])
    await store.close()
    with closing(connect(path)) as db:
        assert db.execute("SELECT number FROM calls").fetchall() == [(7,)]


async def test_many_may_open_a_fresh_file_at_once(tmp_path: Path) -> None:
    stores = await asyncio.gather(*(SQLiteStore.open(tmp_path / "chats.db", f"s{n}", clock=FakeClock()) for n in range(8)))
    await asyncio.gather(*(store.add_items([said("hello")]) for store in stores))
    assert [await store.get_items() for store in stores] == [[said("hello")]] * 8
    for store in stores:
        await store.close()
