"""From what an agents.toml says to agents that can run, and the rules that hold for them.

What cannot be had (own code that is broken, a guardrail that is not there) takes the agents with it that need it, and those who are
guarded by such an agent; the others run, and whoever opens the chat is told what is missing and why.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from agentchat.building.guards import Guards
from agentchat.building.limits import Limits
from agentchat.building.outputs import output_type
from agentchat.building.own_code import OwnCode
from agentchat.building.problems import CannotBeHad, Problem, Problems
from agentchat.building.rules import rules_of
from agentchat.building.settings import settings_over
from agentchat.building.spending import must_have_a_price, spending_of
from agentchat.building.tools import Tools
from agentchat.chat.deciding.policy import Rule
from agentchat.chat.spending import Spending
from agentchat.config.agent_specs import AgentSpec, AgentToolSpec, HandoffSpec, agent_tool_of, handoff_of
from agentchat.config.complaints import joined
from agentchat.config.errors import ConfigError, quoted, shown_path
from agentchat.config.names import own_code, tool_name
from agentchat.config.specs import TeamSpec
from agentchat.config.toml_places import KeyPath
from agentchat.extensions.handoff_filters import remove_all_tools
from agentchat.guardrails.guardrail import Surroundings
from agentchat.guardrails.judge import Judge
from agentchat.guardrails.withholding import Withholding
from agentchat.models.offline.model import OfflineModel
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.agents.handoffs import handoff
from agentchat.runtime.declarations.handoff import Handoff
from agentchat.runtime.declarations.tool import FunctionTool, Tool
from agentchat.runtime.ports.clock import Clock
from agentchat.runtime.ports.model import ModelProvider
from agentchat.tools.setting import ToolSetting

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Site:
    """What a team is built with."""

    setting: ToolSetting
    provider: ModelProvider
    model: str | None
    """The model of all agents (`--model`); None for what the file says."""
    default_model: str | None
    """The person's own choice, for agents that name none."""

    @property
    def clock(self) -> Clock:
        """The chat's."""
        return self.setting.clock


@dataclass(frozen=True, slots=True)
class BuiltTeam:
    """Agents that can run."""

    agents: dict[str, Agent[Any]]
    """By name, in the order of the file."""
    rules: tuple[Rule, ...]
    withholding: Withholding | None
    """What no model may be sent; None without input guardrails."""
    errors: tuple[ConfigError, ...]
    """What could not be had, with its place."""
    missing: dict[str, str]
    """Agents that are left out, and why: a sentence."""
    spending: Spending
    """The account of what its models cost."""
    idle: tuple[str, ...] = ()
    """What does not work here: sentences."""

    @property
    def notices(self) -> tuple[str, ...]:
        """What a person is told of it."""
        return (*self.missing.values(), *self.idle)


def build(spec: TeamSpec, site: Site) -> BuiltTeam:
    """Raises ConfigErrors when no agent can run, or when a rule cannot mean what it should."""
    return _Building(spec, site).build()


