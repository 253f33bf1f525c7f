"""Where the tool of a call comes from, as the published items tell it."""

from dataclasses import dataclass
from enum import Enum
from typing import Any


class ToolOriginType(str, Enum):  # noqa: UP042 - published; a StrEnum prints otherwise
    """The kinds of origin."""

    FUNCTION = "function"
    MCP = "mcp"
    AGENT_AS_TOOL = "agent_as_tool"


@dataclass(frozen=True)
class ToolOrigin:
    """One tool's origin."""

    type: ToolOriginType
    mcp_server_name: str | None = None
    """Of MCP tools, also of those that the provider calls."""
    agent_name: str | None = None
    agent_tool_name: str | None = None

    def to_json_dict(self) -> dict[str, str]:
        """The fields that are set, as plain data."""
        named = {"mcp_server_name": self.mcp_server_name, "agent_name": self.agent_name, "agent_tool_name": self.agent_tool_name}
        return {"type": self.type.value} | {name: value for name, value in named.items() if value is not None}

    @classmethod
    def from_json_dict(cls, data: dict[str, Any] | None) -> "ToolOrigin | None":
        """The origin that `to_json_dict` wrote; None for None."""
        return None if data is None else cls(**{**data, "type": ToolOriginType(data["type"])})
