"""`agentchat run` as people and scripts use it: the real command in a process of its own, on real files, against a server on loopback."""

import asyncio
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.resources import files
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from agentchat.headless.run import NOBODY_THERE
from agentchat.runtime.values.usage import Usage, usage_sums_to_json
from agentchat.storage.reader import list_sessions, read_chat
from agentchat.storage.store import SQLiteStore
from tests.clock import FakeClock
from tests.command_line import HEAVY, OFFLINE, here, run
from tests.model_server import Json, ModelServer, Stream
from tests.models.frames import call, call_frames, message, message_frames, whole_stream
from tests.pty_terminal import PtyTerminal
from tests.storage.samples import RUN, checkpoint, said

TEAM = """
default_agent = "triage"
[[agents]]
name = "triage"
instructions = "You are the first."
tools = ["clock", "write_file"]
handoffs = ["billing"]
[[agents]]
name = "billing"
instructions = "You know about money."
"""
ALONE = '[[agents]]\nname = "solo"\ninstructions = "x"\ntools = ["clock", "write_file"]\n'

SCHEMA = Draft202012Validator(json.loads(files("agentchat.headless").joinpath("json-lines.schema.json").read_text(encoding="utf-8")))
_ids = count(1)


def says(*deltas: str, **how: Any) -> Stream:
    return Stream(whole_stream(*message_frames(*deltas), output=[message("".join(deltas))]), **how)


def calls(name: str, arguments: str, *before: str) -> Stream:
    spoken = message_frames(*before) if before else []
    call_id = f"call_{next(_ids)}"
    output = ([message("".join(before))] if before else []) + [call(name, arguments, call_id)]
    return Stream(whole_stream(*spoken, *call_frames(name, arguments, call_id=call_id, index=len(output) - 1), output=output))


def online(server: ModelServer) -> dict[str, str]:
    return {"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": "sk-test"}


def team(home: Path, text: str = TEAM) -> None:
    (home / "agents.toml").write_text(text)


def lines(output: str) -> list[dict[str, Any]]:
    """The objects of a run's output, each as the published schema has it."""
    told = [json.loads(line) for line in output.splitlines()]
    for one in told:
        SCHEMA.validate(one)
    return told


def resumed(done: subprocess.CompletedProcess[str]) -> str:
    """The id in the last line on standard error."""
    last = done.stderr.splitlines()[-1]
    assert last.startswith("Resume with: agentchat -r ")
    return last.split()[4]


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running


@contextmanager
def begun(home: Path, server: ModelServer, *arguments: str, out: int = subprocess.PIPE) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "agentchat", "run", *arguments],
        env={**os.environ, **OFFLINE, "AGENTCHAT_HOME": str(home), **online(server)},
        stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE, text=True, cwd=home,
    )  # fmt: skip
    with process:
        try:
            yield process
        finally:
            process.kill()


def until(process: subprocess.Popen[str], line: str) -> None:
    """Reads standard error until this line came."""
    for told in process.stderr:
        if told.rstrip("\n") == line:
            return
    raise AssertionError(f"{line!r} was never said")


def test_the_answer_goes_to_standard_output_and_everything_else_to_standard_error(tmp_path, server):
    team(tmp_path)
    server.answer(calls("clock", "{}", "I look."), calls("transfer_to_billing", "{}", "Billing knows."), says("It costs ", "5 €.\n"))
    done = here(tmp_path, "run", "What does it cost?", env=online(server))
    assert (done.stdout, done.returncode) == ("It costs 5 €.\n", 0)
    said = done.stderr.splitlines()
    assert said[0].endswith(f" ({server.base_url.split('/')[2]})")
    assert said[1] == "⚙ clock()"
    assert said[2].startswith("✓ clock()  ")
    assert said[3:6] == ["triage: I look.", "triage: Billing knows.", "→ billing  (from triage)"]
    assert resumed(done) == list_sessions(tmp_path / "data" / "agentchat.db")[0].session_id
    assert len(said) == 7


def test_an_answer_streams_through_a_pipe(tmp_path, server):
    team(tmp_path, ALONE)
    server.answer(says("The first word ", "and the last one.", pause_after=5))
    with begun(tmp_path, server, "Talk") as process:
        assert process.stdout.read(14) == "The first word"
        server.go_on()
        assert process.stdout.read() == " and the last one.\n"


