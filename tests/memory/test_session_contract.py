"""The contract that SQLiteSession and AsyncSQLiteSession share, each on a real file."""

import asyncio
import sqlite3
import stat
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from agentchat.memory.async_sqlite_session import AsyncSQLiteSession
from agentchat.memory.sqlite_session import SQLiteSession
from agentchat.runtime.ports.session import Session, SessionSettings

AnySession = SQLiteSession | AsyncSQLiteSession
Open = Callable[..., Any]

ITEMS = [{"role": "user", "content": f"number {number} \ud83d \U0001f600"} for number in range(5)]


@pytest.fixture(params=[SQLiteSession, AsyncSQLiteSession])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    """Opens a session on the test's file."""

    @asynccontextmanager
    async def open_session(session_id: str = "a", **options: Any) -> AsyncIterator[AnySession]:
        session: AnySession = request.param(session_id, tmp_path / "chat.db", **options)
        try:
            yield session
        finally:
            if (closing_task := session.close()) is not None:
                await closing_task

    return open_session


@contextmanager
def database(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(tmp_path / "chat.db", isolation_level=None)) as db:
        yield db


async def test_items_come_back_in_order_after_reopening(opened: Open) -> None:
    async with opened() as session:
        assert isinstance(session, Session)
        assert await session.get_items() == []
        await session.add_items(ITEMS[:2])
        await session.add_items(ITEMS[2:])
    async with opened() as session:
        assert await session.get_items() == ITEMS


async def test_limits_take_the_latest_items(opened: Open) -> None:
    async with opened() as session:
        await session.add_items(ITEMS)
        assert [await session.get_items(limit) for limit in (0, 2, 5, 9, -1)] == [[], ITEMS[3:], ITEMS, ITEMS, ITEMS]


async def test_the_settings_limit_holds_unless_a_call_says_otherwise(opened: Open) -> None:
    async with opened(session_settings=SessionSettings(limit=1)) as session:
        await session.add_items(ITEMS)
        assert (await session.get_items(), await session.get_items(2)) == (ITEMS[4:], ITEMS[3:])


async def test_adding_nothing_leaves_no_session_behind(opened: Open, tmp_path: Path) -> None:
    async with opened() as session:
        await session.add_items([])
        await session.get_items()
    with database(tmp_path) as db:
        assert db.execute("SELECT count(*) FROM agent_sessions").fetchone() == (0,)


async def test_items_are_added_all_or_none(opened: Open) -> None:
    async with opened() as session:
        with pytest.raises(TypeError):
            await session.add_items([ITEMS[0], {"content": object()}])
        assert await session.get_items() == []


async def test_pop_takes_the_latest_item(opened: Open) -> None:
    async with opened() as session:
        await session.add_items(ITEMS[:2])
        assert [await session.pop_item() for _ in range(3)] == [ITEMS[1], ITEMS[0], None]


async def test_ids_share_a_file_without_meeting(opened: Open) -> None:
    async with opened("a") as session, opened("b") as other:
        await session.add_items(ITEMS[:2])
        await other.add_items(ITEMS[2:])
        await session.clear_session()
        assert (await session.get_items(), await other.get_items()) == ([], ITEMS[2:])


DAMAGE = [b"{", b"", b"\xff\xfe\xfd", b"[1]", b'"text"', b"null", b'{"a": 1}{"b": 2}', b'{"a": 1} and more']


@pytest.mark.parametrize("damage", DAMAGE)
async def test_damaged_rows_are_skipped_and_do_not_count(opened: Open, tmp_path: Path, damage: bytes) -> None:
    async with opened() as session:
        await session.add_items(ITEMS[:1])
        insert_raw(tmp_path, damage)
        await session.add_items(ITEMS[1:2])
        insert_raw(tmp_path, damage)
        assert (await session.get_items(2), await session.get_items()) == (ITEMS[:2], ITEMS[:2])


