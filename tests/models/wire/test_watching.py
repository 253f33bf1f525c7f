"""What is seen of a request is what the server got, without its headers."""

from collections.abc import Mapping
from typing import Any

from agentchat.models.chat_completions.model import OpenAIChatCompletionsModel
from agentchat.models.responses.model import OpenAIResponsesModel
from agentchat.models.wire.watching import watched
from tests.model_server import ModelServer, Stream
from tests.models.conftest import events_of
from tests.models.frames import hello_stream


async def test_the_very_body_is_seen(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    server.answer(Stream(hello_stream("Hello")), Stream(hello_stream("Hello")))
    seen: list[tuple[str, Mapping[str, Any]]] = []
    with watched(lambda path, body: seen.append((path, body))):
        await events_of(responses_model, "Hi", system="Be brief.")
    await events_of(responses_model, "Hi again")
    assert seen == [("/responses", server.requests[0].body)]
    assert "sk-test" in str(server.requests[0].headers)
    assert "sk-test" not in str(seen)


async def test_a_request_that_fails_is_seen_too(server: ModelServer, chat_model: OpenAIChatCompletionsModel) -> None:
    seen: list[str] = []
    with watched(lambda path, _: seen.append(path)):
        try:
            await events_of(chat_model, "Hi")
        except Exception as error:  # noqa: BLE001 - the server has no answer; whatever comes of that
            seen.append(type(error).__name__)
    assert seen[0] == "/chat/completions"
    assert len(seen) > 1
