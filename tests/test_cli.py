import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agentchat import __version__
from tests.command_line import HEAVY, OFFLINE, ROOT, here, last_words, quit_by_key, store_chat, terminal
from tests.pty_terminal import PtyTerminal


def test_the_version_is_answered_before_anything_heavy_is_imported(tmp_path):
    code = "import sys; sys.argv = ['agentchat', '--version']; from agentchat.__main__ import main; main(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    version, modules = done.stdout.splitlines()
    assert version == f"agentchat {__version__}"
    assert {"click", "textual", "asyncio", "sqlite3", *HEAVY} & set(modules.split()) == set()


def test_the_help_names_every_option_and_command(tmp_path):
    done = here(tmp_path, "--help")
    assert done.returncode == 0
    for word in ("PROMPT", "--resume", "--continue", "--agent", "--model", "--config", "--mode", "--db", "--trust", "agentchat sessions"):
        assert word in done.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--xyzzy"], "agentchat: No such option '--xyzzy'. See agentchat --help."),
        (["--mode", "x"], "agentchat: Invalid value for '--mode': 'x' is not one of 'ask', 'read-only', 'auto'. See agentchat --help."),
        (
            ["session"],
            "agentchat: There is no command 'session'; did you mean: agentchat sessions? Say it to the agents in the chat itself.",
        ),
        (
            ["aprove", "3f2a"],
            "agentchat: There is no command 'aprove'; did you mean: agentchat approve? Say it to the agents in the chat itself.",
        ),
        (["two", "words"], 'agentchat: The message is one argument; put it in quotes: agentchat "two words"'),
        (["run", "what's", "$HOME", "?"], "agentchat: The message is one argument; put it in quotes: agentchat run 'what'\"'\"'s $HOME ?'"),
        (["agents", "--graph=dot"], "agentchat: Option '--graph' does not take a value. See agentchat agents --help."),
        (["sessions", "extra"], "agentchat: No such command 'extra'. See agentchat sessions --help."),
        (["sessions", "list", "extra"], "agentchat: Got unexpected extra argument (extra). See agentchat sessions list --help."),
        (["-r", "abc"], "agentchat: There is no conversation 'abc'; agentchat sessions lists those that there are."),
        (["-r", ""], "agentchat: There is no conversation ''; agentchat sessions lists those that there are."),
        (["-r", "\x1b[31m"], "agentchat: There is no conversation '␛[31m'; agentchat sessions lists those that there are."),
        (["-c"], "agentchat: No conversation was begun in this folder yet; start one with: agentchat"),
        (["sessions", "show"], "agentchat: Missing argument 'SESSION'. See agentchat sessions show --help."),
        (
            ["completion"],
            "agentchat: Missing argument '{bash|zsh|fish}'. Choose from: bash, zsh, fish. See agentchat completion --help.",
        ),
        (
            [],
            (
                "agentchat: The screen needs a terminal to draw on; run it without redirecting its input or output."
                ' agentchat run "PROMPT" needs no screen.'
            ),
        ),
    ],
)
def test_what_cannot_be_used_is_one_sentence_and_status_2(tmp_path, arguments, sentence):
    done = here(tmp_path, *arguments)
    assert (done.stdout, done.stderr, done.returncode) == ("", sentence + "\n", 2)


def shell(home, line):
    words = line.replace("agentchat", f"{shlex.quote(sys.executable)} -m agentchat", 1)
    env = {**os.environ, **OFFLINE, "AGENTCHAT_HOME": str(home), "PYTHONPATH": str(ROOT)}
    return subprocess.run(["/bin/sh", "-c", words], capture_output=True, text=True, check=False, env=env, cwd=home)


def test_a_stream_that_the_caller_closed_is_an_empty_one(tmp_path):
    screen, answer = shell(tmp_path, "agentchat <&-"), shell(tmp_path, "agentchat run 'what is 2 + 3?' <&- 2>&-")
    assert (screen.stderr.partition(";")[0], screen.returncode) == ("agentchat: The screen needs a terminal to draw on", 2)
    assert (answer.stdout.partition("\n")[0], answer.returncode) == ("`2 + 3` is **5**.", 0)
    assert shell(tmp_path, "agentchat run hi </dev/null >&-").returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a device that is always full")
def test_output_that_cannot_be_written_is_said(tmp_path):
    full = shell(tmp_path, "agentchat sessions > /dev/full")
    assert (full.stderr, full.returncode) == (
        "agentchat: What it says could not be written: No space left on device; see where its output goes.\n",
        2,
    )


def test_a_terminal_that_cannot_place_text_gets_no_screen(tmp_path):
    env = {"AGENTCHAT_HOME": str(tmp_path), "TERM": "dumb"}
    with PtyTerminal([sys.executable, "-m", "agentchat"], env=env, cwd=tmp_path) as program:
        assert program.wait_for_exit() == 2
        assert 'TERM is "dumb", so this terminal cannot place text' in program.output.decode()


async def test_a_mistyped_id_is_answered_with_the_nearest_ones(tmp_path):
    await store_chat(tmp_path, "3f2a9c1e", "Where is my refund?")
    done = here(tmp_path, "-r", "3f2a9c1f")
    assert done.stderr == "agentchat: There is no conversation '3f2a9c1f'; did you mean '3f2a9c1e'?\n"
    assert done.returncode == 2


async def test_a_beginning_that_several_ids_have_is_answered_with_them(tmp_path):
    await store_chat(tmp_path, "3f2a9c1e", "one")
    await store_chat(tmp_path, "3f2abbbb", "two")
    done = here(tmp_path, "-r", "3f2a")
    assert done.stderr == "agentchat: '3f2a' may mean 2 conversations (3f2a9c1e, 3f2abbbb); give more of the id.\n"
    assert done.returncode == 2


