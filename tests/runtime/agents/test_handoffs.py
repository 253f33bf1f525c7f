"""Declaring handoffs, and what a model is told of them."""

from typing import Any

import pytest
from pydantic import BaseModel

from agentchat import Agent, ModelBehaviorError, RunContextWrapper, Runner, UserError, handoff
from agentchat.runtime.agents.handoffs import handoff_of
from agentchat.testing import ScriptedModel, assistant_message, function_call


class Reason(BaseModel):
    why: str


def _b() -> Agent[Any]:
    return Agent(name="Bill Ing!", handoff_description="Knows money.", model=ScriptedModel([[assistant_message("I am B")]]))


def _a(entry: Any, tool: str, arguments: str = "{}") -> Agent[Any]:
    return Agent(name="A", handoffs=[entry], model=ScriptedModel([[function_call(tool, arguments, call_id="h1")]]))


def test_a_plain_agent_becomes_a_handoff_with_a_name_and_a_description_of_its_own() -> None:
    b = _b()
    entry = handoff_of(b)
    assert (entry.tool_name, entry.tool_description) == (
        "transfer_to_bill_ing_",
        "Handoff to the Bill Ing! agent to handle the request. Knows money.",
    )
    assert entry.input_json_schema == {"additionalProperties": False, "type": "object", "properties": {}, "required": []}
    assert (entry.agent_name, entry.target, entry.has_callback) == ("Bill Ing!", b, False)
    assert handoff_of(entry) is entry


def test_names_may_be_given() -> None:
    entry = handoff(_b(), tool_name_override="go", tool_description_override="Goes.")
    assert (entry.tool_name, entry.tool_description) == ("go", "Goes.")


@pytest.mark.parametrize("is_async", [False, True])
async def test_the_callback_gets_context_and_input_and_the_other_agent_goes_on(is_async: bool) -> None:
    got: list[Any] = []

    def plain(context: RunContextWrapper[Any], reason: Reason) -> None:
        got.append((context.context, reason))

    async def waiting(context: RunContextWrapper[Any], reason: Reason) -> None:
        got.append((context.context, reason))

    b = _b()
    entry = handoff(b, on_handoff=waiting if is_async else plain, input_type=Reason)
    result = await Runner.run(_a(entry, entry.tool_name, '{"why": "money"}'), "hi", context="ctx")
    assert (got, result.last_agent, result.final_output) == ([("ctx", Reason(why="money"))], b, "I am B")


@pytest.mark.parametrize("arguments", ["", "{}", "no json", '{"why": 3}'])
async def test_an_input_that_does_not_fit_is_the_model_s_error(arguments: str) -> None:
    taken: list[Any] = []
    entry = handoff(_b(), on_handoff=lambda context, reason: taken.append(reason), input_type=Reason)
    with pytest.raises(ModelBehaviorError):
        await Runner.run(_a(entry, entry.tool_name, arguments), "hi")
    assert taken == []


def test_a_declaration_that_cannot_work_is_refused() -> None:
    with pytest.raises(UserError, match="needs an on_handoff that takes the input"):
        handoff(_b(), input_type=Reason)
    with pytest.raises(UserError, match="on_handoff must take 1 parameter: the context"):
        handoff(_b(), on_handoff=lambda: None)
    with pytest.raises(UserError, match="on_handoff must take 2 parameters: the context and the input"):
        handoff(_b(), on_handoff=lambda context: None, input_type=Reason)


async def test_the_other_agent_gets_the_whole_history_under_its_own_instructions() -> None:
    b = _b().clone(instructions="You are B.")
    await Runner.run(_a(b, "transfer_to_bill_ing_"), "hi")
    assert isinstance(b.model, ScriptedModel)
    call = b.model.last_call
    assert call is not None
    assert [item.get("type", item.get("role")) for item in call.input] == ["user", "function_call", "function_call_output"]
    assert (call.system_instructions, call.input[-1]["output"]) == ("You are B.", '{"assistant": "Bill Ing!"}')


async def test_a_handoff_that_is_not_enabled_is_not_offered() -> None:
    model = ScriptedModel([[assistant_message("x")]])
    entries = [handoff(_b(), is_enabled=False), handoff(Agent(name="C"), is_enabled=lambda context, agent: agent.name == "A")]
    await Runner.run(Agent(name="A", handoffs=entries, model=model), "hi")
    assert model.last_call is not None
    assert [entry.tool_name for entry in model.last_call.handoffs] == ["transfer_to_c"]


async def test_the_first_handoff_of_a_response_wins_and_only_its_callback_is_called() -> None:
    taken: list[str] = []
    b, c = _b(), Agent(name="C")
    entries = [handoff(b, on_handoff=lambda context: taken.append("B")), handoff(c, on_handoff=lambda context: taken.append("C"))]
    calls = [function_call("transfer_to_bill_ing_", "{}", call_id="h1"), function_call("transfer_to_c", "{}", call_id="h2")]
    result = await Runner.run(Agent(name="A", handoffs=entries, model=ScriptedModel([calls])), "hi")
    assert (taken, result.last_agent) == (["B"], b)
