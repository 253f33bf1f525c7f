"""What models were asked, and what they answered: the last exchanges of this process, in memory.

A model is asked through a `WatchedModel`, which passes everything on as it is and keeps references to it, so that a call costs nothing
more for being watched. What is kept becomes text when somebody looks (`turn_texts`). Nothing of it is stored.
"""

from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from agentchat.runtime.declarations.retry import ModelRetryAdvice, ModelRetryAdviceRequest
from agentchat.runtime.ports.clock import Clock
from agentchat.runtime.ports.model import Model
from agentchat.runtime.values.items import ModelResponse, TResponseStreamEvent
from agentchat.runtime.values.named import NamedAgent

MOST_EXCHANGES = 100
MOST_ITEMS = 50_000
"""Input items of all kept requests together. A long conversation is sent again with every turn, so its older requests go first."""

TakeBody: TypeAlias = Callable[[str, Mapping[str, Any]], None]
Watch: TypeAlias = Callable[[TakeBody], AbstractContextManager[None]]
"""While the context lasts, what goes over the wire is handed over too."""

_ARGUMENTS = ("instructions", "input", "settings", "tools", "output_schema", "handoffs", "tracing")
"""The names of what a runner passes to a model by position."""


@dataclass(eq=False)
class Exchange:
    """One model call. Mutable: it fills while it goes on. What it refers to belongs to the run, and is not changed."""

    number: int
    """From 1; grows."""
    agent: str
    asked: dict[str, Any]
    """The arguments of the call, by name."""
    at: float
    """Seconds since the epoch; the others count from here."""
    began: float
    first: float | None = None
    """When the first event came; None where the answer is not streamed."""
    over: float | None = None
    bodies: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list[tuple[str, Mapping[str, Any]]])
    """Every request that went over the wire for it: the path, and the body itself. None for a model that is no server."""
    answer: Any = None
    """A `ModelResponse`, or the `Response` of the Responses API that a stream ended with."""
    error: Exception | None = None
    is_broken_off: bool = False
    """Whether nobody wanted more of the answer."""

    @property
    def size(self) -> int:
        """In input items."""
        items = self.asked["input"]
        return len(items) if isinstance(items, list) else 1  # pyright: ignore[reportUnknownArgumentType] - of any items


def _unwatched(_: TakeBody) -> AbstractContextManager[None]:
    return nullcontext()


def _as_it_is(text: str) -> str:
    return text


class Recorder:
    """The exchanges of one chat. Mutable: its models write, the chat reads; both on the chat's loop."""

    def __init__(self, *, watch: Watch = _unwatched, hide: Callable[[str], str] = _as_it_is) -> None:
        """`watch` gets hold of what goes over the wire; `hide` takes keys out of a text that is shown."""
        self.watch = watch
        self.hide = hide
        self._kept: deque[Exchange] = deque()
        self._count = 0

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Those that are kept, the oldest first."""
        return tuple(self._kept)

    def watched(self, agent: NamedAgent, model: Model, *, clock: Clock) -> Model:
        """The model as the agent asks it from now on (`RunConfig.watch_model`)."""
        return WatchedModel(self, agent.name, model, clock)

    def begin(self, agent: str, clock: Clock, given: tuple[Any, ...], named: Mapping[str, Any]) -> Exchange:
        """A call begins; older ones make room for it."""
        self._count += 1
        asked = {**dict(zip(_ARGUMENTS, given, strict=True)), **named}
        exchange = Exchange(self._count, agent, asked, clock.now(), clock.monotonic())
        self._kept.append(exchange)
        while len(self._kept) > MOST_EXCHANGES or (len(self._kept) > 1 and sum(kept.size for kept in self._kept) > MOST_ITEMS):
            self._kept.popleft()
        return exchange


class WatchedModel(Model):
    """Another model that is looked at while it is asked."""

    def __init__(self, recorder: Recorder, agent: str, model: Model, clock: Clock) -> None:
        self._recorder, self._agent, self._model, self._clock = recorder, agent, model, clock

    def get_retry_advice(self, request: ModelRetryAdviceRequest) -> ModelRetryAdvice | None:
        """The model's own."""
        return self._model.get_retry_advice(request)

    async def get_response(self, *given: Any, **named: Any) -> ModelResponse:
        """The model's own."""
        exchange = self._recorder.begin(self._agent, self._clock, given, named)
        try:
            with self._watch(exchange):
                exchange.answer = answer = await self._model.get_response(*given, **named)
        except Exception as error:
            exchange.error = error
            raise
        finally:
            self._end(exchange)
        return answer

    async def stream_response(self, *given: Any, **named: Any) -> AsyncGenerator[TResponseStreamEvent]:
        """The model's own events."""
        exchange = self._recorder.begin(self._agent, self._clock, given, named)
        events = aiter(self._model.stream_response(*given, **named))
        try:
            with self._watch(exchange):  # requests go out before the first event
                event = await anext(events, None)
            exchange.first = self._clock.monotonic()
            while event is not None:
                told: Any = event  # one name for a union of fifty classes: `type` is what servers keep to
                if told.type in {"response.completed", "response.incomplete", "response.failed"}:
                    exchange.answer = told.response
                yield event
                event = await anext(events, None)
        except Exception as error:
            exchange.error = error
            raise
        finally:
            self._end(exchange)
            if isinstance(events, AsyncGenerator):
                await events.aclose()

    def _watch(self, exchange: Exchange) -> AbstractContextManager[None]:
        return self._recorder.watch(lambda path, body: exchange.bodies.append((path, body)))

    def _end(self, exchange: Exchange) -> None:
        exchange.over = self._clock.monotonic()
        exchange.is_broken_off = exchange.error is None and exchange.answer is None
