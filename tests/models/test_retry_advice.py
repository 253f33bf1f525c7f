"""What the OpenAI models advise after a failure, and that their client does not repeat what the run repeats."""

from typing import Any

import httpx2
import openai
import pytest

from agentchat import (
    Agent,
    ModelBehaviorError,
    ModelRetryAdvice,
    ModelRetryAdviceRequest,
    ModelRetrySettings,
    ModelSettings,
    RetryDecision,
    Runner,
    retry_policies,
)
from agentchat.models.openai_provider import OpenAIProvider
from agentchat.models.responses.model import OpenAIResponsesModel
from agentchat.models.retry_advice import client_retries, retry_advice
from agentchat.models.wire.errors import BROKEN_OFF
from agentchat.runtime.ports.model import Model
from tests.model_server import Drop, Json, ModelServer
from tests.models.conftest import asked
from tests.models.frames import message, response

REQUEST = httpx2.Request("POST", "http://shop/v1/responses")
FINE = Json(response([message("fine")]))
BROKEN = Json({"error": {"message": "Boom."}}, status=500, headers={"retry-after-ms": "1"})


def refused(status: int, **headers: str) -> Exception:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return openai.APIStatusError("boom", response=httpx2.Response(status, headers=given, request=REQUEST), body=None)


def without_credit() -> Exception:
    said = {"message": "You exceeded your current quota.", "code": "insufficient_quota"}
    return openai.RateLimitError("no", response=httpx2.Response(429, request=REQUEST), body=said)


def unreachable(cause: Exception | None, message: str = "Connection error.") -> Exception:
    error = openai.APIConnectionError(message=message, request=REQUEST)
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (refused(500), ModelRetryAdvice(suggested=True, replay_safety="safe", reason="boom")),
        (refused(429), ModelRetryAdvice(suggested=True, replay_safety="safe", reason="boom")),
        (refused(409), ModelRetryAdvice(suggested=True, replay_safety="safe", reason="boom")),
        (refused(408), ModelRetryAdvice(suggested=True, replay_safety="safe", reason="boom")),
        (refused(400, x_should_retry="true"), ModelRetryAdvice(suggested=True, replay_safety="safe", reason="boom")),
        (refused(429, retry_after="120"), ModelRetryAdvice(suggested=True, replay_safety="safe", reason="boom")),
        (refused(429, retry_after="121"), ModelRetryAdvice(suggested=False, reason="boom")),
        (without_credit(), ModelRetryAdvice(suggested=False, reason="no")),
        (refused(500, x_should_retry="false"), ModelRetryAdvice(suggested=False, reason="boom")),
        (refused(400), None),
        (refused(401), None),
        (unreachable(httpx2.ConnectError("no")), ModelRetryAdvice(suggested=True, replay_safety="safe", reason="Connection error.")),
        (unreachable(httpx2.ReadError("cut")), ModelRetryAdvice(suggested=True, reason="Connection error.")),
        (unreachable(None, BROKEN_OFF), ModelRetryAdvice(suggested=True, reason=BROKEN_OFF, response_started=True)),
        (ModelBehaviorError("x"), None),
    ],
)
def test_what_is_advised(error: Exception, advice: ModelRetryAdvice | None) -> None:
    assert retry_advice(ModelRetryAdviceRequest(error, 1, stream=False)) == advice


@pytest.mark.parametrize(
    ("settings", "retries"),
    [
        (None, None),
        (ModelRetrySettings(max_retries=2), None),
        (ModelRetrySettings(policy=retry_policies.never()), None),
        (ModelRetrySettings(max_retries=2, policy=retry_policies.never()), 0),
        (ModelRetrySettings(max_retries=0), 0),
    ],
)
def test_the_client_repeats_by_itself_only_where_the_run_does_not(settings: ModelRetrySettings | None, retries: int | None) -> None:
    assert client_retries(settings) == retries


@pytest.mark.parametrize("use_responses", [True, False, None])
async def test_every_model_of_the_provider_advises(server: ModelServer, use_responses: bool | None) -> None:
    model: Model = OpenAIProvider(base_url=server.base_url, api_key="k", use_responses=use_responses).get_model("m")
    assert model.get_retry_advice(ModelRetryAdviceRequest(refused(503), 1, stream=True)) is not None


def agent(model: Model, policy: Any, *, most: int = 2) -> Agent[Any]:
    given: Any = {"max_retries": most, "backoff": {"initial_delay": 0.0}, "policy": policy}
    return Agent(name="A", model=model, model_settings=ModelSettings(retry=given))


async def test_the_server_is_asked_once_per_attempt(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    server.answer(BROKEN, BROKEN, BROKEN, FINE)
    with pytest.raises(openai.InternalServerError):
        await Runner.run(agent(responses_model, retry_policies.provider_suggested()), "hi")
    assert len(server.requests) == 3


async def test_without_a_policy_the_client_repeats_as_ever(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    server.answer(BROKEN, FINE)
    result = await Runner.run(Agent(name="A", model=responses_model), "hi")
    assert (result.final_output, len(server.requests), result.context_wrapper.usage.requests) == ("fine", 2, 1)


async def test_a_policy_that_says_no_is_asked_after_one_request(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    server.answer(BROKEN, FINE)
    with pytest.raises(openai.InternalServerError):
        await Runner.run(agent(responses_model, retry_policies.never()), "hi")
    assert len(server.requests) == 1


async def test_a_connection_that_the_server_closed_meanwhile_is_no_failed_attempt(
    server: ModelServer, responses_model: OpenAIResponsesModel
) -> None:
    asked_about: list[Exception] = []

    def policy(context: Any) -> bool:
        asked_about.append(context.error)
        return False

    server.answer(FINE, Drop(), FINE)
    assert (await Runner.run(agent(responses_model, policy), "one")).final_output == "fine"
    assert (await Runner.run(agent(responses_model, policy), "two")).final_output == "fine"
    assert (asked_about, len(server.requests)) == ([], 3)


async def test_where_the_server_keeps_the_conversation_nothing_is_sent_twice_unasked(
    server: ModelServer, responses_model: OpenAIResponsesModel
) -> None:
    server.answer(Drop(), FINE)
    given: Any = {"max_retries": 2, "policy": retry_policies.network_error()}
    with pytest.raises(openai.APIConnectionError):
        await asked(responses_model, settings=ModelSettings(retry=given), conversation_id="conv_1")
    assert len(server.requests) == 1


async def test_a_stored_prompt_brings_its_own_model_unless_one_was_chosen(server: ModelServer) -> None:
    server.answer(FINE, FINE)
    provider = OpenAIProvider(base_url=server.base_url, api_key="k", use_responses=True)
    await asked(provider.get_model(None), prompt={"id": "p", "version": None, "variables": {"a": "b"}})
    await asked(provider.get_model("gpt-4.1"), prompt={"id": "p", "version": "2", "variables": None})
    await provider.aclose()
    sent = [(request.body.get("model"), request.body["prompt"]) for request in server.requests]
    assert sent == [(None, {"id": "p", "variables": {"a": "b"}}), ("gpt-4.1", {"id": "p", "version": "2"})]


async def test_an_unsafe_repetition_needs_the_policy_s_own_word(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    server.answer(Drop())
    approving = agent(responses_model, lambda _: RetryDecision(retry=True, approve_unsafe_replay=True))
    with pytest.raises(openai.APIConnectionError):
        await Runner.run(agent(responses_model, retry_policies.network_error()), "hi", conversation_id="conv_1")
    server.answer(Drop(), FINE)
    assert (await Runner.run(approving, "hi", conversation_id="conv_1")).final_output == "fine"
