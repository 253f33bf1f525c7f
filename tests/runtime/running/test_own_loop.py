"""`Runner.run_sync` over a real connection, in a program that has used other event loops before."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from agentchat import Agent, Runner, SQLiteSession
from tests.model_server import Json, ModelServer
from tests.models.frames import message, response


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    with ModelServer() as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "k")
        yield running


def test_run_sync_after_asyncio_run_asks_the_same_server_in_the_same_conversation(server: ModelServer) -> None:
    server.answer(*(Json(response([message(text)])) for text in ("San Francisco", "California", "39 million")))
    agent, session = Agent(name="Assistant", instructions="Reply very concisely."), SQLiteSession("conversation_123")

    async def two_turns() -> list[str]:
        questions = "What city is the Golden Gate Bridge in?", "What state is it in?"
        return [(await Runner.run(agent, question, session=session)).final_output for question in questions]

    answers = [*asyncio.run(two_turns()), Runner.run_sync(agent, "What's the population?", session=session).final_output]
    assert answers == ["San Francisco", "California", "39 million"]
    assert [len(request.body["input"]) for request in server.requests] == [1, 3, 5]


def test_run_sync_keeps_its_connection_for_the_next_call(server: ModelServer) -> None:
    server.answer(*(Json(response([message("x")])) for _ in range(3)))
    agent = Agent(name="A")
    assert [Runner.run_sync(agent, "hi").final_output for _ in range(3)] == ["x", "x", "x"]
    assert server.connections == 1


def test_run_sync_in_two_threads_at_once(server: ModelServer) -> None:
    server.answer(*(Json(response([message("x")])) for _ in range(2)))
    said: list[str] = []
    threads = [threading.Thread(target=lambda: said.append(Runner.run_sync(Agent(name="A"), "hi").final_output)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert said == ["x", "x"]
