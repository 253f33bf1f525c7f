"""How a run is made: one object for everything that is not the agent itself."""

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, fields
from typing import Any, Literal, TypeAlias, cast

from agentchat.runtime.declarations.guardrails import InputGuardrail, OutputGuardrail
from agentchat.runtime.declarations.handoff_input import HandoffHistoryMapper, HandoffInputFilter
from agentchat.runtime.declarations.model_settings import ModelSettings, settings_of
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


@dataclass
class ModelInputData:
    """What a model call is about to be sent. Mutable: a filter may change what it was given and return it."""

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


@dataclass(frozen=True)
class OutputGuardrailBlockedMessageArgs:
    """What an `output_guardrail_blocked_message` function gets."""

    default_message: str
    guardrail_name: str
    agent: NamedAgent
    run_context: RunContextWrapper[Any]


OutputGuardrailBlockedMessageFormatter: TypeAlias = Callable[[OutputGuardrailBlockedMessageArgs], str | None]
ToolErrorFormatter: TypeAlias = Callable[[ToolErrorFormatterArgs], str | Awaitable[str | None] | None]


@dataclass
class ToolExecutionConfig:
    """How the tools of one response run."""

    max_function_tool_concurrency: int | None = None
    """At most so many at once; None for no limit."""
    pre_approval_tool_input_guardrails: bool = False
    """Asks a tool's input guardrails before a person is asked about the call too, and not only before it starts."""

    def __post_init__(self) -> None:
        limit = self.max_function_tool_concurrency
        if limit is not None and limit < 1:
            raise ValueError("tool_execution.max_function_tool_concurrency must be at least 1; use None for no limit.")


def _include_sensitive_data() -> bool:
    return os.environ.get("OPENAI_AGENTS_TRACE_INCLUDE_SENSITIVE_DATA", "true").lower() in {"true", "1", "yes", "on"}


@dataclass
class RunConfig:
    """Settings of a whole run, over what the agents say. Settings that are objects of their own may be dicts of their fields."""

    model: str | Model | None = None
    """Instead of every agent's own model."""
    model_provider: ModelProvider = field(default_factory=DefaultModelProvider)
    """Finds models by name."""
    model_settings: ModelSettings | None = None
    """Its non-None fields go over every agent's own."""
    handoff_input_filter: HandoffInputFilter | None = None
    """For every handoff that has no `input_filter` of its own."""
    nest_handoff_history: bool = False
    """An agent that takes over reads the conversation so far as one message, where no filter says otherwise."""
    handoff_history_mapper: HandoffHistoryMapper | None = None
    """Makes that agent's whole input of the transcript, in place of the standard summary; only where histories are nested."""
    input_guardrails: list[InputGuardrail[Any]] | None = None
    """Asked beside those of the agent that the run begins with."""
    output_guardrails: list[OutputGuardrail[Any]] | None = None
    """Asked beside those of the agent that gives the final output."""
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
    output_guardrail_blocked_message: str | OutputGuardrailBlockedMessageFormatter | None = None
    """What the history keeps instead of a tool's output that was to be the final output and that a guardrail held back."""
    run_journal: RunJournal | None = None
    """With one, nothing that happened is lost and no call runs twice; it is the session as well."""
    approval_policy: ApprovalPolicy | None = None
    """Judges calls before a person is asked; without one, `needs_approval` alone decides."""
    clock: Clock = field(default_factory=SystemClock)
    folder: str = ""
    """Where tools work. A person's yes to a call holds in this folder and in no other."""
    describe_error: Callable[[Exception], str] | None = None
    """What is stored of an error that ended a run: one sentence with a next step; without it, the error's own text."""
    watch_model: Callable[[NamedAgent, Model], Model] | None = None
    """Gives what is asked in a model's place for an agent's turn, so that every call of it can be looked at."""

    def __post_init__(self) -> None:
        if isinstance(self.model_settings, dict):
            self.model_settings = settings_of(cast("dict[str, Any]", self.model_settings))
        if isinstance(self.tool_execution, dict):
            self.tool_execution = ToolExecutionConfig(**cast("dict[str, Any]", self.tool_execution))
        if isinstance(self.session_settings, dict):
            self.session_settings = SessionSettings(**cast("dict[str, Any]", self.session_settings))


def run_config_of(given: Any) -> RunConfig:
    """The config, of one that may be given as a dict of its fields; a TypeError for anything else."""
    if isinstance(given, RunConfig):
        return given
    if not isinstance(given, dict):
        raise TypeError(f"run_config must be a RunConfig instance or a dict, got {type(given).__name__}.")
    settings: dict[str, Any] = given  # pyright: ignore[reportUnknownVariableType] - the caller's own dict
    if unknown := sorted(set(settings) - {f.name for f in fields(RunConfig)}):
        raise TypeError(f"Unknown run_config settings: {', '.join(unknown)}.")
    return RunConfig(**settings)


def described(config: RunConfig, error: Exception) -> str:
    """The error in one sentence, as the config words it."""
    text = str(error) or type(error).__name__
    if config.describe_error is None:
        return text
    try:
        return config.describe_error(error)
    except Exception:  # noqa: BLE001 - foreign code, and there is a sentence without it
        return text
