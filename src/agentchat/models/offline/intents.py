"""What the offline model can be asked for: the nouns that its rules are written in.

To teach it a tool: one `Intent` in the table of `families.py`, with a recogniser that gives the arguments.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from agentchat.models.offline.clauses import Clause
from agentchat.models.offline.conversation import PastCall


@dataclass(frozen=True, slots=True)
class Asked:
    """One call that a clause asks for."""

    arguments: Mapping[str, str] = field(default_factory=dict[str, str])
    content: str | None = None
    """For a call that puts content somewhere: what the person named as the content, marks for quotes included."""
    tool: str | None = None
    """The tool, where the clause names it itself."""


@dataclass(frozen=True, slots=True)
class Intent:
    """A family of wishes that one tool fulfils."""

    tool: str
    noun: str
    """What is asked for: "This asks for <noun>."."""
    example: str
    """A sentence that asks for it."""
    fits: frozenset[str]
    """Stems of words that, in the description of a handoff, say that the agent there can do it."""
    recognise: Callable[[Clause], list[Asked] | None]
    """What the clause asks for; None when it is about something else."""
    tell: Callable[[PastCall], str | None]
    """The output for people, in Markdown; None when the output is not that of a call that succeeded."""
    line: Callable[[PastCall], str]
    """The output for a file."""


@dataclass(frozen=True, slots=True)
class Step:
    """One call that is to be made."""

    intent: Intent
    tool: str
    arguments: Mapping[str, str]
    phase: int
    """Steps of one phase go together; a phase waits for the outputs of the ones before it."""
    sources: "tuple[Step, ...] | None" = None
    """For a write of results: the steps whose outputs are its content; none of them stands for what was said before."""
