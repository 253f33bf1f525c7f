"""Approving from outside: `agentchat approvals`, `approve` and `reject`, on real files, and on a real terminal where one is needed."""

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

from agentchat.assembly import assemble
from agentchat.chat.deciding.short_keys import short_key
from agentchat.chat.options import Options
from agentchat.chat.status import Approve, Pending
from agentchat.storage.reader import list_sessions, read_chat
from tests.chat.lived import TickingClock
from tests.command_line import OFFLINE, ROOT, here
from tests.pty_terminal import PtyTerminal

QUESTION = 'Type "approve" to let this call run once; anything else leaves it waiting:'


def asked(home: Path, prompt: str = 'write "hello there" to x.txt') -> tuple[str, str]:
    """A conversation in which a call waits: its id, and the call's short name."""
    return asyncio.run(_asked(home, prompt))


async def _asked(home: Path, prompt: str, *, approve: bool = False) -> tuple[str, str]:
    state, pendings = home / "state", []
    state.mkdir(exist_ok=True)
    options = Options(home / "data" / "agentchat.db", home, home / "config" / "agents.toml", state / "trusted.jsonl", model="offline")
    before = {entry.session_id for entry in list_sessions(options.database)}
    chat = await assemble(options, clock=TickingClock())
    await chat.open(lambda update: pendings.append(update) if isinstance(update, Pending) else None)
    await chat.send(prompt)
    await chat.settled()
    (call,) = pendings[-1].calls
    if approve:
        await chat.decide(call.key, Approve(call.digest), go_on=False)
    await chat.close()
    (session_id,) = {entry.session_id for entry in list_sessions(options.database)} - before  # times are in seconds: they tell nothing
    return session_id, short_key(call.key)


def terminal(home: Path, *arguments: str, rows: int = 40, columns: int = 100) -> PtyTerminal:
    env = {**OFFLINE, "AGENTCHAT_HOME": str(home), "PYTHONPATH": str(ROOT)}
    return PtyTerminal([sys.executable, "-m", "agentchat", *arguments], cwd=home, columns=columns, rows=rows, env=env)


def test_what_waits_in_all_conversations_is_listed(tmp_path):
    assert here(tmp_path, "approvals").stdout == "No call waits for approval.\n"
    first, first_call = asked(tmp_path)
    second, second_call = asked(tmp_path, 'write "a\x1b[2J" to y.txt')
    here(tmp_path, "run", "what is 2 + 3?")
    done = here(tmp_path, "approvals")
    head, *rows = done.stdout.splitlines()
    assert head.split() == ["SESSION", "CALL", "SINCE", "AGENT", "TOOL"]
    assert [re.sub(r"  \d{4}-\d\d-\d\d \d\d:\d\d  ", " ", row) for row in rows] == [
        f'{first}  {first_call} writer  write_file(path="x.txt", content="hello there")',
        f'{second}  {second_call} writer  write_file(path="y.txt", content="a\\u001b[2J")',
    ]


def test_a_call_that_is_approved_on_a_terminal_runs_when_the_conversation_goes_on(tmp_path):
    session, call = asked(tmp_path)
    with terminal(tmp_path, "approve", session[:5], call[:4]) as program:
        program.wait_for(QUESTION)
        for part in ("write_file  called by writer", 'path     "x.txt"', "+ hello there"):
            assert part in program.text
        program.send(b"approve\n")
        assert program.wait_for_exit() == 0
        assert f"It goes on with: agentchat run -r {session}".encode() in program.output
    assert not (tmp_path / "x.txt").exists()
    assert here(tmp_path, "approvals").stdout == "No call waits for approval.\n"
    done = here(tmp_path, "run", "-r", session)
    assert (done.returncode, (tmp_path / "x.txt").read_text()) == (0, "hello there")
    again = here(tmp_path, "reject", session)
    assert again.stderr == f"agentchat: No call of {session} waits for approval; agentchat approvals lists those that do.\n"
    assert again.returncode == 2


def test_with_run_it_goes_on_at_once(tmp_path):
    session, _ = asked(tmp_path)
    with terminal(tmp_path, "approve", session, "--run") as program:
        program.wait_for(QUESTION)
        program.send(b"approve\n")
        program.wait_for("Created 'x.txt'")
        assert program.wait_for_exit() == 0
    assert (tmp_path / "x.txt").read_text() == "hello there"


def test_ctrl_c_leaves_the_call_waiting(tmp_path):
    session, call = asked(tmp_path)
    with terminal(tmp_path, "approve", session) as program:
        program.wait_for(QUESTION)
        program.send(b"\x03")
        assert program.wait_for_exit() == 1
        program.wait_for("Nothing was decided; the call still waits.")
    assert call in here(tmp_path, "approvals").stdout


