"""Who can hand over to whom in a team, whom they ask as tools, and what they use: as a tree of text, for Mermaid, and for Graphviz."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias, assert_never

from agentchat.chat.inspecting.agent_graph import Node, tree
from agentchat.config.agent_specs import AgentSpec, agent_tool_of, handoff_of
from agentchat.config.specs import TeamSpec

Form: TypeAlias = Literal["text", "mermaid", "dot"]

_HANDS_OVER, _ASKS = "hands over", "asks"


@dataclass(frozen=True, slots=True)
class _Step:
    """From one agent to another."""

    source: AgentSpec
    target: AgentSpec
    says: str


def graph(team: TeamSpec, form: Form) -> Iterator[str]:
    """Its lines."""
    match form:
        case "text":
            return _tree(team)
        case "mermaid":
            return _mermaid(team)
        case "dot":
            return _dot(team)
        case _:
            assert_never(form)


def _tree(team: TeamSpec) -> Iterator[str]:
    return tree([_node(team, agent) for agent in team.agents], team.first)


def _node(team: TeamSpec, agent: AgentSpec) -> Node:
    steps = list(_steps_of(team, agent))
    over = tuple(step.target.name for step in steps if step.says == _HANDS_OVER)
    return Node(agent.name, agent.tools, over, tuple(step.target.name for step in steps if step.says == _ASKS))


def _mermaid(team: TeamSpec) -> Iterator[str]:
    ids = _ids(team)
    yield "flowchart LR"
    for agent in team.agents:
        label = "<br/>".join(_entity(one) for one in _label(agent))
        opening, closing = ("([", "])") if agent.name == team.first else ("[", "]")
        yield f'    {ids[agent.name]}{opening}"{label}"{closing}'
    for step in _steps(team):
        arrow = "-->" if step.says == _HANDS_OVER else "-.->|asks|"
        yield f"    {ids[step.source.name]} {arrow} {ids[step.target.name]}"


def _dot(team: TeamSpec) -> Iterator[str]:
    ids = _ids(team)
    yield "digraph team {"
    yield "    rankdir=LR;"
    yield '    node [shape=box, style=rounded, fontname="sans-serif"];'
    for agent in team.agents:
        label = "\\n".join(_quoted(one) for one in _label(agent))
        bold = ', style="rounded,bold"' if agent.name == team.first else ""
        yield f'    {ids[agent.name]} [label="{label}"{bold}];'
    for step in _steps(team):
        asks = "" if step.says == _HANDS_OVER else ' [style=dashed, label="asks"]'
        yield f"    {ids[step.source.name]} -> {ids[step.target.name]}{asks};"
    yield "}"


def _label(agent: AgentSpec) -> list[str]:
    """Its name, and what it uses, in lines that are not too long."""
    lines, line = [agent.name], ""
    for tool in agent.tools:
        if line and len(line) + len(tool) > 28:
            lines.append(f"{line},")
            line = ""
        line = f"{line}, {tool}" if line else tool
    return [*lines, line] if line else lines


def _ids(team: TeamSpec) -> dict[str, str]:
    return {agent.name: f"a{number}" for number, agent in enumerate(team.agents, start=1)}


def _steps(team: TeamSpec) -> Iterator[_Step]:
    for agent in team.agents:
        yield from _steps_of(team, agent)


def _steps_of(team: TeamSpec, agent: AgentSpec) -> Iterator[_Step]:
    for entry in agent.handoffs:
        yield _Step(agent, _named(team, handoff_of(entry).agent), _HANDS_OVER)
    for asked in agent.agents_as_tools:
        yield _Step(agent, _named(team, agent_tool_of(asked).agent), _ASKS)


def _named(team: TeamSpec, name: str) -> AgentSpec:
    return next(agent for agent in team.agents if agent.name == name)


def _entity(text: str) -> str:
    """A text inside of a label of Mermaid."""
    return text.replace("&", "&amp;").replace('"', "#quot;").replace("<", "&lt;")


def _quoted(text: str) -> str:
    """A text inside of a label of Graphviz."""
    return text.replace("\\", "\\\\").replace('"', '\\"')
