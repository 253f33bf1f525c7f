"""What ends a run, and as what: messages, output types, refusals, the outputs of tools; and what a state keeps of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from openai.types.responses import ResponseOutputMessage, ResponseOutputRefusal, ResponseOutputText, ResponseReasoningItem
from pydantic import BaseModel

from agentchat import (
    Agent,
    AgentOutputSchema,
    AgentOutputSchemaBase,
    FunctionToolResult,
    MaxTurnsExceeded,
    ModelBehaviorError,
    ModelRefusalError,
    RunConfig,
    RunContextWrapper,
    Runner,
    RunResult,
    RunState,
    SQLiteSession,
    ToolCallOutputItem,
    ToolsToFinalOutputResult,
    UserError,
)
from agentchat.testing import ScriptedModel, assistant_message, function_call
from agentchat.testing_journal import InMemoryJournal
from tests.runtime.running.journals import RecordingJournal
from tests.runtime.running.runs import add, noting, told


class Answer(BaseModel):
    count: int


@dataclass
class Point:
    x: int


ADD = function_call("add", {"a": 1, "b": 2}, call_id="c1")
ONE = assistant_message('{"count": 1}')
THOUGHT = ResponseReasoningItem(id="r", summary=[], type="reasoning")


def refusal(words: str, text: str = "") -> ResponseOutputMessage:
    parts: list[Any] = [ResponseOutputRefusal(refusal=words, type="refusal")]
    if text:
        parts.insert(0, ResponseOutputText(text=text, type="output_text", annotations=[]))
    return ResponseOutputMessage(id="m", content=parts, role="assistant", status="completed", type="message")


def agent(*steps: Sequence[Any], **fields: Any) -> Agent[Any]:
    return Agent(name="A", tools=[add], model=ScriptedModel([list(step) for step in steps]), **fields)


async def result_of(*steps: Sequence[Any], **fields: Any) -> RunResult:
    return await Runner.run(agent(*steps, **fields), "hi")


@pytest.mark.parametrize(
    ("kind", "text", "output"),
    [
        (Answer, '{"count": 1}', Answer(count=1)),
        (Point, '{"response": {"x": 1}}', Point(1)),
        (list[int], '{"response": [1, 2]}', [1, 2]),
        (int | str, '{"response": "x"}', "x"),
        (AgentOutputSchema(dict[str, int], strict_json_schema=False), '{"a": 1}', {"a": 1}),
        (AgentOutputSchema(str), "x", "x"),
    ],
)
async def test_the_last_message_is_read_by_the_output_type(kind: Any, text: str, output: Any) -> None:
    result = await result_of([assistant_message("not this"), assistant_message(text)], output_type=kind)
    assert result.final_output == output


async def test_the_model_is_told_of_the_output_type() -> None:
    model = ScriptedModel([[ONE]])
    await Runner.run(Agent(name="A", model=model, output_type=Answer), "hi")
    assert model.last_call is not None
    schema = model.last_call.output_schema
    assert isinstance(schema, AgentOutputSchema)
    assert schema.output_type is Answer


async def test_text_is_not_asked_for_by_a_schema() -> None:
    model = ScriptedModel([[assistant_message("x")]])
    await Runner.run(Agent(name="A", model=model, output_type=str), "hi")
    assert model.last_call is not None
    assert model.last_call.output_schema is None


async def test_an_output_type_without_a_strict_schema_ends_the_run_before_the_model_is_asked() -> None:
    with pytest.raises(UserError, match="Strict JSON schema is enabled"):
        await result_of(output_type=dict[str, int])


@pytest.mark.parametrize("step", [[], [THOUGHT], [assistant_message("")], [ONE, assistant_message("")]])
async def test_an_agent_with_an_output_type_that_says_nothing_is_asked_again(step: list[Any]) -> None:
    result = await result_of(step, [assistant_message('{"count": 2}')], output_type=Answer)
    assert (result.final_output, len(result.raw_responses)) == (Answer(count=2), 2)


async def test_being_asked_again_costs_a_turn() -> None:
    with pytest.raises(MaxTurnsExceeded):
        await Runner.run(agent([], [ONE], output_type=Answer), "hi", max_turns=1)


@pytest.mark.parametrize("step", [[], [THOUGHT]])
async def test_an_agent_without_an_output_type_ends_with_an_empty_text(step: list[Any]) -> None:
    assert (await result_of(step)).final_output == ""


@pytest.mark.parametrize("streamed", [False, True])
async def test_an_answer_that_does_not_fit_fails_the_run_and_leaves_only_the_input(streamed: bool) -> None:
    session, wrong = SQLiteSession("s"), agent([assistant_message("nope")], output_type=Answer)
    with pytest.raises(ModelBehaviorError, match="Invalid JSON when parsing model output") as caught:
        await _run(wrong, session=session, streamed=streamed)
    assert caught.value.run_data is not None
    assert await session.get_items() == [{"content": "hi", "role": "user"}]


@pytest.mark.parametrize("kind", [None, Answer])
@pytest.mark.parametrize("message", [refusal("no"), refusal("no", '{"count": 1}')])
async def test_a_refusal_fails_the_run(kind: Any, message: ResponseOutputMessage) -> None:
    with pytest.raises(ModelRefusalError, match="Model refused to produce output: no") as caught:
        await result_of([message], output_type=kind)
    assert caught.value.refusal == "no"


async def test_a_refusal_that_is_not_the_end_is_no_matter() -> None:
    assert (await result_of([refusal("no"), ADD], [refusal("no"), assistant_message("fine")])).final_output == "fine"


async def test_the_output_of_a_tool_is_not_held_to_the_output_type() -> None:
    assert (await result_of([ADD], tool_use_behavior="stop_on_first_tool", output_type=Answer)).final_output == 3
    assert (await result_of([ADD], tool_use_behavior="stop_on_first_tool")).final_output == "3"
    assert (await result_of([ADD], tool_use_behavior="stop_on_first_tool", output_type=AgentOutputSchema(str))).final_output == "3"


async def test_a_function_as_tool_use_behavior_sees_the_items_that_the_run_keeps() -> None:
    seen: list[FunctionToolResult] = []

    def look(context: RunContextWrapper, results: list[FunctionToolResult]) -> ToolsToFinalOutputResult:
        seen.extend(results)
        return ToolsToFinalOutputResult(is_final_output=True, final_output=[result.output for result in results])

    result = await result_of([ADD, function_call("add", {"a": 2, "b": 2}, call_id="c2")], tool_use_behavior=look)
    outputs = [item for item in result.new_items if isinstance(item, ToolCallOutputItem)]
    assert [(each.tool, each.output) for each in seen] == [(add, 3), (add, 4)]
    assert [each.run_item for each in seen] == outputs
    assert result.final_output == "[3, 4]"


async def test_a_function_as_tool_use_behavior_sees_a_rejected_call_and_those_that_ran_before_it() -> None:
    seen: list[Any] = []

    async def look(context: RunContextWrapper, results: list[FunctionToolResult]) -> ToolsToFinalOutputResult:
        seen.extend((each.tool.name, each.output) for each in results)
        return ToolsToFinalOutputResult(is_final_output=False)

    asks = function_call("note", {"text": "x"}, call_id="c2")
    one = agent([ADD, asks], [assistant_message("done")], tool_use_behavior=look)
    one.tools.append(noting([], needs_approval=True))
    state = (await Runner.run(one, "hi")).to_state()
    assert seen == []
    state.reject(state.get_interruptions()[0])
    assert (await Runner.run(one, state)).final_output == "done"
    assert seen == [("add", 3), ("note", "Tool execution was not approved.")]


async def test_a_function_as_tool_use_behavior_must_answer_in_its_form() -> None:
    with pytest.raises(UserError, match="tool_use_behavior callable must return ToolsToFinalOutputResult"):
        await result_of([ADD], tool_use_behavior=lambda context, results: 5)


@pytest.mark.parametrize(("names", "output"), [(["add"], "3"), (["note", "add"], "3"), (["note"], "done")])
async def test_tools_that_stop_the_run_are_named(names: list[str], output: str) -> None:
    behavior: Any = {"stop_at_tool_names": names}
    assert (await result_of([ADD], [assistant_message("done")], tool_use_behavior=behavior)).final_output == output


async def test_a_tool_that_does_not_exist_does_not_stop_the_run() -> None:
    one = agent([function_call("nope", {}, call_id="c1")], [assistant_message("done")], tool_use_behavior="stop_on_first_tool")
    config = RunConfig(tool_not_found_behavior="return_error_to_model")
    assert (await Runner.run(one, "hi", run_config=config)).final_output == "done"


async def test_the_final_output_is_told_with_its_type() -> None:
    result = await result_of([ONE], output_type=Answer)
    assert result.final_output_as(Answer, raise_if_incorrect_type=True) == Answer(count=1)
    with pytest.raises(TypeError, match="Answer"):
        result.final_output_as(int, raise_if_incorrect_type=True)


class Shouting(AgentOutputSchemaBase):
    def is_plain_text(self) -> bool:
        return False

    def name(self) -> str:
        return "shouting"

    def json_schema(self) -> dict[str, Any]:
        return {"type": "object"}

    def is_strict_json_schema(self) -> bool:
        return False

    def validate_json(self, json_str: str) -> Any:
        return json_str.upper()


@pytest.mark.parametrize(
    ("step", "fields", "output"),
    [
        ([assistant_message("done")], {}, "done"),
        ([ONE], {"output_type": Answer}, Answer(count=1)),
        ([assistant_message('{"response": {"x": 1}}')], {"output_type": Point}, Point(1)),
        ([assistant_message("done")], {"output_type": Shouting()}, "DONE"),
        ([ADD], {"tool_use_behavior": "stop_on_first_tool"}, "3"),
        ([ADD], {"tool_use_behavior": "stop_on_first_tool", "output_type": Answer}, 3),
    ],
)
async def test_the_state_of_a_finished_run_keeps_its_final_output(step: list[Any], fields: dict[str, Any], output: Any) -> None:
    one = agent(step, **fields)
    state = (await Runner.run(one, "hi")).to_state()
    for kept in (state, await RunState.from_string(one, state.to_string())):
        again = await Runner.run(one, kept)
        assert (again.final_output, len(again.raw_responses)) == (output, 1)
        streamed = Runner.run_streamed(one, kept)
        assert (await told(streamed), streamed.final_output) == (["AU(A)"], output)


@pytest.mark.parametrize(("kind", "text", "output"), [(None, "done", "done"), (Answer, '{"count": 1}', Answer(count=1))])
async def test_a_journal_keeps_the_final_output_for_a_caller_who_never_got_it(kind: Any, text: str, output: Any) -> None:
    journal, one = RecordingJournal(), agent([assistant_message(text)], output_type=kind)
    config = RunConfig(run_journal=journal)
    await Runner.run(one, "hi", run_config=config)
    again = await Runner.run(one, await RunState.recall(one, journal, journal.run_id), run_config=config)
    assert again.final_output == output
    assert journal.asked[-1] == "recall"


async def test_a_run_that_is_not_finished_has_no_final_output_to_keep() -> None:
    one = agent([function_call("note", {"text": "x"}, call_id="c1")])
    one.tools.append(noting([], needs_approval=True))
    state = (await Runner.run(one, "hi")).to_state()
    assert state.to_json()["final_output"] is None
    assert (await Runner.run(one, state)).final_output is None


async def test_with_a_journal_a_refusal_is_kept_with_its_turn() -> None:
    journal = InMemoryJournal("s")
    with pytest.raises(ModelRefusalError):
        await Runner.run(agent([refusal("no")]), "hi", run_config=RunConfig(run_journal=journal))
    assert [item.get("content") for item in await journal.get_items()] == ["hi", [{"refusal": "no", "type": "refusal"}]]


async def _run(one: Agent[Any], *, session: SQLiteSession, streamed: bool) -> None:
    if streamed:
        await told(Runner.run_streamed(one, "hi", session=session))
    else:
        await Runner.run(one, "hi", session=session)
