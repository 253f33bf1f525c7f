"""What becomes of stored conversations that nobody opens."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from agentchat.memory.sqlite_session import SQLiteSession
from agentchat.storage import word_index
from agentchat.storage.errors import StoreError
from agentchat.storage.forking import fork
from agentchat.storage.keeping import delete, rename
from agentchat.storage.reader import find_sessions, list_sessions, read_chat
from agentchat.storage.search import search
from agentchat.storage.store import SQLiteStore
from tests.clock import FakeClock
from tests.storage.samples import NESTED, RUN, answer, checkpoint, key, proposed, said

AT = 1_700_009_999.0


async def stored(path: Path, session_id: str, text: str) -> None:
    """A conversation with something in every table."""
    store = await SQLiteStore.open(path, session_id, clock=FakeClock())
    await store.begin(RUN, [said(text)], checkpoint())
    await store.accept(RUN, answer(f"{text} indeed", calls=1), [proposed(key())], checkpoint("turn open", response=1))
    await store.begin(NESTED, [said(text)], checkpoint())
    await store.draft(RUN, text)
    await store.close()


def rows_of(path: Path, session_id: str) -> dict[str, int]:
    """How many rows of the conversation each table has."""
    with closing(sqlite3.connect(path)) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%session_id%'")]
        counts = {name: db.execute(f"SELECT count(*) FROM {name} WHERE session_id = ?", (session_id,)).fetchone()[0] for name in tables}
    return {name: count for name, count in counts.items() if count}


def life_signs(folder: Path) -> list[Path]:
    return [found for found in folder.iterdir() if "lease" in found.name]


async def test_a_conversation_that_is_deleted_is_gone_from_every_table_and_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "chats.db"
    await stored(path, "a", "Xylophone")
    await stored(path, "b", "Bassoon")
    copy = fork(path, "a", at=AT).session_id
    full, others = rows_of(path, "a"), rows_of(path, "b")
    assert set(full) == set(rows_of(path, copy)) - {"agentchat_forks"} | {
        "agentchat_runs", "agentchat_responses", "agentchat_calls", "agentchat_drafts", "agentchat_items",
    }  # fmt: skip
    delete(path, "a", at=AT)
    assert (rows_of(path, "a"), rows_of(path, "b")) == ({}, others)
    assert [entry.parent for entry in find_sessions(path, copy)] == ["a"]
    delete(path, copy, at=AT)
    assert b"Xylophone" not in path.read_bytes()
    assert b"Bassoon" in path.read_bytes()
    assert sorted(entry.session_id for entry in list_sessions(path)) == ["b"]


async def test_no_word_of_it_is_left_in_the_index_and_the_others_are_found(tmp_path: Path) -> None:
    path = tmp_path / "chats.db"
    await stored(path, "a", "Xylophone")
    await stored(path, "b", "Bassoon")
    delete(path, "a", at=AT)
    assert (search(path, "xylophone"), [hit.session_id for hit in search(path, "bassoon")]) == ((), ["b"])
    with closing(sqlite3.connect(path)) as db:
        assert word_index.last_indexed(db) > 0
        assert db.execute("SELECT count(*) FROM agentchat_words WHERE agentchat_words MATCH 'xylophone'").fetchone() == (0,)
        db.execute("INSERT INTO agentchat_words (agentchat_words) VALUES ('integrity-check')")


async def test_a_broken_index_is_given_up_and_the_conversation_goes(tmp_path: Path) -> None:
    path = tmp_path / "chats.db"
    await stored(path, "a", "Xylophone")
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("DELETE FROM agentchat_words_data WHERE id < 100")  # what says how the rest is to be read
    delete(path, "a", at=AT)
    assert list_sessions(path) == ()
    assert b"xylophone" not in path.read_bytes().lower()


async def test_one_that_is_open_elsewhere_is_not_deleted(tmp_path: Path) -> None:
    path = tmp_path / "chats.db"
    await stored(path, "a", "hello")
    store = await SQLiteStore.open(path, "a", clock=FakeClock())
    with pytest.raises(StoreError, match=r"a is open in another process \(pid \d+\); close it there first\."):
        delete(path, "a", at=AT)
    await store.close()
    assert [entry.session_id for entry in list_sessions(path)] == ["a"]
    delete(path, "a", at=AT)
    assert list_sessions(path) == ()
    assert life_signs(tmp_path) == []


async def test_a_conversation_gets_another_name_and_keeps_its_place(tmp_path: Path) -> None:
    path = tmp_path / "chats.db"
    await stored(path, "a", "hello")
    before = read_chat(path, "a").updated
    rename(path, "a", "Refunds \ud800", at=AT)
    assert (read_chat(path, "a").title, read_chat(path, "a").updated) == ("Refunds \ufffd", before)
    assert [entry.session_id for entry in find_sessions(path, "refunds \ufffd")] == ["a"]
    rename(path, "a", "", at=AT)
    assert [entry.title for entry in list_sessions(path)] == ["hello"]


async def test_one_of_ones_own_session_gets_a_name_and_can_be_deleted(tmp_path: Path) -> None:
    session = SQLiteSession("mine", tmp_path / "db")
    await session.add_items([said("hello")])
    session.close()
    rename(tmp_path / "db", "mine", "Named", at=AT)
    assert [entry.title for entry in list_sessions(tmp_path / "db")] == ["Named"]
    delete(tmp_path / "db", "mine", at=AT)
    assert list_sessions(tmp_path / "db") == ()


def test_what_is_not_there_is_one_sentence_and_makes_no_file(tmp_path: Path) -> None:
    for work in (lambda: delete(tmp_path / "db", "a", at=AT), lambda: rename(tmp_path / "db", "a", "b", at=AT)):
        with pytest.raises(StoreError, match=r"There are no conversations in .* yet"):
            work()
    assert list(tmp_path.iterdir()) == []
