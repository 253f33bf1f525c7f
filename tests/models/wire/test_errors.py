"""Every fault of a server, over a real socket, in one sentence."""

from typing import Any

import openai
import pytest

from agentchat.models.chat_completions.model import OpenAIChatCompletionsModel
from agentchat.models.responses.model import OpenAIResponsesModel
from agentchat.models.wire.endpoints import Endpoint, LoopClients
from agentchat.models.wire.errors import explain, is_missing_route
from agentchat.runtime.ports.model import Model
from agentchat.runtime.values.exceptions import ModelBehaviorError, UserError
from tests.model_server import Answer, Body, Drop, Json, ModelServer, Stream
from tests.models.conftest import asked, events_until_error
from tests.models.frames import hello_stream


async def error_of(server: ModelServer, model: Model, *answers: Answer) -> Exception:
    server.answer(*answers)
    with pytest.raises(Exception) as caught:  # noqa: PT011 - which one is what the test looks at
        await asked(model)
    assert isinstance(caught.value, Exception)
    return caught.value


async def sentence(server: ModelServer, model: Model, *answers: Answer) -> str | None:
    return explain(await error_of(server, model, *answers), model="test-model", base_url="http://shop")


def failing(status: int, error: Any, **headers: str) -> Json:
    return Json(error, status, {"x-should-retry": "false", **{name.replace("_", "-"): value for name, value in headers.items()}})


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            failing(401, {"error": {"message": "Incorrect API key provided: sk-x.", "code": "invalid_api_key"}}),
            (
                "http://shop did not accept the API key; check OPENAI_API_KEY, or the key set for this server."
                " It said: Incorrect API key provided: sk-x. [invalid_api_key]"
            ),
        ),
        (
            failing(400, {"detail": "Invalid API key"}),
            "http://shop did not accept the API key; check OPENAI_API_KEY, or the key set for this server. It said: Invalid API key",
        ),
        (
            failing(403, {"error": {"message": "Not your model."}}),
            "http://shop refuses this to your API key; check what the key may do, or use another model. It said: Not your model.",
        ),
        (
            failing(404, {"error": {"message": "The model `test-model` does not exist.", "param": "model", "code": 404}}),
            (
                "The server does not know the model 'test-model'; choose one that it has with --model, or in agents.toml."
                " It said: The model `test-model` does not exist. [404]"
            ),
        ),
        (
            failing(400, {"error": {"message": "Invalid model name passed in model=test-model."}}),
            (
                "The server does not know the model 'test-model'; choose one that it has with --model, or in agents.toml."
                " It said: Invalid model name passed in model=test-model."
            ),
        ),
        (
            failing(404, {"detail": "Not Found"}),
            "http://shop has no Responses API; choose chat_completions for it, or check the base URL. It said: Not Found",
        ),
        (
            failing(429, {"error": {"message": "Slow down."}}, retry_after="20"),
            "http://shop asks for fewer requests (rate limit); try again in 20 seconds. It said: Slow down.",
        ),
        (
            failing(429, {"error": {"message": "Slow down."}}, retry_after="60"),
            "http://shop asks for fewer requests (rate limit); try again in 1 minute. It said: Slow down.",
        ),
        (
            failing(429, {"error": {"message": "Come back."}}, retry_after="7201"),
            "http://shop asks for fewer requests (rate limit); try again in 3 hours. It said: Come back.",
        ),
        (
            failing(429, {"error": {"message": "You exceeded your current quota.", "code": "insufficient_quota"}}),
            (
                "The account at http://shop has no credit left; check its plan and billing."
                " It said: You exceeded your current quota. [insufficient_quota]"
            ),
        ),
        (
            failing(400, {"error": {"message": "This model's maximum context length is 8192 tokens.", "code": "context_length_exceeded"}}),
            (
                "The conversation is too long for test-model; start a new one, or use a larger model."
                " It said: This model's maximum context length is 8192 tokens. [context_length_exceeded]"
            ),
        ),
        (
            failing(400, {"error": "the request exceeds the available context size, try increasing it"}),
            (
                "The conversation is too long for test-model; start a new one, or use a larger model."
                " It said: the request exceeds the available context size, try increasing it"
            ),
        ),
        (failing(500, {"error": {"message": "Boom."}}), "http://shop failed (status 500); try again in a moment. It said: Boom."),
        (
            failing(422, {"detail": [{"loc": ["body"], "msg": "field required"}]}),
            'http://shop refused the request (status 422): [{"loc": ["body"], "msg": "field required"}]',
        ),
        (
            Body(b"<html><h1>404</h1></html>", "text/html", 404),
            (
                "http://shop has no Responses API; choose chat_completions for it, or check the base URL."
                " It said: a web page instead of an API's answer."
            ),
        ),
        (Body(b"no backend", "text/plain", 418), "http://shop refused the request (status 418): no backend"),
    ],
)
async def test_each_refusal_says_what_to_do(server: ModelServer, responses_model: OpenAIResponsesModel, answer: Answer, said: str) -> None:
    assert await sentence(server, responses_model, answer) == said


