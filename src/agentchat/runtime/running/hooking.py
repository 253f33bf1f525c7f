"""Telling hooks what happens: those of the run and those of the agent, both at once.

The loop waits for them, so that what they see is still so.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias, overload

from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.hooks import AgentHooksBase, HooksBase, RunHooksBase
from agentchat.runtime.declarations.hosted_tools import HostedMCPTool
from agentchat.runtime.declarations.run_context import AgentHookContext, RunContextWrapper
from agentchat.runtime.declarations.tool import Tool
from agentchat.runtime.ports.run_config import ModelInputData
from agentchat.runtime.running.run import Run
from agentchat.runtime.values.exceptions import AgentsException, UserError
from agentchat.runtime.values.item_helpers import ItemHelpers
from agentchat.runtime.values.items import ModelResponse


async def agent_starts(run: Run) -> None:
    """The active agent is about to act; told once until a handoff or a resume makes an agent the active one again."""
    if run.agent_started:
        return
    run.agent_started = True
    agent, context = run.progress.agent, _agent_context(run)
    await _tell(run, agent, lambda hooks: hooks.on_agent_start(context, agent), lambda hooks: hooks.on_start(context, agent))


async def agent_ends(run: Run, output: Any) -> None:
    """The active agent has given the final output."""
    agent, context = run.progress.agent, _agent_context(run)
    await _tell(run, agent, lambda hooks: hooks.on_agent_end(context, agent, output), lambda hooks: hooks.on_end(context, agent, output))


async def llm_starts(run: Run, data: ModelInputData) -> None:
    """The model is about to be asked with this."""
    agent, context, prompt = run.progress.agent, run.context, data.instructions
    if run.hooks is None and agent.hooks is None:
        return
    items = ItemHelpers.input_to_new_input_list(data.input)  # the history is not a hook's to change
    await _tell(run, agent, lambda hooks: hooks.on_llm_start(context, agent, prompt, items))


async def llm_ends(run: Run, response: ModelResponse) -> None:
    """The model has answered."""
    agent, context = run.progress.agent, run.context
    await _tell(run, agent, lambda hooks: hooks.on_llm_end(context, agent, response), agent_first=True)


async def handed_over(run: Run, source: Agent[Any], target: Agent[Any]) -> None:
    """`target` takes over; of agents' own hooks those of `source` hear of it. Which arguments go by name is published."""
    run.agent_started = False
    context = run.context
    await _tell(
        run,
        source,
        lambda hooks: hooks.on_handoff(context=context, from_agent=source, to_agent=target),
        lambda hooks: hooks.on_handoff(context, agent=target, source=source),
    )


async def tool_starts(run: Run, context: RunContextWrapper[Any], agent: Agent[Any], tool: Tool) -> None:
    """The tool is about to run; what a hook raises becomes a UserError about the tool."""
    await _tell_of_tool(run, agent, tool, lambda hooks: hooks.on_tool_start(context, agent, tool))


async def tool_ends(run: Run, context: RunContextWrapper[Any], agent: Agent[Any], tool: Tool, *, result: object) -> None:
    """The tool has given `result`; errors as with `tool_starts`."""
    await _tell_of_tool(run, agent, tool, lambda hooks: hooks.on_tool_end(context, agent, tool, result))


_ToRun: TypeAlias = Callable[[RunHooksBase[Any, Any]], Awaitable[None]]
_ToAgent: TypeAlias = Callable[[AgentHooksBase[Any, Any]], Awaitable[None]]
_ToEither: TypeAlias = Callable[[HooksBase[Any, Any]], Awaitable[None]]


async def _tell_of_tool(run: Run, agent: Agent[Any], tool: Tool, to_either: _ToEither) -> None:
    if isinstance(tool, HostedMCPTool):
        return  # it only may run now, at the provider
    try:
        await _tell(run, agent, to_either)
    except AgentsException:
        raise
    except Exception as error:  # the border to foreign code
        raise UserError(f"Error running tool {tool.name}: {error}") from error


@overload
async def _tell(run: Run, agent: Agent[Any], to_run: _ToEither, /, *, agent_first: bool = False) -> None: ...
@overload
async def _tell(run: Run, agent: Agent[Any], to_run: _ToRun, to_agent: _ToAgent, /) -> None: ...


async def _tell(run: Run, agent: Agent[Any], to_run: Any, to_agent: Any = None, /, *, agent_first: bool = False) -> None:
    """Both at once, each to its end; then the first error is raised. Which one begins is published."""
    told = [(to_run, run.hooks), (to_agent or to_run, agent.hooks)]
    heard = [_heard(tell, hooks) for tell, hooks in (reversed(told) if agent_first else told) if hooks is not None]
    if len(heard) == 1:
        await heard[0]
    for error in await asyncio.gather(*heard, return_exceptions=True) if len(heard) == 2 else ():
        if error is not None:
            raise error


async def _heard(tell: Callable[[Any], Awaitable[None]], hooks: object) -> None:
    told: object = tell(hooks)
    if not inspect.isawaitable(told):
        raise TypeError(f"The hooks of {type(hooks).__name__} must be async methods; write 'async def'.")
    await told


def _agent_context(run: Run) -> AgentHookContext[Any]:
    return AgentHookContext(**run.context.shared())
