"""Where a run stands: everything that must survive when it stops and goes on.

`Progress` is what the loop works on and what a `RunState` is a copy of. It is mutable; only the loop of the run that owns it changes
it. The turn that is open (its response accepted, its calls not all done) is a part of it, so that starting a turn's calls and
resuming them are the same thing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from openai.types.responses import ResponseFunctionToolCall

from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.handoff import Handoff
from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.runtime.declarations.tool import FunctionTool
from agentchat.runtime.ports.journal import Approved, ProposedCall, Recalled, RecalledCall, Rejected
from agentchat.runtime.values.exceptions import UserError
from agentchat.runtime.values.facts import ItemEnding
from agentchat.runtime.values.items import ModelResponse, RunItem, ToolApprovalItem, TResponseInputItem
from agentchat.runtime.values.keys import CallKey
from agentchat.runtime.values.outcomes import Failed, Outcome, Returned

STORED: Final = object()
"""The value of a call of which only the stored form is known."""


@dataclass(slots=True)
class CallSlot:
    """One function call of the open turn, and what became of it so far."""

    key: CallKey
    raw: ResponseFunctionToolCall
    """The call as the model made it."""
    tool: FunctionTool | None = None
    """None for a handoff, and for a tool that does not exist."""
    handoff: Handoff | None = None
    decision: Approved | Rejected | None = None
    """What a person decided, as the journal tells."""
    edited: str | None = None
    """The arguments that a person put in place of the model's."""
    asked: ToolApprovalItem | None = None
    """The question to a person, once it was put."""
    begun: bool = False
    """True from the moment that the journal let it start: from here on it may have taken effect."""
    outcome: Outcome | None = None
    value: Any = STORED
    """What the function returned, before it was made into the model's form."""
    ending: ItemEnding = "complete"
    verdict: str = ""
    by: str = ""
    started: float | None = None
    ended: float | None = None
    output_written: bool = False
    """True once its output is a session row."""

    @property
    def arguments(self) -> str:
        """The arguments as they run."""
        return self.raw.arguments if self.edited is None else self.edited

    @property
    def open(self) -> bool:
        """True while it has no outcome."""
        return self.outcome is None

    @property
    def output(self) -> Any:
        """What the function returned; where that is not known any more, what was stored of it."""
        if self.value is not STORED:
            return self.value
        return self.outcome.output if isinstance(self.outcome, Returned) else None


@dataclass(slots=True)
class OpenTurn:
    """A turn whose response is accepted."""

    number: int
    """The response's number in its scope."""
    agent: Agent[Any]
    response: ModelResponse
    items: list[RunItem]
    """What the model produced, in its order."""
    slots: list[CallSlot]
    at: float
    """When the response was complete, in seconds since the epoch."""
    since: float | None = None
    """When its first delta came."""
    rows_written: bool = False
    """True once the items are session rows (the turn was interrupted before)."""

    @property
    def waiting(self) -> list[CallSlot]:
        """The calls that wait for a person."""
        return [slot for slot in self.slots if slot.open and slot.asked is not None]

    def proposed(self) -> list[ProposedCall]:
        """The calls as the journal keeps them: tools, and handoffs whose callback may have effects."""
        return [
            ProposedCall(
                key=slot.key,
                call_id=slot.raw.call_id,
                agent=self.agent.name,
                tool=slot.raw.name,
                arguments=slot.raw.arguments,
                kind="tool" if slot.handoff is None else "handoff",
            )
            for slot in self.slots
            if slot.handoff is None or slot.handoff.has_callback
        ]

    def mark_written(self) -> None:
        """The items, and the outputs that there are, are session rows now."""
        self.rows_written = True
        for slot in self.slots:
            slot.output_written = slot.output_written or not slot.open

    def lay_over(self, recalled: Recalled) -> None:
        """Takes in what the journal knows of the calls."""
        known = {call.call.key: call for call in recalled.calls}
        for slot in self.slots:
            if (call := known.get(slot.key)) is not None:
                _lay_over_call(slot, call)


