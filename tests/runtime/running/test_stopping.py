"""Leaving a run: at once, after the turn, by walking away from its events."""

import asyncio
from contextlib import aclosing

import pytest

from agentchat import (
    Agent,
    GuardrailFunctionOutput,
    OutputGuardrail,
    RawResponsesStreamEvent,
    RunConfig,
    Runner,
    SQLiteSession,
    function_tool,
)
from agentchat.runtime.values.facts import TurnFact
from agentchat.testing import ModelStep, ScriptedModel, assistant_message, function_call
from agentchat.testing_journal import InMemoryJournal
from tests.runtime.running.runs import add, told


def _add_call(call_id: str = "c1") -> object:
    return function_call("add", '{"a": 1, "b": 2}', call_id=call_id)


def _for_one() -> asyncio.Event:
    """A gate that lets one delta through."""
    gate = asyncio.Event()
    gate.set()
    return gate


def _tasks() -> set[asyncio.Task[object]]:
    return {task for task in asyncio.all_tasks() if task is not asyncio.current_task()}


async def test_an_immediate_stop_ends_the_events_without_an_error_and_keeps_the_partial_text() -> None:
    model = ScriptedModel([ModelStep.in_chunks(["Hello ", "world"], gate=_for_one())])
    result = Runner.run_streamed(Agent(name="A", model=model), "hi")
    async for event in result.stream_events():
        if isinstance(event, RawResponsesStreamEvent) and event.data.type == "response.output_text.delta":
            result.cancel()
    await result.wait()
    assert (result.partial_output, result.new_items, result.final_output) == ("Hello ", [], None)
    assert _tasks() == set()


async def test_stopped_before_it_is_read_it_tells_nothing() -> None:
    result = Runner.run_streamed(Agent(name="A", model=ScriptedModel([[assistant_message("x")]])), "hi")
    result.cancel()
    assert await told(result) == []


async def test_a_stop_in_the_second_turn_keeps_the_first() -> None:
    session = SQLiteSession("s")
    model = ScriptedModel([[_add_call()], ModelStep.in_chunks(["Hello ", "world"], gate=_for_one())])
    agent = Agent(name="A", tools=[add], model=model)
    result = Runner.run_streamed(agent, "hi", session=session)
    async for event in result.stream_events():
        if isinstance(event, RawResponsesStreamEvent) and event.data.type == "response.output_text.delta":
            result.cancel()
    await result.wait()
    assert [item.type for item in result.new_items] == ["tool_call_item", "tool_call_output_item"]
    assert result.current_turn == 2
    assert [item.get("type", "user") for item in await session.get_items()] == ["user", "function_call", "function_call_output"]
    model.enqueue([assistant_message("3")])
    resumed = Runner.run_streamed(agent, result.to_state(), session=session)
    assert await told(resumed) == ["AU(A)", "RAW", "message_output_created"]
    assert resumed.current_turn == 3
    assert len(await session.get_items()) == 4


async def test_a_stop_while_a_tool_runs_cancels_it_and_leaves_nothing_of_the_turn() -> None:
    cancelled = asyncio.Event()
    session = SQLiteSession("s")

    @function_tool
    async def slow() -> str:
        """Waits."""
        result.cancel()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise
        return ""

    model = ScriptedModel([[function_call("slow", "{}", call_id="c1")]])
    result = Runner.run_streamed(Agent(name="A", tools=[slow], model=model), "hi", session=session)
    await result.wait()
    assert cancelled.is_set()
    assert result.new_items == []
    assert await session.get_items() == [{"content": "hi", "role": "user"}]
    assert _tasks() == set()


async def test_a_stop_after_the_turn_lets_its_tools_finish_and_can_be_gone_on_with() -> None:
    session = SQLiteSession("s")
    agent = Agent(name="A", tools=[add], model=ScriptedModel([[_add_call()], [assistant_message("3")]]))
    result = Runner.run_streamed(agent, "hi", session=session)
    result.cancel(mode="after_turn")
    assert await told(result) == ["AU(A)", "RAW", "tool_called", "tool_output 3"]
    assert (result.final_output, result.current_turn) == (None, 1)
    resumed = Runner.run_streamed(agent, result.to_state(), session=session)
    assert await told(resumed) == ["AU(A)", "RAW", "message_output_created"]
    assert len(await session.get_items()) == 4


async def test_breaking_out_of_the_events_cancels_the_run() -> None:
    model = ScriptedModel([ModelStep.in_chunks(["Hello ", "world"], gate=_for_one())])
    result = Runner.run_streamed(Agent(name="A", model=model), "hi")
    async with aclosing(result.stream_events()) as events:
        async for event in events:
            if isinstance(event, RawResponsesStreamEvent) and event.data.type == "response.output_text.delta":
                break
    await result.wait()
    assert (result.is_complete, result.partial_output) == (True, "Hello ")
    assert _tasks() == set()


