"""How a run is made: one object for everything that is not the agent itself."""

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from agentchat.runtime.declarations.model_settings import ModelSettings
from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.runtime.ports.clock import Clock, SystemClock
from agentchat.runtime.ports.defaults import DefaultModelProvider
from agentchat.runtime.ports.journal import RunJournal
from agentchat.runtime.ports.model import Model, ModelProvider
from agentchat.runtime.ports.policy import ApprovalPolicy
from agentchat.runtime.ports.session import SessionSettings
from agentchat.runtime.values.items import TResponseInputItem
from agentchat.runtime.values.named import NamedAgent

ToolNotFoundBehavior: TypeAlias = Literal["raise_error", "return_error_to_model"]
ToolNameCollisionPolicy: TypeAlias = Literal["warn", "error"]
ReasoningItemIdPolicy: TypeAlias = Literal["preserve", "omit"]


@dataclass(frozen=True)
class ModelInputData:
    """What a model call is about to be sent."""

    input: list[TResponseInputItem]
    instructions: str | None


@dataclass(frozen=True)
class CallModelData:
    """What a `call_model_input_filter` gets."""

    model_data: ModelInputData
    agent: NamedAgent
    context: Any
    """The user's own context object."""


CallModelInputFilter: TypeAlias = Callable[[CallModelData], ModelInputData | Awaitable[ModelInputData]]
SessionInputCallback: TypeAlias = Callable[
    [list[TResponseInputItem], list[TResponseInputItem]], list[TResponseInputItem] | Awaitable[list[TResponseInputItem]]
]


@dataclass(frozen=True)
class ToolErrorFormatterArgs:
    """What a `tool_error_formatter` gets."""

    kind: Literal["approval_rejected", "tool_not_found", "tool_exception"]
    tool_type: str
    tool_name: str
    call_id: str
    default_message: str
    run_context: RunContextWrapper[Any]
    error: Exception | None = None


ToolErrorFormatter: TypeAlias = Callable[[ToolErrorFormatterArgs], str | Awaitable[str | None] | None]


@dataclass
class ToolExecutionConfig:
    """How the tools of one response run."""

    max_function_tool_concurrency: int | None = None
    """At most so many at once; None for no limit."""
    pre_approval_tool_input_guardrails: bool = False

    def __post_init__(self) -> None:
        limit = self.max_function_tool_concurrency
        if limit is not None and limit < 1:
            raise ValueError("max_function_tool_concurrency must be 1 or more; use None for no limit.")


def _include_sensitive_data() -> bool:
    return os.environ.get("OPENAI_AGENTS_TRACE_INCLUDE_SENSITIVE_DATA", "true").lower() in {"true", "1", "yes", "on"}


@dataclass
class RunConfig:
    """Settings of a whole run, over what the agents say."""

    model: str | Model | None = None
    """Instead of every agent's own model."""
    model_provider: ModelProvider = field(default_factory=DefaultModelProvider)
    """Finds models by name."""
    model_settings: ModelSettings | None = None
    """Its non-None fields go over every agent's own."""
    handoff_input_filter: Any = None
    nest_handoff_history: bool = False
    handoff_history_mapper: Any = None
    input_guardrails: list[Any] | None = None
    output_guardrails: list[Any] | None = None
    tracing_disabled: bool = False
    tracing: Any = None
    trace_include_sensitive_data: bool = field(default_factory=_include_sensitive_data)
    workflow_name: str = "Agent workflow"
    trace_id: str | None = None
    group_id: str | None = None
    trace_metadata: dict[str, Any] | None = None
    session_input_callback: SessionInputCallback | None = None
    call_model_input_filter: CallModelInputFilter | None = None
    """Changes what one model call is sent, never the history."""
    tool_error_formatter: ToolErrorFormatter | None = None
    session_settings: SessionSettings | None = None
    reasoning_item_id_policy: ReasoningItemIdPolicy | None = None
    sandbox: Any = None
    tool_execution: ToolExecutionConfig | None = None
    tool_not_found_behavior: ToolNotFoundBehavior = "raise_error"
    tool_name_collision_policy: ToolNameCollisionPolicy = "warn"
    output_guardrail_blocked_message: str | None = None
    run_journal: RunJournal | None = None
    """With one, nothing that happened is lost and no call runs twice; it is the session as well."""
    approval_policy: ApprovalPolicy | None = None
    """Judges calls before a person is asked; without one, `needs_approval` alone decides."""
    clock: Clock = field(default_factory=SystemClock)
    describe_error: Callable[[Exception], str] | None = None
    """What is stored of an error that ended a run: one sentence with a next step; without it, the error's own text."""
