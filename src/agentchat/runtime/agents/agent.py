"""Agents: a name, instructions, tools and whom they may hand over to.

An agent is a description. It holds no conversation and may serve many runs at once; what happens in a run is the Runner's affair,
which `Agent.run_streamed` only asks for.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Generic, Literal, Protocol, TypeAlias, TypeVar, cast

from typing_extensions import TypedDict

from agentchat.runtime.declarations.handoff import Handoff
from agentchat.runtime.declarations.model_settings import ModelSettings
from agentchat.runtime.declarations.run_context import RunContextWrapper, TContext
from agentchat.runtime.declarations.tool import FunctionToolResult, Tool
from agentchat.runtime.ports.defaults import default_agent_runner
from agentchat.runtime.ports.model import Model
from agentchat.runtime.values.exceptions import UserError


class StopAtTools(TypedDict):
    """A `tool_use_behavior`: the output of any of these tools is the final output."""

    stop_at_tool_names: list[str]


@dataclass(frozen=True)
class ToolsToFinalOutputResult:
    """What a `tool_use_behavior` function answers."""

    is_final_output: bool
    final_output: Any = None


ToolsToFinalOutputFunction: TypeAlias = Callable[
    [RunContextWrapper[Any], list[FunctionToolResult]], ToolsToFinalOutputResult | Awaitable[ToolsToFinalOutputResult]
]
ToolUseBehavior: TypeAlias = Literal["run_llm_again", "stop_on_first_tool"] | StopAtTools | ToolsToFinalOutputFunction


@dataclass
class AgentBase(Generic[TContext]):
    """What every kind of agent has."""

    name: str
    handoff_description: str | None = None
    """What other agents' models are told about this one."""
    tools: list[Tool] = field(default_factory=list[Tool])
    mcp_servers: list[Any] = field(default_factory=list[Any])
    mcp_config: dict[str, Any] = field(default_factory=dict[str, Any])

    async def get_mcp_tools(self, run_context: RunContextWrapper[TContext]) -> list[Tool]:  # noqa: ARG002 - published
        """The tools of the agent's MCP servers."""
        return []

    async def get_all_tools(self, run_context: RunContextWrapper[TContext]) -> list[Tool]:
        """The tools that are enabled now: those of MCP servers first, then the agent's own, in their order."""
        return [*await self.get_mcp_tools(run_context), *await enabled(self.tools, run_context, self)]


@dataclass
class Agent(AgentBase[TContext]):
    """A model with instructions, tools and handoffs. The order of the fields is that of the published constructor."""

    instructions: str | Callable[[RunContextWrapper[TContext], "Agent[TContext]"], str | Awaitable[str]] | None = None
    """The system prompt, or a function of exactly two parameters that gives it."""
    prompt: Any = None
    handoffs: list["Agent[Any] | Handoff"] = field(default_factory=list[Any])
    model: str | Model | None = None
    """A name for the run's provider, a model, or None for the provider's default."""
    model_settings: ModelSettings = field(default_factory=ModelSettings)
    input_guardrails: list[Any] = field(default_factory=list[Any])
    output_guardrails: list[Any] = field(default_factory=list[Any])
    output_type: Any = None
    """The type of the final output; None for text."""
    hooks: Any = None
    tool_use_behavior: ToolUseBehavior = "run_llm_again"
    """What follows when tools ran: the model again, or the end with a tool's output."""
    reset_tool_choice: bool = True
    """After a tool was used, a `tool_choice` that would force another use is dropped."""

    def __post_init__(self) -> None:
        if isinstance(self.model_settings, dict):
            self.model_settings = _settings_of(self.model_settings)
        for name, kinds, what in _CHECKS:
            if not isinstance(getattr(self, name), kinds) and not (name == "instructions" and callable(self.instructions)):
                raise TypeError(f"Agent {name} must be {what}, got {type(getattr(self, name)).__name__}.")
        if not _is_tool_use_behavior(self.tool_use_behavior):
            raise TypeError("Agent tool_use_behavior must be 'run_llm_again', 'stop_on_first_tool', StopAtTools or a callable.")

    def clone(self, **changes: Any) -> "Agent[TContext]":
        """A copy with these fields changed; lists that are not named are the same lists."""
        return replace(self, **changes)

    async def get_system_prompt(self, run_context: RunContextWrapper[TContext]) -> str | None:
        """The instructions as they are for this run."""
        if self.instructions is None or isinstance(self.instructions, str):
            return self.instructions
        if len(inspect.signature(self.instructions).parameters) != 2:
            raise TypeError(f"The instructions function of agent '{self.name}' must take exactly two parameters: context, agent.")
        prompt = self.instructions(run_context, self)
        return await prompt if inspect.isawaitable(prompt) else prompt

    @classmethod
    def run_streamed(cls, agent: "Agent[Any]", input: Any, **options: Any) -> Any:  # noqa: A002 - published name
        """`Runner.run_streamed`, under the name that a published document uses."""
        return default_agent_runner().run_streamed(agent, input, **options)


