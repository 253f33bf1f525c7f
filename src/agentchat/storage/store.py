"""`SQLiteStore`: one conversation in the application's database; the chat's store port on aiosqlite.

Every method is one unit of work on the connection's thread: one hop, one transaction, and for whatever writes one check that nobody
took the conversation over. It runs to its end when the task that asked for it is cancelled, so a transaction is never left open.
"""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from agentchat.chat.saved import SavedChat
from agentchat.chat.store import Access
from agentchat.runtime.ports.clock import Clock
from agentchat.runtime.ports.journal import Approved, ProposedCall, Recalled, Rejected
from agentchat.runtime.ports.session import SessionSettings
from agentchat.runtime.values.checkpoint import Checkpoint
from agentchat.runtime.values.events import Ending
from agentchat.runtime.values.exceptions import JournalSuperseded
from agentchat.runtime.values.exceptions_base import AgentsException
from agentchat.runtime.values.facts import Fact, ItemFact, TurnFact
from agentchat.runtime.values.items import ModelResponse, TResponseInputItem
from agentchat.runtime.values.keys import CallKey, Scope
from agentchat.runtime.values.outcomes import Outcome, Start
from agentchat.sqlite.files import snapshot, transact
from agentchat.sqlite.hops import run_on
from agentchat.storage.errors import StoreError, explained
from agentchat.storage.journal import Journal
from agentchat.storage.lease import Lease, LeaseLost, Owner, owner_of
from agentchat.storage.opening import OpenFile, open_file, open_to_write, taken_by
from agentchat.storage.reader import saved_chat
from agentchat.storage.schema import TABLES

T = TypeVar("T")


