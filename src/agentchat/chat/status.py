"""What a front end shows beside the transcript: two snapshots, replaced whole.

`Status` is the header and the footer; `Pending` is what the approval dialog walks through. Both are values of plain strings and
numbers, so that they can cross from the chat's thread to the screen's.
"""

from dataclasses import dataclass
from math import ceil
from typing import Literal, TypeAlias

Phase: TypeAlias = Literal["opening", "idle", "running", "waiting", "stopping", "interrupted"]
"""Waiting: calls wait for a person. Interrupted: a run stands half-way and goes on when the person says so."""

Mode: TypeAlias = Literal["ask", "read-only", "auto"]

BUILT_IN = "built in"
"""The origin of the program's own tools; another tool of such a name is any other tool."""

ASK_USER = "ask_user"
"""The built-in tool whose calls are questions to the person."""

Asks: TypeAlias = Literal["may it run", "approved, not run", "outcome unknown"]
"""What a person is asked about a call. The last two are about calls of a run that broke off: one that a person approved and that was never
started, and one that was started and never came back."""

Effects: TypeAlias = Literal["none", "reads", "changes"]

Ended: TypeAlias = Literal["", "done", "asks", "stopped", "out of turns", "failed"]
"""How the last run came to rest; "" before the first one of this process has. "failed" is also one that a guardrail ended."""


@dataclass(frozen=True, slots=True)
class SessionRule:
    """What "for this session" would let run without a question from here on. Never calls that only begin like the one that was shown."""

    tool: str
    """Its name, as the model calls it."""
    definition: str
    """Hash of the tool's definition: a tool that is described otherwise is asked about again."""
    arguments: str | None = None
    """Canonical JSON of the arguments that it holds for; None for all calls of the tool."""
    only: tuple[str, ...] = ()
    """The names of the arguments that count, where the others may be any; empty when all count."""
    effects: Effects = "changes"
    """Of the tool."""
    origin: str = ""
    """Where the tool comes from."""
    folder: str = ""
    """The working folder that it was kept in, where that says what its arguments mean: in another one it does not hold."""


@dataclass(frozen=True, slots=True)
class KeptRule:
    """A rule that holds."""

    rule: SessionRule
    at: float
    """When it was kept, in seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Retry:
    """A model call that failed and waits to be made again."""

    attempt: int
    """The one that failed, from 1."""
    error: str
    """Why, in a sentence; a foreign text."""
    delay: float
    """Seconds between the two."""
    due: float
    """When the next one comes, on the injected clock's `monotonic`."""

    def told(self, left: float) -> str:
        """In one line, with the seconds that are left; what matters stands first, because the line may be cut."""
        when = f"in {ceil(left)} s" if left > 0 else "at once"
        return f"next attempt {when} (attempt {self.attempt} failed: {self.error.rstrip('.')})"


@dataclass(frozen=True, slots=True)
class Status:
    """One line about the chat as it stands."""

    session_id: str
    phase: Phase = "opening"
    title: str = ""
    """The first words of the conversation; empty before anything was said."""
    trail: tuple[str, ...] = ()
    """The agents that this conversation went through, the active one last."""
    model: str = ""
    provider: str = ""
    """Where the model answers ("openai", "localhost:11434", "offline demo model")."""
    offline: bool = False
    """True for the built-in demo model, which must be named as such wherever the model is shown."""
    mode: Mode = "ask"
    since: float | None = None
    """When the run began, on the injected clock's `monotonic`; None when nothing runs."""
    input_tokens: int = 0
    """Sums over all model calls since the chat was opened, and over the unfinished run that it was opened with."""
    output_tokens: int = 0
    cost: float | None = None
    """Of these tokens, in the currency of the team's prices; None where not every model has a price."""
    retry: Retry | None = None
    """While a failed model call waits to be made again."""
    queued: tuple[str, ...] = ()
    """Texts that were sent while a run was going on, oldest first."""
    read_only: str = ""
    """Why nothing can be said or decided here (the conversation is open in another process), in a sentence with what to do."""
    may_take_over: bool = False
    """Whether `take_over` may help with that."""
    is_asked: bool = False
    """Whether the process that has the conversation was asked for it and keeps it yet: another `take_over` is by force."""
    owner: str = ""
    """The living process that has the conversation, when it is another one ("pid 7")."""
    wanted_by: str = ""
    """The living process that asks for the conversation that is ours."""
    unsaved: str = ""
    """Why what is said is lost at the end, in a sentence."""
    ended: Ended = ""
    may_hand_over: bool = False
    """Whether the active agent can give the conversation to another one, so that what it says may not be the answer."""
    next_step: str = ""
    """Of an interrupted run: what going on would do first, in a few words."""
    agents: tuple[str, ...] = ()
    """The names of those that can get a message. Foreign texts."""
    rules: tuple[KeptRule, ...] = ()
    """What the person keeps for the session and has not withdrawn, the oldest first."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a tool shows of a call before it runs, better than its bare arguments."""

    kind: Literal["diff", "text"]
    text: str


