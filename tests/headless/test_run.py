"""One message followed to its rest: a real chat on a real file. What a process does with signals and pipes is tested with the command."""

import asyncio
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agentchat.chat.chat import Chat
from agentchat.chat.deciding.policy import Rule
from agentchat.chat.setup import ChatSetup
from agentchat.chat.spending import Price, Spending
from agentchat.chat.status import Approve
from agentchat.config.errors import Unusable
from agentchat.headless.happenings import Asked, CallEnded, Happening, Noticed, Result, Started, TextCame
from agentchat.headless.run import NOBODY_THERE, HeadlessRun, Outcome, Terms
from agentchat.headless.signals import Signals
from agentchat.headless.streams import Streams
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.function_tool import function_tool
from agentchat.runtime.declarations.tool import CallPreview
from agentchat.runtime.values.usage import Usage
from agentchat.storage.reader import list_sessions, read_chat
from agentchat.storage.store import SQLiteStore
from agentchat.testing import ModelStep, assistant_message, function_call
from tests.chat.lived import SESSION, lines_of, opened, scripted, setup_of, tool_that_writes

NOBODY_DECIDES, REFUSING = Terms(), Terms("reject")
REFUND = [function_call("refund", {"order": 1}, call_id="call_1")]


class Listener:
    def __init__(self) -> None:
        self.told: list[Happening] = []

    def tell(self, happening: Happening) -> None:
        self.told.append(happening)


@pytest.fixture
def streams() -> Iterator[Streams]:
    reading, writing = os.pipe()
    yield Streams(writing, writing)
    os.close(reading)
    os.close(writing)


def shop(path: Path, *steps: Any, **more: Any) -> ChatSetup:
    return setup_of(Agent(name="triage", model=scripted(*steps), tools=[tool_that_writes(path.with_name("refunds"))]), **more)


async def followed(
    path: Path, setup: ChatSetup, prompt: str, streams: Streams, *, terms: Terms = NOBODY_DECIDES, number: int = 0
) -> tuple[Outcome, list[Happening]]:
    listener = Listener()
    with Signals() as signals:
        chat = Chat(await SQLiteStore.open(path, SESSION, clock=setup.clock), setup)
        run = HeadlessRun(chat, listener, streams, signals, terms=terms)
        if number:
            signals.first = number
        outcome = await run.follow(prompt)
    return outcome, listener.told


def kinds(told: list[Happening]) -> list[type[Happening]]:
    return [type(one) for one in told]


async def test_an_answer_is_told_from_its_start_to_its_result(tmp_path, streams):
    outcome, told = await followed(tmp_path / "db", shop(tmp_path / "db", [assistant_message("Hello.")]), "Hi", streams)
    assert {Started, TextCame, Result} == set(kinds(told))
    assert told[0] == Started(SESSION, "triage", "ScriptedModel", "", offline=False)
    assert told[-1] == outcome.result == Result("done", 0, SESSION, "Hello.", (), outcome.result.input_tokens, outcome.result.output_tokens)
    assert (outcome.is_kept, outcome.has_unsent, outcome.is_abandoned) == (True, False, False)


async def test_a_call_that_waits_already_keeps_a_message_from_being_sent(tmp_path, streams):
    setup = shop(tmp_path / "db", REFUND)
    first, _ = await followed(tmp_path / "db", setup, "Refund.", streams)
    second, told = await followed(tmp_path / "db", setup, "Well?", streams)
    assert [outcome.result.exit_status for outcome in (first, second)] == [3, 3]
    assert first.result.waiting == second.result.waiting
    assert (kinds(told), second.has_unsent) == ([Started, Asked, Result], True)
    assert read_chat(tmp_path / "db", SESSION).prompt == "Well?"


async def test_a_message_that_could_not_be_sent_does_not_come_back_once_it_was(tmp_path, streams):
    setup = shop(tmp_path / "db", REFUND, [assistant_message("No refund.")], [assistant_message("Well.")])
    for _ in range(2):
        await followed(tmp_path / "db", setup, "Well?", streams)
    assert read_chat(tmp_path / "db", SESSION).prompt == "Well?"
    outcome, told = await followed(tmp_path / "db", setup, "Well?", streams, terms=REFUSING)
    assert (outcome.result.status, outcome.result.text) == ("done", "Well.")
    assert [one.output for one in told if isinstance(one, CallEnded)] == [NOBODY_THERE]
    assert read_chat(tmp_path / "db", SESSION).prompt == ""
    assert lines_of(tmp_path / "refunds") == []


