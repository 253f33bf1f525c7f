"""Agents: a name, instructions, tools and whom they may hand over to.

An agent is a description. It holds no conversation and may serve many runs at once; what happens in a run is the Runner's affair,
which `Agent.run_streamed` only asks for.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Literal, Protocol, TypeAlias, TypeVar, cast

from typing_extensions import TypedDict

from agentchat.runtime.agents.agent_tool import DEFAULT_MAX_TURNS, AgentTool, AgentToolOptions, OutputExtractor, agent_tool
from agentchat.runtime.agents.tool_input import InputBuilder, tool_input
from agentchat.runtime.agents.tool_stream import OnStream
from agentchat.runtime.declarations.default_model import default_settings, implied_settings
from agentchat.runtime.declarations.function_tool import IsEnabled, NeedsApproval, ToolErrorFunction, standard_failure
from agentchat.runtime.declarations.guardrails import InputGuardrail, OutputGuardrail
from agentchat.runtime.declarations.handoff import Handoff
from agentchat.runtime.declarations.hooks import AgentHooksBase, RunHooksBase, checked_run_hooks
from agentchat.runtime.declarations.model_settings import ModelSettings, settings_of
from agentchat.runtime.declarations.output_schema import is_output_type
from agentchat.runtime.declarations.prompt import DynamicPromptFunction, Prompt, prompt_for_model
from agentchat.runtime.declarations.run_context import RunContextWrapper, TContext
from agentchat.runtime.declarations.sync_calls import awaited
from agentchat.runtime.declarations.tool import FunctionTool, FunctionToolResult, Tool
from agentchat.runtime.ports.defaults import default_agent_runner
from agentchat.runtime.ports.model import Model
from agentchat.runtime.ports.run_config import RunConfig, run_config_of
from agentchat.runtime.ports.session import Session
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
    prompt: Prompt | DynamicPromptFunction | None = None
    """A prompt that the provider keeps, or a function that names one; goes to the model beside the instructions."""
    handoffs: list["Agent[Any] | Handoff"] = field(default_factory=list[Any])
    model: str | Model | None = None
    """A name for the run's provider, a model, or None for the provider's default."""
    model_settings: ModelSettings = field(default_factory=default_settings)
    """A dict of its fields will do. Left out, they are what the model's name asks for (`declarations/default_model.py`)."""
    input_guardrails: list[InputGuardrail[TContext]] = field(default_factory=list[Any])
    """Asked about the input of a run that begins with this agent."""
    output_guardrails: list[OutputGuardrail[TContext]] = field(default_factory=list[Any])
    """Asked about the final output of a run that ends with this agent."""
    output_type: Any = None
    """The type of the final output, or an AgentOutputSchemaBase; None for text."""
    hooks: AgentHooksBase[TContext, Any] | None = None
    """Hears of what this agent does, in every run."""
    tool_use_behavior: ToolUseBehavior = "run_llm_again"
    """What follows when tools ran: the model again, or the end with a tool's output."""
    reset_tool_choice: bool = True
    """After a tool was used, a `tool_choice` that would force another use is dropped."""

    def __post_init__(self) -> None:
        if isinstance(self.model_settings, dict):
            self.model_settings = settings_of(self.model_settings)
        for name, kinds, what in _CHECKS:
            value = getattr(self, name)
            if not isinstance(value, kinds) and not (name in _MAY_BE_CALLED and callable(value)):
                raise TypeError(f"Agent {name} must be {what}, got {type(value).__name__}.")
        if not is_output_type(self.output_type):
            raise TypeError(f"Agent output_type must be a type, AgentOutputSchemaBase, or None, got {type(self.output_type).__name__}.")
        if not _is_tool_use_behavior(self.tool_use_behavior):
            what = "'run_llm_again', 'stop_on_first_tool', StopAtTools dict, or callable"
            raise TypeError(f"Agent tool_use_behavior must be {what}, got {type(self.tool_use_behavior).__name__}.")
        if self.model is not None and self.model_settings == default_settings():
            self.model_settings = implied_settings(self.model)

    def clone(self, **changes: Any) -> "Agent[TContext]":
        """A copy with these fields changed; lists that are not named are the same lists. A new model brings its own implied settings."""
        if "model" in changes and "model_settings" not in changes and self.model_settings == implied_settings(self.model):
            changes["model_settings"] = implied_settings(changes["model"])
        return replace(self, **changes)

    async def get_system_prompt(self, run_context: RunContextWrapper[TContext]) -> str | None:
        """The instructions as they are for this run."""
        if self.instructions is None or isinstance(self.instructions, str):
            return self.instructions
        if len(inspect.signature(self.instructions).parameters) != 2:
            raise TypeError(f"The instructions function of agent '{self.name}' must take exactly two parameters: context, agent.")
        return await awaited(self.instructions(run_context, self))

    async def get_prompt(self, run_context: RunContextWrapper[TContext]) -> Prompt | None:
        """The provider's prompt to use in this run."""
        return await prompt_for_model(self.prompt, run_context, self)

    def as_tool(
        self,
        tool_name: str | None,
        tool_description: str | None,
        custom_output_extractor: OutputExtractor | None = None,
        is_enabled: IsEnabled = True,  # noqa: FBT002 - published
        on_stream: OnStream | None = None,
        run_config: RunConfig | dict[str, Any] | None = None,
        max_turns: int | None = None,
        hooks: RunHooksBase[Any, Any] | None = None,
        previous_response_id: str | None = None,
        conversation_id: str | None = None,
        session: Session | None = None,
        failure_error_function: ToolErrorFunction | None = standard_failure,
        needs_approval: NeedsApproval = False,  # noqa: FBT002 - published
        parameters: type[Any] | None = None,
        input_builder: InputBuilder | None = None,
        include_input_schema: bool = False,  # noqa: FBT001, FBT002 - published
        on_stream_max_pending_events: int | None = 1024,
    ) -> FunctionTool:
        """This agent as a tool for others: a call runs it with the arguments as its input, and what it comes to is the output.

        The other agent keeps the conversation; inside a run, this agent's run is a part of it. `tool_name` is by default the agent's
        name in lower case; the options are described at `AgentToolOptions`, `is_enabled` and `needs_approval` at `function_tool`.
        TypeError for `parameters` that are none.
        """
        options = AgentToolOptions(
            input=tool_input(parameters, input_builder, shows_schema=include_input_schema),
            max_turns=DEFAULT_MAX_TURNS if max_turns is None else max_turns,
            run_config=None if run_config is None else run_config_of(run_config),
            hooks=checked_run_hooks(hooks),
            previous_response_id=previous_response_id,
            conversation_id=conversation_id,
            session=session,
            extractor=custom_output_extractor,
            on_stream=on_stream,
            max_pending_events=on_stream_max_pending_events,
            on_failure=failure_error_function,
        )
        return agent_tool(
            self, options, name=tool_name, description=tool_description, is_enabled=is_enabled, needs_approval=needs_approval
        )

    @classmethod
    def run_streamed(cls, agent: "Agent[Any]", input: Any, **options: Any) -> Any:  # noqa: A002 - published name
        """`Runner.run_streamed`, under the name that a published document uses."""
        return default_agent_runner().run_streamed(agent, input, **options)


