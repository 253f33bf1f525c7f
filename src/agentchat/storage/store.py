"""`SQLiteStore`: one conversation in the application's database; the chat's store port on aiosqlite.

Every method is one unit of work on the connection's thread: one hop, one transaction, and for whatever writes one check that nobody
took the conversation over. It runs to its end when the task that asked for it is cancelled, so a transaction is never left open.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from agentchat.chat.deciding.settling import Said
from agentchat.chat.saved import SavedChat
from agentchat.chat.store import Access
from agentchat.runtime.ports.clock import Clock
from agentchat.runtime.ports.journal import Approved, ProposedCall, Recalled, Rejected
from agentchat.runtime.ports.session import SessionSettings
from agentchat.runtime.values.checkpoint import Checkpoint
from agentchat.runtime.values.events import Ending
from agentchat.runtime.values.facts import EditedCall, Fact, ItemFact, TurnFact
from agentchat.runtime.values.items import ModelResponse, TResponseInputItem
from agentchat.runtime.values.keys import CallKey, Scope
from agentchat.runtime.values.outcomes import Outcome, Start
from agentchat.storage.holding import HeldFile
from agentchat.storage.journal import Journal
from agentchat.storage.lease import Owner
from agentchat.storage.opening import OpenFile, open_file, open_to_decide
from agentchat.storage.reader import saved_chat
from agentchat.storage.schema import TABLES

T = TypeVar("T")


class SQLiteStore:
    """A `ChatStore`. Mutable in how its file is open (`HeldFile`); all else is in the file."""

    def __init__(self, file: OpenFile, path: Path, session_id: str, *, clock: Clock, folder: str) -> None:
        """Use `open`, or `open_to_decide`."""
        self.session_id = session_id
        self.session_settings: SessionSettings | None = None
        self.path = path
        self._file = HeldFile(file, path, session_id, clock)
        self._clock = clock
        self._folder = folder

    @classmethod
    async def open(cls, path: Path, session_id: str, *, clock: Clock, folder: str = "") -> "SQLiteStore":
        """Opens the conversation, which need not exist; a file, and its folder, are created for their owner alone.

        `folder` is the working folder that a new conversation is remembered with. `access` says what can be done with it: it may be open
        in another process, or its file may be in no state to be written. A StoreError refuses a path where no file of ours can be.
        """
        return cls(await open_file(path, session_id, at=clock.now()), path, session_id, clock=clock, folder=folder)

    @classmethod
    async def open_to_decide(cls, path: Path, session_id: str, *, clock: Clock) -> "SQLiteStore":
        """Opens the conversation for decisions alone, and takes it from nobody; a StoreError says why the file cannot be written."""
        return cls(await open_to_decide(path, session_id), path, session_id, clock=clock, folder="")

    @property
    def access(self) -> Access:
        """What can be done now."""
        return self._file.opened.access

    @property
    def owner(self) -> Owner | None:
        """The other process that has the conversation, when one has."""
        return self._file.opened.owner

    async def take_over(self, *, by_force: bool = False) -> None:
        """Asks a living process for the conversation, or takes it by force. A StoreError says why the file cannot be written."""
        await self._file.take_over(by_force=by_force)

    async def release(self) -> None:
        """Lets the conversation go to the process that asks for it."""
        await self._file.release()

    async def version(self) -> int:
        """Another number when somebody else has written. A conversation that its owner has given back, or left by dying, is taken."""
        return await self._file.version()

    async def get_items(self, limit: int | None = None) -> list[TResponseInputItem]:
        """The latest `limit` items (all for None), oldest first."""
        count = self.session_settings.limit if limit is None and self.session_settings else limit
        return await self._file.read(lambda journal: TABLES.read(journal.db, self.session_id, limit=count))

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

        await self._say(work, run=scope.run_id)

    async def recall(self, scope: Scope) -> Recalled | None:
        """What is known of the run; None for one that never began."""
        return await self._file.read(lambda journal: journal.recall(scope))

    async def draft(self, scope: Scope, text: str) -> None:
        """The partial answer so far; `accept` and `commit` drop it."""
        await self._write(lambda journal: journal.put_draft(scope, text), run=scope.run_id)

    async def accept(
        self, scope: Scope, response: ModelResponse, calls: Sequence[ProposedCall], checkpoint: Checkpoint
    ) -> None:
        """The response under the checkpoint's number, and one proposed row per call; an error when that number is taken."""

        def work(journal: Journal) -> None:
            journal.add_response(scope, response, checkpoint)
            journal.propose(calls)
            journal.drop_draft(scope)
            self._put_checkpoint(journal, scope, checkpoint)

        await self._write(work, run=scope.run_id)

    async def start(self, key: CallKey, by: str, decision: Approved | None = None) -> Start:
        """`Go` exactly once per call, ever; else what is known of the first time."""
        return await self._write(lambda journal: journal.start(key, by, decision, at=self._clock.now()), run=key.scope.run_id)

    async def finish(self, key: CallKey, outcome: Outcome) -> None:
        """How the call came out. A second outcome is kept beside the first."""
        await self._write(lambda journal: journal.finish(key, outcome, at=self._clock.now()))

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

        def work(journal: Journal) -> None:
            for edit in edits:
                journal.show_edit(scope, edit)
            journal.add_items(scope, items, facts, at=checkpoint.at)
            journal.drop_draft(scope)
            self._put_checkpoint(journal, scope, checkpoint, ending=ending)

        await self._say(work, run=None if scope.path or ending == "goes on" else "")

    async def load(self) -> SavedChat:
        """All that is stored."""

        def work(journal: Journal) -> SavedChat:
            saved, elsewhere = saved_chat(journal.db, self.session_id), self._file.elsewhere(journal.db)
            is_its_run = elsewhere is not None and elsewhere.run_id == saved.open_run
            return replace(saved, elsewhere=elsewhere.keys) if elsewhere is not None and is_its_run else saved

        return await self._file.read(work)

    async def decide(self, key: CallKey, said: Said, line: TurnFact | None = None) -> bool:
        """True when what was said of the call was taken; False when it does not fit the call, or the call is not open."""

        def work(journal: Journal) -> bool:
            return journal.decide(key, said, line)

        if not self.access.decides:
            return await self._write(work)
        return isinstance(said, Approved | Rejected) and await self._file.write_beside(work)

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
        await self._file.close()

    def _put_checkpoint(self, journal: Journal, scope: Scope, checkpoint: Checkpoint, *, ending: Ending | None = None) -> None:
        journal.put_checkpoint(scope, checkpoint, ending=ending)
        if not scope.path:
            journal.set_agent(checkpoint.agent)

    async def _say(self, work: Callable[[Journal], T], *, run: str | None = None) -> T:
        """A write that belongs to the conversation: it comes to be with the first one, and every one is its latest change."""

        def and_remember(journal: Journal) -> T:
            self._ensure(journal)
            journal.set_updated(self._clock.now())
            return work(journal)

        return await self._write(and_remember, run=run)

    async def _write(self, work: Callable[[Journal], T], *, run: str | None = None) -> T:
        return await self._file.write(work, run=run)

    def _ensure(self, journal: Journal) -> None:
        journal.ensure_chat(folder=self._folder, at=self._clock.now())
