"""Naming agents in what is stored, and finding them again."""

from collections.abc import Callable
from typing import Any, TypeAlias

from agentchat.runtime.agents.agent import Agent, agents_within_reach
from agentchat.runtime.values.exceptions import UserError
from agentchat.runtime.values.named import NamedAgent

KeyOf: TypeAlias = Callable[[NamedAgent], str]
"""Gives what tells an agent apart: its name, or `name#2` where another one has that name already."""


def keys_from(start: Agent[Any]) -> KeyOf:
    """The keys of all agents that can be reached from `start`; of any other one the name."""
    keys = {id(agent): key for key, agent in agents_within_reach(start).items()}
    return lambda agent: keys.get(id(agent), agent.name)


def reach(start: Agent[Any], *keys: str) -> Agent[Any]:
    """The agent of the first key that one has, from `start` over handoffs and agent tools; a UserError that says who can be reached."""
    found = agents_within_reach(start)
    key = next((key for key in keys if key in found), keys[-1])
    if key not in found:
        raise UserError(f"Agent '{key}' cannot be reached from '{start.name}'; known here: {', '.join(found)}.")
    return found[key]
