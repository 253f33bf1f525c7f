"""A team in words: the tree of who can be reached, and of each agent what it has, what it may do unasked and who guards it."""

from collections.abc import Iterator
from typing import Any

from agentchat.chat.deciding.policy import ChatPolicy
from agentchat.chat.inspecting.agent_graph import Node, tree
from agentchat.chat.inspecting.pages import Entry, Page
from agentchat.chat.team import Team
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.agents.agent_tool import AgentTool
from agentchat.runtime.agents.handoffs import handoff_of
from agentchat.runtime.declarations.output_schema import schema_of
from agentchat.runtime.declarations.tool import AnsweredTool, FunctionTool, Tool
from agentchat.runtime.ports.policy import Allow, Ask, CallInQuestion, Deny, Verdict
from agentchat.runtime.values.keys import CallKey, Scope

WHOLE_TEAM = ""
"""The key of the entry that stands for all of them."""


def team_entries(team: Team, active: str) -> tuple[Entry, ...]:
    """The team, and each of its agents."""
    agents = team.agents
    count = f"{len(agents)} agent{'' if len(agents) == 1 else 's'}"
    return (
        Entry(WHOLE_TEAM, "the team", count),
        *(Entry(name, name, team.label_of(agent).model, "now" if name == active else "") for name, agent in agents.items()),
    )


def team_pages(team: Team, policy: ChatPolicy, active: str, key: str) -> tuple[Page, ...]:
    """What is known of the entry with that key; of the team where there is none."""
    agent = team.agents.get(key)
    if agent is None:
        nodes = [_node(name, one) for name, one in team.agents.items()]
        return (Page("graph", "\n".join(tree(nodes, team.first.name, active=active))),)
    return (
        Page("agent", "\n".join(_about(team, agent, is_active=key == active))),
        Page("instructions", _instructions(agent)),
        Page("tools", "\n".join(_tools(agent, policy)) or "It has none."),
    )


def _node(name: str, agent: Agent[Any]) -> Node:
    return Node(
        name,
        tuple(tool.name for tool in agent.tools if not isinstance(tool, AgentTool)),
        tuple(handoff_of(entry).agent_name for entry in agent.handoffs),
        tuple(tool.agent.name for tool in agent.tools if isinstance(tool, AgentTool)),
    )


def _about(team: Team, agent: Agent[Any], *, is_active: bool) -> Iterator[str]:
    label, schema = team.label_of(agent), schema_of(agent.output_type)
    yield _field("agent", agent.name + (", who gets the next message" if is_active else ""))
    yield _field("description", agent.handoff_description or "")
    yield _field("model", " · ".join(dict.fromkeys(part for part in (label.model, label.provider) if part)) or "the provider's own choice")
    yield ""
    yield _field("hands over to", ", ".join(handoff_of(entry).agent_name for entry in agent.handoffs))
    yield _field("asks as tools", ", ".join(f"{tool.agent.name} ({tool.name})" for tool in agent.tools if isinstance(tool, AgentTool)))
    yield _field("tools", ", ".join(tool.name for tool in agent.tools if not isinstance(tool, AgentTool)))
    yield ""
    yield _field("guards its input", ", ".join(guard.get_name() for guard in agent.input_guardrails))
    yield _field("guards its output", ", ".join(guard.get_name() for guard in agent.output_guardrails))
    yield _field("output", "text" if schema is None or schema.is_plain_text() else schema.name())


def _instructions(agent: Agent[Any]) -> str:
    told = agent.instructions
    if callable(told):
        return "They are made anew for every turn by a function; the inspector shows what came of it."
    return told or "There are none."


def _tools(agent: Agent[Any], policy: ChatPolicy) -> Iterator[str]:
    for tool in agent.tools:
        yield f"{tool.name}  {_answer_of(tool, agent, policy)}"
        if isinstance(tool, FunctionTool):
            about = [part for part in (tool.origin, _guards(tool)) if part]
            yield from (f"    {line}" for line in (" · ".join(about), *tool.description.strip().splitlines()) if line)
        yield ""


def _answer_of(tool: Tool, agent: Agent[Any], policy: ChatPolicy) -> str:
    """What happens when it is called: `changes · asks: it changes things`."""
    if not isinstance(tool, AnsweredTool):
        return "runs at the provider"
    needs: object = tool.needs_approval
    call = CallInQuestion(CallKey(Scope(""), 1, 0), agent.name, tool, {}, needs_approval=needs is True)
    verdict, may_differ = policy.usual(call)
    depends = may_differ or callable(needs)
    effects = {"none": "changes nothing", "reads": "reads", "changes": "changes things"}[tool.effects]
    return f"{effects} · {_words(verdict)}{', other for some arguments' if depends else ''}"


def _words(verdict: Verdict) -> str:
    match verdict:
        case Allow(rule):
            return f"runs unasked ({rule})" if rule else "runs unasked"
        case Ask(reason):
            return f"asks you ({reason})" if reason else "asks you"
        case Deny():
            return "denied"


def _guards(tool: FunctionTool) -> str:
    guards = [*(tool.tool_input_guardrails or ()), *(tool.tool_output_guardrails or ())]
    return f"guarded by {', '.join(guard.get_name() for guard in guards)}" if guards else ""


def _field(name: str, value: str) -> str:
    return f"{name:<20}{value or '-'}"
