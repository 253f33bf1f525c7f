"""Runs that end with what an error handler gives: as what, told how, stored where."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from openai.types.responses import ResponseOutputMessage, ResponseOutputRefusal
from pydantic import BaseModel

from agentchat import (
    Agent,
    AgentHookContext,
    MaxTurnsExceeded,
    MessageOutputItem,
    ModelBehaviorError,
    ModelRefusalError,
    RunConfig,
    RunErrorData,
    RunErrorHandlerInput,
    RunErrorHandlerResult,
    RunErrorHandlers,
    RunHooks,
    Runner,
    RunResultBase,
    RunState,
    SQLiteSession,
    UserError,
)
from agentchat.runtime.values.facts import ItemFact
from agentchat.testing import ScriptedModel, assistant_message, function_call
from tests.runtime.running.journals import RecordingJournal, all_events, assert_told_is_stored
from tests.runtime.running.runs import add, told


class Answer(BaseModel):
    count: int


@dataclass
class Point:
    x: int


ADD = function_call("add", {"a": 1, "b": 2}, call_id="c1")
NO = ResponseOutputMessage(
    id="m", content=[ResponseOutputRefusal(refusal="no", type="refusal")], role="assistant", status="completed", type="message"
)
NOPE = assistant_message("nope")


def agent(*steps: Sequence[Any], **fields: Any) -> Agent[Any]:
    return Agent(name="A", tools=[add], model=ScriptedModel([list(step) for step in steps]), **fields)


def said(result: RunResultBase) -> list[str | None]:
    """The texts of the run's messages; None for a refusal."""
    messages = [item.raw_item for item in result.new_items if isinstance(item, MessageOutputItem)]
    return [getattr(message.content[0], "text", None) for message in messages]


@pytest.mark.parametrize(
    ("kind", "value", "output", "text"),
    [
        (None, "late", "late", "late"),
        (None, [1, {"a": 2}], [1, {"a": 2}], "[1, {'a': 2}]"),
        (None, {"other": 1}, {"other": 1}, "{'other': 1}"),
        (None, RunErrorHandlerResult("late"), "late", "late"),
        (None, {"final_output": "late"}, "late", "late"),
        (Answer, Answer(count=1), Answer(count=1), '{"count":1}'),
        (Answer, {"count": 1}, Answer(count=1), '{"count":1}'),
        (Answer, {"final_output": {"count": 1}}, Answer(count=1), '{"count":1}'),
        (Point, Point(1), Point(1), '{"response":{"x":1}}'),
        (list[int], [1, 2], [1, 2], '{"response":[1,2]}'),
    ],
)
async def test_what_the_handler_gives_is_the_final_output_and_the_agents_last_message(
    kind: Any, value: Any, output: Any, text: str
) -> None:
    handlers: RunErrorHandlers[Any] = {"max_turns": lambda given: value}
    result = await Runner.run(agent([ADD], output_type=kind), "hi", max_turns=1, error_handlers=handlers)
    assert (result.final_output, said(result)) == (output, [text])
    assert result.new_items[-1].to_input_item() == {
        "id": "__fake_id__",
        "content": [{"annotations": [], "text": text, "type": "output_text", "logprobs": []}],
        "role": "assistant",
        "status": "completed",
        "type": "message",
    }


@pytest.mark.parametrize(
    ("step", "kind", "handlers", "texts"),
    [
        ([ADD], None, {"max_turns": lambda given: "x"}, ["x"]),
        ([NO], None, {"model_refusal": lambda given: f"{given.error.refusal}!"}, [None, "no!"]),
        ([NO], Answer, {"model_refusal": lambda given: Answer(count=9)}, [None, '{"count":9}']),
        ([NOPE], Answer, {"invalid_final_output": lambda given: Answer(count=9)}, ["nope", '{"count":9}']),
    ],
)
async def test_each_error_has_its_handler_and_what_the_model_said_stays(
    step: list[Any], kind: Any, handlers: Any, texts: list[str | None]
) -> None:
    session = SQLiteSession("s")
    result = await Runner.run(agent(step, output_type=kind), "hi", max_turns=1, error_handlers=handlers, session=session)
    assert said(result) == texts
    assert await session.get_items() == result.to_input_list()


async def test_a_handler_may_be_async() -> None:
    async def late(given: RunErrorHandlerInput[Any]) -> str:
        return "late"

    assert (await Runner.run(agent([ADD]), "hi", max_turns=1, error_handlers={"max_turns": late})).final_output == "late"


async def test_the_handler_is_told_where_the_run_stands() -> None:
    seen: list[RunErrorHandlerInput[Any]] = []
    session, one = SQLiteSession("s"), agent([ADD], [NO])
    await session.add_items([{"role": "user", "content": "before"}])
    result = await Runner.run(one, "hi", context="ctx", error_handlers={"model_refusal": _seeing(seen)}, session=session)
    given = seen[0]
    assert (given.error.refusal, given.context.context) == ("no", "ctx") if isinstance(given.error, ModelRefusalError) else False
    history = [{"role": "user", "content": "before"}, {"content": "hi", "role": "user"}]
    output = [item.to_input_item() for item in result.new_items[:-1]]
    assert given.run_data == RunErrorData(
        input=history,
        new_items=result.new_items[:-1],
        history=[*history, *output],
        output=output,
        raw_responses=result.raw_responses,
        last_agent=one,
    )
    assert [item["type"] for item in output] == ["function_call", "function_call_output", "message"]


