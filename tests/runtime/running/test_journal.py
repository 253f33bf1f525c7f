"""What the loop asks the journal and when, and that it does as the answers say."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import pytest

from agentchat import Agent, MaxTurnsExceeded, RawResponsesStreamEvent, RunConfig, Runner, RunState, UserError, function_tool, handoff
from agentchat.runtime.ports.journal import Approved, Recalled, Rejected
from agentchat.runtime.values.events import RunEvent
from agentchat.runtime.values.keys import CallKey, Scope
from agentchat.runtime.values.outcomes import Failed, Finished, Returned, Start, Unknown
from agentchat.testing import ModelStep, ScriptedModel, assistant_message, function_call
from tests.clock import FakeClock
from tests.runtime.running.journals import (
    RecordingJournal,
    all_events,
    assert_told_is_stored,
    read_into,
)
from tests.runtime.running.runs import add, noting, told

OPENING = ["recall", "get", "begin user"]


def _note(text: str, call_id: str) -> Any:
    return function_call("note", {"text": text}, call_id=call_id)


def _agent(seen: list[str], *steps: Any, asks: bool = False, **more: Any) -> Agent[Any]:
    return Agent(name="A", tools=[noting(seen, needs_approval=asks)], model=ScriptedModel(steps), **more)


async def _run(agent: Agent[Any], journal: RecordingJournal, given: Any = "hi", **options: Any) -> Any:
    """Runs to its rest, and compares what was told of commits with what is stored."""
    result = Runner.run_streamed(agent, given, run_config=RunConfig(run_journal=journal), **options)
    events = await all_events(result)
    if given == "hi":
        await assert_told_is_stored(events, journal)
    return result


async def test_a_plain_answer() -> None:
    journal = RecordingJournal()
    await _run(_agent([], [assistant_message("x")]), journal)
    assert journal.asked == [*OPENING, "accept", "commit final: message"]


async def test_a_tool() -> None:
    journal = RecordingJournal()
    await _run(_agent([], [_note("x", "c1")], [assistant_message("done")]), journal)
    assert journal.asked == [
        *OPENING,
        "accept 1.0",
        "start 1.0",
        "finish 1.0 Returned noted x",
        "commit goes on: function_call function_call_output",
        "accept",
        "commit final: message",
    ]


async def test_parallel_tools() -> None:
    journal = RecordingJournal()
    await _run(_agent([], [_note("x", "c1"), _note("y", "c2")], [assistant_message("done")]), journal)
    assert sorted(journal.asked[4:8]) == ["finish 1.0 Returned noted x", "finish 1.1 Returned noted y", "start 1.0", "start 1.1"]
    assert journal.asked[3] == "accept 1.0 1.1"
    assert journal.asked[8:] == [
        "commit goes on: function_call function_call function_call_output function_call_output",
        "accept",
        "commit final: message",
    ]


async def test_an_approval_and_its_resume() -> None:
    journal, seen = RecordingJournal(), list[str]()
    agent = _agent(seen, [_note("x", "c1")], [assistant_message("done")], asks=True)
    result = await _run(agent, journal)
    assert journal.asked == [*OPENING, "accept 1.0", "commit interrupted: function_call"]
    journal.asked.clear()
    state = result.to_state()
    state.approve(state.get_interruptions()[0])
    await _run(agent, journal, state)
    assert journal.asked == [
        "recall",
        "start 1.0",
        "finish 1.0 Returned noted x",
        "commit goes on: function_call_output",
        "accept",
        "commit final: message",
    ]


async def test_a_handoff() -> None:
    journal = RecordingJournal()
    b = Agent(name="B", model=ScriptedModel([[assistant_message("I am B")]]))
    a = Agent(name="A", handoffs=[b], model=ScriptedModel([[function_call("transfer_to_b", "{}", call_id="h1")]]))
    await _run(a, journal)
    assert journal.asked == [
        *OPENING, "accept", "commit goes on: function_call function_call_output", "accept", "commit final: message",
    ]  # fmt: skip
    assert [point.agent for point in journal.checkpoints] == ["A", "A", "B", "B", "B"]


def _handing(callback: Callable[[Any], Any]) -> Agent[Any]:
    b = Agent(name="B", model=ScriptedModel([[assistant_message("I am B")]]))
    model = ScriptedModel([[function_call("transfer_to_b", "{}", call_id="h1")]])
    return Agent(name="A", handoffs=[handoff(b, on_handoff=callback)], model=model)


async def test_a_handoff_with_a_callback_is_started_and_finished_like_a_call() -> None:
    journal, taken = RecordingJournal(), list[str]()
    await _run(_handing(lambda context: taken.append("B")), journal)
    assert journal.asked == [
        *OPENING,
        "accept 1.0",
        "start 1.0",
        'finish 1.0 Returned {"assistant": "B"}',
        "commit goes on: function_call function_call_output",
        "accept",
        "commit final: message",
    ]
    assert taken == ["B"]


async def test_a_handoff_whose_callback_fails_is_finished_as_failed() -> None:
    def broken(context: Any) -> None:
        raise ValueError("no")

    journal = RecordingJournal()
    with pytest.raises(ValueError, match="no"):
        await _run(_handing(broken), journal)
    assert journal.asked[4:] == ["start 1.0", "finish 1.0 Failed no", "commit failed: function_call function_call_output"]


async def test_a_stop_in_the_stream() -> None:
    journal, gate = RecordingJournal(), asyncio.Event()
    gate.set()
    agent = Agent(name="A", model=ScriptedModel([ModelStep.in_chunks(["Hello ", "world"], gate=gate)]))
    result = Runner.run_streamed(agent, "hi", run_config=RunConfig(run_journal=journal))
    events = []
    async for event in result.run_events():
        events.append(event)
        if isinstance(event, RawResponsesStreamEvent) and event.data.type == "response.output_text.delta":
            result.cancel()
    assert journal.asked == [*OPENING, "commit stopped: message"]
    await assert_told_is_stored(events, journal)


async def test_a_stop_in_a_tool() -> None:
    journal = RecordingJournal()

    @function_tool
    async def slow() -> str:
        """Waits."""
        result.cancel()
        await asyncio.Event().wait()
        return ""

    model = ScriptedModel([[function_call("slow", "{}", call_id="c1")]])
    result = Runner.run_streamed(Agent(name="A", tools=[slow], model=model), "hi", run_config=RunConfig(run_journal=journal))
    events = await all_events(result)
    assert journal.asked == [*OPENING, "accept 1.0", "start 1.0", "commit stopped: function_call function_call_output"]
    await assert_told_is_stored(events, journal)


async def test_a_stop_that_overtakes_events_that_nobody_read_tells_of_every_write_all_the_same() -> None:
    journal = RecordingJournal()
    result = Runner.run_streamed(
        _agent([], [_note("x", "c1")], ModelStep.in_chunks(["a", "b"], gate=asyncio.Event())),
        "hi",
        run_config=RunConfig(run_journal=journal),
    )
    await journal.until_asked("commit goes on: function_call function_call_output")
    result.cancel()
    await result.wait()
    await assert_told_is_stored(await all_events(result), journal)


async def test_a_model_that_fails() -> None:
    journal = RecordingJournal()
    result = Runner.run_streamed(_agent([], ValueError("boom")), "hi", run_config=RunConfig(run_journal=journal))
    events: list[RunEvent] = []
    with pytest.raises(ValueError, match="boom"):
        await read_into(events, result)
    assert journal.asked == [*OPENING, "commit failed:"]
    await assert_told_is_stored(events, journal)


async def test_a_tool_that_fails_the_run_keeps_what_its_siblings_did() -> None:
    @function_tool(failure_error_function=None)
    async def broken() -> str:
        """Breaks."""
        raise ValueError("no")

    journal, seen = RecordingJournal(), list[str]()
    model = ScriptedModel([[_note("x", "c1"), function_call("broken", "{}", call_id="c2")]])
    with pytest.raises(UserError, match="Error running tool broken: no"):
        await _run(Agent(name="A", tools=[noting(seen), broken], model=model), journal)
    assert journal.asked[-1] == "commit failed: function_call function_call function_call_output function_call_output"
    assert [row["output"] for row in (await journal.inner.get_items())[3:]] == ["noted x", "The call failed: no"]


async def test_too_many_turns() -> None:
    journal = RecordingJournal()
    with pytest.raises(MaxTurnsExceeded):
        await _run(_agent([], [_note("x", "c1")]), journal, max_turns=1)
    assert journal.asked[-2:] == ["commit goes on: function_call function_call_output", "commit failed:"]


async def test_staged_input_begins_before_the_model_is_asked() -> None:
    journal = RecordingJournal()
    agent = _agent([], [_note("x", "c1")], [assistant_message("done")], asks=True)
    state = (await _run(agent, journal)).to_state()
    state.approve(state.get_interruptions()[0])
    state.add_input("and hurry")
    journal.asked.clear()
    await _run(agent, journal, state)
    assert journal.asked[3:] == ["commit goes on: function_call_output", "begin user", "accept", "commit final: message"]
    assert [point.staged_input for point in journal.checkpoints[-4:]] == [[{"content": "and hurry", "role": "user"}], [], [], []]


async def test_staged_input_is_stored_even_when_the_turns_are_used_up() -> None:
    journal = RecordingJournal()
    agent = _agent([], [_note("x", "c1")], asks=True)
    state = (await _run(agent, journal, max_turns=1)).to_state()
    state.reject(state.get_interruptions()[0])
    state.add_input("and hurry")
    with pytest.raises(MaxTurnsExceeded):
        await _run(agent, journal, state)
    assert (await journal.inner.get_items())[-1] == {"content": "and hurry", "role": "user"}


async def test_drafts_are_written_every_half_second_and_not_more_often() -> None:
    journal, clock, gate = RecordingJournal(), FakeClock(), asyncio.Event()
    agent = Agent(name="A", model=ScriptedModel([ModelStep.in_chunks(list("abcdef"), gate=gate)]))
    config = RunConfig(run_journal=journal, clock=clock)
    gate.set()
    async for event in Runner.run_streamed(agent, "hi", run_config=config).run_events():
        if isinstance(event, RawResponsesStreamEvent) and event.data.type == "response.output_text.delta":
            await clock.advance(0.3)
            gate.set()
    assert [said for said in journal.asked if said.startswith("draft")] == ["draft 'ab'", "draft 'abcd'"]


async def test_text_that_stands_still_is_written_all_the_same() -> None:
    journal, clock, gate = RecordingJournal(), FakeClock(), asyncio.Event()
    agent = Agent(name="A", model=ScriptedModel([ModelStep.in_chunks(["abc", "def"], gate=gate)]))
    gate.set()
    result = Runner.run_streamed(agent, "hi", run_config=RunConfig(run_journal=journal, clock=clock))
    async with aclosing(result.run_events()) as events:
        async for event in events:
            if isinstance(event, RawResponsesStreamEvent) and event.data.type == "response.output_text.delta":
                break
        await clock.advance(5)
        assert [said for said in journal.asked if said.startswith("draft")] == ["draft 'abc'"]


class Answering(RecordingJournal):
    """Starts nothing, and gives one answer to every question whether it may."""

    def __init__(self, answer: Start) -> None:
        super().__init__()
        self._answer = answer

    async def start(self, key: CallKey, by: str, decision: Approved | None = None) -> Start:
        await super().start(key, by, decision)
        return self._answer


@pytest.mark.parametrize(
    ("answer", "output"),
    [
        (Finished(Returned("stored")), "stored"),
        (Finished(Returned("it broke", failed=True)), "it broke"),
        (Unknown(), "This call was started before the program ended, and nobody knows whether it took effect."),
    ],
)
async def test_a_call_that_the_journal_does_not_let_go_does_not_run(answer: Start, output: str) -> None:
    seen: list[str] = []
    agent = _agent(seen, [_note("x", "c1")], [assistant_message("done")])
    journal = Answering(answer)
    await told(Runner.run_streamed(agent, "hi", run_config=RunConfig(run_journal=journal)))
    rows = await journal.inner.get_items()
    assert (seen, rows[2]["output"].startswith(output)) == ([], True)
    assert not any(said.startswith("finish") for said in journal.asked)


async def test_a_stored_failure_fails_the_run_again() -> None:
    seen: list[str] = []
    with pytest.raises(UserError, match="Error running tool note: it burnt"):
        await _run(_agent(seen, [_note("x", "c1")]), Answering(Finished(Failed("it burnt"))))
    assert seen == []


@pytest.mark.parametrize("answer", [Finished(Returned("{}")), Unknown()])
async def test_a_handoff_that_was_taken_before_is_taken_without_its_callback(answer: Start) -> None:
    taken: list[str] = []
    result = await _run(_handing(lambda context: taken.append("B")), Answering(answer))
    assert (taken, result.last_agent.name) == ([], "B")


async def test_a_handoff_whose_callback_failed_before_fails_again() -> None:
    taken: list[str] = []
    with pytest.raises(UserError, match="The handoff to 'B' failed: no line"):
        await _run(_handing(lambda context: taken.append("B")), Answering(Finished(Failed("no line"))))
    assert taken == []


class Remembering(RecordingJournal):
    """Recalls one call otherwise than it was."""

    def __init__(self, inner: Any, **changes: Any) -> None:
        super().__init__(inner)
        self._changes = changes

    async def recall(self, scope: Scope) -> Recalled | None:
        recalled = await super().recall(scope)
        return recalled and replace(recalled, calls=tuple(replace(call, **self._changes) for call in recalled.calls))


async def _asked(seen: list[str]) -> tuple[Agent[Any], RecordingJournal]:
    agent = _agent(seen, [_note("x", "c1")], [assistant_message("done")], asks=True)
    journal = RecordingJournal()
    await _run(agent, journal)
    return agent, journal


@pytest.mark.parametrize(
    ("changes", "output", "ran"),
    [
        ({"decision": Approved()}, "noted x", ["x"]),
        (
            {"decision": Approved(arguments='{"text":"y"}')},
            "noted y",
            ["y"],
        ),
        ({"decision": Rejected(reason="not today")}, "not today", []),
        ({"decision": Rejected()}, "Tool execution was not approved.", []),
        ({"status": "finished", "outcome": Returned("stored")}, "stored", []),
        ({"decision": Approved(), "status": "started"}, "This call was started before the program ended", []),
    ],
)
@pytest.mark.parametrize("recalled_state", [True, False])
async def test_what_the_journal_recalls_of_a_call_is_obeyed(
    changes: dict[str, Any], output: str, ran: list[str], recalled_state: bool
) -> None:
    seen: list[str] = []
    agent, before = await _asked(seen)
    journal = Remembering(before.inner, **changes)
    plain = await RunState.recall(agent, before, before.run_id)
    state = await RunState.recall(agent, journal, before.run_id) if recalled_state else plain
    await all_events(Runner.run_streamed(agent, state, run_config=RunConfig(run_journal=journal)))
    rows = await journal.inner.get_items()
    assert [row["output"].startswith(output) for row in rows if row.get("type") == "function_call_output"] == [True]
    assert seen == ran


async def test_a_recalled_failure_fails_the_run_again_without_running_anything() -> None:
    seen: list[str] = []
    agent, before = await _asked(seen)
    journal = Remembering(before.inner, status="finished", outcome=Failed("it burnt"))
    state = await RunState.recall(agent, journal, before.run_id)
    with pytest.raises(UserError, match="Error running tool note: it burnt"):
        await all_events(Runner.run_streamed(agent, state, run_config=RunConfig(run_journal=journal)))
    assert seen == []


async def test_the_questions_of_a_recalled_run_are_exactly_those_that_were_asked() -> None:
    seen: list[str] = []
    tools = [noting(seen, name="ask", needs_approval=True), noting(seen, name="plain"), add]
    calls = [function_call(name, {"text": name}, call_id=f"c{i}") for i, name in enumerate(["ask", "plain", "ask", "gone", "ask"])]
    calls[2] = function_call("ask", {"text": "second"}, call_id="c2")
    calls[4] = function_call("ask", {"text": "third"}, call_id="c4")
    agent = Agent(name="A", tools=tools, model=ScriptedModel([calls]))
    journal = RecordingJournal()
    config = RunConfig(run_journal=journal, tool_not_found_behavior="return_error_to_model")
    result = Runner.run_streamed(agent, "hi", run_config=config)
    await told(result)
    lived = [item.key for item in result.interruptions]
    state = await RunState.recall(agent, journal, journal.run_id)
    assert [item.key for item in state.get_interruptions()] == lived
    assert [key.index for key in lived if key is not None] == [0, 2, 4]
    assert await journal.inner.decide(lived[2], Rejected(reason="no"))  # type: ignore[arg-type]
    state = await RunState.recall(agent, journal, journal.run_id)
    assert [item.key for item in state.get_interruptions()] == lived[:2]
