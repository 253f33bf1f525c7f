"""The run of an agent that is called as a tool: what it is made with. `nested` drives it; a stop of the outer run closes it.

It is a part of the outer run: its scope lies inside that run's, its journal, rules and clock are that run's, its tokens are counted there
and the user's context object is the same one. Its conversation, its decisions and its limits are its own.
"""

from dataclasses import replace
from typing import Any, cast

from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.agents.agent_tool import AgentCall, AgentTool, AgentToolOptions
from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.runtime.ports.run_config import RunConfig
from agentchat.runtime.running.nested_journal import NestedJournal
from agentchat.runtime.running.progress import CallSlot, Progress
from agentchat.runtime.running.run import Run
from agentchat.runtime.running.server_history import server_history
from agentchat.runtime.running.session_journal import SessionJournal
from agentchat.runtime.values.exceptions import InvalidToolArgumentsError, UserError
from agentchat.runtime.values.item_helpers import ItemHelpers


def nested_run(run: Run, progress: Progress, options: AgentToolOptions) -> Run:
    """The run at that place, ready to be driven as a part of `run`."""
    progress.context.context, progress.context.usage = run.context.context, run.context.usage
    return Run(
        progress=progress,
        config=_config(run.config, options),
        journal=NestedJournal(run.journal, progress.scope, options.session, progress.context)
        if run.journaled
        else SessionJournal(options.session, progress.context),
        journaled=run.journaled,
        shows_edits=run.journaled and options.session is None,
        streamed=run.streamed or options.on_stream is not None,
        nest=run.nest,
        events=run.events,
        outer=run,
        hooks=options.hooks,
        step=progress.final,
    )


async def begun(run: Run, slot: CallSlot, call: AgentCall) -> Progress:
    """The place of a run that begins: its agent, and what it is asked."""
    options, agent = call.options, cast("Agent[Any]", call.agent)
    server = server_history(options.conversation_id, options.previous_response_id, False)
    if server is not None and (run.journaled or options.session is not None):
        named = f"The tool of agent '{agent.name}' names a conversation that the provider keeps"
        raise UserError(f"{named}; it cannot be joined with a session or a journal.")
    given = await call.input()
    return Progress(
        run_id=run.progress.run_id,
        path=slot.key.inside.path,
        agent=agent,
        start=agent,
        original_input=given if isinstance(given, str) else ItemHelpers.input_to_new_input_list(given),
        context=RunContextWrapper(None, tool_input=call.tool_input),
        max_turns=options.max_turns,
        server=server,
    )


def context_inside(outer: RunContextWrapper[Any], slot: CallSlot, tool: AgentTool) -> RunContextWrapper[Any]:
    """The context of a run that is loaded: its agents' tools may ask for it before it goes on."""
    given = tool.options.input
    try:
        shown = given.shown(given.read(slot.arguments, tool=tool.name))
    except InvalidToolArgumentsError:
        shown = None
    return RunContextWrapper(outer.context, usage=outer.usage, tool_input=shown)


def _config(outer: RunConfig, options: AgentToolOptions) -> RunConfig:
    """The tool's own config, else the outer run's. Rules, journal, clock and folder are the outer run's in any case, where it has some."""
    config = options.run_config or replace(outer, session_input_callback=outer.session_input_callback if options.session else None)
    return replace(
        config,
        run_journal=outer.run_journal,
        approval_policy=outer.approval_policy or config.approval_policy,
        clock=outer.clock,
        folder=outer.folder,
    )