class _Switched(Protocol):
    @property
    def is_enabled(self) -> bool | Callable[[RunContextWrapper[Any], Any], bool | Awaitable[bool]]: ...


S = TypeVar("S", bound=_Switched)


async def enabled(entries: Sequence[S], context: RunContextWrapper[Any], agent: AgentBase[Any]) -> list[S]:
    """Those of the tools or handoffs that are enabled now, in their order; functions are asked all at once."""
    if all(isinstance(entry.is_enabled, bool) for entry in entries):
        return [entry for entry in entries if entry.is_enabled]
    asked = [asyncio.ensure_future(_is_enabled(entry, context, agent)) for entry in entries]
    try:
        return [entry for entry, on in zip(entries, await asyncio.gather(*asked), strict=True) if on]
    finally:
        for question in asked:
            question.cancel()  # one has failed, and nobody waits for the others


async def _is_enabled(entry: _Switched, context: RunContextWrapper[Any], agent: AgentBase[Any]) -> bool:
    """What it says now: a bool, or a sync or async function of context and agent."""
    said = entry.is_enabled
    return said if isinstance(said, bool) else bool(await awaited(said(context, agent)))


def agents_within_reach(agent: Agent[Any]) -> dict[str, Agent[Any]]:
    """All agents that a run starting at `agent` can come to, over handoffs and as tools, the nearest first.

    By name; where another one has the name already, as `name#2`, `name#3` and so on.
    """
    found: dict[str, Agent[Any]] = {}
    waiting: list[Agent[Any]] = [agent]
    for one in waiting:  # grows while it is walked
        if all(known is not one for known in found.values()):
            found[_key(one.name, found)] = one
            waiting.extend(_targets(one))
    return found