async def test_a_loop_that_is_left_without_a_name_for_its_events_cancels_too() -> None:
    model = ScriptedModel([ModelStep.in_chunks(["Hello ", "world"], gate=_for_one())])
    result = Runner.run_streamed(Agent(name="A", model=model), "hi")
    async for event in result.stream_events():
        if isinstance(event, RawResponsesStreamEvent) and event.data.type == "response.output_text.delta":
            break
    await result.wait()
    assert result.is_complete


async def test_a_cancelled_reader_cancels_its_run() -> None:
    model = ScriptedModel([ModelStep.in_chunks(["Hello ", "world"], gate=_for_one())])
    result = Runner.run_streamed(Agent(name="A", model=model), "hi")
    first = asyncio.Event()

    async def read() -> None:
        async for event in result.stream_events():
            if isinstance(event, RawResponsesStreamEvent):
                first.set()

    reader = asyncio.create_task(read())
    await first.wait()
    reader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reader
    await result.wait()
    assert _tasks() == set()


async def test_with_a_journal_a_stopped_answer_is_a_row_and_an_item() -> None:
    journal = InMemoryJournal("s")
    model = ScriptedModel([ModelStep.in_chunks(["Hello ", "world"], gate=_for_one())])
    result = Runner.run_streamed(Agent(name="A", model=model), "hi", run_config=RunConfig(run_journal=journal))
    async for event in result.stream_events():
        if isinstance(event, RawResponsesStreamEvent) and event.data.type == "response.output_text.delta":
            result.cancel()
    await result.wait()
    rows = await journal.get_items()
    assert [item.to_input_item() for item in result.new_items] == rows[1:]
    assert (rows[1]["status"], rows[1]["content"][0]["text"]) == ("incomplete", "Hello ")


@pytest.mark.parametrize("whose", ["agent", "run"])
async def test_with_a_journal_a_stopped_answer_that_no_output_guardrail_has_seen_is_a_fact_and_no_row(whose: str) -> None:
    async def look(*_: object) -> GuardrailFunctionOutput:
        raise AssertionError("a text that broke off is not looked at")

    journal, guardrails = InMemoryJournal("s"), [OutputGuardrail(look)]
    model = ScriptedModel([ModelStep.in_chunks(["Hello ", "world"], gate=_for_one())])
    agent = Agent(name="A", model=model, output_guardrails=guardrails if whose == "agent" else [])
    config = RunConfig(run_journal=journal, output_guardrails=guardrails if whose == "run" else None)
    result = Runner.run_streamed(agent, "hi", run_config=config)
    async for event in result.stream_events():
        if isinstance(event, RawResponsesStreamEvent) and event.data.type == "response.output_text.delta":
            result.cancel()
    await result.wait()
    saved = await journal.load()
    assert [row.item["role"] for row in saved.rows] == ["user"]
    assert (result.new_items, result.partial_output) == ([], "Hello ")
    assert [(fact.fact.kind, fact.fact.text) for fact in saved.facts if isinstance(fact.fact, TurnFact)] == [
        ("cut off", "The answer broke off before a guardrail had seen it, and is not sent to any agent: Hello "),
        ("stopped", "Stopped by you."),
    ]


async def test_with_a_journal_calls_that_ran_keep_their_outputs_and_the_others_say_what_is_known() -> None:
    journal, running = InMemoryJournal("s"), asyncio.Event()

    @function_tool
    async def slow() -> str:
        """Waits."""
        running.set()
        await asyncio.Event().wait()
        return ""

    @function_tool(needs_approval=True)
    def asks() -> str:
        """Asks."""
        return ""

    calls = [_add_call(), function_call("slow", "{}", call_id="c2"), function_call("asks", "{}", call_id="c3")]
    agent = Agent(name="A", tools=[add, slow, asks], model=ScriptedModel([calls]))
    result = Runner.run_streamed(agent, "hi", run_config=RunConfig(run_journal=journal))
    events = asyncio.create_task(_all(result))
    await running.wait()
    result.cancel()
    await events
    outputs = [row["output"] for row in await journal.get_items() if row.get("type") == "function_call_output"]
    assert outputs == ["3", "Stopped by the user; it may have taken effect.", "Stopped by the user before it ran."]


async def _all(result: object) -> None:
    async for _ in result.run_events():  # type: ignore[attr-defined]
        pass
