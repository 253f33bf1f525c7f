"""The order of stream events: one case for each kind of run."""

import asyncio

import pytest

from agentchat import (
    Agent,
    MaxTurnsExceeded,
    ModelBehaviorError,
    RawResponsesStreamEvent,
    RunConfig,
    Runner,
    RunResultStreaming,
    ToolApprovalItem,
    function_tool,
)
from agentchat.testing import ModelStep, ScriptedModel, assistant_message, function_call, reasoning
from tests.runtime.running.runs import add, noting, told


def _add_call(call_id: str = "c1") -> object:
    return function_call("add", '{"a": 1, "b": 2}', call_id=call_id)


async def _collect(result: RunResultStreaming, words: list[str]) -> None:
    """The types of the run's events, up to what ends it."""
    async for event in result.stream_events():
        words += [event.type]


async def test_a_plain_message() -> None:
    result = Runner.run_streamed(Agent(name="A", model=ScriptedModel([[assistant_message("hello")]])), "hi")
    assert await told(result) == ["AU(A)", "RAW", "message_output_created"]
    assert result.final_output == "hello"


async def test_the_raw_events_of_a_message_are_those_of_the_responses_api() -> None:
    result = Runner.run_streamed(Agent(name="A", model=ScriptedModel([[assistant_message("hello")]])), "hi")
    kinds = [event.data.type async for event in result.stream_events() if isinstance(event, RawResponsesStreamEvent)]
    assert list(dict.fromkeys(kinds)) == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]


async def test_one_tool_call() -> None:
    model = ScriptedModel([[_add_call()], [assistant_message("3")]])
    result = Runner.run_streamed(Agent(name="A", tools=[add], model=model), "hi")
    assert await told(result) == ["AU(A)", "RAW", "tool_called", "tool_output 3", "RAW", "message_output_created"]


async def test_a_message_next_to_a_tool_call_does_not_end_the_run() -> None:
    model = ScriptedModel([[assistant_message("let me see"), _add_call()], [assistant_message("3")]])
    result = Runner.run_streamed(Agent(name="A", tools=[add], model=model), "hi")
    assert await told(result) == [
        "AU(A)", "RAW", "message_output_created", "tool_called", "tool_output 3", "RAW", "message_output_created",
    ]  # fmt: skip


async def test_parallel_calls_give_their_outputs_in_call_order_whichever_ends_first() -> None:
    ended: list[str] = []
    others = asyncio.Event()

    @function_tool
    async def work(name: str) -> str:
        """Works."""
        if name == "one":
            await others.wait()
        ended.append(name)
        if len(ended) == 2:
            others.set()
        return name

    calls = [function_call("work", f'{{"name": "{name}"}}', call_id=name) for name in ("one", "two", "three")]
    model = ScriptedModel([calls, [assistant_message("done")]])
    events = await told(Runner.run_streamed(Agent(name="A", tools=[work], model=model), "hi"))
    assert ended == ["two", "three", "one"]
    assert events == [
        "AU(A)", "RAW", "tool_called", "tool_called", "tool_called",
        "tool_output one", "tool_output two", "tool_output three", "RAW", "message_output_created",
    ]  # fmt: skip


async def test_reasoning_comes_before_its_call() -> None:
    model = ScriptedModel([[reasoning("a sum"), _add_call()], [reasoning("done"), assistant_message("3")]])
    result = Runner.run_streamed(Agent(name="A", tools=[add], model=model), "hi")
    assert await told(result) == [
        "AU(A)", "RAW", "reasoning_item_created", "tool_called", "tool_output 3",
        "RAW", "reasoning_item_created", "message_output_created",
    ]  # fmt: skip


async def test_a_handoff() -> None:
    b = Agent(name="B", model=ScriptedModel([[assistant_message("I am B")]]))
    a = Agent(name="A", handoffs=[b], model=ScriptedModel([[function_call("transfer_to_b", "{}", call_id="h1")]]))
    result = Runner.run_streamed(a, "hi")
    assert await told(result) == [
        "AU(A)", "RAW", "handoff_requested", "handoff_occured", "AU(B)", "RAW", "message_output_created",
    ]  # fmt: skip
    assert result.last_agent is b


async def test_a_tool_and_two_handoffs_in_one_response() -> None:
    b = Agent(name="B", model=ScriptedModel([[assistant_message("I am B")]]))
    c = Agent(name="C")
    calls = [_add_call(), function_call("transfer_to_b", "{}", call_id="h1"), function_call("transfer_to_c", "{}", call_id="h2")]
    a = Agent(name="A", tools=[add], handoffs=[b, c], model=ScriptedModel([calls]))
    assert await told(Runner.run_streamed(a, "hi")) == [
        "AU(A)", "RAW", "tool_called", "handoff_requested", "handoff_requested", "tool_output 3",
        "tool_output Multiple handoffs detected, ignoring this one.", "handoff_occured", "AU(B)", "RAW", "message_output_created",
    ]  # fmt: skip


