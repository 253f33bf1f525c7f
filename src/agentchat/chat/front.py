"""The two sides of a chat as a front end meets them: what it may ask for, and what it is told.

A front end (the screen, a program that prints) imports this and not the chat itself, which brings the whole runtime with it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

from agentchat.chat.status import Decision, KeptRule, Mode, Pending, Status
from agentchat.chat.transcript.blocks import Block
from agentchat.chat.transcript.changes import Change

if TYPE_CHECKING:
    from agentchat.chat.inspecting.pages import Entry, Page  # 2 ms, which the first frame need not wait for


@dataclass(frozen=True, slots=True)
class Opened:
    """The chat stands: everything that was said so far."""

    blocks: tuple[Block, ...]
    status: Status
    pending: Pending


@dataclass(frozen=True, slots=True)
class Unsent:
    """A text could not be sent, or its run failed before anything came of it: here it is again, to be sent once more."""

    text: str


Update: TypeAlias = Opened | Change | Status | Pending | Unsent
Publish: TypeAlias = Callable[[Update], None]
"""Called on the chat's own loop, in order, and must return at once."""


class InsidePort(Protocol):
    """What can be looked at beside the conversation: a list of things by key, and the pages of one."""

    async def turns(self) -> "tuple[Entry, ...]":
        """Every call of a model that is known, the oldest first."""
        ...

    async def turn(self, key: str) -> "tuple[Page, ...]":
        """What was asked and answered in one."""
        ...

    async def team(self) -> "tuple[Entry, ...]":
        """The team, and each of its agents."""
        ...

    async def agent(self, key: str) -> "tuple[Page, ...]":
        """What an agent has, or who is in the team."""
        ...


class ChatPort(Protocol):
    """What a front end asks of a chat. All methods run on the chat's own event loop."""

    @property
    def inside(self) -> InsidePort:
        """What its models were asked and said, and who is in its team."""
        ...

    async def open(self, publish: Publish) -> None:
        """Reads what was said, publishes `Opened`, and from then on every update. Calls no model and no tool."""
        ...

    async def send(self, text: str) -> None:
        """Says something; while a run goes on or calls wait, the text is queued."""
        ...

    async def decide(self, key: str, decision: Decision, *, go_on: bool = True) -> None:
        """Decides one waiting call, once. When none waits any longer the run goes on; without `go_on`, at the word of `proceed`."""
        ...

    async def withdraw_rule(self, kept: KeptRule) -> None:
        """Ends a rule that is kept for the session (`Status.rules`), at once; does nothing for one that does not hold."""
        ...

    async def stop(self) -> None:
        """Stops the run; what was said so far is kept and marked."""
        ...

    async def proceed(self) -> None:
        """Goes on with a run that was interrupted, whatever is asked about it (`Pending.unsettled`); does nothing in any other phase."""
        ...

    async def choose_agent(self, name: str) -> None:
        """Who gets the next message (one of `Status.agents`); raises why that cannot be."""
        ...

    async def change_mode(self, mode: Mode) -> None:
        """What decides about calls that no rule speaks of, until it is changed again or the program ends."""
        ...

    async def take_over(self) -> None:
        """Asks for a conversation that another process has; where it was asked before and keeps it (`Status.is_asked`), takes it.

        Raises why the file cannot be written. Does nothing for a conversation that can be written here.
        """
        ...

    async def refresh(self) -> None:
        """Looks what other processes do with the conversation; cheap, to be called twice a second.

        One that is read-only here is shown as it is by now, and had here once the other process has let it go. One that is ours is let go
        to a process that asks for it, when no run goes on, and shows what a person has decided from outside.
        """
        ...

    async def close(self, prompt: str = "") -> None:
        """Stops, saves and lets everything go. A second call does nothing.

        `prompt` is what stands there unsent; it comes back, as `Unsent`, when the conversation is opened again.
        """
        ...

    async def settled(self) -> None:
        """Returns when nothing moves by itself any more: idle, waiting for a person, or interrupted."""
        ...