async def test_what_was_approved_before_runs_when_the_rest_is_rejected(tmp_path, streams):
    two = [*REFUND, function_call("refund", {"order": 2}, call_id="c2")]
    setup = shop(tmp_path / "db", two, [assistant_message("Well.")])
    await followed(tmp_path / "db", setup, "Refund both.", streams)
    async with opened(tmp_path / "db", setup) as (chat, front):
        _, second = front.pending.calls
        await chat.decide(second.key, Approve(second.digest), go_on=False)
    outcome, told = await followed(tmp_path / "db", setup, "", streams, terms=REFUSING)
    assert (outcome.result.status, outcome.result.text, lines_of(tmp_path / "refunds")) == ("done", "Well.", ["2"])
    assert [one.status for one in told if isinstance(one, CallEnded)] == ["rejected", "done"]


async def test_what_was_approved_in_another_folder_is_rejected_like_the_rest(tmp_path, streams):
    two = [*REFUND, function_call("refund", {"order": 2}, call_id="c2")]
    setup = shop(tmp_path / "db", two, [assistant_message("Well.")])
    await followed(tmp_path / "db", setup, "Refund both.", streams)
    async with opened(tmp_path / "db", replace(setup, folder="a")) as (chat, front):
        _, second = front.pending.calls
        await chat.decide(second.key, Approve(second.digest), go_on=False)
    outcome, told = await followed(tmp_path / "db", replace(setup, folder="b"), "", streams, terms=REFUSING)
    assert (outcome.result.status, outcome.result.text, lines_of(tmp_path / "refunds")) == ("done", "Well.", [])
    assert [one.status for one in told if isinstance(one, CallEnded)] == ["rejected", "rejected"]


async def test_a_call_that_is_another_one_each_time_is_left_waiting_and_nothing_hangs(tmp_path, streams):
    looks: list[int] = []

    def look(arguments: dict[str, Any]) -> CallPreview:
        looks.append(1)
        return CallPreview("text", f"look {len(looks)}")

    def refund(order: int) -> str:
        """Refund an order."""
        return "refunded"

    tool = function_tool(refund, effects="changes", preview=look)
    setup = setup_of(Agent(name="triage", model=scripted(REFUND), tools=[tool]))
    outcome, _ = await followed(tmp_path / "db", setup, "Refund.", streams, terms=REFUSING)
    assert (outcome.result.status, len(outcome.result.waiting)) == ("waiting", 1)


@pytest.mark.parametrize(
    ("number", "status", "code"),
    [(signal.SIGTERM, "terminated", 143), (signal.SIGHUP, "terminated", 129), (signal.SIGINT, "interrupted", 130)],
)
async def test_a_signal_that_came_before_anything_was_sent_keeps_the_message(tmp_path, streams, number, status, code):
    outcome, told = await followed(tmp_path / "db", shop(tmp_path / "db"), "Hi", streams, number=number)
    assert (outcome.result.status, outcome.result.exit_status, kinds(told)) == (status, code, [Started, Result])
    assert read_chat(tmp_path / "db", SESSION).prompt == "Hi"


async def test_a_run_that_fails_says_why_and_a_run_out_of_turns_is_told_apart(tmp_path, streams):
    failed, told = await followed(tmp_path / "db", shop(tmp_path / "db", ValueError("no luck")), "Hi", streams)
    assert (failed.result.status, failed.result.exit_status) == ("failed", 1)
    assert Noticed("no luck", is_error=True) in told
    setup = shop(tmp_path / "two", REFUND, max_turns=1)
    out_of_turns, _ = await followed(tmp_path / "two", setup, "Hi", streams, terms=REFUSING)
    assert (out_of_turns.result.status, out_of_turns.result.exit_status) == ("out of turns", 4)


async def test_without_a_prompt_there_must_be_something_to_go_on_with(tmp_path, streams):
    setup = shop(tmp_path / "db", [assistant_message("Hello.")])
    with pytest.raises(Unusable, match="There is nothing to go on with"):
        await followed(tmp_path / "db", setup, "", streams)
    async with opened(tmp_path / "db", setup) as (_, front):
        assert front.blocks == ()


