"""Writing a whole conversation down at once, under an id of its own: a copy of another one, or one that comes from somewhere else.

What is written stands alone. No run comes with it, because a call of a run runs once and is the original's: an answer that was arriving is
an answer that broke off, a call that was open is one that does not run here. No permission comes with it either: what a person allowed "for
this session" was allowed there.
"""

import json
import sqlite3
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agentchat.chat.saved import SavedChat, SavedFact, SavedRow
from agentchat.chat.transcript.rows import call_id_of, shape_of
from agentchat.runtime.values.call_answers import answer_to, stored_answer
from agentchat.runtime.values.facts import Fact, ItemFact, TurnFact, fact_to_json
from agentchat.storage.plain import storable
from agentchat.storage.schema import TABLES
from agentchat.storage.word_index import catch_up

NOT_HERE = "This conversation was copied before the call was answered; the call does not run here."
"""What a model is told of a call that was open."""


def plant(db: sqlite3.Connection, saved: SavedChat) -> None:
    """Writes the conversation under its `session_id`, which must be a new one. The caller holds the transaction.

    The ids of rows and the order numbers of facts are given anew.
    """
    whole = _standing_alone(saved)
    db.execute(
        "INSERT INTO agentchat_chats (session_id, title, folder, agent, prompt, created, updated) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            whole.session_id,
            storable(whole.title),
            storable(whole.folder),
            None if whole.agent is None else storable(whole.agent),
            storable(whole.prompt),
            whole.created,
            whole.updated,
        ),
    )
    new = TABLES.append(db, whole.session_id, [row.item for row in whole.rows], at=whole.updated) if whole.rows else range(0)
    places = _Places([row.id for row in whole.rows], new)
    for saved_fact in whole.facts:
        _add_fact(db, whole.session_id, saved_fact, places)
    catch_up(db)


@dataclass(frozen=True, slots=True)
class _Places:
    """Where rows stand now that had other ids before."""

    old: Sequence[int]
    new: range

    def of(self, row: int) -> int:
        """Of the row, or of the last one before it that is there; 0 for none."""
        place = bisect_right(self.old, row)
        return self.new[place - 1] if place else 0


def _add_fact(db: sqlite3.Connection, session_id: str, saved: SavedFact, places: _Places) -> None:
    row = saved.row if saved.row is not None else saved.after
    item = None if saved.item is None else _add_nested_item(db, session_id, saved, saved.item)
    db.execute(
        "INSERT INTO agentchat_facts (session_id, run_id, place, of_row, item_id, fact) VALUES (?, ?, ?, ?, ?, ?)",
        (
            session_id,
            saved.run_id,
            0 if row is None else places.of(row),
            saved.row is not None,
            item,
            json.dumps(fact_to_json(_without_permission(saved.fact))),
        ),
    )


def _add_nested_item(db: sqlite3.Connection, session_id: str, saved: SavedFact, item: dict[str, Any]) -> int | None:
    added = db.execute(
        "INSERT INTO agentchat_items (session_id, run_id, path, item) VALUES (?, ?, ?, ?)",
        (session_id, saved.run_id, "/".join(saved.fact.path), json.dumps(item)),
    )
    return added.lastrowid


def _without_permission(fact: Fact) -> Fact:
    """The fact; of a rule that was kept only the line that tells of it."""
    return replace(fact, rule="") if isinstance(fact, TurnFact) else fact


def _standing_alone(saved: SavedChat) -> SavedChat:
    """The conversation with an end: the answer that was arriving as far as it came, and an answer to every call."""
    known = {fact.row: fact.fact for fact in saved.facts if fact.row is not None}
    agent, last = saved.agent or "", saved.rows[-1].id if saved.rows else 0
    ends = [*_draft(saved.draft, agent), *_answers(saved.rows, known)]
    rows = [SavedRow(last + 1 + place, item) for place, (item, _) in enumerate(ends)]
    facts = [
        SavedFact(seq=0, fact=replace(fact, item=place), row=row.id)
        for place, (row, (_, fact)) in enumerate(zip(rows, ends, strict=True))
    ]
    return replace(saved, rows=(*saved.rows, *rows), facts=(*saved.facts, *facts), draft=None, open_run=None)


def _draft(text: str | None, agent: str) -> Iterator[tuple[dict[str, Any], ItemFact]]:
    if text:
        part: dict[str, Any] = {"type": "output_text", "text": text, "annotations": []}
        message: dict[str, Any] = {"type": "message", "role": "assistant", "status": "incomplete", "content": [part]}
        yield message, ItemFact(item=0, kind="message", agent=agent, ending="incomplete")


def _answers(rows: Sequence[SavedRow], known: dict[int, Fact]) -> Iterator[tuple[dict[str, Any], ItemFact]]:
    """One for each call that has none, in the calls' order."""
    open_calls: dict[str, list[SavedRow]] = {}
    for row in rows:
        match shape_of(row.item):
            case "call":
                open_calls.setdefault(call_id_of(row.item), []).append(row)
            case "output" if calls := open_calls.get(call_id_of(row.item)):
                calls.pop()
            case _:
                pass
    for row in sorted((row for calls in open_calls.values() for row in calls), key=lambda row: row.id):
        fact = known.get(row.id)
        answer = stored_answer(answer_to(row.item["type"], call_id_of(row.item), NOT_HERE))
        yield answer, ItemFact(item=0, kind="output", agent=fact.agent if fact is not None else "", ending="stopped")