class _Switched(Protocol):
    is_enabled: bool | Callable[[RunContextWrapper[Any], Any], bool | Awaitable[bool]]


S = TypeVar("S", bound=_Switched)


async def enabled(entries: Sequence[S], context: RunContextWrapper[Any], agent: AgentBase[Any]) -> list[S]:
    """Those of the tools or handoffs that are enabled now, in their order; functions are asked all at once."""
    if all(isinstance(entry.is_enabled, bool) for entry in entries):
        return [entry for entry in entries if entry.is_enabled]
    asked = [asyncio.ensure_future(is_enabled(entry.is_enabled, context, agent)) for entry in entries]
    try:
        return [entry for entry, on in zip(entries, await asyncio.gather(*asked), strict=True) if on]
    finally:
        for question in asked:
            question.cancel()  # one has failed, and nobody waits for the others


async def is_enabled(
    setting: bool | Callable[[RunContextWrapper[Any], Any], bool | Awaitable[bool]],  # noqa: FBT001 - the field's own type
    context: RunContextWrapper[Any],
    agent: AgentBase[Any],
) -> bool:
    """What an `is_enabled` says now: a bool, or a sync or async function of context and agent."""
    if isinstance(setting, bool):
        return setting
    answer = setting(context, agent)
    return bool(await answer if inspect.isawaitable(answer) else answer)


def agents_within_reach(agent: Agent[Any]) -> dict[str, Agent[Any]]:
    """All agents by name that a conversation starting at `agent` can come to, the nearest first."""
    found: dict[str, Agent[Any]] = {agent.name: agent}
    waiting: list[Agent[Any]] = [agent]
    while waiting:
        for target in _targets(waiting.pop(0)):
            if target.name not in found:
                found[target.name] = target
                waiting.append(target)
    return found


def _targets(agent: Agent[Any]) -> Sequence[Agent[Any]]:
    owners: list[Any] = [entry.target if isinstance(entry, Handoff) else entry for entry in agent.handoffs]
    return [cast("Agent[Any]", owner) for owner in owners if isinstance(owner, Agent)]


_CHECKS: tuple[tuple[str, tuple[type, ...], str], ...] = (
    ("name", (str,), "a string"),
    ("handoff_description", (str, type(None)), "a string or None"),
    ("tools", (list,), "a list"),
    ("mcp_servers", (list,), "a list"),
    ("mcp_config", (dict,), "a dict"),
    ("instructions", (str, type(None)), "a string, a callable or None"),
    ("handoffs", (list,), "a list"),
    ("model", (str, Model, type(None)), "a string, a Model or None"),
    ("model_settings", (ModelSettings,), "a ModelSettings or a dict"),
    ("input_guardrails", (list,), "a list"),
    ("output_guardrails", (list,), "a list"),
    ("reset_tool_choice", (bool,), "a bool"),
)


def _settings_of(data: dict[str, Any]) -> ModelSettings:
    known = {f.name for f in fields(ModelSettings)}
    unknown = sorted(set(data) - known)
    if unknown:
        raise TypeError(f"Unknown model settings: {', '.join(unknown)}.")
    return ModelSettings(**data)


def _is_tool_use_behavior(value: Any) -> bool:
    return value in ("run_llm_again", "stop_on_first_tool") or callable(value) or (
        isinstance(value, dict) and "stop_at_tool_names" in value
    )


def unsupported(agent: Agent[Any]) -> UserError | None:
    """Why this version cannot run the agent as it is declared; None when it can. Nothing declared is ignored in silence."""
    asked = [name for name in _NOT_RUN if getattr(agent, name) and getattr(agent, name) is not str]
    if agent.model_settings.retry is not None:
        asked.append("model_settings.retry")
    if not asked:
        return None
    return UserError(f"Agent '{agent.name}' sets {', '.join(asked)}, which this version does not run yet; leave it out.")


def unsupported_tools(tools: Sequence[Tool]) -> UserError | None:
    """Why this version cannot run these tools as they are declared; None when it can."""
    for tool in tools:
        if asked := [name for name in _NOT_RUN_OF_TOOLS if getattr(tool, name)]:
            return UserError(f"Tool '{tool.name}' sets {', '.join(asked)}, which this version does not run yet; leave it out.")
    return None


_NOT_RUN = ("prompt", "input_guardrails", "output_guardrails", "output_type", "hooks", "mcp_servers")
_NOT_RUN_OF_TOOLS = ("tool_input_guardrails", "tool_output_guardrails", "custom_data_extractor", "defer_loading", "allowed_callers")
