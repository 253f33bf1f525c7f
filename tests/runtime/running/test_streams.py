"""Reading a streamed run: what is told when, and what a reader who comes late, leaves or stops gets."""

import asyncio
import gc
import threading
import weakref
from typing import Any, Literal

import pytest

from agentchat import (
    Agent,
    AgentsException,
    CallModelData,
    ModelBehaviorError,
    ModelInputData,
    RunConfig,
    Runner,
    RunResultStreaming,
    SQLiteSession,
    StreamEvent,
    function_tool,
    handoff,
)
from agentchat.testing import ModelStep, ScriptedModel, assistant_message, function_call
from tests.runtime.running.runs import add, told


def _add_call(call_id: str = "c1") -> Any:
    return function_call("add", '{"a": 1, "b": 2}', call_id=call_id)


async def _read(result: RunResultStreaming, into: list[StreamEvent]) -> None:
    async for event in result.stream_events():
        into.append(event)  # noqa: PERF401 - kept up to the error


async def test_a_run_that_is_read_late_has_kept_its_events() -> None:
    result = Runner.run_streamed(Agent(name="A", model=ScriptedModel([[assistant_message("x")]])), "hi")
    await result.wait()
    events: list[StreamEvent] = []
    await _read(result, events)
    assert len(events) == 11


async def test_the_error_comes_behind_every_event_also_for_a_late_reader() -> None:
    model = ScriptedModel([[_add_call()], ValueError("the shop burned down")])
    result = Runner.run_streamed(Agent(name="A", tools=[add], model=model), "hi")
    await result.wait()
    events: list[StreamEvent] = []
    with pytest.raises(ValueError, match="the shop burned down"):
        await _read(result, events)
    assert [event.type for event in events][-2:] == ["run_item_stream_event", "run_item_stream_event"]
    assert (repr(result.run_loop_exception), result.is_complete) == ("ValueError('the shop burned down')", True)
    assert [item.type for item in result.new_items] == ["tool_call_item", "tool_call_output_item"]


async def test_a_stop_takes_back_what_was_told_and_not_read() -> None:
    model = ScriptedModel([[_add_call()], ModelStep.in_chunks(["a", "b"], gate=asyncio.Event())])
    second_turn = asyncio.Event()

    def begun(data: CallModelData) -> ModelInputData:
        if len(data.model_data.input) > 1:
            second_turn.set()
        return data.model_data

    config = RunConfig(call_model_input_filter=begun)
    result = Runner.run_streamed(Agent(name="A", tools=[add], model=model), "hi", run_config=config)
    await second_turn.wait()
    result.cancel()
    assert await told(result) == []
    assert len(result.new_items) == 2


async def test_the_run_after_a_stop_sees_two_messages_of_the_user_in_a_row() -> None:
    session = SQLiteSession("s")
    stopped = Runner.run_streamed(
        Agent(name="A", model=ScriptedModel([ModelStep.in_chunks(["a", "b"], gate=asyncio.Event())])), "one", session=session
    )
    async for event in stopped.stream_events():
        if event.type == "raw_response_event":
            stopped.cancel()
    await stopped.wait()
    model = ScriptedModel([[assistant_message("x")]])
    await Runner.run(Agent(name="A", model=model), "two", session=session)
    assert model.last_call is not None
    assert model.last_call.input == [{"content": "one", "role": "user"}, {"content": "two", "role": "user"}]


async def test_a_stop_after_the_turn_waits_for_the_tool_that_runs() -> None:
    session, gate = SQLiteSession("s"), asyncio.Event()

    @function_tool
    async def slow() -> str:
        """Waits."""
        result.cancel(mode="after_turn")
        await gate.wait()
        return "slowly"

    agent = Agent(name="A", tools=[slow], model=ScriptedModel([[function_call("slow", "{}", call_id="c1")]]))
    result = Runner.run_streamed(agent, "hi", session=session)
    asyncio.get_running_loop().call_soon(gate.set)
    assert await told(result) == ["AU(A)", "RAW", "tool_called", "tool_output slowly"]
    assert (result.final_output, result.current_turn, result.is_complete) == (None, 1, True)
    assert [item.get("type", "user") for item in await session.get_items()] == ["user", "function_call", "function_call_output"]


