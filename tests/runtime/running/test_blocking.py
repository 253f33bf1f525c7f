"""What a journal holds of a run that a guardrail ended, and of one that a crash ended before the verdict."""

import asyncio
from typing import Any

import pytest

from agentchat import (
    Agent,
    CheckpointSaved,
    GuardrailFunctionOutput,
    InputGuardrail,
    InputGuardrailTripwireTriggered,
    OutputGuardrail,
    OutputGuardrailTripwireTriggered,
    RawResponsesStreamEvent,
    RunConfig,
    Runner,
    RunResultStreaming,
    RunState,
    function_tool,
)
from agentchat.runtime.values.events import RunEvent
from agentchat.runtime.values.facts import TurnFact
from agentchat.runtime.values.keys import Scope
from agentchat.testing import ModelStep, ScriptedModel, assistant_message, function_call, reasoning
from agentchat.testing_journal import InMemoryJournal
from tests.runtime.running.journals import (
    Crash,
    CrashingJournal,
    RecordingJournal,
    SlowJournal,
    all_events,
    assert_told_is_stored,
    read_into,
)
from tests.runtime.running.runs import add, noting

INPUT_NOTICE = "The input guardrail 'strict' stopped this message; change it and send it again."
OUTPUT_NOTICE = "The output guardrail 'strict' held the answer back; ask for something else."


def guard(*, trips: bool, after: asyncio.Event | None = None, beside: bool = True, asked: list[Any] | None = None) -> InputGuardrail[Any]:
    async def look(context: object, agent: Any, given: Any) -> GuardrailFunctionOutput:
        if asked is not None:
            asked.append(given)
        if after is not None:
            await after.wait()
        return GuardrailFunctionOutput(None, trips)

    return InputGuardrail(look, name="strict", run_in_parallel=beside)


async def no(*_: object) -> GuardrailFunctionOutput:
    return GuardrailFunctionOutput(None, tripwire_triggered=True)


STRICT = OutputGuardrail[Any](no, name="strict")
CALL = function_call("add", {"a": 1, "b": 2}, call_id="c1")
STEPS: list[Any] = [[function_call("note", {"text": "x"}, call_id="c1")], [assistant_message("done")]]


async def blocked(agent: Agent[Any]) -> tuple[RecordingJournal, RunResultStreaming, list[RunEvent]]:
    """A run that a guardrail ends; its events tell what is stored."""
    journal, events = RecordingJournal(), list[RunEvent]()
    result = Runner.run_streamed(agent, "hi", run_config=RunConfig(run_journal=journal))
    with pytest.raises((InputGuardrailTripwireTriggered, OutputGuardrailTripwireTriggered)):
        await read_into(events, result)
    await assert_told_is_stored(events, journal)
    assert [item.to_input_item() for item in result.new_items] == (await journal.get_items())[1:]
    saved = [event for event in events if isinstance(event, CheckpointSaved)]
    assert (saved[-1].ending, saved[-1].checkpoint.step) == ("blocked", "ended")
    return journal, result, events


async def notices(journal: RecordingJournal) -> list[tuple[str, str]]:
    return [(stored.fact.kind, stored.fact.text) for stored in (await journal.inner.load()).facts if isinstance(stored.fact, TurnFact)]


async def rows(journal: RecordingJournal) -> list[str]:
    return [row.get("output") or row.get("type") or row["role"] for row in await journal.get_items()]


async def test_an_answer_that_was_held_back_is_a_fact_and_no_row() -> None:
    agent = Agent(name="A", model=ScriptedModel([[reasoning("hm"), assistant_message("secret")]]), output_guardrails=[STRICT])
    journal, result, _ = await blocked(agent)
    assert await rows(journal) == ["user"]
    assert await notices(journal) == [("guardrail", OUTPUT_NOTICE)]
    assert (result.new_items, result.final_output) == ([], None)


async def test_turns_before_the_answer_stay() -> None:
    agent = Agent(name="A", tools=[add], model=ScriptedModel([[CALL], [assistant_message("secret")]]), output_guardrails=[STRICT])
    journal, _, _ = await blocked(agent)
    assert await rows(journal) == ["user", "function_call", "3"]


