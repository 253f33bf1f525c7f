"""Everything that a run can raise.

    AgentsException
    ├── MaxTurnsExceeded                        more model calls than max_turns
    ├── ModelBehaviorError                      the model answered something that cannot be worked with
    ├── ModelRefusalError                       the model refused
    ├── ModelTimeoutError                       one attempt took longer than ModelSettings.timeout
    ├── UserError                               the code that uses agentchat made a mistake
    ├── ToolTimeoutError                        a tool took longer than its limit, and should fail the run
    ├── MCPToolCancellationError                an MCP server cancelled a call
    ├── InputGuardrailTripwireTriggered         and the three others of its kind
    └── JournalSuperseded                       another process took the conversation over

What a model's own client raises passes through unchanged.
"""

from dataclasses import dataclass
from typing import Any

from agentchat.runtime.values.exceptions_base import AgentsException
from agentchat.runtime.values.items import ModelResponse, RunItem, TResponseInputItem
from agentchat.runtime.values.named import NamedAgent


@dataclass
class RunErrorDetails:
    """Where a run stood when it failed."""

    input: str | list[TResponseInputItem]
    new_items: list[RunItem]
    raw_responses: list[ModelResponse]
    last_agent: NamedAgent
    context_wrapper: Any
    """The run's RunContextWrapper."""
    input_guardrail_results: list[Any]
    output_guardrail_results: list[Any]


class MaxTurnsExceeded(AgentsException):
    """The run would have made more model calls than `max_turns` allows."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ModelBehaviorError(AgentsException):
    """The model named a tool that does not exist, sent arguments that are no JSON, or broke off its answer."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ModelRefusalError(AgentsException):
    """The model refused to give the final output."""

    def __init__(self, refusal: str) -> None:
        super().__init__(f"Model refused to produce output: {refusal}")
        self.refusal = refusal


class ModelTimeoutError(AgentsException):
    """One attempt of a model call took longer than `ModelSettings.timeout`."""

    def __init__(self, timeout_seconds: float) -> None:
        super().__init__(f"The model did not answer within {timeout_seconds:g} seconds.")
        self.timeout_seconds = timeout_seconds


class UserError(AgentsException):
    """The code that uses the runtime asked for something that cannot be."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ToolTimeoutError(AgentsException):
    """A tool took longer than its limit."""

    def __init__(self, tool_name: str, timeout_seconds: float) -> None:
        super().__init__(f"Tool '{tool_name}' timed out after {timeout_seconds:g} seconds.")
        self.tool_name = tool_name
        self.timeout_seconds = timeout_seconds


class JournalSuperseded(AgentsException):
    """Another process has taken the conversation over; this run ends without a word and writes nothing more."""
