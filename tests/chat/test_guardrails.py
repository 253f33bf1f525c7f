"""Guardrails as a person sees them: a trip is a line of its own, what it held back is gone, and the text comes back to be changed."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from agentchat import (
    AgentsException,
    GuardrailFunctionOutput,
    InputGuardrail,
    OutputGuardrail,
    ToolGuardrailFunctionOutput,
    ToolInputGuardrail,
    ToolOutputGuardrail,
    ToolOutputGuardrailData,
    function_tool,
)
from agentchat.chat.transcript.activity import lines_of
from agentchat.chat.transcript.blocks import AnswerBlock, Block, CallBlock, NoticeBlock
from agentchat.runtime.agents.agent import Agent
from agentchat.storage.store import SQLiteStore
from agentchat.testing import ModelStep, assistant_message, function_call
from tests.chat.lived import Front, blocks_when_reopened, first_frame, lookup, opened, scripted, setup_of


async def no(*_: object) -> GuardrailFunctionOutput:
    return GuardrailFunctionOutput(None, tripwire_triggered=True)


def kinds(blocks: Sequence[Block]) -> list[str]:
    return [type(block).__name__.removesuffix("Block") for block in blocks]


async def lived(path: Path, agent: Agent[Any]) -> tuple[tuple[Block, ...], Front]:
    """A message to the agent, and what is shown then, which is what is shown when the chat is opened again."""
    setup = setup_of(agent)
    async with opened(path, setup) as (chat, front):
        await chat.send("Where is 1?")
        await chat.settled()
        blocks = front.blocks
        assert front.status.phase == "idle"
    assert blocks == await blocks_when_reopened(path, setup) == first_frame(path)
    return blocks, front


async def test_a_message_that_is_stopped_shows_why_and_comes_back(tmp_path: Path) -> None:
    agent = Agent(name="triage", model=scripted(), input_guardrails=[InputGuardrail(no, "strict", run_in_parallel=False)])
    blocks, front = await lived(tmp_path / "db", agent)
    assert kinds(blocks) == ["User", "Notice"]
    notice = blocks[1]
    assert isinstance(notice, NoticeBlock)
    assert (notice.level, notice.text) == (
        "warning",
        "The input guardrail 'strict' stopped this message; change it and send it again.",
    )
    assert [line.glyph for line in lines_of(notice)] == ["⚠"]
    assert front.unsent == ["Where is 1?"]


async def test_an_answer_that_streamed_and_was_held_back_is_gone(tmp_path: Path) -> None:
    model = scripted(ModelStep.in_chunks(["It is ", "in Berlin."]))
    setup = setup_of(Agent(name="triage", model=model, output_guardrails=[OutputGuardrail(no, "strict")]))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.send("Where is 1?")
        await front.until(lambda f: "Answer" in kinds(f.blocks))
        await chat.settled()
        blocks = front.blocks
    assert kinds(blocks) == ["User", "Notice"]
    assert blocks[1].text == "The output guardrail 'strict' held the answer back; ask for something else."  # type: ignore[union-attr]
    assert blocks == await blocks_when_reopened(tmp_path / "db", setup) == first_frame(tmp_path / "db")


async def test_a_call_whose_output_was_to_be_the_answer_shows_the_placeholder(tmp_path: Path) -> None:
    agent = Agent(
        name="triage",
        model=scripted([function_call("lookup", {"order": 1}, call_id="c1")]),
        tools=[function_tool(lookup, effects="reads")],
        tool_use_behavior="stop_on_first_tool",
        output_guardrails=[OutputGuardrail(no, "strict")],
    )
    blocks, _ = await lived(tmp_path / "db", agent)
    assert kinds(blocks) == ["User", "Call", "Notice"]
    assert [(block.state, block.output) for block in blocks if isinstance(block, CallBlock)] == [
        ("done", "Output withheld by an output guardrail.")
    ]


@pytest.mark.parametrize(
    ("guardrails", "shown"),
    [
        (
            {"tool_input_guardrails": [ToolInputGuardrail(lambda _: ToolGuardrailFunctionOutput.reject_content("Not now."), "strict")]},
            ("denied", "denied: the guardrail 'strict'", "Not now."),
        ),
        (
            {"tool_output_guardrails": [ToolOutputGuardrail(lambda _: ToolGuardrailFunctionOutput.reject_content("Somewhere."), "strict")]},
            ("done", "", "Somewhere."),
        ),
    ],
)
async def test_a_rejection_stands_at_its_call(tmp_path: Path, guardrails: Any, shown: tuple[str, str, str]) -> None:
    model = scripted([function_call("lookup", {"order": 1}, call_id="c1")], [assistant_message("Sorry.")])
    agent = Agent(name="triage", model=model, tools=[function_tool(lookup, effects="reads", **guardrails)])
    blocks, _ = await lived(tmp_path / "db", agent)
    assert kinds(blocks) == ["User", "Call", "Answer"]
    assert [(block.state, block.verdict, block.output) for block in blocks if isinstance(block, CallBlock)] == [shown]


async def test_an_output_that_no_guardrail_has_seen_is_not_shown_after_a_crash_and_not_sent_with_the_next_message(tmp_path: Path) -> None:
    looking = asyncio.Event()

    async def look(data: ToolOutputGuardrailData) -> ToolGuardrailFunctionOutput:
        looking.set()
        await asyncio.Event().wait()
        raise AssertionError

    tool = function_tool(lookup, effects="reads", tool_output_guardrails=[ToolOutputGuardrail(look)])
    model = scripted([function_call("lookup", {"order": 1}, call_id="c1")], [assistant_message("Hello.")])
    setup = setup_of(Agent(name="triage", model=model, tools=[tool]))
    async with opened(tmp_path / "db", setup, store_type=CrashingStore) as (chat, front):
        await chat.send("Where is 1?")
        await looking.wait()
        CrashingStore.crashed = True
        await chat.stop()
        await chat.settled()
    CrashingStore.crashed = False
    async with opened(tmp_path / "db", setup) as (chat, front):
        calls = [block for block in front.blocks if isinstance(block, CallBlock)]
        assert [(call.state, call.output) for call in calls] == [("denied", "Output withheld by an output guardrail.")]
        await chat.send("Never mind")
        await chat.settled()
    outputs = [item["output"] for item in model.calls[-1].input if item.get("type") == "function_call_output"]  # type: ignore[union-attr]
    assert outputs == ["Output withheld by an output guardrail."]


class CrashingStore(SQLiteStore):
    """Loses what is to be committed, as a program that is killed does."""

    crashed = False

    async def commit(self, *given: Any, **more: Any) -> None:
        if self.crashed:
            raise AgentsException("The program was killed.")
        await super().commit(*given, **more)


@pytest.mark.parametrize("killed", [True, False], ids=["killed", "stopped"])
async def test_an_answer_that_no_guardrail_has_let_pass_is_no_row_and_not_sent_with_the_next_message(tmp_path: Path, killed: bool) -> None:
    looking = asyncio.Event()

    async def look(*_: object) -> GuardrailFunctionOutput:
        looking.set()
        await asyncio.Event().wait()
        raise AssertionError

    model = scripted([assistant_message("A secret.")], [assistant_message("Hello.")])
    agent = Agent(name="triage", model=model, output_guardrails=[OutputGuardrail(look)])
    setup = setup_of(agent)
    async with opened(tmp_path / "db", setup, store_type=CrashingStore) as (chat, front):
        await chat.send("Where is 1?")
        await looking.wait()
        CrashingStore.crashed = killed
        await chat.stop()
        await chat.settled()
    CrashingStore.crashed = False
    async with opened(tmp_path / "db", setup) as (chat, front):
        assert "Answer" not in kinds(front.blocks)
        agent.output_guardrails = []
        await chat.send("Never mind")
        await chat.settled()
        assert [block.text for block in front.blocks if isinstance(block, AnswerBlock)] == ["Hello."]
    assert [item["content"] for item in model.calls[-1].input] == ["Where is 1?", "Never mind"]  # type: ignore[union-attr]
