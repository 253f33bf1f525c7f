"""What a language model is to the runtime."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from enum import Enum

from agentchat.runtime.declarations.handoff import Handoff
from agentchat.runtime.declarations.model_settings import ModelSettings
from agentchat.runtime.declarations.output_schema import AgentOutputSchemaBase
from agentchat.runtime.declarations.retry import ModelRetryAdvice, ModelRetryAdviceRequest
from agentchat.runtime.declarations.tool import Tool
from agentchat.runtime.values.items import ModelResponse, TResponseInputItem, TResponseStreamEvent


class ModelTracing(Enum):
    """Accepted for the published API; nothing is exported anywhere."""

    DISABLED = 0
    ENABLED = 1
    ENABLED_WITHOUT_DATA = 2

    def is_disabled(self) -> bool:
        """True for DISABLED."""
        return self is ModelTracing.DISABLED

    def include_data(self) -> bool:
        """True for ENABLED."""
        return self is ModelTracing.ENABLED


class Model(ABC):
    """One model of one provider. The runner passes the first seven arguments by position, the rest by keyword."""

    async def close(self) -> None:  # noqa: B027 - optional: most models hold nothing
        """Lets connections go; the default has none."""

    def get_retry_advice(self, request: ModelRetryAdviceRequest) -> ModelRetryAdvice | None:  # noqa: ARG002 - optional, as above
        """What the model knows of a failure of its own, for retry policies; None when that is nothing."""
        return None

    @abstractmethod
    async def get_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],  # noqa: A002 - published name
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
        """The whole answer at once."""

    @abstractmethod
    def stream_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],  # noqa: A002 - published name
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
        """The answer as events of the Responses API; the last is response.completed with the whole output."""


class ModelProvider(ABC):
    """Finds models by name."""

    @abstractmethod
    def get_model(self, model_name: str | None) -> Model:
        """The model; the provider's default for None. UserError for a name that cannot be one."""

    async def aclose(self) -> None:  # noqa: B027 - optional, as above
        """Lets all models' connections go; the default has none."""
