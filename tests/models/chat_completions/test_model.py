"""OpenAIChatCompletionsModel against a real socket: what it sends, and whole answers."""

from typing import Any

import pytest
from openai.types.shared import Reasoning

from agentchat.models.chat_completions.model import OpenAIChatCompletionsModel, chat_request
from agentchat.models.model_call import ModelCall
from agentchat.runtime.declarations.model_settings import ModelSettings
from agentchat.runtime.values.exceptions import ModelBehaviorError, UserError
from tests.model_server import Json, ModelServer, Stream
from tests.models.chunks import chunk, completion, text_chunks
from tests.models.conftest import asked, events_of, said
from tests.models.responses.test_model import WEATHER_SCHEMA, CitySchema, to_billing, weather


async def sent(server: ModelServer, model: OpenAIChatCompletionsModel, given: Any = "Hi", **changes: Any) -> dict[str, Any]:
    server.answer(Json(completion({"role": "assistant", "content": "Hello"})))
    await asked(model, given, **changes)
    return server.requests[-1].body


async def test_a_plain_request_has_nothing_that_was_not_asked_for(server: ModelServer, chat_model: OpenAIChatCompletionsModel) -> None:
    body = await sent(server, chat_model)

    assert body == {"model": "test-model", "messages": [{"role": "user", "content": "Hi"}]}
    assert server.requests[0].path == "/v1/chat/completions"


async def test_a_streamed_request_asks_for_the_token_counts(server: ModelServer, chat_model: OpenAIChatCompletionsModel) -> None:
    server.answer(Stream(text_chunks("Hello"), done=True), Stream(text_chunks("Hello"), done=True))

    await events_of(chat_model)
    await events_of(chat_model, settings=ModelSettings(include_usage=False))

    plain = {"model": "test-model", "messages": [{"role": "user", "content": "Hi"}], "stream": True}
    assert [request.body for request in server.requests] == [plain | {"stream_options": {"include_usage": True}}, plain]


async def test_a_request_with_everything_in_it(server: ModelServer, chat_model: OpenAIChatCompletionsModel) -> None:
    settings = ModelSettings(
        temperature=0.5,
        top_p=0.9,
        frequency_penalty=0.1,
        presence_penalty=0.2,
        tool_choice="weather",
        parallel_tool_calls=True,
        max_tokens=100,
        reasoning=Reasoning(effort="low"),
        verbosity="low",
        metadata={"shop": "1"},
        store=False,
        top_logprobs=2,
        extra_body={"top_k": 3},
    )

    body = await sent(
        server,
        chat_model,
        settings=settings,
        system="Be brief.",
        tools=[weather()],
        handoffs=[to_billing()],
        output_schema=CitySchema(),
    )

    assert body == {
        "model": "test-model",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}],
        "max_tokens": 100,
        "reasoning_effort": "low",
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "final_output", "schema": WEATHER_SCHEMA, "strict": True},
        },
        "logprobs": True,
        "tools": [
            {
                "type": "function",
                "function": {
                    "name": "weather",
                    "description": "Tells the weather.",
                    "parameters": WEATHER_SCHEMA,
                    "strict": True,
                },
            },
            {
                "type": "function",
                "function": {
                    "name": "transfer_to_billing",
                    "description": "Handoff to billing.",
                    "parameters": {"type": "object", "properties": {}, "required": [], "additionalProperties": False},
                    "strict": True,
                },
            },
        ],
        "tool_choice": {"type": "function", "function": {"name": "weather"}},
        "parallel_tool_calls": True,
        "temperature": 0.5,
        "top_p": 0.9,
        "frequency_penalty": 0.1,
        "presence_penalty": 0.2,
        "verbosity": "low",
        "metadata": {"shop": "1"},
        "store": False,
        "top_logprobs": 2,
        "top_k": 3,
    }


@pytest.mark.parametrize(("official", "name"), [(True, "max_completion_tokens"), (False, "max_tokens")])
def test_the_limit_of_tokens_has_the_name_that_the_server_knows(official: bool, name: str) -> None:
    call = ModelCall(None, "Hi", ModelSettings(max_tokens=9), [], None, [], None, None, None)

    body = chat_request("m", call, stream=False, official=official).body

    assert body == {"model": "m", "messages": [{"role": "user", "content": "Hi"}], name: 9}


@pytest.mark.parametrize("what", [{"previous_response_id": "resp_1"}, {"conversation_id": "conv_1"}, {"prompt": {"id": "p"}}])
async def test_what_only_the_responses_api_keeps_is_refused(chat_model: OpenAIChatCompletionsModel, what: dict[str, Any]) -> None:
    with pytest.raises(UserError, match="use a model of the Responses API"):
        await asked(chat_model, **what)


async def test_a_whole_answer(server: ModelServer, chat_model: OpenAIChatCompletionsModel) -> None:
    calls = [{"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": "{}"}}]
    server.answer(Json(completion({"role": "assistant", "content": "Let me see.", "tool_calls": calls})))

    answer = await asked(chat_model)

    assert answer.to_input_items() == [
        {
            "type": "message",
            "id": "__fake_id__",
            "role": "assistant",
            "status": "completed",
            "content": [{"type": "output_text", "text": "Let me see.", "annotations": [], "logprobs": []}],
        },
        {"type": "function_call", "id": "__fake_id__", "call_id": "call_1", "name": "weather", "arguments": "{}"},
    ]
    assert (answer.response_id, answer.request_id, answer.usage.requests, answer.usage.total_tokens) == (None, "req_1", 1, 12)


async def test_an_answer_without_choices_is_named(server: ModelServer, chat_model: OpenAIChatCompletionsModel) -> None:
    server.answer(Json({"object": "chat.completion", "choices": []}))

    with pytest.raises(ModelBehaviorError, match="holds no choices"):
        await asked(chat_model)


async def test_a_server_that_does_not_stream_still_gives_events(server: ModelServer, chat_model: OpenAIChatCompletionsModel) -> None:
    server.answer(Json(completion({"role": "assistant", "content": "Hello"})))

    assert said(await events_of(chat_model)) == "Hello"


async def test_one_connection_serves_one_answer_after_the_other(server: ModelServer, chat_model: OpenAIChatCompletionsModel) -> None:
    for _ in range(3):
        server.answer(Stream([*text_chunks("Hello"), chunk({}, "stop")], done=True))
        await events_of(chat_model)

    assert server.connections == 1
