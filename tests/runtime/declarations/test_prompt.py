"""A prompt that the provider keeps, on its way to the model."""

from typing import Any

import pytest

from agentchat import Agent, GenerateDynamicPromptData, Prompt, RunContextWrapper, Runner, UserError
from agentchat.testing import ScriptedModel, assistant_message


def _named(data: GenerateDynamicPromptData) -> Prompt:
    return {"id": f"for {data.agent.name}"}


async def _from_context(data: GenerateDynamicPromptData) -> Prompt:
    return {"id": "q", "variables": {"city": data.context.context["city"]}}


@pytest.mark.parametrize(
    ("prompt", "sent"),
    [
        (None, None),
        ({"id": "p"}, {"id": "p", "version": None, "variables": None}),
        ({"id": "p", "version": "2", "variables": {"a": "b"}, "other": 1}, {"id": "p", "version": "2", "variables": {"a": "b"}}),
        (_named, {"id": "for A", "version": None, "variables": None}),
        (_from_context, {"id": "q", "version": None, "variables": {"city": "Oslo"}}),
    ],
)
@pytest.mark.parametrize("streamed", [False, True])
async def test_the_model_gets_the_prompt(prompt: Any, sent: Any, streamed: bool) -> None:
    model = ScriptedModel([[assistant_message("x")]])
    agent = Agent(name="A", prompt=prompt, model=model)
    if streamed:
        await Runner.run_streamed(agent, "hi", context={"city": "Oslo"}).wait()
    else:
        await Runner.run(agent, "hi", context={"city": "Oslo"})
    assert model.last_call is not None
    assert model.last_call.prompt == sent


@pytest.mark.parametrize("given", [None, "p", 3])
async def test_a_function_that_gives_no_prompt_is_the_users_mistake(given: Any) -> None:
    with pytest.raises(UserError, match="Dynamic prompt function must return a Prompt"):
        await Agent(name="A", prompt=lambda _: given).get_prompt(RunContextWrapper(None))


async def test_a_prompt_without_an_id_is_the_users_mistake() -> None:
    nameless: Any = {"version": "1"}
    with pytest.raises(UserError, match="The prompt of agent 'A' needs an id"):
        await Agent(name="A", prompt=nameless).get_prompt(RunContextWrapper(None))
