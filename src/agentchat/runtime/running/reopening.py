"""Opening a turn again from its stored response."""

from agentchat.runtime.agents.handoffs import handoff_of
from agentchat.runtime.running.progress import OpenTurn, Progress
from agentchat.runtime.running.response_items import open_turn_of
from agentchat.runtime.values.items import ModelResponse


async def reopened(
    progress: Progress, response: ModelResponse, *, number: int, at: float, since: float | None
) -> OpenTurn:
    """The turn that `response` opened, with the tools and handoffs that the active agent has now.

    A tool that has gone since is told to the model; it does not keep the conversation from being opened.
    """
    agent = progress.agent
    tools = await agent.get_all_tools(progress.context)
    handoffs = [handoff_of(entry) for entry in agent.handoffs]
    counted, progress.response = progress.response, number - 1
    answered, progress.answered = progress.answered, set()  # a call of its own that has its output is not a repeated one
    try:
        return open_turn_of(progress, response, tools, handoffs, "return_error_to_model", at=at, since=since)
    finally:
        progress.response, progress.answered = counted, answered
