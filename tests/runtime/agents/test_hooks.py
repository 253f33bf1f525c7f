"""What may be set as hooks, and what may not."""

from typing import Any

import pytest

from agentchat import Agent, AgentHooks, AgentHooksBase, RunHooks, RunHooksBase, Runner
from agentchat.testing import ScriptedModel, assistant_message


class Context:
    pass


class OfRun(RunHooks[Context]):
    pass


class OfAgent(AgentHooks[Context]):
    pass


def agent() -> Agent[Any]:
    return Agent(name="A", model=ScriptedModel([[assistant_message("x")]]))


@pytest.mark.parametrize("hooks", [RunHooks(), RunHooksBase(), OfRun(), None])
async def test_run_hooks_that_do_nothing_change_nothing(hooks: Any) -> None:
    assert (await Runner.run(agent(), "hi", hooks=hooks)).final_output == "x"


@pytest.mark.parametrize("hooks", [AgentHooks(), AgentHooksBase(), OfAgent(), None])
async def test_agent_hooks_that_do_nothing_change_nothing(hooks: Any) -> None:
    assert (await Runner.run(agent().clone(hooks=hooks), "hi")).final_output == "x"


@pytest.mark.parametrize(
    ("hooks", "sentence"),
    [
        (5, "Run hooks must be instances of RunHooks. Received int."),
        (OfRun, "Run hooks must be instances of RunHooks. Received type."),
        (
            OfAgent(),
            (
                "Run hooks must be instances of RunHooks. Received agent-scoped hooks (OfAgent). "
                "Attach AgentHooks to an Agent via Agent(..., hooks=...)."
            ),
        ),
    ],
)
async def test_other_things_as_run_hooks_are_a_type_error_before_the_run_begins(hooks: Any, sentence: str) -> None:
    with pytest.raises(TypeError) as caught:
        await Runner.run(agent(), "hi", hooks=hooks)
    assert str(caught.value) == sentence
    with pytest.raises(TypeError) as caught:
        Runner.run_streamed(agent(), "hi", hooks=hooks)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(("hooks", "what"), [(5, "int"), (OfAgent, "type"), (OfRun(), "OfRun")])
def test_other_things_as_agent_hooks_are_a_type_error(hooks: Any, what: str) -> None:
    with pytest.raises(TypeError, match=f"Agent hooks must be an AgentHooks instance or None, got {what}"):
        Agent(name="A", hooks=hooks)


@pytest.mark.parametrize(("kind", "what"), [(5, "int"), ("Answer", "str"), ([int], "list")])
def test_other_things_as_output_type_are_a_type_error(kind: Any, what: str) -> None:
    with pytest.raises(TypeError, match=f"Agent output_type must be a type, AgentOutputSchemaBase, or None, got {what}"):
        Agent(name="A", output_type=kind)
