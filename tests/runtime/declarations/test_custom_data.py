"""What a tool's author keeps beside an output: on the item and in a state, never for the model."""

from collections.abc import Mapping
from typing import Any

import pytest

from agentchat import (
    Agent,
    FunctionToolCustomDataContext,
    RunConfig,
    Runner,
    RunState,
    ToolCallOutputItem,
    UserError,
    function_tool,
)
from agentchat.testing import ScriptedModel, assistant_message, function_call
from agentchat.testing_journal import InMemoryJournal

SORRY = "An error occurred while running the tool. Please try again."


def _agent(extractor: Any, **options: Any) -> Agent[Any]:
    @function_tool(custom_data_extractor=extractor, **options)
    def work(x: int) -> dict[str, int]:
        """Works."""
        if x == 9:
            raise ValueError("no")
        return {"doubled": 2 * x}

    calls = [function_call("work", {"x": 1}, call_id="c1"), function_call("work", {"x": 9}, call_id="c2")]
    return Agent(name="A", tools=[work], model=ScriptedModel([calls, [assistant_message("ok")]]))


def _kept(items: list[Any]) -> list[Mapping[str, Any] | None]:
    return [item.custom_data for item in items if isinstance(item, ToolCallOutputItem)]


async def test_the_extractor_gets_the_call_and_what_came_of_it() -> None:
    seen: list[FunctionToolCustomDataContext] = []

    def extract(context: FunctionToolCustomDataContext) -> dict[str, Any]:
        seen.append(context)
        return {"tool": context.tool.name, "call": context.tool_context.tool_call_id}

    result = await Runner.run(_agent(extract), "hi")
    assert _kept(result.new_items) == [{"tool": "work", "call": "c1"}, {"tool": "work", "call": "c2"}]
    assert sorted((context.raw_item["call_id"], context.output) for context in seen) == [("c1", {"doubled": 2}), ("c2", SORRY)]
    assert [context.raw_item["output"] for context in sorted(seen, key=lambda each: str(each.raw_item["call_id"]))] == [
        "{'doubled': 2}",
        SORRY,
    ]
    assert all("custom_data" not in item for item in result.to_input_list())


async def _later(context: FunctionToolCustomDataContext) -> dict[str, Any]:
    return {"later": [1, None]}


@pytest.mark.parametrize(("extractor", "kept"), [(_later, {"later": [1, None]}), (lambda _: None, None), (lambda _: {}, None)])
async def test_it_may_be_async_and_may_keep_nothing(extractor: Any, kept: Any) -> None:
    assert _kept((await Runner.run(_agent(extractor), "hi")).new_items) == [kept, kept]


@pytest.mark.parametrize(
    ("extractor", "sentence"),
    [
        (lambda _: [1], "custom_data_extractor must return a mapping or None"),
        (lambda _: {"x": object()}, "custom_data_extractor must return JSON-compatible data"),
        (lambda _: 1 / 0, "Error running tool work: its custom_data_extractor failed: division by zero"),
    ],
)
async def test_what_cannot_be_kept_is_the_author_s_mistake(extractor: Any, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        await Runner.run(_agent(extractor), "hi")


@pytest.mark.parametrize("journaled", [False, True])
async def test_it_survives_in_a_state(journaled: bool) -> None:
    @function_tool(needs_approval=True)
    def asks() -> str:
        """Asks."""
        return "asked"

    agent = _agent(lambda context: {"call": context.tool_context.tool_call_id})
    calls = [function_call("work", {"x": 1}, call_id="c1"), function_call("asks", {}, call_id="c2")]
    agent = agent.clone(tools=[*agent.tools, asks], model=ScriptedModel([calls, [assistant_message("ok")]]))
    config = RunConfig(run_journal=InMemoryJournal()) if journaled else RunConfig()
    first = await Runner.run(agent, "hi", run_config=config)
    state = await RunState.from_json(agent, first.to_state().to_json())
    state.approve(state.get_interruptions()[0])
    result = await Runner.run(agent, state, run_config=config)
    assert _kept(result.new_items) == [{"call": "c1"}, None]
