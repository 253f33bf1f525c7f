"""A model on a server of which nobody said which dialect it speaks: the Responses API first, Chat Completions if that is missing.

What was found out is remembered for the server, for as long as the provider lives.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from openai import APIError
from typing_extensions import override

from agentchat.models.chat_completions.model import OpenAIChatCompletionsModel
from agentchat.models.responses.model import OpenAIResponsesModel
from agentchat.models.retry_advice import retry_advice
from agentchat.models.wire.endpoints import ClientSource
from agentchat.models.wire.errors import is_missing_route
from agentchat.runtime.declarations.retry import ModelRetryAdvice, ModelRetryAdviceRequest
from agentchat.runtime.ports.model import Model
from agentchat.runtime.values.items import ModelResponse, TResponseStreamEvent


@dataclass(eq=False)
class ApiChoice:
    """What is known of one server. Mutable; the models that ask it write it."""

    has_no_responses: bool = False


class EitherApiModel(Model):
    """Speaks whichever of the two dialects the server has."""

    def __init__(self, model: str, source: ClientSource, choice: ApiChoice, *, is_chosen: bool = True) -> None:
        self.model = model
        self._responses = OpenAIResponsesModel(model, source, is_chosen=is_chosen)
        self._chat = OpenAIChatCompletionsModel(model, source)
        self._choice = choice

    @override
    def get_retry_advice(self, request: ModelRetryAdviceRequest) -> ModelRetryAdvice | None:
        """What the client's error says about asking again."""
        return retry_advice(request)

    async def get_response(self, *args: Any, **named: Any) -> ModelResponse:
        """The whole answer at once."""
        if not self._choice.has_no_responses:
            try:
                return await self._responses.get_response(*args, **named)
            except APIError as error:
                self._note_missing(error)
        return await self._chat.get_response(*args, **named)

    async def stream_response(self, *args: Any, **named: Any) -> AsyncGenerator[TResponseStreamEvent]:
        """The answer as events. A missing API shows before the first of them."""
        if not self._choice.has_no_responses:
            try:
                async with aclosing(self._responses.stream_response(*args, **named)) as events:
                    async for event in events:
                        yield event
            except APIError as error:
                self._note_missing(error)
        if self._choice.has_no_responses:
            async with aclosing(self._chat.stream_response(*args, **named)) as events:
                async for event in events:
                    yield event

    def _note_missing(self, error: APIError) -> None:
        if not is_missing_route(error):
            raise error
        self._choice.has_no_responses = True
