"""Which tool a name means, where an agent has several of that name."""

import logging
from collections import Counter
from collections.abc import Sequence

from agentchat.runtime.declarations.handoff import Handoff
from agentchat.runtime.declarations.tool import FunctionTool, Tool
from agentchat.runtime.ports.run_config import ToolNameCollisionPolicy
from agentchat.runtime.values.exceptions import UserError

_log = logging.getLogger("agentchat")


def routed(
    agent: str, tools: Sequence[Tool], handoffs: Sequence[Handoff], policy: ToolNameCollisionPolicy
) -> tuple[list[Tool], list[Handoff]]:
    """The tools and handoffs that the model is offered: one for each name.

    With "warn" a handoff wins over a tool, and the last of several tools or handoffs over the others; with "error" a name that is used
    twice is a UserError.
    """
    if policy not in {"warn", "error"}:
        raise ValueError("tool_name_collision_policy must be either 'warn' or 'error'")
    names = Counter(tool.name for tool in tools if isinstance(tool, FunctionTool))
    names.update(entry.tool_name for entry in handoffs)
    twice = [name for name, count in names.items() if count > 1]
    if not twice:
        return list(tools), list(handoffs)
    if policy == "error":
        raise UserError(_described(twice[0], tools, handoffs))
    _log.warning("Agent '%s' has more than one tool named %s; only one of each is offered to the model. Rename the others.", agent, twice)
    last_handoff = {entry.tool_name: entry for entry in handoffs}
    last_tool = {tool.name: tool for tool in tools if isinstance(tool, FunctionTool)}
    return (
        [tool for tool in tools if not isinstance(tool, FunctionTool) or (last_tool[tool.name] is tool and tool.name not in last_handoff)],
        [entry for entry in handoffs if last_handoff[entry.tool_name] is entry],
    )


def _described(name: str, tools: Sequence[Tool], handoffs: Sequence[Handoff]) -> str:
    of_tools = sum(isinstance(tool, FunctionTool) and tool.name == name for tool in tools)
    of_handoffs = sum(entry.tool_name == name for entry in handoffs)
    if not of_handoffs:
        return (
            f"Ambiguous function tool configuration: the tool name `{name}` is used by multiple tools. Assign a unique routed name "
            "to every colliding function tool with `name_override=`, `tool_name=`, or a namespace."
        )
    if not of_tools:
        return (
            f"Ambiguous handoff configuration: the handoff tool name `{name}` is used by multiple handoffs. "
            "Pass a unique `tool_name_override=` to each handoff."
        )
    return (
        f"Ambiguous tool routing configuration: the tool name `{name}` is used by both a function tool and a handoff. Assign a unique "
        "routed name to every colliding function tool and handoff with `name_override=`, `tool_name=`, `tool_name_override=`, or a "
        "namespace."
    )
