"""A conversation as it is stored: rows, and the facts that stand beside them.

This is what a chat is opened from. It needs nothing but the standard library, so that the screen's first frame can be drawn from
a stored conversation before the runtime is loaded.
"""

from dataclasses import dataclass
from typing import Any

from agentchat.runtime.values.facts import Fact


@dataclass(frozen=True, slots=True)
class SavedRow:
    """One item of the conversation."""

    id: int
    """Grows along the conversation, is never given twice, and has gaps."""
    item: dict[str, Any]
    """The item in the vocabulary of the Responses API, as a model gets it."""


@dataclass(frozen=True, slots=True)
class SavedFact:
    """One fact, and where it stands.

    A fact about an item of the conversation has `row`. A fact about an item of a nested run (an agent used as a tool) has `item`
    and `after`, because such items are no rows of the conversation. A fact about a turn has `after` alone.
    """

    seq: int
    """The order in which facts were written; grows over all conversations of a file."""
    fact: Fact
    run_id: str = ""
    """The run that wrote it; empty for what the chat itself noted."""
    row: int | None = None
    """The row that it is about."""
    after: int | None = None
    """The last row of the conversation when it was written; None when there was none."""
    item: dict[str, Any] | None = None
    """The nested item that it is about."""


@dataclass(frozen=True, slots=True)
class SavedChat:
    """Everything that is needed to show a conversation again."""

    session_id: str
    title: str = ""
    """As a person gave it; empty when nobody did."""
    created: float = 0.0
    """Seconds since the epoch; 0 for a conversation in which nothing was said. The same for `updated`."""
    updated: float = 0.0
    folder: str = ""
    """The working folder that it was begun in; empty when unknown."""
    agent: str | None = None
    """The name of the agent that the next message goes to; None when no run has said so yet."""
    rows: tuple[SavedRow, ...] = ()
    """In order. A row that another program damaged is left out."""
    facts: tuple[SavedFact, ...] = ()
    """In the order of `seq`. A fact whose row is gone (another program took it away) is left out."""
    open_run: str | None = None
    """The id of the last run while that is unfinished: broken off, waiting for a person, or going on."""
    draft: str | None = None
    """What the open run's model had answered of an answer that is not complete; no row holds it."""
    prompt: str = ""
    """What stood in the prompt, unsent."""
    elsewhere: frozenset[str] | None = None
    """The keys of the calls that run now, when another living process works on the open run; None when none does."""


@dataclass(frozen=True, slots=True)
class SessionEntry:
    """One line in a list of conversations."""

    session_id: str
    title: str
    """The given one, else the first words that were said; a foreign text, not yet made safe to show."""
    created: float
    updated: float
    folder: str
    rows: int
    """The number of items."""
    unfinished: bool
    """True when its last run is: broken off, or waiting for a person."""
    parent: str = ""
    """The id of the conversation that it was forked from, which may be gone; empty for one that began by itself."""


def standing_facts(facts: tuple[SavedFact, ...], row_ids: tuple[int, ...], *, gap: bool) -> tuple[SavedFact, ...]:
    """The facts that still have a place: all but those of rows that were taken away.

    Another program may pop or clear the conversation's rows; it knows nothing of facts. One about a row goes with its row, one
    that stands after a row stays as long as that row or one before it does. With `gap`, rows before the first of `row_ids` exist
    that were not read, and what stands after one of those, or before all, is left out as well.
    """
    ids = frozenset(row_ids)
    first = row_ids[0] if row_ids else None
    return tuple(fact for fact in facts if _stands(fact, ids, first, gap=gap))


def _stands(saved: SavedFact, ids: frozenset[int], first: int | None, *, gap: bool) -> bool:
    if saved.row is not None:
        return saved.row in ids
    if saved.after is None:
        return not gap
    return first is not None and saved.after >= first
