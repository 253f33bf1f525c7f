"""What was said is found by its words, whoever wrote it, with and without an index."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from agentchat.memory.sqlite_session import SQLiteSession
from agentchat.storage import search as searching
from agentchat.storage import word_index
from agentchat.storage.search import Hit, search
from agentchat.storage.store import SQLiteStore
from tests.clock import FakeClock
from tests.storage.samples import said


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "chats.db"


@pytest.fixture(params=["indexed", "not indexed"])
def indexed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Every test once as if this SQLite had no FTS5."""
    if request.param == "not indexed":
        monkeypatch.setattr(word_index, "has_fts5", lambda: False)
    return request.param == "indexed"


async def with_items(path: Path, session_id: str, *items: object) -> None:
    store = await SQLiteStore.open(path, session_id, clock=FakeClock())
    await store.add_items(list(items))  # type: ignore[arg-type]
    await store.close()


OUTPUT = {"type": "function_call_output", "call_id": "c", "output": "Order 1042 was shipped to Zürich"}
ANSWER = {"role": "assistant", "content": [{"type": "output_text", "text": "It is on its way to the café."}]}


def found(path: Path, text: str) -> list[tuple[str, int]]:
    return [(hit.session_id, hit.place) for hit in search(path, text)]


async def test_messages_answers_and_outputs_are_found(path: Path, indexed: bool) -> None:
    await with_items(path, "a", said("Where is order 1042?"), OUTPUT, ANSWER)
    await with_items(path, "b", said("Hello"))
    with closing(sqlite3.connect(path)) as db:
        assert word_index.last_indexed(db) == 4 * indexed
    assert found(path, "order 1042") == [("a", 2), ("a", 1)]
    assert found(path, "ORD shipp") == [("a", 2)]
    assert found(path, "cafe") == found(path, "Café") == [("a", 3)]
    assert found(path, "zurich") == [("a", 2)]
    assert (found(path, "refund"), found(path, ""), found(path, '"?* -')) == ([], [], [])
    assert search(path, "1042")[1] == Hit("a", "Where is order 1042?", 1, "Where is order 1042?", ((15, 19),))


async def test_what_another_program_writes_is_found_at_once_and_indexed_later(path: Path, indexed: bool) -> None:
    await with_items(path, "a", said("first"))
    outside = SQLiteSession("a", path)
    await outside.add_items([said("from outside"), said("and more from outside")])
    assert found(path, "outside") == [("a", 3), ("a", 2)]
    await with_items(path, "b", said("second"))
    with closing(sqlite3.connect(path)) as db:
        assert word_index.last_indexed(db) == 4 * indexed
    assert found(path, "outside") == [("a", 3), ("a", 2)]
    await outside.pop_item()
    assert found(path, "outside") == [("a", 2)]
    await outside.clear_session()
    outside.close()
    assert found(path, "outside") == []


async def test_an_old_file_is_caught_up_with_little_by_little(path: Path, indexed: bool) -> None:
    outside = SQLiteSession("a", path)
    await outside.add_items([said(f"word{number}") for number in range(450)])
    outside.close()
    for expected in (200, 400, 453):
        await with_items(path, "b", said("again"))
        with closing(sqlite3.connect(path)) as db:
            assert word_index.last_indexed(db) == expected * indexed
        assert found(path, "word7 ") == [("a", place) for place in range(80, 70, -1)] + [("a", 8)]


async def test_a_snippet_is_one_line_around_the_word(path: Path, indexed: bool) -> None:
    await with_items(path, "a", said("x " * 100 + "needle\nin the hay " + "y " * 100))
    (hit,) = search(path, "needle")
    assert hit.snippet.startswith("…x x")
    assert "needle in the hay y" in hit.snippet
    assert hit.snippet.endswith("y…")


async def test_damaged_rows_are_passed_over(path: Path, indexed: bool) -> None:
    await with_items(path, "a", said("one"))
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("INSERT INTO agent_messages (session_id, message_data) VALUES ('a', '{'), ('a', x'ff00'), ('a', '[1]')")
    await with_items(path, "a", said("two \ud83d half"))
    assert (found(path, "one"), found(path, "half")) == ([("a", 1)], [("a", 5)])


@pytest.mark.parametrize("damage", ["UPDATE agentchat_words_data SET block = x'00'", "DROP TABLE agentchat_words_data"])
async def test_a_broken_index_costs_no_message(path: Path, damage: str) -> None:
    await with_items(path, "a", said("one"))
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA writable_schema = ON")
        db.execute(damage)
    store = await SQLiteStore.open(path, "a", clock=FakeClock())
    await store.add_items([said("two")])
    assert await store.get_items() == [said("one"), said("two")]
    await store.close()
    assert found(path, "one") == ([("a", 1)] if "DROP" in damage else []), "a damage that SQLite sees is gone around"


def test_a_file_that_does_not_exist_says_nothing(tmp_path: Path) -> None:
    assert searching.search(tmp_path / "none.db", "hello") == ()