async def test_a_call_that_needs_approval_ends_the_stream_with_an_interruption() -> None:
    seen: list[str] = []
    model = ScriptedModel([[function_call("note", '{"text": "x"}', call_id="c1")]])
    result = Runner.run_streamed(Agent(name="A", tools=[noting(seen, needs_approval=True)], model=model), "hi")
    assert await told(result) == ["AU(A)", "RAW", "tool_called"]
    assert [item.call_id for item in result.interruptions] == ["c1"]
    assert [item.type for item in result.new_items] == ["tool_call_item", "tool_approval_item"]
    assert (seen, result.final_output) == ([], None)


async def test_a_plain_tool_beside_one_that_waits_runs_at_once_and_only_once() -> None:
    seen: list[str] = []
    tools = [noting(seen, name="ask", needs_approval=True), noting(seen, name="plain")]
    calls = [function_call("ask", '{"text": "d"}', call_id="c1"), function_call("plain", '{"text": "p"}', call_id="c2")]
    agent = Agent(name="A", tools=tools, model=ScriptedModel([calls, [assistant_message("done")]]))
    first = Runner.run_streamed(agent, "hi")
    assert await told(first) == ["AU(A)", "RAW", "tool_called", "tool_called", "tool_output noted p"]
    state = first.to_state()
    state.approve(state.get_interruptions()[0])
    assert await told(Runner.run_streamed(agent, state)) == ["AU(A)", "tool_output noted d", "RAW", "message_output_created"]
    assert seen == ["p", "d"]


async def test_a_handoff_waits_for_the_approvals_of_its_response() -> None:
    seen: list[str] = []
    b = Agent(name="B", model=ScriptedModel([[assistant_message("I am B")]]))
    calls = [function_call("note", '{"text": "x"}', call_id="c1"), function_call("transfer_to_b", "{}", call_id="h1")]
    a = Agent(name="A", tools=[noting(seen, needs_approval=True)], handoffs=[b], model=ScriptedModel([calls]))
    first = Runner.run_streamed(a, "hi")
    assert await told(first) == ["AU(A)", "RAW", "tool_called", "handoff_requested"]
    state = first.to_state()
    state.approve(state.get_interruptions()[0])
    assert await told(Runner.run_streamed(a, state)) == [
        "AU(A)", "tool_output noted x", "handoff_occured", "AU(B)", "RAW", "message_output_created",
    ]  # fmt: skip


async def test_too_many_turns_are_told_after_all_events() -> None:
    model = ScriptedModel([[_add_call("c1")], [_add_call("c2")], [_add_call("c3")]])
    result = Runner.run_streamed(Agent(name="A", tools=[add], model=model), "hi", max_turns=2)
    words: list[str] = []
    with pytest.raises(MaxTurnsExceeded, match=r"Max turns \(2\) exceeded") as caught:
        await _collect(result, words)
    assert words.count("run_item_stream_event") == 4
    assert result.current_turn == 3
    assert caught.value.run_data is not None
    assert len(caught.value.run_data.new_items) == 4


async def test_a_model_that_fails_at_once_raises_after_the_agent_was_told() -> None:
    result = Runner.run_streamed(Agent(name="A", model=ScriptedModel([ValueError("boom")])), "hi")
    words: list[str] = []
    with pytest.raises(ValueError, match="boom"):
        await _collect(result, words)
    assert words == ["agent_updated_stream_event"]


async def test_a_stream_without_an_end_is_an_error_after_its_events() -> None:
    model = ScriptedModel([ModelStep.stream([])])
    result = Runner.run_streamed(Agent(name="A", model=model), "hi")
    with pytest.raises(ModelBehaviorError, match="did not produce a final response"):
        await _collect(result, [])


async def test_an_unknown_tool_fails_the_run() -> None:
    model = ScriptedModel([[function_call("nope", "{}", call_id="c1")]])
    with pytest.raises(ModelBehaviorError, match="Tool nope not found in agent A"):
        await told(Runner.run_streamed(Agent(name="A", model=model), "hi"))


async def test_an_unknown_tool_is_told_to_the_model_where_the_run_says_so() -> None:
    model = ScriptedModel([[function_call("nope", "{}", call_id="c1")], [assistant_message("sorry")]])
    config = RunConfig(tool_not_found_behavior="return_error_to_model")
    events = await told(Runner.run_streamed(Agent(name="A", model=model), "hi", run_config=config))
    assert events == ["AU(A)", "RAW", "tool_called", "tool_output Tool 'nope' not found.", "RAW", "message_output_created"]


async def test_a_second_iteration_yields_nothing() -> None:
    result = Runner.run_streamed(Agent(name="A", model=ScriptedModel([[assistant_message("x")]])), "hi")
    await told(result)
    assert await told(result) == []


async def test_a_run_that_nobody_reads_completes() -> None:
    result = Runner.run_streamed(Agent(name="A", model=ScriptedModel([[assistant_message("x")]])), "hi")
    await result.wait()
    assert result.final_output == "x"


async def test_approvals_have_no_event() -> None:
    model = ScriptedModel([[function_call("note", '{"text": "x"}', call_id="c1")]])
    result = Runner.run_streamed(Agent(name="A", tools=[noting([], needs_approval=True)], model=model), "hi")
    await told(result)
    assert [type(item) for item in result.new_items if item.type == "tool_approval_item"] == [ToolApprovalItem]
