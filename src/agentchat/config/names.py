"""Whether the names in a team lead somewhere, and whether its other texts can mean what they should."""

import re
from collections.abc import Collection, Iterator, Sequence

from agentchat.config.complaints import Complaint
from agentchat.config.errors import quoted
from agentchat.config.nearest import suggestion
from agentchat.config.specs import AgentSpec, TeamSpec

_AGENT_NAME = re.compile(r"\w(?:[\w .-]{0,62}\w)?")
_OWN_TOOL = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*:[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]{0,63}")
_ADDRESS = re.compile(r"https?://[^\s/]+\S*")


def is_own_tool(name: str) -> bool:
    """Whether a tool's name is a `module:function`, which is imported."""
    return ":" in name


def name_complaints(team: TeamSpec, known_tools: Collection[str]) -> Iterator[Complaint]:
    """Every name that leads nowhere or stands twice."""
    names = [agent.name for agent in team.agents]
    if team.default_agent not in names:
        message = f"'default_agent' names the agent {quoted(team.default_agent)}, which does not exist; "
        yield Complaint(("default_agent",), message + suggestion(team.default_agent, names))
    for index, agent in enumerate(team.agents):
        if agent.name in names[:index]:
            yield Complaint(("agents", index, "name"), f"Two agents are named {quoted(agent.name)}; rename one of them.")
        yield from _agent_complaints(agent, index, names, known_tools)
    yield from _rule_complaints(team, known_tools)
    yield from _provider_complaints(team)


def _agent_complaints(agent: AgentSpec, index: int, names: list[str], known_tools: Collection[str]) -> Iterator[Complaint]:
    if not _AGENT_NAME.fullmatch(agent.name):
        message = f"{quoted(agent.name)} cannot name an agent; use up to 64 letters, digits, blanks, and the signs . _ -"
        yield Complaint(("agents", index, "name"), f"{message}.")
    if not agent.instructions.strip():
        message = f"Agent {quoted(agent.name)} has empty instructions; say what it does."
        yield Complaint(("agents", index, "instructions"), message)
    for at, tool in enumerate(agent.tools):
        if (wrong := _tool_fault(tool, agent.tools[:at], known_tools)) is not None:
            yield Complaint(("agents", index, "tools", at), f"Agent {quoted(agent.name)} lists tool {quoted(tool)}{wrong}")
    for at, target in enumerate(agent.handoffs):
        if (wrong := _handoff_fault(target, agent, at, names)) is not None:
            yield Complaint(("agents", index, "handoffs", at), f"Agent {quoted(agent.name)} hands off to {quoted(target)}{wrong}")


def _tool_fault(tool: str, before: Sequence[str], known_tools: Collection[str]) -> str | None:
    """What is wrong with a listed tool, as the end of a sentence; None when nothing is."""
    if tool in before:
        return " twice; once is enough."
    if is_own_tool(tool):
        return None if _OWN_TOOL.fullmatch(tool) else ", which is no module:function; write it like 'shop.tools:refund'."
    return None if tool in known_tools else f"; {suggestion(tool, known_tools)}"


def _handoff_fault(target: str, agent: AgentSpec, at: int, names: list[str]) -> str | None:
    if target == agent.name:
        return ", which is itself; take it off the list."
    if target not in names:
        return f", which does not exist; {suggestion(target, [name for name in names if name != agent.name])}"
    return " twice; once is enough." if target in agent.handoffs[:at] else None


def _rule_complaints(team: TeamSpec, known_tools: Collection[str]) -> Iterator[Complaint]:
    own = [tool for agent in team.agents for tool in agent.tools if is_own_tool(tool)]
    for rule in team.rules:
        if rule.tool not in known_tools and rule.tool not in own:
            message = f"[rules] names the tool {quoted(rule.tool)}, which does not exist; "
            yield Complaint(("rules", rule.tool), message + suggestion(rule.tool, [*known_tools, *own]))


def _provider_complaints(team: TeamSpec) -> Iterator[Complaint]:
    if team.provider is None:
        return
    address, variable = team.provider.base_url, team.provider.api_key_env
    if address is not None and not _ADDRESS.fullmatch(address):
        message = f"[provider] has {quoted(address)} for 'base_url'; write an address such as 'http://localhost:11434/v1'."
        yield Complaint(("provider", "base_url"), message)
    if variable is not None and not _VARIABLE.fullmatch(variable):
        # The value is not repeated: it may be the key itself.
        message = "'api_key_env' must name an environment variable, such as 'OPENAI_API_KEY'; a key itself has no place in this "
        yield Complaint(("provider", "api_key_env"), message + "file.")
