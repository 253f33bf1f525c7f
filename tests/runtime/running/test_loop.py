"""Leaving the loop in the middle, at every moment and in every way: what is told is what is stored, and nothing goes on."""

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from functools import partial
from typing import Any

import pytest

from agentchat import (
    Agent,
    CheckpointSaved,
    GuardrailFunctionOutput,
    NestedEvent,
    OutputGuardrailTripwireTriggered,
    RunConfig,
    RunContextWrapper,
    RunHooks,
    Runner,
    RunResultStreaming,
    SQLiteSession,
    UserError,
    function_tool,
    handoff,
    input_guardrail,
    output_guardrail,
)
from agentchat.models.response_events import new_response, response_events
from agentchat.runtime.values.checkpoint import Checkpoint
from agentchat.runtime.values.events import RunEvent
from agentchat.runtime.values.facts import TurnFact
from agentchat.runtime.values.items import TResponseStreamEvent
from agentchat.testing import ModelCall, ModelStep, ScriptedModel, assistant_message, function_call
from tests.runtime.running.journals import RecordingJournal, SlowJournal, all_events, read_into
from tests.runtime.running.quiet import nothing_left
from tests.runtime.running.runs import add, told, told_until_error

pytestmark = pytest.mark.no_cover  # what these run again and again, other tests cover; tracing it takes longer than running it