async def test_a_call_whose_output_was_to_be_the_answer_stays_without_it() -> None:
    thought, answer = reasoning("add", item_id="r1"), reasoning("say", item_id="r2")
    agent = Agent(
        name="A",
        tools=[add],
        tool_use_behavior="stop_on_first_tool",
        model=ScriptedModel([[answer, assistant_message("It is 3."), thought, CALL]]),
        output_guardrails=[STRICT],
    )
    journal, _, _ = await blocked(agent)
    assert await rows(journal) == ["user", "reasoning", "function_call", "Output withheld by an output guardrail."]
    assert (await journal.get_items())[1]["id"] == "r1"


async def test_a_partial_answer_to_a_blocked_input_is_no_row() -> None:
    gate, tripping = asyncio.Event(), asyncio.Event()
    gate.set()
    model = ScriptedModel([ModelStep.in_chunks(["Hello ", "world"], gate=gate)])
    journal = RecordingJournal()
    agent = Agent(name="A", model=model, input_guardrails=[guard(trips=True, after=tripping)])
    result = Runner.run_streamed(agent, "hi", run_config=RunConfig(run_journal=journal))

    async def trip_at_a_delta() -> None:
        async for event in result.run_events():
            if isinstance(event, RawResponsesStreamEvent) and event.data.type == "response.output_text.delta":
                tripping.set()

    with pytest.raises(InputGuardrailTripwireTriggered):
        await trip_at_a_delta()
    assert result.partial_output == "Hello "
    assert await rows(journal) == ["user"]
    assert await notices(journal) == [("guardrail", INPUT_NOTICE)]


async def test_an_answer_that_was_faster_than_the_verdict_is_no_row() -> None:
    after = asyncio.Event()

    async def answer(_: object) -> Any:
        asyncio.get_running_loop().call_soon(after.set)
        return [assistant_message("quick")]

    agent = Agent(name="A", model=ScriptedModel([ModelStep.respond(answer)]), input_guardrails=[guard(trips=True, after=after)])
    journal, _, _ = await blocked(agent)
    assert await rows(journal) == ["user"]
    assert await notices(journal) == [("guardrail", INPUT_NOTICE)]


async def test_calls_that_ran_before_the_verdict_stay() -> None:
    after = asyncio.Event()

    @function_tool
    async def work() -> str:
        """Works."""
        after.set()
        return "worked"

    model = ScriptedModel([[function_call("work", "{}", call_id="c1")]])
    agent = Agent(name="A", tools=[work], model=model, input_guardrails=[guard(trips=True, after=after)])
    journal, _, _ = await blocked(agent)
    assert await rows(journal) == ["user", "function_call", "worked"]
    assert len(model.calls) == 1


async def test_calls_that_did_not_start_say_so() -> None:
    ran: list[str] = []
    journal, after, model = SlowJournal("accept"), asyncio.Event(), ScriptedModel(STEPS[:1])
    agent = Agent(name="A", tools=[noting(ran)], model=model, input_guardrails=[guard(trips=True, after=after)])
    result, events = Runner.run_streamed(agent, "hi", run_config=RunConfig(run_journal=journal)), list[RunEvent]()
    reading = asyncio.create_task(read_into(events, result))
    await journal.reached.wait()
    after.set()
    for _ in range(3):
        await asyncio.sleep(0)  # the guardrail says no while the response is being accepted
    assert len(result.input_guardrail_results) == 1
    journal.gate.set()
    with pytest.raises(InputGuardrailTripwireTriggered):
        await reading
    await assert_told_is_stored(events, journal)
    assert ran == []
    assert await rows(journal) == ["user", "function_call", "A guardrail ended the run before this call ran."]


async def test_a_blocked_run_does_not_go_on() -> None:
    asked: list[Any] = []
    agent = Agent(name="A", model=ScriptedModel([]), input_guardrails=[guard(trips=True, beside=False, asked=asked)])
    journal, result, _ = await blocked(agent)
    state = await RunState.recall(agent, journal, result.to_state().run_id)
    again = await Runner.run(agent, state, run_config=RunConfig(run_journal=journal))
    assert (again.final_output, asked) == (None, [[{"content": "hi", "role": "user"}]])


