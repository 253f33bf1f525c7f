"""The run journal in SQL: every step of a run as rows of one session. The caller holds the transaction around each method."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agentchat.runtime.ports.journal import Approved, ProposedCall, Recalled, RecalledCall, RecalledItem, Rejected
from agentchat.runtime.values.checkpoint import Checkpoint, checkpoint_from_json, checkpoint_to_json
from agentchat.runtime.values.events import Ending
from agentchat.runtime.values.exceptions import JournalSuperseded
from agentchat.runtime.values.facts import Fact, ItemFact, fact_from_json, fact_to_json
from agentchat.runtime.values.items import ModelResponse, TResponseInputItem
from agentchat.runtime.values.keys import CallKey, Scope
from agentchat.runtime.values.outcomes import Finished, Go, Outcome, Start, Unknown
from agentchat.runtime.values.responses import response_from_json, response_to_json
from agentchat.storage.errors import StoreError
from agentchat.storage.plain import decision_from_text, decision_to_text, outcome_from_text, outcome_to_text, storable
from agentchat.storage.schema import TABLES
from agentchat.storage.word_index import catch_up


@dataclass(frozen=True, slots=True)
class Journal:
    """The rows of one session, on a connection."""

    db: sqlite3.Connection
    session_id: str

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

    def start(self, key: CallKey, by: str, *, at: float) -> Start:
        """`Go` for the one who comes first; JournalSuperseded when the run was ended meanwhile, which only another process can do."""
        taken = self.db.execute(
            """
            UPDATE agentchat_calls SET status = 'started', allowed_by = ?, started = ?
            WHERE session_id = ? AND run_id = ? AND path = ? AND response = ? AND place = ? AND status = 'proposed'
            """,
            (by, at, *self._call(key)),
        )
        if taken.rowcount == 1 and not self._has_ended(key.scope):
            return Go()
        if taken.rowcount == 1:
            raise JournalSuperseded(f"The run of the call {key} was ended elsewhere; open the conversation again to go on.")
        _, outcome = self._status(key)
        return Unknown() if outcome is None else Finished(outcome_from_text(outcome))

    def finish(self, key: CallKey, outcome: Outcome, *, at: float) -> None:
        """The first outcome is the call's; the next one is late, and any other is nothing new."""
        status, _ = self._status(key)
        text = outcome_to_text(outcome)
        if status == "finished":
            self.db.execute(
                """
                UPDATE agentchat_calls SET late = coalesce(late, ?)
                WHERE session_id = ? AND run_id = ? AND path = ? AND response = ? AND place = ?
                """,
                (text, *self._call(key)),
            )
            return
        self.db.execute(
            """
            UPDATE agentchat_calls SET status = 'finished', outcome = ?, ended = ?
            WHERE session_id = ? AND run_id = ? AND path = ? AND response = ? AND place = ?
            """,
            (text, at, *self._call(key)),
        )

    def decide(self, key: CallKey, decision: Approved | Rejected) -> bool:
        """True when the call was open: proposed, undecided, of the response that its run works on, in a run that goes on."""
        outermost = (self.session_id, key.scope.run_id)
        taken = self.db.execute(
            """
            UPDATE agentchat_calls SET decision = ?
            WHERE session_id = ? AND run_id = ? AND path = ? AND response = ? AND place = ?
            AND status = 'proposed' AND decision IS NULL
            AND EXISTS (SELECT 1 FROM agentchat_runs AS run WHERE run.session_id = agentchat_calls.session_id
                AND run.run_id = agentchat_calls.run_id AND run.path = agentchat_calls.path
                AND run.step = 'turn open' AND run.response = agentchat_calls.response)
            AND NOT EXISTS (SELECT 1 FROM agentchat_runs WHERE session_id = ? AND run_id = ? AND path = '' AND step = 'ended')
            """,
            (decision_to_text(decision), *self._call(key), *outermost),
        )
        return taken.rowcount == 1

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
        row = self.db.execute(
            """
            SELECT status, outcome FROM agentchat_calls
            WHERE session_id = ? AND run_id = ? AND path = ? AND response = ? AND place = ?
            """,
            self._call(key),
        ).fetchone()
        if row is None:
            raise StoreError(f"The journal holds no call {key}; only a call of an accepted response can start or finish.")
        return row

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
