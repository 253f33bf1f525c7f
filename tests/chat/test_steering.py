"""What a person changes between two messages: who answers, and what decides about calls."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from agentchat.chat.transcript.blocks import AnswerBlock
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.values.exceptions import UserError
from agentchat.storage.reader import read_chat
from agentchat.testing import ModelStep, assistant_message, function_call
from tests.chat.lived import SESSION, Front, lines_of, opened, scripted, setup_of, tool_that_writes


def speakers(front: Front) -> list[str]:
    return [block.agent for block in front.blocks if isinstance(block, AnswerBlock)]


@pytest.mark.parametrize("returns", [False, True])
async def test_the_chosen_agent_gets_the_next_message(tmp_path: Path, returns: bool) -> None:
    model = scripted([assistant_message("1")], [assistant_message("2")], [assistant_message("3")])
    setup = setup_of(Agent(name="triage", model=model), Agent(name="billing", model=model))
    setup = replace(setup, team=replace(setup.team, returns=returns))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.send("a")
        await chat.settled()
        await chat.choose_agent("billing")
        assert read_chat(tmp_path / "db", SESSION).agent == "billing"
        for text in "bc":
            await chat.send(text)
            await chat.settled()
        assert front.status.agents == ("triage", "billing")
        assert speakers(front) == ["triage", "billing", "triage" if returns else "billing"]


async def test_choosing_before_the_first_word_stores_nothing(tmp_path: Path) -> None:
    setup = setup_of(Agent(name="triage", model=scripted()), Agent(name="billing", model=scripted([assistant_message("1")])))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.choose_agent("billing")
        assert read_chat(tmp_path / "db", SESSION).agent is None
        await chat.send("a")
        await chat.settled()
        assert speakers(front) == ["billing"]


async def test_nobody_else_is_chosen_during_a_run_and_nobody_unknown_ever(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with opened(tmp_path / "db", setup_of(Agent(name="triage", model=scripted(ModelStep.in_chunks(["a"], gate=gate))))) as (chat, _):
        with pytest.raises(UserError, match=r"There is no agent 'nobody'; there are triage\."):
            await chat.choose_agent("nobody")
        await chat.send("a")
        with pytest.raises(UserError, match="once the run is over"):
            await chat.choose_agent("triage")
        gate.set()
        await chat.settled()


async def test_the_mode_holds_from_the_next_call_on(tmp_path: Path) -> None:
    refund = [function_call("refund", {"order": 1}, call_id="c")]
    model = scripted(refund, [assistant_message("1")], refund, [assistant_message("2")])
    agent = Agent(name="triage", model=model, tools=[tool_that_writes(tmp_path / "refunds")])
    async with opened(tmp_path / "db", setup_of(agent)) as (chat, front):
        await chat.change_mode("auto")
        await chat.send("a")
        await chat.settled()
        assert (lines_of(tmp_path / "refunds"), front.status.mode) == (["1"], "auto")
        await chat.change_mode("read-only")
        await chat.send("b")
        await chat.settled()
        assert (lines_of(tmp_path / "refunds"), front.status.mode) == (["1"], "read-only")