def test_what_is_left_is_an_ordinary_conversation(tmp_path):
    first = here(tmp_path, "run", "what is 2 + 3?")
    assert first.stdout.startswith("`2 + 3` is **5**.")
    session = resumed(first)
    second = here(tmp_path, "run", "-r", session[:4], "what is 3 + 3?")
    assert second.stdout.startswith("`3 + 3` is **6**.")
    assert resumed(second) == session
    assert here(tmp_path, "run", "-c", "what is 4 + 3?").stdout.startswith("`4 + 3` is **7**.")
    saved = read_chat(tmp_path / "data" / "agentchat.db", session)
    assert [row.item["content"] for row in saved.rows if row.item.get("role") == "user"] == [
        "what is 2 + 3?", "what is 3 + 3?", "what is 4 + 3?",
    ]  # fmt: skip
    assert (saved.title, saved.prompt, saved.open_run) == ("what is 2 + 3?", "", None)


@pytest.mark.parametrize(
    ("arguments", "piped", "said"),
    [
        (["one"], b"", "one"),
        (["one"], b"two\n", "one\n\ntwo"),
        ([], b"two\n\nthree\n", "two\n\nthree"),
        (["-"], b"two", "two"),
        (["--", "-x"], b"\xff two", "-x\n\n\ufffd two"),
    ],
)
def test_what_is_said_is_the_prompt_and_behind_it_what_is_piped_in(tmp_path, server, arguments, piped, said):
    team(tmp_path, ALONE)
    server.answer(says("Yes."))
    done = here(tmp_path, "run", *arguments, env=online(server), piped=piped)
    assert (done.stdout, done.returncode) == ("Yes.\n", 0)
    assert server.requests[0].body["input"][-1]["content"] == said


def test_every_line_of_json_is_an_object_with_a_type(tmp_path, server):
    team(tmp_path)
    server.answer(calls("clock", "{}"), calls("transfer_to_billing", "{}"), says("It costs ", "5 €\x9b\x7f."))
    done = here(tmp_path, "run", "--json", "What does it cost?", env=online(server))
    told = lines(done.stdout)
    session = resumed(done)
    place = server.base_url.split("/")[2]
    assert told[0] == {
        "type": "started", "version": 1, "session": session, "agent": "triage", "model": told[0]["model"], "provider": place,
        "offline": False,
    }  # fmt: skip
    assert told[1] == {"type": "call_started", "call": 1, "agent": "triage", "tool": "clock", "arguments": "{}", "path": []}
    ended = {key: told[2][key] for key in ("type", "call", "tool", "status", "verdict")}
    assert ended == {"type": "call_finished", "call": 1, "tool": "clock", "status": "done", "verdict": ""}
    assert told[3] == {"type": "handoff", "from": "triage", "to": "billing", "path": []}
    assert [(one["type"], one["agent"], one["text"]) for one in told[4:6]] == [
        ("text", "billing", "It costs "), ("text", "billing", "5 €\x9b\x7f."),
    ]  # fmt: skip
    assert told[6] == {
        "type": "result", "status": "done", "exit_status": 0, "session": session, "text": "It costs 5 €\x9b\x7f.", "waiting": [],
        "usage": {"input_tokens": 15, "output_tokens": 21, "cost": None},
    }  # fmt: skip
    assert len(told) == 7
    assert "\x9b" not in done.stdout
    assert "\\u009b\\u007f" in done.stdout
    assert "5 €" in done.stdout


def test_a_call_that_needs_approval_ends_it_with_3_and_says_how_to_go_on(tmp_path, server):
    team(tmp_path, ALONE)
    server.answer(calls("write_file", '{"path":"x.txt","content":"hi"}'))
    done = here(tmp_path, "run", "--json", "Write", env=online(server))
    told, session = lines(done.stdout), resumed(done)
    asked = next(one for one in told if one["type"] == "approval")
    assert (asked["tool"], asked["arguments"], asked["effects"]) == ("write_file", '{"content":"hi","path":"x.txt"}', "changes")
    assert (told[-1]["status"], told[-1]["exit_status"], done.returncode) == ("waiting", 3, 3)
    assert told[-1]["waiting"] == [{key: value for key, value in asked.items() if key != "type"}]
    assert f"agentchat approve {session} {asked['short_key']}" in done.stderr
    assert f"agentchat reject {session} {asked['short_key']} --reason TEXT" in done.stderr
    assert f"agentchat run -r {session}" in done.stderr
    assert not (tmp_path / "x.txt").exists()
    again = here(tmp_path, "run", "-r", session, "and now?", env=online(server))
    assert again.returncode == 3
    assert "The message was not answered; it stands in the prompt when the conversation is opened." in again.stderr
    assert read_chat(tmp_path / "data" / "agentchat.db", session).prompt == "and now?"
    assert len(server.requests) == 1