def _key(name: str, taken: dict[str, Agent[Any]]) -> str:
    number = 2
    key = name
    while key in taken:
        key, number = f"{name}#{number}", number + 1
    return key


def _targets(agent: Agent[Any]) -> Sequence[Agent[Any]]:
    handed: list[Any] = [entry.target if isinstance(entry, Handoff) else entry for entry in agent.handoffs]
    called: list[Any] = [tool.agent for tool in agent.tools if isinstance(tool, AgentTool)]
    return [cast("Agent[Any]", owner) for owner in (*handed, *called) if isinstance(owner, Agent)]


_CHECKS: tuple[tuple[str, tuple[type, ...], str], ...] = (
    ("name", (str,), "a string"),
    ("handoff_description", (str, type(None)), "a string or None"),
    ("tools", (list,), "a list"),
    ("mcp_servers", (list,), "a list"),
    ("mcp_config", (dict,), "a dict"),
    ("instructions", (str, type(None)), "a string, callable, or None"),
    ("prompt", (dict, type(None)), "a Prompt, DynamicPromptFunction, or None"),
    ("handoffs", (list,), "a list"),
    ("model", (str, Model, type(None)), "a string, Model, or None"),
    ("model_settings", (ModelSettings,), "a ModelSettings instance or a dict"),
    ("input_guardrails", (list,), "a list"),
    ("output_guardrails", (list,), "a list"),
    ("hooks", (AgentHooksBase, type(None)), "an AgentHooks instance or None"),
    ("reset_tool_choice", (bool,), "a boolean"),
)
_MAY_BE_CALLED = frozenset({"instructions", "prompt"})


def _is_tool_use_behavior(value: Any) -> bool:
    return value in ("run_llm_again", "stop_on_first_tool") or callable(value) or (
        isinstance(value, dict) and "stop_at_tool_names" in value
    )


def unsupported(agent: Agent[Any]) -> UserError | None:
    """Why this version cannot run the agent as it is declared; None when it can. Nothing declared is ignored in silence."""
    said = f"Agent '{agent.name}' sets mcp_servers, which this version does not run yet; leave it out."
    return UserError(said) if agent.mcp_servers else None


def unsupported_tools(tools: Sequence[Tool]) -> UserError | None:
    """Why this version cannot run these tools as they are declared; None when it can."""
    for tool in tools:
        if not isinstance(tool, FunctionTool):
            continue
        if tool.defer_loading:
            return UserError(f"Tool '{tool.name}' sets defer_loading, which this version does not run yet; leave it out.")
        if "programmatic" in (tool.allowed_callers or ()):
            return UserError(f"Tool '{tool.name}' allows the caller 'programmatic', which this version does not run; leave it out.")
    return None
