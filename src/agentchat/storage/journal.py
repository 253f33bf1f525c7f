"""The run journal in SQL: every step of a run as rows of one session. The caller holds the transaction around each method."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from agentchat.chat.deciding.settling import Said, settled
from agentchat.runtime.ports.journal import Approved, ProposedCall, Recalled, RecalledCall, RecalledItem
from agentchat.runtime.values.checkpoint import Checkpoint, checkpoint_from_json, checkpoint_to_json
from agentchat.runtime.values.events import Ending
from agentchat.runtime.values.exceptions import JournalSuperseded
from agentchat.runtime.values.facts import EditedCall, Fact, ItemFact, TurnFact, fact_from_json, fact_to_json
from agentchat.runtime.values.items import ModelResponse, TResponseInputItem
from agentchat.runtime.values.keys import CallKey, Scope
from agentchat.runtime.values.outcomes import Finished, Go, Outcome, Returned, Start, Unknown
from agentchat.runtime.values.responses import response_from_json, response_to_json
from agentchat.storage.errors import StoreError
from agentchat.storage.plain import decision_from_text, decision_to_text, outcome_from_text, outcome_to_text, storable
from agentchat.storage.schema import TABLES
from agentchat.storage.word_index import catch_up

_STATUS = "SELECT status, outcome FROM agentchat_calls"
_CHANGE = "UPDATE agentchat_calls SET"
_THE_CALL = "WHERE session_id = ? AND run_id = ? AND path = ? AND response = ? AND place = ?"


@dataclass(frozen=True, slots=True)
class Journal:
    """The rows of one session, on a connection."""

    db: sqlite3.Connection
    session_id: str
    epoch: int | None = None
    """Of the lease under which is written; it marks the calls that are started."""

    def ensure_chat(self, *, folder: str, at: float) -> None:
        """The conversation's own row, from its first word on."""
        self.db.execute(
            "INSERT OR IGNORE INTO agentchat_chats (session_id, folder, created, updated) VALUES (?, ?, ?, ?)",
            (self.session_id, storable(folder), at, at),
        )

    def set_title(self, title: str) -> None:
        """The conversation's name."""
        self.db.execute("UPDATE agentchat_chats SET title = ? WHERE session_id = ?", (storable(title), self.session_id))

    def set_agent(self, name: str) -> None:
        """The agent that the next message goes to."""
        self.db.execute("UPDATE agentchat_chats SET agent = ? WHERE session_id = ?", (name, self.session_id))

    def set_prompt(self, text: str) -> None:
        """What stands unsent in the prompt."""
        self.db.execute("UPDATE agentchat_chats SET prompt = ? WHERE session_id = ?", (storable(text), self.session_id))

    def set_updated(self, at: float) -> None:
        """When the conversation changed."""
        self.db.execute("UPDATE agentchat_chats SET updated = ? WHERE session_id = ?", (at, self.session_id))

    def put_checkpoint(self, scope: Scope, checkpoint: Checkpoint, *, ending: Ending | None = None) -> None:
        """Where the run stands now; without an ending, that of its last commit stays."""
        self.db.execute(
            """
            INSERT INTO agentchat_runs (session_id, run_id, path, checkpoint, step, response, ending) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (session_id, run_id, path) DO UPDATE SET
                checkpoint = excluded.checkpoint, step = excluded.step, response = excluded.response,
                ending = coalesce(excluded.ending, ending)
            """,
            (
                *self._run(scope),
                json.dumps(checkpoint_to_json(checkpoint)),
                checkpoint.step,
                checkpoint.response,
                ending,
            ),
        )

    def add_response(self, scope: Scope, response: ModelResponse, checkpoint: Checkpoint) -> None:
        """An accepted response, under the checkpoint's number; a number that is taken is an error."""
        data = json.dumps(response_to_json(response))
        values = (*self._run(scope), checkpoint.response, data, checkpoint.at)
        self.db.execute("INSERT INTO agentchat_responses VALUES (?, ?, ?, ?, ?, ?)", values)

    def propose(self, calls: Sequence[ProposedCall]) -> None:
        """The calls of an accepted response."""
        self.db.executemany(
            """
            INSERT INTO agentchat_calls (session_id, run_id, path, response, place, call_id, agent, tool, arguments, kind)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                (*self._call(call.key), *map(storable, (call.call_id, call.agent, call.tool, call.arguments)), call.kind)
                for call in calls
            ],
        )

    def start(self, key: CallKey, by: str, decision: Approved | None, *, at: float) -> Start:
        """`Go` for the one who comes first; JournalSuperseded when its run was ended, or it was refused, meanwhile: elsewhere, that is."""
        taken = self.db.execute(
            f"""
            {_CHANGE} status = 'started', allowed_by = ?, started = ?, epoch = ?, decision = coalesce(decision, ?)
            {_THE_CALL} AND status = 'proposed' AND coalesce(decision, '') NOT LIKE '{{"is": "rejected"%'
            """,
            (by, at, self.epoch, None if decision is None else decision_to_text(decision), *self._call(key)),
        )
        if taken.rowcount == 1 and not self._has_ended(key.scope):
            return Go()
        status, outcome = self._status(key)
        if taken.rowcount == 1 or status == "proposed":
            raise JournalSuperseded(f"The call {key} was refused, or its run was ended, elsewhere; open the conversation again.")
        return Unknown() if outcome is None else Finished(outcome_from_text(outcome))

    def finish(self, key: CallKey, outcome: Outcome, *, at: float) -> None:
        """The first outcome is the call's; the next one completes it or is late, and any other is nothing new."""
        status, first = self._status(key)
        text = outcome_to_text(outcome)
        if first is not None and isinstance(outcome, Returned) and outcome.completes(outcome_from_text(first)):
            self.db.execute(f"{_CHANGE} outcome = ? {_THE_CALL}", (text, *self._call(key)))
            return
        if status == "finished":
            self.db.execute(f"{_CHANGE} late = coalesce(late, ?) {_THE_CALL}", (text, *self._call(key)))
            return
        self.db.execute(f"{_CHANGE} status = 'finished', outcome = ?, ended = ? {_THE_CALL}", (text, at, *self._call(key)))

    def decide(self, key: CallKey, said: Said, line: TurnFact | None) -> bool:
        """True when it fits the call, which is one of the response that its run works on, in a run that goes on."""
        point = self._point(key.scope)
        if point != ("turn open", key.response) or self._has_ended(key.scope):
            return False
        call = next((call for call in self._calls(key.scope, key.response) if call.call.key == key), None)
        now = None if call is None else settled(call, said)
        if now is None:
            return False
        decision, outcome = now.decision and decision_to_text(now.decision), now.outcome and outcome_to_text(now.outcome)
        stands = (now.status, decision, outcome)
        self.db.execute(f"{_CHANGE} status = ?, decision = ?, outcome = ? {_THE_CALL}", (*stands, *self._call(key)))
        if line is not None:
            self.note(line)
        return True

    def recall(self, scope: Scope) -> Recalled | None:
        """The run as it stands."""
        row = self.db.execute(
            "SELECT checkpoint, ending FROM agentchat_runs WHERE session_id = ? AND run_id = ? AND path = ?", self._run(scope)
        ).fetchone()
        if row is None:
            return None
        checkpoint = checkpoint_from_json(json.loads(row[0]))
        is_open = checkpoint.step == "turn open"
        return Recalled(
            checkpoint=checkpoint,
            ending=row[1],
            open_response=self._response(scope, checkpoint.response) if is_open else None,
            calls=self._calls(scope, checkpoint.response) if is_open else (),
            draft=self._draft(scope),
            earlier_calls=self._earlier_calls(scope, before=checkpoint.response + (not is_open)),
            items=_nested_items(self.db, self._run(scope)) if scope.path else (),
        )

    def put_draft(self, scope: Scope, text: str) -> None:
        """The partial answer, in place of the one before."""
        self.db.execute("INSERT OR REPLACE INTO agentchat_drafts VALUES (?, ?, ?, ?)", (*self._run(scope), storable(text)))

    def drop_draft(self, scope: Scope) -> None:
        """The answer is whole, or was given up."""
        self.db.execute("DELETE FROM agentchat_drafts WHERE session_id = ? AND run_id = ? AND path = ?", self._run(scope))

    def add_items(self, scope: Scope, items: Sequence[TResponseInputItem], facts: Sequence[Fact], *, at: float) -> None:
        """Items and the facts about them; those of a nested run are kept beside the conversation."""
        if not scope.path:
            rows = TABLES.append(self.db, self.session_id, items, at=at) if items else range(0)
            self._add_facts(scope, facts, rows=rows)
            catch_up(self.db)
        else:
            self._add_facts(scope, facts, nested=[self._add_nested_item(scope, item) for item in items])

    def show_edit(self, scope: Scope, edit: EditedCall) -> None:
        """The call as it ran, in the place of the one that the model made. No word of a call is in the index."""
        rows = self._nested_rows(scope) if scope.path else TABLES.latest_rows(self.db, self.session_id)
        found = next(((id, item) for id, item in rows if edit.is_about(item)), None)  # noqa: A001 - the column's name
        if found is None or found[1] != edit.made:
            return
        table, column = ("agentchat_items", "item") if scope.path else ("agent_messages", "message_data")
        self.db.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", (json.dumps(edit.ran), found[0]))  # noqa: S608 - two names of ours

    def note(self, fact: Fact) -> None:
        """A fact that no run wrote."""
        self._add_facts(Scope(""), [fact])

    def _add_facts(
        self, scope: Scope, facts: Sequence[Fact], *, rows: Sequence[int] = (), nested: Sequence[int] = ()
    ) -> None:
        last = self._last_row() if facts else 0
        for fact in facts:
            place, of_row, item = last, False, None
            if isinstance(fact, ItemFact) and scope.path:
                item = nested[fact.item]
            elif isinstance(fact, ItemFact):
                place, of_row = rows[fact.item], True
            self.db.execute(
                "INSERT INTO agentchat_facts (session_id, run_id, place, of_row, item_id, fact) VALUES (?, ?, ?, ?, ?, ?)",
                (self.session_id, scope.run_id, place, of_row, item, json.dumps(fact_to_json(fact))),
            )

    def _add_nested_item(self, scope: Scope, item: TResponseInputItem) -> int:
        added = self.db.execute(
            "INSERT INTO agentchat_items (session_id, run_id, path, item) VALUES (?, ?, ?, ?)",
            (*self._run(scope), json.dumps(item)),
        )
        assert added.lastrowid is not None
        return added.lastrowid

    def _nested_rows(self, scope: Scope) -> Iterator[tuple[int, TResponseInputItem]]:
        rows = self.db.execute(
            "SELECT id, item FROM agentchat_items WHERE session_id = ? AND run_id = ? AND path = ? ORDER BY id DESC", self._run(scope)
        )
        return ((id, json.loads(item)) for id, item in rows)  # noqa: A001 - the column's name

    def _last_row(self) -> int:
        (last,) = self.db.execute("SELECT max(id) FROM agent_messages WHERE session_id = ?", (self.session_id,)).fetchone()
        return last or 0

    def _response(self, scope: Scope, number: int) -> ModelResponse | None:
        row = self.db.execute(
            "SELECT data FROM agentchat_responses WHERE session_id = ? AND run_id = ? AND path = ? AND response = ?",
            (*self._run(scope), number),
        ).fetchone()
        return None if row is None else response_from_json(json.loads(row[0]))

    def _calls(self, scope: Scope, number: int) -> tuple[RecalledCall, ...]:
        rows = self.db.execute(
            """
            SELECT place, call_id, agent, tool, arguments, kind, decision, status, outcome, late, allowed_by, started, ended
            FROM agentchat_calls WHERE session_id = ? AND run_id = ? AND path = ? AND response = ? ORDER BY place
            """,
            (*self._run(scope), number),
        )
        return tuple(_recalled(scope, number, row) for row in rows.fetchall())

    def _earlier_calls(self, scope: Scope, *, before: int) -> tuple[ProposedCall, ...]:
        rows = self.db.execute(
            """
            SELECT response, place, call_id, agent, tool, arguments, kind
            FROM agentchat_calls WHERE session_id = ? AND run_id = ? AND path = ? AND response < ? ORDER BY response, place
            """,
            (*self._run(scope), before),
        )
        return tuple(ProposedCall(CallKey(scope, response, place), *call) for response, place, *call in rows.fetchall())

    def _draft(self, scope: Scope) -> str | None:
        row = self.db.execute(
            "SELECT text FROM agentchat_drafts WHERE session_id = ? AND run_id = ? AND path = ?", self._run(scope)
        ).fetchone()
        return None if row is None else row[0]

    def _status(self, key: CallKey) -> tuple[str, str | None]:
        row = self.db.execute(f"{_STATUS} {_THE_CALL}", self._call(key)).fetchone()
        if row is None:
            raise StoreError(f"The journal holds no call {key}; only a call of an accepted response can start or finish.")
        return row

    def _point(self, scope: Scope) -> tuple[str, int] | None:
        """The step and the response at which the run stands."""
        query = "SELECT step, response FROM agentchat_runs WHERE session_id = ? AND run_id = ? AND path = ?"
        return self.db.execute(query, self._run(scope)).fetchone()

    def _has_ended(self, scope: Scope) -> bool:
        row = self.db.execute(
            "SELECT 1 FROM agentchat_runs WHERE session_id = ? AND run_id = ? AND path = '' AND step = 'ended'",
            (self.session_id, scope.run_id),
        ).fetchone()
        return row is not None

    def _run(self, scope: Scope) -> tuple[str, str, str]:
        return self.session_id, scope.run_id, "/".join(scope.path)

    def _call(self, key: CallKey) -> tuple[str, str, str, int, int]:
        return *self._run(key.scope), key.response, key.index


def _nested_items(db: sqlite3.Connection, run: tuple[str, str, str]) -> tuple[RecalledItem, ...]:
    rows = db.execute(
        """
        SELECT nested.item, fact.fact FROM agentchat_items AS nested
        LEFT JOIN agentchat_facts AS fact ON fact.session_id = nested.session_id AND fact.item_id = nested.id
        WHERE nested.session_id = ? AND nested.run_id = ? AND nested.path = ? ORDER BY nested.id
        """,
        run,
    )
    return tuple(_nested_item(*row) for row in rows.fetchall())


def _nested_item(item: str, fact: str | None) -> RecalledItem:
    known = None if fact is None else fact_from_json(json.loads(fact))
    return RecalledItem(json.loads(item), known if isinstance(known, ItemFact) else None)


def _recalled(scope: Scope, number: int, row: tuple[Any, ...]) -> RecalledCall:
    place, call_id, agent, tool, arguments, kind, decision, status, outcome, late, allowed_by, started, ended = row
    key = CallKey(scope=scope, response=number, index=place)
    return RecalledCall(
        call=ProposedCall(key=key, call_id=call_id, agent=agent, tool=tool, arguments=arguments, kind=kind),
        decision=None if decision is None else decision_from_text(decision),
        status=status,
        outcome=None if outcome is None else outcome_from_text(outcome),
        late=None if late is None else outcome_from_text(late),
        by=allowed_by,
        started=started,
        ended=ended,
    )
