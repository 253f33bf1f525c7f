"""What an agent takes, what it refuses, and what it says of itself in a run."""

import asyncio
from typing import Any

import pytest

from agentchat import Agent, ModelSettings, RunContextWrapper, Runner, RunState, UserError, function_tool
from agentchat.runtime.agents.agent import agents_within_reach
from agentchat.testing import ScriptedModel, assistant_message

CONTEXT: RunContextWrapper[Any] = RunContextWrapper("ctx")


@pytest.mark.parametrize(
    ("field", "value", "what"),
    [
        ("name", 3, "a string"),
        ("handoff_description", 3, "a string or None"),
        ("tools", (), "a list"),
        ("mcp_servers", None, "a list"),
        ("mcp_config", [], "a dict"),
        ("instructions", 3, "a string, callable, or None"),
        ("prompt", "p", "a Prompt, DynamicPromptFunction, or None"),
        ("handoffs", {}, "a list"),
        ("model", 3, "a string, Model, or None"),
        ("model_settings", 3, "a ModelSettings instance or a dict"),
        ("input_guardrails", "x", "a list"),
        ("output_guardrails", None, "a list"),
        ("reset_tool_choice", 1, "a boolean"),
    ],
)
def test_a_field_of_the_wrong_type_is_a_type_error(field: str, value: Any, what: str) -> None:
    fields: dict[str, Any] = {"name": "A", field: value}
    with pytest.raises(TypeError, match=f"Agent {field} must be {what}, got {type(value).__name__}"):
        Agent(**fields)


@pytest.mark.parametrize("behavior", ["stop", {"stop": []}, 3, None, ["run_llm_again"]])
def test_a_tool_use_behavior_that_is_none_is_a_type_error(behavior: Any) -> None:
    with pytest.raises(TypeError, match="Agent tool_use_behavior must be"):
        Agent(name="A", tool_use_behavior=behavior)


def test_model_settings_may_be_a_dict() -> None:
    settings: Any = {"temperature": 0.5}
    assert Agent(name="A", model_settings=settings).model_settings == ModelSettings(temperature=0.5)
    settings = {"temprature": 0.5}
    with pytest.raises(TypeError, match="Unknown model settings: temprature"):
        Agent(name="A", model_settings=settings)


def test_a_clone_changes_what_it_is_told_and_shares_the_rest() -> None:
    one = Agent(name="A", instructions="be kind", tools=[])
    two = one.clone(name="B", handoffs=[one])
    assert (two.name, two.instructions, one.handoffs) == ("B", "be kind", [])
    assert two.tools is one.tools
    assert two.handoffs is not one.handoffs


async def _async(context: RunContextWrapper[Any], agent: Agent[Any]) -> str:
    return f"{agent.name} in {context.context}"


@pytest.mark.parametrize(
    ("instructions", "prompt"),
    [
        (None, None),
        ("plain", "plain"),
        (_async, "A in ctx"),
        (lambda context, agent: f"{context.context} of {agent.name}", "ctx of A"),
    ],
)
async def test_instructions_are_a_text_or_a_function_that_gives_one(instructions: Any, prompt: str | None) -> None:
    model = ScriptedModel([[assistant_message("x")]])
    await Runner.run(Agent(name="A", instructions=instructions, model=model), "hi", context="ctx")
    assert model.last_call is not None
    assert model.last_call.system_instructions == prompt


@pytest.mark.parametrize("instructions", [lambda: "", lambda context: "", lambda a, b, c: ""])
async def test_an_instructions_function_takes_exactly_two_parameters(instructions: Any) -> None:
    with pytest.raises(TypeError, match="must take exactly two parameters"):
        await Agent(name="A", instructions=instructions).get_system_prompt(CONTEXT)


def _tool(name: str, enabled: Any) -> Any:
    @function_tool(name_override=name, is_enabled=enabled)
    def work() -> str:
        """Works."""
        return ""

    return work


async def test_only_enabled_tools_are_offered_in_their_order_and_they_are_asked_at_once() -> None:
    gate = asyncio.Event()

    async def first(context: Any, agent: Any) -> bool:
        await gate.wait()
        return True

    async def second(context: Any, agent: Any) -> bool:
        gate.set()
        return agent.name == "A"

    settings = [first, True, False, second, lambda context, agent: context.context == "other"]
    tools = [_tool(f"t{place}", setting) for place, setting in enumerate(settings)]
    assert [tool.name for tool in await Agent(name="A", tools=tools).get_all_tools(CONTEXT)] == ["t0", "t1", "t3"]


async def test_when_one_cannot_say_whether_it_is_enabled_the_others_are_not_left_running() -> None:
    started = asyncio.Event()

    async def waits(context: Any, agent: Any) -> bool:
        started.set()
        return await asyncio.get_running_loop().create_future()

    async def breaks(context: Any, agent: Any) -> bool:
        await started.wait()
        raise ValueError("no")

    agent = Agent(name="A", tools=[_tool("a", waits), _tool("b", breaks)])
    with pytest.raises(ValueError, match="no"):
        await agent.get_all_tools(CONTEXT)
    await asyncio.sleep(0)
    assert len(asyncio.all_tasks()) == 1


def test_agents_within_reach_are_found_once_the_nearest_first_over_circles() -> None:
    a, b, c = Agent(name="A"), Agent(name="B"), Agent(name="C")
    a.handoffs, b.handoffs, c.handoffs = [b, c], [a, c], [a]
    assert list(agents_within_reach(a)) == ["A", "B", "C"]
    assert agents_within_reach(a)["B"] is b


async def test_a_state_whose_agent_is_out_of_reach_is_refused_with_the_names_that_are_known() -> None:
    data = (await Runner.run(Agent(name="A", model=ScriptedModel([[assistant_message("x")]])), "hi")).to_state().to_json()
    with pytest.raises(UserError, match="Agent 'A' cannot be reached from 'Z'; known here: Z"):
        await RunState.from_json(Agent(name="Z"), data)