def test_calls_can_be_refused_instead_and_the_model_is_told_why(tmp_path, server):
    team(tmp_path, ALONE)
    server.answer(calls("write_file", '{"path":"x.txt","content":"hi"}'), says("I could not."))
    done = here(tmp_path, "run", "--on-approval", "reject", "Write", env=online(server))
    assert (done.stdout, done.returncode) == ("I could not.\n", 0)
    output = server.requests[1].body["input"][-1]
    assert (output["type"], output["output"]) == ("function_call_output", NOBODY_THERE)
    assert not (tmp_path / "x.txt").exists()


def test_mode_auto_runs_what_would_be_asked_about_and_read_only_refuses_it(tmp_path, server):
    team(tmp_path, ALONE)
    written = calls("write_file", '{"path":"x.txt","content":"hi"}')
    server.answer(written, says("No."), written, says("Yes."))
    refused = here(tmp_path, "run", "--mode", "read-only", "Write", env=online(server))
    assert (refused.stdout, refused.returncode, (tmp_path / "x.txt").exists()) == ("No.\n", 0, False)
    assert "denied: This chat is read-only" in refused.stderr
    done = here(tmp_path, "run", "--mode", "auto", "Write", env=online(server))
    assert (done.stdout, done.returncode, (tmp_path / "x.txt").read_text()) == ("Yes.\n", 0, "hi")


def test_a_model_that_fails_ends_it_with_1_and_an_error(tmp_path, server):
    team(tmp_path, ALONE)
    server.answer(*[Json({"error": {"message": "no such key"}}, status=401)] * 2)
    done = here(tmp_path, "run", "Hi", env=online(server))
    assert (done.stdout, done.returncode) == ("", 1)
    assert [line.partition(":")[0] for line in done.stderr.splitlines()[1:]] == ["error", "agentchat", "Resume with"]
    session = resumed(done)
    as_json = here(tmp_path, "run", "--json", "-r", session, "Hi", env=online(server))
    told = lines(as_json.stdout)
    assert [one["type"] for one in told] == ["started", "error", "result"]
    assert (told[-1]["status"], told[-1]["text"], as_json.returncode) == ("failed", None, 1)


def test_an_answer_that_breaks_off_ends_it_with_1_and_what_came_of_it_is_kept(tmp_path, server):
    team(tmp_path, ALONE)
    server.answer(says("Half an ", "answer", cut_at=1200, ending="breaks"))
    done = here(tmp_path, "run", "Hi", env=online(server))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "error: " in done.stderr
    resumed(done)


def test_agents_that_use_up_their_turns_end_it_with_4(tmp_path, server):
    team(tmp_path, ALONE)
    server.answer(calls("clock", "{}"), calls("clock", "{}"), calls("clock", "{}"))
    done = here(tmp_path, "run", "--json", "--max-turns", "2", "Go round", env=online(server))
    assert (lines(done.stdout)[-1]["status"], done.returncode, len(server.requests)) == ("out_of_turns", 4, 2)
    assert "give more with --max-turns" in done.stderr
    resumed(done)


def test_a_signal_ends_it_in_order_and_what_was_said_is_kept(tmp_path, server):
    team(tmp_path, ALONE)
    server.answer(says("The first word ", "and the last one.", pause_after=5))
    with begun(tmp_path, server, "Talk") as process:
        process.stdout.read(14)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 143
        assert process.stdout.read() == " \n"
        err = process.stderr.read()
    assert err.splitlines()[-2] == "agentchat: Stopped; what was said so far is kept."
    session = err.splitlines()[-1].removeprefix("Resume with: agentchat -r ")
    saved = read_chat(tmp_path / "data" / "agentchat.db", session)
    assert [(row.item["role"], row.item.get("status")) for row in saved.rows] == [("user", None), ("assistant", "incomplete")]
    assert saved.open_run is None


