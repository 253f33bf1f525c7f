"""One model call: what it is asked with, and its events on the way to an accepted response."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

from agentchat.runtime.agents.agent import enabled, unsupported, unsupported_tools
from agentchat.runtime.agents.handoffs import handoff_of
from agentchat.runtime.declarations.default_model import implied_settings
from agentchat.runtime.declarations.handoff import Handoff
from agentchat.runtime.declarations.model_settings import ModelSettings
from agentchat.runtime.declarations.output_schema import AgentOutputSchemaBase, schema_of
from agentchat.runtime.declarations.prompt import Prompt
from agentchat.runtime.declarations.tool import Tool
from agentchat.runtime.ports.model import Model, ModelTracing
from agentchat.runtime.ports.run_config import ModelInputData
from agentchat.runtime.running.drafting import Drafts
from agentchat.runtime.running.error_handling import end_out_of_turns
from agentchat.runtime.running.gathering import Gathering
from agentchat.runtime.running.hooking import agent_starts, llm_ends, llm_starts
from agentchat.runtime.running.model_input import filtered
from agentchat.runtime.running.response_items import open_turn_of
from agentchat.runtime.running.retrying import bounded, may_be_repeated, repeated, within
from agentchat.runtime.running.routing import routed
from agentchat.runtime.running.run import Run
from agentchat.runtime.values.events import RawResponsesStreamEvent, RunEvent, RunItemEventName, RunItemStreamEvent
from agentchat.runtime.values.exceptions import MaxTurnsExceeded, ModelBehaviorError
from agentchat.runtime.values.items import InputItem, ModelResponse, RunItem


@dataclass(frozen=True, slots=True)
class Equipment:
    """What the active agent has at hand for one turn."""

    model: Model
    settings: ModelSettings
    tools: list[Tool]
    handoffs: list[Handoff]
    output_schema: AgentOutputSchemaBase | None
    """The shape of the final output; None for plain text."""


async def ask_model(run: Run) -> AsyncGenerator[RunEvent, None]:
    """Asks the model once; the last thing that happens is that the response is accepted and its items are told.

    Where the model may not be asked again and an error handler has a final output for that, there is no open turn afterwards.
    """
    progress = run.progress
    if progress.staged:
        yield await _enter_staged_input(run)
    if (error := _count_the_turn(run)) is not None:
        saved, said = await end_out_of_turns(run, error)
        yield saved
        for item_event in items_of(said):
            yield item_event
        return
    await agent_starts(run)
    equipment = await equip(run)
    data, prompt = await _model_input(run), await progress.agent.get_prompt(run.context)
    await llm_starts(run, data)
    call = _Call(run, equipment, data, prompt)
    async with aclosing(repeated(run, call) if may_be_repeated(call.settings) else call.attempt()) as events:
        async for event in events:
            yield event
    response, since = call.response, call.since
    assert response is not None
    run.context.usage.add(response.usage)
    try:
        at, not_found = run.config.clock.now(), run.config.tool_not_found_behavior
        turn = open_turn_of(progress, response, equipment.tools, equipment.handoffs, not_found, at=at, since=since)
    except ModelBehaviorError:
        await llm_ends(run, response)  # an answer came, though nobody can work with it
        raise
    saved = await run.accept(turn)
    run.gathering = None
    yield saved
    for item_event in items_of(turn.items):
        yield item_event
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
    tools, handoffs = routed(agent.name, tools, handoffs, config.tool_name_collision_policy)
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

    def __init__(self, run: Run, equipment: Equipment, data: ModelInputData, prompt: Prompt | None) -> None:
        self._run = run
        self.model = equipment.model
        self.settings = equipment.settings
        server = run.progress.server
        self.previous_response_id = None if server is None else server.previous_response_id
        self.conversation_id = None if server is None else server.conversation_id
        self._prompt = prompt
        self._arguments = (
            data.instructions,
            data.input,
            equipment.settings,
            equipment.tools,
            equipment.output_schema,
            equipment.handoffs,
            ModelTracing.DISABLED,
        )
        self.response: ModelResponse | None = None
        self.since: float | None = None

    def attempt(self) -> AsyncGenerator[RunEvent, None]:
        """Asks the model once; its events, where it is asked for a stream, and then `response` is there."""
        self.since = None
        return self._streamed() if self._run.streamed else self._whole()

    async def _whole(self) -> AsyncGenerator[RunEvent, None]:
        answer = self.model.get_response(*self._arguments, **self._named())
        self.response = await (answer if self.settings.timeout is None else within(self.settings.timeout, answer))
        for nothing in ():  # a generator like `_streamed`, though a whole answer tells nothing on its way
            yield nothing

    async def _streamed(self) -> AsyncGenerator[RunEvent, None]:
        """Passes every event on and gathers the response from them; writes a draft of the text now and then."""
        run, clock = self._run, self._run.config.clock
        run.gathering = gathering = Gathering()
        events = self.model.stream_response(*self._arguments, **self._named())
        if self.settings.timeout is not None:
            events = bounded(self.settings.timeout, events)
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

    def _named(self) -> dict[str, Any]:
        ids = {"previous_response_id": self.previous_response_id, "conversation_id": self.conversation_id}
        return {**ids, "prompt": self._prompt}


async def _close(events: AsyncIterator[Any]) -> None:
    """Closes a model's stream at once, so that its connection does not outlive the turn; a plain iterator has nothing to close."""
    if isinstance(events, AsyncGenerator):
        await events.aclose()


def _count_the_turn(run: Run) -> MaxTurnsExceeded | None:
    """Counts one more; the error of a run for which that is one too many."""
    progress = run.progress
    progress.turn += 1
    if progress.max_turns is None or progress.turn <= progress.max_turns:
        return None
    return MaxTurnsExceeded(f"Max turns ({progress.max_turns}) exceeded")


async def _enter_staged_input(run: Run) -> RunEvent:
    progress, turn = run.progress, run.progress.turn + 1
    items = [InputItem(progress.agent, wire, input_id=f"{progress.run_id}/{turn}/{i}") for i, wire in enumerate(progress.staged)]
    return await run.begin(list(progress.staged), shown=items)


async def _model_input(run: Run) -> ModelInputData:
    progress = run.progress
    instructions = await progress.agent.get_system_prompt(run.context)
    items = progress.model_input()
    return await filtered(ModelInputData(input=items, instructions=instructions), progress.agent, run.context, run.config)


async def _enabled_handoffs(run: Run) -> list[Handoff]:
    agent = run.progress.agent
    return await enabled([handoff_of(entry) for entry in agent.handoffs], run.context, agent)


def items_of(items: Sequence[RunItem]) -> list[RunItemStreamEvent]:
    """The published events of items that have one."""
    return [RunItemStreamEvent(EVENT_NAMES[item.type], item) for item in items if item.type in EVENT_NAMES]
