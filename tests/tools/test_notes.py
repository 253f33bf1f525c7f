import stat
import threading
from pathlib import Path

import pytest

from agentchat.tools import notes as notes_module
from agentchat.tools.failures import ToolFailed
from agentchat.tools.notes import NoteTools, notes_file, notes_folder
from tests.clock import FakeClock


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return notes_file(tmp_path / "agentchat.db", "3f2a9c1e")


@pytest.fixture
def tools(file: Path, monkeypatch: pytest.MonkeyPatch) -> NoteTools:
    return NoteTools(file, FakeClock())


def test_what_is_noted_is_given_again_and_can_be_forgotten(tools: NoteTools) -> None:
    assert tools.recall_notes() == "There are no notes in this conversation."
    assert tools.remember("The user wants tea.") == "Noted as number 1."
    assert tools.remember("The shop is called\nBlatt.") == "Noted as number 2."
    assert [line.partition(") ")[2] or line for line in tools.recall_notes().splitlines()] == [
        "The user wants tea.",
        "The shop is called",
        "Blatt.",
    ]
    assert tools.forget_note(1) == "Note 1 is gone."
    assert tools.recall_notes().startswith("2. (")
    assert tools.remember("More.") == "Noted as number 3."


def test_notes_are_there_again_for_the_next_process_and_for_no_other_conversation(tools: NoteTools, file: Path, tmp_path: Path) -> None:
    tools.remember("kept")
    assert NoteTools(file, FakeClock()).recall_notes() == tools.recall_notes()
    other = notes_file(tmp_path / "agentchat.db", "other")
    assert NoteTools(other, FakeClock()).recall_notes() == "There are no notes in this conversation."


def test_notes_are_for_nobody_else_to_read(tools: NoteTools, file: Path) -> None:
    tools.remember("private")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize("session_id", ["3f2a9c1e", "a/b", "..", ".", "", "ü" * 300, "../../x", "\ud800", "a\0b"])
def test_whatever_a_conversation_is_called_its_notes_lie_in_the_folder(tmp_path: Path, session_id: str) -> None:
    database = tmp_path / "agentchat.db"
    file = notes_file(database, session_id)
    assert file.parent == notes_folder(database) == tmp_path / "agentchat.db-notes"
    NoteTools(file, FakeClock()).remember("x")
    assert [path.parent for path in tmp_path.rglob("*.json")] == [file.parent]


def test_what_cannot_be_noted_is_a_sentence(tools: NoteTools, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes_module, "MOST_NOTES", 1)
    tools.remember("one")
    for text, sentence in (
        ("two", "There are 1 notes already; take one away with forget_note first."),
        (" ", "The note is empty; give what to remember."),
        ("x" * 2001, "The note is longer than 2,000 characters; note what matters of it."),
    ):
        with pytest.raises(ToolFailed) as failure:
            tools.remember(text)
        assert str(failure.value) == sentence
    with pytest.raises(ToolFailed, match=r"^There is no note 7; recall_notes gives the 1 note that there are\.$"):
        tools.forget_note(7)


def test_a_conversation_that_keeps_nothing_says_so() -> None:
    with pytest.raises(ToolFailed, match=r"^This conversation keeps no notes; say what matters in your answer instead\.$"):
        NoteTools(None, FakeClock()).remember("x")


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'[{"number": "x"}]', b"\xff"])
def test_a_file_that_is_no_notes_is_not_written_over(tools: NoteTools, file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    with pytest.raises(ToolFailed, match=r"^The notes cannot be read; ask the user to look at '.*' or to move it away\.$"):
        tools.remember("x")
    assert file.read_bytes() == content


def test_notes_that_are_made_at_once_are_all_kept(tools: NoteTools) -> None:
    threads = [threading.Thread(target=tools.remember, args=(f"note {number}",)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(line.partition(") ")[2] for line in tools.recall_notes().splitlines()) == sorted(f"note {n}" for n in range(20))


def test_a_disk_that_is_full_is_a_sentence_and_leaves_the_old_notes(
    tools: NoteTools, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools.remember("one")
    before = tools.recall_notes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(notes_module.os, "fsync", full)
    with pytest.raises(ToolFailed, match=r"^The note was not kept: no space left on device\.$"):
        tools.remember("two")
    assert tools.recall_notes() == before
    assert [path.name for path in file.parent.iterdir()] == [file.name]
