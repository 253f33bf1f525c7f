"""What the screen begins with: everything that is known before the chat stands. Standard library only."""

from dataclasses import dataclass

from agentchat.chat.status import Status
from agentchat.chat.transcript.blocks import Block


@dataclass(frozen=True, slots=True)
class Start:
    """The first frame is drawn from this."""

    status: Status
    version: str
    blocks: tuple[Block, ...] = ()
    """The end of a conversation that is resumed, to be looked at until all of it is there."""
    message: str = ""
    """What the command line says already; sent as soon as the chat stands."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the screen was left."""

    status: int
    """For the shell."""
    session_id: str
    is_kept: bool
    """Whether anything was said, or stands unsent in the prompt, so that there is something to resume."""
    last_words: str = ""
    """Why it was left, when the person did not want that. Foreign text."""
