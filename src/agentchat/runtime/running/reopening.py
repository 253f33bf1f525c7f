"""Opening a turn again from its stored response."""

from collections.abc import Callable

from agentchat.runtime.agents.handoffs import handoff_of
from agentchat.runtime.running.progress import CallSlot, OpenTurn, Progress
from agentchat.runtime.running.response_items import open_turn_of
from agentchat.runtime.values.items import ModelResponse


async def reopened(
    progress: Progress,
    response: ModelResponse,
    *,
    number: int,
    at: float,
    since: float | None,
    was_part: Callable[[CallSlot], bool],
) -> OpenTurn:
    """The turn that `response` opened, with the tools and handoffs that the active agent has now.

    A tool that has gone since is told to the model; it does not keep the conversation from being opened. `was_part` tells a call that
    was passed over the first time, because the run had done it before.
    """
    agent = progress.agent
    tools = await agent.get_all_tools(progress.context)
    handoffs = [handoff_of(entry) for entry in agent.handoffs]
    counted, progress.response = progress.response, number - 1
    answered, progress.answered = progress.answered, set()  # a call of its own that has its output is not a repeated one
    try:
        turn = open_turn_of(progress, response, tools, handoffs, "return_error_to_model", at=at, since=since)
    finally:
        progress.response, progress.answered = counted, answered
    passed_over = [slot.raw for slot in turn.slots if not was_part(slot)]
    turn.slots = [slot for slot in turn.slots if was_part(slot)]
    turn.items = [item for item in turn.items if all(item.raw_item is not raw for raw in passed_over)]
    return turn
