"""What models were asked and answered is kept as it was, and a model notices nothing of it."""

from collections.abc import Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from agentchat.chat.inspecting import recording
from agentchat.chat.inspecting.recording import Recorder, TakeBody
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.agents.handoffs import handoff
from agentchat.testing import ModelStep, assistant_message, function_call
from tests.chat.lived import LOOKUP, opened, scripted, setup_of


def team(*steps: object) -> Agent:
    model = scripted(*steps)
    billing = Agent(name="billing", instructions="Be exact.", model=model, tools=[LOOKUP])
    return Agent(name="triage", instructions="Be brief.", model=model, handoffs=[handoff(billing)])


async def test_every_call_of_a_model_is_kept_with_its_agent_its_request_and_its_answer(tmp_path: Path) -> None:
    setup = setup_of(team([function_call("transfer_to_billing", {}, call_id="h")], [assistant_message("Done.")]))
    async with opened(tmp_path / "db", setup) as (chat, _):
        await chat.send("Where is 1?")
        await chat.settled()
    first, second = setup.recorder.exchanges
    assert [(one.agent, one.asked["instructions"]) for one in (first, second)] == [("triage", "Be brief."), ("billing", "Be exact.")]
    assert first.asked["input"] == [{"role": "user", "content": "Where is 1?"}]
    assert ([tool.name for tool in second.asked["tools"]], [one.agent_name for one in first.asked["handoffs"]]) == (["lookup"], ["billing"])
    assert second.answer.output[0].content[0].text == "Done."
    assert second.over is not None
    assert second.first is not None
    assert second.began <= second.first <= second.over


async def test_an_agent_that_runs_as_a_tool_is_kept_as_well(tmp_path: Path) -> None:
    helper = Agent(name="helper", model=scripted([assistant_message("42")]))
    outer = scripted([function_call("ask_helper", {"input": "6 * 7"}, call_id="c")], [assistant_message("It is 42.")])
    setup = setup_of(Agent(name="triage", model=outer, tools=[helper.as_tool("ask_helper", "Asks.")]))
    async with opened(tmp_path / "db", setup) as (chat, _):
        await chat.send("What is 6 * 7?")
        await chat.settled()
    assert [one.agent for one in setup.recorder.exchanges] == ["triage", "helper", "triage"]


async def test_a_call_that_failed_is_kept_with_its_error(tmp_path: Path) -> None:
    error = RuntimeError("The server is gone.")
    setup = setup_of(Agent(name="triage", model=scripted(ModelStep(error=error))))
    async with opened(tmp_path / "db", setup) as (chat, _):
        await chat.send("Hello")
        await chat.settled()
    (exchange,) = setup.recorder.exchanges
    assert (exchange.error, exchange.answer, exchange.is_broken_off) == (error, None, False)


async def test_older_requests_make_room_for_later_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "MOST_ITEMS", 8)  # the third request has five items, the second three
    setup = setup_of(Agent(name="triage", model=scripted(*([assistant_message(text)] for text in "abc"))))
    async with opened(tmp_path / "db", setup) as (chat, _):
        for text in "123":
            await chat.send(text)
            await chat.settled()
    assert [(one.number, one.size) for one in setup.recorder.exchanges] == [(2, 3), (3, 5)]


async def test_what_goes_over_the_wire_is_kept_with_the_call_that_it_is_sent_for(tmp_path: Path) -> None:
    sinks: list[TakeBody] = []

    @contextmanager
    def watch(take: TakeBody):
        sinks.append(take)
        take("/responses", {"model": "gpt-5", "number": len(sinks)})
        yield

    model = scripted([assistant_message("a")], [assistant_message("b")])
    setup = setup_of(Agent(name="triage", model=model), recorder=Recorder(watch=watch))
    async with opened(tmp_path / "db", setup) as (chat, _):
        for text in "12":
            await chat.send(text)
            await chat.settled()
    bodies: list[list[tuple[str, Mapping[str, Any]]]] = [one.bodies for one in setup.recorder.exchanges]
    assert bodies == [[("/responses", {"model": "gpt-5", "number": number})] for number in (1, 2)]


def test_a_watched_model_asks_the_model_itself_about_repetitions() -> None:
    model = scripted()
    watched = partial(Recorder().watched, clock=setup_of(Agent(name="a", model=model)).clock)(Agent(name="a"), model)
    assert watched.get_retry_advice(None) == model.get_retry_advice(None)  # type: ignore[arg-type]
