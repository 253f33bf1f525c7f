"""Every failure of a file is one sentence that says what to do."""

import sqlite3
from pathlib import Path

import pytest

from agentchat.storage.errors import StoreError, explained
from agentchat.storage.store import SQLiteStore
from tests.clock import FakeClock
from tests.storage.samples import said

FILE = Path("/data/chats.db")


def failure(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("raw words of SQLite")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "/data/chats.db is in use by another program; try again when that is done."),
        (sqlite3.SQLITE_FULL, "The disk is full, /data/chats.db could not be written; make room and try again."),
        (
            sqlite3.SQLITE_READONLY_DIRECTORY,
            "/data/chats.db cannot be written; make the file and its folder writable, or choose another file with --db.",
        ),
        (
            sqlite3.SQLITE_CANTOPEN,
            "/data/chats.db cannot be opened; check that its folder exists and is yours, or choose another file with --db.",
        ),
        (
            sqlite3.SQLITE_CORRUPT,
            "/data/chats.db is damaged, or no database of conversations; move it aside, or choose another file with --db.",
        ),
        (
            sqlite3.SQLITE_IOERR_FSYNC,
            "The disk failed under /data/chats.db (raw words of SQLite); check it, or choose another file with --db.",
        ),
        (
            sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY,
            "/data/chats.db holds this step of the run already; open the conversation again to go on from there.",
        ),
        (sqlite3.SQLITE_ERROR, "/data/chats.db could not be used (raw words of SQLite); choose another file with --db."),
    ],
)
def test_each_failure_has_its_sentence(code: int, sentence: str) -> None:
    with pytest.raises(StoreError) as raised, explained(FILE):
        raise failure(code)
    assert str(raised.value) == sentence


def test_an_error_that_carries_no_code_is_said_too() -> None:
    with pytest.raises(StoreError, match="could not be used"), explained(FILE):
        raise sqlite3.ProgrammingError("no code")


async def test_a_file_that_is_no_database_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "chats.db"
    path.write_bytes(b"no database " * 1000)
    with pytest.raises(StoreError, match="is damaged, or no database of conversations"):
        await SQLiteStore.open(path, "a", clock=FakeClock())
    assert path.read_bytes() == b"no database " * 1000


async def test_a_folder_in_the_place_of_the_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is a folder; name a file in it with --db"):
        await SQLiteStore.open(tmp_path, "a", clock=FakeClock())


async def test_a_file_in_the_place_of_the_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(StoreError, match=r"chats\.db cannot be opened \(File exists\); check its folder"):
        await SQLiteStore.open(tmp_path / "data" / "chats.db", "a", clock=FakeClock())


async def test_a_full_disk_is_said_and_loses_nothing(tmp_path: Path) -> None:
    store = await SQLiteStore.open(tmp_path / "chats.db", "a", clock=FakeClock())
    await store.add_items([said("kept")])
    connection = store._file.opened.connection
    await (await connection.execute("PRAGMA max_page_count = 1")).close()
    with pytest.raises(StoreError, match="The disk is full"):
        await store.add_items([said("x" * 100_000)])
    assert await store.get_items() == [said("kept")]
    await (await connection.execute("PRAGMA max_page_count = 100000")).close()
    await store.add_items([said("and on")])
    assert await store.get_items() == [said("kept"), said("and on")]
    await store.close()
