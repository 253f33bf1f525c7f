"""One call of a model, as both dialects get it, and the parts of a request that are the same in both."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, assert_never, cast

from pydantic import BaseModel

from agentchat.models.wire import WireRequest
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
        """The tools, then the handoffs, as functions that the model may call."""
        return [*(_function_of(tool) for tool in self.tools), *(_function_of(handoff) for handoff in self.handoffs)]

    @property
    def schema(self) -> AgentOutputSchemaBase | None:
        """The shape that the answer must have; None for plain text."""
        return None if self.output_schema is None or self.output_schema.is_plain_text() else self.output_schema

    def request(self, path: str, body: Body) -> WireRequest:
        """The request with `body` less its nulls, and with the caller's own extras over it."""
        sent = {key: value for key, value in body.items() if value is not None}
        sent |= {**(self.settings.extra_args or {}), **(self.settings.extra_body or {})}
        return WireRequest(path, sent, headers=self.settings.extra_headers or {}, query=self.settings.extra_query or {})


@dataclass(frozen=True, slots=True)
class FunctionSpec:
    """A function as a model is told of it."""

    name: str
    description: str
    parameters: dict[str, Any]
    strict: bool

    def as_json(self) -> Body:
        """The four fields."""
        return {"name": self.name, "description": self.description, "parameters": self.parameters, "strict": self.strict}


def plain(value: object) -> Any:
    """A setting that may be one of the openai package's types, as plain data without nulls."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_none=True)
    if isinstance(value, dict):
        return {key: entry for key, entry in cast("Body", value).items() if entry is not None}
    return value


def _function_of(declared: Tool | Handoff) -> FunctionSpec:
    match declared:
        case FunctionTool():
            return FunctionSpec(declared.name, declared.description, declared.params_json_schema, declared.strict_json_schema)
        case Handoff():
            return FunctionSpec(declared.tool_name, declared.tool_description, declared.input_json_schema, declared.strict_json_schema)
        case _:
            assert_never(declared)
