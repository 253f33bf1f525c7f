"""Approving from outside: `agentchat approvals`, `approve` and `reject`, on real files, and on a real terminal where one is needed."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from agentchat.assembly import assemble
from agentchat.chat.options import Options
from agentchat.chat.short_keys import short_key
from agentchat.chat.status import Pending
from agentchat.storage.reader import list_sessions, read_chat
from tests.chat.lived import TickingClock
from tests.command_line import OFFLINE, ROOT, run
from tests.pty_terminal import PtyTerminal

QUESTION = 'Type "approve" to let this call run once; anything else leaves it waiting:'
MORE = b"enter shows more"


async def asked(home: Path, prompt: str = 'write "hello there" to x.txt') -> tuple[str, str]:
    """A conversation in which a call waits: its id, and the call's short name. Made here, because a process takes its time to start."""
    state, pendings = home / "state", []
    state.mkdir(exist_ok=True)
    options = Options(home / "data" / "agentchat.db", home, home / "config" / "agents.toml", state / "trusted.jsonl", model="offline")
    before = {entry.session_id for entry in list_sessions(options.database)}
    chat = await assemble(options, clock=TickingClock())
    await chat.open(lambda update: pendings.append(update) if isinstance(update, Pending) else None)
    await chat.send(prompt)
    await chat.settled()
    await chat.close()
    (call,) = pendings[-1].calls
    (session_id,) = {entry.session_id for entry in list_sessions(options.database)} - before  # times are in seconds: they tell nothing
    return session_id, short_key(call.key)


def terminal(home: Path, *arguments: str, rows: int = 40, columns: int = 100) -> PtyTerminal:
    env = {**OFFLINE, "AGENTCHAT_HOME": str(home), "PYTHONPATH": str(ROOT)}
    return PtyTerminal([sys.executable, "-m", "agentchat", *arguments], cwd=home, columns=columns, rows=rows, env=env)


async def test_what_waits_in_all_conversations_is_listed(tmp_path):
    assert run(tmp_path, "approvals").stdout == "No call waits for approval.\n"
    first, first_call = await asked(tmp_path)
    second, second_call = await asked(tmp_path, 'write "a\x1b[2J" to y.txt')
    run(tmp_path, "run", "what is 2 + 3?")
    done = run(tmp_path, "approvals")
    head, *rows = done.stdout.splitlines()
    assert head.split() == ["SESSION", "CALL", "SINCE", "AGENT", "TOOL"]
    assert [re.sub(r"  \d{4}-\d\d-\d\d \d\d:\d\d  ", " ", row) for row in rows] == [
        f'{first}  {first_call} writer  write_file(path="x.txt", content="hello there")',
        f'{second}  {second_call} writer  write_file(path="y.txt", content="a\\u001b[2J")',
    ]


async def test_a_call_that_is_approved_on_a_terminal_runs_when_the_conversation_goes_on(tmp_path):
    session, call = await asked(tmp_path)
    with terminal(tmp_path, "approve", session[:5], call[:4]) as program:
        program.wait_for(QUESTION)
        for part in ("write_file  called by writer", 'path     "x.txt"', "+ hello there"):
            assert part in program.text
        program.send(b"approve\n")
        assert program.wait_for_exit() == 0
        assert f"It goes on with: agentchat run -r {session}".encode() in program.output
    assert not (tmp_path / "x.txt").exists()
    assert run(tmp_path, "approvals").stdout == "No call waits for approval.\n"
    done = run(tmp_path, "run", "-r", session)
    assert (done.returncode, (tmp_path / "x.txt").read_text()) == (0, "hello there")
    again = run(tmp_path, "reject", session)
    assert again.stderr == f"agentchat: No call of {session} waits for approval; agentchat approvals lists those that do.\n"
    assert again.returncode == 2


async def test_with_run_it_goes_on_at_once(tmp_path):
    session, _ = await asked(tmp_path)
    with terminal(tmp_path, "approve", session, "--run") as program:
        program.wait_for(QUESTION)
        program.send(b"approve\n")
        program.wait_for("Created 'x.txt'")
        assert program.wait_for_exit() == 0
    assert (tmp_path / "x.txt").read_text() == "hello there"


@pytest.mark.parametrize("typed", [b"approved\n", b"\x04", b"\x03"], ids=repr)
async def test_anything_but_the_word_leaves_the_call_waiting(tmp_path, typed):
    session, call = await asked(tmp_path)
    with terminal(tmp_path, "approve", session) as program:
        program.wait_for(QUESTION)
        program.send(typed)
        assert program.wait_for_exit() == 1
        program.wait_for("Nothing was decided; the call still waits.")
    assert call in run(tmp_path, "approvals").stdout


