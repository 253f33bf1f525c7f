"""A journal that fails, that has gone on, or that is slow while somebody stops the run."""

import asyncio
from typing import Any

import pytest

from agentchat import Agent, RunConfig, Runner, RunState, UserError, function_tool
from agentchat.models.response_events import new_response, response_events
from agentchat.runtime.ports.journal import Approved
from agentchat.runtime.values.keys import CallKey, Scope
from agentchat.testing import ModelStep, ScriptedModel, assistant_message, function_call
from tests.runtime.running.journals import (
    FailingJournal,
    HeldClock,
    RecordingJournal,
    SlowJournal,
    all_events,
    assert_told_is_stored,
)
from tests.runtime.running.runs import noting


def _note(text: str, call_id: str) -> Any:
    return function_call("note", {"text": text}, call_id=call_id)


def _agent(seen: list[str], *steps: Any, asks: bool = False) -> Agent[Any]:
    return Agent(name="A", tools=[noting(seen, needs_approval=asks)], model=ScriptedModel(steps))


async def _asked(seen: list[str]) -> tuple[Agent[Any], RecordingJournal]:
    """An agent, and the journal of its run that waits for a person."""
    agent, journal = _agent(seen, [_note("x", "c1")], [assistant_message("done")], asks=True), RecordingJournal()
    await all_events(Runner.run_streamed(agent, "hi", run_config=RunConfig(run_journal=journal)))
    return agent, journal


async def test_a_state_that_the_journal_has_gone_on_from_is_refused_and_writes_nothing() -> None:
    seen: list[str] = []
    agent, journal = await _asked(seen)
    stale = await RunState.recall(agent, journal, journal.run_id)
    stale.approve(stale.get_interruptions()[0])
    await all_events(Runner.run_streamed(agent, stale, run_config=RunConfig(run_journal=journal)))
    rows = await journal.inner.get_items()
    with pytest.raises(UserError, match=r"has gone on since its state was taken; load the state again with RunState\.recall"):
        await all_events(Runner.run_streamed(agent, stale, run_config=RunConfig(run_journal=journal)))
    assert (await journal.inner.get_items(), seen) == (rows, ["x"])


async def test_a_run_that_began_without_the_journal_is_refused() -> None:
    agent = _agent([], [_note("x", "c1")], asks=True)
    result = await Runner.run(agent, "hi")
    with pytest.raises(UserError, match="is not in the run_journal"):
        await Runner.run(agent, result.to_state(), run_config=RunConfig(run_journal=RecordingJournal()))


async def test_a_journal_that_cannot_be_read_leaves_the_questions_open() -> None:
    agent, before = await _asked([])
    state = await RunState.recall(agent, before, before.run_id)
    journal = FailingJournal(lambda said: said == "recall")
    journal.inner = before.inner
    with pytest.raises(OSError, match="disk full at recall"):
        await all_events(Runner.run_streamed(agent, state, run_config=RunConfig(run_journal=journal)))
    again = await RunState.recall(agent, before, before.run_id)
    assert [item.call_id for item in again.get_interruptions()] == ["c1"]


@pytest.mark.parametrize("word", ["recall", "get", "begin", "accept", "start", "finish", "commit goes", "commit final"])
@pytest.mark.parametrize("done", [True, False])
async def test_a_journal_that_fails_ends_the_run_with_its_error_and_is_written_to_no_more(word: str, done: bool) -> None:
    seen: list[str] = []
    agent = _agent(seen, [_note("x", "c1")], [assistant_message("done")])
    journal = FailingJournal(lambda said: said.startswith(word), done=done)
    result = Runner.run_streamed(agent, "hi", run_config=RunConfig(run_journal=journal))
    with pytest.raises(OSError, match=f"disk full at {word.split(' ', maxsplit=1)[0]}"):
        await all_events(result)
    assert journal.asked[-1].startswith(word)
    if word in {"recall", "get"} or (word == "begin" and not done):
        return
    journal = RecordingJournal(journal.inner)
    agent.model = ScriptedModel([[_note("x", "c1")], [assistant_message("done")]][len(await _responses(journal, result)) :])
    state = await RunState.recall(agent, journal, result.to_state().run_id)
    await all_events(Runner.run_streamed(agent, state, run_config=RunConfig(run_journal=journal)))
    kinds = [row.get("type", "user") for row in await journal.inner.get_items()]
    assert kinds == ["user", "function_call", "function_call_output", "message"]
    assert len(seen) <= 1