class SQLiteStore:
    """A `ChatStore`. Mutable: `take_over` and a lost lease change how the file is open, `close` ends it; all else is in the file."""

    def __init__(self, file: OpenFile, path: Path, session_id: str, *, clock: Clock, folder: str) -> None:
        """Use `open`."""
        self.session_id = session_id
        self.session_settings: SessionSettings | None = None
        self.path = path
        self._file = file
        self._is_closed = False
        self._clock = clock
        self._folder = folder

    @classmethod
    async def open(cls, path: Path, session_id: str, *, clock: Clock, folder: str = "") -> "SQLiteStore":
        """Opens the conversation, which need not exist; a file, and its folder, are created for their owner alone.

        `folder` is the working folder that a new conversation is remembered with. `access` says what can be done with it: it may be open
        in another process, or its file may be in no state to be written. A StoreError refuses a path where no file of ours can be.
        """
        return cls(await open_file(path, session_id, at=clock.now()), path, session_id, clock=clock, folder=folder)

    @property
    def access(self) -> Access:
        """What can be done now."""
        return self._file.access

    @property
    def owner(self) -> Owner | None:
        """The other process that has the conversation, when one has."""
        return self._file.owner

    async def take_over(self) -> None:
        """Opens the file anew and takes the lease, also from a living process. A StoreError says why it cannot be written."""
        if self._file.lease is None and not self._is_closed:
            await self._reopen(by_force=True)

    async def version(self) -> int:
        """Another number when somebody else has written. A conversation that its owner has given back, or left by dying, is taken."""
        if self._file.is_taken:
            owner = await self._hop(lambda db: owner_of(db, self.path, self.session_id))
            if owner is None or owner != self._file.owner:
                await self._reopen(by_force=False)
        return await self._hop(_data_version)

    async def get_items(self, limit: int | None = None) -> list[TResponseInputItem]:
        """The latest `limit` items (all for None), oldest first."""
        count = self.session_settings.limit if limit is None and self.session_settings else limit
        return await self._read(lambda journal: TABLES.read(journal.db, self.session_id, limit=count))

    async def add_items(self, items: list[TResponseInputItem]) -> None:
        """Appends items, all or none."""
        if items:
            await self._say(lambda journal: journal.add_items(Scope(""), items, (), at=self._clock.now()))

    async def pop_item(self) -> TResponseInputItem | None:
        """Takes the latest item away and returns it; None when there is none."""
        return await self._say(lambda journal: TABLES.pop(journal.db, self.session_id, at=self._clock.now()))

    async def clear_session(self) -> None:
        """Takes all items away."""
        await self._say(lambda journal: TABLES.clear(journal.db, self.session_id))

    async def begin(self, scope: Scope, input: Sequence[TResponseInputItem], checkpoint: Checkpoint) -> None:  # noqa: A002 - the port's name
        """User text enters the run: its rows, when it was said and to whom, the active agent, the checkpoint."""
        facts = [
            ItemFact(item=place, kind="input", agent=checkpoint.agent, started=checkpoint.at, path=scope.path)
            for place in range(len(input))
        ]

        def work(journal: Journal) -> None:
            journal.add_items(scope, input, facts, at=checkpoint.at)
            self._put_checkpoint(journal, scope, checkpoint)

        await self._say(work)

    async def recall(self, scope: Scope) -> Recalled | None:
        """What is known of the run; None for one that never began."""
        return await self._read(lambda journal: journal.recall(scope))

    async def draft(self, scope: Scope, text: str) -> None:
        """The partial answer so far; `accept` and `commit` drop it."""
        await self._write(lambda journal: journal.put_draft(scope, text))

    async def accept(
        self, scope: Scope, response: ModelResponse, calls: Sequence[ProposedCall], checkpoint: Checkpoint
    ) -> None:
        """The response under the checkpoint's number, and one proposed row per call; an error when that number is taken."""

        def work(journal: Journal) -> None:
            journal.add_response(scope, response, checkpoint)
            journal.propose(calls)
            journal.drop_draft(scope)
            self._put_checkpoint(journal, scope, checkpoint)

        await self._write(work)

    async def start(self, key: CallKey, by: str) -> Start:
        """`Go` exactly once per call, ever; else what is known of the first time."""
        return await self._write(lambda journal: journal.start(key, by, at=self._clock.now()))

    async def finish(self, key: CallKey, outcome: Outcome) -> None:
        """How the call came out. A second outcome is kept beside the first."""
        await self._write(lambda journal: journal.finish(key, outcome, at=self._clock.now()))

    async def commit(
        self, scope: Scope, items: Sequence[TResponseInputItem], checkpoint: Checkpoint, facts: Sequence[Fact], ending: Ending
    ) -> None:
        """The turn ends: its rows (a nested run's items stand beside), the facts, the checkpoint."""

        def work(journal: Journal) -> None:
            journal.add_items(scope, items, facts, at=checkpoint.at)
            journal.drop_draft(scope)
            self._put_checkpoint(journal, scope, checkpoint, ending=ending)

        await self._say(work)

    async def load(self) -> SavedChat:
        """All that is stored."""
        return await self._read(lambda journal: saved_chat(journal.db, self.session_id))

    async def decide(self, key: CallKey, decision: Approved | Rejected) -> bool:
        """True when the decision was taken; False when the call was decided before, or is not open."""
        return await self._write(lambda journal: journal.decide(key, decision))

    async def note(self, fact: TurnFact) -> None:
        """A fact of the chat's own."""
        await self._say(lambda journal: journal.note(fact))

    async def set_agent(self, name: str) -> None:
        """The agent that the next message goes to."""
        await self._say(lambda journal: journal.set_agent(name))

    async def set_title(self, title: str) -> None:
        """The conversation's name."""
        await self._say(lambda journal: journal.set_title(title))

    async def set_prompt(self, text: str) -> None:
        """What stands unsent in the prompt. An empty text in a conversation without a word stores nothing."""

        def work(journal: Journal) -> None:
            if text:
                self._ensure(journal)
            journal.set_prompt(text)

        await self._write(work)

    async def close(self) -> None:
        """Lets the file go, when everything that was asked for before is done. A second call does nothing."""
        if self._is_closed:
            return
        self._is_closed = True
        connection, lease = self._file.connection, self._file.lease
        try:
            if lease is not None:
                with suppress(sqlite3.Error):  # one that cannot be given back is nobody's as soon as its life sign is lowered
                    await run_on(connection, lease.release)
            with explained(self.path):
                await connection.close()
        finally:
            if lease is not None:
                lease.lower()

    def _put_checkpoint(self, journal: Journal, scope: Scope, checkpoint: Checkpoint, *, ending: Ending | None = None) -> None:
        journal.put_checkpoint(scope, checkpoint, ending=ending)
        if not scope.path:
            journal.set_agent(checkpoint.agent)

    async def _say(self, work: Callable[[Journal], T]) -> T:
        """A write that belongs to the conversation: it comes to be with the first one, and every one is its latest change."""

        def and_remember(journal: Journal) -> T:
            self._ensure(journal)
            journal.set_updated(self._clock.now())
            return work(journal)

        return await self._write(and_remember)

    def _ensure(self, journal: Journal) -> None:
        journal.ensure_chat(folder=self._folder, at=self._clock.now())

    async def _write(self, work: Callable[[Journal], T]) -> T:
        """One transaction: all of `work`, or nothing. Nothing once another process has the conversation."""
        lease = self._file.lease
        if lease is None:
            raise self._refusal()
        try:
            return await self._hop(lambda db: transact(db, lambda db: work(self._ours(db, lease))))
        except LeaseLost as lost:
            self._lose(lease, lost.owner)
            raise

    def _refusal(self) -> AgentsException:
        access = self._file.access
        return JournalSuperseded(access.read_only) if self._file.is_taken else StoreError(access.read_only, "unwritable")

    def _ours(self, db: sqlite3.Connection, lease: Lease) -> Journal:
        lease.check(db)
        return Journal(db, self.session_id)

    async def _read(self, work: Callable[[Journal], T]) -> T:
        """One view of the file, whoever writes it."""
        return await self._hop(lambda db: snapshot(db, lambda db: work(Journal(db, self.session_id))))

    async def _hop(self, work: Callable[[sqlite3.Connection], T]) -> T:
        if self._is_closed:
            raise StoreError(f"The conversation {self.session_id} is closed; open it again.")
        with explained(self.path):
            return await run_on(self._file.connection, work)

    async def _reopen(self, *, by_force: bool) -> None:
        before = self._file
        self._file = await open_to_write(self.path, self.session_id, at=self._clock.now(), by_force=by_force)
        with explained(self.path):
            await before.connection.close()

    def _lose(self, lease: Lease, owner: Owner | None) -> None:
        """Another process writes from now on; whichever write finds that out first."""
        if self._file.lease is lease:
            self._file = replace(self._file, access=taken_by(owner), lease=None, is_taken=True, owner=owner)
            lease.lower()


def _data_version(db: sqlite3.Connection) -> int:
    (version,) = db.execute("PRAGMA data_version").fetchone()
    return version
