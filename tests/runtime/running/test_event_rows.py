"""The order of stream events of runs that are resumed, that fail, that a guardrail ends or that are stopped.

Runs that go through are in `test_events`, those with the provider's own tools in `test_hosted_calls`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from agentchat import (
    Agent,
    FunctionTool,
    GuardrailFunctionOutput,
    InputGuardrail,
    InputGuardrailTripwireTriggered,
    MaxTurnsExceeded,
    ModelBehaviorError,
    OutputGuardrailTripwireTriggered,
    Runner,
    RunResultStreaming,
    RunState,
    StreamEvent,
    function_tool,
    output_guardrail,
)
from agentchat.models.response_events import new_response, response_events
from agentchat.runtime.values.items import TResponseStreamEvent
from agentchat.testing import ModelCall, ModelStep, ScriptedModel, assistant_message, function_call
from tests.runtime.running.runs import add, noting, told, told_until_error

ADD = function_call("add", '{"a": 1, "b": 2}', call_id="add")


def _note(call_id: str) -> Any:
    return function_call("note", f'{{"text": "{call_id}"}}', call_id=call_id)


def _asking(*steps: Any) -> Agent[Any]:
    return Agent(name="A", tools=[noting([], needs_approval=True)], model=ScriptedModel([*steps, [assistant_message("done")]]))


async def _resumed(agent: Agent[Any], run: RunResultStreaming | RunState, decide: Callable[[RunState], None]) -> RunResultStreaming:
    state = run.to_state() if isinstance(run, RunResultStreaming) else run
    decide(state)
    return Runner.run_streamed(agent, state)


async def _asked(agent: Agent[Any]) -> RunResultStreaming:
    result = Runner.run_streamed(agent, "hi")
    await told(result)
    return result


@pytest.mark.parametrize(
    ("decide", "output"),
    [
        (lambda state: state.approve(state.get_interruptions()[0]), "noted c1"),
        (lambda state: state.reject(state.get_interruptions()[0]), "Tool execution was not approved."),
        (lambda state: state.reject(state.get_interruptions()[0], rejection_message="not today"), "not today"),
    ],
)
async def test_a_decided_call_is_not_told_a_second_time(decide: Callable[[RunState], None], output: str) -> None:
    agent = _asking([_note("c1")])
    result = await _resumed(agent, await _asked(agent), decide)
    assert await told(result) == ["AU(A)", f"tool_output {output}", "RAW", "message_output_created"]


async def test_where_nothing_was_decided_the_agent_is_all_that_is_told() -> None:
    agent = _asking([_note("c1")])
    result = await _resumed(agent, await _asked(agent), lambda _: None)
    assert await told(result) == ["AU(A)"]
    assert ([item.call_id for item in result.interruptions], result.current_turn) == (["c1"], 1)


async def test_of_two_waiting_calls_each_goes_on_when_it_is_decided() -> None:
    agent = _asking([_note("c1"), _note("c2")])
    first = await _resumed(agent, await _asked(agent), lambda state: state.approve(state.get_interruptions()[0]))
    assert await told(first) == ["AU(A)", "tool_output noted c1"]
    assert [item.call_id for item in first.interruptions] == ["c2"]
    second = await _resumed(agent, first, lambda state: state.reject(state.get_interruptions()[0], rejection_message="no"))
    assert await told(second) == ["AU(A)", "tool_output no", "RAW", "message_output_created"]


@pytest.mark.parametrize(
    ("decide", "output"),
    [
        (lambda state: state.approve(state.get_interruptions()[0], always_approve=True), "noted {}"),
        (lambda state: state.reject(state.get_interruptions()[0], always_reject=True, rejection_message="never"), "never"),
    ],
)
async def test_a_sticky_decision_answers_the_next_call_too(decide: Callable[[RunState], None], output: str) -> None:
    agent = _asking([_note("c1")], [_note("c2")])
    result = await _resumed(agent, await _asked(agent), decide)
    assert await told(result) == [
        "AU(A)", f"tool_output {output.format('c1')}", "RAW", "tool_called", f"tool_output {output.format('c2')}",
        "RAW", "message_output_created",
    ]  # fmt: skip


async def test_one_yes_is_for_one_call() -> None:
    agent = _asking([_note("c1")], [_note("c2")])
    result = await _resumed(agent, await _asked(agent), lambda state: state.approve(state.get_interruptions()[0]))
    assert await told(result) == ["AU(A)", "tool_output noted c1", "RAW", "tool_called"]
    assert [item.call_id for item in result.interruptions] == ["c2"]


async def test_an_agent_tool_has_its_output_when_all_calls_inside_are_decided() -> None:
    inner = _asking([_note("c1"), _note("c2")])
    call = function_call("ask_inner", {"input": "x"}, call_id="o1")
    outer = Agent(name="Outer", tools=[inner.as_tool("ask_inner", "Asks.")], model=ScriptedModel([[call], [assistant_message("end")]]))
    first = Runner.run_streamed(outer, "hi")
    assert await told(first) == ["AU(Outer)", "RAW", "tool_called"]
    assert [(item.agent.name, item.call_id) for item in first.interruptions] == [("A", "c1"), ("A", "c2")]
    second = await _resumed(outer, first, lambda state: state.approve(state.get_interruptions()[0]))
    assert await told(second) == ["AU(Outer)"]
    third = await _resumed(outer, second, lambda state: state.approve(state.get_interruptions()[0]))
    assert await told(third) == ["AU(Outer)", "tool_output done", "RAW", "message_output_created"]


async def test_the_events_of_an_agent_tool_go_to_its_callback_only() -> None:
    heard: list[StreamEvent] = []
    inner = Agent(name="I", model=ScriptedModel([[assistant_message("in")]]))
    tool = inner.as_tool("ask", "Asks.", on_stream=lambda payload: heard.append(payload["event"]))
    call = function_call("ask", {"input": "x"}, call_id="o1")
    outer = Agent(name="O", tools=[tool], model=ScriptedModel([[call], [assistant_message("out")]]))
    assert await told(Runner.run_streamed(outer, "hi")) == [
        "AU(O)", "RAW", "tool_called", "tool_output in", "RAW", "message_output_created",
    ]  # fmt: skip
    assert (heard[0].type, heard[-1].type, len(heard)) == ("agent_updated_stream_event", "run_item_stream_event", 11)


def _saying_no(gate: asyncio.Event, *, parallel: bool = True) -> list[InputGuardrail[Any]]:
    async def check(context: Any, agent: Any, given: Any) -> GuardrailFunctionOutput:
        await gate.wait()
        return GuardrailFunctionOutput(None, tripwire_triggered=True)

    return [InputGuardrail(check, run_in_parallel=parallel)]


def _held(gate: asyncio.Event, after: str, *, opens: asyncio.Event) -> ModelStep:
    """An answer that stands still behind an event of this type, where it opens another gate."""

    async def events(_: ModelCall) -> AsyncIterator[TResponseStreamEvent]:
        for event in response_events([assistant_message("x")], new_response("r", model="m")):
            yield event
            if event.type == after:
                opens.set()
                await gate.wait()

    return ModelStep.stream(events)


async def test_a_guardrail_that_is_slower_than_the_model_ends_the_run_behind_its_answer() -> None:
    gate = asyncio.Event()
    result = Runner.run_streamed(
        Agent(name="A", input_guardrails=_saying_no(gate), model=ScriptedModel([[assistant_message("x")]])), "hi"
    )
    words, error = await told_until_error(result, then=lambda word: gate.set() if word == "message_output_created" else None)
    assert words == ["AU(A)", "RAW", "message_output_created"]
    assert isinstance(error, InputGuardrailTripwireTriggered)


async def test_a_guardrail_that_is_faster_than_the_model_ends_its_answer() -> None:
    gate = asyncio.Event()
    model = ScriptedModel([_held(asyncio.Event(), "response.created", opens=gate)])
    words, error = await told_until_error(Runner.run_streamed(Agent(name="A", input_guardrails=_saying_no(gate), model=model), "hi"))
    assert (words, type(error)) == (["AU(A)", "RAW"], InputGuardrailTripwireTriggered)


async def test_a_guardrail_whose_no_comes_behind_a_turn_of_tools() -> None:
    gate = asyncio.Event()
    model = ScriptedModel([[ADD], _held(asyncio.Event(), "response.created", opens=gate)])
    agent = Agent(name="A", tools=[add], input_guardrails=_saying_no(gate), model=model)
    words, error = await told_until_error(Runner.run_streamed(agent, "hi"))
    assert words == ["AU(A)", "RAW", "tool_called", "tool_output 3", "RAW"]
    assert isinstance(error, InputGuardrailTripwireTriggered)


async def test_a_blocking_guardrail_ends_the_run_before_the_model() -> None:
    gate = asyncio.Event()
    gate.set()
    model = ScriptedModel([])
    result = Runner.run_streamed(Agent(name="A", input_guardrails=_saying_no(gate, parallel=False), model=model), "hi")
    words, error = await told_until_error(result)
    assert (words, type(error), model.calls) == (["AU(A)"], InputGuardrailTripwireTriggered, ())


async def test_an_output_guardrail_ends_the_run_behind_the_answer() -> None:
    @output_guardrail
    async def no(context: Any, agent: Any, output: Any) -> GuardrailFunctionOutput:
        return GuardrailFunctionOutput(None, tripwire_triggered=True)

    result = Runner.run_streamed(Agent(name="A", output_guardrails=[no], model=ScriptedModel([[assistant_message("x")]])), "hi")
    words, error = await told_until_error(result)
    assert (words, type(error)) == (["AU(A)", "RAW", "message_output_created"], OutputGuardrailTripwireTriggered)
    assert result.final_output is None


async def test_too_many_turns_with_a_handler_end_with_its_message() -> None:
    result = Runner.run_streamed(
        Agent(name="A", tools=[add], model=ScriptedModel([[ADD]])), "hi", max_turns=1, error_handlers={"max_turns": lambda _: "enough"}
    )
    assert await told(result) == ["AU(A)", "RAW", "tool_called", "tool_output 3", "message_output_created"]
    assert result.final_output == "enough"


async def test_too_many_turns_are_an_error_behind_the_last_of_them() -> None:
    result = Runner.run_streamed(Agent(name="A", tools=[add], model=ScriptedModel([[ADD]])), "hi", max_turns=1)
    words, error = await told_until_error(result)
    assert (words, type(error)) == (["AU(A)", "RAW", "tool_called", "tool_output 3"], MaxTurnsExceeded)


def _breaking(error: Exception) -> ModelStep:
    """An answer that has a message to its end and then breaks off."""

    async def events(_: ModelCall) -> AsyncIterator[TResponseStreamEvent]:
        for event in response_events([assistant_message("x")], new_response("r", model="m")):
            if event.type == "response.completed":
                raise error
            yield event

    return ModelStep.stream(events)


async def test_an_answer_that_breaks_off_has_its_raw_events_and_no_items() -> None:
    result = Runner.run_streamed(Agent(name="A", model=ScriptedModel([_breaking(ValueError("boom"))])), "hi")
    words, error = await told_until_error(result)
    assert (words, repr(error), result.new_items) == (["AU(A)", "RAW"], "ValueError('boom')", [])


async def test_a_model_that_fails_in_the_second_turn_leaves_the_first() -> None:
    result = Runner.run_streamed(Agent(name="A", tools=[add], model=ScriptedModel([[ADD], ValueError("boom")])), "hi")
    words, error = await told_until_error(result)
    assert (words, repr(error)) == (["AU(A)", "RAW", "tool_called", "tool_output 3"], "ValueError('boom')")
    assert [item.type for item in result.new_items] == ["tool_call_item", "tool_call_output_item"]


@pytest.mark.parametrize("end", ["response.failed", "response.incomplete"])
async def test_an_answer_that_the_server_gave_up_is_an_error_behind_its_events(end: Any) -> None:
    *before, last = response_events([assistant_message("x")], new_response("r", model="m"))
    failed = last.model_copy(update={"type": end})
    words, error = await told_until_error(
        Runner.run_streamed(Agent(name="A", model=ScriptedModel([ModelStep.stream([*before, failed])])), "hi")
    )
    assert (words, type(error)) == (["AU(A)", "RAW"], ModelBehaviorError)


async def test_items_count_where_the_completed_answer_has_none() -> None:
    *before, last = response_events([assistant_message("x")], new_response("r", model="m"))
    assert last.type == "response.completed"
    empty = last.model_copy(update={"response": last.response.model_copy(update={"output": []})})
    result = Runner.run_streamed(Agent(name="A", model=ScriptedModel([ModelStep.stream([*before, empty])])), "hi")
    assert await told(result) == ["AU(A)", "RAW", "message_output_created"]
    assert result.final_output == "x"


async def test_a_stop_at_a_word_is_the_end_of_the_events() -> None:
    waits = asyncio.Event()
    model = ScriptedModel([_held(asyncio.Event(), "response.output_text.delta", opens=waits)])
    result = Runner.run_streamed(Agent(name="A", model=model), "hi")
    kinds: list[str] = []
    async for event in result.stream_events():
        if event.type == "raw_response_event":
            kinds.append(event.data.type)
            if event.data.type == "response.output_text.delta":
                result.cancel()
    assert kinds[-1] == "response.output_text.delta"
    assert (result.new_items, result.final_output, result.is_complete) == ([], None, True)


def _waiting(begun: asyncio.Event, gate: asyncio.Event) -> FunctionTool:
    @function_tool
    async def wait() -> str:
        """Waits."""
        begun.set()
        await gate.wait()
        return "waited"

    return wait


async def test_a_stop_at_a_call_leaves_nothing_of_the_turn() -> None:
    step = [assistant_message("let me see"), function_call("wait", "{}", call_id="c1")]
    agent = Agent(name="A", tools=[_waiting(asyncio.Event(), asyncio.Event())], model=ScriptedModel([step]))
    result = Runner.run_streamed(agent, "hi")
    words, error = await told_until_error(result, then=lambda word: result.cancel() if word == "tool_called" else None)
    assert (words, error) == (["AU(A)", "RAW", "message_output_created", "tool_called"], None)
    assert result.new_items == []


@pytest.mark.parametrize("at", ["AU(A)", "RAW", "tool_called"])
async def test_a_stop_after_the_turn_tells_the_turn_to_its_end(at: str) -> None:
    gate = asyncio.Event()
    agent = Agent(
        name="A", tools=[_waiting(asyncio.Event(), gate)], model=ScriptedModel([[function_call("wait", "{}", call_id="c1")]])
    )
    result = Runner.run_streamed(agent, "hi")

    def stop(word: str) -> None:
        if word == at:
            result.cancel("after_turn")
            gate.set()

    words, error = await told_until_error(result, then=stop)
    assert (words, error) == (["AU(A)", "RAW", "tool_called", "tool_output waited"], None)
    assert [item.type for item in result.new_items] == ["tool_call_item", "tool_call_output_item"]