STUBBORN = """
import asyncio, time
from agentchat import Agent, function_tool

@function_tool(effects="none")
def sleeps() -> str:
    "Sleeps."
    print("It sleeps.", flush=True)
    time.sleep(600)

@function_tool(effects="none")
async def ignores() -> str:
    "Does not let itself be stopped."
    print("It does not listen.", flush=True)
    while True:
        try:
            await asyncio.sleep(600)
        except asyncio.CancelledError:
            pass

agent = Agent(name="solo", instructions="x", tools=[sleeps, ignores])
"""


def test_ctrl_c_while_a_model_is_silent_ends_it_in_order(tmp_path, server):
    team(tmp_path, ALONE)
    server.answer(says("Never said", pause_after=0))
    with begun(tmp_path, server, "Talk") as process:
        while not server.requests:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
        assert process.stderr.read().splitlines()[-1].startswith("Resume with: agentchat -r ")


def test_ctrl_c_while_a_tool_sleeps_ends_it_in_order_and_the_call_is_told_as_stopped(tmp_path, server):
    (tmp_path / "shop.py").write_text(STUBBORN)
    server.answer(calls("sleeps", "{}"))
    with begun(tmp_path, server, "--json", "--agent", "shop:agent", "Go") as process:
        until(process, "It sleeps.")
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
        told, err = lines(process.stdout.read()), process.stderr.read()
    assert [(one["tool"], one["status"]) for one in told if one["type"] == "call_finished"] == [("sleeps", "stopped")]
    assert told[-1]["status"] == "interrupted"
    session = err.splitlines()[-1].split()[4]
    assert read_chat(tmp_path / "data" / "agentchat.db", session).open_run is None


def test_a_second_ctrl_c_leaves_at_once_and_says_how_to_resume(tmp_path, server):
    (tmp_path / "shop.py").write_text(STUBBORN)
    server.answer(calls("ignores", "{}"))
    with begun(tmp_path, server, "--agent", "shop:agent", "Go") as process:
        until(process, "It does not listen.")
        process.send_signal(signal.SIGINT)
        until(process, "agentchat: Stopping; ctrl+c again leaves at once.")
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
        last = process.stderr.read().splitlines()[-1]
    session = list_sessions(tmp_path / "data" / "agentchat.db")[0].session_id
    assert last == f"Resume with: agentchat -r {session} --agent shop:agent"


def test_what_it_may_use_up_ends_it_with_4_and_says_how_to_give_more(tmp_path, server):
    team(tmp_path, ALONE)
    server.answer(calls("clock", "{}"))
    tokens = here(tmp_path, "run", "--json", "--max-tokens", "10", "Go", env=online(server))
    assert (lines(tokens.stdout)[-1]["status"], tokens.returncode) == ("out_of_tokens", 4)
    assert re.search(r"Stopped after \d+ tokens; what was said so far is kept\. Resume it, or give more with --max-tokens\.", tokens.stderr)
    team(tmp_path, ALONE + '[prices."*"]\ninput = 1000\noutput = 1000\n')
    server.answer(calls("clock", "{}"))
    cost = here(tmp_path, "run", "--json", "--max-cost", "0.001", "Go", env=online(server))
    result = lines(cost.stdout)[-1]
    assert (result["status"], cost.returncode) == ("out_of_budget", 4)
    assert result["usage"]["cost"] == pytest.approx((result["usage"]["input_tokens"] + result["usage"]["output_tokens"]) / 1000)
    assert re.search(r"Stopped at a cost of 0\.\d+; what was said so far is kept\. Resume it, or give more with --max-cost\.", cost.stderr)
    server.answer(says("Never ", "said", pause_after=0))
    seconds = here(tmp_path, "run", "--json", "--max-seconds", "0.2", "Go", env=online(server))
    assert (lines(seconds.stdout)[-1]["status"], seconds.returncode) == ("out_of_time", 4)
    assert "Stopped because its time is over" in seconds.stderr
    assert not list_sessions(tmp_path / "data" / "agentchat.db")[0].unfinished


def test_an_answer_that_nobody_reads_any_more_is_no_success_however_short_it_is(tmp_path, server):
    team(tmp_path, ALONE)
    server.answer(says("Hello."))
    reading, writing = os.pipe()
    os.close(reading)
    with begun(tmp_path, server, "Talk", out=writing) as process:
        os.close(writing)
        assert process.wait(20) == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_an_answer_that_finds_no_room_is_no_success(tmp_path, server):
    team(tmp_path, ALONE)
    server.answer(says("Hello."))
    with Path("/dev/full").open("w") as full, begun(tmp_path, server, "Talk", out=full.fileno()) as process:
        assert process.wait(20) == 1
        assert "could not be written: No space left on device; make room, and read it in the conversation." in process.stderr.read()


