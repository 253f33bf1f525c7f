"""`on_stream`: what a callback gets of an agent that runs as a tool."""

import asyncio
import logging
from typing import Any

import pytest

from agentchat import Agent, Runner, ToolContext, UserError
from agentchat.testing import ScriptedModel, assistant_message, function_call
from tests.runtime.running.quiet import nothing_left
from tests.runtime.running.runs import noting


def _outer(tool: Any) -> Agent[Any]:
    call = function_call("ask", {"input": "q"}, call_id="c1")
    return Agent(name="outer", model=ScriptedModel([[call], [assistant_message("done")]]), tools=[tool])


def _inner(**fields: Any) -> Agent[Any]:
    return Agent(name="inner", model=ScriptedModel([[assistant_message("inner says")]]), **fields)


async def _output(tool: Any) -> Any:
    result = await Runner.run(_outer(tool), "hi")
    return result.new_items[1].output  # type: ignore[union-attr]


async def test_the_callback_gets_the_events_the_agent_and_the_call() -> None:
    told: list[str] = []

    def note(payload: Any) -> None:
        event = payload["event"]
        if event.type != "raw_response_event":
            name = event.name if event.type == "run_item_stream_event" else "AU"
            told.append(f"{payload['agent'].name} {payload['tool_call'].call_id} {name}")

    third = Agent(name="third", model=ScriptedModel([[assistant_message("3rd")]]))
    calls = [function_call("note", {"text": "x"}, call_id="i1")]
    model = ScriptedModel([calls, [function_call("transfer_to_third", {}, call_id="h1")]])
    inner = Agent(name="inner", model=model, tools=[noting([])], handoffs=[third])
    assert await _output(inner.as_tool("ask", "d", on_stream=note)) == "3rd"
    assert told == [
        "inner c1 AU", "inner c1 tool_called", "inner c1 tool_output", "inner c1 handoff_requested", "inner c1 handoff_occured",
        "third c1 AU", "third c1 message_output_created",
    ]  # fmt: skip


async def test_all_events_are_delivered_before_the_call_is_over() -> None:
    told: list[str] = []

    async def slow(payload: Any) -> None:
        await asyncio.sleep(0)
        told.append(payload["event"].type)

    await _output(_inner().as_tool("ask", "d", on_stream=slow))
    assert told[-1] == "run_item_stream_event"


async def test_what_the_callback_raises_is_logged_and_changes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def bad(payload: Any) -> None:
        raise ValueError("boom")

    with caplog.at_level(logging.ERROR):
        assert await _output(_inner().as_tool("ask", "d", on_stream=bad)) == "inner says"
    assert "The on_stream callback of an agent tool failed" in caplog.text


async def test_a_callback_that_falls_too_far_behind_fails_the_call() -> None:
    gate = asyncio.Event()

    async def held(payload: Any) -> None:
        await gate.wait()

    def words(ctx: Any, error: Exception) -> str:
        return str(error)

    tool = _inner().as_tool("ask", "d", on_stream=held, on_stream_max_pending_events=1, failure_error_function=words)
    assert await _output(tool) == (
        "Agent tool on_stream backlog exceeded on_stream_max_pending_events=1. "
        "Use a faster handler, increase the limit, or set it to None."
    )


async def test_without_a_limit_it_may_be_as_slow_as_it_likes() -> None:
    async def slow(payload: Any) -> None:
        await asyncio.sleep(0.001)

    assert await _output(_inner().as_tool("ask", "d", on_stream=slow, on_stream_max_pending_events=None)) == "inner says"


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_below_one_is_refused(limit: int) -> None:
    with pytest.raises(UserError, match="on_stream_max_pending_events must be a positive integer or None"):
        _inner().as_tool("ask", "d", on_stream_max_pending_events=limit)


async def test_a_stop_ends_the_callback_too() -> None:
    reached = asyncio.Event()

    async def held(payload: Any) -> None:
        reached.set()
        await asyncio.Event().wait()

    result = Runner.run_streamed(_outer(_inner().as_tool("ask", "d", on_stream=held)), "hi")
    await reached.wait()
    result.cancel()
    await result.wait()
    assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []


async def test_a_call_outside_any_run_that_fails_leaves_no_run_behind() -> None:
    tool = _inner().as_tool("ask", "d", on_stream=lambda _: None, on_stream_max_pending_events=1)
    arguments = '{"input": "q"}'
    context: ToolContext[Any] = ToolContext(context=None, tool_name="ask", tool_call_id="c1", tool_arguments=arguments)
    async with nothing_left():
        assert "An error occurred" in str(await tool.on_invoke_tool(context, arguments))
