"""What the model sees of a run, where that is not simply the conversation.

Mostly it is: the input, and everything that the run has produced since. A handoff may change it (a filter, a nested history), and so
may a limit or a callback on the session's history. The conversation's rows are never changed for that. A run with a journal keeps a
view instead: a record of its own, written once, that says what stands for the first rows in the model's eyes; the run's checkpoints
only name it, so that they do not grow. Rows that came after it are seen as they are.
"""

import json
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from agentchat.runtime.ports.journal import RunJournal
from agentchat.runtime.ports.session import Session
from agentchat.runtime.values.checkpoint import Checkpoint
from agentchat.runtime.values.item_helpers import ItemHelpers
from agentchat.runtime.values.items import RunItem, TResponseInputItem
from agentchat.runtime.values.keys import Scope


@dataclass(slots=True)
class Sight:
    """What follows the run's input in the model's eyes, since a handoff changed it. Mutable: owned by the run's progress."""

    items: list[RunItem]
    word_for_word: list[RunItem] = field(default_factory=list[RunItem])
    """Items that the run's input holds as they are, since a history was nested."""

    def copied(self) -> "Sight":
        """A copy that shares the items and nothing else."""
        return Sight(list(self.items), list(self.word_for_word))


@dataclass(frozen=True, slots=True)
class Handed:
    """The conversation as a handoff changed it."""

    given: str | list[TResponseInputItem]
    """The run's input from here on."""
    sight: Sight
    kept: list[RunItem]
    """What becomes of the turn's items in the run's `new_items` and, without a journal, in the session."""

    @property
    def wires(self) -> list[TResponseInputItem]:
        """What the next model call is sent."""
        return [*ItemHelpers.input_to_new_input_list(self.given), *(item.to_input_item() for item in self.sight.items)]


async def keep_view(
    journal: RunJournal, run: Scope, place: Checkpoint, seen: Sequence[TResponseInputItem], following: Sequence[TResponseInputItem]
) -> str:
    """Writes down that the model sees `seen` in place of the rows that there are and those that the next write adds (`following`).

    Gives the view's name, for that write's checkpoint. The record is a scope beside the run's, so that a crash before the write
    leaves the run with the view that it had.
    """
    name = f"view {place.response}"
    rows = [*await all_rows(journal), *following]
    record = replace(place, step="ended", view=name, seen={"rows": len(rows), "items": _by_number(seen, rows)})
    await journal.begin(Scope(run.run_id, (*run.path, name)), [], record)
    return name


async def seen_rows(journal: RunJournal, run: Scope, view: str) -> list[TResponseInputItem]:
    """The conversation as the run's model sees it: through its view, where it has one that still fits."""
    rows = await all_rows(journal)
    recalled = await journal.recall(Scope(run.run_id, (*run.path, view))) if view else None
    if recalled is None or recalled.checkpoint.seen is None or recalled.checkpoint.seen["rows"] > len(rows):
        return rows  # without a view, or rows of it were taken away since
    seen = recalled.checkpoint.seen
    return [*(rows[entry] if isinstance(entry, int) else entry for entry in seen["items"]), *rows[seen["rows"] :]]


async def all_rows(session: Session) -> list[TResponseInputItem]:
    """The whole conversation, whatever limit the session has by itself."""
    settings = session.session_settings
    return await session.get_items() if settings is None or settings.limit is None else await session.get_items(limit=-1)


def _by_number(seen: Sequence[TResponseInputItem], rows: Sequence[TResponseInputItem]) -> list[Any]:
    """What is seen, with the items that are rows named by their number."""
    places: dict[str, deque[int]] = {}
    for place, row in enumerate(rows):
        places.setdefault(_spelled(row), deque()).append(place)
    found = [(item, places.get(_spelled(item))) for item in seen]
    return [places_left.popleft() if places_left else item for item, places_left in found]


def _spelled(item: TResponseInputItem) -> str:
    return json.dumps(item, sort_keys=True, default=str)
