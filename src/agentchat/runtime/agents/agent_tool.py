"""Agents as tools: what `Agent.as_tool` makes, and what a call of it means.

Written once, here: the arguments become the agent's input, the agent runs, what it came to becomes the output, and what failed becomes a
text for the model. How the agent runs is another's affair. Inside a run the loop drives it as a part of that run
(`ToolContext.run_agent`), with its journal and its rules; anywhere else it is a run of its own.
"""

import re
from collections.abc import Awaitable, Callable
from contextlib import aclosing, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from agentchat.runtime.agents.tool_input import AgentInput, ToolInput
from agentchat.runtime.agents.tool_stream import OnStream, Watched
from agentchat.runtime.declarations.function_tool import IsEnabled, NeedsApproval, ToolErrorFunction, or_failure_text
from agentchat.runtime.declarations.hooks import RunHooksBase
from agentchat.runtime.declarations.run_context import RunContextWrapper, ToolContext
from agentchat.runtime.declarations.sync_calls import awaited
from agentchat.runtime.declarations.tool import FunctionTool
from agentchat.runtime.ports.defaults import default_agent_runner
from agentchat.runtime.ports.run_config import RunConfig
from agentchat.runtime.ports.session import Session
from agentchat.runtime.values.events import StreamEvent
from agentchat.runtime.values.exceptions import UserError
from agentchat.runtime.values.item_helpers import ItemHelpers
from agentchat.runtime.values.items import MessageOutputItem, RunItem, ToolCallOutputItem
from agentchat.runtime.values.named import NamedAgent
from agentchat.runtime.values.tool_origin import ToolOrigin, ToolOriginType

DEFAULT_MAX_TURNS = 10

OutputExtractor: TypeAlias = Callable[[Any], Awaitable[Any]]
"""Gets the RunResult of the agent and gives the output of the call."""


@dataclass(frozen=True)
class AgentToolInvocation:
    """The call that a run answers (`result.agent_tool_invocation`)."""

    tool_name: str
    tool_call_id: str
    tool_arguments: str
    """The arguments as JSON text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentToolOptions:
    """How the agent of a tool is run: the options of `Agent.as_tool`."""

    input: ToolInput
    """`parameters`, a dataclass or pydantic model, are the arguments instead of one text `input`: the agent is asked in their JSON, and
    its instructions and tools read them as `ctx.tool_input`. With `include_input_schema` it is shown their schema too. An `input_builder`
    gets `{"params", "summary", "json_schema"}` and gives the agent's input, a text or a list of items; it may be async."""
    max_turns: int
    """Model calls of one run of the agent; 10 by default."""
    run_config: RunConfig | None = None
    """Instead of the outer run's. That one's journal, approval policy and clock hold all the same."""
    hooks: RunHooksBase[Any, Any] | None = None
    """Hear of the agent's run; those of the outer run do not."""
    previous_response_id: str | None = None
    """As for `Runner.run`. Not in a run with a journal; the same for `conversation_id`."""
    conversation_id: str | None = None
    session: Session | None = None
    """As for `Runner.run`: what the agent was asked and said is remembered from call to call."""
    extractor: OutputExtractor | None = None
    """`custom_output_extractor`: gets the agent's RunResult and gives the output of the call. By default that is the final output;
    where it is empty, the last message or tool output that is a text."""
    on_stream: OnStream | None = None
    """Gets `{"event", "agent", "tool_call"}` for every public event of the agent's run; may be async. What it raises is logged."""
    max_pending_events: int | None = None
    """`on_stream_max_pending_events`: how many events may wait for a slow callback; one more fails the call. None for no limit."""
    on_failure: ToolErrorFunction | None = None
    """`failure_error_function`: makes of an error what the model is told; None lets it fail the outer run."""

    def __post_init__(self) -> None:
        if self.max_pending_events is not None and self.max_pending_events < 1:
            raise UserError("on_stream_max_pending_events must be a positive integer or None")


@dataclass(kw_only=True)
class AgentTool(FunctionTool):
    """A tool whose calls run an agent."""

    agent: NamedAgent = field(repr=False)
    """An `Agent`."""
    options: AgentToolOptions = field(repr=False)

    @property
    def tool_origin(self) -> ToolOrigin:
        """The agent, and the name that it has as a tool."""
        return ToolOrigin(ToolOriginType.AGENT_AS_TOOL, agent_name=self.agent.name, agent_tool_name=self.name)


