"""Whether the names in a team lead somewhere, and whether its texts can mean what they should."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agentchat.config.agent_specs import AgentSpec, AgentToolSpec, agent_tool_of, handoff_of
from agentchat.config.circles import circles
from agentchat.config.complaints import Complaints
from agentchat.config.errors import quoted
from agentchat.config.kinds import AgentName
from agentchat.config.nearest import suggestion
from agentchat.config.reading import CODE
from agentchat.config.rule_cases import check_case
from agentchat.config.shapes import Text, keys_of
from agentchat.config.specs import TeamTable
from agentchat.config.toml_places import KeyPath
from agentchat.config.tool_specs import HostedMCPSpec, ToolOptions
from agentchat.config.vocabulary import Vocabulary, needing_nothing

_AGENT_NAME = re.compile(r"\w(?:[\w .-]{0,62}\w)?")
_PREFIX = re.compile(r"[\w.-]+")


def is_own_code(name: str) -> bool:
    """Whether a name is a `module:object`, which is imported."""
    return ":" in name


def check_names(team: TeamTable, vocabulary: Vocabulary, complaints: Complaints) -> None:
    """Complains of every name that leads nowhere or stands twice."""
    _Names(team, vocabulary, complaints).check()


@dataclass(frozen=True, slots=True)
class _Names:
    """One look at one team."""

    team: TeamTable
    vocabulary: Vocabulary
    complaints: Complaints

    @property
    def agents(self) -> list[str]:
        return [agent.name for agent in self.team.agents if agent.name]

    @property
    def tools(self) -> tuple[str, ...]:
        own = [name for name, table in self.team.tools.items() if not isinstance(table, ToolOptions)]
        own += [name for name in self.complaints.tables_of("tools") if name not in self.team.tools]
        return (*self.vocabulary.all_tools, *(name for name in own if name not in self.vocabulary.all_tools))

    @property
    def guardrails(self) -> tuple[str, ...]:
        unusable = self.complaints.tables_of("guardrails")
        return tuple(dict.fromkeys((*self.team.guardrails, *unusable, *needing_nothing(self.vocabulary.guardrails))))

    def check(self) -> None:
        for index, agent in enumerate(self.team.agents):
            self._agent(agent, ("agents", index))
        if self.team.default_agent is not None:
            self._agent_name(self.team.default_agent, ("default_agent",), "'default_agent' names the agent")
        self._model(self.team.model, ("model",), "The file")
        self._tables()
        self._rules()
        for circle, path in circles(self.team):
            way = " → ".join(quoted(name) for name in circle)
            self.complaints.add(path, f"Agent {quoted(circle[0])} would ask itself without end: {way}; take one of them off.")

    def _agent(self, agent: AgentSpec, path: KeyPath) -> None:
        self._own_name(agent, path)
        self._instructions(agent, path)
        owner = f"Agent {quoted(agent.name)}"
        self._model(agent.model, (*path, "model"), owner)
        self._listed(agent.tools, (*path, "tools"), f"{owner} lists tool", self.tools)
        for place in ("input_guardrails", "output_guardrails"):
            self._listed(getattr(agent, place), (*path, place), f"{owner} lists guardrail", self.guardrails)
        self._others([handoff_of(one).agent for one in agent.handoffs], agent, (*path, "handoffs"), "hands off to")
        self._others([agent_tool_of(one).agent for one in agent.agents_as_tools], agent, (*path, "agents_as_tools"), "has as a tool")
        if not isinstance(agent.tool_use, str):
            named = (*agent.tools, *map(_called, agent.agents_as_tools))
            self._listed(agent.tool_use, (*path, "tool_use"), f"{owner} stops at tool", named)

    def _own_name(self, agent: AgentSpec, path: KeyPath) -> None:
        if agent.name in [one.name for one in self.team.agents[: int(path[1])]]:
            self.complaints.add((*path, "name"), f"Two agents are named {quoted(agent.name)}; rename one of them.")
        if not _AGENT_NAME.fullmatch(agent.name):
            message = f"{quoted(agent.name)} cannot name an agent; use up to 64 letters, digits, blanks, and the signs . _ -"
            self.complaints.add((*path, "name"), f"{message}.")

    def _instructions(self, agent: AgentSpec, path: KeyPath) -> None:
        owner = f"Agent {quoted(agent.name)}" if agent.name else f"Agent number {int(path[1]) + 1}"
        key = (*path, "instructions")
        if agent.instructions is not None and agent.instructions_file is not None:
            self.complaints.add((*path, "instructions_file"), f"{owner} has both 'instructions' and 'instructions_file'; keep one.")
        elif agent.instructions is None and agent.instructions_file is None and not self.complaints.is_about((*path, "instructions_file")):
            self.complaints.add(key, f"{owner} has no 'instructions'; add it.")
        elif agent.instructions is not None and not agent.instructions.strip():
            self.complaints.add(key, f"{owner} has empty instructions; say what it does.")

    def _others(self, names: Sequence[str], agent: AgentSpec, path: KeyPath, says: str) -> None:
        for at, name in enumerate(names):
            owner, place = f"Agent {quoted(agent.name)} {says}", (*path, at)
            if name == agent.name:
                self.complaints.add(place, f"{owner} {quoted(name)}, which is itself; take it off the list.")
            elif name in names[:at]:
                self.complaints.add(place, f"{owner} {quoted(name)} twice; once is enough.")
            else:
                self._agent_name(name, place, owner, but=agent.name)

    def _agent_name(self, name: str, path: KeyPath, says: str, *, but: str = "") -> None:
        """Complains of an agent that is not there; not where one has lost its name, because that may be it."""
        if name and name not in self.agents and len(self.agents) == len(self.team.agents):
            there = [one for one in self.agents if one != but]
            self.complaints.add(path, f"{says} {quoted(name)}, which does not exist; {suggestion(name, there)}")

    def _listed(self, names: Sequence[str], path: KeyPath, says: str, known: Sequence[str]) -> None:
        for at, name in enumerate(names):
            if (wrong := _fault(name, names[:at], known)) is not None:
                self.complaints.add((*path, at), f"{says} {quoted(name)}{wrong}")

    def _model(self, name: str | None, path: KeyPath, owner: str) -> None:
        """A prefix that is nearly one of `[providers]` was meant as it. Others belong to names of models (`Qwen/Qwen3-8B`)."""
        if name is None:
            return
        if not name.strip():
            self.complaints.add(path, f"{owner} has an empty 'model'; name one, or leave the key out.")
        prefix, slash, _ = name.partition("/")
        hint = suggestion(prefix, self.team.providers)
        if slash and prefix not in self.team.providers and hint.startswith("did"):
            self.complaints.add(path, f"{owner} names the model {quoted(name)}, but there is no [providers.{prefix}]; {hint}")

    def _tables(self) -> None:
        for name, table in self.team.tools.items():
            self._tool_table(name, table, ("tools", name))
        for name, table in self.team.guardrails.items():
            self._guardrail_table(name, table, ("guardrails", name))
        for name in self.team.providers:
            if not _PREFIX.fullmatch(name):
                self.complaints.add(("providers", name), f"{quoted(name)} cannot name a provider; use letters, digits and the signs . _ -")

    def _tool_table(self, name: str, table: object, path: KeyPath) -> None:
        match table:
            case ToolOptions():
                if (wrong := _fault(name, (), self.tools)) is not None:
                    self.complaints.add(path, f"[tools] has {quoted(name)} without a 'kind'{wrong}")
                if table.isolate and not is_own_code(name):
                    message = f"[tools.{name}] has 'isolate', which is for functions of your own; take it out."
                    self.complaints.add((*path, "isolate"), message)
                for place in ("input_guardrails", "output_guardrails"):
                    says = f"[tools.{name}] lists guardrail"
                    self._listed(getattr(table, place), (*path, place), says, self.guardrails)
            case HostedMCPSpec(server_url=None, connector_id=None):
                self.complaints.add((*path, "server_url"), f"[tools.{name}] has no 'server_url'; add it.")
            case _:
                pass
        if not isinstance(table, ToolOptions) and name in self.vocabulary.tools:
            self.complaints.add(path, f"[tools] has {quoted(name)} with a 'kind', but this is a tool already; take another name.")

    def _guardrail_table(self, name: str, table: object, path: KeyPath) -> None:
        if is_own_code(name):
            self.complaints.add(path, f"[guardrails] has {quoted(name)}; a name has no colon in it.")
        for key in keys_of(type(table)):
            named = getattr(table, key.name)
            if key.shape == Text("agent") and isinstance(named, str):
                self._agent_name(named, (*path, key.name), f"[guardrails.{name}] names the agent")

    def _rules(self) -> None:
        own = [tool for agent in self.team.agents for tool in agent.tools if CODE.fullmatch(tool)]
        here = [tool for tool in self.tools if tool in self.vocabulary.tools]
        known = [*here, *own, *_names_of_agent_tools(self.team)]
        for tool, said in self.team.rules.items():
            if tool not in known and tool in self.tools:
                message = f"[rules] names the tool {quoted(tool)}, which acts at the provider and asks nobody; take the rule out."
                self.complaints.add(("rules", tool), message)
            elif tool not in known and not (is_own_code(tool) and self._lists_are_wrong()):
                message = f"[rules] names the tool {quoted(tool)}, which does not exist; {suggestion(tool, known)}"
                self.complaints.add(("rules", tool), message)
            for at, case in enumerate(() if isinstance(said, str) else said):
                check_case(tool, case, ("rules", tool, at), self.complaints)

    def _lists_are_wrong(self) -> bool:
        """Whether a tool of one's own may be missing only because an agent's list of tools cannot be used as it is."""
        of_agents = [("agents", at, "tools") for at in range(len(self.team.agents))]
        return any(self.complaints.is_about(path) for path in of_agents) or any(
            one.path[::2] == ("agents", "tools") for one in self.complaints.found
        )


def _fault(name: str, before: Sequence[str], known: Sequence[str]) -> str | None:
    """What is wrong with a listed name, as the end of a sentence; None when nothing is."""
    if name in before:
        return " twice; once is enough."
    if name in known:
        return None
    if is_own_code(name):
        return None if CODE.fullmatch(name) else ", which is no module:function; write it like 'shop.tools:refund'."
    return f"; {suggestion(name, known)}"


def _names_of_agent_tools(team: TeamTable) -> list[str]:
    """What models call the agents that are tools."""
    return [_called(entry) for agent in team.agents for entry in agent.agents_as_tools]


def _called(entry: AgentName | AgentToolSpec) -> str:
    whole = agent_tool_of(entry)
    return whole.name or tool_name(whole.agent)


def tool_name(agent: str) -> str:
    """What a model calls an agent that is a tool and is given no name."""
    return re.sub(r"[^a-zA-Z0-9_]", "_", agent).lower()


def own_code(team: TeamTable) -> Mapping[str, KeyPath]:
    """Every `module:object` of the file, and where it stands first."""
    found: dict[str, KeyPath] = {}
    for index, agent in enumerate(team.agents):
        for key in ("tools", "input_guardrails", "output_guardrails"):
            for at, name in enumerate(getattr(agent, key)):
                found.setdefault(name, ("agents", index, key, at))
        for at, handoff in enumerate(agent.handoffs):
            found.setdefault(handoff_of(handoff).passes, ("agents", index, "handoffs", at, "passes"))
        if isinstance(agent.output, str):
            found.setdefault(agent.output, ("agents", index, "output"))
    for name, table in team.tools.items():
        if isinstance(table, ToolOptions):
            found.setdefault(name, ("tools", name))  # made, and so imported, also where no agent lists it
            for key in ("input_guardrails", "output_guardrails"):
                for at, listed in enumerate(getattr(table, key)):
                    found.setdefault(listed, ("tools", name, key, at))
    return {name: path for name, path in found.items() if is_own_code(name)}
