"""`Runner.run_sync` over a real connection, in a program that has used other event loops before; and what ends it from outside."""

import asyncio
import gc
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from agentchat import Agent, Runner, SQLiteSession, function_tool
from agentchat.testing import ModelCall, ModelStep, ScriptedModel, assistant_message, function_call
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


def test_an_interrupt_is_told_whatever_the_run_raises_when_it_is_stopped() -> None:
    async def interrupted(_: ModelCall) -> list[Any]:
        asyncio.get_running_loop().call_soon(_interrupt)
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            raise ValueError("the connection broke")

    with pytest.raises(KeyboardInterrupt):
        Runner.run_sync(Agent(name="A", model=ScriptedModel([ModelStep.respond(interrupted)])), "hi")
    assert Runner.run_sync(Agent(name="A", model=ScriptedModel([[assistant_message("x")]])), "hi").final_output == "x"


@pytest.mark.parametrize("in_thread", [False, True])
def test_a_tool_that_raises_an_interrupt_ends_the_run_and_leaves_nothing(in_thread: bool, caplog: pytest.LogCaptureFixture) -> None:
    async def raises() -> None:
        """Raises."""
        raise KeyboardInterrupt

    tool = function_tool(_interrupt if in_thread else raises, name_override="interrupt")
    call = function_call("interrupt", "{}", call_id="c1")
    with pytest.raises(KeyboardInterrupt):
        Runner.run_sync(Agent(name="A", tools=[tool], model=ScriptedModel([[call]])), "hi")
    assert Runner.run_sync(Agent(name="A", model=ScriptedModel([ModelStep.respond(_tasks)])), "hi").final_output == "1"
    gc.collect()
    assert caplog.messages == []


def _interrupt() -> None:
    raise KeyboardInterrupt


def _tasks(_: ModelCall) -> list[Any]:
    return [assistant_message(str(len(asyncio.all_tasks())))]
