"""What the model is sent of a history that does not fit together."""

from typing import Any

import pytest

from agentchat import Agent, RunConfig, RunContextWrapper, Runner, SessionSettings, SQLiteSession
from agentchat.runtime.running.progress import Progress
from agentchat.testing import ScriptedModel, assistant_message
from tests.runtime.running.runs import add


def _call(call_id: str) -> dict[str, Any]:
    return {"type": "function_call", "call_id": call_id, "name": "add", "arguments": "{}"}


def _output(call_id: str) -> dict[str, Any]:
    return {"type": "function_call_output", "call_id": call_id, "output": "1"}


def _reasoning(item_id: str) -> dict[str, Any]:
    return {"type": "reasoning", "id": item_id, "summary": []}


USER = {"role": "user", "content": "hi"}


@pytest.mark.parametrize(
    ("items", "left_out"),
    [
        ([USER, _call("a"), _output("a")], []),
        ([USER, _call("a")], [1]),
        ([_output("a"), USER], [0]),
        ([_output("a"), USER, _call("b"), _output("b")], [0]),
        ([_call("a"), _call("b"), _output("b"), _output("a")], []),
        ([_call("a"), _output("a"), USER, _call("a"), _output("a")], [0, 1]),
        ([_call("a"), _output("a"), USER, {**_call("a"), "arguments": "[]"}, _output("a")], []),
        ([_reasoning("r"), _call("a"), USER], [0, 1]),
        ([_reasoning("r"), _call("a"), _output("a")], []),
        ([_reasoning("r"), _call("a"), _call("b"), _output("b")], [1]),
        ([_reasoning("r"), _reasoning("s"), _call("a"), _call("b"), USER], [0, 1, 2, 3]),
        ([_reasoning("r"), USER, _call("a")], [2]),
        ([_reasoning("r"), USER, _reasoning("r"), USER], [0]),
        ([{"type": "reasoning", "summary": []}, USER, {"type": "reasoning", "summary": []}, USER], []),
        ([_call("a"), _output("a"), USER, _call("a")], [3]),
        ([_call("a"), USER, _call("a"), _output("a")], [0]),
        ([_call("a"), _output("a"), _output("a")], [2]),
    ],
)
def test_calls_without_output_and_outputs_without_call_are_not_sent(items: list[dict[str, Any]], left_out: list[int]) -> None:
    progress = Progress(run_id="r", agent=Agent(name="A"), original_input="", context=RunContextWrapper(None), max_turns=1)
    progress.extend_input(items)
    assert progress.model_input() == [item for place, item in enumerate(items) if place not in left_out]
    assert progress.input_items == items


async def test_a_limited_history_that_begins_with_an_output_is_sent_without_it() -> None:
    session = SQLiteSession("s")
    stored = [USER, _call("a"), _output("a"), {"role": "assistant", "content": "1"}]
    await session.add_items(stored)
    model = ScriptedModel([[assistant_message("x")]])
    config = RunConfig(session_settings=SessionSettings(limit=2))
    await Runner.run(Agent(name="A", tools=[add], model=model), "next", session=session, run_config=config)
    assert model.last_call is not None
    assert [item["content"] for item in model.last_call.input] == ["1", "next"]
    assert (await session.get_items())[: len(stored)] == stored
