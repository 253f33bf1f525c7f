"""The law of the transcript: a conversation that was lived and the same one opened again show the same blocks, field by field."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from agentchat.chat.status import Approve, Reject
from agentchat.chat.transcript.blocks import AnswerBlock, Block, CallBlock, HandoffBlock, NoticeBlock, UserBlock
from agentchat.runtime.agents.agent import Agent
from agentchat.testing import ModelStep, assistant_message, function_call, reasoning
from tests.chat.lived import (
    LOOKUP,
    blocks_when_reopened,
    first_frame,
    lines_of,
    opened,
    scripted,
    setup_of,
    tool_that_writes,
)


def kinds(blocks: Sequence[Block]) -> list[str]:
    return [type(block).__name__.removesuffix("Block") for block in blocks]


async def test_a_run_with_reasoning_and_parallel_tools(tmp_path: Path) -> None:
    calls = [function_call("lookup", {"order": n}, call_id=f"c{n}") for n in (1, 2)]
    model = scripted([reasoning("I look", "at both"), assistant_message("One moment."), *calls], [assistant_message("**Both** shipped.")])
    setup = setup_of(Agent(name="triage", model=model, tools=[LOOKUP]))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.send("Where are 1 and 2?")
        await chat.settled()
        lived = front.blocks
    assert kinds(lived) == ["User", "Reasoning", "Answer", "Call", "Call", "Answer"]
    assert [block.output for block in lived if isinstance(block, CallBlock)] == ["order 1 was shipped", "order 2 was shipped"]
    assert all(block.seconds and block.at for block in lived if isinstance(block, CallBlock))
    assert lived == await blocks_when_reopened(tmp_path / "db", setup) == first_frame(tmp_path / "db")


async def test_a_handoff_and_the_next_message_goes_to_the_one_who_took_over(tmp_path: Path) -> None:
    billing = Agent(name="billing", model=scripted([assistant_message("I am billing.")], [assistant_message("Still me.")]))
    triage = Agent(name="triage", model=scripted([function_call("transfer_to_billing", {}, call_id="h1")]), handoffs=[billing])
    setup = setup_of(triage)
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.send("A refund, please")
        await chat.send("And now?")
        await chat.settled()
        lived = front.blocks
        assert front.status.trail == ("triage", "billing")
    assert kinds(lived) == ["User", "Handoff", "Answer", "User", "Answer"]
    assert isinstance(lived[1], HandoffBlock)
    assert (lived[1].source, lived[1].target) == ("triage", "billing")
    assert isinstance(lived[3], UserBlock)
    assert lived[3].agent == "billing"
    assert lived == await blocks_when_reopened(tmp_path / "db", setup) == first_frame(tmp_path / "db")


async def test_two_calls_of_which_one_is_approved_and_one_rejected(tmp_path: Path) -> None:
    calls = [function_call("refund", {"order": n}, call_id=f"c{n}") for n in (1, 2)]
    model = scripted([*calls], [assistant_message("One of them.")])
    setup = setup_of(Agent(name="billing", model=model, tools=[tool_that_writes(tmp_path / "refunds")]))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.send("Refund 1 and 2")
        await chat.settled()
        assert front.status.phase == "waiting"
        assert front.blocks == first_frame(tmp_path / "db")
        first, second = front.pending.calls
        await chat.decide(first.key, Approve(first.digest))
        half_way = front.blocks
        await chat.decide(second.key, Reject(second.digest, reason="too late"))
        await chat.settled()
        lived = front.blocks
    assert isinstance(half_way[1], CallBlock)
    assert (half_way[1].state, half_way[1].verdict) == ("proposed", "approved by you")
    told = [(b.state, b.verdict, b.output) for b in lived if isinstance(b, CallBlock)]
    assert told == [("done", "approved by you", "refunded 1"), ("rejected", "rejected by you: too late", "too late")]
    assert lines_of(tmp_path / "refunds") == ["1"]
    assert lived == await blocks_when_reopened(tmp_path / "db", setup) == first_frame(tmp_path / "db")


async def test_a_stop_in_the_middle_of_an_answer(tmp_path: Path) -> None:
    gate = asyncio.Event()
    model = scripted(ModelStep.in_chunks(["The order ", "shipped ", "on"], gate=gate))
    setup = setup_of(Agent(name="triage", model=model))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.send("Where?")
        gate.set()
        await front.until(lambda f: len(f.blocks) == 2)
        gate.set()
        await front.until(lambda f: f.blocks[1].text == "The order shipped ")
        await chat.stop()
        await chat.settled()
        lived = front.blocks
        assert front.status.phase == "idle"
    assert kinds(lived) == ["User", "Answer", "Notice"]
    assert isinstance(lived[1], AnswerBlock)
    assert (lived[1].text, lived[1].ending) == ("The order shipped ", "incomplete")
    assert lived == await blocks_when_reopened(tmp_path / "db", setup) == first_frame(tmp_path / "db")


async def test_an_error_after_a_turn_that_succeeded(tmp_path: Path) -> None:
    model = scripted([function_call("lookup", {"order": 1}, call_id="c1")], RuntimeError("the server is down"))
    setup = setup_of(Agent(name="triage", model=model, tools=[LOOKUP]), explain=lambda error: f"{error}; try again.")
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.send("Where is 1?")
        await chat.settled()
        lived = front.blocks
        assert front.status.phase == "idle"
        assert front.unsent == []
    assert kinds(lived) == ["User", "Call", "Notice"]
    assert isinstance(lived[2], NoticeBlock)
    assert (lived[2].level, lived[2].text) == ("error", "the server is down; try again.")
    assert lived == await blocks_when_reopened(tmp_path / "db", setup) == first_frame(tmp_path / "db")


async def test_two_messages_whose_calls_have_the_same_id(tmp_path: Path) -> None:
    turns = [[[function_call("lookup", {"order": n}, call_id="same")], [assistant_message(f"{n} shipped")]] for n in (1, 2)]
    setup = setup_of(Agent(name="triage", model=scripted(*turns[0], *turns[1]), tools=[LOOKUP]))
    async with opened(tmp_path / "db", setup) as (chat, front):
        for text in ("Where is 1?", "Where is 2?"):
            await chat.send(text)
            await chat.settled()
        lived = front.blocks
    assert kinds(lived) == ["User", "Call", "Answer", "User", "Call", "Answer"]
    assert [b.output for b in lived if isinstance(b, CallBlock)] == ["order 1 was shipped", "order 2 was shipped"]
    assert lived == await blocks_when_reopened(tmp_path / "db", setup) == first_frame(tmp_path / "db")


async def test_a_stop_while_the_arguments_of_a_call_arrive_leaves_no_call(tmp_path: Path) -> None:
    gate = asyncio.Event()
    events = [event async for event in _events_of([reasoning("I will"), function_call("lookup", {"order": 1}, call_id="c1")])]

    async def cut(_: object) -> AsyncIterator[Any]:
        for event in events:
            if event.type == "response.function_call_arguments.done":
                await gate.wait()
            yield event

    setup = setup_of(Agent(name="triage", model=scripted(ModelStep.stream(cut)), tools=[LOOKUP]))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.send("Where is 1?")
        await front.until(lambda f: kinds(f.blocks) == ["User", "Reasoning", "Call"] and '"order"' in f.blocks[2].arguments)
        await chat.stop()
        await chat.settled()
        lived = front.blocks
    assert kinds(lived) == ["User", "Notice"]
    assert lived == await blocks_when_reopened(tmp_path / "db", setup) == first_frame(tmp_path / "db")


async def _events_of(output: object) -> AsyncIterator[Any]:
    arguments: Any = ("", [], None, [], None, [], None)
    async for event in scripted(output).stream_response(*arguments, previous_response_id=None, conversation_id=None, prompt=None):
        yield event