def _lay_over_call(slot: CallSlot, call: RecalledCall) -> None:
    slot.decision = call.decision
    slot.started, slot.ended = call.started, call.ended
    if call.status != "proposed":
        slot.begun, slot.by = True, call.by
        slot.verdict = _verdict_of(call)
        if isinstance(call.decision, Approved):
            slot.edited = call.decision.arguments
    if call.outcome is not None and slot.outcome is None:
        slot.outcome = call.outcome
        if isinstance(call.outcome, Failed) or call.outcome.failed:
            slot.ending = "failed"


def _verdict_of(call: RecalledCall) -> str:
    if isinstance(call.decision, Approved):
        return "approved"
    return "allowed" if call.by else ""


@dataclass(slots=True)
class Progress:
    """One run's place."""

    run_id: str
    agent: Agent[Any]
    """The active agent."""
    original_input: str | list[TResponseInputItem]
    """What the caller passed; with a session, history and input in one list."""
    context: RunContextWrapper[Any]
    max_turns: int | None
    input_items: list[TResponseInputItem] = field(default_factory=list[TResponseInputItem])
    """What the next model call sees, before calls without an output are left out. Only grows."""
    new_items: list[RunItem] = field(default_factory=list[RunItem])
    """What the run produced, turn by turn; a turn enters when it is committed."""
    responses: list[ModelResponse] = field(default_factory=list[ModelResponse])
    turn: int = 0
    response: int = 0
    tools_used: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    staged: list[TResponseInputItem] = field(default_factory=list[TResponseInputItem])
    open_turn: OpenTurn | None = None
    entered: bool = False
    """True once the caller's input is in the journal."""
    ended: bool = False
    seen_calls: dict[str, str] = field(default_factory=dict[str, str])
    """Fingerprints of the run's calls, by the provider's id."""
    answered: set[str] = field(default_factory=set[str])
    """The provider's ids of calls in `input_items` that have an output there."""
    unanswered: set[str] = field(default_factory=set[str])
    """The provider's ids of calls in `input_items` that have none (yet)."""
    unpaired: bool = False
    """True when `input_items` hold what will never be a pair: the outputs of a turn that a limited history cuts, an abandoned call."""

    def take_up(self, recalled: Recalled) -> None:
        """Takes in what the journal knows of the run; a UserError when the run has gone on since this was its place."""
        step = "turn open" if self.open_turn is not None else "ended" if self.ended else "model next"
        if (recalled.checkpoint.step, recalled.checkpoint.response) != (step, self.response):
            raise UserError("This run has gone on since its state was taken; load the state again with RunState.recall.")
        if self.open_turn is not None:
            self.open_turn.lay_over(recalled)

    def extend_input(self, wires: Sequence[TResponseInputItem]) -> None:
        """The model sees these from now on. Keeps count of open calls, so that the history is never searched for them."""
        for wire in wires:
            kind = wire.get("type")
            if kind == "function_call":
                self.unpaired = self.unpaired or wire["call_id"] in self.unanswered
                self.unanswered.add(wire["call_id"])
            elif kind == "function_call_output":
                self.unpaired = self.unpaired or wire["call_id"] not in self.unanswered
                self.unanswered.discard(wire["call_id"])
                self.answered.add(wire["call_id"])
        self.input_items.extend(wires)

    def model_input(self) -> list[TResponseInputItem]:
        """`input_items` without calls that have no output, and outputs without a call: providers refuse both; they stay stored."""
        return _paired(self.input_items) if self.unanswered or self.unpaired else list(self.input_items)


def _paired(items: Sequence[TResponseInputItem]) -> list[TResponseInputItem]:
    """The items whose call and output are both there; of calls with one id, each output is that of the latest."""
    calls: dict[str, int] = {}
    alone: set[int] = set()
    for place, item in enumerate(items):
        kind = item.get("type")
        if kind == "function_call":
            calls[item["call_id"]] = place
            alone.add(place)
        elif kind == "function_call_output":
            call = calls.pop(item["call_id"], None)
            if call is None:
                alone.add(place)
            else:
                alone.discard(call)
    return [item for place, item in enumerate(items) if place not in alone]
