"""Hooks: being told what a run does while it does it.

`RunHooksBase` hears of every agent of a run, `AgentHooksBase` of one agent. Every method does nothing here: a subclass overrides the
ones that it wants, as `async def` and with these parameter names, because handoffs are told by keyword. The run waits for its hooks.
What a hook raises ends the run; around a tool it is raised as a UserError that has it as its cause.
"""

from typing import Any, Generic, cast

from typing_extensions import TypeVar

from agentchat.runtime.declarations.run_context import AgentHookContext, RunContextWrapper, TContext
from agentchat.runtime.declarations.tool import Tool
from agentchat.runtime.values.items import ModelResponse, TResponseInputItem
from agentchat.runtime.values.named import NamedAgent

TAgent = TypeVar("TAgent", bound=NamedAgent, default=Any)


class HooksBase(Generic[TContext, TAgent]):
    """What both kinds hear of."""

    async def on_llm_start(
        self,
        context: RunContextWrapper[TContext],
        agent: TAgent,
        system_prompt: str | None,
        input_items: list[TResponseInputItem],
    ) -> None:
        """The model is about to be asked with this; the items are a copy."""

    async def on_llm_end(self, context: RunContextWrapper[TContext], agent: TAgent, response: ModelResponse) -> None:
        """The model has answered; its tools have not run yet."""

    async def on_tool_start(self, context: RunContextWrapper[TContext], agent: TAgent, tool: Tool) -> None:
        """A tool is about to run; `context` is a ToolContext, which has the call's id and arguments."""

    async def on_tool_end(self, context: RunContextWrapper[TContext], agent: TAgent, tool: Tool, result: object) -> None:
        """A tool has returned this; a failure that the model is told of is its text."""


class RunHooksBase(HooksBase[TContext, TAgent]):
    """Hears of a whole run; passed to `Runner` as `hooks`."""

    async def on_agent_start(self, context: AgentHookContext[TContext], agent: TAgent) -> None:
        """The agent is about to ask its model for the first time since the run, a handoff or a resume made it the active one."""

    async def on_agent_end(self, context: AgentHookContext[TContext], agent: TAgent, output: Any) -> None:
        """The agent has given the run's final output; output guardrails have not seen it yet."""

    async def on_handoff(self, context: RunContextWrapper[TContext], from_agent: TAgent, to_agent: TAgent) -> None:
        """The conversation is handed over."""


class AgentHooksBase(HooksBase[TContext, TAgent]):
    """Hears of one agent; set as `Agent.hooks`."""

    async def on_start(self, context: AgentHookContext[TContext], agent: TAgent) -> None:
        """See `RunHooksBase.on_agent_start`."""

    async def on_end(self, context: AgentHookContext[TContext], agent: TAgent, output: Any) -> None:
        """See `RunHooksBase.on_agent_end`."""

    async def on_handoff(self, context: RunContextWrapper[TContext], agent: TAgent, source: TAgent) -> None:
        """The agent, here `source`, hands over to `agent`."""


def checked_run_hooks(hooks: object) -> RunHooksBase[Any, Any] | None:
    """The hooks of a run; a TypeError when they are none."""
    if hooks is None or isinstance(hooks, RunHooksBase):
        return cast("RunHooksBase[Any, Any] | None", hooks)
    name, received = type(hooks).__name__, "{}."
    if isinstance(hooks, AgentHooksBase):
        received = "agent-scoped hooks ({}). Attach AgentHooks to an Agent via Agent(..., hooks=...)."
    raise TypeError(f"Run hooks must be instances of RunHooks. Received {received.format(name)}")
