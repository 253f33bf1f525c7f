"""What an agent can use: function tools, and what they may return.

A `FunctionTool` is declared by hand or made from a Python function (`function_tool`). It holds what the model is told (name,
description, schema of the arguments) and what happens when the model calls it.
"""

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal, NotRequired, TypeAlias

from pydantic import BaseModel, model_validator
from typing_extensions import TypedDict

from agentchat.runtime.declarations.custom_data import FunctionToolCustomDataExtractor
from agentchat.runtime.declarations.guardrails import ToolInputGuardrail, ToolOutputGuardrail
from agentchat.runtime.declarations.hosted_tools import (
    CodeInterpreterTool,
    FileSearchTool,
    HostedMCPTool,
    ImageGenerationTool,
    WebSearchTool,
)
from agentchat.runtime.declarations.local_tools import ComputerTool, LocalShellTool, ShellTool
from agentchat.runtime.declarations.patch_tool import ApplyPatchTool
from agentchat.runtime.declarations.run_context import RunContextWrapper, ToolContext
from agentchat.runtime.declarations.strict_schema import ensure_strict_json_schema
from agentchat.runtime.values.exceptions import ToolTimeoutError, UserError
from agentchat.runtime.values.items import RunItem, ToolApprovalItem
from agentchat.runtime.values.tool_origin import ToolOrigin, ToolOriginType

ToolCaller: TypeAlias = Literal["direct", "programmatic"]
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
    tool_input_guardrails: list[ToolInputGuardrail[Any]] | None = None
    tool_output_guardrails: list[ToolOutputGuardrail[Any]] | None = None
    needs_approval: bool | Callable[[RunContextWrapper[Any], dict[str, Any], str], Awaitable[bool]] = False
    """True, or an async callable of context, parsed arguments and call id: a person must agree first."""
    timeout_seconds: float | None = None
    timeout_behavior: Literal["error_as_result", "raise_exception"] = "error_as_result"
    timeout_error_function: Callable[[RunContextWrapper[Any], ToolTimeoutError], str | Awaitable[str]] | None = None
    defer_loading: bool = False
    custom_data_extractor: FunctionToolCustomDataExtractor | None = field(default=None, kw_only=True)
    """Gives what is kept beside an output, on its item; a model never sees it."""
    allowed_callers: list[ToolCaller] | None = field(default=None, kw_only=True)
    """Told to the Responses API; this version runs calls of the model alone ("direct")."""
    output_json_schema: dict[str, Any] | None = field(default=None, kw_only=True)
    """What the tool's output is like, told to the Responses API: a strict object. Outputs are sent as JSON then."""
    effects: Effects = field(default="changes", kw_only=True)
    preview: Callable[[dict[str, Any]], CallPreview | None] | None = field(default=None, kw_only=True)
    """Shows a call to the person who is asked about it; gets the parsed arguments, runs in a thread, and must only read."""
    origin: str = field(default="", kw_only=True)
    """Where the tool comes from ("built in", "shop.tools:refund"), for the person who is asked about a call."""

    @property
    def tool_origin(self) -> ToolOrigin:
        """Where the tool comes from, as items tell it."""
        return ToolOrigin(ToolOriginType.FUNCTION)

    def __post_init__(self) -> None:
        if self.strict_json_schema:
            self.params_json_schema = ensure_strict_json_schema(self.params_json_schema)
        if self.output_json_schema is not None:
            self.output_json_schema = _strict_object(self.output_json_schema)
        if self.allowed_callers is not None and (not self.allowed_callers or set(self.allowed_callers) - {"direct", "programmatic"}):
            raise UserError(f"Tool '{self.name}': allowed_callers is a list of 'direct', 'programmatic', or both.")
        check_timeout(self.timeout_seconds, self.timeout_behavior)


def check_timeout(seconds: float | None, behavior: str) -> None:
    """ValueError for a time limit of a tool that is none, and for a behaviour that is not known."""
    if seconds is not None and not (math.isfinite(seconds) and seconds > 0):
        raise ValueError(f"A tool's timeout is a finite number of seconds above 0, not {seconds}; None sets no limit.")
    if behavior not in {"error_as_result", "raise_exception"}:
        raise ValueError(f"timeout_behavior must be one of: error_as_result, raise_exception; not {behavior!r}.")


def _strict_object(schema: dict[str, Any]) -> dict[str, Any]:
    what = "output_json_schema must define a strict JSON object schema"
    try:
        strict = ensure_strict_json_schema(schema)
    except (UserError, TypeError) as error:
        raise UserError(f"Function tool {what}: {error}") from error
    if strict.get("type") != "object":
        raise UserError(f"Function tool {what}. Use a pydantic model, a TypedDict or a dataclass as output_type.")
    return strict


@dataclass
class FunctionToolResult:
    """One call's result, as `tool_use_behavior` callables get it."""

    tool: FunctionTool
    output: Any
    """What the function returned; for a call that did not run, what the model is told instead."""
    run_item: RunItem | None
    """The output as an item of the run: a ToolCallOutputItem."""
    interruptions: list[ToolApprovalItem] = field(default_factory=list[ToolApprovalItem])
    """What a person is asked before the call can go on. Empty for a call that has its output, as all have that a callable gets."""
    agent_run_result: Any = None
    """Of an agent tool: the RunResult of the agent's run. None for other tools, and where that run ended before this one was resumed."""


AnsweredTool: TypeAlias = FunctionTool | ComputerTool | LocalShellTool | ShellTool | ApplyPatchTool | HostedMCPTool
"""A tool whose calls are answered here, and so are judged and journaled."""
Tool: TypeAlias = AnsweredTool | WebSearchTool | FileSearchTool | CodeInterpreterTool | ImageGenerationTool
"""Whatever can stand in `Agent.tools`."""