@dataclass(frozen=True, slots=True)
class AgentCall:
    """One call of an agent tool, for whoever runs the agent."""

    agent: NamedAgent
    options: AgentToolOptions
    params: dict[str, Any]
    tell: Callable[[StreamEvent], None] | None
    """Takes the agent's public events at once; None when nobody wants them."""

    @property
    def tool_input(self) -> dict[str, Any] | None:
        """What the agent's tools and instructions see of the parameters."""
        return self.options.input.shown(self.params)

    async def input(self) -> AgentInput:
        """What the agent is asked. Only a run that begins needs it; building it may be foreign code."""
        return await self.options.input.built(self.params)


class CallLeftOpen(BaseException):
    """The agent's run has stopped and its call has no outcome: a person is asked, or the run around it cannot go on (`error`).

    Not an Exception, because it is none of the tool: no failure handler speaks for it, and no model is told.
    """

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__()
        self.error = error


def agent_tool(
    agent: NamedAgent,
    options: AgentToolOptions,
    *,
    name: str | None,
    description: str | None,
    is_enabled: IsEnabled,
    needs_approval: NeedsApproval,
) -> AgentTool:
    """The agent as a tool. It changes nothing by itself: the calls that its agent makes are judged one by one."""
    return AgentTool(
        name=name or re.sub(r"[^a-zA-Z0-9_]", "_", agent.name).lower(),
        description=description or "",
        params_json_schema=options.input.schema,
        on_invoke_tool=_Invocation(agent, options),
        is_enabled=is_enabled,
        needs_approval=needs_approval,
        effects="none",
        origin=f"the agent {agent.name}",
        agent=agent,
        options=options,
    )


@dataclass(frozen=True, slots=True)
class _Invocation:
    """The `on_invoke_tool` of an agent tool."""

    agent: NamedAgent
    options: AgentToolOptions

    async def __call__(self, ctx: ToolContext[Any], arguments: str) -> Any:
        """Gives the agent's output, or a `ToolFailureText`; raises only where no failure handler is set."""
        return await or_failure_text(self._output(ctx, arguments), ctx, self.options.on_failure)

    async def _output(self, ctx: ToolContext[Any], arguments: str) -> Any:
        options = self.options
        params = options.input.read(arguments, tool=ctx.tool_name)
        async with self._watched(ctx) as watched:
            call = AgentCall(self.agent, options, params, None if watched is None else watched.tell)
            result = await (_on_its_own(ctx, call) if ctx.run_agent is None else ctx.run_agent(call))
        result.agent_tool_invocation = AgentToolInvocation(ctx.tool_name, ctx.tool_call_id, ctx.tool_arguments)
        if options.extractor is None:
            return output_of(result.final_output, result.new_items)
        return await awaited(options.extractor(result))

    def _watched(self, ctx: ToolContext[Any]) -> "Watched | nullcontext[None]":
        options = self.options
        if options.on_stream is None:
            return nullcontext()
        return Watched(options.on_stream, self.agent, ctx.tool_call, limit=options.max_pending_events)


async def _on_its_own(ctx: ToolContext[Any], call: AgentCall) -> Any:
    """Runs the agent apart from any run: what the call was made in has a journal and rules for its own calls only."""
    options, inherited = call.options, ctx.run_config if isinstance(ctx.run_config, RunConfig) else RunConfig()
    named: dict[str, Any] = {
        "context": RunContextWrapper(ctx.context, usage=ctx.usage, tool_input=call.tool_input),
        "max_turns": options.max_turns,
        "hooks": options.hooks,
        "run_config": options.run_config or replace(inherited, run_journal=None, approval_policy=None),
        "previous_response_id": options.previous_response_id,
        "conversation_id": options.conversation_id,
        "session": options.session,
    }
    given = await call.input()
    if call.tell is None:
        return await default_agent_runner().run(call.agent, given, **named)
    result = default_agent_runner().run_streamed(call.agent, given, **named)
    try:
        async with aclosing(result.stream_events()) as events:
            async for event in events:
                call.tell(event)
    finally:
        await result.wait()
    return result


def output_of(final_output: Any, items: list[RunItem]) -> Any:
    """What a run comes to for the one who called it: its final output or, where that is empty, the last text that it brought."""
    if final_output is not None and final_output != "":
        return final_output
    for item in reversed(items):
        match item:
            case MessageOutputItem() if text := ItemHelpers.text_message_output(item):
                return text
            case ToolCallOutputItem(output=str(text)) if text:
                return text
            case _:
                pass
    return final_output
