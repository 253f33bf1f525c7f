"""The run journal: what makes a run survive anything, and keeps a call from running twice.

The loop only ever talks to a journal. It says what it is about to do and what came of it; the journal writes each step down in one
transaction before it answers, and tells after a crash where the run stood. Calls are named by `CallKey`, never by a provider's id.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from agentchat.runtime.ports.session import Session
from agentchat.runtime.values.checkpoint import Checkpoint
from agentchat.runtime.values.events import Ending
from agentchat.runtime.values.facts import EditedCall, Fact, ItemFact
from agentchat.runtime.values.items import ModelResponse, TResponseInputItem
from agentchat.runtime.values.keys import CallKey, Scope
from agentchat.runtime.values.outcomes import Outcome, Start


@dataclass(frozen=True, slots=True)
class ProposedCall:
    """A call that a model made, before anything was decided about it."""

    key: CallKey
    call_id: str
    """The provider's id; it may be anything and is only kept."""
    agent: str
    tool: str
    arguments: str
    """The JSON text as the model wrote it."""
    kind: Literal["tool", "handoff", "agent"] = "tool"
    """An agent that runs as a tool is never of unknown outcome; its own calls may be."""


@dataclass(frozen=True, slots=True)
class Approved:
    """A person said yes."""

    arguments: str | None = None
    """The arguments as the person edited them; None when they run as the model wrote them."""
    by: str = "you"
    digest: str = ""
    """Of the call as the person was shown it (`shown_call`): one that is another by the time of its start does not run. Empty where
    nothing was shown."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A person said no."""

    reason: str = ""
    """What the model is told; empty for the standard sentence."""
    by: str = "you"


@dataclass(frozen=True, slots=True)
class RecalledCall:
    """What the journal knows of a call."""

    call: ProposedCall
    decision: Approved | Rejected | None
    """A person's decision; None while there is none."""
    status: Literal["proposed", "started", "skipped", "finished"]
    """Skipped: it was started and nobody knows what came of it, and a person has said to leave it at that."""
    outcome: Outcome | None = None
    """Present when finished."""
    late: Outcome | None = None
    """What came in after the call had been given up; shown, never sent."""
    by: str = ""
    """Who allowed it, as `start` was told."""
    started: float | None = None
    """When it was started, in seconds since the epoch."""
    ended: float | None = None


@dataclass(frozen=True, slots=True)
class RecalledItem:
    """An item of a run inside another one, which no session row holds."""

    item: TResponseInputItem
    fact: ItemFact | None
    """What was stored about it."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """A run as the journal holds it."""

    checkpoint: Checkpoint
    ending: Ending | None
    """How the last commit ended; None before the first."""
    open_response: ModelResponse | None
    """The response of the turn that is open (`checkpoint.step == "turn open"`); None when none is."""
    calls: tuple[RecalledCall, ...]
    """The calls of the open response, in order."""
    draft: str | None = None
    """The answer that was streaming when the run broke off."""
    earlier_calls: tuple[ProposedCall, ...] = ()
    """The calls of the run's responses before the open one, in order: what tells a call that a model repeats."""
    items: tuple[RecalledItem, ...] = ()
    """Of a nested scope: all that the run was given and brought, in order. Empty for the run itself, whose items are session rows."""


class RunJournal(Session, Protocol):
    """A session that also keeps a run's every step. Each method is one transaction and returns when it is on the disk.

    An object is opened for one session and one owner; a superseded one can be read, and raises JournalSuperseded from every method that
    writes.
    """

    async def begin(self, scope: Scope, input: Sequence[TResponseInputItem], checkpoint: Checkpoint) -> None:  # noqa: A002 - the design's name
        """User text enters the run, before guardrails and the model: its session rows, and the active agent."""
        ...

    async def recall(self, scope: Scope) -> Recalled | None:
        """What is known of the run; None for one that never began. Writes nothing."""
        ...

    async def draft(self, scope: Scope, text: str) -> None:
        """The partial answer so far; `accept` drops it."""
        ...

    async def accept(
        self, scope: Scope, response: ModelResponse, calls: Sequence[ProposedCall], checkpoint: Checkpoint
    ) -> None:
        """The response is complete, and nothing has acted on it: the whole response, and one proposed row per call."""
        ...

    async def start(self, key: CallKey, by: str, decision: Approved | None = None) -> Start:
        """Directly before the effect: `Go` exactly once per call, ever; else what is known of the first time.

        `decision` is a person's yes that the run's state carries. With `Go` it is kept, where the journal has none of the call.
        """
        ...

    async def finish(self, key: CallKey, outcome: Outcome) -> None:
        """As soon as the call returns, also late or after a cancel. A second outcome is kept beside the first, unless it `completes` it."""
        ...

    async def commit(
        self,
        scope: Scope,
        items: Sequence[TResponseInputItem],
        checkpoint: Checkpoint,
        facts: Sequence[Fact],
        ending: Ending,
        edits: Sequence[EditedCall] = (),
    ) -> None:
        """The turn ends: its session rows (of the empty path only), the checkpoint and the facts.

        `edits` are calls that earlier commits of the turn wrote, and that stand as they ran from here on. The latest item with the
        call's id is replaced if it is still as it was made; the row keeps its place.
        """
        ...
