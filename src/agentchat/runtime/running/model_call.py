"""One model call: what it is asked with, and its events on the way to an accepted response."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

from agentchat.runtime.agents.agent import Agent, enabled, unsupported, unsupported_tools
from agentchat.runtime.agents.handoffs import handoff_of
from agentchat.runtime.declarations.handoff import Handoff
from agentchat.runtime.declarations.model_settings import ModelSettings
from agentchat.runtime.declarations.tool import Tool
from agentchat.runtime.ports.model import Model, ModelTracing
from agentchat.runtime.ports.run_config import ModelInputData
from agentchat.runtime.running.drafting import Drafts
from agentchat.runtime.running.gathering import Gathering
from agentchat.runtime.running.model_input import filtered, with_reasoning_ids
from agentchat.runtime.running.response_items import open_turn_of
from agentchat.runtime.running.run import Run
from agentchat.runtime.values.events import RawResponsesStreamEvent, RunEvent, RunItemEventName, RunItemStreamEvent
from agentchat.runtime.values.exceptions import MaxTurnsExceeded, UserError
from agentchat.runtime.values.items import InputItem, ModelResponse, RunItem


@dataclass(frozen=True, slots=True)
class Equipment:
    """What the active agent has at hand for one turn."""

    model: Model
    settings: ModelSettings
    tools: list[Tool]
    handoffs: list[Handoff]


async def ask_model(run: Run) -> AsyncGenerator[RunEvent, None]:
    """Asks the model once; the last thing that happens is that the response is accepted and its items are told."""
    progress = run.progress
    if progress.staged:
        yield await _enter_staged_input(run)
    _count_the_turn(run)
    equipment = await equip(run)
    call = _Call(run, equipment, await _model_input(run))
    if run.streamed:
        async with aclosing(call.stream()) as events:
            async for event in events:
                yield event
    else:
        call.response = await call.whole()
    response, since = call.response, call.since
    assert response is not None
    run.context.usage.add(response.usage)
    turn = open_turn_of(
        progress, response, equipment.tools, equipment.handoffs, run.config.tool_not_found_behavior, at=run.config.clock.now(), since=since
    )
    saved = await run.accept(turn)
    run.gathering = None
    yield saved
    for item_event in items_of(turn.items):
        yield item_event


async def equip(run: Run) -> Equipment:
    """The active agent's model, settings and enabled tools."""
    agent, config = run.progress.agent, run.config
    if (problem := unsupported(agent)) is not None:
        raise problem
    tools = await agent.get_all_tools(run.context)
    if (problem := unsupported_tools(tools)) is not None:
        raise problem
    handoffs = await _enabled_handoffs(run)
    _check_names(agent, tools, handoffs, run)
    chosen = config.model if config.model is not None else agent.model
    model = chosen if isinstance(chosen, Model) else config.model_provider.get_model(chosen)
    settings = agent.model_settings.resolve(config.model_settings)
    if agent.reset_tool_choice and run.progress.tools_used.get(agent.name):
        settings = replace(settings, tool_choice=None)
    return Equipment(model=model, settings=settings, tools=tools, handoffs=handoffs)


EVENT_NAMES: dict[str, RunItemEventName] = {
    "message_output_item": "message_output_created",
    "handoff_call_item": "handoff_requested",
    "handoff_output_item": "handoff_occured",
    "tool_call_item": "tool_called",
    "tool_call_output_item": "tool_output",
    "reasoning_item": "reasoning_item_created",
    "mcp_approval_request_item": "mcp_approval_requested",
    "mcp_approval_response_item": "mcp_approval_response",
    "mcp_list_tools_item": "mcp_list_tools",
}
"""The published event of each kind of item; kinds that are not here have none."""


class _Call:
    """One request: its arguments, and its answer as it arrives."""

    def __init__(self, run: Run, equipment: Equipment, data: ModelInputData) -> None:
        self._run = run
        self._model = equipment.model
        self._arguments = (
            data.instructions,
            data.input,
            equipment.settings,
            equipment.tools,
            None,
            equipment.handoffs,
            ModelTracing.DISABLED,
        )
        self.response: ModelResponse | None = None
        self.since: float | None = None

    async def whole(self) -> ModelResponse:
        """The answer at once."""
        return await self._model.get_response(*self._arguments, previous_response_id=None, conversation_id=None, prompt=None)

    async def stream(self) -> AsyncGenerator[RunEvent, None]:
        """Passes every event on and gathers the response from them; writes a draft of the text now and then."""
        run, clock = self._run, self._run.config.clock
        run.gathering = gathering = Gathering()
        events = self._model.stream_response(
            *self._arguments, previous_response_id=None, conversation_id=None, prompt=None
        )
        try:
            async with Drafts(run, gathering) as drafts:
                async for event in events:
                    if self.since is None:
                        self.since = clock.now()
                    if gathering.take(event):
                        await drafts.came()
                    yield RawResponsesStreamEvent(event)
        finally:
            await _close(events)
        self.response = gathering.response()


async def _close(events: AsyncIterator[Any]) -> None:
    """Closes a model's stream at once, so that its connection does not outlive the turn; a plain iterator has nothing to close."""
    if isinstance(events, AsyncGenerator):
        await events.aclose()


def _count_the_turn(run: Run) -> None:
    progress = run.progress
    progress.turn += 1
    if progress.max_turns is not None and progress.turn > progress.max_turns:
        raise MaxTurnsExceeded(f"Max turns ({progress.max_turns}) exceeded")


async def _enter_staged_input(run: Run) -> RunEvent:
    progress, turn = run.progress, run.progress.turn + 1
    items = [InputItem(progress.agent, wire, input_id=f"{progress.run_id}/{turn}/{i}") for i, wire in enumerate(progress.staged)]
    return await run.begin(list(progress.staged), shown=items)


async def _model_input(run: Run) -> ModelInputData:
    progress = run.progress
    instructions = await progress.agent.get_system_prompt(run.context)
    items = with_reasoning_ids(progress.model_input(), run.config.reasoning_item_id_policy)
    run.context.turn_input = items
    return await filtered(ModelInputData(input=items, instructions=instructions), progress.agent, run.context, run.config)


async def _enabled_handoffs(run: Run) -> list[Handoff]:
    agent = run.progress.agent
    entries = [handoff_of(entry) for entry in agent.handoffs]
    offered = await enabled(entries, run.context, agent)
    if any(entry.input_filter is not None or entry.nest_handoff_history for entry in offered):
        raise UserError("Handoff filters and nested histories are not run by this version yet; leave them out.")
    return offered


def _check_names(agent: Agent[Any], tools: Sequence[Tool], handoffs: Sequence[Handoff], run: Run) -> None:
    """With the policy "error" two tools of one name are refused; with "warn" the later one is the one that is called."""
    if run.config.tool_name_collision_policy != "error":
        return
    names = [tool.name for tool in tools] + [entry.tool_name for entry in handoffs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UserError(f"Agent '{agent.name}' has more than one tool named {twice[0]!r}; rename one of them.")


def items_of(items: Sequence[RunItem]) -> list[RunItemStreamEvent]:
    """The published events of items that have one."""
    return [RunItemStreamEvent(EVENT_NAMES[item.type], item) for item in items if item.type in EVENT_NAMES]
