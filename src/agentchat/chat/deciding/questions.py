"""What a person can be asked about the calls of a run that stands half-way.

Whether a call may run; and of a run that broke off, what to make of a call that was approved and never started, and of one that was
started and never came back. Calls of agents that run as tools are among them, in the place of the call that runs the agent.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agentchat.chat.deciding.settling import is_approved, is_unknown
from agentchat.chat.status import Asks
from agentchat.chat.transcript.unfinished import HalfWay
from agentchat.runtime.ports.journal import Approved, RecalledCall
from agentchat.runtime.running.progress import CallSlot, Progress
from agentchat.runtime.running.run_state import RunState
from agentchat.runtime.values.items import ToolApprovalItem
from agentchat.runtime.values.keys import CallKey
from agentchat.runtime.values.named import NamedAgent


@dataclass(frozen=True, slots=True)
class Question:
    """One call, and what is asked about it."""

    item: ToolApprovalItem
    asks: Asks = "may it run"
    edited: str | None = None
    """The arguments that a person has put in the place of the model's, in an earlier decision about the call."""
    started: float | None = None
    """When it was started, where it was."""
    digest: str = ""
    """Of what was approved, where it was and has not run."""


def questions_of(state: RunState, half_way: HalfWay) -> tuple[Question, ...]:
    """All of them, in the model's order. `state` is the run's, recalled from its journal; `half_way` what the journal knows of it."""
    found = _in(state.resumed(), {call.call.key: call for call in _calls(half_way)})
    return tuple(one for one in found if one.asks != "may it run" or half_way.recalled.ending == "interrupted")


def _calls(half_way: HalfWay) -> Iterator[RecalledCall]:
    yield from half_way.recalled.calls
    for inner in half_way.inside:
        yield from _calls(inner)


def _in(progress: Progress, known: Mapping[CallKey, RecalledCall]) -> Iterator[Question]:
    turn = progress.open_turn
    for slot in () if turn is None else turn.slots:
        if slot.nested is not None and slot.open:
            yield from _in(slot.nested, known)
        elif turn is not None and slot.handoff is None and slot.open and slot.key in known:
            yield from _about(slot, known[slot.key], turn.agent)


def _about(slot: CallSlot, call: RecalledCall, agent: NamedAgent) -> Iterator[Question]:
    edited = call.decision.arguments if isinstance(call.decision, Approved) else None
    if slot.asked is not None:
        yield Question(slot.asked)
    elif is_approved(call):
        yield Question(slot.question(agent), "approved, not run", edited, call.started, _digest(call))
    elif is_unknown(call):
        yield Question(slot.question(agent), "outcome unknown", edited, call.started)


def _digest(call: RecalledCall) -> str:
    return call.decision.digest if isinstance(call.decision, Approved) else ""
