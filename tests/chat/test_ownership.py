"""A conversation that is open twice: one chat writes, the other shows, refuses, follows, and takes over when it is told to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from agentchat.chat.blocks import AnswerBlock, CallBlock, NoticeBlock, UserBlock
from agentchat.chat.chat import Chat
from agentchat.chat.setup import ChatSetup
from agentchat.chat.status import Approve, Pending
from agentchat.runtime.agents.agent import Agent
from agentchat.storage.store import SQLiteStore
from agentchat.testing import ModelStep, assistant_message, function_call
from tests.chat.lived import SESSION, Front, blocks_when_reopened, lines_of, opened, scripted, setup_of, tool_that_writes
from tests.reliability.faulty_disk import Disk, on


def told(front: Front) -> list[str]:
    """Texts and how calls stand."""
    said = []
    for block in front.blocks:
        match block:
            case UserBlock(text=text) | AnswerBlock(text=text) | NoticeBlock(text=text):
                said.append(text)
            case CallBlock(state=state):
                said.append(state)
    return said


def billing(folder: Path, *steps: Any) -> ChatSetup:
    return setup_of(Agent(name="billing", model=scripted(*steps), tools=[tool_that_writes(folder / "refunds")]))


REFUND = [function_call("refund", {"order": 1}, call_id="c1")]
DONE = [assistant_message("done")]


@asynccontextmanager
async def both(folder: Path, *steps: Any) -> AsyncIterator[tuple[Chat, Front, Chat, Front]]:
    """A chat that has said "Refund 1", and a second one on the same conversation."""
    setup = billing(folder, *steps)
    async with opened(folder / "db", setup) as (owner, front):
        await owner.send("Refund 1")
        await owner.settled()
        async with opened(folder / "db", setup) as (reader, view):
            yield owner, front, reader, view


async def test_the_second_one_shows_the_conversation_and_refuses_with_a_sentence(tmp_path: Path) -> None:
    async with both(tmp_path, REFUND, DONE) as (_, front, reader, view):
        why = view.status.read_only
        assert why.startswith("This conversation is open in another process (pid ")
        assert (view.status.may_take_over, view.status.phase, front.status.read_only) == (True, "waiting", "")
        assert told(view) == told(front) == ["Refund 1", "waiting"]
        assert view.pending == Pending(), "nothing can be decided here"
        (call,) = front.pending.calls
        await reader.decide(call.key, Approve(call.digest))
        await reader.proceed()
        await reader.send("Hello?")
        await reader.settled()
        assert view.unsent == ["Hello?"]
        assert told(view) == ["Refund 1", "waiting", why, why]
        assert lines_of(tmp_path / "refunds") == []


async def test_the_second_one_follows_what_the_first_one_writes(tmp_path: Path) -> None:
    async with both(tmp_path, REFUND, DONE) as (owner, front, reader, view):
        await reader.refresh()
        seen = len(view.seen)
        await reader.refresh()
        assert len(view.seen) == seen, "nothing was written, nothing is told"
        (call,) = front.pending.calls
        await owner.decide(call.key, Approve(call.digest))
        await owner.settled()
        await reader.refresh()
        assert view.blocks == front.blocks
        assert (view.status.phase, lines_of(tmp_path / "refunds")) == ("idle", ["1"])


async def test_when_the_first_one_leaves_the_second_one_goes_on(tmp_path: Path) -> None:
    async with both(tmp_path, REFUND, DONE) as (owner, _, reader, view):
        await reader.refresh()
        await owner.close()
        await reader.refresh()
        assert (view.status.read_only, view.status.phase) == ("", "waiting")
        (call,) = view.pending.calls
        await reader.decide(call.key, Approve(call.digest))
        await reader.settled()
        assert told(view) == ["Refund 1", "done", "done"]
        assert lines_of(tmp_path / "refunds") == ["1"]


async def test_taking_over_brings_the_question_along_and_leaves_the_first_one_reading(tmp_path: Path) -> None:
    async with both(tmp_path, REFUND, DONE) as (owner, front, reader, view):
        (asked,) = front.pending.calls
        await reader.take_over()
        (call,) = view.pending.calls
        assert call == asked
        await owner.decide(asked.key, Approve(asked.digest))
        await owner.settled()
        assert front.pending == Pending()
        assert front.status.read_only.startswith("This conversation is open in another process")
        assert lines_of(tmp_path / "refunds") == [], "the one that lost it decides nothing"
        await reader.decide(call.key, Approve(call.digest))
        await reader.settled()
        assert (told(view), lines_of(tmp_path / "refunds")) == (["Refund 1", "done", "done"], ["1"])
        await owner.refresh()
        assert told(front)[:3] == ["Refund 1", "done", "done"]


async def test_a_run_that_goes_on_while_it_is_taken_over_starts_nothing_more(tmp_path: Path) -> None:
    gate = asyncio.Event()
    setup = billing(tmp_path, ModelStep.in_chunks(["half ", "an answer"], gate=gate))
    async with opened(tmp_path / "db", setup) as (owner, front):
        await owner.send("Hello")
        gate.set()
        await front.until(lambda f: told(f) == ["Hello", "half "])
        thief = await SQLiteStore.open(tmp_path / "db", SESSION, clock=setup.clock)
        await thief.take_over()
        gate.set()
        await owner.settled()
        assert front.status.read_only.startswith("This conversation is open in another process")
        assert [block.text for block in front.blocks if isinstance(block, NoticeBlock)] == [front.status.read_only]
        await thief.close()
    assert [type(block).__name__ for block in await blocks_when_reopened(tmp_path / "db", setup)][:1] == ["UserBlock"]


async def test_taking_over_what_is_ones_own_does_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path / "db", billing(tmp_path)) as (chat, front):
        seen = len(front.seen)
        await chat.take_over()
        await chat.refresh()
        assert len(front.seen) == seen


async def test_the_prompt_of_the_owner_is_not_given_to_a_reader_and_not_overwritten(tmp_path: Path) -> None:
    setup = billing(tmp_path)
    async with opened(tmp_path / "db", setup) as (chat, _):
        await chat.close("my draft")
    store = await SQLiteStore.open(tmp_path / "db", SESSION, clock=setup.clock)
    async with opened(tmp_path / "db", setup) as (reader, view):
        assert view.unsent == []
        await reader.close("another draft")
    assert (await store.load()).prompt == "my draft"
    await store.close()


async def test_an_unsaved_chat_says_so_and_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with on(Disk(fails_at=1, lasting=True), monkeypatch):
        async with opened(tmp_path / "db", billing(tmp_path, DONE)) as (chat, front):
            why = front.status.unsaved
            assert why.startswith("What is said here is not saved: The disk is full")
            await chat.send("Hello")
            await chat.settled()
            assert told(front) == [why, "Hello", "done"]