@pytest.mark.parametrize("damage", DAMAGE)
async def test_pop_takes_the_damaged_rows_at_the_end_along(opened: Open, tmp_path: Path, damage: bytes) -> None:
    async with opened() as session:
        await session.add_items(ITEMS[:1])
        insert_raw(tmp_path, damage)
        assert (await session.pop_item(), await session.pop_item()) == (ITEMS[0], None)
    with database(tmp_path) as db:
        assert db.execute("SELECT count(*) FROM agent_messages").fetchone() == (0,)


async def test_another_program_may_write_blanks_around_an_item(opened: Open, tmp_path: Path) -> None:
    async with opened() as session:
        await session.add_items(ITEMS[:1])
        insert_raw(tmp_path, b' \n{"role": "user", "content": "x"}\t\n')
        insert_raw(tmp_path, b'{"role": "user", "content": "y"} ')
        assert await session.get_items() == [ITEMS[0], {"role": "user", "content": "x"}, {"role": "user", "content": "y"}]


def insert_raw(tmp_path: Path, data: bytes) -> None:
    with database(tmp_path) as db:
        db.execute("INSERT INTO agent_messages (session_id, message_data) VALUES ('a', CAST(? AS TEXT))", (data,))


async def test_tables_may_have_any_name(opened: Open, tmp_path: Path) -> None:
    async with opened(sessions_table='my "sessions"', messages_table="select") as session:
        await session.add_items(ITEMS)
        assert await session.get_items() == ITEMS
    with database(tmp_path) as db:
        names = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE sql IS NOT NULL")}
    assert names == {'my "sessions"', "select", "idx_select_session_id", "sqlite_sequence"}


async def test_the_layout_is_the_published_one(opened: Open, tmp_path: Path) -> None:
    async with opened() as session:
        await session.add_items(ITEMS[:1])
    with database(tmp_path) as db:
        columns = {
            table: [row[1:] for row in db.execute(f"PRAGMA table_info({table})")]
            for table in ("agent_sessions", "agent_messages")
        }
        index = [name for _, _, name in db.execute("PRAGMA index_info(idx_agent_messages_session_id)")]
        (reference,) = [(row[2], row[3], row[4], row[6]) for row in db.execute("PRAGMA foreign_key_list(agent_messages)")]
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        stamped = db.execute("SELECT count(*) FROM agent_sessions WHERE abs(julianday('now') - julianday(updated_at)) < 1").fetchone()
    assert columns == {
        "agent_sessions": [
            ("session_id", "TEXT", 0, None, 1),
            ("created_at", "TIMESTAMP", 0, "CURRENT_TIMESTAMP", 0),
            ("updated_at", "TIMESTAMP", 0, "CURRENT_TIMESTAMP", 0),
        ],
        "agent_messages": [
            ("id", "INTEGER", 0, None, 1),
            ("session_id", "TEXT", 1, None, 0),
            ("message_data", "TEXT", 1, None, 0),
            ("created_at", "TIMESTAMP", 0, "CURRENT_TIMESTAMP", 0),
        ],
    }
    assert index == ["session_id", "id"]
    assert reference == ("agent_sessions", "session_id", "session_id", "CASCADE")
    assert stamped == (1,)


async def test_files_are_for_their_owner_alone(opened: Open, tmp_path: Path) -> None:
    async with opened() as session:
        await session.add_items(ITEMS)
        assert modes(tmp_path) == {"chat.db": 0o600, "chat.db-wal": 0o600, "chat.db-shm": 0o600}


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


async def test_an_add_whose_caller_is_cancelled_leaves_no_transaction_open(opened: Open) -> None:
    async with opened() as session, opened("b") as other:
        await session.get_items()
        for _ in range(10):
            task = asyncio.create_task(session.add_items(ITEMS))
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        await other.add_items(ITEMS)  # would wait for a transaction that was left open
        assert len(await session.get_items()) == 50
