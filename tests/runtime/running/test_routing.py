"""Names that several tools have."""

import logging
from typing import Any

import pytest

from agentchat import Agent, FunctionTool, RunConfig, Runner, UserError, function_tool, handoff
from agentchat.testing import ScriptedModel, assistant_message, function_call


def _tool(name: str, output: str) -> FunctionTool:
    @function_tool(name_override=name)
    def gives() -> str:
        """Gives a word."""
        return output

    return gives


def _handoff(name: str, agent: str) -> Any:
    return handoff(Agent(name=agent, model=ScriptedModel([[assistant_message(f"I am {agent}")]])), tool_name_override=name)


def _agent(tools: list[Any], handoffs: list[Any]) -> Agent[Any]:
    model = ScriptedModel([[function_call("go", {}, call_id="c1")], [assistant_message("x")]])
    return Agent(name="A", tools=tools, handoffs=handoffs, model=model)


COLLISIONS = [
    ([_tool("go", "first"), _tool("other", ""), _tool("go", "second")], [], ["other", "go"], [], "second"),
    ([_tool("go", "tool"), _tool("other", "")], [_handoff("go", "B")], ["other"], ["B"], '{"assistant": "B"}'),
    ([], [_handoff("go", "B"), _handoff("go", "C")], [], ["C"], '{"assistant": "C"}'),
]


@pytest.mark.parametrize(("tools", "handoffs", "offered", "offered_agents", "output"), COLLISIONS)
async def test_the_last_one_wins_and_a_handoff_over_a_tool(
    tools: list[Any], handoffs: list[Any], offered: list[str], offered_agents: list[str], output: str, caplog: pytest.LogCaptureFixture
) -> None:
    agent = _agent(tools, handoffs)
    with caplog.at_level(logging.WARNING, logger="agentchat"):
        result = await Runner.run(agent, "hi")
    assert isinstance(agent.model, ScriptedModel)
    call = agent.model.first_call
    assert call is not None
    assert ([tool.name for tool in call.tools], [entry.agent_name for entry in call.handoffs]) == (offered, offered_agents)
    assert result.new_items[1].to_input_item()["output"] == output
    assert "Agent 'A' has more than one tool named ['go']" in caplog.text


@pytest.mark.parametrize(
    ("which", "sentence"),
    [
        (0, "Ambiguous function tool configuration: the tool name `go` is used by multiple tools"),
        (1, "Ambiguous tool routing configuration: the tool name `go` is used by both a function tool and a handoff"),
        (2, "Ambiguous handoff configuration: the handoff tool name `go` is used by multiple handoffs"),
    ],
)
async def test_a_run_may_refuse_them(which: int, sentence: str) -> None:
    tools, handoffs, *_ = COLLISIONS[which]
    with pytest.raises(UserError, match=sentence):
        await Runner.run(_agent(tools, handoffs), "hi", run_config=RunConfig(tool_name_collision_policy="error"))


async def test_another_policy_does_not_exist() -> None:
    with pytest.raises(ValueError, match="must be either 'warn' or 'error'"):
        await Runner.run(_agent([], []), "hi", run_config=RunConfig(tool_name_collision_policy="last"))  # type: ignore[arg-type]


async def test_what_does_not_exist_is_told_behind_what_the_others_gave() -> None:
    model = ScriptedModel(
        [
            [function_call("nope", {}, call_id="c1"), function_call("go", {}, call_id="c2")],
            [assistant_message("x")],
        ]
    )
    agent = Agent(name="A", tools=[_tool("go", "went")], model=model)
    await Runner.run(agent, "hi", run_config=RunConfig(tool_not_found_behavior="return_error_to_model"))
    assert model.last_call is not None
    outputs = [item["output"] for item in model.last_call.input if item.get("type") == "function_call_output"]
    assert outputs == ["went", "Tool 'nope' not found."]


async def test_a_call_that_was_done_before_is_passed_over_and_the_model_asked_again() -> None:
    again = [function_call("go", {}, call_id="c1")]
    model = ScriptedModel([again, again, [assistant_message("x")]])
    result = await Runner.run(Agent(name="A", tools=[_tool("go", "went")], model=model), "hi")
    assert (result.final_output, len(model.calls), len(result.new_items)) == ("x", 3, 3)