def test_a_mistake_in_the_settings_is_one_sentence_with_its_place(tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.toml").write_text('them = "x"\n')
    done = here(tmp_path)
    assert done.stderr == "agentchat: There is no setting 'them'; did you mean 'theme'? (config/config.toml:1)\n"
    assert done.returncode == 2


def test_a_file_that_is_no_database_is_one_sentence(tmp_path):
    (tmp_path / "notes.db").write_text("these are notes, not a database\n" * 50)
    for arguments in (["sessions"], ["-c"], ["-r", "x"]):
        done = here(tmp_path, *arguments, "--db", "notes.db")
        assert (done.stdout, done.returncode) == ("", 2)
        assert done.stderr.startswith(f"agentchat: {tmp_path}/notes.db is damaged, or no database of conversations;")
        assert done.stderr.count("\n") == 1


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    done = here(tmp_path, env={"AGENTCHAT_HOME": str(tmp_path / "file")})
    assert done.returncode == 2
    what = f"{tmp_path}/file/config cannot be used: Not a directory"
    assert done.stderr == f"agentchat: {what}; make its folder writable, or set AGENTCHAT_HOME.\n"


async def test_the_sessions_are_listed_with_id_time_items_and_title(tmp_path):
    assert here(tmp_path, "sessions").stdout == "There are no conversations yet; start one with: agentchat\n"
    await store_chat(tmp_path, "3f2a9c1e", "Where is \x1b[31mmy refund?")
    there = "There are no conversations yet; start one with: agentchat --db 'not there.db'\n"
    assert here(tmp_path, "sessions", "--db", "not there.db").stdout == there
    lines = here(tmp_path, "sessions").stdout.splitlines()
    assert lines[0].split() == ["ID", "LAST", "USED", "ITEMS", "TITLE"]
    assert lines[1].split("  ")[0] == "3f2a9c1e"
    assert lines[1].endswith("Where is ␛[31mmy refund?")


@pytest.mark.parametrize("resumed", [False, True])
async def test_the_first_frame_needs_neither_openai_nor_pydantic_nor_griffe(tmp_path, resumed):
    await store_chat(tmp_path, "3f2a9c1e", "Where is my refund?")
    out = tmp_path / "modules"
    with terminal(tmp_path, str(out), *(["-r", "3f2a"] if resumed else []), module=("-m", "tests.first_frame")) as program:
        assert program.wait_for_exit() == 0
    modules = set(out.read_text().split())
    assert "agentchat.tui.app" in modules
    assert {name for name in modules if name.split(".")[0] in HEAVY - ({"markdown_it"} if resumed else set())} == set()
    assert "agentchat.chat.chat" not in modules
    assert resumed or modules.isdisjoint({"click", "tomllib", "sqlite3", "agentchat.chat.saved", "agentchat.tui.transcript.blocks.call"})


def test_a_conversation_is_held_left_and_resumed_by_the_line_that_names_it_and_its_database(tmp_path):
    with terminal(tmp_path, "--db", "my chats.db", "What is 2 + 3?") as program:
        program.wait_for("2 + 3 is 5")
        program.send(b"\x11")
        assert program.wait_for_exit() == 0
        words = shlex.split(last_words(program).removeprefix("Resume with: agentchat "))
        assert words[-2:] == ["--db", "my chats.db"]
        assert program.is_cooked
    with terminal(tmp_path, *words) as program:
        program.wait_for("2 + 3 is 5")
        program.wait_for("offline demo model")
        program.send(b"\x03")
        program.wait_for("Press ^c again")
        program.send(b"\x03")
        assert program.wait_for_exit() == 0


def test_what_is_typed_before_the_first_frame_stands_in_the_prompt(tmp_path):
    with terminal(tmp_path) as program:
        program.send(b"What is 2 + 3?")
        program.wait_for("offline demo model")
        program.send(b"\r")
        program.wait_for("2 + 3 is 5")


def test_a_chat_in_which_nothing_was_said_leaves_nothing_to_resume(tmp_path):
    with terminal(tmp_path, "--db", "own.db") as program:
        program.wait_for("offline demo model")
        program.send(b"\x11")
        assert program.wait_for_exit() == 0
        assert "Resume with" not in last_words(program)


def test_a_broken_agents_file_leaves_the_screen_with_its_sentence_and_status_2(tmp_path):
    (tmp_path / "agents.toml").write_text('[[agents]]\nname = "a"\ninstructions = "x"\ntools = ["serch"]\n')
    with terminal(tmp_path) as program:
        assert program.wait_for_exit() == 2
        assert last_words(program).startswith("agentchat: ")
        assert "agents.toml:4" in last_words(program)
        assert "Traceback" not in program.output.decode()
        assert program.is_cooked


def test_what_stands_in_the_prompt_when_a_signal_ends_the_program_is_there_again_when_the_conversation_is_resumed(tmp_path):
    with terminal(tmp_path) as program:
        program.wait_for("offline demo model")
        program.send(b"a long question")
        program.wait_for("a long question")
        program.kill(signal.SIGTERM)
        assert program.wait_for_exit() == 143
        words = last_words(program).removeprefix("Resume with: agentchat ").split()
    assert here(tmp_path, "sessions").stdout.splitlines()[1].endswith("  (nothing said yet)")
    with terminal(tmp_path, *words) as program:
        program.wait_for("a long question")
        assert f"Resume with: agentchat {' '.join(words)}" in quit_by_key(program)


def test_leaving_before_the_chat_stands_is_possible(tmp_path):
    with terminal(tmp_path) as program:
        program.wait_for("agentchat")
        began = time.monotonic()
        program.send(b"\x11")
        assert program.wait_for_exit() == 0
        assert time.monotonic() - began < 3.0
        assert program.is_cooked