@pytest.mark.parametrize("mode", ["after_turn", "immediate"])
async def test_a_stop_at_the_last_event_of_a_turn_comes_before_the_next_one(mode: Literal["after_turn", "immediate"]) -> None:
    model = ScriptedModel([[_add_call()], [_add_call("c2")], [assistant_message("x")]])
    result = Runner.run_streamed(Agent(name="A", tools=[add], model=model), "hi")
    async for event in result.stream_events():
        if event.type == "run_item_stream_event" and event.name == "tool_output":
            result.cancel(mode=mode)
    await result.wait()
    assert (len(model.calls), result.current_turn) == (1, 1)
    assert [item.type for item in result.new_items] == ["tool_call_item", "tool_call_output_item"]


async def test_a_turn_that_was_stopped_leaves_no_response_to_chain_on() -> None:
    model = ScriptedModel([[_add_call()]])
    result = Runner.run_streamed(Agent(name="A", tools=[add], model=model), "hi")
    async for event in result.stream_events():
        if event.type == "run_item_stream_event" and event.name == "tool_called":
            result.cancel()
    await result.wait()
    assert (result.raw_responses, result.last_response_id) == ([], None)
    assert result.context_wrapper.usage.requests == 1


async def test_a_stop_of_a_run_at_rest_changes_nothing() -> None:
    result = Runner.run_streamed(Agent(name="A", model=ScriptedModel([[assistant_message("x")]])), "hi")
    await result.wait()
    result.cancel()
    assert (len(await told(result)), result.final_output) == (3, "x")


async def test_a_cancelled_run_leaves_only_the_input_in_its_session() -> None:
    session, running = SQLiteSession("s"), asyncio.Event()

    @function_tool
    async def slow() -> str:
        """Waits for ever."""
        running.set()
        await asyncio.Event().wait()
        return ""

    agent = Agent(name="A", tools=[slow], model=ScriptedModel([[function_call("slow", "{}", call_id="c1")]]))
    task = asyncio.create_task(Runner.run(agent, "hi", session=session))
    await running.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await session.get_items() == [{"content": "hi", "role": "user"}]


async def test_a_streamed_result_shows_where_its_run_stands() -> None:
    agent = Agent(name="A", model=ScriptedModel([[assistant_message("x")]]))
    result = Runner.run_streamed(agent, "hi", max_turns=3)
    assert (result.is_complete, result.current_turn, result.max_turns, result.final_output) == (False, 0, 3, None)
    assert (result.current_agent, result.last_agent, result.last_response_id, result.interruptions) == (agent, agent, None, [])
    assert (result.run_loop_exception, result.trace, result.run_loop_task.done()) == (None, None, False)
    await told(result)
    assert (result.is_complete, result.current_turn, result.final_output, result.last_response_id) == (True, 1, "x", "resp-789")
    assert str(result) == (
        'RunResultStreaming:\n- Current agent: Agent(name="A", ...)\n- Current turn: 1\n- Max turns: 3\n- Is complete: True\n'
        "- Final output (str):\n    x\n- 1 new item(s)\n- 1 raw response(s)\n- 0 input guardrail result(s)\n"
        "- 0 output guardrail result(s)\n(See `RunResultStreaming` for more details)"
    )


async def test_the_last_agent_follows_a_handoff() -> None:
    b = Agent(name="B", model=ScriptedModel([[assistant_message("x")]]))
    a = Agent(name="A", handoffs=[handoff(b)], model=ScriptedModel([[function_call("transfer_to_b", "{}", call_id="c1")]]))
    result = Runner.run_streamed(a, "hi")
    assert result.last_agent is a
    await result.wait()
    assert (result.last_agent, result.current_agent) == (b, b)


async def test_the_details_of_an_error_in_words() -> None:
    model = ScriptedModel([[_add_call()], [function_call("nope", "{}", call_id="c2")]])
    with pytest.raises(ModelBehaviorError) as caught:
        await told(Runner.run_streamed(Agent(name="A", tools=[add], model=model), "hi"))
    assert str(caught.value.run_data) == (
        'RunErrorDetails:\n- Last agent: Agent(name="A", ...)\n- 2 new item(s)\n- 1 raw response(s)\n'
        "- 0 input guardrail result(s)\n- 0 output guardrail result(s)\n- 0 tool input guardrail result(s)\n"
        "- 0 tool output guardrail result(s)\n(See `RunErrorDetails` for more details)"
    )


