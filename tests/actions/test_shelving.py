"""The shelf on a real file."""

from pathlib import Path

import pytest

from agentchat.actions.shelving import FileShelf
from agentchat.chat.saved import SavedChat, SavedRow
from agentchat.chat.shelf import Shelved
from agentchat.config.errors import Unusable
from agentchat.runtime.agents.agent import Agent
from agentchat.storage.keeping import add
from agentchat.storage.store import SQLiteStore
from agentchat.testing import function_call
from tests.chat.lived import SESSION, opened, scripted, setup_of, tool_that_writes
from tests.clock import FakeClock


def shelf_on(path: Path) -> FileShelf:
    return FileShelf(path / "db", path, FakeClock(now=1_700_000_000.0))


def put(path: Path, title: str, *said: str, folder: str = "", updated: float = 1.0) -> str:
    rows = tuple(SavedRow(number, {"role": "user", "content": text}) for number, text in enumerate(said, start=1))
    return add(path / "db", SavedChat("", title=title, folder=folder, updated=updated, created=1.0, rows=rows))


def titles(found: tuple[Shelved, ...]) -> list[str]:
    return [one.entry.title for one in found]


def test_this_folder_comes_first_and_of_each_the_one_used_last(tmp_path: Path) -> None:
    put(tmp_path, "elsewhere", "a", folder="/elsewhere", updated=9.0)
    put(tmp_path, "old", "b", folder=str(tmp_path), updated=2.0)
    put(tmp_path, "new", "c", folder=str(tmp_path), updated=3.0)
    found = shelf_on(tmp_path).conversations()
    assert [(one.entry.title, one.is_here) for one in found] == [("new", True), ("old", True), ("elsewhere", False)]


def test_words_are_found_in_titles_and_in_what_was_said(tmp_path: Path) -> None:
    put(tmp_path, "A refund", "Hello")
    put(tmp_path, "Other", "I want my refund back")
    put(tmp_path, "Nothing", "at all")
    found = shelf_on(tmp_path).search("refund")
    assert sorted((one.entry.title, one.said) for one in found) == [("A refund", ""), ("Other", "I want my refund back")]


def test_one_is_renamed_forked_and_taken_away(tmp_path: Path) -> None:
    shelf, session_id = shelf_on(tmp_path), put(tmp_path, "One", "Hello")
    shelf.rename(session_id, "  Another\nname ")
    copy = shelf.fork(session_id)
    assert sorted(titles(shelf.conversations())) == ["Another name", "Another name (2)"]
    shelf.delete(session_id)
    assert [one.entry.session_id for one in shelf.conversations()] == [copy]


def test_one_is_written_down_and_nothing_is_replaced(tmp_path: Path) -> None:
    shelf, session_id = shelf_on(tmp_path), put(tmp_path, "One", "Hello")
    path = Path(shelf.export(session_id, "talk.md"))
    assert path == tmp_path / "talk.md"
    assert "Hello" in path.read_text()
    with pytest.raises(Unusable, match=r"is there already; choose another name\.$"):
        shelf.export(session_id, "talk.md")
    with pytest.raises(Unusable, match=r"no/talk\.md cannot be written: No such file or directory; choose another name or folder\.$"):
        shelf.export(session_id, "no/talk.md")
    with pytest.raises(Unusable, match=r"use \.md, \.html or \.json\.$"):
        shelf.export(session_id, "talk.pdf")
    assert Path(shelf.export(session_id, "")).name.startswith(f"agentchat-{session_id}-2023")


async def test_what_waits_for_a_person_is_counted(tmp_path: Path) -> None:
    model = scripted([function_call("refund", {"order": 1}, call_id="c")])
    agent = Agent(name="billing", model=model, tools=[tool_that_writes(tmp_path / "x")])
    async with opened(tmp_path / "db", setup_of(agent), store_type=SQLiteStore) as (chat, _):
        await chat.send("Refund 1")
        await chat.settled()
    (one,) = shelf_on(tmp_path).conversations()
    assert (one.entry.session_id, one.waiting) == (SESSION, 1)
