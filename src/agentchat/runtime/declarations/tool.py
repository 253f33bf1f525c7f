"""What an agent can use: function tools, and what they may return.

A `FunctionTool` is declared by hand or made from a Python function (`function_tool`). It holds what the model is told (name,
description, schema of the arguments) and what happens when the model calls it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal, NotRequired, TypeAlias

from pydantic import BaseModel, model_validator
from typing_extensions import TypedDict

from agentchat.runtime.declarations.run_context import RunContextWrapper, ToolContext
from agentchat.runtime.declarations.strict_schema import ensure_strict_json_schema
from agentchat.runtime.values.exceptions import ToolTimeoutError
from agentchat.runtime.values.items import RunItem

Effects: TypeAlias = Literal["none", "reads", "changes"]
"""What a call of the tool does to the world outside the conversation. Read by approval policies."""


class ToolOutputText(BaseModel):
    """A text for the model."""

    type: Literal["text"] = "text"
    text: str


class ToolOutputTextDict(TypedDict):
    """`ToolOutputText` as a dict."""

    type: Literal["text"]
    text: str


class ToolOutputImage(BaseModel):
    """An image for the model, by URL (a data URL too) or by the id of an uploaded file."""

    type: Literal["image"] = "image"
    image_url: str | None = None
    file_id: str | None = None
    detail: Literal["low", "high", "auto"] | None = None

    @model_validator(mode="after")
    def _has_a_source(self) -> "ToolOutputImage":
        if self.image_url is None and self.file_id is None:
            raise ValueError("An image output needs image_url or file_id.")
        return self


class ToolOutputImageDict(TypedDict):
    """`ToolOutputImage` as a dict."""

    type: Literal["image"]
    image_url: NotRequired[str]
    file_id: NotRequired[str]
    detail: NotRequired[Literal["low", "high", "auto"]]


class ToolOutputFileContent(BaseModel):
    """A file for the model: its data (base64), its URL, or the id of an uploaded file."""

    type: Literal["file"] = "file"
    file_data: str | None = None
    file_url: str | None = None
    file_id: str | None = None
    filename: str | None = None

    @model_validator(mode="after")
    def _has_a_source(self) -> "ToolOutputFileContent":
        if self.file_data is None and self.file_url is None and self.file_id is None:
            raise ValueError("A file output needs file_data, file_url or file_id.")
        return self


class ToolOutputFileContentDict(TypedDict):
    """`ToolOutputFileContent` as a dict."""

    type: Literal["file"]
    file_data: NotRequired[str]
    file_url: NotRequired[str]
    file_id: NotRequired[str]
    filename: NotRequired[str]


@dataclass(frozen=True, slots=True)
class CallPreview:
    """What a tool shows of a call before it runs, better than its bare arguments."""

    kind: Literal["diff", "text"]
    text: str


@dataclass
class FunctionTool:
    """A tool that runs here. A given schema is made strict at construction unless `strict_json_schema` is False."""

    name: str
    description: str
    params_json_schema: dict[str, Any]
    on_invoke_tool: Callable[[ToolContext[Any], str], Awaitable[Any]]
    """Gets the context and the arguments as JSON text; gives the output, or raises."""
    strict_json_schema: bool = True
    is_enabled: bool | Callable[[RunContextWrapper[Any], Any], bool | Awaitable[bool]] = True
    tool_input_guardrails: list[Any] | None = None
    tool_output_guardrails: list[Any] | None = None
    needs_approval: bool | Callable[[RunContextWrapper[Any], dict[str, Any], str], Awaitable[bool]] = False
    """True, or an async callable of context, parsed arguments and call id: a person must agree first."""
    timeout_seconds: float | None = None
    timeout_behavior: Literal["error_as_result", "raise_exception"] = "error_as_result"
    timeout_error_function: Callable[[RunContextWrapper[Any], ToolTimeoutError], str | Awaitable[str]] | None = None
    defer_loading: bool = False
    custom_data_extractor: Any = field(default=None, kw_only=True)
    allowed_callers: list[str] | None = field(default=None, kw_only=True)
    output_json_schema: dict[str, Any] | None = field(default=None, kw_only=True)
    effects: Effects = field(default="changes", kw_only=True)
    preview: Callable[[dict[str, Any]], CallPreview | None] | None = field(default=None, kw_only=True)
    """Shows a call to the person who is asked about it; gets the parsed arguments, runs in a thread, and must only read."""
    origin: str = field(default="", kw_only=True)
    """Where the tool comes from ("built in", "shop.tools:refund"), for the person who is asked about a call."""

    def __post_init__(self) -> None:
        if self.strict_json_schema:
            self.params_json_schema = ensure_strict_json_schema(self.params_json_schema)


@dataclass
class FunctionToolResult:
    """One call's result, as `tool_use_behavior` callables get it."""

    tool: FunctionTool
    output: Any
    """What the function returned."""
    run_item: RunItem | None


Tool: TypeAlias = FunctionTool
"""Whatever can stand in `Agent.tools`. Hosted tools join this union."""
