"""RunState by itself: made by hand, its settings, the context object in its stored form."""

import dataclasses
import logging
from typing import Any

import pytest
from pydantic import BaseModel

from agentchat import Agent, RunContextWrapper, Runner, RunState, UserError
from agentchat.testing import ScriptedModel, assistant_message, function_call
from tests.runtime.running.runs import noting


class Basket(BaseModel):
    apples: int = 1


@dataclasses.dataclass
class Shelf:
    row: str = "a"


class Other:
    pass


async def _waiting(context: Any = None) -> tuple[Agent[Any], RunState]:
    call = function_call("note", {"text": "x"}, call_id="c1")
    agent = Agent(name="A", model=ScriptedModel([[call], [assistant_message("done")]]), tools=[noting([], needs_approval=True)])
    return agent, (await Runner.run(agent, "hi", context=context)).to_state()


@pytest.mark.parametrize("wrapper", [True, False])
async def test_a_state_made_by_hand_is_a_run_that_has_not_begun(wrapper: bool) -> None:
    agent = Agent(name="A", model=ScriptedModel([[assistant_message("done")]]))
    state = RunState(RunContextWrapper("mine") if wrapper else "mine", "hello", agent, max_turns=3)
    assert (state.get_interruptions(), state.pending_input, state.get_tool_use_tracker_snapshot()) == ([], [], {})
    state = await RunState.from_json(agent, state.to_json(), context_override="mine")
    result = await Runner.run(agent, state)
    assert (result.final_output, result.max_turns, result.context_wrapper.context, result.input) == ("done", 3, "mine", "hello")
    assert agent.model.calls[0].input == [{"role": "user", "content": "hello"}]  # type: ignore[union-attr]


async def test_such_a_state_may_name_a_conversation_that_the_provider_keeps() -> None:
    agent = Agent(name="A", model=ScriptedModel([[assistant_message("done")]]))
    await Runner.run(agent, RunState(None, "hello", agent, previous_response_id="before"))
    assert agent.model.calls[0].previous_response_id == "before"  # type: ignore[union-attr]


async def test_the_tools_that_were_used_can_be_looked_at_and_set() -> None:
    agent, state = await _waiting()
    state.set_tool_use_tracker_snapshot({"A": ["t"]})
    state = await RunState.from_json(agent, state.to_json())
    state.get_tool_use_tracker_snapshot()["A"].append("not kept")
    assert state.get_tool_use_tracker_snapshot() == {"A": ["t"]}
    state.set_tool_use_tracker_snapshot(None)
    assert state.get_tool_use_tracker_snapshot() == {}


async def test_what_becomes_of_reasoning_ids_and_the_trace_are_kept_with_the_state() -> None:
    agent, state = await _waiting()
    state.set_reasoning_item_id_policy("omit")
    state.set_trace({"workflow_name": "w"})
    stored = (await RunState.from_json(agent, state.to_json(include_tracing_api_key=True))).to_json()
    assert (stored["reasoning_item_id_policy"], stored["trace"]) == ("omit", {"workflow_name": "w"})
    state.set_trace(object())
    assert state.to_json()["trace"] is None


@pytest.mark.parametrize("context", [None, {"a": 1}])
async def test_a_mapping_comes_back_as_it_was(context: Any, caplog: pytest.LogCaptureFixture) -> None:
    agent, state = await _waiting(context)
    restored = await RunState.from_json(agent, state.to_json(strict_context=True), strict_context=True)
    assert (restored._progress.context.context, caplog.text) == (context, "")


@pytest.mark.parametrize(
    ("context", "restored", "said"),
    [
        (Basket(), {"apples": 1}, "a Basket, is stored as its fields"),
        (Shelf(), {"row": "a"}, "a Shelf, is stored as its fields"),
        (Other(), {}, "a Other, is left out of the stored state"),
        (5, {}, "a int, is left out of the stored state"),
    ],
)
async def test_any_other_context_is_kept_as_far_as_it_goes_and_that_is_said(
    context: Any, restored: Any, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    agent, state = await _waiting(context)
    with caplog.at_level(logging.WARNING):
        stored = state.to_json()
    assert said in caplog.text
    assert (await RunState.from_json(agent, stored))._progress.context.context == restored
    with pytest.raises(UserError, match="requires context to be a mapping when strict_context is True"):
        state.to_json(strict_context=True)
    with pytest.raises(UserError, match="context_override"):
        await RunState.from_json(agent, stored, strict_context=True)
    again = await RunState.from_json(agent, stored, context_override="given", strict_context=True)
    assert again._progress.context.context == "given"


async def test_a_serializer_and_a_deserializer_go_over_all_that() -> None:
    agent, state = await _waiting(5)
    stored = state.to_json(context_serializer=lambda context: {"is": context}, strict_context=True)
    restored = await RunState.from_json(agent, stored, context_deserializer=lambda data: data["is"], strict_context=True)
    assert restored._progress.context.context == 5
    assert (await RunState.from_json(agent, stored))._progress.context.context == {"is": 5}


async def test_only_questions_can_be_decided() -> None:
    _, state = await _waiting()
    with pytest.raises(UserError, match=r"Only items of result\.interruptions can be decided; this is a str"):
        state.approve("c1")  # type: ignore[arg-type]


async def test_an_agent_that_is_gone_is_named() -> None:
    _, state = await _waiting()
    with pytest.raises(UserError, match="Agent 'A' cannot be reached from 'B'; known here: B"):
        await RunState.from_json(Agent(name="B"), state.to_json())