async def _responses(journal: RecordingJournal, result: Any) -> range:
    recalled = await journal.inner.recall(Scope(result.to_state().run_id))
    return range(0 if recalled is None else recalled.checkpoint.response)


async def test_an_error_is_told_even_when_it_cannot_be_written() -> None:
    journal = FailingJournal(lambda said: said.startswith("commit"))
    with pytest.raises(ValueError, match="boom") as caught:
        await all_events(Runner.run_streamed(_agent([], ValueError("boom")), "hi", run_config=RunConfig(run_journal=journal)))
    assert caught.value.__notes__ == ["What the turn had brought could not be written: disk full at commit"]


async def test_a_stop_that_cannot_be_written_is_an_error() -> None:
    journal = FailingJournal(lambda said: said.startswith("commit"))
    model = ScriptedModel([ModelStep.in_chunks(["a", "b"], gate=asyncio.Event())])
    result = Runner.run_streamed(Agent(name="A", model=model), "hi", run_config=RunConfig(run_journal=journal))
    await journal.until_asked("begin user")
    for _ in range(10):
        await asyncio.sleep(0)
    result.cancel()
    with pytest.raises(OSError, match="disk full at commit"):
        await all_events(result)


@pytest.mark.parametrize("word", ["begin", "accept", "start", "finish", "commit goes", "commit final", "draft"])
async def test_a_stop_during_a_write_lets_it_end_and_tells_of_it(word: str) -> None:
    journal, clock = SlowJournal(word), HeldClock()

    seen: list[str] = []
    agent = _agent(seen, [_note("x", "c1")], ModelStep.respond(lambda call: [assistant_message("done")]))
    if word == "draft":
        agent.model = ScriptedModel([ModelStep.in_chunks(["a", "b"], gate=_open_and_moving(clock))])
    result = Runner.run_streamed(agent, "hi", run_config=RunConfig(run_journal=journal, clock=clock))
    events = asyncio.create_task(all_events(result))
    await journal.reached.wait()
    result.cancel()
    result.cancel()
    await asyncio.sleep(0)
    journal.gate.set()
    await assert_told_is_stored(await events, journal)
    rows = await journal.inner.get_items()
    calls = [row["call_id"] for row in rows if row.get("type") == "function_call"]
    assert [row["call_id"] for row in rows if row.get("type") == "function_call_output"] == calls
    assert (result.final_output == "done") is (word == "commit final")
    if word == "start":
        assert (seen, rows[2]["output"]) == ([], "Stopped by the user before it ran.")


def _open_and_moving(clock: HeldClock) -> asyncio.Event:
    class Moving(asyncio.Event):
        async def wait(self) -> Any:
            clock.move(1)

    return Moving()


async def test_a_second_stop_does_not_break_off_the_writing_of_the_first() -> None:
    journal = SlowJournal("commit stopped")
    model = ScriptedModel([ModelStep.in_chunks(["a", "b"], gate=asyncio.Event())])
    result = Runner.run_streamed(Agent(name="A", model=model), "hi", run_config=RunConfig(run_journal=journal))
    events = asyncio.create_task(all_events(result))
    await journal.until_asked("begin user")
    for _ in range(10):
        await asyncio.sleep(0)
    result.cancel()
    await journal.reached.wait()
    result.cancel()
    await asyncio.sleep(0)
    assert not result.run_loop_task.done()
    journal.gate.set()
    await assert_told_is_stored(await events, journal)
    assert journal.asked[-1] == "commit stopped:"


async def test_the_owner_of_a_plain_run_may_cancel_it() -> None:
    journal, running = RecordingJournal(), asyncio.Event()

    @function_tool
    async def slow() -> str:
        """Waits."""
        running.set()
        await asyncio.Event().wait()
        return ""

    agent = Agent(name="A", tools=[slow], model=ScriptedModel([[function_call("slow", "{}", call_id="c1")]]))
    task = asyncio.create_task(Runner.run(agent, "hi", run_config=RunConfig(run_journal=journal)))
    await running.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert journal.asked[-1] == "commit stopped: function_call function_call_output"


