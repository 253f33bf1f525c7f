"""Where requests go, and that every event loop has connections of its own."""

import asyncio
import gc

import pytest

from agentchat.models.openai_defaults import set_default_openai_key
from agentchat.models.responses.model import OpenAIResponsesModel
from agentchat.models.wire.endpoints import Endpoint, LoopClients, is_official, resolved_base_url, resolved_endpoint
from agentchat.runtime.values.exceptions import UserError
from tests.model_server import ModelServer, Stream
from tests.models.conftest import events_of, said
from tests.models.frames import hello_stream


def test_the_argument_wins_over_the_environment_over_openai(monkeypatch: pytest.MonkeyPatch) -> None:
    assert resolved_base_url(None) == "https://api.openai.com/v1"
    monkeypatch.setenv("OPENAI_BASE_URL", " http://127.0.0.1:1/v1 ")
    assert resolved_base_url(None) == "http://127.0.0.1:1/v1"
    assert resolved_base_url("http://shop/v1") == "http://shop/v1"


@pytest.mark.parametrize(
    ("url", "example"),
    [
        ("localhost:8080/v1", "http://localhost:8080/v1"),
        ("shop", "http://shop"),
        ("ftp://shop/v1", "http://shop/v1"),
        ("http://", "http://127.0.0.1:8080/v1"),
    ],
)
def test_a_base_url_that_is_no_whole_address_is_refused(url: str, example: str) -> None:
    with pytest.raises(UserError) as caught:
        resolved_base_url(url)

    assert str(caught.value) == (f"The base URL {url!r} is not a whole address; write it with http:// or https://, as in {example}.")


def test_the_key_comes_from_the_argument_the_process_or_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-env")
    assert resolved_endpoint().api_key == "sk-env"
    set_default_openai_key("sk-set")
    assert resolved_endpoint().api_key == "sk-set"
    assert resolved_endpoint(api_key="sk-given").api_key == "sk-given"


def test_a_server_of_ones_own_needs_no_key_and_openai_does() -> None:
    assert resolved_endpoint(base_url="http://127.0.0.1:1/v1").api_key
    with pytest.raises(UserError, match="set OPENAI_API_KEY, or OPENAI_BASE_URL"):
        resolved_endpoint()


def test_the_key_is_not_shown() -> None:
    assert "sk-secret" not in repr(Endpoint("http://shop/v1", "sk-secret"))


@pytest.mark.parametrize(
    ("url", "official"),
    [
        ("https://api.openai.com/v1", True),
        ("https://eu.api.openai.com/v1", True),
        ("http://127.0.0.1/v1", False),
        ("https://openai.com.shop/v1", False),
    ],
)
def test_who_is_openai(url: str, official: bool) -> None:
    assert is_official(url) is official


def test_one_model_serves_one_event_loop_after_the_other(server: ModelServer) -> None:
    model = OpenAIResponsesModel("m", LoopClients(Endpoint(server.base_url, "k")))

    async def twice() -> list[str]:
        return [said(await events_of(model)) for _ in range(2)]

    for _ in range(2):
        server.answer(*(Stream(hello_stream("Hello")) for _ in range(2)))
        assert asyncio.run(twice()) == ["Hello", "Hello"]

    assert server.connections == 2
    gc.collect()  # an unclosed client would warn here, which is an error


def test_a_loop_that_was_left_open_does_not_disturb_another(server: ModelServer) -> None:
    model = OpenAIResponsesModel("m", LoopClients(Endpoint(server.base_url, "k")))
    server.answer(*(Stream(hello_stream("Hello")) for _ in range(3)))
    kept = asyncio.new_event_loop()

    texts = [said(kept.run_until_complete(events_of(model)))]
    texts.append(said(asyncio.run(events_of(model))))
    texts.append(said(kept.run_until_complete(events_of(model))))
    kept.run_until_complete(kept.shutdown_asyncgens())
    kept.close()

    assert texts == ["Hello"] * 3
    assert server.connections == 2


async def test_after_closing_the_next_request_opens_anew(server: ModelServer) -> None:
    clients = LoopClients(Endpoint(server.base_url, "k"))
    first = await clients.client()
    await clients.aclose()
    second = await clients.client()
    await clients.aclose()
    await clients.aclose()

    assert first is not second
    assert (first.is_closed(), second.is_closed()) == (True, True)


async def test_retries_stay_on() -> None:
    clients = LoopClients(Endpoint("http://127.0.0.1:1/v1", "k"))
    client = await clients.client()
    await clients.aclose()

    assert client.max_retries >= 1


async def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    clients = LoopClients(Endpoint(server.base_url, "k"))
    server.answer(Stream(hello_stream("Hello")))

    assert said(await events_of(OpenAIResponsesModel("m", clients))) == "Hello"
    await clients.aclose()
