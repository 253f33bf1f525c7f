"""What a run tells while it goes on.

`stream_events()` passes the three public kinds, in the published order; `run_events()` passes all of these.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from agentchat.runtime.values.checkpoint import Checkpoint
from agentchat.runtime.values.facts import EditedCall, Fact
from agentchat.runtime.values.items import RunItem, TResponseInputItem, TResponseStreamEvent
from agentchat.runtime.values.keys import CallKey
from agentchat.runtime.values.named import NamedAgent
from agentchat.runtime.values.outcomes import WireOutput

RunItemEventName: TypeAlias = Literal[
    "message_output_created",
    "handoff_requested",
    "handoff_occured",  # the published spelling
    "tool_called",
    "tool_output",
    "reasoning_item_created",
    "mcp_approval_requested",
    "mcp_approval_response",
    "mcp_list_tools",
    "tool_search_called",
    "tool_search_output_created",
]


@dataclass(slots=True)
class RawResponsesStreamEvent:
    """A model's own event, in the vocabulary of the Responses API."""

    data: TResponseStreamEvent
    type: Literal["raw_response_event"] = "raw_response_event"


@dataclass(slots=True)
class RunItemStreamEvent:
    """An item is complete."""

    name: RunItemEventName
    item: RunItem
    type: Literal["run_item_stream_event"] = "run_item_stream_event"


_NAMES: dict[str, RunItemEventName] = {
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


def item_events(items: Sequence[RunItem]) -> Iterator[RunItemStreamEvent]:
    """The published events of items that have one."""
    return (RunItemStreamEvent(_NAMES[item.type], item) for item in items if item.type in _NAMES)


@dataclass(slots=True)
class AgentUpdatedStreamEvent:
    """From here on this agent acts."""

    new_agent: NamedAgent
    """An `Agent`."""
    type: Literal["agent_updated_stream_event"] = "agent_updated_stream_event"


StreamEvent: TypeAlias = RawResponsesStreamEvent | RunItemStreamEvent | AgentUpdatedStreamEvent


@dataclass(frozen=True, slots=True)
class CallStarted:
    """A tool begins to run."""

    key: CallKey
    call_id: str
    agent: str
    tool: str
    arguments: str
    """As they run."""
    at: float
    """Seconds since the epoch."""
    by: str = ""
    """Who allowed it ("you", a rule's words); empty when nobody had to."""


CallStatus: TypeAlias = Literal["done", "failed", "rejected", "denied", "stopped", "unknown"]


@dataclass(frozen=True, slots=True)
class CallFinished:
    """A call has its output; the model gets it when the whole batch is done."""

    key: CallKey
    call_id: str
    status: CallStatus
    seconds: float | None
    """How long the tool ran; None when it never did."""
    output: WireOutput


@dataclass(frozen=True, slots=True)
class CallProgress:
    """What a running tool reports of itself."""

    key: CallKey
    call_id: str
    progress: str | float
    """A text to append, or how much is done, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Retrying:
    """A model call failed and is made again."""

    attempt: int
    """The attempt that failed, from 1."""
    delay: float
    """Seconds until the next one."""
    error: str


Ending: TypeAlias = Literal["goes on", "final", "interrupted", "stopped", "failed", "blocked"]


@dataclass(frozen=True, slots=True)
class CheckpointSaved:
    """The journal holds everything up to here."""

    checkpoint: Checkpoint
    items: tuple[TResponseInputItem, ...] = ()
    """What became session rows with it, in order."""
    facts: tuple[Fact, ...] = ()
    """What was stored about them; an ItemFact's `item` counts in `items`."""
    ending: Ending | None = None
    """How the turn ended; None for user input that entered and for an accepted response."""
    edits: tuple[EditedCall, ...] = ()
    """The calls of earlier commits that were replaced with it, because a person changed them."""


@dataclass(frozen=True, slots=True)
class NestedEvent:
    """Something happened in an agent that runs as a tool."""

    path: tuple[str, ...]
    event: "RunEvent"


RunEvent: TypeAlias = StreamEvent | CallStarted | CallFinished | CallProgress | Retrying | CheckpointSaved | NestedEvent


def is_saved(event: RunEvent) -> bool:
    """True for what tells that the journal holds something more, of the run or of one inside it."""
    return isinstance(event, CheckpointSaved) or (isinstance(event, NestedEvent) and isinstance(event.event, CheckpointSaved))
