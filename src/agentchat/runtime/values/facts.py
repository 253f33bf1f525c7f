"""What the loop knows of a turn beside its items: facts, stored with them.

A conversation's items say what was said; they do not say by whom, when, how long it took, who allowed it and how it ended. Facts do,
so that a conversation reopened shows what it showed when it was lived. Standard library only: the screen's first frame reads them.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

ItemKind: TypeAlias = Literal["input", "message", "reasoning", "call", "output", "handoff_call", "handoff_output", "other"]

ItemEnding: TypeAlias = Literal[
    "complete",
    "incomplete",  # a text that was cut off
    "waiting",     # a call that a person is asked about
    "failed",      # an output that tells of a failure
    "rejected",    # an output that tells of a person's no
    "denied",      # an output that tells of a rule's no
    "stopped",     # an output that tells of a stop
    "unknown",     # an output that says that nobody knows
]


@dataclass(frozen=True, slots=True)
class ItemFact:
    """About one item of the same commit."""

    item: int
    """Its place among the items that the commit writes, from 0."""
    kind: ItemKind
    agent: str
    """The agent that said or did it; for "input", the one that it went to."""
    ending: ItemEnding = "complete"
    started: float | None = None
    """Seconds since the epoch: a text's first delta, a call's proposal, for an output the start of the tool (None when it never ran)."""
    ended: float | None = None
    verdict: str = ""
    """On an output: how it was decided ("approved", "rejected", "allowed", "denied"); empty when nobody had to."""
    by: str = ""
    """On an output: who decided ("you", or the rule's own words)."""
    edited: bool = False
    """True when a person changed the arguments before the call ran."""
    given: str = ""
    """On the output of such a call: the arguments as the model wrote them, which the call's own row may not show any more."""
    custom_data: dict[str, Any] | None = None
    """On an output: what the tool's author keeps beside it."""
    target: str = ""
    """On a handoff's output: the agent that took over."""
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TurnFact:
    """About a turn, standing after the items of its commit."""

    kind: Literal["retry", "guardrail", "cut off", "error", "stopped", "notice", "rule"]
    text: str
    """One sentence, with what to do next where there is something."""
    at: float
    agent: str = ""
    path: tuple[str, ...] = ()
    rule: str = ""
    """Of a "rule": what is kept, as JSON that the chat writes and reads; the text says it to a person."""


Fact: TypeAlias = ItemFact | TurnFact


@dataclass(frozen=True, slots=True)
class EditedCall:
    """A call that ran otherwise than the model had made it, because a person changed it. It stands as it ran from then on."""

    made: dict[str, Any]
    """The call's item as the model made it."""
    ran: dict[str, Any]
    """What takes its place."""
    path: tuple[str, ...] = ()

    def is_about(self, item: dict[str, Any]) -> bool:
        """True for the item of a call with this one's id; the latest such item is the call's own."""
        return (item.get("type"), item.get("call_id")) == (self.made["type"], self.made["call_id"])

    def put(self, items: list[dict[str, Any]]) -> bool:
        """Puts the call as it ran in its place, where it stands there as it was made; tells whether it did."""
        place = next((place for place in reversed(range(len(items))) if self.is_about(items[place])), None)
        if place is None or items[place] != self.made:
            return False
        items[place] = self.ran
        return True


def fact_to_json(fact: Fact) -> dict[str, Any]:
    """The fact as plain data; `fact_from_json` reads it back."""
    return {"about": "item" if isinstance(fact, ItemFact) else "turn", **asdict(fact), "path": list(fact.path)}


def fact_from_json(data: dict[str, Any]) -> Fact:
    """The fact that `fact_to_json` wrote."""
    fields = {key: value for key, value in data.items() if key != "about"}
    fields["path"] = tuple(fields["path"])
    return ItemFact(**fields) if data["about"] == "item" else TurnFact(**fields)