@dataclass(frozen=True, slots=True)
class Query:
    """What a model asks the person; its texts are foreign."""

    question: str
    choices: tuple[str, ...] = ()
    takes_text: bool = True
    """Whether an answer may be written; where there are no choices it always may."""


@dataclass(frozen=True, slots=True)
class PendingCall:
    """A call that waits for a person's decision."""

    key: str
    """Names this call in `Approve` and `Reject`; unique in its conversation, and used once."""
    agent: str
    tool: str
    description: str
    """The tool's own, as the model is told."""
    origin: str
    """Where the tool comes from ("built in", "shop.tools:refund")."""
    effects: Effects
    arguments: str
    """JSON, canonical: sorted keys, no blanks that carry nothing. What runs is exactly this."""
    digest: str
    """Hash of the exact call, and of what is asked about it; a decision is bound to it."""
    preview: Preview | None = None
    reason: str = ""
    """Why a person is asked ("it changes things", "agents.toml asks for write_file")."""
    asked: int = 1
    """How often it was asked about: once more each time a decision could not be stored, or was withdrawn."""
    rule: SessionRule | None = None
    """What "for this session" would keep; None where a call of the tool is always asked about."""
    schema: str = ""
    """The tool's JSON schema of its arguments; empty where these cannot be edited."""
    original: str = ""
    """The arguments as the model wrote them, in the same spelling, where the person has put others in their place; else empty."""
    folder: str = ""
    """The working folder of a tool that works in one, where it is known."""
    asks: Asks = "may it run"
    query: Query | None = None
    """Of a call that is a question to the person: what it asks. Only `Answer` and `Reject` decide about it."""
    started: float | None = None
    """Of one of unknown outcome, or one that is to run again: when it was started, in seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Pending:
    """The calls that a person can decide about, in the model's order; empty when there are none."""

    calls: tuple[PendingCall, ...] = ()
    """Those that wait: nothing goes on before each is decided about."""
    unsettled: tuple[PendingCall, ...] = ()
    """Those that were approved and not run, or are of unknown outcome. A person who looks is asked about them; a run that is told to go on
    (`ChatPort.proceed`) runs the former and leaves the latter as they are."""

    @property
    def questions(self) -> tuple[PendingCall, ...]:
        """All of them, the unsettled first."""
        return (*self.unsettled, *self.calls)

    @property
    def to_answer(self) -> tuple[PendingCall, ...]:
        """Those that wait and are questions to the person."""
        return tuple(call for call in self.calls if call.query is not None)

    @property
    def to_decide(self) -> "Pending":
        """The others: whether they may run is asked."""
        return Pending(tuple(call for call in self.calls if call.query is None), self.unsettled)


@dataclass(frozen=True, slots=True)
class Approve:
    """Run this call, as it was shown. Of one that was approved earlier: run it now."""

    digest: str
    """Of the call that the person saw. A decision about anything else is refused."""
    by: Literal["person", "new rule", "kept rule"] = "person"
    """What says yes: this decision alone; the call's `rule`, which is kept from here on; or that rule, which was kept before."""


@dataclass(frozen=True, slots=True)
class Reject:
    """Do not run this call, and tell the model so."""

    digest: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """Of a call that is a question to the person: what they say."""

    digest: str
    text: str


@dataclass(frozen=True, slots=True)
class Edit:
    """Put these arguments in the place of the model's. Nothing is decided: the call as it would run now is asked about."""

    digest: str
    arguments: str
    """JSON."""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """An approval that nothing has come of is none any more: the call is asked about as before it."""

    digest: str


@dataclass(frozen=True, slots=True)
class ItHappened:
    """Of a call of unknown outcome: it took effect. The model is told that the user says so."""

    digest: str
    output: str = ""
    """What came of it, where the person can say."""


@dataclass(frozen=True, slots=True)
class RunAgain:
    """Of a call of unknown outcome: run it, once, although it may have taken effect before."""

    digest: str


@dataclass(frozen=True, slots=True)
class Skip:
    """Of a call of unknown outcome: leave it at that. The model is told that nobody knows, and that it was not run again."""

    digest: str


Decision: TypeAlias = Approve | Reject | Edit | Answer | Withdraw | ItHappened | RunAgain | Skip
"""What a person answers about a call: the first four where it waits, `Approve` and `Withdraw` where it was approved and not run, the
last three where its outcome is unknown."""
