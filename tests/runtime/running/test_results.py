"""What a run came to, as its caller sees it; and what of the agent decides that."""

from typing import Any

import pytest

from agentchat import (
    Agent,
    FunctionToolResult,
    ModelRefusalError,
    ModelSettings,
    RunConfig,
    Runner,
    ToolsToFinalOutputResult,
    UserError,
    function_tool,
)
from agentchat.models.openai_objects import message_of, part_of
from agentchat.runtime.ports.model import Model, ModelProvider
from agentchat.runtime.ports.run_config import CallModelData, ModelInputData
from agentchat.testing import ModelStep, ScriptedModel, assistant_message, function_call, reasoning
from tests.runtime.running.runs import add, noting


def _adds(*numbers: int) -> list[Any]:
    return [function_call("add", {"a": number, "b": 1}, call_id=f"c{number}") for number in numbers]


async def test_the_input_list_is_input_and_items_and_owes_nothing_to_either() -> None:
    given = [{"role": "user", "content": "hi"}]
    agent = Agent(name="A", tools=[add], model=ScriptedModel([_adds(1), [assistant_message("2")]]))
    result = await Runner.run(agent, given)
    listed = result.to_input_list()
    assert [item.get("type", item.get("role")) for item in listed] == ["user", "function_call", "function_call_output", "message"]
    assert listed == result.to_input_list(mode="normalized")
    listed[0]["content"] = "changed"
    assert (given[0]["content"], result.to_input_list()[0]["content"]) == ("hi", "hi")


async def test_a_list_that_the_caller_changes_later_does_not_change_the_run() -> None:
    given: list[dict[str, Any]] = [{"role": "user", "content": "hi"}]
    model = ScriptedModel([[assistant_message("x")]])
    result = Runner.run_streamed(Agent(name="A", model=model), given)
    given[0]["content"] = "changed"
    given.clear()
    await result.wait()
    assert model.last_call is not None
    assert model.last_call.input == [{"role": "user", "content": "hi"}]


async def test_waiting_calls_stand_in_no_input_list() -> None:
    model = ScriptedModel([[function_call("note", {"text": "x"}, call_id="c1")]])
    result = await Runner.run(Agent(name="A", tools=[noting([], needs_approval=True)], model=model), "hi")
    assert [item.get("type", "user") for item in result.to_input_list()] == ["user", "function_call"]
    with pytest.raises(ValueError, match="Unknown mode 'some'"):
        result.to_input_list(mode="some")  # type: ignore[arg-type]


async def test_the_last_response_id_is_that_of_the_last_answer() -> None:
    steps = [ModelStep(_adds(1), response_id="r1"), ModelStep([assistant_message("2")], response_id="r2")]
    result = await Runner.run(Agent(name="A", tools=[add], model=ScriptedModel(steps)), "hi")
    assert (result.last_response_id, [response.response_id for response in result.raw_responses]) == ("r2", ["r1", "r2"])


async def test_a_result_in_words() -> None:
    result = await Runner.run(Agent(name="A", tools=[add], model=ScriptedModel([_adds(1), [assistant_message("one\ntwo")]])), "hi")
    assert str(result) == (
        'RunResult:\n- Last agent: Agent(name="A", ...)\n- Final output (str):\n    one\n    two\n- 3 new item(s)\n'
        "- 2 raw response(s)\n- 0 input guardrail result(s)\n- 0 output guardrail result(s)\n(See `RunResult` for more details)"
    )


async def test_the_final_output_as_a_type() -> None:
    result = await Runner.run(Agent(name="A", model=ScriptedModel([[assistant_message("x")]])), "hi")
    assert result.final_output_as(str) == "x"
    assert result.final_output_as(int) == "x"
    with pytest.raises(TypeError, match="The final output is a str, not a int"):
        result.final_output_as(int, raise_if_incorrect_type=True)


async def test_the_last_of_several_messages_is_the_final_output() -> None:
    model = ScriptedModel([[assistant_message("one", item_id="m1"), assistant_message("two", item_id="m2")]])
    assert (await Runner.run(Agent(name="A", model=model), "hi")).final_output == "two"


async def test_an_empty_answer_is_an_empty_text() -> None:
    assert (await Runner.run(Agent(name="A", model=ScriptedModel([[]])), "hi")).final_output == ""


async def test_a_refusal_is_an_error() -> None:
    model = ScriptedModel([[message_of("m", [part_of("refusal", "I will not")], "completed")]])
    with pytest.raises(ModelRefusalError, match="I will not"):
        await Runner.run(Agent(name="A", model=model), "hi")


async def _final(behavior: Any, *, calls: list[Any] | None = None) -> Any:
    model = ScriptedModel([calls or _adds(1, 2), [assistant_message("from the model")]])
    return (await Runner.run(Agent(name="A", tools=[add], model=model, tool_use_behavior=behavior), "hi")).final_output


async def _async_first(context: Any, results: list[FunctionToolResult]) -> ToolsToFinalOutputResult:
    return ToolsToFinalOutputResult(is_final_output=True, final_output=[result.output for result in results])


def _never(context: Any, results: list[FunctionToolResult]) -> ToolsToFinalOutputResult:
    return ToolsToFinalOutputResult(is_final_output=False)


