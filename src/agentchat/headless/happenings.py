"""What a program that prints is told of a chat: a closed union of values, one for each line that it may write.

A chat tells how its transcript changes; a line that was printed cannot be changed any more. `Teller` makes one of the other.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from agentchat.chat.status import PendingCall
from agentchat.chat.transcript.blocks import Path

CallEnding: TypeAlias = Literal["done", "failed", "rejected", "denied", "stopped", "unknown"]

ResultStatus: TypeAlias = Literal[
    "done", "failed", "waiting", "out of turns", "out of tokens", "out of budget", "out of time", "interrupted", "terminated"
]


@dataclass(frozen=True, slots=True)
class Started:
    """The chat stands."""

    session: str
    agent: str
    model: str
    provider: str
    offline: bool


@dataclass(frozen=True, slots=True)
class TextCame:
    """A piece of what one of the conversation's own agents says; all pieces with one `message`, joined, are one message."""

    message: int
    agent: str
    text: str
    may_hand_over: bool = False
    """Whether the conversation may still be another agent's by the end of this message."""
    anew: bool = False
    """Whether the message begins again with this piece: what came of it before does not hold."""


@dataclass(frozen=True, slots=True)
class ThoughtCame:
    """A piece of what a model shows of its thinking; all pieces with one `message`, joined, are one thought."""

    message: int
    agent: str
    text: str
    anew: bool = False
    """As in `TextCame`."""


@dataclass(frozen=True, slots=True)
class CallBegan:
    """A tool runs."""

    call: int
    """Counts the calls that were told of, from 1."""
    agent: str
    tool: str
    arguments: str
    path: Path = ()


@dataclass(frozen=True, slots=True)
class CallEnded:
    """A call is over; without a `CallBegan` before it, it did not run."""

    call: int
    agent: str
    tool: str
    arguments: str
    status: CallEnding
    verdict: str
    output: str
    seconds: float | None
    path: Path = ()


@dataclass(frozen=True, slots=True)
class HandedOver:
    """One agent gave the conversation to another."""

    source: str
    target: str
    path: Path = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A call waits for a person."""

    call: PendingCall


@dataclass(frozen=True, slots=True)
class Noticed:
    """A line that no agent wrote."""

    text: str
    is_error: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """The last thing that is told."""

    status: ResultStatus
    exit_status: int
    session: str
    text: str | None
    """The answer; None when there is none."""
    waiting: tuple[PendingCall, ...]
    input_tokens: int
    output_tokens: int
    cost: float | None = None
    """Of these, in the currency of the team's prices; None where it is not known."""


Happening: TypeAlias = Started | TextCame | ThoughtCame | CallBegan | CallEnded | HandedOver | Asked | Noticed | Result
