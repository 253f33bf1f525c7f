"""kill -9 at each step of a turn, then the chat is opened again: nothing that was committed is lost, no tool runs twice."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agentchat.chat.status import Approve, RunAgain
from agentchat.chat.transcript.blocks import AnswerBlock, CallBlock, NoticeBlock, UserBlock
from agentchat.runtime.agents.agent import Agent
from agentchat.testing import ScriptedModel, assistant_message
from tests.chat.kill_child import FIRST_ANSWER, PLACES, setup_in
from tests.chat.lived import Front, blocks_when_reopened, first_frame, lines_of, opened

DONE = [assistant_message("done")]


@pytest.fixture(scope="module")
def program() -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "tests.chat.kill_child"]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=30) == 0


def run_and_kill(program: "subprocess.Popen[str]", folder: Path, place: str) -> None:
    assert program.stdin is not None
    assert program.stdout is not None
    program.stdin.write(f"{folder}\t{place}\n")
    pid, stood = program.stdout.readline().rstrip("\n").split(" ", 1)
    os.kill(int(pid), signal.SIGKILL)
    assert stood == place


def told(front: Front) -> list[str]:
    """Blocks in short: what was said, and how calls stand."""
    said: list[str] = []
    for block in front.blocks:
        match block:
            case UserBlock(text=text) | NoticeBlock(text=text):
                said.append(text)
            case AnswerBlock(text=text, ending=ending):
                said.append(text if ending == "complete" else f"{text} ({ending})")
            case CallBlock(state=state):
                said.append(state)
            case _:
                raise AssertionError(block)
    return said


FOUND = {
    "draft": ["Refund 1", "Let me refund that. (incomplete)"],
    "accept": ["Refund 1", "Let me refund that.", "proposed"],
    "decide": ["Refund 1", "Let me refund that.", "proposed"],
    "start": ["Refund 1", "Let me refund that.", "unknown"],
    "effect": ["Refund 1", "Let me refund that.", "unknown"],
    "finish": ["Refund 1", "Let me refund that.", "done"],
    "commit": ["Refund 1", "Let me refund that.", "done"],
}
GOES_ON_WITH = {
    "draft": "billing answers anew",
    "accept": "refund(order=1)",
    "decide": "refund(order=1)",
    "start": "billing is told what came of its calls",
    "effect": "billing is told what came of its calls",
    "finish": "billing is told what came of its calls",
    "commit": "billing answers",
}
ASKED_ABOUT = {"decide": ["approved, not run"], "start": ["outcome unknown"], "effect": ["outcome unknown"]}
EFFECTS_THEN = {"draft": 0, "accept": 0, "decide": 0, "start": 0, "effect": 1, "finish": 1, "commit": 1}
EFFECTS_IN_THE_END = {**EFFECTS_THEN, "draft": 1, "accept": 1, "decide": 1}


@pytest.mark.parametrize("place", PLACES)
async def test_a_killed_run_shows_where_it_stood_and_goes_on_when_told_to(
    program: "subprocess.Popen[str]", tmp_path: Path, place: str
) -> None:
    run_and_kill(program, tmp_path, place)
    assert len(lines_of(tmp_path / "refunds")) == EFFECTS_THEN[place]
    setup = setup_in(tmp_path, [FIRST_ANSWER, DONE] if place == "draft" else [DONE], place="decide" if place == "decide" else "")
    async with opened(tmp_path / "db", setup) as (chat, front):
        assert (front.status.phase, told(front)) == ("interrupted", FOUND[place])
        assert front.status.next_step == GOES_ON_WITH[place]
        assert [call.asks for call in front.pending.questions] == ASKED_ABOUT.get(place, [])
        await chat.settled()
        assert len(lines_of(tmp_path / "refunds")) == EFFECTS_THEN[place], "opening runs nothing"
        await chat.proceed()
        await chat.settled()
        end = "unknown" if place in {"start", "effect"} else "done"
        assert told(front) == ["Refund 1", "Let me refund that.", end, "done"]
        assert front.status.phase == "idle"
        lived = front.blocks
    assert len(lines_of(tmp_path / "refunds")) == EFFECTS_IN_THE_END[place]
    assert lived == await blocks_when_reopened(tmp_path / "db", setup) == first_frame(tmp_path / "db")
    _model(setup.team.first).assert_complete()


@pytest.mark.parametrize("place", ["start", "effect"])
async def test_a_call_that_a_killed_program_had_started_runs_again_once_and_only_at_the_persons_word(
    program: "subprocess.Popen[str]", tmp_path: Path, place: str
) -> None:
    run_and_kill(program, tmp_path, place)
    setup = setup_in(tmp_path, [DONE], place="")
    async with opened(tmp_path / "db", setup) as (chat, front):
        (call,) = front.pending.unsettled
        await chat.decide(call.key, RunAgain(call.digest))
        await chat.settled()
        line = "You let refund(order=1) run again; what came of it the first time is not known."
        assert sorted(told(front)) == sorted(["Refund 1", "Let me refund that.", "done", "done", line])
        lived = front.blocks
    assert len(lines_of(tmp_path / "refunds")) == EFFECTS_THEN[place] + 1
    assert lived == await blocks_when_reopened(tmp_path / "db", setup) == first_frame(tmp_path / "db")


async def test_a_question_is_back_after_a_kill_and_is_not_answered_by_itself(
    program: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    run_and_kill(program, tmp_path, "ask")
    async with opened(tmp_path / "db", setup_in(tmp_path, [DONE], place="ask")) as (chat, front):
        assert (front.status.phase, told(front)) == ("waiting", ["Refund 1", "Let me refund that.", "waiting"])
        await chat.proceed()
        await chat.settled()
        assert lines_of(tmp_path / "refunds") == []
        (call,) = front.pending.calls
        await chat.decide(call.key, Approve(call.digest))
        await chat.settled()
        assert told(front) == ["Refund 1", "Let me refund that.", "done", "done"]
    assert lines_of(tmp_path / "refunds") == ["1"]


ENDED = {
    "draft": [],
    "accept": ["stopped"],
    "decide": ["stopped"],
    "start": ["unknown"],
    "effect": ["unknown"],
    "finish": ["done"],
    "commit": ["done"],
}


@pytest.mark.parametrize("place", PLACES)
async def test_a_new_message_ends_a_killed_run_where_it_stood(
    program: "subprocess.Popen[str]", tmp_path: Path, place: str
) -> None:
    run_and_kill(program, tmp_path, place)
    setup = setup_in(tmp_path, [DONE], place="decide" if place == "decide" else "")
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.send("Never mind")
        await chat.settled()
        first = "Let me refund that. (incomplete)" if place == "draft" else "Let me refund that."
        left = "Left unfinished: a new message was sent instead."
        assert told(front) == ["Refund 1", first, *ENDED[place], left, "Never mind", "done"]
        lived = front.blocks
    assert len(lines_of(tmp_path / "refunds")) == EFFECTS_THEN[place]
    assert lived == await blocks_when_reopened(tmp_path / "db", setup) == first_frame(tmp_path / "db")
    asked = _model(setup.team.first).last_call
    assert asked is not None
    items = [item for item in asked.input if isinstance(item, dict)]
    calls = [item["call_id"] for item in items if item.get("type") == "function_call"]
    assert calls == [item["call_id"] for item in items if item.get("type") == "function_call_output"]


def _model(agent: Agent) -> ScriptedModel:
    assert isinstance(agent.model, ScriptedModel)
    return agent.model