def test_a_reader_that_goes_away_ends_it_without_a_traceback(tmp_path, server):
    team(tmp_path, ALONE)
    server.answer(says("The first word ", *["and more "] * 50, pause_after=5))
    with begun(tmp_path, server, "Talk") as process:
        process.stdout.read(14)
        process.stdout.close()
        server.go_on()
        assert process.wait(20) == 141
        err = process.stderr.read()
    assert "Traceback" not in err
    assert err.splitlines()[-1].startswith("Resume with: agentchat -r ")


def test_a_projects_file_that_needs_trust_is_refused_until_it_has_it(tmp_path, server):
    team(tmp_path, ALONE + '[rules]\nwrite_file = "allow"\n')
    refused = here(tmp_path, "run", "Hi", env=online(server))
    assert (refused.stdout, refused.returncode, server.requests) == ("", 2, [])
    sentence = "[rules] lets tool 'write_file' run without asking you; read the file, and start again with --trust if you trust it"
    assert refused.stderr == f"agentchat: {sentence} (agents.toml:6).\n"
    server.answer(says("Yes."), says("Still."))
    assert here(tmp_path, "run", "--trust", "Hi", env=online(server)).stdout == "Yes.\n"
    assert here(tmp_path, "run", "Hi", env=online(server)).stdout == "Still.\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], 'agentchat: There is nothing to say; give a prompt: agentchat run "PROMPT", or pipe one in.'),
        (["-r", "nowhere", "Hi"], "agentchat: There is no conversation 'nowhere'; agentchat sessions lists those that there are."),
        (["--max-turns", "0", "Hi"], "agentchat: Invalid value for '--max-turns': 0 is not in the range x>=1. See agentchat run --help."),
        (["--take-over", "Hi"], "agentchat: --take-over takes a saved conversation over; say which with -r ID or -c."),
        (["--agent", "nobody", "Hi"], "agentchat: There is no agent 'nobody'; there are triage, reader, writer."),
        (
            ["--on-approval", "x"],
            "agentchat: Invalid value for '--on-approval': 'x' is not one of 'exit', 'reject'. See agentchat run --help.",
        ),
    ],
)
def test_what_cannot_be_used_is_one_sentence_and_2_and_nothing_is_left(tmp_path, arguments, sentence):
    done = here(tmp_path, "run", "--json", *arguments)
    assert (done.stdout, done.returncode) == ("", 2)
    assert done.stderr == sentence + "\n"
    assert list_sessions(tmp_path / "data" / "agentchat.db") == ()


def test_without_a_prompt_a_conversation_that_has_come_to_its_end_says_so(tmp_path):
    session = resumed(here(tmp_path, "run", "hello"))
    done = here(tmp_path, "run", "-r", session)
    assert (done.stdout, done.returncode) == ("", 2)
    assert done.stderr == f'agentchat: {session} has nothing to go on with; say something: agentchat run -r {session} "PROMPT"\n'


def test_what_a_tool_prints_does_not_come_into_the_answer_and_it_reads_nothing(tmp_path, server):
    (tmp_path / "shop.py").write_text(
        "import os, sys\n"
        "from agentchat import Agent, function_tool\n"
        "@function_tool\n"
        "def noisy() -> str:\n"
        "    print('printed')\n"
        "    os.write(1, b'written\\n')\n"
        "    return repr(sys.stdin.read())\n"
        "noisy.effects = 'none'\n"
        "agent = Agent(name='shop', tools=[noisy])\n"
    )
    server.answer(calls("noisy", "{}"), says("Done."))
    done = run(tmp_path, "run", "--agent", "shop:agent", "--mode", "auto", "Go", env=online(server))
    assert (done.stdout, done.returncode) == ("Done.\n", 0)
    assert "written" in done.stderr
    assert "printed" in done.stderr
    assert server.requests[1].body["input"][-1]["output"] == "''"
    assert done.stderr.splitlines()[-1].endswith(" --agent shop:agent")


