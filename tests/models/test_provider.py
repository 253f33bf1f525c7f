"""Models by name: which dialect, which server, which provider."""

from typing import Any

import pytest
from openai import AsyncOpenAI

from agentchat.models.chat_completions.model import OpenAIChatCompletionsModel
from agentchat.models.either_api import EitherApiModel
from agentchat.models.offline.model import OfflineModel
from agentchat.models.openai_defaults import (
    set_default_openai_api,
    set_default_openai_client,
    set_default_openai_key,
)
from agentchat.models.provider import MultiProvider, OpenAIProvider
from agentchat.models.registry import ProviderOptions, find_provider, provider_names
from agentchat.models.responses.model import OpenAIResponsesModel
from agentchat.models.warm_up import warm_up
from agentchat.runtime.declarations.default_model import default_model_name
from agentchat.runtime.ports.model import Model, ModelProvider
from agentchat.runtime.ports.run_config import RunConfig
from agentchat.runtime.values.exceptions import UserError
from tests.model_server import Json, ModelServer, Stream
from tests.models.chunks import completion, text_chunks
from tests.models.conftest import asked, events_of, said
from tests.models.frames import hello_stream, message, response

NOT_FOUND = Json({"detail": "Not Found"}, status=404)


class Named(ModelProvider):
    """Remembers which names it was asked for."""

    def __init__(self) -> None:
        self.names: list[str | None] = []

    def get_model(self, model_name: str | None) -> Model:
        self.names.append(model_name)
        return OpenAIResponsesModel(str(model_name), AsyncOpenAI(api_key="k", base_url="http://127.0.0.1:1/v1"))


def named(model: Any) -> str:
    return model.model


def test_openai_itself_is_asked_over_the_responses_api() -> None:
    model = OpenAIProvider(api_key="k").get_model("gpt-x")

    assert (type(model), named(model)) == (OpenAIResponsesModel, "gpt-x")


def test_the_dialect_can_be_chosen_for_the_process_and_for_a_provider() -> None:
    set_default_openai_api("chat_completions")

    assert type(OpenAIProvider(api_key="k").get_model("m")) is OpenAIChatCompletionsModel
    assert type(OpenAIProvider(api_key="k", use_responses=True).get_model("m")) is OpenAIResponsesModel


def test_the_default_model(monkeypatch: pytest.MonkeyPatch) -> None:
    assert default_model_name() == "gpt-5.6-luna"
    monkeypatch.setenv("OPENAI_DEFAULT_MODEL", "GPT-X")
    assert named(OpenAIProvider(api_key="k").get_model(None)) == "gpt-x"


def test_a_model_without_key_or_address_is_refused_when_it_is_looked_up() -> None:
    with pytest.raises(UserError, match="There is no API key for OpenAI;"):
        OpenAIProvider().get_model("m")
    with pytest.raises(UserError, match="is not a whole address"):
        OpenAIProvider(base_url="shop").get_model("m")


def test_a_client_and_a_key_are_one_too_many() -> None:
    client = AsyncOpenAI(api_key="k", base_url="http://127.0.0.1:1/v1")
    with pytest.raises(UserError, match="either openai_client, or api_key and base_url"):
        OpenAIProvider(openai_client=client, api_key="k")


async def test_the_default_client_is_used_where_nothing_is_said(server: ModelServer) -> None:
    client = AsyncOpenAI(api_key="sk-mine", base_url=server.base_url)
    set_default_openai_client(client)
    server.answer(Json(response([message("Hello")])))

    await asked(MultiProvider().get_model("m"))
    await client.close()

    assert server.requests[0].headers["authorization"] == "Bearer sk-mine"


