"""The calls of a turn: how many at once, what they tell, and what becomes of those that will not stop."""

import asyncio
import contextvars
import threading
from typing import Any

import pytest

from agentchat import (
    Agent,
    CallFinished,
    CallProgress,
    CallStarted,
    FunctionTool,
    RunConfig,
    Runner,
    ToolContext,
    UserError,
    function_tool,
)
from agentchat.runtime.declarations.sync_calls import Gave
from agentchat.runtime.ports.run_config import ToolExecutionConfig
from agentchat.runtime.running.hand_over import BOUND
from agentchat.runtime.running.late import PATIENCE
from agentchat.runtime.values.keys import CallKey, Scope
from agentchat.testing import ScriptedModel, assistant_message, function_call
from tests.runtime.running.journals import HeldClock, RecordingJournal, all_events, assert_told_is_stored
from tests.runtime.running.runs import told


def _calls(name: str, count: int) -> list[Any]:
    return [function_call(name, "{}", call_id=f"c{place}") for place in range(count)]


@pytest.mark.parametrize(("limit", "most"), [(None, 5), (2, 2), (1, 1)])
async def test_no_more_calls_run_at_once_than_the_run_allows(limit: int | None, most: int) -> None:
    running, peak = 0, 0

    @function_tool
    async def work() -> str:
        """Works."""
        nonlocal running, peak
        running += 1
        peak = max(peak, running)
        for _ in range(5):
            await asyncio.sleep(0)
        running -= 1
        return "ok"

    model = ScriptedModel([_calls("work", 5), [assistant_message("done")]])
    config = RunConfig(tool_execution=ToolExecutionConfig(max_function_tool_concurrency=limit))
    await Runner.run(Agent(name="A", tools=[work], model=model), "hi", run_config=config)
    assert peak == most


def test_a_limit_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="must be at least 1"):
        ToolExecutionConfig(max_function_tool_concurrency=0)


async def test_progress_comes_between_start_and_end_even_of_a_tool_that_never_waits() -> None:
    @function_tool
    async def work(context: ToolContext[Any]) -> str:
        """Works."""
        context.report_progress("half")
        context.report_progress(0.5)
        return "ok"

    @function_tool
    def blocking(context: ToolContext[Any]) -> str:
        """Works in a thread."""
        context.report_progress("from a thread")
        return "ok"

    for tool, expected in ((work, ["half", 0.5]), (blocking, ["from a thread"])):
        model = ScriptedModel([_calls(tool.name, 1), [assistant_message("done")]])
        events = await all_events(Runner.run_streamed(Agent(name="A", tools=[tool], model=model), "hi"))
        of_calls = [event for event in events if isinstance(event, CallStarted | CallProgress | CallFinished)]
        assert [type(event) for event in of_calls] == [CallStarted, *([CallProgress] * len(expected)), CallFinished]
        assert [event.progress for event in of_calls if isinstance(event, CallProgress)] == expected


async def test_progress_that_nobody_reads_is_left_out() -> None:
    @function_tool
    async def work(context: ToolContext[Any]) -> str:
        """Works."""
        for _ in range(BOUND + 5):
            context.report_progress(0.5)
        return "ok"

    model = ScriptedModel([_calls("work", 1), [assistant_message("done")]])
    events = await all_events(Runner.run_streamed(Agent(name="A", tools=[work], model=model), "hi"))
    assert sum(isinstance(event, CallProgress) for event in events) < BOUND
    assert [event.status for event in events if isinstance(event, CallFinished)] == ["done"]


async def test_sync_tools_run_in_threads_of_their_own_and_do_not_wait_for_each_other() -> None:
    threads: set[int] = set()
    together = threading.Barrier(3, timeout=5)

    @function_tool
    def work() -> str:
        """Works."""
        together.wait()
        threads.add(threading.get_ident())
        return "ok"

    model = ScriptedModel([_calls("work", 3), [assistant_message("done")]])
    await Runner.run(Agent(name="A", tools=[work], model=model), "hi")
    assert len(threads - {threading.get_ident()}) == 3


async def test_tools_see_the_context_variables_of_the_caller() -> None:
    who: contextvars.ContextVar[str] = contextvars.ContextVar("who", default="nobody")

    @function_tool
    async def here() -> str:
        """Says who."""
        return who.get()

    @function_tool
    def there() -> str:
        """Says who."""
        return who.get()

    who.set("me")
    model = ScriptedModel([[*_calls("here", 1), function_call("there", "{}", call_id="t")], [assistant_message("done")]])
    events = await told(Runner.run_streamed(Agent(name="A", tools=[here, there], model=model), "hi"))
    assert [event for event in events if event.startswith("tool_output")] == ["tool_output me", "tool_output me"]