async def test_an_address_that_is_not_there(server: ModelServer, chat_model: OpenAIChatCompletionsModel) -> None:
    said = await sentence(server, chat_model, failing(404, {"detail": "Not Found"}))

    assert said == "http://shop has no such address; check the base URL, which often ends in /v1. It said: Not Found"


async def test_a_long_body_is_shortened(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    said = await sentence(server, responses_model, failing(418, {"error": {"message": "x\n" * 1000}}))

    assert said is not None
    assert len(said) < 400
    assert said.endswith("…")


async def test_a_server_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with ModelServer() as gone:
        address = gone.base_url
    clients = LoopClients(Endpoint(address, "k"))
    with pytest.raises(openai.APIConnectionError) as caught:
        await asked(OpenAIResponsesModel("m", clients))
    await clients.aclose()

    said = explain(caught.value, model="m", base_url=address)
    assert said is not None
    assert said.startswith(f"{address} cannot be reached")
    assert said.endswith("check that the server runs and that the base URL is right.")


async def test_a_connection_that_breaks_off(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    server.answer(Stream(hello_stream("Hello")[:5], ending="breaks"))
    _, error = await events_until_error(responses_model)

    assert explain(error, model="m", base_url="http://shop") == (
        "The connection to http://shop broke off in the middle of the answer; send the message again."
    )


async def test_a_server_that_does_not_answer_in_time(server: ModelServer) -> None:
    client = openai.AsyncOpenAI(api_key="k", base_url=server.base_url, timeout=0.05, max_retries=1)
    server.answer(Drop(), Stream(hello_stream("Hello")[:3], ending="hangs"))
    _, error = await events_until_error(OpenAIResponsesModel("m", client))
    await client.close()

    assert explain(error, model="m", base_url="http://shop") == (
        "http://shop did not answer in time; try again, or see whether the server is busy."
    )


async def test_an_error_inside_a_stream(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    server.answer(Stream([{"error": {"message": "Out of GPUs."}}]))
    _, error = await events_until_error(responses_model)

    assert explain(error, model="m", base_url="http://shop") == (
        "The model's server failed while it answered; send the message again. It said: Out of GPUs."
    )


def test_what_is_a_sentence_already_or_no_fault_of_a_model_is_left_alone() -> None:
    errors = [ModelBehaviorError("The server broke off."), UserError("No key."), ValueError("x")]

    assert [explain(error, model="m", base_url="u") for error in errors] == [None, None, None]


@pytest.mark.parametrize(
    ("answer", "missing"),
    [
        (failing(404, {"detail": "Not Found"}), True),
        (Body(b"404 page not found", "text/plain", 404), True),
        (failing(405, {"detail": "Method Not Allowed"}), True),
        (Json({"error": "Unexpected endpoint or method. (POST /v1/responses)"}), True),
        (failing(404, {"error": {"message": "The model `m` does not exist.", "code": "model_not_found"}}), False),
        (failing(404, {"error": {"message": "model 'm' not found, try pulling it first"}}), False),
        (failing(400, {"error": {"message": "bad"}}), False),
    ],
)
async def test_a_missing_api_is_told_from_a_missing_model(
    server: ModelServer, responses_model: OpenAIResponsesModel, answer: Answer, missing: bool
) -> None:
    error = await error_of(server, responses_model, answer)

    assert isinstance(error, openai.APIError)
    assert is_missing_route(error) is missing
