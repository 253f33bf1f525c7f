"""Everything that a run can raise.

    AgentsException
    ├── MaxTurnsExceeded                        more model calls than max_turns
    ├── ModelBehaviorError                      the model answered something that cannot be worked with
    │   └── InvalidToolArgumentsError           arguments that do not fit the tool
    ├── ModelRefusalError                       the model refused
    ├── ModelTimeoutError                       one attempt took longer than ModelSettings.timeout
    ├── UserError                               the code that uses agentchat made a mistake
    ├── ToolTimeoutError                        a tool took longer than its limit, and should fail the run
    ├── MCPToolCancellationError                an MCP server cancelled a call
    ├── InputGuardrailTripwireTriggered         and the three others of its kind; they stand in declarations/guardrails
    └── JournalSuperseded                       another process took the conversation over

What a model's own client raises passes through unchanged.
"""

from dataclasses import dataclass, field
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
    tool_input_guardrail_results: list[Any] = field(default_factory=list[Any])
    tool_output_guardrail_results: list[Any] = field(default_factory=list[Any])

    def __str__(self) -> str:
        return in_words(
            "RunErrorDetails",
            f'Last agent: Agent(name="{self.last_agent.name}", ...)',
            f"{len(self.new_items)} new item(s)",
            f"{len(self.raw_responses)} raw response(s)",
            f"{len(self.input_guardrail_results)} input guardrail result(s)",
            f"{len(self.output_guardrail_results)} output guardrail result(s)",
            f"{len(self.tool_input_guardrail_results)} tool input guardrail result(s)",
            f"{len(self.tool_output_guardrail_results)} tool output guardrail result(s)",
        )


def in_words(kind: str, *lines: str) -> str:
    """What a run came to, in the words that people print."""
    return "\n".join([f"{kind}:", *(f"- {line}" for line in lines), f"(See `{kind}` for more details)"])


class _InWords(AgentsException):
    """An error that is all in its message."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class MaxTurnsExceeded(_InWords):
    """The run would have made more model calls than `max_turns` allows."""


class ModelBehaviorError(_InWords):
    """The model named a tool that does not exist, sent arguments that are no JSON, or broke off its answer."""


class InvalidToolArgumentsError(ModelBehaviorError):
    """The model called a tool with arguments that are no JSON, no object, or do not fit the tool's schema."""

    def __init__(self, tool_name: str, detail: str, *, shown: bool) -> None:
        """`shown` puts the detail into the message; not by default, because messages end in logs."""
        super().__init__(f"Invalid JSON input for tool {tool_name}" + (f": {detail}" if shown else ""))
        self.detail = detail
        """What is wrong, for the model to mend."""


class ModelRefusalError(AgentsException):
    """The model refused to give the final output."""

    def __init__(self, refusal: str) -> None:
        super().__init__(f"Model refused to produce output: {refusal}")
        self.refusal = refusal


class ModelTimeoutError(AgentsException):
    """One attempt of a model call took longer than `ModelSettings.timeout`."""

    def __init__(self, timeout_seconds: float) -> None:
        super().__init__(f"Model call timed out after {timeout_seconds:g} seconds.")
        self.timeout_seconds = timeout_seconds


class UserError(_InWords):
    """The code that uses the runtime asked for something that cannot be."""


class ToolTimeoutError(AgentsException):
    """A tool took longer than its limit."""

    def __init__(self, tool_name: str, timeout_seconds: float) -> None:
        super().__init__(f"Tool '{tool_name}' timed out after {timeout_seconds:g} seconds.")
        self.tool_name = tool_name
        self.timeout_seconds = timeout_seconds


class MCPToolCancellationError(_InWords):
    """An MCP server cancelled a call that it was asked for."""


class JournalSuperseded(AgentsException):
    """Another process has taken the conversation over; this run ends without a word and writes nothing more."""