async def test_a_tool_that_cancels_its_own_task_fails_the_run_and_not_in_silence() -> None:
    @function_tool
    async def suicide() -> str:
        """Cancels itself."""
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await asyncio.sleep(0)
        return ""

    agent = Agent(name="A", tools=[suicide], model=ScriptedModel([_calls("suicide", 1)]))
    journal = RecordingJournal()
    with pytest.raises(UserError, match="Error running tool suicide: the tool cancelled the task that it runs in"):
        await told(Runner.run_streamed(agent, "hi", run_config=RunConfig(run_journal=journal)))
    assert journal.asked[-2:] == [
        "finish 1.0 Failed the tool cancelled the task that it runs in",
        "commit failed: function_call function_call_output",
    ]


async def test_a_tool_that_cleans_up_for_a_while_is_waited_for() -> None:
    running, cleaned, gate = asyncio.Event(), list[str](), asyncio.Event()

    @function_tool
    async def careful() -> str:
        """Cleans up."""
        try:
            running.set()
            await asyncio.Event().wait()
        finally:
            await gate.wait()
            cleaned.append("yes")
        return ""

    journal = RecordingJournal()
    agent = Agent(name="A", tools=[careful], model=ScriptedModel([_calls("careful", 1)]))
    result = Runner.run_streamed(agent, "hi", run_config=RunConfig(run_journal=journal, clock=HeldClock()))
    events = asyncio.create_task(all_events(result))
    await running.wait()
    result.cancel()
    await asyncio.sleep(0)
    result.cancel()
    for _ in range(10):
        await asyncio.sleep(0)
    assert not result.run_loop_task.done()
    gate.set()
    await assert_told_is_stored(await events, journal)
    assert cleaned == ["yes"]


def _stubborn(running: asyncio.Event, gate: asyncio.Event) -> Any:
    @function_tool
    async def stubborn() -> str:
        """Does not stop."""
        running.set()
        while not gate.is_set():
            try:
                await gate.wait()
            except asyncio.CancelledError:
                continue
        return "late"

    return stubborn


async def test_a_tool_that_answers_a_stop_with_its_result_has_that_result() -> None:
    running, gate, journal = asyncio.Event(), asyncio.Event(), RecordingJournal()
    agent = Agent(name="A", tools=[_stubborn(running, gate)], model=ScriptedModel([_calls("stubborn", 1)]))
    result = Runner.run_streamed(agent, "hi", run_config=RunConfig(run_journal=journal, clock=HeldClock()))
    await running.wait()
    result.cancel()
    await asyncio.sleep(0)
    gate.set()
    await result.wait()
    assert (await journal.inner.get_items())[-1]["output"] == "late"


async def test_a_tool_that_does_not_stop_is_let_go_of_and_its_late_outcome_goes_to_the_journal() -> None:
    running, gate, journal, clock = asyncio.Event(), asyncio.Event(), RecordingJournal(), HeldClock()
    agent = Agent(name="A", tools=[_stubborn(running, gate)], model=ScriptedModel([_calls("stubborn", 1)]))
    result = Runner.run_streamed(agent, "hi", run_config=RunConfig(run_journal=journal, clock=clock))
    events = asyncio.create_task(all_events(result))
    await running.wait()
    result.cancel()
    await clock.waited_on.wait()
    assert not events.done()
    clock.move(PATIENCE)
    await assert_told_is_stored(await events, journal)
    items = list(result.new_items)
    assert (await journal.inner.get_items())[-1]["output"] == "Stopped by the user; it may have taken effect."
    gate.set()
    await journal.until_asked("finish 1.0 Returned late")
    assert (await journal.inner.get_items())[-1]["output"] == "Stopped by the user; it may have taken effect."
    assert result.new_items == items


async def test_a_stop_without_a_journal_is_bounded_too() -> None:
    running, gate, clock = asyncio.Event(), asyncio.Event(), HeldClock()
    agent = Agent(name="A", tools=[_stubborn(running, gate)], model=ScriptedModel([_calls("stubborn", 1)]))
    result = Runner.run_streamed(agent, "hi", run_config=RunConfig(clock=clock))
    await running.wait()
    result.cancel()
    await clock.waited_on.wait()
    clock.move(PATIENCE)
    await result.wait()
    assert result.new_items == []
    gate.set()
    for _ in range(10):
        await asyncio.sleep(0)
    assert len(asyncio.all_tasks()) == 1