@pytest.mark.parametrize(
    ("step", "kind", "name", "events"),
    [
        ([ADD], None, "max_turns", ["AU(A)", "RAW", "tool_called", "tool_output 3", "message_output_created"]),
        ([NO], None, "model_refusal", ["AU(A)", "RAW", "message_output_created", "message_output_created"]),
        ([NOPE], Answer, "invalid_final_output", ["AU(A)", "RAW", "message_output_created", "message_output_created"]),
    ],
)
async def test_the_message_is_streamed_and_hooks_hear_of_the_end(step: list[Any], kind: Any, name: Any, events: list[str]) -> None:
    ended: list[Any] = []

    class Ends(RunHooks):
        async def on_agent_end(self, context: AgentHookContext, agent: Agent[Any], output: Any) -> None:
            ended.append(output)

    value = "x" if kind is None else kind(count=1)
    handlers: Any = {name: lambda given: value}
    result = Runner.run_streamed(agent(step, output_type=kind), "hi", max_turns=1, error_handlers=handlers, hooks=Ends())
    assert await told(result) == events
    assert (result.final_output, result.current_turn, ended) == (value, 1, [value])


@pytest.mark.parametrize(
    "answer", [RunErrorHandlerResult("x", include_in_history=False), {"final_output": "x", "include_in_history": False}]
)
@pytest.mark.parametrize(("step", "name"), [([ADD], "max_turns"), ([NO], "model_refusal")])
async def test_an_output_that_is_not_for_the_history_is_only_the_final_output(answer: Any, step: list[Any], name: Any) -> None:
    session = SQLiteSession("s")
    handlers: Any = {name: lambda given: answer}
    result = Runner.run_streamed(agent(step), "hi", max_turns=1, error_handlers=handlers, session=session)
    assert "x" not in await told(result)
    assert (result.final_output, said(result)) == ("x", [] if step == [ADD] else [None])
    assert await session.get_items() == result.to_input_list()


@pytest.mark.parametrize(
    ("step", "kind", "name", "error"),
    [
        ([ADD], None, "max_turns", MaxTurnsExceeded),
        ([NO], None, "model_refusal", ModelRefusalError),
        ([NOPE], Answer, "invalid_final_output", ModelBehaviorError),
    ],
)
async def test_a_handler_that_answers_none_lets_the_error_be_raised(step: list[Any], kind: Any, name: Any, error: Any) -> None:
    for handlers in ({name: lambda given: None}, {}):
        with pytest.raises(error):
            await Runner.run(agent(step, output_type=kind), "hi", max_turns=1, error_handlers=handlers)


async def test_what_a_handler_raises_is_raised() -> None:
    def fails(given: RunErrorHandlerInput[Any]) -> None:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        await Runner.run(agent([ADD]), "hi", max_turns=1, error_handlers={"max_turns": fails})


@pytest.mark.parametrize(("kind", "value"), [(int, "x"), (Answer, "x"), (Answer, '{"count": 1}'), (list[int], object())])
async def test_an_output_that_does_not_fit_the_output_type_is_refused(kind: Any, value: Any) -> None:
    with pytest.raises(UserError, match="Invalid run error handler final_output for structured output"):
        await Runner.run(agent([ADD], output_type=kind), "hi", max_turns=1, error_handlers={"max_turns": lambda given: value})


async def test_an_answer_with_more_than_its_fields_is_refused() -> None:
    with pytest.raises(UserError, match="Invalid run error handler result"):
        await Runner.run(agent([ADD]), "hi", max_turns=1, error_handlers={"max_turns": lambda given: {"final_output": 1, "x": 2}})


async def test_a_handler_of_a_resumed_run_is_asked_when_its_turns_are_up() -> None:
    one = agent([ADD], [ADD])
    stopped = Runner.run_streamed(one, "hi", max_turns=1)
    stopped.cancel("after_turn")
    await told(stopped)
    state = await RunState.from_json(one, stopped.to_state().to_json())
    result = await Runner.run(one, state, error_handlers={"max_turns": lambda given: len(given.run_data.new_items)})
    assert (result.final_output, result.to_state().to_json()["current_turn"]) == (2, 1)


@pytest.mark.parametrize(
    ("step", "kind", "name", "value", "asked"),
    [
        ([ADD], None, "max_turns", "x", "commit final: message"),
        ([NO], None, "model_refusal", "x", "commit final: message message"),
        ([NOPE], Answer, "invalid_final_output", {"count": 1}, "commit final: message message"),
    ],
)
async def test_with_a_journal_the_message_is_committed_with_a_fact(step: list[Any], kind: Any, name: Any, value: Any, asked: str) -> None:
    journal, handlers = RecordingJournal(), {name: lambda given: value}
    config: Any = RunConfig(run_journal=journal)
    result = Runner.run_streamed(agent(step, output_type=kind), "hi", max_turns=1, error_handlers=handlers, run_config=config)  # type: ignore[arg-type]
    events = await all_events(result)
    await assert_told_is_stored(events, journal)
    assert journal.asked[-1] == asked
    last = [stored.fact for stored in (await journal.inner.load()).facts][-1]
    assert isinstance(last, ItemFact)
    assert (last.kind, last.agent, last.ending) == ("message", "A", "complete")
    assert (journal.checkpoints[-1].step, journal.checkpoints[-1].turn) == ("ended", 1)


def _seeing(seen: list[RunErrorHandlerInput[Any]]) -> Any:
    def handler(given: RunErrorHandlerInput[Any]) -> str:
        seen.append(given)
        return "x"

    return handler
