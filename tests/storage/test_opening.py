"""A conversation is opened in a file in any state, and says what it is."""

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from agentchat.chat.store import Access
from agentchat.runtime.values.exceptions import JournalSuperseded
from agentchat.storage.errors import StoreError
from agentchat.storage.reader import read_chat
from agentchat.storage.schema import VERSION
from agentchat.storage.store import SQLiteStore
from tests.clock import FakeClock
from tests.reliability.faulty_disk import Disk, on
from tests.storage.samples import RUN, checkpoint, said

DAY = 1_795_176_000.0
"""2026-11-20, at noon of UTC."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "chats.db"


async def opened(path: Path, session_id: str = "a") -> SQLiteStore:
    return await SQLiteStore.open(path, session_id, clock=FakeClock(now=DAY))


async def with_words(path: Path, session_id: str = "a", *, rows: int = 1) -> None:
    """The conversation holds something, and is closed."""
    store = await opened(path, session_id)
    await store.add_items([said(f"{session_id} {number} " + "words " * 100) for number in range(rows)])
    await store.close()


def bytes_of(path: Path) -> bytes:
    return b"" if path.is_dir() else path.read_bytes()


def names(path: Path) -> list[str]:
    return sorted(found.name for found in path.parent.iterdir())


# A newer version's file


def make_newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE future (x)")
        db.execute("PRAGMA user_version = 9")


async def test_a_file_of_a_newer_version_is_read_and_not_written(path: Path) -> None:
    await with_words(path)
    make_newer(path)
    before = bytes_of(path)
    store = await opened(path)
    sentence = (
        f"{path} was written by a newer agentchat (version 9 of the file, this one knows {VERSION}); "
        "upgrade agentchat, or choose another file with --db."
    )
    assert store.access == Access(read_only=sentence)
    assert len((await store.load()).rows) == 1
    with pytest.raises(StoreError) as refused:
        await store.add_items([said("x")])
    assert not isinstance(refused.value, JournalSuperseded)
    assert str(refused.value) == sentence
    with pytest.raises(StoreError, match="newer agentchat"):
        await store.take_over(by_force=True)
    await store.close()
    assert bytes_of(path) == before
    assert len(read_chat(path, "a").rows) == 1


async def test_a_newer_file_whose_tables_are_others_is_refused(path: Path) -> None:
    await with_words(path)
    make_newer(path)
    with closing(sqlite3.connect(path)) as db:
        db.execute("ALTER TABLE agentchat_chats RENAME TO agentchat_talks")
    before = bytes_of(path)
    with pytest.raises(StoreError, match="was written by a newer agentchat"):
        await opened(path)
    with pytest.raises(StoreError, match="was written by a newer agentchat"):
        read_chat(path, "a")
    assert bytes_of(path) == before


# A file that cannot be written now


async def test_a_new_conversation_on_a_full_disk_is_kept_in_memory(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(fails_at=1, lasting=True)
    with on(disk, monkeypatch):
        store = await opened(path)
        sentence = f"What is said here is not saved: The disk is full, {path} could not be written; make room and try again."
        assert store.access == Access(unsaved=sentence, notice=sentence)
        await store.add_items([said("hello")])
        assert await store.get_items() == [said("hello")]
        await store.take_over(by_force=True)
        await store.close()
    assert read_chat(path, "a").rows == ()


async def test_a_stored_conversation_on_a_full_disk_is_read_and_can_be_had_when_there_is_room(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await with_words(path)
    disk = Disk(fails_at=1, lasting=True, writes_only=True)
    with on(disk, monkeypatch):
        store = await opened(path)
        sentence = f"The disk is full, {path} could not be written; make room and try again."
        assert store.access == Access(read_only=sentence, may_take_over=True)
        assert len(await store.get_items()) == 1
        with pytest.raises(StoreError, match="The disk is full"):
            await store.add_items([said("x")])
        with pytest.raises(StoreError, match="The disk is full"):
            await store.take_over(by_force=True)
        disk.heal()
        await store.take_over(by_force=True)
        assert store.access == Access()
        await store.add_items([said("x")])
        await store.close()


async def test_a_folder_that_cannot_be_made_leaves_an_unsaved_conversation(tmp_path: Path) -> None:
    nowhere = Path("/proc/agentchat/chats.db")  # a place where nobody can write, not even the administrator
    store = await opened(nowhere)
    assert store.access.unsaved.startswith(f"What is said here is not saved: {nowhere} cannot be opened (")
    await store.add_items([said("hello")])
    await store.close()


@pytest.mark.parametrize("what", ["a folder", "a text"])
async def test_a_path_where_no_file_of_ours_can_be_is_refused_and_not_touched(path: Path, what: str) -> None:
    put(what, path)
    before = bytes_of(path)
    with pytest.raises(StoreError, match=r"is a folder; name a file in it|is damaged, or no database of conversations"):
        await opened(path)
    assert names(path) == ["chats.db"]
    assert bytes_of(path) == before


def put(what: str, path: Path) -> None:
    if what == "a folder":
        path.mkdir()
    else:
        path.write_text("Dear diary, " * 1000)


# A damaged file


def break_pages(path: Path, *, first: int, count: int = 1) -> None:
    """Overwrites pages of the file, which are counted from 0."""
    with path.open("r+b") as file:
        file.seek(first * 4096)
        file.write(os.urandom(count * 4096))


async def test_a_damaged_file_is_moved_aside_and_what_can_be_read_is_saved(path: Path) -> None:
    for session_id in ("a", "b", "c"):
        await with_words(path, session_id, rows=60)
    break_pages(path, first=leaf_of_messages(path))
    damaged = bytes_of(path)
    store = await opened(path)
    assert store.access == Access(
        notice=f"{path} was damaged: it is kept as chats.db.damaged-2026-11-20, "
        "and what could be read of it (3 conversations) is in a new file."
    )
    assert bytes_of(path.with_name("chats.db.damaged-2026-11-20")) == damaged
    await store.add_items([said("and on")])
    await store.close()
    kept = [row.item["content"].split()[:2] for session_id in "abc" for row in read_chat(path, session_id).rows]
    whole = [[session_id, str(number)] for session_id in "abc" for number in range(60)]
    assert 150 < len(kept) < 180 + 1
    assert [row for row in kept if row[0] != "and"] == [row for row in whole if row in kept], "in their order"
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert modes(path.parent) == {0o600}


def modes(folder: Path) -> set[int]:
    return {stat.S_IMODE(found.stat().st_mode) for found in folder.iterdir()}


def leaf_of_messages(path: Path) -> int:
    """A page in the middle that holds rows of messages and nothing else."""
    with path.open("rb") as file:
        pages = file.read()
    whole = [pages[start : start + 4096] for start in range(0, len(pages), 4096)]
    leaves = [number for number, page in enumerate(whole) if number > 1 and page[0] == 13 and b"words words" in page]
    return leaves[len(leaves) // 2]


async def test_a_run_is_not_gone_on_with_when_what_it_did_may_be_lost(path: Path) -> None:
    await with_words(path, "b", rows=200)
    store = await opened(path)
    await store.begin(RUN, [said("refund")], checkpoint())
    await store.close()
    assert read_chat(path, "a").open_run == "run1"
    break_pages(path, first=leaf_of_messages(path))
    store = await opened(path)
    assert store.access.notice
    assert (await store.load()).open_run is None
    assert [row.item for row in (await store.load()).rows] == [said("refund")]
    await store.close()


async def test_of_a_file_of_which_nothing_can_be_read_a_new_one_is_made(path: Path) -> None:
    await with_words(path, rows=60)
    break_pages(path, first=1, count=len(bytes_of(path)) // 4096 - 1)
    store = await opened(path)
    assert store.access.notice.endswith("is in a new file.")
    await store.add_items([said("hello")])
    assert await store.get_items() == [said("hello")]
    await store.close()


async def test_a_second_damage_of_the_same_day_gets_a_name_of_its_own(path: Path) -> None:
    for _ in range(2):
        await with_words(path, rows=60)
        break_pages(path, first=3, count=2)
        await (await opened(path)).close()
    kept = [name for name in names(path) if not name.endswith(("-wal", "-shm"))]
    assert kept == ["chats.db", "chats.db.damaged-2026-11-20", "chats.db.damaged-2026-11-20-2"]


async def test_a_damaged_file_that_a_living_process_has_open_stays_where_it_is(path: Path) -> None:
    store = await opened(path)
    await store.add_items([said("words " * 100) for _ in range(60)])
    await (await store._file.opened.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")).close()
    break_pages(path, first=3, count=2)
    other = await opened(path, "b")
    assert other.access.unsaved == (
        f"What is said here is not saved: {path} is damaged, and open in another process; close that one, and open agentchat again."
    )
    assert [name for name in names(path) if "damaged" in name] == []
    await other.close()
    await store.close()
