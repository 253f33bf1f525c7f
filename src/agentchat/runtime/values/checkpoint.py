"""Where a run stands, small enough to be written with every step.

A checkpoint does not grow with the history: it names session rows and responses by number, it does not hold them. Recovery is the
last checkpoint with the journal's rows laid over it.
"""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One run's place, as plain data."""

    step: Literal["model next", "turn open", "ended"]
    """What comes next: a model call; the rest of the turn whose response is accepted; nothing."""
    turn: int
    """Model calls begun, from 1; 0 before the first."""
    response: int
    """The number of the last accepted response; 0 before the first."""
    agent: str
    """The name of the active agent."""
    at: float
    """When this was written, in seconds since the epoch."""
    agent_key: str = ""
    """Tells it from others of its name; empty for the agent that the run began with."""
    max_turns: int | None = 10
    open_rows: bool = False
    """While a turn is open: whether the items of its response are session rows already (an interrupted turn was committed)."""
    open_outputs: tuple[int, ...] = ()
    """While a turn is open: the calls of its response, by index, whose outputs are session rows already."""
    usage: dict[str, Any] = field(default_factory=dict[str, Any])
    """Sums so far (`usage_sums_to_json`)."""
    tools_used: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """Per agent, the tools of its last turns, for `reset_tool_choice`."""
    approvals: dict[str, Any] = field(default_factory=dict[str, Any])
    """Decisions that the run's state carries: sticky ones, and those about the calls of the open turn."""
    staged_input: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    """Input that enters at the next model call."""
    open_guardrails: str = ""
    """The agent whose input guardrails have no verdict: they run again before anything starts. Empty when none is open."""
    rows_since_input: int = 0
    """While guardrails are open: how many rows the run has written since the input that they look at."""
    guardrails: dict[str, Any] = field(default_factory=dict[str, Any])
    """What the run's input and output guardrails have said. Not what tools' guardrails said, which would grow with the run's calls."""
    view: str = ""
    """Names the view, a record in a scope of its own, that says what the model sees in place of the first rows; empty for just the rows."""
    seen: dict[str, Any] | None = None
    """In a view's own record: "rows", how many rows it stands for, and "items", each a row's number (from 0) or an item."""
    final: dict[str, Any] | None = None
    """Of a run that ended with a final output: that output, so that a caller who never got it can (`steps.final_to_json`)."""
    context: Any = None
    """The user's context object as JSON, where it has such a form."""


def checkpoint_to_json(checkpoint: Checkpoint) -> dict[str, Any]:
    """The checkpoint as plain data; `checkpoint_from_json` reads it back."""
    return {**asdict(checkpoint), "open_outputs": list(checkpoint.open_outputs)}


def checkpoint_from_json(data: dict[str, Any]) -> Checkpoint:
    """The checkpoint that `checkpoint_to_json` wrote."""
    fields: dict[str, Any] = {**data, "open_outputs": tuple(data["open_outputs"])}
    return Checkpoint(**fields)