@pytest.mark.parametrize(
    ("behavior", "output"),
    [
        ("run_llm_again", "from the model"),
        ("stop_on_first_tool", "2"),
        ({"stop_at_tool_names": ["add"]}, "2"),
        ({"stop_at_tool_names": ["other"]}, "from the model"),
        (_async_first, "[2, 3]"),
        (_never, "from the model"),
    ],
)
async def test_what_follows_a_turn_s_tools(behavior: Any, output: str) -> None:
    assert await _final(behavior) == output


async def test_all_calls_run_even_when_the_first_ends_the_run() -> None:
    seen: list[str] = []
    calls = [function_call("note", {"text": text}, call_id=text) for text in ("a", "b")]
    agent = Agent(name="A", tools=[noting(seen)], model=ScriptedModel([calls]), tool_use_behavior="stop_on_first_tool")
    result = await Runner.run(agent, "hi")
    assert (seen, result.final_output, len(result.new_items)) == (["a", "b"], "noted a", 4)


async def test_a_tool_that_returns_none_has_the_output_none() -> None:
    @function_tool
    def nothing() -> None:
        """Returns nothing."""

    got: list[Any] = []

    def look(context: Any, results: list[FunctionToolResult]) -> ToolsToFinalOutputResult:
        got.extend(result.output for result in results)
        return ToolsToFinalOutputResult(is_final_output=True, final_output="done")

    model = ScriptedModel([[function_call("nothing", "{}", call_id="c1")]])
    result = await Runner.run(Agent(name="A", tools=[nothing], model=model, tool_use_behavior=look), "hi")
    assert got == [None]
    assert (result.new_items[1].output, result.new_items[1].raw_item["output"]) == (None, "None")  # type: ignore[union-attr]


@pytest.mark.parametrize(("reset", "second"), [(True, None), (False, "required")])
async def test_a_forced_tool_choice_is_dropped_after_a_tool_was_used(reset: bool, second: str | None) -> None:
    model = ScriptedModel([_adds(1), [assistant_message("2")]])
    settings = ModelSettings(tool_choice="required")
    await Runner.run(Agent(name="A", tools=[add], model=model, model_settings=settings, reset_tool_choice=reset), "hi")
    assert [call.model_settings.tool_choice for call in model.calls] == ["required", second]


async def test_a_filter_changes_what_is_sent_and_never_the_history() -> None:
    got: list[str] = []

    async def rude(data: CallModelData) -> ModelInputData:
        got.append(data.model_data.input[0]["content"])
        data.model_data.input[0]["content"] = "changed in place"
        return ModelInputData(input=[*data.model_data.input, {"role": "user", "content": "more"}], instructions="other")

    model = ScriptedModel([_adds(1), [assistant_message("2")]])
    agent = Agent(name="A", instructions="own", tools=[add], model=model)
    result = await Runner.run(agent, "hi", run_config=RunConfig(call_model_input_filter=rude))
    assert [(call.system_instructions, call.input[0]["content"], call.input[-1]["content"]) for call in model.calls] == [
        ("other", "changed in place", "more"),
    ] * 2
    assert ([len(call.input) for call in model.calls], got) == ([2, 4], ["hi", "hi"])
    assert result.to_input_list()[0]["content"] == "hi"


async def test_a_filter_that_returns_something_else_is_refused() -> None:
    config = RunConfig(call_model_input_filter=lambda data: data)  # type: ignore[arg-type, return-value]
    with pytest.raises(UserError, match="call_model_input_filter must return ModelInputData, not CallModelData"):
        await Runner.run(Agent(name="A", model=ScriptedModel([])), "hi", run_config=config)


class _Provider(ModelProvider):
    def __init__(self) -> None:
        self.asked: list[str | None] = []

    def get_model(self, model_name: str | None) -> Model:
        self.asked.append(model_name)
        return ScriptedModel([[assistant_message(f"from {model_name}")]])


@pytest.mark.parametrize(
    ("own", "over", "output"),
    [
        (None, None, "from None"),
        ("agent-model", None, "from agent-model"),
        ("agent-model", "run-model", "from run-model"),
        (ScriptedModel([[assistant_message("from the object")]]), None, "from the object"),
        (ScriptedModel([]), "run-model", "from run-model"),
        ("agent-model", ScriptedModel([[assistant_message("from the run's object")]]), "from the run's object"),
    ],
)
async def test_the_model_of_the_run_goes_over_that_of_the_agent(own: Any, over: Any, output: str) -> None:
    config = RunConfig(model=over, model_provider=_Provider())
    assert (await Runner.run(Agent(name="A", model=own), "hi", run_config=config)).final_output == output


async def test_settings_of_the_run_go_over_those_of_the_agent_field_by_field() -> None:
    model = ScriptedModel([[assistant_message("x")]])
    agent = Agent(name="A", model=model, model_settings=ModelSettings(temperature=0.1, max_tokens=5, extra_args={"a": 1}))
    await Runner.run(agent, "hi", run_config=RunConfig(model_settings=ModelSettings(temperature=0.9, extra_args={"b": 2})))
    assert model.last_call is not None
    assert model.last_call.model_settings == ModelSettings(temperature=0.9, max_tokens=5, extra_args={"a": 1, "b": 2})


async def test_reasoning_ids_are_left_out_where_the_run_says_so() -> None:
    model = ScriptedModel([[reasoning("hm"), *_adds(1)], [assistant_message("2")]])
    await Runner.run(Agent(name="A", tools=[add], model=model), "hi", run_config=RunConfig(reasoning_item_id_policy="omit"))
    assert model.last_call is not None
    assert ["id" in item for item in model.last_call.input if item.get("type") in {"reasoning", "function_call"}] == [False, True]