async def test_the_edit_of_an_approved_call_takes_its_place_once_live_and_recalled() -> None:
    seen: list[str] = []
    agent, journal = await _asked(seen)
    key = CallKey(Scope(journal.run_id), 1, 0)
    assert await journal.inner.decide(key, Approved(arguments='{"text":"y"}'))
    state = await RunState.recall(agent, journal, journal.run_id)
    crashing = FailingJournal(lambda said: said.startswith("commit"))
    crashing.inner = journal.inner
    with pytest.raises(OSError, match="disk full"):
        await all_events(Runner.run_streamed(agent, state, run_config=RunConfig(run_journal=crashing)))
    events = await all_events(
        Runner.run_streamed(agent, await RunState.recall(agent, journal, journal.run_id), run_config=RunConfig(run_journal=journal))
    )
    rows = await journal.inner.get_items()
    assert (seen, rows[1]["arguments"], rows[2]["output"]) == (["y"], '{"text":"y"}', "noted y")
    fact = next(event.facts[0] for event in events if getattr(event, "facts", ()))
    assert (fact.edited, fact.given, fact.verdict) == (True, '{"text":"x"}', "approved")


async def test_a_call_allowed_by_a_rule_that_fails_keeps_its_ending_over_a_crash() -> None:
    @function_tool
    def broken() -> str:
        """Breaks."""
        raise ValueError("no")

    agent = Agent(name="A", tools=[broken], model=ScriptedModel([[function_call("broken", "{}", call_id="c1")], [assistant_message("x")]]))
    dying = FailingJournal(lambda said: said.startswith("commit"))
    result = Runner.run_streamed(agent, "hi", run_config=RunConfig(run_journal=dying))
    with pytest.raises(OSError, match="disk full"):
        await all_events(result)
    journal = RecordingJournal(dying.inner)
    state = await RunState.recall(agent, journal, result.to_state().run_id)
    events = await all_events(Runner.run_streamed(agent, state, run_config=RunConfig(run_journal=journal)))
    facts = next(event.facts for event in events if getattr(event, "facts", ()))
    assert [fact.ending for fact in facts] == ["complete", "failed"]


async def test_a_stop_while_a_failure_is_written_does_not_hide_the_failure() -> None:
    journal = SlowJournal("commit failed")
    result = Runner.run_streamed(_agent([], ValueError("boom")), "hi", run_config=RunConfig(run_journal=journal))
    events = asyncio.create_task(all_events(result))
    await journal.reached.wait()
    result.cancel()
    await asyncio.sleep(0)
    journal.gate.set()
    with pytest.raises(ValueError, match="boom"):
        await events


@pytest.mark.parametrize(("breaks", "text"), [(False, "It went wrong; try again."), (True, "boom")])
async def test_what_is_stored_of_an_error_is_worded_by_the_run_where_it_can(breaks: bool, text: str) -> None:
    def words(error: Exception) -> str:
        if breaks:
            raise RuntimeError("no words")
        return "It went wrong; try again."

    journal = RecordingJournal()
    config = RunConfig(run_journal=journal, describe_error=words)
    with pytest.raises(ValueError, match="boom"):
        await all_events(Runner.run_streamed(_agent([], ValueError("boom")), "hi", run_config=config))
    assert (await journal.inner.load()).facts[-1].fact.text == text  # type: ignore[union-attr]


async def test_a_model_that_swallows_a_stop_is_stopped_at_its_next_word() -> None:
    waiting = asyncio.Event()

    async def deaf(call: Any) -> Any:
        whole = list(response_events([assistant_message("Hello")], new_response("r", model="m"), usage=None))
        for event in whole:
            if event.type == "response.output_text.delta":
                try:
                    waiting.set()
                    await asyncio.Event().wait()
                except asyncio.CancelledError:
                    pass
            yield event

    journal = RecordingJournal()
    agent = Agent(name="A", model=ScriptedModel([ModelStep.stream(deaf)]))
    result = Runner.run_streamed(agent, "hi", run_config=RunConfig(run_journal=journal))
    events = asyncio.create_task(all_events(result))
    await waiting.wait()
    result.cancel()
    await assert_told_is_stored(await events, journal)
    assert journal.asked[-1] == "commit stopped: message"
