"""What a run can raise, under the module path that the published documents use."""

from agentchat.runtime.values.exceptions import (
    AgentsException,
    JournalSuperseded,
    MaxTurnsExceeded,
    ModelBehaviorError,
    ModelRefusalError,
    ModelTimeoutError,
    RunErrorDetails,
    ToolTimeoutError,
    UserError,
)

__all__ = [
    "AgentsException",
    "JournalSuperseded",
    "MaxTurnsExceeded",
    "ModelBehaviorError",
    "ModelRefusalError",
    "ModelTimeoutError",
    "RunErrorDetails",
    "ToolTimeoutError",
    "UserError",
]
