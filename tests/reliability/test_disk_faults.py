"""The n-th thing that is asked of the database fails, for every n: the chat lives, nothing is lost, nothing is done twice.

One conversation is lived again and again: a message, a question to the person, a tool that does something, an answer, the end. What was
refused is tried again when the disk is well, as a person would; in the end everything is as without the fault.
"""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from agentchat.chat.chat import Chat
from agentchat.chat.setup import ChatSetup
from agentchat.chat.status import Approve
from agentchat.chat.transcript.blocks import NoticeBlock
from agentchat.chat.transcript.changes import BlockAdded
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.values.exceptions_base import AgentsException
from agentchat.storage.store import SQLiteStore
from agentchat.testing import ModelStep, ScriptedModel, assistant_message, function_call
from tests.chat.lived import SESSION, Front, lines_of, setup_of, tool_that_writes
from tests.reliability.faulty_disk import FAULTS, Disk, on

QUESTION = "Refund order 1"
WHOLE = ["user", "function_call", "function_call_output", "message"]


def answer(call):
    """By what stands in the conversation, so that it does not matter how often it is asked for the same."""
    outputs = [item for item in call.input if item.get("type") == "function_call_output"]
    return [assistant_message("All is done.")] if outputs else [function_call("refund", {"order": 1}, call_id="c1")]


def setup_in(folder: Path) -> ChatSetup:
    model = ScriptedModel([ModelStep.respond(answer)] * 40)
    return setup_of(Agent(name="billing", model=model, tools=[tool_that_writes(folder / "refunds")]))


@dataclass
class Life:
    """What came of one conversation."""

    opened: bool = True
    unsaved: bool = False
    sentences: list[str] = field(default_factory=list)
    asked_again: int = 0


async def lived(folder: Path, disk: Disk) -> Life:
    """The conversation as a person has it who tries again when something failed; the disk is well when they do."""
    life, setup, front = Life(), setup_in(folder), Front()
    store = await SQLiteStore.open(folder / "db", SESSION, clock=setup.clock)
    chat = Chat(store, setup)
    try:
        await chat.open(front)
    except AgentsException as error:
        life.sentences.append(str(error))
        life.opened = False
    else:
        life.unsaved = bool(front.status.unsaved)
        await send(chat, front, disk)
        await carry_on(chat, front, disk, life)
    disk.closing = not disk.failed
    try:
        await chat.close()
    except AgentsException as error:
        life.sentences.append(str(error))
    shown = [*(seen.block for seen in front.seen if isinstance(seen, BlockAdded)), *front.blocks]
    life.sentences += [block.text for block in shown if isinstance(block, NoticeBlock)]
    return life


async def send(chat: Chat, front: Front, disk: Disk) -> None:
    await chat.send(QUESTION)
    await chat.settled()
    if front.unsent:
        disk.heal()
        await chat.send(front.unsent.pop())
        await chat.settled()
    assert not front.unsent or front.status.phase in {"waiting", "interrupted"}, "a text comes back only where a run goes on instead"


async def carry_on(chat: Chat, front: Front, disk: Disk, life: Life) -> None:
    """Says yes to what is asked, and goes on with what was interrupted, until the conversation is at rest."""
    for _ in range(6):
        if front.status.phase == "interrupted":
            disk.heal()
            await chat.proceed()
            await chat.settled()
        elif front.status.phase == "waiting":
            await approve(chat, front, disk, life)
    assert (front.status.phase, front.pending.calls) == ("idle", ())


async def approve(chat: Chat, front: Front, disk: Disk, life: Life) -> None:
    (call,) = front.pending.calls
    failed = disk.failed
    await chat.decide(call.key, Approve(call.digest))
    await chat.settled()
    if disk.failed > failed and front.status.phase == "waiting":
        (again,) = front.pending.calls
        assert (again.digest, again.asked) == (call.digest, call.asked + 1), "what was decided is asked about again"
        life.asked_again += 1
        disk.heal()


def stands(folder: Path) -> tuple[list[str], tuple[str]]:
    with closing(sqlite3.connect(folder / "db")) as db:
        items = [json.loads(text) for (text,) in db.execute("SELECT message_data FROM agent_messages ORDER BY id")]
        kinds = [item.get("type", "user") for item in items]
        return kinds, db.execute("PRAGMA integrity_check").fetchone()


async def whole_life(folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """How much is asked of a disk that is well."""
    disk = Disk()
    with on(disk, monkeypatch):
        life = await lived(folder, disk)
    assert (life.opened, life.sentences, lines_of(folder / "refunds")) == (True, [], ["1"])
    assert stands(folder) == (WHOLE, ("ok",))
    return disk.asked


EVERY = 5
"""In the quick form, so many operations lie between two that fail, each with another fault; the long form lets every one fail."""


async def test_whatever_fails_the_chat_lives_and_nothing_is_lost_or_done_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure
) -> None:
    count = await whole_life(tmp_path / "well", monkeypatch)
    some = range(1, count + 1, EVERY)
    lives = [await with_a_fault(tmp_path / str(n), n, list(FAULTS)[turn % len(FAULTS)], monkeypatch) for turn, n in enumerate(some)]
    told = (sum(life.asked_again for life in lives), sum(life.unsaved for life in lives), sum(not life.opened for life in lives))
    assert all(told), told
    figure(f"the n-th database operation of {count} fails: crashes 0, lost 0, done twice 0; {summary(told)}", n=len(some))


@pytest.mark.torture
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("lasting", [False, True], ids=["once", "until somebody tries again"])
async def test_every_fault_at_every_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure, fault: str, lasting: bool) -> None:
    count = await whole_life(tmp_path / "well", monkeypatch)
    lives = [await with_a_fault(tmp_path / str(n), n, fault, monkeypatch, lasting=lasting) for n in range(1, count + 1)]
    told = (sum(life.asked_again for life in lives), sum(life.unsaved for life in lives), sum(not life.opened for life in lives))
    figure(f"{fault}, {'lasting' if lasting else 'once'}, every n: crashes 0, lost 0, done twice 0; {summary(told)}", n=count)


def summary(told: tuple[int, int, int]) -> str:
    again, unsaved, unopened = told
    return f"{again} asked about again, {unsaved} unsaved from the start, {unopened} not opened"


async def with_a_fault(folder: Path, number: int, fault: str, monkeypatch: pytest.MonkeyPatch, *, lasting: bool = False) -> Life:
    disk = Disk(fails_at=number, code=FAULTS[fault], lasting=lasting)
    with on(disk, monkeypatch):
        life = await lived(folder, disk)
    case = (number, fault, life)
    assert not any("locked" in text or ("raw words" in text and "The disk failed" not in text) for text in life.sentences), case
    assert lines_of(folder / "refunds") == ["1"] * life.opened, case
    if life.opened and not life.unsaved:
        kinds, sound = stands(folder)
        assert sound == ("ok",), case
        assert kinds in (WHOLE, ["user", *WHOLE]), case  # a message whose run could not begin was sent once more
        # Waiting for another program that is in nobody's way for long is nothing to tell of.
        assert life.sentences or disk.closing or fault == "in use", case
    return life
