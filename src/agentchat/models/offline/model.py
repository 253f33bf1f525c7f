"""The built-in demo model: everything in agentchat can be seen working with it, without a key and without a network.

It is a set of rules and says so. What it does is real: it calls the tools that the agent has, waits for approvals, hands over to other
agents, and answers from what the tools really gave. It keeps nothing between its calls; all it knows is in the input items.
"""

import hashlib
import json
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, assert_never

from typing_extensions import override

from agentchat.models.offline.conversation import turn_of
from agentchat.models.offline.deciding import Equipment, NewCall, Part, Speech, Thought, next_parts
from agentchat.models.response_events import AnswerBuilder, CallWriter, Events, MessageWriter, ReasoningWriter, new_response
from agentchat.runtime.declarations.handoff import Handoff
from agentchat.runtime.declarations.model_settings import ModelSettings
from agentchat.runtime.declarations.output_schema import AgentOutputSchemaBase
from agentchat.runtime.declarations.tool import Tool
from agentchat.runtime.ports.clock import Clock
from agentchat.runtime.ports.model import Model, ModelTracing
from agentchat.runtime.values.items import ModelResponse, TResponseInputItem, TResponseStreamEvent
from agentchat.runtime.values.usage import Usage

MODEL_NAME = "offline demo model"

READABLE = 240.0
"""Characters per second."""

LONGEST = 12.0
"""Seconds that one answer takes at most; a longer text comes faster."""

_MOST_DELTAS_OF_A_CALL = 400


class OfflineModel(Model):
    """Rules that stand in for a language model."""

    def __init__(self, *, clock: Clock, pace: float = READABLE) -> None:
        self._clock = clock
        self._pace = pace
        """Characters per second; 0 means without a pause."""

    @override
    async def get_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],
        model_settings: ModelSettings,
        tools: list[Tool],
        output_schema: AgentOutputSchemaBase | None,
        handoffs: list[Handoff],
        tracing: ModelTracing,
        *,
        previous_response_id: str | None,
        conversation_id: str | None,
        prompt: object | None,
    ) -> ModelResponse:
        """The answer at once, without a pause."""
        answer = _Answer.to(input, model_settings, Equipment(tools, handoffs), self._clock)
        for _ in answer.steps():
            pass
        return ModelResponse(output=answer.builder.output, usage=Usage(requests=1), response_id=answer.builder.response.id)

    @override
    async def stream_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],
        model_settings: ModelSettings,
        tools: list[Tool],
        output_schema: AgentOutputSchemaBase | None,
        handoffs: list[Handoff],
        tracing: ModelTracing,
        *,
        previous_response_id: str | None,
        conversation_id: str | None,
        prompt: object | None,
    ) -> AsyncIterator[TResponseStreamEvent]:
        """The answer at a readable pace."""
        answer = _Answer.to(input, model_settings, Equipment(tools, handoffs), self._clock)
        pace = max(self._pace, answer.length / LONGEST) if self._pace else 0.0
        for written, events in answer.steps():
            if pace and written:
                await self._clock.sleep(written / pace)
            for event in events:
                yield event


@dataclass(frozen=True, slots=True)
class _Answer:
    """One answer: its parts, and the builder that tells them."""

    parts: Sequence[Part]
    builder: AnswerBuilder
    name: str
    """Ids of items begin with it."""

    @classmethod
    def to(
        cls, items: str | list[TResponseInputItem], settings: ModelSettings, equipment: Equipment, clock: Clock
    ) -> "_Answer":
        """The answer to these input items."""
        name = _name_for(items)
        tools = Equipment() if settings.tool_choice == "none" else equipment
        parts = next_parts(turn_of(items), tools)
        if settings.parallel_tool_calls is False:
            parts = _with_one_call(parts)
        return cls(parts, AnswerBuilder(new_response(f"resp_{name}", model=MODEL_NAME, created_at=clock.now())), name)

    @property
    def length(self) -> int:
        """Characters that the person sees arriving."""
        return sum(len(_text(part)) for part in self.parts)

    def steps(self) -> Iterator[tuple[int, Events]]:
        """What is told at each step, with the number of characters that it takes the time of."""
        yield 0, self.builder.begin()
        for at, part in enumerate(self.parts):
            yield from self._steps_of(part, at)
        yield 0, [self.builder.completed(None)]

    def _steps_of(self, part: Part, at: int) -> Iterator[tuple[int, Events]]:
        match part:
            case Thought(text):
                yield from _written(self.builder.reasoning(f"rs_{self.name}_{at}"), _words(text))
            case Speech(text):
                yield from _written(self.builder.message(f"msg_{self.name}_{at}"), _words(text))
            case NewCall(name):
                call_id, item_id = f"call_{self.name}_{at}", f"fc_{self.name}_{at}"
                yield from _called(self.builder.function_call(name, call_id=call_id, item_id=item_id), _text(part))
            case _:
                assert_never(part)


def _written(writer: MessageWriter | ReasoningWriter, deltas: Iterable[str]) -> Iterator[tuple[int, Events]]:
    yield 0, writer.open()
    for delta in deltas:
        yield len(delta), writer.text(delta)
    yield 0, writer.close()


def _called(writer: CallWriter, arguments: str) -> Iterator[tuple[int, Events]]:
    yield 0, writer.open()
    size = max(6, len(arguments) // _MOST_DELTAS_OF_A_CALL)
    for start in range(0, len(arguments), size):
        delta = arguments[start : start + size]
        yield len(delta), writer.arguments(delta)
    yield 0, writer.close()


def _text(part: Part) -> str:
    match part:
        case Thought(text) | Speech(text):
            return text
        case NewCall(arguments=arguments):
            return json.dumps(arguments, ensure_ascii=False)


def _words(text: str) -> list[str]:
    """The text word by word, long words and runs of blanks in pieces."""
    return re.findall(r"\s{1,12}\S{0,12}|\S{1,12}", text)


def _with_one_call(parts: list[Part]) -> list[Part]:
    calls = [part for part in parts if isinstance(part, NewCall)]
    return [part for part in parts if part not in calls[1:]]


def _name_for(items: str | list[TResponseInputItem]) -> str:
    """The same for the same input and another for any other, so that ids are unique in a conversation and tests can repeat."""
    told: Any = items if isinstance(items, str) else json.dumps(items, sort_keys=True, default=str)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:12]
