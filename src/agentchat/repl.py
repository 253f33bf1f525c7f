"""Talking to one agent on plain input and output: `run_demo_loop`, for trying an agent out without the chat."""

import sys
from typing import Any

from agentchat.chat.safe_text import safe_text
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.running.results import RunResultBase, RunResultStreaming
from agentchat.runtime.running.runner import DEFAULT_MAX_TURNS, Runner
from agentchat.runtime.values.events import AgentUpdatedStreamEvent, RawResponsesStreamEvent, RunItemStreamEvent, StreamEvent
from agentchat.runtime.values.items import ToolCallItem, ToolCallOutputItem, TResponseInputItem

PROMPT = " > "


async def run_demo_loop(
    agent: Agent[Any], *, stream: bool = True, context: Any = None, max_turns: int | None = DEFAULT_MAX_TURNS
) -> None:
    """Reads lines from standard input and runs the agent with each, in one conversation, until `exit`, `quit` or the end of input.

    The agent that a handoff came to goes on with the next line. With `stream` the answer is written as it comes, with what tools do
    beside it. While it waits for a line, nothing else runs on the event loop. What ends a run is raised.
    """
    conversation: list[TResponseInputItem] = []
    while (line := _next_line()) is not None:
        if not line:
            continue
        conversation.append({"role": "user", "content": line})
        result: RunResultBase
        if stream:
            result = Runner.run_streamed(agent, conversation, context=context, max_turns=max_turns)
            await _follow(result)
        else:
            result = await Runner.run(agent, conversation, context=context, max_turns=max_turns)
            _say(_shown(result.final_output) if result.final_output is not None else "")
        _say("\n")
        conversation, agent = result.to_input_list(), result.last_agent


def _next_line() -> str | None:
    """The next line without the blanks around it; None when there is to be none."""
    try:
        line = input(PROMPT).strip()
    except (EOFError, KeyboardInterrupt):
        _say("\n")
        return None
    return None if line.lower() in {"exit", "quit"} else line


async def _follow(result: RunResultStreaming) -> None:
    async for event in result.stream_events():
        _say(_words_for(event))


def _words_for(event: StreamEvent) -> str:
    match event:
        case RawResponsesStreamEvent(data):
            return _shown(data.delta) if data.type == "response.output_text.delta" else ""
        case RunItemStreamEvent(item=ToolCallItem()):
            return "\n[tool called]\n"
        case RunItemStreamEvent(item=ToolCallOutputItem(output=output)):
            return f"\n[tool output: {_shown(output)}]\n"
        case AgentUpdatedStreamEvent(new_agent):
            return f"\n[Agent updated: {_shown(new_agent.name)}]\n"
        case RunItemStreamEvent():
            return ""


def _shown(foreign: object) -> str:
    """What others wrote: on a terminal without what would command it, as it is for a program that reads."""
    return safe_text(str(foreign)) if sys.stdout.isatty() else str(foreign)


def _say(text: str) -> None:
    if text:
        sys.stdout.write(text)
        sys.stdout.flush()
