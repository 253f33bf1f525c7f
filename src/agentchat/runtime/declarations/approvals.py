"""What a person decided about calls in one run.

Records are kept per agent and tool: decisions about single calls, and sticky ones ("always"). A decision about a call is bound to a
fingerprint of it, so that a provider's id that comes twice does not carry one call's yes over to another.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass, field, replace
from typing import Any


@dataclass(slots=True)
class CallDecision:
    """One call's yes or no."""

    approved: bool
    fingerprint: str
    """Of the call as it may run: after an edit, of the edited one."""
    message: str | None = None
    """For a no: what the model is told instead of the standard sentence."""
    arguments: str | None = None
    """For a yes: the arguments as they were edited; None when they run as they are."""


@dataclass(slots=True)
class ToolDecisions:
    """The decisions about one tool of one agent."""

    calls: dict[str, CallDecision] = field(default_factory=dict[str, CallDecision])
    """By the provider's call id; the latest decision stands."""
    always: bool | None = None
    """A sticky yes or no for all further calls."""
    always_message: str | None = None


@dataclass(slots=True)
class Approvals:
    """All decisions of a run. Mutable: owned by the run's context."""

    tools: dict[tuple[str, str], ToolDecisions] = field(default_factory=dict[tuple[str, str], ToolDecisions])
    """By agent and tool."""

    def of(self, agent: str, tool: str) -> ToolDecisions:
        """The decisions about one tool of one agent, made when there were none."""
        return self.tools.setdefault((agent, tool), ToolDecisions())

    def find(self, agent: str, tool: str, *, call_id: str, fingerprint: str) -> CallDecision | None:
        """What holds for this very call: its own decision, else a sticky one; None when nobody decided."""
        known = self.tools.get((agent, tool))
        if known is None:
            return None
        own = known.calls.get(call_id)
        if own is not None and own.fingerprint == fingerprint:
            return own
        if known.always is None:
            return None
        return CallDecision(approved=known.always, fingerprint=fingerprint, message=known.always_message)

    def to_json(self) -> list[dict[str, Any]]:
        """The records as plain data."""
        return [{"agent": agent, "tool": tool, **asdict(record)} for (agent, tool), record in self.tools.items()]

    def standing(self, open_calls: Collection[str]) -> "Approvals":
        """What may still matter: sticky decisions, and those about these calls."""
        left = {
            names: replace(record, calls={call_id: record.calls[call_id] for call_id in record.calls if call_id in open_calls})
            for names, record in self.tools.items()
        }
        return Approvals({names: record for names, record in left.items() if record.calls or record.always is not None})

    @classmethod
    def from_json(cls, data: list[dict[str, Any]]) -> "Approvals":
        """The records that `to_json` wrote."""
        return cls({
            (entry["agent"], entry["tool"]): ToolDecisions(
                calls={call_id: CallDecision(**decision) for call_id, decision in entry["calls"].items()},
                always=entry["always"],
                always_message=entry["always_message"],
            )
            for entry in data
        })