async def test_the_environment_counts_as_it_is_at_the_call(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = MultiProvider()
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    server.answer(Json(response([message("Hello")])), Json(response([message("Hello")])))

    await asked(provider.get_model("m"))
    set_default_openai_key("sk-later")
    await asked(provider.get_model("m"))
    await provider.aclose()

    assert [request.headers["authorization"][:14] for request in server.requests] == ["Bearer no-key-", "Bearer sk-late"]


async def test_all_default_providers_share_their_connections(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    server.answer(*(Json(response([message("Hello")])) for _ in range(3)))

    for _ in range(3):
        await asked(MultiProvider().get_model("m"))
    await MultiProvider().aclose()

    assert server.connections == 1


async def test_a_server_without_the_responses_api_is_asked_over_chat_completions_from_then_on(server: ModelServer) -> None:
    provider = OpenAIProvider(base_url=server.base_url)
    server.answer(NOT_FOUND, Stream(text_chunks("Hello"), done=True), Stream(text_chunks("Again"), done=True))
    server.answer(Json(completion({"role": "assistant", "content": "Whole"})))

    texts = [said(await events_of(provider.get_model("m"))) for _ in range(2)]
    whole = await asked(provider.get_model("m"))
    await provider.aclose()

    assert texts == ["Hello", "Again"]
    assert whole.to_input_items()[0]["content"][0]["text"] == "Whole"
    assert [request.path for request in server.requests] == ["/v1/responses", *["/v1/chat/completions"] * 3]


async def test_the_switch_also_happens_for_a_whole_answer(server: ModelServer) -> None:
    provider = OpenAIProvider(base_url=server.base_url)
    server.answer(NOT_FOUND, Json(completion({"role": "assistant", "content": "Hello"})))

    answer = await asked(provider.get_model("m"))
    await provider.aclose()

    assert answer.to_input_items()[0]["content"][0]["text"] == "Hello"


async def test_a_server_with_the_responses_api_stays_with_it(server: ModelServer) -> None:
    provider = OpenAIProvider(base_url=server.base_url)
    unknown = Json({"error": {"message": "The model `m` does not exist.", "code": "model_not_found"}}, status=404)
    server.answer(Stream(hello_stream("Hello")), unknown)

    model = provider.get_model("m")
    assert type(model) is EitherApiModel
    assert said(await events_of(model)) == "Hello"
    with pytest.raises(Exception, match="does not exist"):
        await asked(model)
    await provider.aclose()

    assert [request.path for request in server.requests] == ["/v1/responses", "/v1/responses"]


def test_prefixes_lead_to_providers(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Named()
    provider = MultiProvider({"shop": shop}, openai_api_key="k")

    assert named(provider.get_model("openai/gpt-x")) == "gpt-x"
    assert named(provider.get_model("gpt-x")) == "gpt-x"
    assert named(provider.get_model("shop/a/b")) == "a/b"
    assert shop.names == ["a/b"]


def test_an_unknown_prefix_is_a_mistake_at_openai_and_part_of_the_name_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match="Unknown prefix: Qwen"):
        MultiProvider(openai_api_key="k").get_model("Qwen/Qwen3-8B")
    with pytest.raises(UserError, match="Unknown prefix: Qwen"):
        MultiProvider(openai_base_url="http://127.0.0.1:1/v1", unknown_prefix_mode="error").get_model("Qwen/Qwen3-8B")

    assert named(MultiProvider(openai_base_url="http://127.0.0.1:1/v1").get_model("Qwen/Qwen3-8B")) == "Qwen/Qwen3-8B"
    assert named(MultiProvider(openai_api_key="k", unknown_prefix_mode="model_id").get_model("a/b")) == "a/b"
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    assert named(MultiProvider().get_model("Qwen/Qwen3-8B")) == "Qwen/Qwen3-8B"


def test_the_openai_prefix_can_be_part_of_the_name() -> None:
    provider = MultiProvider(openai_api_key="k", openai_prefix_mode="model_id")

    assert named(provider.get_model("openai/gpt-oss-20b")) == "openai/gpt-oss-20b"


def test_adapters_that_are_not_here_are_named() -> None:
    with pytest.raises(UserError, match="The prefix litellm/ needs a provider of its own"):
        MultiProvider(openai_api_key="k").get_model("litellm/x")


def test_providers_of_the_registry_can_be_used_as_prefixes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k")

    assert {"offline", "openai", "openai-chat", "openai-responses"} <= provider_names()
    assert type(MultiProvider().get_model("offline/demo")) is OfflineModel
    assert type(MultiProvider().get_model("openai-chat/m")) is OpenAIChatCompletionsModel
    assert type(find_provider("openai-responses")(ProviderOptions(api_key="k")).get_model("m")) is OpenAIResponsesModel


def test_a_provider_that_does_not_exist_is_named_with_the_nearest() -> None:
    with pytest.raises(UserError) as caught:
        find_provider("opnai")

    assert str(caught.value) == "There is no model provider 'opnai'; did you mean 'openai'?"


def test_runs_that_name_no_provider_find_their_models_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k")

    assert type(RunConfig().model_provider.get_model("openai/m")) is OpenAIResponsesModel


def test_warming_up_needs_neither_key_nor_network_nor_loop() -> None:
    warm_up()
