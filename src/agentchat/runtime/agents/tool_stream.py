"""`on_stream`: the events of an agent that runs as a tool, given to a callback.

The callback works behind the run's back, so that a slow one does not slow the agent; how far behind is limited. What it raises is logged
and changes nothing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self, TypeAlias, TypedDict

from openai.types.responses import ResponseFunctionToolCall

from agentchat.runtime.declarations.sync_calls import awaited
from agentchat.runtime.values.events import AgentUpdatedStreamEvent, StreamEvent
from agentchat.runtime.values.exceptions import AgentsException
from agentchat.runtime.values.named import NamedAgent

_log = logging.getLogger(__name__)


class AgentToolStreamEvent(TypedDict):
    """What an `on_stream` callback gets."""

    event: StreamEvent
    agent: NamedAgent
    """The `Agent` that acts: after a handoff the one that took over."""
    tool_call: ResponseFunctionToolCall | None
    """The call that the agent answers."""


OnStream: TypeAlias = Callable[[AgentToolStreamEvent], Awaitable[None] | None]


class AgentToolStreamOverflow(AgentsException):
    """The callback fell further behind than `on_stream_max_pending_events` allows; the call of the tool fails."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"Agent tool on_stream backlog exceeded on_stream_max_pending_events={limit}. "
            "Use a faster handler, increase the limit, or set it to None."
        )


class Watched:
    """One call's events on their way to the callback. Left in peace, it waits until all are delivered; else it drops the rest."""

    def __init__(self, on_stream: OnStream, agent: NamedAgent, tool_call: ResponseFunctionToolCall | None, *, limit: int | None) -> None:
        self._on_stream, self._agent, self._tool_call, self._limit = on_stream, agent, tool_call, limit
        self._events: asyncio.Queue[AgentToolStreamEvent | None] = asyncio.Queue()
        self._delivering: asyncio.Task[None] | None = None

    def tell(self, event: StreamEvent) -> None:
        """An event, at once; AgentToolStreamOverflow when too many wait already."""
        if isinstance(event, AgentUpdatedStreamEvent):
            self._agent = event.new_agent
        if self._limit is not None and self._events.qsize() >= self._limit:
            raise AgentToolStreamOverflow(self._limit)
        self._events.put_nowait({"event": event, "agent": self._agent, "tool_call": self._tool_call})

    async def __aenter__(self) -> Self:
        self._delivering = asyncio.create_task(self._deliver())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self._delivering is not None
        if isinstance(error, asyncio.CancelledError | AgentToolStreamOverflow):
            self._delivering.cancel()
        self._events.put_nowait(None)
        try:
            await asyncio.wait([self._delivering])
        except asyncio.CancelledError:
            self._delivering.cancel()
            await asyncio.wait([self._delivering])
            raise

    async def _deliver(self) -> None:
        while (payload := await self._events.get()) is not None:
            try:
                await awaited(self._on_stream(payload))
            except Exception:  # noqa: BLE001 - the border to foreign code
                _log.exception("The on_stream callback of an agent tool failed; the agent goes on.")
