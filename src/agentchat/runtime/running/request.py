"""One request to a model: what it is asked with, and its answer, streamed or whole, within its time."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

from agentchat.runtime.declarations.handoff import Handoff
from agentchat.runtime.declarations.model_settings import ModelSettings
from agentchat.runtime.declarations.output_schema import AgentOutputSchemaBase
from agentchat.runtime.declarations.prompt import Prompt
from agentchat.runtime.declarations.tool import Tool
from agentchat.runtime.ports.model import Model, ModelTracing
from agentchat.runtime.ports.run_config import ModelInputData
from agentchat.runtime.running.drafting import Drafts
from agentchat.runtime.running.gathering import Gathering
from agentchat.runtime.running.run import Run
from agentchat.runtime.values.events import RawResponsesStreamEvent
from agentchat.runtime.values.exceptions import ModelTimeoutError
from agentchat.runtime.values.items import ModelResponse

_UNSEEN = frozenset({"response.created", "response.in_progress"})
"""Events that show nothing of the answer."""


@dataclass(frozen=True, slots=True)
class Equipment:
    """What the active agent has at hand for one turn."""

    model: Model
    settings: ModelSettings
    tools: list[Tool]
    handoffs: list[Handoff]
    output_schema: AgentOutputSchemaBase | None
    """The shape of the final output; None for plain text."""


class Request:
    """Can be made more than once."""

    def __init__(self, run: Run, equipment: Equipment, data: ModelInputData, prompt: Prompt | None) -> None:
        self._run = run
        self.model, self.settings = equipment.model, equipment.settings
        server = run.progress.server
        self.previous_response_id = None if server is None else server.previous_response_id
        self.conversation_id = None if server is None else server.conversation_id
        self._prompt = prompt
        self._arguments = (
            data.instructions,
            data.input,
            equipment.settings,
            equipment.tools,
            equipment.output_schema,
            equipment.handoffs,
            ModelTracing.DISABLED,
        )
        self.seen = False
        """True once something of an answer could be seen."""
        self.since: float | None = None
        """When the first event of the latest attempt came."""

    async def attempt(self) -> ModelResponse:
        """Asks the model once; a ModelTimeoutError when that takes longer than the settings allow."""
        self.since, seconds = None, self.settings.timeout
        limit = asyncio.timeout(seconds)
        try:
            async with limit:
                return await (self._streamed() if self._run.streamed else self._whole())
        except TimeoutError:
            if seconds is not None and limit.expired():
                raise ModelTimeoutError(seconds) from None
            raise  # it is the model's own

    async def _whole(self) -> ModelResponse:
        return await self.model.get_response(*self._arguments, **self._named())

    async def _streamed(self) -> ModelResponse:
        """Tells every event and gathers the response from them; writes a draft of the text now and then."""
        run, clock = self._run, self._run.config.clock
        run.gathering = gathering = Gathering()
        events = self.model.stream_response(*self._arguments, **self._named())
        try:
            async with Drafts(run, gathering) as drafts:
                async for event in events:
                    if self.since is None:
                        self.since = clock.now()
                    if gathering.take(event):
                        await drafts.came()
                    self.seen = self.seen or event.type not in _UNSEEN
                    await run.tell(RawResponsesStreamEvent(event))
        finally:
            if isinstance(events, AsyncGenerator):  # its connection must not outlive the turn; a plain iterator has nothing to close
                await events.aclose()
        return gathering.response()

    def _named(self) -> dict[str, Any]:
        return {
            "previous_response_id": self.previous_response_id,
            "conversation_id": self.conversation_id,
            "prompt": self._prompt,
        }
