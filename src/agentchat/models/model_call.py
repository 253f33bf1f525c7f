"""One call of a model, as both dialects get it, and the parts of a request that are the same in both."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, assert_never, cast

from pydantic import BaseModel

from agentchat.models.retry_advice import client_retries
from agentchat.models.wire.requests import WireRequest
from agentchat.runtime.declarations.handoff import Handoff
from agentchat.runtime.declarations.model_settings import ModelSettings
from agentchat.runtime.declarations.output_schema import AgentOutputSchemaBase
from agentchat.runtime.declarations.tool import FunctionTool, Tool
from agentchat.runtime.values.items import TResponseInputItem

Body: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ModelCall:
    """What `Model.get_response` and `stream_response` were given."""

    system_instructions: str | None
    input: str | list[TResponseInputItem]
    settings: ModelSettings
    tools: Sequence[Tool]
    output_schema: AgentOutputSchemaBase | None
    handoffs: Sequence[Handoff]
    previous_response_id: str | None
    conversation_id: str | None
    prompt: object | None

    @property
    def functions(self) -> list["FunctionSpec"]:
        """The function tools, then the handoffs, as functions that the model may call."""
        functions = [tool for tool in self.tools if isinstance(tool, FunctionTool)]
        return [function_of(declared) for declared in (*functions, *self.handoffs)]

    @property
    def schema(self) -> AgentOutputSchemaBase | None:
        """The shape that the answer must have; None for plain text."""
        return None if self.output_schema is None or self.output_schema.is_plain_text() else self.output_schema

    def request(self, path: str, body: Body) -> WireRequest:
        """The request with `body` less its nulls, and with the caller's own extras over it."""
        sent = {key: value for key, value in body.items() if value is not None}
        sent |= {**(self.settings.extra_args or {}), **(self.settings.extra_body or {})}
        settings = self.settings
        headers, query = settings.extra_headers or {}, settings.extra_query or {}
        return WireRequest(path, sent, headers, query, client_retries=client_retries(settings.retry))


@dataclass(frozen=True, slots=True)
class FunctionSpec:
    """A function as a model is told of it."""

    name: str
    description: str
    parameters: dict[str, Any]
    strict: bool
    only_responses: Body = field(default_factory=dict[str, Any])
    """What only the Responses API can be told."""

    def as_json(self) -> Body:
        """The four fields that both dialects know."""
        return {"name": self.name, "description": self.description, "parameters": self.parameters, "strict": self.strict}


def plain(value: object) -> Any:
    """A setting that may be one of the openai package's types, as plain data without nulls."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_none=True)
    if isinstance(value, dict):
        return {key: entry for key, entry in cast("Body", value).items() if entry is not None}
    return value


def function_of(declared: FunctionTool | Handoff) -> FunctionSpec:
    """What a model is told of a function tool or a handoff."""
    match declared:
        case FunctionTool():
            more: Body = {"allowed_callers": declared.allowed_callers, "output_schema": declared.output_json_schema}
            return FunctionSpec(
                declared.name, declared.description, declared.params_json_schema, declared.strict_json_schema, plain(more)
            )
        case Handoff():
            return FunctionSpec(declared.tool_name, declared.tool_description, declared.input_json_schema, declared.strict_json_schema)
        case _:
            assert_never(declared)