async def test_a_thread_that_was_given_up_tells_the_journal_behind_the_run_s_own_word() -> None:
    gate, journal = threading.Event(), RecordingJournal()

    @function_tool(timeout=0.01)
    def slow() -> str:
        """Blocks."""
        gate.wait(5)
        return "late"

    agent = Agent(name="A", tools=[slow], model=ScriptedModel([_calls("slow", 1), [assistant_message("done")]]))
    result = Runner.run_streamed(agent, "hi", run_config=RunConfig(run_journal=journal))
    await told(result)
    gate.set()
    await journal.until_asked("finish 1.0 Returned late")
    call = journal.inner._calls[CallKey(Scope(journal.run_id), 1, 0)]
    assert call.outcome is not None
    assert (call.outcome.output, call.late.output) == ("Tool 'slow' timed out after 0.01 seconds.", "late")  # type: ignore[union-attr]


async def test_the_first_fatal_failure_cancels_the_others_and_is_the_one_raised() -> None:
    stopped: list[str] = []
    waiting = asyncio.Event()

    @function_tool(failure_error_function=None)
    async def broken() -> str:
        """Breaks."""
        await waiting.wait()
        raise ValueError("first")

    @function_tool
    async def slow() -> str:
        """Waits."""
        waiting.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.append("slow")
        return ""

    calls = [function_call("slow", "{}", call_id="c1"), function_call("broken", "{}", call_id="c2")]
    with pytest.raises(UserError, match="Error running tool broken: first"):
        await Runner.run(Agent(name="A", tools=[slow, broken], model=ScriptedModel([calls])), "hi")
    assert stopped == ["slow"]
    assert len(asyncio.all_tasks()) == 1


async def test_a_call_that_stands_twice_in_an_answer_runs_once() -> None:
    seen: list[str] = []

    @function_tool
    def note() -> str:
        """Notes."""
        seen.append("x")
        return "ok"

    model = ScriptedModel([[*_calls("note", 1), *_calls("note", 1)], _calls("note", 1), [assistant_message("done")]])
    await Runner.run(Agent(name="A", tools=[note], model=model), "hi")
    assert seen == ["x"]


async def test_an_id_of_an_earlier_run_stands_for_a_new_call() -> None:
    seen: list[str] = []

    @function_tool
    def note() -> str:
        """Notes."""
        seen.append("x")
        return "ok"

    steps = [_calls("note", 1), [assistant_message("one")], _calls("note", 1), [assistant_message("two")]]
    agent, journal = Agent(name="A", tools=[note], model=ScriptedModel(steps)), RecordingJournal()
    for _ in range(2):
        await Runner.run(agent, "hi", run_config=RunConfig(run_journal=journal))
    assert seen == ["x", "x"]


async def test_an_id_that_stands_for_another_call_of_the_run_is_an_error() -> None:
    @function_tool
    def note(text: str) -> str:
        """Notes."""
        return text

    model = ScriptedModel([[function_call("note", {"text": text}, call_id="c1")] for text in "ab"])
    with pytest.raises(Exception, match="Model reused a completed tool call ID"):
        await Runner.run(Agent(name="A", tools=[note], model=model), "hi")


async def test_a_tool_and_a_handoff_of_one_name_are_one_handoff() -> None:
    @function_tool(name_override="transfer_to_b", needs_approval=True)
    def twin() -> str:
        """Has the name of a handoff."""
        raise AssertionError

    b = Agent(name="B", model=ScriptedModel([[assistant_message("I am B")]]))
    model = ScriptedModel([[function_call("transfer_to_b", "{}", call_id="h1")]])
    result = await Runner.run(Agent(name="A", tools=[twin], handoffs=[b], model=model), "hi")
    assert (result.final_output, result.last_agent) == ("I am B", b)


async def test_a_late_result_that_comes_before_the_run_s_own_word_is_written_behind_it() -> None:
    async def work(context: ToolContext[Any], arguments: str) -> str:
        assert context.on_late_result is not None
        context.on_late_result(Gave("late"))
        for _ in range(5):
            await asyncio.sleep(0)
        return "own"

    journal = RecordingJournal()
    tool = FunctionTool("work", "Works.", {}, work)
    agent = Agent(name="A", tools=[tool], model=ScriptedModel([_calls("work", 1), [assistant_message("done")]]))
    await told(Runner.run_streamed(agent, "hi", run_config=RunConfig(run_journal=journal)))
    await journal.until_asked("finish 1.0 Returned late")
    finishes = [said for said in journal.asked if said.startswith("finish")]
    assert finishes == ["finish 1.0 Returned own", "finish 1.0 Returned late"]
