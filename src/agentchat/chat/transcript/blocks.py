"""What a transcript is made of: blocks, which are values.

A conversation on the screen is a list of blocks in order. Each is a frozen value with an `id`, its place in that list; a renderer
turns it into lines. Blocks are a pure function of what is stored (items and facts), so that a conversation that was lived and the
same one reopened look alike. This file needs nothing but the standard library: the first frame of the screen is drawn from it.

Texts in blocks are foreign and unfiltered. Whoever shows one passes it through `agentchat.chat.safe_text` first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from agentchat.chat.status import ASK_USER

Path: TypeAlias = tuple[str, ...]
"""The outer calls that a nested agent runs under, outermost first; empty for the conversation's own agents."""

NoticeLevel: TypeAlias = Literal["info", "warning", "error"]

NoticeKind: TypeAlias = Literal["notice", "retry", "guardrail", "cut off", "error", "stopped", "rule"]
"""What a notice is about."""

TextEnding: TypeAlias = Literal["open", "complete", "incomplete", "refused"]
"""How a text stands: still streaming, whole, cut off (a stop, an error), or refused by the model."""

CallState: TypeAlias = Literal[
    "building",   # its arguments are still arriving
    "proposed",   # complete, nobody has decided yet
    "waiting",    # a person is asked
    "running",
    "done",
    "failed",     # the tool failed; `output` is what the model was told
    "rejected",   # a person said no
    "denied",     # a rule said no
    "stopped",    # the user stopped it before or while it ran; `output` says which
    "unknown",    # it was started and nobody knows whether it took effect
]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that went with what the person wrote."""

    name: str
    about: str
    """How large it is, and how much of it was sent: "1.2 KB"."""


@dataclass(frozen=True, slots=True)
class UserBlock:
    """What the person wrote."""

    id: int
    text: str
    agent: str = ""
    """The agent it went to; empty when unknown (a conversation that another program wrote)."""
    at: float | None = None
    """Seconds since the epoch, or None when unknown. The same for every `at` below."""
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerBlock:
    """An agent's message, in Markdown."""

    id: int
    agent: str
    text: str
    ending: TextEnding = "complete"
    at: float | None = None
    path: Path = ()


@dataclass(frozen=True, slots=True)
class ReasoningBlock:
    """What a model showed of its thinking; folded unless it is streaming."""

    id: int
    agent: str
    text: str
    ending: TextEnding = "complete"
    at: float | None = None
    path: Path = ()


@dataclass(frozen=True, slots=True)
class CallBlock:
    """One tool call, from its first argument character to its output."""

    id: int
    agent: str
    tool: str
    arguments: str
    """The JSON text as the model wrote it (or as a person edited it); incomplete while `state` is "building"."""
    state: CallState
    output: str | None = None
    """What the model was given back; None until then."""
    verdict: str = ""
    """Who decided, as a short phrase ("approved by you", "allowed by a rule", ...); empty when nobody had to."""
    at: float | None = None
    """When the call was proposed."""
    seconds: float | None = None
    """How long the tool ran; None until it ended, or when it never ran."""
    path: Path = ()
    progress: str = ""
    """While it runs: what the tool last told of itself; empty again once the turn is stored. Nothing of it is kept."""

    since: float | None = None
    """While it runs: when the tool began. Like `progress` nothing that is kept."""

    @property
    def need(self) -> str:
        """What it waits for while `state` is "waiting"."""
        return "waits for your answer" if self.tool == ASK_USER else "needs approval"


@dataclass(frozen=True, slots=True)
class HandoffBlock:
    """One agent gave the conversation to another."""

    id: int
    source: str
    target: str
    at: float | None = None
    path: Path = ()
    cut_off: bool = False
    """Whether the program ended while the handoff's callback ran: nobody knows whether that took effect, and it is not called again."""

    @property
    def remark(self) -> str:
        """What there is to say beside who hands over to whom; empty for nothing."""
        return "outcome of its callback unknown" if self.cut_off else ""


@dataclass(frozen=True, slots=True)
class NoticeBlock:
    """A line that no agent wrote: a stop, an error, a retry, a guardrail, a rule that was kept."""

    id: int
    level: NoticeLevel
    text: str
    at: float | None = None
    kind: NoticeKind = "notice"
    path: Path = ()


Block: TypeAlias = UserBlock | AnswerBlock | ReasoningBlock | CallBlock | HandoffBlock | NoticeBlock


def path_of(block: Block) -> Path:
    """Where the block was made; a person's words stand outside of every call."""
    return () if isinstance(block, UserBlock) else block.path


def end_of_run(blocks: Sequence[Block], call: int, depth: int) -> int:
    """The place behind everything that stands under a call, whose agent runs so deep."""
    place = call + 1
    while place < len(blocks) and len(path_of(blocks[place])) >= depth:
        place += 1
    return place
