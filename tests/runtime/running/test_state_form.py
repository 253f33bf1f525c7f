"""A stored state that is not what `to_json` wrote is refused in one sentence, whatever is wrong with it."""

import copy
import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentchat import (
    Agent,
    AgentsException,
    GuardrailFunctionOutput,
    InputGuardrail,
    RunContextWrapper,
    Runner,
    RunState,
    ToolGuardrailFunctionOutput,
    ToolInputGuardrail,
    UserError,
    handoff,
)
from agentchat.testing import ScriptedModel, assistant_message, function_call
from tests.runtime.running.runs import noting

pytestmark = pytest.mark.no_cover  # what these run again and again, other tests cover; tracing it takes longer than running it

Json = dict[str, Any]
Place = tuple[str | int, ...]


async def _yes(*_: object) -> GuardrailFunctionOutput:
    return GuardrailFunctionOutput({"seen": True}, tripwire_triggered=False)


def _agent() -> Agent[Any]:
    """One that has something to say of every field: tools, a handoff that changed what is seen, an agent inside that asks a person."""

    def tools() -> list[Any]:
        return [noting([]), noting([], name="ask", needs_approval=True)]

    inner = Agent(name="inner", model=ScriptedModel([[function_call("ask", {"text": "i"}, call_id="i1")]]), tools=tools())
    calls = [
        function_call("inner", {"input": "go"}, call_id="n1"),
        function_call("ask", {"text": "x"}, call_id="c2"),
        function_call("note", {"text": "y"}, call_id="c3"),
        function_call("ask", {"text": "z"}, call_id="c4"),
    ]
    second = Agent(name="B", model=ScriptedModel([calls, [assistant_message("done")]]), tools=[*tools(), inner.as_tool("inner", "Helps.")])
    second.tools[0].tool_input_guardrails = [ToolInputGuardrail(lambda _: ToolGuardrailFunctionOutput.allow({"n": 1}))]  # type: ignore[union-attr]
    model = ScriptedModel([[function_call("note", {"text": "w"}, call_id="c1")], [function_call("transfer_to_b", {}, call_id="h1")]])
    handoffs = [handoff(second, input_filter=lambda data: data)]
    return Agent(name="A", model=model, tools=tools(), handoffs=handoffs, input_guardrails=[InputGuardrail(_yes)])


async def _stored() -> Json:
    state = (await Runner.run(_agent(), "hi", context={"mine": 1})).to_state()
    state.add_input("and this")
    state.approve(state.get_interruptions()[1], always_approve=True)
    return json.loads(state.to_string())


def _places(value: Any, at: Place = ()) -> Iterator[Place]:
    """Every place in the state, but for what the user's context has in it."""
    yield at
    if at == ("context", "context"):
        return
    entries: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in entries:
        yield from _places(inner, (*at, name))


def _put(state: Json, place: Place, value: Any) -> Any:
    *outer, last = place
    part: Any = state
    for name in outer:
        part = part[name]
    if value is _GONE:
        del part[last]
    else:
        part[last] = value
    return state


_GONE = object()
_OTHERS = st.sampled_from([_GONE, None, 0, -1, 2.5, True, "", "x", [], {}, [1], [{}], {"x": 1}, {"type": "message"}, float("nan"), 10**40])


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
@given(data=st.data())
async def test_a_state_with_anything_else_in_any_place_is_refused_in_one_sentence_or_runs(data: st.DataObject) -> None:
    """What happens to fit is not caught: it may be a state. But it never fails otherwise than the runtime does."""
    state = await _stored()
    places = [place for place in _places(state) if place]
    for _ in range(4):
        place, other = data.draw(st.sampled_from(places)), data.draw(_OTHERS)
        changed = _put(copy.deepcopy(state), place, other)
        try:
            loaded = await RunState.from_json(_agent(), changed)
        except UserError as error:
            said = str(error)
            assert "\n" not in said
            continue
        loaded.to_json()
        loaded.get_interruptions()
        with suppress(AgentsException):
            await Runner.run(_agent(), loaded)


@given(text=st.text(max_size=30) | st.sampled_from(["[" * 100_000, '{"$schemaVersion":', "null", "5", '"x"', "[]", "{}", "\ud800"]))
async def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(UserError):
        await RunState.from_string(_agent(), text)


@pytest.mark.parametrize("version", [None, "1.21", "agentchat/0", "agentchat/2", 1, [], {}])
async def test_another_version_is_refused_in_one_sentence(version: Any) -> None:
    with pytest.raises(UserError, match=r"^Run state schema version is not supported: .+; this version reads 'agentchat/1'\.$"):
        await RunState.from_json(_agent(), {**await _stored(), "$schemaVersion": version})


async def test_the_field_that_is_wrong_is_named() -> None:
    state = {**await _stored(), "max_turns": "many"}
    with pytest.raises(UserError, match=r"^The run state cannot be loaded: its 'max_turns' is of another form \(.+\); load what .+\.$"):
        await RunState.from_json(_agent(), state)


async def test_nothing_of_a_state_is_lost() -> None:
    stored = await _stored()
    assert (await RunState.from_json(_agent(), stored)).to_json() == stored


async def test_a_context_that_json_cannot_spell_says_what_to_do() -> None:
    state = RunState(RunContextWrapper({"a": object()}), "hi", _agent())
    with pytest.raises(UserError, match=r"give a context_serializer\.$"):
        state.to_string()


async def test_a_call_id_may_be_named_as_a_field_is() -> None:
    model = ScriptedModel([[function_call("ask", {"text": "x"}, call_id="slots")], [assistant_message("done")]])
    agent = Agent(name="A", model=model, tools=[noting([], name="ask", needs_approval=True)])
    state = (await Runner.run(agent, "hi")).to_state()
    state.approve(state.get_interruptions()[0])
    result = await Runner.run(agent, await RunState.from_string(agent, state.to_string()))
    assert result.final_output == "done"
