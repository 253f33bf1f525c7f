"""Reading without opening: the first screenful, lists, and finding the conversation that is meant."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from agentchat.chat.saved import SavedChat, SessionEntry
from agentchat.memory.sqlite_session import SQLiteSession
from agentchat.runtime.values.facts import ItemFact, TurnFact
from agentchat.runtime.values.keys import Scope
from agentchat.storage.errors import StoreError
from agentchat.storage.reader import find_sessions, folder_of, has_session, latest, list_sessions, nearest, new_session_id, read_chat
from agentchat.storage.store import SQLiteStore
from tests.clock import FakeClock
from tests.storage.samples import RUN, checkpoint, said

NOW = 1_700_000_000.0


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(now=NOW)


@pytest.fixture
async def path(tmp_path: Path, clock: FakeClock) -> Path:
    """Three conversations: one in /shop (interrupted), then one in /home that is named, then a new one in /shop."""
    path = tmp_path / "chats.db"
    for session_id, folder, title in (("3f2a1111", "/shop", ""), ("3f2b2222", "/home", "Tax letter"), ("beef3333", "/shop", "")):
        store = await SQLiteStore.open(path, session_id, clock=clock, folder=folder)
        await store.begin(RUN, [said(f"the  first\nwords of {session_id}")], checkpoint(at=clock.now()))
        ending = "interrupted" if session_id[0] == "3" else "final"
        await store.commit(RUN, [said("b"), said("c")], checkpoint(at=clock.now()), facts(), ending)
        await store.set_title(title)
        await store.close()
        await clock.advance(100)
    return path


def facts() -> list[ItemFact | TurnFact]:
    about = [ItemFact(item=place, kind="message", agent="triage") for place in (0, 1)]
    return [*about, TurnFact(kind="notice", text="Kept.", at=NOW)]


async def test_reading_gives_what_the_store_loads(path: Path, clock: FakeClock) -> None:
    store = await SQLiteStore.open(path, "3f2a1111", clock=clock)
    await store.draft(RUN, "half an ans")
    await store.set_prompt("unsent")
    assert read_chat(path, "3f2a1111") == await store.load()
    assert read_chat(path, "3f2a1111").draft == "half an ans"
    await store.close()
    assert read_chat(path, "3f2a1111").prompt == "unsent"


async def test_the_last_rows_come_with_the_facts_about_them(path: Path) -> None:
    whole = read_chat(path, "3f2b2222")
    assert [row.id for row in whole.rows] == [4, 5, 6]
    assert [(fact.seq, fact.row, fact.after) for fact in whole.facts] == [(5, 4, None), (6, 5, None), (7, 6, None), (8, None, 6)]
    assert read_chat(path, "3f2b2222", last=2) == replace(whole, rows=whole.rows[1:], facts=whole.facts[1:])
    assert read_chat(path, "3f2b2222", last=3) == whole
    assert read_chat(path, "3f2b2222", last=9) == whole


async def test_a_fact_before_all_rows_is_read_with_all_rows(tmp_path: Path, clock: FakeClock) -> None:
    store = await SQLiteStore.open(tmp_path / "chats.db", "a", clock=clock)
    await store.note(TurnFact(kind="notice", text="Welcome.", at=NOW))
    await store.add_items([said("one"), said("two")])
    await store.close()
    assert len(read_chat(tmp_path / "chats.db", "a").facts) == 1
    assert read_chat(tmp_path / "chats.db", "a", last=1).facts == ()


def test_an_unknown_conversation_is_an_empty_one(path: Path, tmp_path: Path) -> None:
    assert read_chat(path, "none") == SavedChat(session_id="none")
    assert read_chat(tmp_path / "none.db", "none") == SavedChat(session_id="none")
    assert not (tmp_path / "none.db").exists()


def test_a_file_without_conversations_has_none(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as db:
        db.execute("CREATE TABLE calls (number)")
    assert (list_sessions(other), find_sessions(other, "a"), nearest(other, "a"), latest(other, "/shop")) == ((), (), (), None)
    assert read_chat(other, "a") == SavedChat(session_id="a")


async def test_a_conversation_of_a_sqlite_session_is_read_and_listed(tmp_path: Path) -> None:
    session = SQLiteSession("mine", tmp_path / "mine.db")
    await session.add_items([{"role": "user", "content": [{"type": "input_text", "text": "hello"}, {"type": "input_image"}]}])
    session.close()
    chat = read_chat(tmp_path / "mine.db", "mine")
    assert [row.id for row in chat.rows] == [1]
    assert (chat.facts, chat.agent, chat.open_run, chat.created > 0) == ((), None, None, True)
    assert list_sessions(tmp_path / "mine.db") == (
        SessionEntry("mine", title="hello", created=chat.created, updated=chat.updated, folder="", rows=1, unfinished=False),
    )


async def test_a_conversation_is_read_while_another_process_writes(path: Path, clock: FakeClock) -> None:
    store = await SQLiteStore.open(path, "3f2a1111", clock=clock)
    await store.begin(Scope("run2"), [said("more")], checkpoint())
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("DELETE FROM agent_messages")
        assert read_chat(path, "3f2a1111", last=1).rows[0].item == said("more")
        other.execute("ROLLBACK")
    await store.close()


def test_the_list_begins_with_the_conversation_used_last(path: Path) -> None:
    assert list_sessions(path) == (
        entry("beef3333", "the first words of beef3333", "/shop", at=NOW + 200, unfinished=False),
        entry("3f2b2222", "Tax letter", "/home", at=NOW + 100, unfinished=True),
        entry("3f2a1111", "the first words of 3f2a1111", "/shop", at=NOW, unfinished=True),
    )


def entry(session_id: str, title: str, folder: str, *, at: float, unfinished: bool) -> SessionEntry:
    return SessionEntry(session_id, title=title, created=at, updated=at, folder=folder, rows=3, unfinished=unfinished)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("3f2b2222", ["3f2b2222"]),
        ("3f2", ["3f2b2222", "3f2a1111"]),
        ("be", ["beef3333"]),
        ("tax LETTER", ["3f2b2222"]),
        ("tax", []),
        ("", []),
        ("%", []),
    ],
)
def test_a_conversation_is_found_by_id_prefix_or_title(path: Path, text: str, found: list[str]) -> None:
    assert [entry.session_id for entry in find_sessions(path, text)] == found


def test_an_id_that_is_a_prefix_of_another_means_itself(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("INSERT INTO agent_sessions (session_id) VALUES ('3f')")
    assert [entry.session_id for entry in find_sessions(path, "3f")] == ["3f"]


def test_what_was_mistyped_is_answered_with_what_is_near(path: Path) -> None:
    assert nearest(path, "3f2a1112")[0] == "3f2a1111"
    assert nearest(path, "tax leter")[0] == "Tax letter"
    assert nearest(path, "zzzzzzzz") == ()


def test_the_latest_of_a_folder(path: Path) -> None:
    assert (latest(path, "/shop"), latest(path, "/home"), latest(path, "/none")) == ("beef3333", "3f2b2222", None)


def test_the_latest_of_a_folder_is_the_first_of_the_list_also_when_another_program_wrote_last(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE agentchat_chats SET folder = '/shop'")
        db.execute("UPDATE agent_sessions SET updated_at = '2100-01-01 00:00:00' WHERE session_id = '3f2a1111'")
    assert latest(path, "/shop") == list_sessions(path)[0].session_id == "3f2a1111"


def test_one_conversation_is_asked_about_without_a_list(tmp_path: Path, path: Path) -> None:
    assert [has_session(path, entry.session_id) for entry in list_sessions(path)] == [True] * len(list_sessions(path))
    assert [folder_of(path, entry.session_id) for entry in list_sessions(path)] == [entry.folder for entry in list_sessions(path)]
    assert (has_session(path, "3f2"), folder_of(path, "3f2")) == (False, "")
    assert (has_session(tmp_path / "none.db", "3f2"), folder_of(tmp_path / "none.db", "3f2")) == (False, "")


def test_a_long_or_damaged_first_message_makes_no_long_or_broken_title(tmp_path: Path, path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE agent_messages SET message_data = ? WHERE id = 1", ('{"content": "' + "word " * 100 + '"}',))
        db.execute("UPDATE agent_messages SET message_data = '{' WHERE id = 7")
    titles = {entry.session_id: entry.title for entry in list_sessions(path)}
    assert (len(titles["3f2a1111"]), titles["3f2a1111"][-6:], titles["beef3333"]) == (60, " word…", "")


def test_a_new_id_is_eight_digits_that_no_conversation_has(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["3f2a1111", "beef3333", "cafe4444"])
    with monkeypatch.context() as patch:
        patch.setattr("os.urandom", lambda size: bytes.fromhex(next(drawn)))
        assert new_session_id(path) == "cafe4444"


def test_new_ids_differ(tmp_path: Path) -> None:
    ids = {new_session_id(tmp_path / "none.db") for _ in range(50)}
    assert len(ids) == 50
    assert all(len(id_) == 8 and int(id_, 16) >= 0 for id_ in ids)


def test_a_newer_file_is_read_as_far_as_it_is_understood(path: Path) -> None:
    before = read_chat(path, "3f2a1111")
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 9")
        assert read_chat(path, "3f2a1111") == before
        db.execute("ALTER TABLE agentchat_facts RENAME TO agentchat_marks")
    with pytest.raises(StoreError, match="was written by a newer agentchat"):
        read_chat(path, "3f2a1111")


def test_a_file_that_cannot_be_read_keeps_nobody_from_a_new_id(tmp_path: Path) -> None:
    (tmp_path / "chats.db").write_bytes(os.urandom(10_000))
    assert len(new_session_id(tmp_path / "chats.db")) == 8


def test_a_damaged_file_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "chats.db").write_bytes(os.urandom(10_000))
    with pytest.raises(StoreError, match=r"chats\.db is damaged, or no database of conversations; move it aside"):
        list_sessions(tmp_path / "chats.db")


def test_reading_writes_nothing(path: Path) -> None:
    before = path.read_bytes()
    read_chat(path, "3f2a1111")
    list_sessions(path)
    assert path.read_bytes() == before


def test_the_reader_needs_the_standard_library_alone() -> None:
    program = """
import sys
before = {name.partition(".")[0] for name in sys.modules}
import agentchat.storage.reader
added = {name.partition(".")[0] for name in sys.modules} - before
foreign = added - sys.stdlib_module_names
print(sorted(foreign))
"""
    result = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=60)
    assert result.stdout == "['agentchat']\n"
