"""A run journal in memory, for tests of runs and chats; the whole of a chat's store port, without a file.

It keeps the contract of `agentchat.storage` word for word (a property test compares the two), also in that it holds nothing alive:
everything goes through its stored form, so what a test reads back is what a file would give.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agentchat.chat.deciding.settling import Said, settled
from agentchat.chat.saved import SavedChat, SavedFact, SavedRow, standing_facts
from agentchat.chat.store import Access
from agentchat.runtime.ports.clock import Clock, SystemClock
from agentchat.runtime.ports.journal import Approved, ProposedCall, Recalled, RecalledCall, RecalledItem, Rejected
from agentchat.runtime.ports.session import SessionSettings
from agentchat.runtime.values.checkpoint import Checkpoint, checkpoint_from_json, checkpoint_to_json
from agentchat.runtime.values.events import Ending
from agentchat.runtime.values.exceptions import JournalSuperseded
from agentchat.runtime.values.exceptions_base import AgentsException
from agentchat.runtime.values.facts import EditedCall, Fact, ItemFact, TurnFact
from agentchat.runtime.values.items import ModelResponse, TResponseInputItem
from agentchat.runtime.values.keys import CallKey, Scope
from agentchat.runtime.values.outcomes import Finished, Go, Outcome, Returned, Start, Unknown
from agentchat.runtime.values.responses import response_from_json, response_to_json


@dataclass(frozen=True, slots=True)
class _Run:
    checkpoint: Checkpoint
    ending: Ending | None


class InMemoryJournal:
    """A `ChatStore` that lives as long as the object. Mutable: only its own methods change it, each as a whole."""

    def __init__(self, session_id: str = "in memory", *, clock: Clock | None = None, folder: str = "") -> None:
        self.session_id = session_id
        self.session_settings: SessionSettings | None = None
        self._clock = clock or SystemClock()
        self._chat = SavedChat(session_id=session_id)
        self._folder = folder
        self._rows: list[SavedRow] = []
        self._last_row_ever = 0
        self._facts: list[SavedFact] = []
        self._runs: dict[Scope, _Run] = {}
        self._responses: dict[tuple[Scope, int], dict[str, Any]] = {}
        self._calls: dict[CallKey, RecalledCall] = {}
        self._drafts: dict[Scope, str] = {}
        self._nested: dict[Scope, list[RecalledItem]] = {}

    async def get_items(self, limit: int | None = None) -> list[TResponseInputItem]:
        """The latest `limit` items (all for None), oldest first."""
        count = self.session_settings.limit if limit is None and self.session_settings else limit
        items = [_plain(row.item) for row in self._rows]
        return items if count is None or count < 0 else items[max(0, len(items) - count) :]

    async def add_items(self, items: list[TResponseInputItem]) -> None:
        """Appends items, all or none."""
        if items:
            self._say()
            self._add_rows(items)

    async def pop_item(self) -> TResponseInputItem | None:
        """Takes the latest item away and returns it; None when there is none."""
        self._say()
        return _plain(self._rows.pop().item) if self._rows else None

    async def clear_session(self) -> None:
        """Takes all items away."""
        self._say()
        self._rows.clear()

    async def begin(self, scope: Scope, input: Sequence[TResponseInputItem], checkpoint: Checkpoint) -> None:  # noqa: A002 - the port's name
        """User text enters the run: its rows, when it was said and to whom, the active agent, the checkpoint."""
        self._say()
        facts = [
            ItemFact(item=place, kind="input", agent=checkpoint.agent, started=checkpoint.at, path=scope.path)
            for place in range(len(input))
        ]
        self._add_items(scope, input, facts)
        self._put_checkpoint(scope, checkpoint)

    async def recall(self, scope: Scope) -> Recalled | None:
        """What is known of the run; None for one that never began."""
        run = self._runs.get(scope)
        if run is None:
            return None
        number = run.checkpoint.response
        is_open = run.checkpoint.step == "turn open"
        response = self._responses.get((scope, number)) if is_open else None
        calls = [call for key, call in self._calls.items() if is_open and (key.scope, key.response) == (scope, number)]
        earlier = [call.call for key, call in self._calls.items() if key.scope == scope and key.response < number + (not is_open)]
        return Recalled(
            checkpoint=run.checkpoint,
            ending=run.ending,
            open_response=None if response is None else response_from_json(_plain(response)),
            calls=tuple(sorted(calls, key=lambda recalled: recalled.call.key.index)),
            draft=self._drafts.get(scope),
            earlier_calls=tuple(sorted(earlier, key=lambda call: (call.key.response, call.key.index))),
            items=tuple(replace(known, item=_plain(known.item)) for known in self._nested.get(scope, ())),
        )

    async def draft(self, scope: Scope, text: str) -> None:
        """The partial answer so far; `accept` and `commit` drop it."""
        self._drafts[scope] = text

    async def accept(
        self, scope: Scope, response: ModelResponse, calls: Sequence[ProposedCall], checkpoint: Checkpoint
    ) -> None:
        """The response under the checkpoint's number, and one proposed row per call; an error when that number is taken."""
        number = checkpoint.response
        if (scope, number) in self._responses or any(call.key in self._calls for call in calls):
            raise AgentsException(f"Response {number} of the run {scope.run_id} was accepted before; accept each once.")
        self._responses[scope, number] = _plain(response_to_json(response))
        self._calls.update({call.key: RecalledCall(call=call, decision=None, status="proposed") for call in calls})
        self._drafts.pop(scope, None)
        self._put_checkpoint(scope, checkpoint)

    async def start(self, key: CallKey, by: str, decision: Approved | None = None) -> Start:
        """`Go` exactly once per call, ever; else what is known of the first time."""
        call = self._call(key)
        outermost = self._runs.get(Scope(key.scope.run_id))
        has_ended = outermost is not None and outermost.checkpoint.step == "ended"
        if call.status == "proposed" and (has_ended or isinstance(call.decision, Rejected)):
            raise JournalSuperseded(f"The call {key} was refused, or its run was ended, elsewhere; open the conversation again.")
        if call.status == "proposed":
            decided = call.decision or decision
            self._calls[key] = replace(call, status="started", decision=decided, by=by, started=self._clock.now())
            return Go()
        return Unknown() if call.outcome is None else Finished(call.outcome)

    async def finish(self, key: CallKey, outcome: Outcome) -> None:
        """How the call came out. A second outcome is kept beside the first."""
        call = self._call(key)
        if call.status != "finished":
            self._calls[key] = replace(call, status="finished", outcome=outcome, ended=self._clock.now())
        elif isinstance(outcome, Returned) and call.outcome is not None and outcome.completes(call.outcome):
            self._calls[key] = replace(call, outcome=outcome)
        elif call.late is None:
            self._calls[key] = replace(call, late=outcome)

    async def commit(
        self,
        scope: Scope,
        items: Sequence[TResponseInputItem],
        checkpoint: Checkpoint,
        facts: Sequence[Fact],
        ending: Ending,
        edits: Sequence[EditedCall] = (),
    ) -> None:
        """The turn ends: its rows (a nested run's items stand beside), the facts, the checkpoint; edited calls take their places."""
        self._say()
        for edit in edits:
            self._show_edit(scope, edit)
        self._add_items(scope, items, facts)
        self._drafts.pop(scope, None)
        self._put_checkpoint(scope, checkpoint, ending=ending)

    @property
    def access(self) -> Access:
        """Nobody else can have what is in memory."""
        return Access()

    async def take_over(self, *, by_force: bool = False) -> None:
        """Nothing: it is nobody else's."""

    release = take_over

    async def version(self) -> int:
        """Always the same: nobody else writes."""
        return 0

    async def load(self) -> SavedChat:
        """All that is stored."""
        rows = tuple(SavedRow(row.id, _plain(row.item)) for row in self._rows)
        open_run = self._open_run()
        return replace(
            self._chat,
            rows=rows,
            facts=standing_facts(tuple(self._facts), tuple(row.id for row in rows), gap=False),
            open_run=open_run,
            draft=None if open_run is None else self._drafts.get(Scope(open_run)),
        )

    async def decide(self, key: CallKey, said: Said, line: TurnFact | None = None) -> bool:
        """True when what was said of the call was taken; False when it does not fit the call, or the call is not open."""
        now = settled(self._calls[key], said) if key in self._calls and self._is_open(key) else None
        if now is not None:
            self._calls[key] = now
            if line is not None:
                self._add_fact(line, run_id="", after=self._last_row())
        return now is not None

    async def note(self, fact: TurnFact) -> None:
        """A fact of the chat's own."""
        self._say()
        self._add_fact(fact, run_id="", after=self._last_row())

    async def set_agent(self, name: str) -> None:
        """The agent that the next message goes to."""
        self._say()
        self._chat = replace(self._chat, agent=name)

    async def set_title(self, title: str) -> None:
        """The conversation's name."""
        self._say()
        self._chat = replace(self._chat, title=title)

    async def set_prompt(self, text: str) -> None:
        """What stands unsent in the prompt. An empty text in a conversation without a word stores nothing."""
        if text and not self._chat.created:
            self._say()
        self._chat = replace(self._chat, prompt=text)

    async def close(self) -> None:
        """Nothing: there is no file to let go, and what is here can be read again."""

    def _say(self) -> None:
        """The conversation comes to be with its first change, and every one is its latest."""
        now = self._clock.now()
        created = self._chat.created or now
        self._chat = replace(self._chat, folder=self._folder, created=created, updated=now)

    def _put_checkpoint(self, scope: Scope, checkpoint: Checkpoint, *, ending: Ending | None = None) -> None:
        before = self._runs.get(scope)
        kept = checkpoint_from_json(_plain(checkpoint_to_json(checkpoint)))
        self._runs[scope] = _Run(kept, ending or (before.ending if before else None))
        if not scope.path:
            self._chat = replace(self._chat, agent=checkpoint.agent)

    def _add_items(self, scope: Scope, items: Sequence[TResponseInputItem], facts: Sequence[Fact]) -> None:
        nested = bool(scope.path)
        rows = () if nested else self._add_rows(items)
        if nested:
            about = {fact.item: fact for fact in facts if isinstance(fact, ItemFact)}
            self._nested.setdefault(scope, []).extend(RecalledItem(_plain(item), about.get(place)) for place, item in enumerate(items))
        last = self._last_row()
        for fact in facts:
            match fact:
                case ItemFact(item=place) if nested:
                    self._add_fact(fact, run_id=scope.run_id, after=last, item=_plain(items[place]))
                case ItemFact(item=place):
                    self._add_fact(fact, run_id=scope.run_id, row=rows[place])
                case TurnFact():
                    self._add_fact(fact, run_id=scope.run_id, after=last)

    def _show_edit(self, scope: Scope, edit: EditedCall) -> None:
        _put(edit, self._nested.get(scope, []) if scope.path else self._rows)
        _put(edit, self._facts, lambda saved: saved.item is not None and Scope(saved.run_id, saved.fact.path) == scope)

    def _add_rows(self, items: Sequence[TResponseInputItem]) -> range:
        first = self._last_row_ever + 1
        self._last_row_ever += len(items)
        self._rows.extend(SavedRow(first + place, _plain(item)) for place, item in enumerate(items))
        return range(first, self._last_row_ever + 1)

    def _add_fact(
        self, fact: Fact, *, run_id: str, row: int | None = None, after: int | None = None, item: dict[str, Any] | None = None
    ) -> None:
        self._facts.append(SavedFact(len(self._facts) + 1, fact, run_id=run_id, row=row, after=after, item=item))

    def _last_row(self) -> int | None:
        return self._rows[-1].id if self._rows else None

    def _open_run(self) -> str | None:
        """The last run, while it is unfinished."""
        outermost = [(scope, run) for scope, run in self._runs.items() if not scope.path]
        if not outermost or outermost[-1][1].ending not in {None, "interrupted", "goes on"}:
            return None
        return outermost[-1][0].run_id

    def _is_open(self, key: CallKey) -> bool:
        """True when the call is one of the turn that its run stands in, and the outermost run goes on."""
        run, outermost = self._runs.get(key.scope), self._runs.get(Scope(key.scope.run_id))
        if run is None or (outermost is not None and outermost.checkpoint.step == "ended"):
            return False
        return run.checkpoint.step == "turn open" and run.checkpoint.response == key.response

    def _call(self, key: CallKey) -> RecalledCall:
        if key not in self._calls:
            raise AgentsException(f"The journal holds no call {key}; only a call of an accepted response can start or finish.")
        return self._calls[key]


def _put(edit: EditedCall, holders: list[Any], of_scope: Callable[[Any], bool] = lambda _: True) -> None:
    """Puts the edited call into that of these rows, items or facts that holds it."""
    places = [place for place, holder in enumerate(holders) if of_scope(holder)]
    items = [holders[place].item for place in places]
    if edit.put(items):
        for place, item in zip(places, items, strict=True):
            holders[place] = replace(holders[place], item=_plain(item))


def _plain(value: Any) -> Any:
    """The value as its JSON text gives it back: owing nothing to the original."""
    return json.loads(json.dumps(value))