class _Building:
    """One team on its way. Mutable, for as long as `build` takes."""

    def __init__(self, spec: TeamSpec, site: Site) -> None:
        self._spec, self._site = spec, site
        self._code = OwnCode(spec.source.parent, frozenset(own_code(spec)))
        self._guards = Guards(spec, self._code)
        self._tools = Tools(spec, site.setting, self._code, self._guards)
        self._problems = Problems(spec)
        self._spending = spending_of(spec.prices, map(self._model, spec.agents))
        self._limits = None if spec.limits is None else Limits(spec.limits, site.clock, self._spending)

    def build(self) -> BuiltTeam:
        must_have_a_price(self._site.model, self._spec)
        agents = {one.name: self._agent(one, ("agents", at)) for at, one in enumerate(self._spec.agents)}
        for at, one in enumerate(self._spec.agents):
            agents[one.name].handoffs = self._handoffs(one, agents, ("agents", at))
        for name in self._spec.tools:
            self._had(("tools", name), partial(self._tools.named, name))
        missing = self._left_out()
        kept = {name: agent for name, agent in agents.items() if name not in missing}
        self._connect(agents, kept)
        rules = rules_of(self._spec, {**self._tools.made, **_agent_tools(kept.values())}, self._problems)
        self._must_be_usable(kept)
        model = self._site.model or self._spec.model or self._site.default_model
        self._guards.surroundings = Surroundings(self._site.provider, agents, model, demo=OfflineModel)
        withholding = self._guards.withholding if self._guards.withholding.guardrails else None
        return BuiltTeam(kept, rules, withholding, tuple(self._problems.errors()), missing, self._spending, self._guards.idle)

    def _agent(self, spec: AgentSpec, path: KeyPath) -> Agent[Any]:
        agent = Agent[Any](
            name=spec.name,
            instructions=spec.instructions,
            handoff_description=spec.description or None,
            model=self._model(spec),
            output_type=self._had((*path, "output"), partial(output_type, spec.output, self._code)),
            tool_use_behavior=self._tool_use(spec),
            hooks=self._limits,
            tools=self._each(spec.tools, self._tools.named, (*path, "tools")),
            input_guardrails=self._each(spec.input_guardrails, self._guards.of_input, (*path, "input_guardrails")),
            output_guardrails=self._each(spec.output_guardrails, self._guards.of_output, (*path, "output_guardrails")),
        )
        agent.model_settings = settings_over(agent.model_settings, self._spec.settings, spec.settings)
        return agent

    def _model(self, spec: AgentSpec) -> str | None:
        return self._site.model or spec.model or self._spec.model or self._site.default_model

    def _tool_use(self, spec: AgentSpec) -> Any:
        match spec.tool_use:
            case "go on":
                return "run_llm_again"
            case "stop":
                return "stop_on_first_tool"
            case names:
                made = self._tools.made
                called = [tool.name if (tool := made.get(name)) is not None else name for name in names]
                return {"stop_at_tool_names": called}

    def _handoffs(self, spec: AgentSpec, agents: dict[str, Agent[Any]], path: KeyPath) -> list[Any]:
        made: list[Any] = []
        for at, entry in enumerate(spec.handoffs):
            whole = handoff_of(entry)
            made.append(self._had((*path, "handoffs", at), partial(self._handoff, whole, agents[whole.agent])))
        return made

    def _handoff(self, spec: HandoffSpec, agent: Agent[Any]) -> "Agent[Any] | Handoff":
        if spec == HandoffSpec(spec.agent):
            return agent
        match spec.passes:
            case "everything":
                options: dict[str, Any] = {}
            case "words only":
                options = {"input_filter": remove_all_tools}
            case "summary":
                options = {"nest_handoff_history": True}
            case code:
                options = {"input_filter": self._filter(code)}
        return handoff(agent, tool_name_override=spec.name, tool_description_override=spec.description, **options)

    def _filter(self, name: str) -> Any:
        try:
            found = self._code.load(name)
        except CannotBeHad as error:
            raise CannotBeHad(f"The filter {quoted(name)} cannot be had: {error}.") from error
        if not callable(found):
            raise CannotBeHad(f"The filter {quoted(name)} is a {type(found).__name__}; name a function.")
        return found

    def _each(self, names: Iterable[str], find: Callable[[str], T], path: KeyPath) -> list[T]:
        found = [self._had((*path, at), partial(find, name)) for at, name in enumerate(names)]
        return [one for one in found if one is not None]

    def _had(self, path: KeyPath, find: Callable[[], T]) -> T | None:
        try:
            return find()
        except CannotBeHad as error:
            self._problems.add(path, str(error))
            return None

    def _left_out(self) -> dict[str, str]:
        """The agents that something is missing for, and, again and again, those that they would have guarded."""
        of_agents = [one for one in self._problems.found if one.path[0] == "agents"]
        why = {self._spec.agents[_index(one)].name: self._sentence(one) for one in reversed(of_agents)}
        while more := self._unguarded(why):
            why.update(more)
        return {one.name: why[one.name] for one in self._spec.agents if one.name in why}

    def _sentence(self, problem: Problem) -> str:
        name = self._spec.agents[_index(problem)].name
        line = self._spec.line(*problem.path)
        place = shown_path(self._spec.source) + (f":{line}" if line is not None else "")
        return f"Agent {quoted(name)} is left out: {problem.sentence.rstrip('.')} ({place})."

    def _unguarded(self, left_out: dict[str, str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for agent in self._spec.agents:
            for name in (*agent.input_guardrails, *agent.output_guardrails):
                judge = self._spec.guardrails.get(name)
                if agent.name not in left_out and isinstance(judge, Judge) and judge.agent in left_out:
                    found[agent.name] = f"Agent {quoted(agent.name)} is left out, because {quoted(judge.agent)} guards it."
        return found

    def _connect(self, agents: dict[str, Agent[Any]], kept: dict[str, Agent[Any]]) -> None:
        """Hands over to, and has as tools, only who is there."""
        for spec in self._spec.agents:
            agent = agents[spec.name]
            names = [handoff_of(entry).agent for entry in spec.handoffs]
            agent.handoffs = [one for name, one in zip(names, agent.handoffs, strict=True) if name in kept and spec.name in kept]
            asked = [entry for entry in map(agent_tool_of, spec.agents_as_tools) if entry.agent in kept]
            agent.tools = [*agent.tools, *(_agent_tool(entry, agents[entry.agent]) for entry in asked)]

    def _must_be_usable(self, kept: dict[str, Agent[Any]]) -> None:
        """Without an agent there is nobody to talk to, and a rule that says nothing would forbid nothing."""
        is_its_own = self._spec.origin != "built-in"  # rules that are laid over the built-in team stand in another file
        wrong = joined(self._problems.errors(of="rules" if kept else "")) if is_its_own else None
        if wrong is not None:
            raise wrong


def _index(problem: Problem) -> int:
    index = problem.path[1]
    assert isinstance(index, int)
    return index


def _agent_tool(spec: AgentToolSpec, agent: Agent[Any]) -> Tool:
    return agent.as_tool(
        spec.name or tool_name(spec.agent),
        spec.description or agent.handoff_description,
        max_turns=spec.max_turns,
        needs_approval=spec.needs_approval,
    )


def _agent_tools(agents: Iterable[Agent[Any]]) -> dict[str, Tool]:
    return {tool.name: tool for agent in agents for tool in agent.tools if isinstance(tool, FunctionTool)}
