"""A conversation that is open twice: one chat writes, the other shows, refuses, follows, and takes over when it is told to."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agentchat.chat.chat import Chat
from agentchat.chat.setup import ChatSetup
from agentchat.chat.status import Approve, Pending, Reject
from agentchat.chat.transcript.blocks import AnswerBlock, CallBlock, NoticeBlock, UserBlock
from agentchat.headless.desk import Desk
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.function_tool import function_tool
from agentchat.storage.store import SQLiteStore
from agentchat.testing import ModelStep, assistant_message, function_call
from agentchat.tools.registry import resolve_tool
from agentchat.tools.setting import ToolSetting
from tests.chat.kill_child import HurriedClock
from tests.chat.lived import SESSION, Front, blocks_when_reopened, lines_of, opened, scripted, setup_of, tool_that_writes
from tests.reliability.faulty_disk import Disk, on
from tests.tools.families import FAMILY, Holders


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


HERE = f"pid {os.getpid()}"
TAKEN = "has taken this conversation over, and goes on with it."


async def taken_over(by: Chat, owner: Chat) -> None:
    """Asked for, and let go when the owner looks the next time."""
    asking = asyncio.create_task(by.take_over())
    while not asking.done():
        await owner.refresh()
        await asyncio.sleep(0.01)


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
        await taken_over(reader, owner)
        (call,) = view.pending.calls
        assert call == asked
        assert (front.pending, front.status.read_only) == (Pending(), f"Another process ({HERE}) {TAKEN}"), "it learns of it by itself"
        await owner.decide(asked.key, Approve(asked.digest))
        await owner.settled()
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
        await thief.take_over(by_force=True)
        gate.set()
        await owner.settled()
        assert front.status.read_only == f"Another process ({HERE}) {TAKEN}"
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


async def test_one_that_is_busy_says_with_what_and_lets_go_when_its_run_rests(tmp_path: Path) -> None:
    gate = asyncio.Event()
    setup = billing(tmp_path, ModelStep.in_chunks(["half ", "an answer"], gate=gate))
    async with opened(tmp_path / "db", setup) as (owner, front), opened(tmp_path / "db", setup) as (reader, view):
        await owner.send("Hello")
        gate.set()
        await front.until(lambda f: told(f) == ["Hello", "half "])
        await reader.take_over()
        assert view.status.is_asked
        why = f"Another process ({HERE}) is busy: an answer is being written. The conversation comes here after that."
        assert view.status.read_only == why
        await owner.refresh()
        assert (front.status.wanted_by, front.status.read_only, front.status.phase) == (HERE, "", "running")
        gate.set()
        await owner.settled()
        await reader.refresh()
        assert view.status.read_only != "", "it is asked for, not taken"
        await owner.refresh()
        assert (front.status.read_only, front.status.wanted_by) == (f"Another process ({HERE}) {TAKEN}", "")
        await owner.refresh()
        assert front.status.read_only, "what was let go is nobody else's, also while its new owner has not looked"
        await reader.refresh()
        assert (view.status.read_only, view.status.is_asked, told(view)[:2]) == ("", False, ["Hello", "half an answer"])


async def test_a_second_word_takes_it_from_one_that_is_busy_whose_run_ends_quietly(tmp_path: Path) -> None:
    gate = asyncio.Event()
    setup = billing(tmp_path, ModelStep.in_chunks(["half ", "an answer"], gate=gate))
    async with opened(tmp_path / "db", setup) as (owner, front), opened(tmp_path / "db", setup) as (reader, view):
        await owner.send("Hello")
        gate.set()
        await front.until(lambda f: told(f) == ["Hello", "half "])
        await owner.send("Another thing")
        await reader.take_over()
        await reader.take_over()
        assert (view.status.read_only, view.status.phase) == ("", "interrupted")
        await owner.refresh()
        await owner.settled()
        assert front.status.read_only == f"Another process ({HERE}) {TAKEN}", "it learns of it by itself"
        assert (front.unsent, front.status.queued) == (["Another thing"], ())
        assert [block.level for block in front.blocks if isinstance(block, NoticeBlock) and block.level == "error"] == []


@pytest.mark.parametrize("background", [False, True])
async def test_a_command_ends_with_its_children_when_another_process_takes_the_conversation(tmp_path: Path, background: bool) -> None:
    holders, setting = Holders(tmp_path), ToolSetting(root=tmp_path)
    call = function_call("run_command", {"argv": ["sh", "-c", FAMILY], "background": background}, call_id="c1")
    agent = Agent(name="worker", model=scripted([call], DONE), tools=[resolve_tool("run_command", setting)])
    setup = replace(setup_of(agent), resources=(setting.jobs.aclose,))
    async with opened(tmp_path / "db", setup) as (owner, front), opened(tmp_path / "db", setup_of(agent)) as (reader, view):
        await owner.send("Go")
        await owner.settled()
        (asked,) = front.pending.calls
        await owner.decide(asked.key, Approve(asked.digest))
        await holders.are_up("up", "deaf")
        if background:
            await owner.settled()
            await taken_over(reader, owner)
        else:
            await reader.take_over()
            await reader.take_over()
            await owner.refresh()
            await owner.settled()
        assert (view.status.read_only, bool(front.status.read_only)) == ("", True)
        await holders.are_gone()
        # The run does not wait for a command that ends slowly; this loop must.
        await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)


async def test_one_that_wishes_and_dies_leaves_the_conversation_to_who_has_it(tmp_path: Path) -> None:
    async with both(tmp_path, REFUND, DONE) as (owner, front, reader, _):
        asking = asyncio.create_task(reader.take_over())
        await asyncio.sleep(0)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        await reader.close()
        await owner.refresh()
        await owner.refresh()
        assert (front.status.read_only, front.status.phase, len(front.pending.calls)) == ("", "waiting", 1)


async def test_a_call_that_runs_elsewhere_is_shown_as_running_and_an_answer_grows(tmp_path: Path) -> None:
    gate, begun = asyncio.Event(), asyncio.Event()
    go_on = asyncio.Event()

    async def wait() -> str:
        """Waits."""
        begun.set()
        await go_on.wait()
        return "waited"

    answer = ModelStep.in_chunks(["one ", "two ", "three"], gate=gate)
    model = scripted([function_call("wait", {}, call_id="w")], answer)
    setup = replace(setup_of(Agent(name="a", model=model, tools=[function_tool(wait, effects="none")])), clock=HurriedClock())
    async with opened(tmp_path / "db", setup) as (owner, front), opened(tmp_path / "db", setup) as (reader, view):
        await owner.send("Wait")
        await begun.wait()
        await reader.refresh()
        assert (told(view), view.status.phase) == (["Wait", "running"], "idle")
        await reader.take_over()
        assert "is busy: wait() runs." in view.status.read_only
        go_on.set()
        gate.set()
        await front.until(lambda f: told(f)[-1] == "one ")
        await reader.refresh()
        gate.set()
        await front.until(lambda f: told(f)[-1] == "one two ")
        await reader.refresh()
        last = view.blocks[-1]
        assert isinstance(last, AnswerBlock)
        assert (told(view)[1], last.text, last.ending) == ("done", "one two ", "open")
        gate.set()
        await owner.settled()
        await reader.refresh()
        assert view.blocks == front.blocks


@asynccontextmanager
async def outside(folder: Path) -> AsyncIterator[Desk]:
    """As `agentchat approve` has it."""
    setup = billing(folder)
    desk = Desk(Chat(await SQLiteStore.open_to_decide(folder / "db", SESSION, clock=setup.clock), setup))
    await desk.open()
    try:
        yield desk
    finally:
        await desk.close()


@pytest.mark.parametrize("decision", [Approve, Reject])
async def test_a_decision_from_outside_is_taken_and_the_run_goes_on_where_the_conversation_is_open(
    tmp_path: Path, decision: type[Approve] | type[Reject]
) -> None:
    setup = billing(tmp_path, REFUND, DONE)
    async with opened(tmp_path / "db", setup) as (owner, front):
        await owner.send("Refund 1")
        await owner.settled()
        async with outside(tmp_path) as desk:
            (call,) = desk.waiting
            assert await desk.decide(call, decision(call.digest)) == ""
            assert (desk.owner, desk.waiting) == (HERE, ())
            assert lines_of(tmp_path / "refunds") == [], "nothing runs there"
        await owner.refresh()
        await owner.settled()
        assert (front.pending.questions, front.status.phase, front.status.ended) == ((), "idle", "done")
        word, ran, state = ("Approved", ["1"], "done") if decision is Approve else ("Rejected", [], "rejected")
        assert lines_of(tmp_path / "refunds") == ran
        assert told(front) == ["Refund 1", state, f"{word} from outside, by another process ({HERE}): refund(order=1)", "done"]
        lived = front.blocks
    assert lived == await blocks_when_reopened(tmp_path / "db", setup)


async def test_of_two_decisions_the_first_counts_and_the_other_one_is_told(tmp_path: Path) -> None:
    async with both(tmp_path, REFUND, DONE) as (owner, front, _, _view):
        (call,) = front.pending.calls
        async with outside(tmp_path) as desk, outside(tmp_path) as other:
            assert await desk.decide(call, Reject(call.digest, "no")) == ""
            why = await other.decide(call, Approve(call.digest))
            assert why.startswith("This call was decided already; the first decision stands. Rejected from outside")
            await owner.decide(call.key, Approve(call.digest))
            await owner.settled()
            assert "This call was decided already; the first decision stands." in told(front)
            assert await other.decide(call, Approve(call.digest)) == "This call does not wait for a decision any more; nothing was changed."
        assert (lines_of(tmp_path / "refunds"), front.status.phase) == ([], "idle")


async def test_of_two_calls_one_is_decided_from_outside_and_the_other_one_waits_on(tmp_path: Path) -> None:
    two = [*REFUND, function_call("refund", {"order": 2}, call_id="c2")]
    async with both(tmp_path, two, DONE) as (owner, front, _, _view):
        first, second = front.pending.calls
        async with outside(tmp_path) as desk:
            assert await desk.decide(first, Approve(first.digest)) == ""
        await owner.refresh()
        assert (front.pending.calls, front.pending.unsettled, front.status.phase) == ((second,), (), "waiting")
        await owner.decide(second.key, Approve(second.digest))
        await owner.settled()
        assert sorted(lines_of(tmp_path / "refunds")) == ["1", "2"]


async def test_without_an_owner_what_was_approved_from_outside_is_asked_about_by_the_next_one(tmp_path: Path) -> None:
    async with both(tmp_path, REFUND, DONE) as (owner, front, reader, _):
        (call,) = front.pending.calls
        await reader.close()
        await owner.close()
        async with outside(tmp_path) as desk:
            assert await desk.decide(call, Approve(call.digest)) == ""
            assert desk.owner == ""
    async with opened(tmp_path / "db", billing(tmp_path, DONE)) as (_, front):
        assert [call.asks for call in front.pending.questions] == ["approved, not run"]
    assert lines_of(tmp_path / "refunds") == []
