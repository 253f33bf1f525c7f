"""`agentchat sessions`: what a person does with saved conversations, on real files."""

import asyncio
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from agentchat.chat.transcript.replay import replay
from agentchat.memory.sqlite_session import SQLiteSession
from agentchat.storage.reader import list_sessions, read_chat
from agentchat.storage.store import SQLiteStore
from tests.clock import FakeClock
from tests.command_line import here, store_chat, terminal
from tests.storage.samples import said


def chat(home: Path, session_id: str, text: str, *, folder: str = "") -> None:
    asyncio.run(store_chat(home, session_id, text, folder=folder))


def database(home: Path) -> Path:
    return home / "data" / "agentchat.db"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Two conversations."""
    chat(tmp_path, "3f2a9c1e", "Where is \x1b[31mmy refund?", folder=str(tmp_path))
    chat(tmp_path, "5b1cffff", "A poem about the sea")
    return tmp_path


def test_without_a_command_they_are_listed(home):
    assert here(home, "sessions").stdout == here(home, "sessions", "list").stdout
    head, *rows = here(home, "sessions").stdout.splitlines()
    assert head.split() == ["ID", "LAST", "USED", "ITEMS", "TITLE"]
    assert [re.split(r"  +", row) for row in rows] == [
        ["3f2a9c1e", "2025-05-03 12:03", "1", "Where is ␛[31mmy refund?"],
        ["5b1cffff", "2025-05-03 12:03", "1", "A poem about the sea"],
    ]  # fmt: skip


def test_the_list_can_be_kept_to_this_folder_and_to_the_latest(home):
    assert [row.split()[0] for row in here(home, "sessions", "--here").stdout.splitlines()[1:]] == ["3f2a9c1e"]
    assert [row.split()[0] for row in here(home, "sessions", "list", "-n", "1").stdout.splitlines()[1:]] == ["3f2a9c1e"]
    (home / "elsewhere").mkdir()
    nothing = here(home, "sessions", "list", "--here", cwd=home / "elsewhere")
    assert nothing.stdout == "No conversation was begun in this folder yet; agentchat sessions lists all of them.\n"


def test_the_list_says_what_waits_and_what_is_a_fork(home):
    assert here(home, "run", 'write "hi" to x.txt').returncode == 3
    here(home, "sessions", "fork", "5b1c")
    told = {row.split()[0]: row.partition("(")[2] for row in here(home, "sessions").stdout.splitlines()[1:]}
    assert sorted(told.values()) == ["", "", "1 call waits)", "fork of 5b1cffff)"]


def test_a_conversation_is_shown_as_text(home):
    done = here(home, "sessions", "show", "3f2a")
    assert done.stdout.splitlines()[0] == "3f2a9c1e"
    assert "    Where is ␛[31mmy refund?" in done.stdout
    assert here(home, "sessions", "show", "nothing").stderr.startswith("agentchat: There is no conversation 'nothing'")


def test_on_a_terminal_it_goes_through_a_pager_and_commands_nothing(home):
    with terminal(home, "sessions", "show", "3f2a") as program:
        assert program.wait_for_exit() == 0
        shown = program.output
    assert "    Where is ␛[31mmy refund?".encode() in shown
    assert b"\x1b[31m" not in shown


def test_what_was_said_is_found_with_the_words_marked(home):
    done = here(home, "sessions", "search", "ref", "WHERE")
    assert (done.stdout, done.returncode) == ("3f2a9c1e  Where is ␛[31mmy refund?\n    «Where» is ␛[31mmy «refund»?\n", 0)
    nothing = here(home, "sessions", "search", "refund poem")
    assert (nothing.stdout, nothing.returncode) == ("Nothing that was said has 'refund' and 'poem', in 2 conversations.\n", 1)
    assert here(home, "sessions", "search", "?!").stderr == "agentchat: There is no word in '?!' that could be searched for.\n"
    assert "These are the latest 1; --limit shows more." in here(home, "sessions", "search", "-n", "1", "a").stderr


@pytest.mark.parametrize(("form", "begins"), [("markdown", "## You"), ("html", "<!DOCTYPE html>"), ("json", "{\n")])
def test_a_conversation_is_exported_to_standard_output(home, form, begins):
    done = here(home, "sessions", "export", "3f2a", "--format", form, "-o", "-")
    assert (done.stderr, done.returncode) == ("", 0)
    assert done.stdout.startswith(begins)
    assert "refund" in done.stdout
    assert "\x1b" not in done.stdout


def test_a_file_is_written_in_the_form_of_its_ending_for_its_owner_alone_and_never_replaced_unasked(home):
    out = home / "refund.html"
    assert here(home, "sessions", "export", "3f2a", "-o", "refund.html").stderr == "Wrote refund.html\n"
    assert (out.read_text()[:15], out.stat().st_mode & 0o777) == ("<!DOCTYPE html>", 0o600)
    out.write_text("mine")
    again = here(home, "sessions", "export", "3f2a", "-o", "refund.html")
    assert again.stderr == "agentchat: refund.html is there already; choose another name, or replace it with --force.\n"
    assert (again.returncode, out.read_text()) == (2, "mine")
    here(home, "sessions", "export", "3f2a", "-o", "refund.html", "--force")
    assert out.read_text().startswith("<!DOCTYPE html>")
    unknown = here(home, "sessions", "export", "3f2a", "-o", "refund.pdf")
    assert unknown.stderr == "agentchat: The ending of refund.pdf names no format; use .md, .html or .json, or give --format.\n"
    nowhere = here(home, "sessions", "export", "3f2a", "-o", "no/refund.html")
    assert nowhere.stderr == "agentchat: no/refund.html cannot be written: No such file or directory; choose another name or folder.\n"
    assert sorted(path.name for path in home.glob("*refund*")) == ["refund.html"]


def test_a_link_is_replaced_and_not_followed(home):
    (home / "target").write_text("mine")
    (home / "x.md").symlink_to(home / "target")
    assert here(home, "sessions", "export", "3f2a", "-o", "x.md").returncode == 2
    assert here(home, "sessions", "export", "3f2a", "-o", "x.md", "--force").returncode == 0
    assert ((home / "target").read_text(), (home / "x.md").is_symlink()) == ("mine", False)


def test_an_exported_conversation_is_taken_in_and_belongs_to_this_folder(home):
    exported = here(home, "sessions", "export", "3f2a", "--format", "json").stdout
    other = home / "other"
    other.mkdir()
    (other / "in.json").write_text(exported)
    done = here(other, "sessions", "import", "in.json")
    (entry,) = list_sessions(database(other))
    name = "Where is ␛[31mmy refund?"
    assert done.stdout == f"Took in {name} as {entry.session_id}; open it with: agentchat -r {entry.session_id}\n"
    assert entry.folder == str(other)
    assert replay(read_chat(database(other), entry.session_id)) == replay(read_chat(database(home), "3f2a9c1e"))
    piped = here(other, "sessions", "import", "-", piped=exported.encode())
    assert piped.returncode == 0
    assert len(list_sessions(database(other))) == 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{}", "This is no conversation; give a file that agentchat sessions export ID --format json has written."),
        (b"\xff", "in.json is no UTF-8 text; give a file that agentchat sessions export --format json has written."),
        (json.dumps({"kind": "agentchat conversation", "version": 9}).encode(), "This conversation was exported in form 9, and this"),
        (None, "in.json cannot be read: No such file or directory; give a file"),
    ],
)
def test_what_cannot_be_taken_in_is_one_sentence(tmp_path, content, sentence):
    if content is not None:
        (tmp_path / "in.json").write_bytes(content)
    done = here(tmp_path, "sessions", "import", "in.json")
    assert (done.stdout, done.returncode) == ("", 2)
    assert done.stderr.startswith(f"agentchat: {sentence}")
    assert list_sessions(database(tmp_path)) == ()


def test_a_conversation_gets_another_title_and_is_found_by_it(home):
    assert here(home, "sessions", "rename", "3f2a", "  the\nrefund ").stdout == "3f2a9c1e is now: the refund\n"
    assert here(home, "sessions", "show", "The Refund").stdout.startswith("3f2a9c1e  the refund\n")
    assert here(home, "sessions", "rename", "3f2a", "").stdout == "3f2a9c1e is now: Where is ␛[31mmy refund?\n"


def test_deleting_in_a_script_needs_to_be_said_twice(home):
    refused = here(home, "sessions", "delete", "3f2a")
    assert (refused.stderr, refused.returncode) == ("agentchat: Deleting asks on the terminal, and there is none; say --yes.\n", 2)
    done = here(home, "sessions", "delete", "3f2a", "--yes")
    assert (done.stdout, done.returncode) == ("Deleted 3f2a9c1e  Where is ␛[31mmy refund?\n", 0)
    assert [entry.session_id for entry in list_sessions(database(home))] == ["5b1cffff"]


def test_deleting_on_a_terminal_asks_for_the_word(home):
    for typed, status, left in ((b"y\n", 1, 2), (b"yes\n", 0, 1)):
        with terminal(home, "sessions", "delete", "3f2a") as program:
            program.wait_for('Type "yes" to delete it for good:')
            program.send(typed)
            assert program.wait_for_exit() == status
        assert len(list_sessions(database(home))) == left


def test_one_that_is_open_is_not_deleted(home):
    async def while_open() -> str:
        store = await SQLiteStore.open(database(home), "3f2a9c1e", clock=FakeClock())
        try:
            return here(home, "sessions", "delete", "3f2a", "--yes").stderr
        finally:
            await store.close()

    assert re.fullmatch(r"agentchat: 3f2a9c1e is open in another process \(pid \d+\); close it there first\.\n", asyncio.run(while_open()))


def test_a_fork_is_told_with_how_to_open_it(home):
    done = here(home, "sessions", "fork", "3f2a", "--before", "1")
    (made,) = {entry.session_id for entry in list_sessions(database(home))} - {"3f2a9c1e", "5b1cffff"}
    assert done.stdout == f"Forked 3f2a9c1e as {made}; open it with: agentchat -r {made}\n"
    assert read_chat(database(home), made).prompt == "Where is \x1b[31mmy refund?"
    none = here(home, "sessions", "fork", "3f2a", "--before", "2")
    assert none.stderr == "agentchat: There is no message 2 of yours in 3f2a9c1e; it has 1.\n"


def test_a_file_of_ones_own_session_is_opened_and_gone_on_with(tmp_path):
    """It has the two published tables and nothing of ours."""

    async def begin() -> None:
        session = SQLiteSession("mine", tmp_path / "own.db")
        await session.add_items([said("what is 2 + 2?"), {"role": "assistant", "content": "4"}])
        session.close()

    asyncio.run(begin())
    listed = here(tmp_path, "sessions", "--db", "own.db").stdout.splitlines()[1]
    assert (listed.split()[0], listed.split("  ")[-1]) == ("mine", "what is 2 + 2?")
    assert here(tmp_path, "sessions", "search", "--db", "own.db", "what").returncode == 0
    done = here(tmp_path, "run", "--db", "own.db", "-r", "mine", "what is 2 + 3?")
    assert "**5**" in done.stdout
    assert done.stderr.splitlines()[-1] == "Resume with: agentchat -r mine --db own.db"

    async def items() -> list[object]:
        session = SQLiteSession("mine", tmp_path / "own.db")
        try:
            return [item.get("content") for item in await session.get_items() if item.get("role") == "user"]
        finally:
            session.close()

    assert asyncio.run(items()) == ["what is 2 + 2?", "what is 2 + 3?"]
    with closing(sqlite3.connect(tmp_path / "own.db")) as db:
        assert db.execute("SELECT count(*) FROM agentchat_chats").fetchone() == (1,)


def test_a_command_that_there_is_not_is_one_sentence(tmp_path):
    done = here(tmp_path, "sessions", "exprt")
    assert done.stderr == "agentchat: No such command 'exprt'. Did you mean 'export'? See agentchat sessions --help.\n"
