"""One model call: what it is asked with, and the way to an accepted response."""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from agentchat.runtime.agents.agent import enabled, unsupported, unsupported_tools
from agentchat.runtime.agents.handoffs import handoff_of
from agentchat.runtime.declarations.default_model import implied_settings
from agentchat.runtime.declarations.handoff import Handoff
from agentchat.runtime.declarations.output_schema import schema_of
from agentchat.runtime.declarations.tool import FunctionTool, Tool
from agentchat.runtime.ports.model import Model
from agentchat.runtime.ports.run_config import ModelInputData, ToolNameCollisionPolicy
from agentchat.runtime.running.final_output import end_out_of_turns
from agentchat.runtime.running.hooking import agent_starts, llm_ends, llm_starts
from agentchat.runtime.running.model_input import filtered
from agentchat.runtime.running.request import Equipment, Request
from agentchat.runtime.running.response_items import open_turn_of
from agentchat.runtime.running.retrying import answered
from agentchat.runtime.running.run import Run
from agentchat.runtime.values.events import item_events
from agentchat.runtime.values.exceptions import MaxTurnsExceeded, ModelBehaviorError, UserError
from agentchat.runtime.values.items import InputItem

_log = logging.getLogger("agentchat")


async def ask_model(run: Run) -> None:
    """Asks the model once; the last thing that happens is that the response is accepted and its items are told.

    Where the model may not be asked again and an error handler has a final output for that, there is no open turn afterwards.
    """
    progress = run.progress
    if progress.staged:
        await _enter_staged_input(run)
    if (error := _count_the_turn(run)) is not None:
        await end_out_of_turns(run, error)
        return
    await agent_starts(run)
    equipment = await equip(run)
    data, prompt = await _model_input(run), await progress.agent.get_prompt(run.context)
    await llm_starts(run, data)
    request = Request(run, equipment, data, prompt)
    response = await answered(run, request)
    run.context.usage.add(response.usage)
    try:
        at, not_found = run.config.clock.now(), run.config.tool_not_found_behavior
        turn = open_turn_of(progress, response, equipment.tools, equipment.handoffs, not_found, at=at, since=request.since)
    except ModelBehaviorError:
        await llm_ends(run, response)  # an answer came, though nobody can work with it
        raise
    await run.accept(turn)
    run.gathering = None
    await run.tell(*item_events(turn.items))
    await llm_ends(run, response)


async def equip(run: Run) -> Equipment:
    """The active agent's model, settings and enabled tools."""
    agent, config = run.progress.agent, run.config
    if (problem := unsupported(agent)) is not None:
        raise problem
    tools = await agent.get_all_tools(run.context)
    if (problem := unsupported_tools(tools)) is not None:
        raise problem
    handoffs = await _enabled_handoffs(run)
    tools, handoffs = _routed(agent.name, tools, handoffs, config.tool_name_collision_policy)
    chosen = config.model if config.model is not None else agent.model
    model = chosen if isinstance(chosen, Model) else config.model_provider.get_model(chosen)
    if config.watch_model is not None:
        model = config.watch_model(agent, model)
    settings = agent.model_settings
    if config.model is not None and settings == implied_settings(agent.model):
        settings = implied_settings(config.model)
    settings = settings.resolve(config.model_settings)
    if agent.reset_tool_choice and run.progress.tools_used.get(agent.name):
        settings = replace(settings, tool_choice=None)
    schema = schema_of(agent.output_type)
    return Equipment(model=model, settings=settings, tools=tools, handoffs=handoffs, output_schema=schema)


def _count_the_turn(run: Run) -> MaxTurnsExceeded | None:
    """Counts one more; the error of a run for which that is one too many."""
    progress = run.progress
    progress.turn += 1
    if progress.max_turns is None or progress.turn <= progress.max_turns:
        return None
    return MaxTurnsExceeded(f"Max turns ({progress.max_turns}) exceeded")


async def _enter_staged_input(run: Run) -> None:
    progress, turn = run.progress, run.progress.turn + 1
    items = [InputItem(progress.agent, wire, input_id=f"{progress.run_id}/{turn}/{i}") for i, wire in enumerate(progress.staged)]
    await run.begin(list(progress.staged), shown=items)


async def _model_input(run: Run) -> ModelInputData:
    progress = run.progress
    instructions = await progress.agent.get_system_prompt(run.context)
    items = progress.model_input()
    return await filtered(ModelInputData(input=items, instructions=instructions), progress.agent, run.context, run.config)


async def _enabled_handoffs(run: Run) -> list[Handoff]:
    agent = run.progress.agent
    return await enabled([handoff_of(entry) for entry in agent.handoffs], run.context, agent)


def _routed(
    agent: str, tools: Sequence[Tool], handoffs: Sequence[Handoff], policy: ToolNameCollisionPolicy
) -> tuple[list[Tool], list[Handoff]]:
    """The tools and handoffs that the model is offered: one for each name.

    With "warn" a handoff wins over a tool, and the last of several tools or handoffs over the others; with "error" a name that is used
    twice is a UserError.
    """
    if policy not in {"warn", "error"}:
        raise ValueError("tool_name_collision_policy must be either 'warn' or 'error'")
    names = Counter(tool.name for tool in tools if isinstance(tool, FunctionTool))
    names.update(entry.tool_name for entry in handoffs)
    twice = [name for name, count in names.items() if count > 1]
    if not twice:
        return list(tools), list(handoffs)
    if policy == "error":
        raise UserError(_collision(twice[0], tools, handoffs))
    _log.warning("Agent '%s' has more than one tool named %s; only one of each is offered to the model. Rename the others.", agent, twice)
    last_handoff = {entry.tool_name: entry for entry in handoffs}
    last_tool = {tool.name: tool for tool in tools if isinstance(tool, FunctionTool)}
    return (
        [tool for tool in tools if not isinstance(tool, FunctionTool) or (last_tool[tool.name] is tool and tool.name not in last_handoff)],
        [entry for entry in handoffs if last_handoff[entry.tool_name] is entry],
    )


def _collision(name: str, tools: Sequence[Tool], handoffs: Sequence[Handoff]) -> str:
    of_tools = sum(isinstance(tool, FunctionTool) and tool.name == name for tool in tools)
    of_handoffs = sum(entry.tool_name == name for entry in handoffs)
    if not of_handoffs:
        return (
            f"Ambiguous function tool configuration: the tool name `{name}` is used by multiple tools. Assign a unique routed name "
            "to every colliding function tool with `name_override=`, `tool_name=`, or a namespace."
        )
    if not of_tools:
        return (
            f"Ambiguous handoff configuration: the handoff tool name `{name}` is used by multiple handoffs. "
            "Pass a unique `tool_name_override=` to each handoff."
        )
    return (
        f"Ambiguous tool routing configuration: the tool name `{name}` is used by both a function tool and a handoff. Assign a unique "
        "routed name to every colliding function tool and handoff with `name_override=`, `tool_name=`, `tool_name_override=`, or a "
        "namespace."
    )