async def test_a_trip_of_an_agent_tool_is_a_failed_call_and_does_not_block_the_run_around_it() -> None:
    inner = Agent(name="Inner", model=ScriptedModel([]), input_guardrails=[guard(trips=True, beside=False)])
    model = ScriptedModel([[function_call("ask_inner", {"input": "x"}, call_id="c1")], [assistant_message("done")]])
    agent = Agent(name="A", model=model, tools=[inner.as_tool("ask_inner", "Asks.")])
    result = await Runner.run(agent, "hi", run_config=RunConfig(run_journal=InMemoryJournal("s")))
    assert result.final_output == "done"
    assert result.input_guardrail_results == []


# Crashes


async def _crashing_run(agent: Agent[Any], inner: InMemoryJournal, at: int, *, done: bool) -> CrashingJournal:
    dying = CrashingJournal(inner, at=at, done=done)
    with pytest.raises(Crash):
        await all_events(Runner.run_streamed(agent, "hi", run_config=RunConfig(run_journal=dying)))
    return dying


def _agent(ran: list[str], *guards: InputGuardrail[Any], steps: list[Any]) -> Agent[Any]:
    return Agent(name="A", model=ScriptedModel(steps), tools=[noting(ran)], input_guardrails=list(guards))




@pytest.mark.parametrize("at", [3, 4])
async def test_guardrails_without_a_verdict_are_asked_again_before_anything_starts(at: int) -> None:
    """After the input entered (3), after the response was accepted (4): no verdict is there, and no call runs on a no."""
    ran: list[str] = []
    inner, never = InMemoryJournal("s"), asyncio.Event()
    dying = await _crashing_run(_agent(ran, guard(trips=False, after=never), steps=STEPS), inner, at, done=True)
    recalled = await inner.recall(Scope(dying.run_id))
    assert recalled is not None
    assert recalled.checkpoint.open_guardrails == "A"
    asked: list[Any] = []
    agent = _agent(ran, guard(trips=True, asked=asked), steps=[])
    state = await RunState.recall(agent, inner, dying.run_id)
    with pytest.raises(InputGuardrailTripwireTriggered):
        await Runner.run(agent, state, run_config=RunConfig(run_journal=inner))
    assert (ran, asked) == ([], [[{"content": "hi", "role": "user"}]])
    assert len([row for row in await inner.get_items() if row.get("type") == "message"]) == 0


async def test_asked_again_they_see_the_input_and_not_what_the_run_has_brought_since() -> None:
    ran: list[str] = []
    inner, never = InMemoryJournal("s"), asyncio.Event()
    await inner.add_items([{"content": "old", "role": "user"}])
    dying = await _crashing_run(_agent(ran, guard(trips=False, after=never), steps=STEPS), inner, 7, done=True)
    assert dying.crashed.startswith("commit goes on")
    asked: list[Any] = []
    agent = _agent(ran, guard(trips=False, asked=asked), steps=STEPS[1:])
    state = await RunState.recall(agent, inner, dying.run_id)
    result = await Runner.run(agent, state, run_config=RunConfig(run_journal=inner))
    assert asked == [[{"content": "old", "role": "user"}, {"content": "hi", "role": "user"}]]
    assert (result.final_output, ran) == ("done", ["x"])


async def test_after_a_verdict_a_crash_does_not_ask_again() -> None:
    ran: list[str] = []
    inner, asked = InMemoryJournal("s"), list[Any]()
    dying = await _crashing_run(_agent(ran, guard(trips=False, beside=False, asked=asked), steps=STEPS), inner, 4, done=True)
    agent = _agent(ran, guard(trips=True, asked=asked), steps=STEPS[1:])
    state = await RunState.recall(agent, inner, dying.run_id)
    result = await Runner.run(agent, state, run_config=RunConfig(run_journal=inner))
    assert (result.final_output, len(asked)) == ("done", 1)


async def test_after_a_crash_before_the_verdict_the_final_output_is_checked() -> None:
    inner = InMemoryJournal("s")
    agent = Agent(name="A", model=ScriptedModel([[assistant_message("secret")]]), output_guardrails=[STRICT])
    dying = await _crashing_run(agent, inner, 4, done=True)
    state = await RunState.recall(agent, inner, dying.run_id)
    with pytest.raises(OutputGuardrailTripwireTriggered):
        await Runner.run(agent, state, run_config=RunConfig(run_journal=inner))
    assert await inner.get_items() == [{"content": "hi", "role": "user"}]