async def test_a_run_that_uses_up_its_tokens_ends_with_the_model_call_that_did(tmp_path, streams):
    first = ModelStep(REFUND, usage=Usage(requests=1, input_tokens=60, output_tokens=50))
    setup = shop(tmp_path / "db", first, [assistant_message("Refunded.")], rules=(Rule("refund", "allow", "agents.toml allows it"),))
    outcome, told = await followed(tmp_path / "db", setup, "Refund.", streams, terms=Terms(tokens=100))
    assert (outcome.result.status, outcome.result.exit_status, outcome.result.text) == ("out of tokens", 4, None)
    assert {one.status for one in told if isinstance(one, CallEnded)} <= {"stopped", "done"}
    assert (outcome.result.input_tokens, outcome.result.output_tokens) == (60, 50)
    saved = read_chat(tmp_path / "db", SESSION)
    assert (saved.open_run, [row.item.get("type") for row in saved.rows][1:3]) == (None, ["function_call", "function_call_output"])


async def test_a_run_that_was_done_with_its_last_token_is_done(tmp_path, streams):
    step = ModelStep([assistant_message("Hello.")], usage=Usage(requests=1, input_tokens=60, output_tokens=50))
    outcome, _ = await followed(tmp_path / "db", shop(tmp_path / "db", step), "Hi", streams, terms=Terms(tokens=100))
    assert (outcome.result.status, outcome.result.text) == ("done", "Hello.")


async def test_a_run_whose_time_is_over_ends_in_the_middle_of_an_answer(tmp_path, streams):
    step = ModelStep.in_chunks(["Half", " an answer"], gate=asyncio.Event())
    outcome, _ = await followed(tmp_path / "db", shop(tmp_path / "db", step), "Hi", streams, terms=Terms(seconds=0.05))
    assert (outcome.result.status, outcome.result.exit_status) == ("out of time", 4)
    assert read_chat(tmp_path / "db", SESSION).open_run is None


async def test_a_run_that_has_cost_what_it_may_ends_with_the_model_call_that_did(tmp_path, streams):
    first = ModelStep(REFUND, usage=Usage(requests=1, input_tokens=60, output_tokens=50))
    rules = (Rule("refund", "allow", "agents.toml allows it"),)
    setup = shop(tmp_path / "db", first, [assistant_message("Refunded.")], rules=rules)
    setup = replace(setup, spending=Spending(Price(1_000, 1_000, 10_000), is_whole=True))
    outcome, _ = await followed(tmp_path / "db", setup, "Refund.", streams, terms=Terms(cost=0.5))
    assert (outcome.result.status, outcome.result.exit_status, outcome.result.text) == ("out of budget", 4, None)
    assert outcome.result.cost == pytest.approx(0.56)


async def test_a_limit_on_a_cost_that_nobody_knows_is_refused_before_anything_is_said(tmp_path, streams):
    setup = shop(tmp_path / "db", [assistant_message("Hello.")])
    with pytest.raises(Unusable, match=r"known only where agents\.toml has a price for each model"):
        await followed(tmp_path / "db", setup, "Hi", streams, terms=Terms(cost=0.5))
    assert list_sessions(tmp_path / "db") == ()


@pytest.mark.parametrize(("is_given", "patience"), [(True, 30.0), (False, 0.0)])
async def test_a_conversation_that_is_open_elsewhere_is_asked_for_and_taken_when_it_is_not_given(tmp_path, streams, is_given, patience):
    path, gate = tmp_path / "db", asyncio.Event()
    setup = shop(path, ModelStep.in_chunks(["half ", "an answer"], gate=gate), [assistant_message("Well.")])
    async with opened(path, setup) as (owner, front):
        await owner.send("Hello")
        gate.set()
        await front.until(lambda front: front.status.phase == "running" and len(front.blocks) > 1)
        taking = asyncio.create_task(followed(path, setup, "And now?", streams, terms=Terms(take_over=patience)))
        while not (front.status.wanted_by or front.status.read_only):
            await owner.refresh()
            await asyncio.sleep(0.01)
        if is_given:
            gate.set()
            await owner.settled()
        while not front.status.read_only:
            await owner.refresh()
            await asyncio.sleep(0.01)
        outcome, _ = await taking
        assert (outcome.result.status, outcome.result.text) == ("done", "Well.")
        assert ("half an answer" in str([row.item for row in read_chat(path, SESSION).rows])) is is_given


async def test_a_conversation_of_ones_own_is_taken_from_nobody(tmp_path, streams):
    setup = shop(tmp_path / "db", [assistant_message("Well.")])
    outcome, _ = await followed(tmp_path / "db", setup, "Hello", streams, terms=Terms(take_over=0.0))
    assert (outcome.result.status, outcome.result.text) == ("done", "Well.")
