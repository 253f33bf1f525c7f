"""What the tests of runs share: tools that leave traces, and the events of a run in one line each."""

from collections.abc import AsyncIterator, Callable
from typing import Any

from agentchat import (
    AgentUpdatedStreamEvent,
    FunctionTool,
    RawResponsesStreamEvent,
    RunItemStreamEvent,
    RunResultStreaming,
    StreamEvent,
    function_tool,
)


@function_tool(effects="none")
def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return a + b


def noting(seen: list[str], *, name: str = "note", needs_approval: bool = False) -> FunctionTool:
    """A tool that writes down that it ran: what ran, and how often, is in `seen`."""

    @function_tool(name_override=name, needs_approval=needs_approval)
    async def note(text: str) -> str:
        """Notes a text."""
        seen.append(text)
        return f"noted {text}"

    return note


async def told(result: RunResultStreaming) -> list[str]:
    """The public events of a run, in order: agents as AU(name), one RAW per model call, items by their event's name."""
    return [word async for word in _words(result.stream_events())]


async def told_until_error(
    result: RunResultStreaming, *, then: Callable[[str], None] = lambda _: None
) -> tuple[list[str], Exception | None]:
    """The same of a run that may fail, and what it failed of; `then` hears of each event as it is read."""
    words: list[str] = []
    try:
        async for word in _words(result.stream_events()):
            words.append(word)
            then(word)
    except Exception as error:  # noqa: BLE001 - whatever it is, the test compares it
        return words, error
    return words, None


async def _words(events: AsyncIterator[StreamEvent]) -> AsyncIterator[str]:
    raw = False
    async for event in events:
        match event:
            case RawResponsesStreamEvent():
                if not raw:
                    yield "RAW"
                raw = True
                continue
            case AgentUpdatedStreamEvent(new_agent=agent):
                yield f"AU({agent.name})"
            case RunItemStreamEvent(name=name, item=item):
                yield name if name != "tool_output" else f"tool_output {_output(item)}"
        raw = False


def _output(item: Any) -> str:
    return str(item.raw_item["output"])
