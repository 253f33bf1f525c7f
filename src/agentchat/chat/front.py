"""The two sides of a chat as a front end meets them: what it may ask for, and what it is told.

A front end (the screen, a program that prints) imports this and not the chat itself, which brings the whole runtime with it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from agentchat.chat.blocks import Block
from agentchat.chat.changes import Change
from agentchat.chat.status import Decision, Pending, Status


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


class ChatPort(Protocol):
    """What a front end asks of a chat. All methods run on the chat's own event loop."""

    async def open(self, publish: Publish) -> None:
        """Reads what was said, publishes `Opened`, and from then on every update. Calls no model and no tool."""
        ...

    async def send(self, text: str) -> None:
        """Says something; while a run goes on or calls wait, the text is queued."""
        ...

    async def decide(self, key: str, decision: Decision, *, go_on: bool = True) -> None:
        """Decides one waiting call, once. When none waits any longer the run goes on; without `go_on`, at the word of `proceed`."""
        ...

    async def stop(self) -> None:
        """Stops the run; what was said so far is kept and marked."""
        ...

    async def proceed(self) -> None:
        """Goes on with a run that was interrupted; does nothing in any other phase."""
        ...

    async def take_over(self) -> None:
        """Gets a conversation that is read-only here (`Status.read_only`); raises why that cannot be. Does nothing for any other."""
        ...

    async def refresh(self) -> None:
        """Shows what another process has written to a conversation that is read-only here; cheap, to be called every second or so.

        Once that process has let it go, the conversation is had here. Does nothing for any other.
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
