"""What the tests of the models share: a server on loopback, and models that ask it."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from agentchat.models.chat_completions.model import OpenAIChatCompletionsModel
from agentchat.models.openai_defaults import forget_defaults
from agentchat.models.responses.model import OpenAIResponsesModel
from agentchat.models.wire.endpoints import Endpoint, LoopClients
from agentchat.runtime.declarations.model_settings import ModelSettings
from agentchat.runtime.ports.model import Model, ModelTracing
from agentchat.runtime.values.items import ModelResponse
from tests.model_server import ModelServer


@pytest.fixture(autouse=True)
def nothing_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_DEFAULT_MODEL", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.delenv(name, raising=False)
    yield
    forget_defaults()


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running


@pytest.fixture
async def clients(server: ModelServer) -> AsyncIterator[LoopClients]:
    clients = LoopClients(Endpoint(server.base_url, "sk-test"))
    yield clients
    await clients.aclose()


@pytest.fixture
def responses_model(clients: LoopClients) -> OpenAIResponsesModel:
    return OpenAIResponsesModel("test-model", clients)


@pytest.fixture
def chat_model(clients: LoopClients) -> OpenAIChatCompletionsModel:
    return OpenAIChatCompletionsModel("test-model", clients)


def arguments(given: Any = "Hi", **changes: Any) -> dict[str, Any]:
    """The arguments of a model call, as the runner passes them."""
    named: dict[str, Any] = {"tools": [], "output_schema": None, "handoffs": [], "settings": ModelSettings(), "system": None, **changes}
    return {
        "system_instructions": named["system"],
        "input": given,
        "model_settings": named["settings"],
        "tools": named["tools"],
        "output_schema": named["output_schema"],
        "handoffs": named["handoffs"],
        "tracing": ModelTracing.DISABLED,
        "previous_response_id": named.get("previous_response_id"),
        "conversation_id": named.get("conversation_id"),
        "prompt": named.get("prompt"),
    }


async def asked(model: Model, given: Any = "Hi", **changes: Any) -> ModelResponse:
    return await model.get_response(**arguments(given, **changes))


async def events_of(model: Model, given: Any = "Hi", **changes: Any) -> list[dict[str, Any]]:
    """The events of a streamed answer, as plain data."""
    return [plain(event) async for event in model.stream_response(**arguments(given, **changes))]


async def events_until_error(model: Model, given: Any = "Hi", **changes: Any) -> tuple[list[str], Exception]:
    """The types of the events, deltas with their text, and the error that ended them."""
    seen: list[str] = []

    async def read_on() -> None:
        async for event in model.stream_response(**arguments(given, **changes)):
            seen.append(brief(plain(event)))  # noqa: PERF401 - kept up to the error

    with pytest.raises(Exception) as caught:  # noqa: PT011 - which one is what the test looks at
        await read_on()
    assert isinstance(caught.value, Exception)
    return seen, caught.value


def plain(event: Any) -> dict[str, Any]:
    return event.model_dump(mode="json", exclude_unset=True)


def brief(event: dict[str, Any]) -> str:
    """`output_text.delta:Hel`, for sequences that are compared by their order."""
    delta = f":{event['delta']}" if event["type"].endswith(".delta") else ""
    return event["type"].removeprefix("response.") + delta


def said(events: list[dict[str, Any]]) -> str:
    return "".join(event["delta"] for event in events if event["type"] == "response.output_text.delta")