def test_on_a_terminal_the_answer_commands_nothing(tmp_path, server):
    team(tmp_path, ALONE)
    server.answer(says("red \x1b[31mred\x1b]52;c;aGk=\x07 \u202e end 👩", "\u200d💻 ok"))
    env = {**OFFLINE, "AGENTCHAT_HOME": str(tmp_path), **online(server)}
    with PtyTerminal([sys.executable, "-m", "agentchat", "run", "Talk"], cwd=tmp_path, columns=100, rows=20, env=env) as program:
        assert program.wait_for_exit() == 0
        assert b"\x1b" not in program.output
        assert "red ␛[31mred␛]52;c;aGk=␇ \\u{202E} end 👩\u200d💻 ok\r\n".encode() in program.output


def test_a_conversation_that_was_interrupted_goes_on_without_a_prompt(tmp_path, server):
    team(tmp_path, ALONE)
    server.answer(says("A whole answer."))
    asyncio.run(broken_off(tmp_path, "3f2a9c1e"))
    done = here(tmp_path, "run", "-r", "3f2a", env=online(server))
    assert (done.stdout, done.returncode) == ("A whole answer.\n", 0), done.stderr


async def broken_off(home: Path, session_id: str) -> None:
    """A conversation as a process leaves it that is killed in the middle of an answer."""
    store = await SQLiteStore.open(home / "data" / "agentchat.db", session_id, clock=FakeClock())
    await store.begin(RUN, [said("Talk")], checkpoint(agent="solo", usage=usage_sums_to_json(Usage())))
    await store.draft(RUN, "The first word ")
    await store.close()


def test_the_database_that_was_given_is_named_when_it_is_said_how_to_resume(tmp_path):
    done = here(tmp_path, "run", "--db", "my chats.db", "hello")
    assert done.stderr.splitlines()[-1].endswith("--db 'my chats.db'")
    with closing(sqlite3.connect(tmp_path / "my chats.db")) as db:
        assert db.execute("SELECT count(*) FROM agentchat_chats").fetchone() == (1,)


def test_the_help_of_every_command_needs_nothing_heavy(tmp_path):
    code = (
        "import sys; from agentchat.cli import run; "
        "[run([command, '--help']) for command in ('run', 'approvals', 'approve', 'reject', 'sessions')]; "
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert re.findall(r"^Usage: agentchat (\w+)", done.stdout, re.MULTILINE) == ["run", "approvals", "approve", "reject", "sessions"]
    assert re.findall(r"^    (\d+) ", done.stdout, re.MULTILINE)[:7] == ["0", "1", "2", "3", "4", "130", "143"]
    assert {"asyncio", "sqlite3", "textual", "agentchat.chat.chat", *HEAVY} & set(done.stderr.split()) == set()


_SESSIONS = ("list", "show", "search", "export", "import", "rename", "delete", "fork")


@pytest.mark.parametrize(
    "command", ["", "run", "sessions", "approvals", "approve", "reject", "completion", *(f"sessions {one}" for one in _SESSIONS)]
)
def test_the_help_of_a_command_fits_a_terminal_of_80_columns(tmp_path, command):
    done = here(tmp_path, *command.split(), "--help", env={"COLUMNS": "80"})
    assert done.stdout.startswith(f"Usage: agentchat {command}".rstrip())
    assert [line for line in done.stdout.splitlines() if len(line) > 80] == []
    assert "Example" in done.stdout or command in {"approvals", "completion"}


@pytest.mark.parametrize(("word", "command"), [("aprove", "approve"), ("approval", "approvals"), ("rejects", "reject")])
def test_a_slip_in_a_commands_name_is_no_prompt(tmp_path, word, command):
    done = here(tmp_path, word)
    assert done.stderr.startswith(f"agentchat: There is no command '{word}'; did you mean: agentchat {command}?")
    assert done.returncode == 2


def test_a_conversation_that_another_process_has_is_refused(tmp_path, server):
    team(tmp_path, ALONE)
    server.answer(says("The first word ", "and the last one.", pause_after=5))
    with begun(tmp_path, server, "Talk") as process:
        process.stdout.read(14)
        session = list_sessions(tmp_path / "data" / "agentchat.db")[0].session_id
        done = here(tmp_path, "run", "--json", "-r", session, "Me too", env=online(server))
        assert (done.stdout, done.returncode) == ("", 2)
        assert done.stderr == (
            f"agentchat: This conversation is open in another process (pid {process.pid}); take it over to go on here. "
            f"Without the screen: agentchat run -r {session} --take-over\n"
        )
        server.go_on()
        assert process.wait(20) == 0
