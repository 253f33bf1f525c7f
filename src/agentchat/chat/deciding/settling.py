"""What a person says of a call, as the journal takes it, and what becomes of the call by that.

A word about a call counts once and only where it fits: a yes or a no where nobody has decided, the rest where a run broke off. So a call
that was started before a crash can be started once more only by a fresh yes to exactly this call, which `start` uses up like any other.
"""

from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from agentchat.runtime.ports.journal import Approved, RecalledCall, Rejected
from agentchat.runtime.values.outcomes import Returned


@dataclass(frozen=True, slots=True)
class ApprovedAnew:
    """Run it once, whatever was said before: it was approved and not started, or started and nobody knows what came of it."""

    approved: Approved


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The approval is taken back: nobody has decided, or (of a call that was to run again) its outcome is unknown as before."""


@dataclass(frozen=True, slots=True)
class Happened:
    """A call of unknown outcome took effect."""

    output: str
    """What the model is told."""


@dataclass(frozen=True, slots=True)
class LeftUnknown:
    """A call of unknown outcome stays one, and is not asked about again."""


Said: TypeAlias = Approved | Rejected | ApprovedAnew | Withdrawn | Happened | LeftUnknown


def settled(call: RecalledCall, said: Said) -> RecalledCall | None:
    """The call when that was said of it; None where it does not fit, and nothing changes.

    One that is to run again is `proposed` with the time when it was first started.
    """
    match said:
        case Approved() | Rejected():
            return replace(call, decision=said) if call.status == "proposed" and call.decision is None else None
        case ApprovedAnew(approved):
            return replace(call, status="proposed", decision=approved) if is_unknown(call) or is_approved(call) else None
        case Withdrawn():
            return _withdrawn(call) if is_approved(call) else None
        case Happened(output):
            return replace(call, status="finished", outcome=Returned(output)) if is_unknown(call) else None
        case LeftUnknown():
            return replace(call, status="skipped") if is_unknown(call) else None
        case _:
            assert_never(said)


def is_unknown(call: RecalledCall) -> bool:
    """Whether it was started and never came back. Of an agent that runs as a tool only its own calls can be."""
    return call.status == "started" and call.call.kind == "tool"


def is_approved(call: RecalledCall) -> bool:
    """Whether a person said yes to it, and it was not started since."""
    return call.status == "proposed" and isinstance(call.decision, Approved)


def _withdrawn(call: RecalledCall) -> RecalledCall:
    """What was said before the yes to its running again holds again, as far as that can be told."""
    if call.started is None:
        return replace(call, decision=None)
    was_same = isinstance(call.decision, Approved) and call.decision.by == call.by
    return replace(call, status="started", decision=call.decision if was_same else None)