async def _handed_over() -> tuple[Agent[Any], Any]:
    b = Agent(name="B", model=ScriptedModel([[assistant_message("x")]]))
    calls = [_add_call()], [function_call("transfer_to_b", "{}", call_id="c2")]
    a = Agent(name="A", tools=[add], handoffs=[b], model=ScriptedModel(calls))
    before = set(threading.enumerate())
    result = await Runner.run(a, "hi")
    # The thread of a sync tool holds its call, and the agent with it, for a moment after it has given its answer.
    for thread in set(threading.enumerate()) - before:
        thread.join()
    return a, result


async def test_a_released_agent_that_somebody_keeps_is_still_there() -> None:
    a, result = await _handed_over()
    result.release_agents()
    gc.collect()
    assert result.last_agent is a.handoffs[0]
    assert [item.agent.name for item in result.new_items] == ["A", "A", "A", "A", "B"]
    assert result.new_items[0].agent is a
    result.release_agents()
    assert result.last_agent is a.handoffs[0]


async def test_a_released_agent_that_nobody_keeps_is_gone_and_the_rest_of_the_result_is_not() -> None:
    a, result = await _handed_over()
    gone, before = weakref.ref(a), len(result.to_input_list())
    del a
    result.release_agents()
    gc.collect()
    assert gone() is None
    with pytest.raises(AgentsException, match="Last agent reference is no longer available"):
        _ = result.last_agent
    with pytest.raises(AgentsException, match="take its state before you release them"):
        result.to_state()
    output = result.new_items[3]
    assert [item.agent.name for item in result.new_items] == ["A", "A", "A", "A", "B"]
    assert (output.source_agent.name, output.target_agent.name, result.final_output) == ("A", "B", "x")
    assert (len(result.to_input_list()), str(result)[:44]) == (before, 'RunResult:\n- Last agent: Agent(name="B", ...')


async def test_items_may_keep_their_agents() -> None:
    a, result = await _handed_over()
    kept = weakref.ref(a)
    del a
    result.release_agents(release_new_items=False)
    gc.collect()
    assert result.new_items[0].agent is kept()


async def test_one_item_may_let_go_of_its_agent() -> None:
    a, result = await _handed_over()
    result.new_items[0].release_agent()
    assert (result.new_items[0].agent, result.last_agent) == (a, a.handoffs[0])


async def test_a_second_reader_is_refused_and_the_first_reads_on() -> None:
    gate = asyncio.Event()
    result = Runner.run_streamed(Agent(name="A", model=ScriptedModel([ModelStep.in_chunks(["a"], gate=gate)])), "hi")
    events = result.stream_events()
    first = await anext(events)
    with pytest.raises(RuntimeError, match="another task is reading"):
        await asyncio.wait_for(told(result), timeout=5)
    gate.set()
    assert [first.type, *[event.type async for event in events]][-1] == "run_item_stream_event"
    assert result.final_output == "a"


async def test_a_run_that_was_stopped_at_a_handoff_lets_go_of_the_agent_that_takes_over() -> None:
    target = Agent(name="B")
    agent = Agent(name="A", handoffs=[target], model=ScriptedModel([[function_call("transfer_to_b", "{}", call_id="h")]]))
    result = Runner.run_streamed(agent, "hi")
    result.cancel("after_turn")
    await told(result)
    result.release_agents()
    gone = weakref.ref(target)
    del agent, target
    gc.collect()
    assert gone() is None


async def test_questions_of_an_agent_inside_let_go_of_it_too() -> None:
    @function_tool(needs_approval=True)
    async def ask() -> str:
        """Asks."""
        return "asked"

    inner = Agent(name="I", tools=[ask], model=ScriptedModel([[function_call("ask", "{}", call_id="i")]]))
    call = function_call("inner", {"input": "x"}, call_id="o")
    result = Runner.run_streamed(Agent(name="O", tools=[inner.as_tool("inner", "")], model=ScriptedModel([[call]])), "hi")
    await told(result)
    result.release_agents()
    gone = weakref.ref(inner)
    del inner
    gc.collect()
    assert (gone(), [item.agent.name for item in result.interruptions]) == (None, ["I"])
