"""An agent's output type on its way to a server and back, in both dialects."""

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import BaseModel

from agentchat.models.chat_completions.model import OpenAIChatCompletionsModel
from agentchat.models.responses.model import OpenAIResponsesModel
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.output_schema import AgentOutputSchema
from agentchat.runtime.ports.model import Model
from agentchat.runtime.running.runner import Runner
from agentchat.runtime.values.exceptions import ModelRefusalError
from tests.model_server import Json, ModelServer, Stream
from tests.models.chunks import chunk, completion, text_chunks
from tests.models.frames import message, response


class Answer(BaseModel):
    count: int
    note: str | None = None


STRICT = {
    "title": "Answer",
    "type": "object",
    "properties": {
        "count": {"title": "Count", "type": "integer"},
        "note": {"title": "Note", "anyOf": [{"type": "string"}, {"type": "null"}]},
    },
    "required": ["count", "note"],
    "additionalProperties": False,
}
LIST = {
    "title": "OutputType",
    "type": "object",
    "properties": {"response": {"title": "Response", "type": "array", "items": {"type": "integer"}}},
    "required": ["response"],
    "additionalProperties": False,
}
FREE = {"type": "object", "additionalProperties": {"type": "integer"}}

CASES = pytest.mark.parametrize(
    ("kind", "schema", "strict", "text", "output"),
    [
        (Answer, STRICT, True, '{"count": 1, "note": null}', Answer(count=1)),
        (list[int], LIST, True, '{"response": [1, 2]}', [1, 2]),
        (AgentOutputSchema(dict[str, int], strict_json_schema=False), FREE, False, '{"a": 1}', {"a": 1}),
    ],
)


@CASES
async def test_the_responses_api_is_asked_for_a_text_format(
    server: ModelServer, responses_model: OpenAIResponsesModel, kind: Any, schema: Any, strict: bool, text: str, output: Any
) -> None:
    server.answer(Json(response([message(text)])))
    assert await _final(responses_model, kind) == output
    wanted = {"type": "json_schema", "name": "final_output", "schema": schema, "strict": strict}
    assert _sent(server)["text"] == {"format": wanted}


@CASES
async def test_chat_completions_is_asked_for_a_response_format(
    server: ModelServer, chat_model: OpenAIChatCompletionsModel, kind: Any, schema: Any, strict: bool, text: str, output: Any
) -> None:
    server.answer(Json(completion({"role": "assistant", "content": text})))
    assert await _final(chat_model, kind) == output
    wanted = {"name": "final_output", "schema": schema, "strict": strict}
    assert _sent(server)["response_format"] == {"type": "json_schema", "json_schema": wanted}


async def test_plain_text_is_asked_for_by_nothing(
    server: ModelServer, responses_model: OpenAIResponsesModel, chat_model: OpenAIChatCompletionsModel
) -> None:
    server.answer(Json(response([message("Hello")])), Json(completion({"role": "assistant", "content": "Hello"})))
    for model in (responses_model, chat_model):
        assert await _final(model, str) == "Hello"
        assert {"text", "response_format"} & _sent(server).keys() == set()


async def test_a_streamed_answer_is_read_by_the_output_type_too(server: ModelServer, chat_model: OpenAIChatCompletionsModel) -> None:
    server.answer(Stream(text_chunks('{"count"', ": 2}"), done=True))
    result = Runner.run_streamed(Agent(name="A", model=chat_model, output_type=Answer), "Hi")
    async for _ in result.stream_events():
        pass
    assert result.final_output == Answer(count=2)


async def test_a_refusal_of_a_server_is_a_refusal_of_the_run(server: ModelServer, chat_model: OpenAIChatCompletionsModel) -> None:
    server.answer(Stream([chunk({"role": "assistant", "refusal": "I will not."}), chunk({}, "stop")], done=True))
    result = Runner.run_streamed(Agent(name="A", model=chat_model, output_type=Answer), "Hi")
    with pytest.raises(ModelRefusalError, match="I will not"):
        async for _ in result.stream_events():
            pass


async def _final(model: Model, kind: Any) -> Any:
    return (await Runner.run(Agent(name="A", model=model, output_type=kind), "Hi")).final_output


def _sent(server: ModelServer) -> Mapping[str, Any]:
    return server.requests[-1].body
