"""What can be looked at beside the conversation, as a front end gets it: a list of things, and the pages of one of them.

All texts may be foreign; nothing here has passed the display gate. Standard library only.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Mark: TypeAlias = Literal["", "now", "good", "bad", "kept"]
"""Now: it acts or goes on. Kept: only its outcome is known, from an earlier time."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One of the things."""

    key: str
    """Names it among the others, as long as it is there."""
    label: str
    detail: str = ""
    mark: Mark = ""
    at: float | None = None
    """When it began, in seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Page:
    """A text about it."""

    name: str
    """One word of our own."""
    text: str


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What a model answered once, as the journal has it."""

    key: str
    agent: str
    """The agent that asked; empty when it is not known."""
    at: float
    """When it was there, in seconds since the epoch."""
    data: str
    """JSON: `response_to_json` of the runtime."""
