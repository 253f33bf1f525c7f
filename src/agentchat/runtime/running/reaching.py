"""Finding an agent again by its name."""

from typing import Any

from agentchat.runtime.agents.agent import Agent, agents_within_reach
from agentchat.runtime.values.exceptions import UserError


def reach(start: Agent[Any], name: str) -> Agent[Any]:
    """The agent of that name, from `start` over its handoffs; a UserError that says who can be reached."""
    found = agents_within_reach(start)
    if name not in found:
        raise UserError(f"Agent '{name}' cannot be reached from '{start.name}'; known here: {', '.join(found)}.")
    return found[name]
