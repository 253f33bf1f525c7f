"""What a run can raise, under the module path that the published documents use."""

from agentchat.runtime.declarations.guardrails import (
    InputGuardrailTripwireTriggered,
    OutputGuardrailTripwireTriggered,
    ToolInputGuardrailTripwireTriggered,
    ToolOutputGuardrailTripwireTriggered,
)
from agentchat.runtime.values.exceptions import (
    AgentsException,
    InvalidToolArgumentsError,
    JournalSuperseded,
    MaxTurnsExceeded,
    MCPToolCancellationError,
    ModelBehaviorError,
    ModelRefusalError,
    ModelTimeoutError,
    RunErrorDetails,
    ToolTimeoutError,
    UserError,
)

__all__ = [
    "AgentsException",
    "InputGuardrailTripwireTriggered",
    "InvalidToolArgumentsError",
    "JournalSuperseded",
    "MCPToolCancellationError",
    "MaxTurnsExceeded",
    "ModelBehaviorError",
    "ModelRefusalError",
    "ModelTimeoutError",
    "OutputGuardrailTripwireTriggered",
    "RunErrorDetails",
    "ToolInputGuardrailTripwireTriggered",
    "ToolOutputGuardrailTripwireTriggered",
    "ToolTimeoutError",
    "UserError",
]
