"""OpenAIResponsesModel against a real socket: what it sends, and what it makes of a proper answer."""

from typing import Any

from openai.types.shared import Reasoning

from agentchat.models.responses.model import OpenAIResponsesModel
from agentchat.runtime.declarations.handoff import Handoff
from agentchat.runtime.declarations.model_settings import ModelSettings
from agentchat.runtime.declarations.output_schema import AgentOutputSchemaBase
from agentchat.runtime.declarations.tool import FunctionTool
from tests.model_server import Json, ModelServer, Stream
from tests.models.conftest import arguments, asked, events_of, plain
from tests.models.frames import call, call_frames, hello_stream, message, message_frames, response, usage, whole_stream

WEATHER_SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}


async def never(*_: Any) -> Any:
    raise AssertionError("no tool runs here")


def weather() -> FunctionTool:
    return FunctionTool("weather", "Tells the weather.", dict(WEATHER_SCHEMA), never)


def to_billing() -> Handoff:
    schema: dict[str, Any] = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
    return Handoff("transfer_to_billing", "Handoff to billing.", schema, never, "billing")


class CitySchema(AgentOutputSchemaBase):
    def is_plain_text(self) -> bool:
        return False

    def name(self) -> str:
        return "City"

    def json_schema(self) -> dict[str, Any]:
        return WEATHER_SCHEMA

    def is_strict_json_schema(self) -> bool:
        return True

    def validate_json(self, json_str: str) -> Any:
        return json_str


async def sent(server: ModelServer, model: OpenAIResponsesModel, given: Any = "Hi", **changes: Any) -> dict[str, Any]:
    server.answer(Json(response([message("Hello")])))
    await asked(model, given, **changes)
    return server.requests[-1].body


async def test_a_plain_request_has_nothing_that_was_not_asked_for(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    body = await sent(server, responses_model)

    assert body == {"model": "test-model", "input": [{"role": "user", "content": "Hi"}]}
    assert server.requests[0].path == "/v1/responses"
    assert server.requests[0].headers["authorization"] == "Bearer sk-test"


async def test_a_streamed_request_says_so(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    server.answer(Stream(hello_stream("Hello")))

    await events_of(responses_model)

    assert server.requests[0].body == {"model": "test-model", "input": [{"role": "user", "content": "Hi"}], "stream": True}


async def test_a_request_with_everything_in_it(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    settings = ModelSettings(
        temperature=0.5,
        top_p=0.9,
        tool_choice="weather",
        parallel_tool_calls=False,
        truncation="auto",
        max_tokens=100,
        reasoning=Reasoning(effort="low"),
        verbosity="low",
        metadata={"shop": "1"},
        store=False,
        prompt_cache_retention="24h",
        response_include=["reasoning.encrypted_content"],
        top_logprobs=2,
        extra_query={"version": "7"},
        extra_body={"top_k": 3},
        extra_headers={"x-shop": "books"},
        extra_args={"service_tier": "flex"},
    )

    body = await sent(
        server,
        responses_model,
        settings=settings,
        system="Be brief.",
        tools=[weather()],
        handoffs=[to_billing()],
        output_schema=CitySchema(),
        previous_response_id="resp_0",
        conversation_id="conv_1",
    )

    assert body == {
        "model": "test-model",
        "input": [{"role": "user", "content": "Hi"}],
        "instructions": "Be brief.",
        "previous_response_id": "resp_0",
        "conversation": "conv_1",
        "text": {
            "format": {"type": "json_schema", "name": "final_output", "schema": WEATHER_SCHEMA, "strict": True},
            "verbosity": "low",
        },
        "include": ["reasoning.encrypted_content", "message.output_text.logprobs"],
        "reasoning": {"effort": "low"},
        "max_output_tokens": 100,
        "tools": [
            {
                "type": "function",
                "name": "weather",
                "description": "Tells the weather.",
                "parameters": WEATHER_SCHEMA,
                "strict": True,
            },
            {
                "type": "function",
                "name": "transfer_to_billing",
                "description": "Handoff to billing.",
                "parameters": {"type": "object", "properties": {}, "required": [], "additionalProperties": False},
                "strict": True,
            },
        ],
        "tool_choice": {"type": "function", "name": "weather"},
        "parallel_tool_calls": False,
        "temperature": 0.5,
        "top_p": 0.9,
        "truncation": "auto",
        "metadata": {"shop": "1"},
        "store": False,
        "prompt_cache_retention": "24h",
        "top_logprobs": 2,
        "service_tier": "flex",
        "top_k": 3,
    }
    assert server.requests[0].path == "/v1/responses?version=7"
    assert server.requests[0].headers["x-shop"] == "books"


async def test_every_form_of_tool_choice(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    forms: list[Any] = ["auto", "required", "none", "web_search", "weather", {"type": "mcp", "server_label": "shop"}]
    bodies = [await sent(server, responses_model, settings=ModelSettings(tool_choice=form), tools=[weather()]) for form in forms]

    assert [body["tool_choice"] for body in bodies] == [
        "auto",
        "required",
        "none",
        {"type": "web_search"},
        {"type": "function", "name": "weather"},
        {"type": "mcp", "server_label": "shop"},
    ]


async def test_without_tools_nothing_is_said_about_their_choice(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    body = await sent(server, responses_model, settings=ModelSettings(tool_choice="required", parallel_tool_calls=True))

    assert body == {"model": "test-model", "input": [{"role": "user", "content": "Hi"}]}


async def test_text_of_undecodable_bytes_can_be_sent(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    body = await sent(server, responses_model, [{"role": "user", "content": "a\udcffb"}])

    assert body["input"] == [{"role": "user", "content": "a?b"}]


async def test_a_whole_answer(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    server.answer(Json(response([message("Grüße 👋")])))

    answer = await asked(responses_model, settings=ModelSettings(preserve_raw_usage=True))

    assert answer.to_input_items() == [message("Grüße 👋")]
    assert (answer.response_id, answer.request_id, answer.raw_usage) == ("resp_1", "req_1", usage())
    assert (answer.usage.requests, answer.usage.input_tokens, answer.usage.output_tokens) == (1, 5, 7)
    assert answer.usage.output_tokens_details.reasoning_tokens == 3


async def test_a_streamed_message_arrives_as_it_was_sent(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    frames = hello_stream("Grü", "ße ", "👋", " \x1b[31m\x00")
    server.answer(Stream(frames, event_lines=True))

    assert await events_of(responses_model) == frames


async def test_streamed_calls_and_a_message_arrive_as_they_were_sent(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    output = [message("Let me see."), call("weather", '{"city":"Köln"}'), call("weather", "{}", "call_2", "fc_2")]
    frames = whole_stream(
        *message_frames("Let me ", "see."),
        *call_frames("weather", '{"city":', '"Köln"}', index=1),
        *call_frames("weather", "{}", call_id="call_2", item_id="fc_2", index=2),
        output=output,
    )
    server.answer(Stream(frames, line_end="\r\n"))

    assert await events_of(responses_model) == frames


async def test_events_come_while_the_answer_is_still_being_written(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    frames = hello_stream("Hel", "lo")
    server.answer(Stream(frames, pause_after=5))
    stream = responses_model.stream_response(**arguments())
    first = [plain(await anext(stream)) for _ in range(5)]
    server.go_on()
    rest = [plain(event) async for event in stream]

    assert (first, rest) == (frames[:5], frames[5:])


async def test_one_connection_serves_one_answer_after_the_other(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    for _ in range(3):
        server.answer(Stream(hello_stream("Hello"), done=True))
        await events_of(responses_model)

    assert server.connections == 1
