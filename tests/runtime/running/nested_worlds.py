"""Agents that call agents, for tests of runs inside runs: their models can be asked again, their tools leave traces."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from openai.types.responses.response_usage import ResponseUsage

from agentchat import Agent, RunConfig, Runner, RunResultStreaming, RunState
from agentchat.models.openai_objects import made
from agentchat.models.response_events import new_response, response_events
from agentchat.runtime.ports.journal import Approved
from agentchat.runtime.ports.model import Model
from agentchat.runtime.values.items import ModelResponse, TResponseInputItem, TResponseStreamEvent
from agentchat.runtime.values.keys import Scope
from agentchat.testing import assistant_message, function_call
from tests.runtime.running.journals import all_events
from tests.runtime.running.runs import noting

Step = list[Any]
"""The output items of one answer."""


class Scripts(Model):
    """One script for each thing that it is asked first; plays the first step that does not stand in the input yet."""

    def __init__(self, scripts: dict[str, list[Step]]) -> None:
        self.scripts = scripts
        self.asked: list[str] = []

    async def get_response(self, *given: Any, **more: Any) -> ModelResponse:
        raise NotImplementedError

    async def stream_response(self, *given: Any, **more: Any) -> AsyncIterator[TResponseStreamEvent]:
        items: list[TResponseInputItem] = given[1]
        ids = {item.get("id") for item in items}
        step = next(output for output in self.scripts[items[0]["content"]] if output[0].id not in ids)
        self.asked.append(step[0].id)
        for event in response_events(step, new_response("r", model="m"), usage=_one_token()):
            yield event


def _one_token() -> Any:
    return made(ResponseUsage, input_tokens=1, output_tokens=1, total_tokens=2)


@dataclass
class World:
    """An agent that is talked to, and the traces of what its tools did."""

    agent: Agent[Any]
    model: Scripts
    seen: list[str] = field(default_factory=list[str])


def calls(tool: str, *texts: str) -> Step:
    """Calls of a tool of the world; a text names its call for good."""
    return [function_call(tool, {"text": text}, call_id=text) for text in texts]


def asks(agent: str, *texts: str) -> Step:
    """Calls of an agent as a tool, which are asked these texts."""
    return [function_call(agent, {"input": text}, call_id=f"ask {text}") for text in texts]


def says(text: str) -> Step:
    """An answer."""
    return [assistant_message(text, item_id=text)]


def world(scripts: dict[str, list[Step]]) -> World:
    """`outer` can call `inner`, which can call `deep`; each has a tool `note`, and `ask`, which a person is asked about."""
    model, seen = Scripts(scripts), list[str]()

    def tools() -> list[Any]:
        return [noting(seen), noting(seen, name="ask", needs_approval=True)]

    deep = Agent(name="deep", model=model, tools=tools())
    inner = Agent(name="inner", model=model, tools=[*tools(), deep.as_tool("deep", "Goes deeper.")])
    outer = Agent(name="outer", model=model, tools=[*tools(), inner.as_tool("inner", "Does a part.")])
    return World(outer, model, seen)


async def drive(agent: Agent[Any], journal: Any, given: Any) -> RunResultStreaming:
    """Runs to the next rest, with the journal."""
    result = Runner.run_streamed(agent, given, run_config=RunConfig(run_journal=journal))
    await all_events(result)
    return result


async def to_the_end(one: World, journal: Any, run_id: str = "") -> RunResultStreaming:
    """Runs, or goes on, until there is a final output; every question is answered with yes, in the journal."""
    given: Any = "go"
    if run_id and (await journal.inner.recall(Scope(run_id))) is not None:
        given = await RunState.recall(one.agent, journal.inner, run_id)
    while True:
        for item in given.get_interruptions() if isinstance(given, RunState) else ():
            assert await journal.inner.decide(item.key, Approved())
            given = await RunState.recall(one.agent, journal.inner, given.run_id)
        result = await drive(one.agent, journal, given)
        if not result.interruptions:
            return result
        given = await RunState.recall(one.agent, journal.inner, result.to_state().run_id)
