"""What every tool that is no function is, where it is looked at like one."""

from typing import Any, ClassVar, Literal


class NotAFunction:
    """The answers to what policies, approvals and the screen ask of any tool."""

    effects: ClassVar[Literal["changes"]] = "changes"
    """Nobody can tell what a shell, a computer or another's server will do."""
    description: ClassVar[str] = ""
    """For the person who is asked about a call."""
    params_json_schema: ClassVar[dict[str, Any]] = {}
    origin: ClassVar[str] = ""
    preview: ClassVar[None] = None
    tool_input_guardrails: ClassVar[None] = None
    tool_output_guardrails: ClassVar[None] = None

    @property
    def is_enabled(self) -> bool:
        """Always: only functions can be switched off for a turn."""
        return True
