"""Agents that would ask each other without end: as tools, or as the judges of guardrails."""

from collections.abc import Iterator, Mapping

from agentchat.config.agent_specs import agent_tool_of
from agentchat.config.shapes import Text, keys_of
from agentchat.config.specs import TeamTable
from agentchat.config.toml_places import KeyPath

Steps = Mapping[str, Mapping[str, KeyPath]]
"""By agent: whom it asks, and where the file says so."""


def circles(team: TeamTable) -> Iterator[tuple[tuple[str, ...], KeyPath]]:
    """Every circle once: the agents on the way, the first also at its end, and where its last step is said."""
    steps = _steps(team)
    known: set[frozenset[str]] = set()
    for start in steps:
        for way in _ways_back(start, steps):
            if frozenset(way) not in known:
                known.add(frozenset(way))
                yield way, steps[way[-2]][way[-1]]


def _ways_back(start: str, steps: Steps) -> Iterator[tuple[str, ...]]:
    """The shortest way from an agent back to itself, if there is one."""
    waiting: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    for way in waiting:  # grows while it is walked
        for after in steps.get(way[-1], {}):
            if after == start:
                yield (*way, after)
                return
            if after not in seen:
                seen.add(after)
                waiting.append((*way, after))


def _steps(team: TeamTable) -> dict[str, dict[str, KeyPath]]:
    steps: dict[str, dict[str, KeyPath]] = {}
    for index, agent in enumerate(team.agents):
        asks = steps.setdefault(agent.name, {})
        for at, entry in enumerate(agent.agents_as_tools):
            if (asked := agent_tool_of(entry).agent) != agent.name:  # about itself it was told so already
                asks.setdefault(asked, ("agents", index, "agents_as_tools", at))
        for key in ("input_guardrails", "output_guardrails"):
            for at, name in enumerate(getattr(agent, key)):
                for judge in _judges(team, name):
                    asks.setdefault(judge, ("agents", index, key, at))
    return steps


def _judges(team: TeamTable, guardrail: str) -> Iterator[str]:
    """The agents that a guardrail of the file asks."""
    table = team.guardrails.get(guardrail)
    if table is None:
        return
    for key in keys_of(type(table)):
        named = getattr(table, key.name)
        if key.shape == Text("agent") and isinstance(named, str):
            yield named