async def test_what_was_typed_before_the_call_stood_there_is_no_yes(tmp_path):
    session, call = await asked(tmp_path)
    with terminal(tmp_path, "approve", session) as program:
        program.send(b"approve\n")
        program.wait_for(QUESTION)
        program.send(b"no\n")
        assert program.wait_for_exit() == 1
    assert call in run(tmp_path, "approvals").stdout


async def test_a_call_that_is_longer_than_the_terminal_is_shown_page_by_page(tmp_path):
    session, _ = await asked(tmp_path, 'write "' + "word " * 200 + '" to x.txt')
    with terminal(tmp_path, "approve", session, rows=12, columns=60) as program:
        turned = 0
        while b"Type " not in program.output:
            program.wait_until(lambda asked=turned: program.output.count(MORE) > asked or b"Type " in program.output)
            if b"Type " not in program.output:
                turned += 1
                program.send(b"\n")
        program.send(b"approve\n")
        assert program.wait_for_exit() == 0
    shown = re.findall(rb"-- (\d+)-(\d+) of (\d+) lines", program.output)
    assert turned == len(shown) > 2
    assert [int(first) for first, _, _ in shown] == list(range(1, int(shown[-1][1]), 9))
    assert int(shown[-1][1]) < int(shown[-1][2]) <= int(shown[-1][1]) + 9
    assert len(re.findall(rb"(?<=[ \"+])word", program.output)) >= 200


async def test_without_a_terminal_nothing_can_be_approved(tmp_path):
    session, call = await asked(tmp_path)
    done = subprocess.run(  # noqa: ASYNC221 - nothing else is to happen meanwhile
        [sys.executable, "-m", "agentchat", "approve", session, call],
        env={**os.environ, **OFFLINE, "AGENTCHAT_HOME": str(tmp_path)},
        input="approve\n", capture_output=True, text=True, cwd=tmp_path, check=False, start_new_session=True,
    )  # fmt: skip
    assert (done.stdout, done.returncode) == ("", 2)
    assert done.stderr == "agentchat: Approving needs a terminal, and somebody at it who reads the call; run this command in one.\n"
    assert call in run(tmp_path, "approvals").stdout


async def test_a_rejection_carries_its_reason_to_the_model(tmp_path):
    session, _ = await asked(tmp_path)
    done = run(tmp_path, "reject", session, "--reason", "use another file", "--run")
    assert done.returncode == 0
    assert "use another file" in done.stdout
    items = [row.item for row in read_chat(tmp_path / "data" / "agentchat.db", session).rows]
    assert [item["output"] for item in items if item.get("type") == "function_call_output"][-1] == "use another file"


async def test_a_name_that_means_no_call_or_several_is_answered_with_what_there_is(tmp_path):
    session, call = await asked(tmp_path)
    done = run(tmp_path, "reject", session, "zz")
    assert done.stderr == f"agentchat: No call of {session} that waits is 'zz'; there is: {call} write_file.\n"
    assert done.returncode == 2
    assert run(tmp_path, "reject", "nowhere").stderr.startswith("agentchat: There is no conversation 'nowhere'")


async def test_a_decision_leaves_what_stands_in_the_prompt(tmp_path):
    session, _ = await asked(tmp_path)
    run(tmp_path, "run", "-r", session, "what then?")
    assert run(tmp_path, "reject", session).returncode == 0
    saved = read_chat(tmp_path / "data" / "agentchat.db", session)
    assert (saved.prompt, [entry.unfinished for entry in list_sessions(tmp_path / "data" / "agentchat.db")]) == ("what then?", [True])


async def test_a_file_that_changed_after_the_call_was_approved_is_not_written(tmp_path):
    session, _ = await asked(tmp_path)
    with terminal(tmp_path, "approve", session) as program:
        program.wait_for(QUESTION)
        program.send(b"approve\n")
        assert program.wait_for_exit() == 0
    (tmp_path / "x.txt").write_text("mine")
    done = run(tmp_path, "run", "-r", session)
    assert (tmp_path / "x.txt").read_text() == "mine"
    assert "denied: The user approved this call, but it would not do any more what the user was shown" in done.stderr


async def test_a_file_that_changes_while_the_call_is_read_keeps_it_waiting(tmp_path):
    session, call = await asked(tmp_path)
    with terminal(tmp_path, "approve", session) as program:
        program.wait_for(QUESTION)
        (tmp_path / "x.txt").write_text("mine")
        program.send(b"approve\n")
        assert program.wait_for_exit() == 1
        program.wait_for("This call is not what was shown any more; look at it again.")
    assert call in run(tmp_path, "approvals").stdout