def test_without_a_terminal_nothing_can_be_approved(tmp_path):
    session, call = asked(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "agentchat", "approve", session, call],
        env={**os.environ, **OFFLINE, "AGENTCHAT_HOME": str(tmp_path)},
        input="approve\n", capture_output=True, text=True, cwd=tmp_path, check=False, start_new_session=True,
    )  # fmt: skip
    assert (done.stdout, done.returncode) == ("", 2)
    assert done.stderr == "agentchat: Approving needs a terminal, and somebody at it who reads the call; run this command in one.\n"
    assert call in here(tmp_path, "approvals").stdout


def test_a_rejection_carries_its_reason_to_the_model(tmp_path):
    session, _ = asked(tmp_path)
    done = here(tmp_path, "reject", session, "--reason", "use another file", "--run")
    assert done.returncode == 0
    assert "use another file" in done.stdout
    items = [row.item for row in read_chat(tmp_path / "data" / "agentchat.db", session).rows]
    assert [item["output"] for item in items if item.get("type") == "function_call_output"][-1] == "use another file"


def test_a_name_that_means_no_call_or_several_is_answered_with_what_there_is(tmp_path):
    session, call = asked(tmp_path)
    done = here(tmp_path, "reject", session, "zz")
    assert done.stderr == f"agentchat: No call of {session} that waits is 'zz'; there is: {call} write_file.\n"
    assert done.returncode == 2
    assert here(tmp_path, "reject", "nowhere").stderr.startswith("agentchat: There is no conversation 'nowhere'")


def test_a_decision_leaves_what_stands_in_the_prompt(tmp_path):
    session, _ = asked(tmp_path)
    here(tmp_path, "run", "-r", session, "what then?")
    assert here(tmp_path, "reject", session).returncode == 0
    saved = read_chat(tmp_path / "data" / "agentchat.db", session)
    assert (saved.prompt, [entry.unfinished for entry in list_sessions(tmp_path / "data" / "agentchat.db")]) == ("what then?", [True])


def test_a_file_that_changed_after_the_call_was_approved_is_not_written_and_asked_about_again(tmp_path):
    session, _ = asyncio.run(_asked(tmp_path, 'write "hello there" to x.txt', approve=True))
    (tmp_path / "x.txt").write_text("mine")
    done = here(tmp_path, "run", "-r", session)
    assert (tmp_path / "x.txt").read_text() == "mine"
    assert (done.returncode, "this was approved, but would not do any more what was shown then" in done.stderr) == (3, True)
    assert here(tmp_path, "approvals").stdout.count("write_file") == 1


def test_what_was_approved_in_a_folder_that_is_gone_does_not_run_in_another_one(tmp_path):
    began, other = tmp_path / "began", tmp_path / "other"
    other.mkdir()
    began.mkdir()
    session, _ = asyncio.run(_asked(began, 'write "hello there" to x.txt', approve=True))
    began.rename(tmp_path / "moved")
    env = {**os.environ, **OFFLINE, "AGENTCHAT_HOME": str(tmp_path / "moved")}
    done = subprocess.run(
        [sys.executable, "-m", "agentchat", "run", "-r", session],
        env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=other, check=False,
    )  # fmt: skip
    assert (done.returncode, sorted(path.name for path in other.iterdir())) == (3, [])
    assert "this was approved, but would not do any more what was shown then" in done.stderr


def test_a_file_that_changes_while_the_call_is_read_keeps_it_waiting(tmp_path):
    session, call = asked(tmp_path)
    with terminal(tmp_path, "approve", session) as program:
        program.wait_for(QUESTION)
        (tmp_path / "x.txt").write_text("mine")
        program.send(b"approve\n")
        assert program.wait_for_exit() == 1
        program.wait_for("This call is not what was shown any more; look at it again.")
    assert call in here(tmp_path, "approvals").stdout


def test_a_question_is_answered_on_a_terminal_and_the_run_goes_on_with_the_answer(tmp_path):
    done = here(tmp_path, "run", "ask me which colour: red or blue")
    assert (done.returncode, "A call waits for an answer:" in done.stderr, "read and answer" in done.stderr) == (3, True, True)
    session = done.stderr.split("agentchat -r ")[-1].split()[0]
    with terminal(tmp_path, "approve", session, "--run") as program:
        program.wait_for("Type your answer, or the number of a choice")
        assert "Which colour?" in program.text
        program.send(b"2\n")
        program.wait_for("You answered: **blue**.")
        assert program.wait_for_exit() == 0