async def _steps(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


class SlowHooks(RunHooks[Any]):
    """Give every moment of a run some steps of the event loop."""

    async def on_llm_start(self, *_: Any) -> None:
        await _steps(1)

    async def on_llm_end(self, *_: Any) -> None:
        await _steps(1)

    async def on_tool_end(self, *_: Any) -> None:
        await _steps(1)


@function_tool
async def work(text: str) -> str:
    """Works for some steps of the event loop."""
    await _steps(3)
    return text


@input_guardrail
async def patient(context: Any, agent: Any, given: Any) -> GuardrailFunctionOutput:
    await _steps(12)
    return GuardrailFunctionOutput(None, tripwire_triggered=False)


@output_guardrail
async def harmless(context: Any, agent: Any, output: Any) -> GuardrailFunctionOutput:
    await _steps(3)
    return GuardrailFunctionOutput(None, tripwire_triggered=False)


def _call(name: str, arguments: dict[str, Any], call_id: str) -> Any:
    return function_call(name, arguments, call_id=call_id)


def _with_tools() -> Agent[Any]:
    calls = [_call("add", {"a": 1, "b": 2}, "1"), _call("work", {"text": "x"}, "2")]
    model = ScriptedModel([calls, [assistant_message("done")]])
    return Agent(name="A", tools=[add, work], input_guardrails=[patient], output_guardrails=[harmless], model=model)


def _with_an_agent_inside() -> Agent[Any]:
    inner = Agent(name="I", tools=[work], model=ScriptedModel([[_call("work", {"text": "in"}, "1")], [assistant_message("in")]]))
    calls = [_call("inner", {"input": "x"}, "1"), _call("work", {"text": "x"}, "2")]
    model = ScriptedModel([calls, [assistant_message("done")]])
    return Agent(name="O", tools=[inner.as_tool("inner", "Works inside."), work], model=model)


def _with_a_handoff() -> Agent[Any]:
    async def note(_: RunContextWrapper[Any]) -> None:
        await _steps(1)

    target = Agent(name="B", tools=[work], model=ScriptedModel([[_call("work", {"text": "b"}, "b")], [assistant_message("done")]]))
    model = ScriptedModel([[_call("work", {"text": "x"}, "1"), _call("transfer_to_b", {}, "2")]])
    return Agent(name="A", tools=[work], handoffs=[handoff(target, on_handoff=note)], model=model)


MADE = pytest.mark.parametrize("made", [_with_tools, _with_an_agent_inside, _with_a_handoff])


def _once(result: RunResultStreaming, _: "asyncio.Task[None]") -> None:
    result.cancel()


def _reader(_: RunResultStreaming, reader: "asyncio.Task[None]") -> None:
    reader.cancel()


def _from_outside(result: RunResultStreaming, _: "asyncio.Task[None]") -> None:
    result.run_loop_task.cancel()


WAYS = pytest.mark.parametrize(("stop", "again"), [(_once, 0), (_once, 1), (_once, 3), (_reader, 0), (_from_outside, 1)])


async def _stopped(result: RunResultStreaming, stop: Callable[..., None], *, at: int, again: int) -> tuple[list[RunEvent], bool]:
    """The events of a run that is stopped at that step of the event loop, once more `again` steps later; and whether it had ended."""
    events: list[RunEvent] = []
    reader = asyncio.create_task(read_into(events, result))
    await _steps(at)
    ended = reader.done()
    stop(result, reader)
    if again:
        await _steps(again)
        stop(result, reader)
    with suppress(asyncio.CancelledError):
        await reader
    await result.wait()
    await read_into(events, result)
    return events, ended


def _checkpoints(events: list[RunEvent]) -> list[Checkpoint]:
    plain = [event.event if isinstance(event, NestedEvent) else event for event in events]
    return [event.checkpoint for event in plain if isinstance(event, CheckpointSaved)]


@MADE
@WAYS
async def test_stopped_at_any_moment_it_tells_what_it_stored_and_leaves_nothing(made: Any, stop: Any, again: int) -> None:
    async with nothing_left():
        ended, at = False, 0
        while not ended:
            journal = RecordingJournal()
            result = Runner.run_streamed(made(), "hi", hooks=SlowHooks(), run_config=RunConfig(run_journal=journal))
            events, ended = await _stopped(result, stop, at=at, again=again)
            rows = await journal.inner.get_items()
            assert (at, _checkpoints(events)) == (at, journal.checkpoints)
            assert (at, [item.to_input_item() for item in result.new_items]) == (at, rows[1:])
            _assert_paired(rows)
            at += 3


@MADE
async def test_stopped_at_any_moment_its_session_holds_whole_turns(made: Any) -> None:
    async with nothing_left():
        ended, at = False, 1
        while not ended:
            session = SQLiteSession("s")
            _, ended = await _stopped(Runner.run_streamed(made(), "hi", hooks=SlowHooks(), session=session), _once, at=at, again=2)
            _assert_paired(await session.get_items())
            session.close()
            at += 4


def _assert_paired(rows: list[dict[str, Any]]) -> None:
    """Every call has one output, and no call stands twice."""
    called = [row["call_id"] for row in rows if row.get("type") == "function_call"]
    assert sorted(row["call_id"] for row in rows if row.get("type") == "function_call_output") == sorted(set(called)) == sorted(called)


def _failing_at_a_stop(error: Exception | None) -> ModelStep:
    """An answer whose stream raises this when it is stopped, or simply ends."""

    async def events(_: ModelCall) -> AsyncIterator[TResponseStreamEvent]:
        try:
            for event in response_events([assistant_message("Hello")], new_response("r", model="m")):
                yield event
                if event.type == "response.output_text.delta":
                    await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            if error is not None:
                raise error from None

    return ModelStep.stream(events)


@pytest.mark.parametrize("error", [ValueError("the connection broke"), None])
async def test_what_a_stop_makes_a_model_raise_is_no_error_of_the_run(error: Exception | None) -> None:
    journal = RecordingJournal()
    async with nothing_left():
        result = Runner.run_streamed(
            Agent(name="A", model=ScriptedModel([_failing_at_a_stop(error)])), "hi", run_config=RunConfig(run_journal=journal)
        )
        async for event in result.stream_events():
            if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
                result.cancel()
        await result.wait()
    assert (result.run_loop_exception, result.partial_output) == (None, "Hello")
    facts = [stored.fact for stored in (await journal.inner.load()).facts]
    assert [fact.text for fact in facts if isinstance(fact, TurnFact)] == ["Stopped by you."]


async def _raise_cancelled(*_: Any, **__: Any) -> Any:
    raise asyncio.CancelledError


class CancelledHooks(RunHooks[Any]):
    """Raise what nobody has asked for."""

    on_llm_start = on_llm_end = on_tool_end = staticmethod(_raise_cancelled)  # pyright: ignore[reportAssignmentType] - less typing


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("place", ["instructions", "model", "hooks"])
async def test_a_cancelled_error_that_no_stop_has_brought_fails_the_run_and_not_in_silence(place: str, streamed: bool) -> None:
    model = ScriptedModel([ModelStep.respond(_raise_cancelled)] if place == "model" else [[assistant_message("x")]])
    instructions: Any = (lambda context, agent: _raise_cancelled()) if place == "instructions" else None
    agent, hooks = Agent(name="A", model=model, instructions=instructions), CancelledHooks() if place == "hooks" else None
    async with nothing_left():
        run = told(Runner.run_streamed(agent, "hi", hooks=hooks)) if streamed else Runner.run(agent, "hi", hooks=hooks)
        with pytest.raises(UserError, match="nobody had stopped the run"):
            await run


async def test_a_run_in_the_clean_up_of_a_cancelled_task_fails_like_any_other() -> None:
    async def cleans_up() -> Any:
        try:
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            return await told_until_error(Runner.run_streamed(Agent(name="A", model=ScriptedModel([ValueError("boom")])), "bye"))

    task = asyncio.create_task(cleans_up())
    await asyncio.sleep(0)
    task.cancel()
    words, error = await task
    assert (words, repr(error)) == (["AU(A)"], "ValueError('boom')")


async def test_a_stop_does_not_undo_the_no_of_an_output_guardrail() -> None:
    said_no, journal = asyncio.Event(), RecordingJournal()

    @output_guardrail
    async def says_no(context: Any, agent: Any, output: Any) -> GuardrailFunctionOutput:
        return GuardrailFunctionOutput(None, tripwire_triggered=True)

    @output_guardrail
    async def ends_slowly(context: Any, agent: Any, output: Any) -> GuardrailFunctionOutput:
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            said_no.set()
            await _steps(5)
        raise AssertionError

    agent = Agent(name="A", output_guardrails=[ends_slowly, says_no], model=ScriptedModel([[assistant_message("secret")]]))
    async with nothing_left():
        result = Runner.run_streamed(agent, "hi", run_config=RunConfig(run_journal=journal))
        await said_no.wait()
        result.cancel()
        await result.wait()
    assert isinstance(result.run_loop_exception, OutputGuardrailTripwireTriggered)
    assert "secret" not in str(await journal.inner.get_items())


class OnceSlowJournal(SlowJournal):
    """Waits once."""

    async def _do(self, said: str, work: Any, checkpoint: Checkpoint | None = None) -> Any:
        once = super()._do if not self.reached.is_set() else partial(RecordingJournal._do, self)
        return await once(said, work, checkpoint)


@pytest.mark.parametrize("word", ["accept", "start", "finish", "commit"])
def test_a_write_that_a_closing_loop_breaks_off_is_not_written_over(word: str) -> None:
    journal = OnceSlowJournal(word)

    async def leaves() -> None:
        model = ScriptedModel([[_call("add", {"a": 1, "b": 2}, "1")], [assistant_message("3")]])
        Runner.run_streamed(Agent(name="A", tools=[add], model=model), "hi", run_config=RunConfig(run_journal=journal))
        await journal.reached.wait()

    asyncio.run(leaves())
    assert not any(said.startswith(word) for said in journal.asked)
    assert "commit stopped" not in str(journal.asked)


def test_a_tool_that_a_closing_loop_breaks_off_may_have_taken_effect() -> None:
    journal, rows = RecordingJournal(), list[Any]()

    async def leaves() -> None:
        begun = asyncio.Event()

        @function_tool
        async def wait() -> None:
            """Waits."""
            begun.set()
            await asyncio.get_running_loop().create_future()

        model = ScriptedModel([[_call("wait", {}, "1")]])
        Runner.run_streamed(Agent(name="A", tools=[wait], model=model), "hi", run_config=RunConfig(run_journal=journal))
        await begun.wait()

    asyncio.run(leaves())
    rows += asyncio.run(journal.inner.get_items())
    assert rows[-1]["output"] == "Stopped by the user; it may have taken effect."
    assert not any(said.startswith("finish") for said in journal.asked)


async def test_two_calls_that_fail_at_once_leave_no_error_that_nobody_has_asked_for() -> None:
    both = asyncio.Event()

    @function_tool(failure_error_function=None)
    async def fail(text: str) -> str:
        """Fails."""
        if text == "b":
            both.set()
        await both.wait()
        raise ValueError(text)

    calls = [_call("fail", {"text": "a"}, "1"), _call("fail", {"text": "b"}, "2")]
    async with nothing_left():
        with pytest.raises(UserError, match="Error running tool fail: "):
            await Runner.run(Agent(name="A", tools=[fail], model=ScriptedModel([calls])), "hi")


@pytest.mark.parametrize("made", [_with_an_agent_inside, _with_a_handoff])
@pytest.mark.parametrize("journaled", [False, True])
async def test_what_nobody_keeps_of_a_run_is_gone_at_once(made: Any, journaled: bool) -> None:
    class Context:
        pass

    given = Context()
    agent, config = made(), RunConfig(run_journal=RecordingJournal()) if journaled else None
    gc.collect()
    gc.disable()
    try:
        result = Runner.run_streamed(agent, "hi", context=given, run_config=config)
        await all_events(result)
        gone = [weakref.ref(given), weakref.ref(result)]
        del given, result, config
        await _steps(2)
        assert [reference() for reference in gone] == [None, None]
    finally:
        gc.enable()


async def test_a_run_whose_result_nobody_keeps_goes_on() -> None:
    began, ended = asyncio.Event(), asyncio.Event()

    class EndHooks(RunHooks[Any]):
        async def on_agent_end(self, *_: Any) -> None:
            ended.set()

    @function_tool
    async def wait() -> str:
        """Waits for what only a weak reference leads to."""
        future = asyncio.get_running_loop().create_future()
        waiting.append(weakref.ref(future))
        began.set()
        await future
        return "waited"

    waiting: list[Any] = []
    Runner.run_streamed(
        Agent(name="A", tools=[wait], model=ScriptedModel([[_call("wait", {}, "1")], [assistant_message("x")]])), "hi", hooks=EndHooks()
    )
    await began.wait()
    gc.collect()
    waiting[0]().set_result(None)
    await ended.wait()
