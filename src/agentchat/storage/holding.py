"""One file, open for one conversation, and who may write that: this process, or another one that is asked for it.

    we have it        whatever is written checks the lease; when another process asks and nothing goes on, it is let go
    another has it    it is read, and asked for: that one lets it go when nothing goes on there, or says what does
    nobody has it     whoever looks next takes it, unless somebody asks for it: then it is that one's

A process that is gone has nothing and asks for nothing, whatever it left in the file.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from agentchat.runtime.ports.clock import Clock
from agentchat.runtime.values.exceptions import JournalSuperseded
from agentchat.runtime.values.exceptions_base import AgentsException
from agentchat.sqlite.files import snapshot, transact
from agentchat.sqlite.hops import run_on
from agentchat.storage.elsewhere import Elsewhere, work_elsewhere
from agentchat.storage.errors import StoreError, explained
from agentchat.storage.journal import Journal
from agentchat.storage.lease import Lease, LeaseLost, Owner, Wish, ask, owner_of, wisher_of
from agentchat.storage.opening import OpenFile, asked_of, decided_beside, lost_to, open_to_write, taken_by

T = TypeVar("T")

_LOOKS, _BETWEEN_LOOKS = 40, 0.05
"""How often, and how many seconds apart, is looked whether a conversation that was asked for was let go. Its owner looks twice a second."""


class HeldFile:
    """The file of one store. Mutable: taking over, a lost lease and letting go change how it is open, `close` ends it."""

    def __init__(self, opened: OpenFile, path: Path, session_id: str, clock: Clock) -> None:
        self.opened = opened
        self._path = path
        self._session_id = session_id
        self._clock = clock
        self._is_closed = False
        self._wish: Wish | None = None
        self._seen: int | None = None

    async def take_over(self, *, by_force: bool) -> None:
        """Gets the conversation, from a living process that lets it go, or by force."""
        if self.opened.lease is not None or self._is_closed:
            return
        if by_force or not self.opened.is_taken:
            await self._reopen(by_force=True)
        else:
            await self._ask_for_it()

    async def release(self) -> None:
        """Lets the conversation go to the process that asks for it; LeaseLost when it is not ours any more."""
        lease = self._lease()
        to = await self._checked(lease, self._let_go)
        if self.opened.lease is lease:
            self._is_taken_by(to, lease)

    async def version(self) -> int:
        """Another number when somebody else has written; `opened` is looked after.

        A conversation that its owner has given back, or left by dying, is taken.
        """
        if self.opened.is_taken:
            owner = await self.hop(lambda db: owner_of(db, self._path, self._session_id, self._wish))
            if owner is None:
                await self._reopen(by_force=False)
            elif not owner.is_same(self.opened.owner):
                self._ask_no_more()  # a third process has got it
                self.opened = replace(self.opened, access=taken_by(owner), owner=owner)
        version = await self.hop(_data_version)
        if version != self._seen:
            await self._look_after_access()
        self._seen = version
        return version

    async def write(self, work: Callable[[Journal], T], *, run: str | None = None) -> T:
        """One transaction: all of `work`, or nothing. Nothing once another process has the conversation.

        `run` is what goes on from here, and "" when nothing does; None leaves that as it is.
        """
        lease = self._lease()

        def and_say_so(journal: Journal) -> T:
            if run is not None:
                lease.works_on(journal.db, run)
            return work(journal)

        return await self._checked(lease, and_say_so)

    async def write_beside(self, work: Callable[[Journal], T]) -> T:
        """One transaction of a process that only decides; whoever has the conversation goes on with what it finds."""
        if not self.opened.access.decides:
            raise self._refusal()
        return await self.hop(lambda db: transact(db, lambda db: work(Journal(db, self._session_id))))

    async def read(self, work: Callable[[Journal], T]) -> T:
        """One view of the file, whoever writes it."""
        return await self.hop(lambda db: snapshot(db, lambda db: work(Journal(db, self._session_id))))

    def elsewhere(self, db: sqlite3.Connection) -> Elsewhere | None:
        """What another living process does with the conversation."""
        return None if self.opened.lease is not None else work_elsewhere(db, self._path, self._session_id)

    async def hop(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What `work` makes of the file, on the connection's thread."""
        if self._is_closed:
            raise StoreError(f"The conversation {self._session_id} is closed; open it again.")
        with explained(self._path):
            return await run_on(self.opened.connection, work)

    async def close(self) -> None:
        """Lets the file go, when everything that was asked for before is done. A second call does nothing."""
        if self._is_closed:
            return
        self._is_closed = True
        connection, lease = self.opened.connection, self.opened.lease
        self._ask_no_more()
        try:
            if lease is not None:
                with suppress(sqlite3.Error):  # one that cannot be given back is nobody's as soon as its life sign is lowered
                    await run_on(connection, lease.release)
            with explained(self._path):
                await connection.close()
        finally:
            if lease is not None:
                lease.lower()

    async def _ask_for_it(self) -> None:
        """Waits a little for the answer. While this process lives the conversation comes to it later, too."""
        if self._wish is None:
            await self.hop(self._ask)
        for _ in range(_LOOKS):
            owner, busy = await self.hop(self._look_at_the_owner)
            if owner is None:
                await self._reopen(by_force=False)
                return
            self.opened = replace(self.opened, access=asked_of(owner, busy), owner=owner)
            if busy:
                return
            await asyncio.sleep(_BETWEEN_LOOKS)

    def _ask(self, db: sqlite3.Connection) -> None:
        asked = ask(db, self._path, self._session_id)
        self._wish = asked if isinstance(asked, Wish) else None  # here, so that it is known also when the task is cancelled that waits

    def _look_at_the_owner(self, db: sqlite3.Connection) -> tuple[Owner | None, str]:
        def look(db: sqlite3.Connection) -> tuple[Owner | None, str]:
            owner = owner_of(db, self._path, self._session_id, self._wish)
            work = self.elsewhere(db)
            return owner, "" if work is None else str(work)

        return snapshot(db, look)

    async def _look_after_access(self) -> None:
        """Somebody has written: perhaps the lease is gone, or asked for, or the one is another one who has it."""
        lease = self.opened.lease
        if lease is not None:
            with suppress(LeaseLost):
                wisher = await self._checked(lease, lambda journal: wisher_of(journal.db, self._path, self._session_id), reads=True)
                access = replace(self.opened.access, wanted_by="" if wisher is None else str(wisher))
                self.opened = replace(self.opened, access=access)
        elif self.opened.access.decides:
            owner = await self.hop(lambda db: owner_of(db, self._path, self._session_id))
            self.opened = replace(self.opened, access=decided_beside(owner), owner=owner)

    async def _checked(self, lease: Lease, work: Callable[[Journal], T], *, reads: bool = False) -> T:
        """One transaction while the lease is ours; who finds it lost lets go of it."""

        def ours(db: sqlite3.Connection) -> T:
            lease.check(db)
            return work(Journal(db, self._session_id, lease.epoch))

        try:
            return await self.hop(lambda db: (snapshot if reads else transact)(db, ours))
        except LeaseLost as lost:
            if self.opened.lease is lease:
                self._is_taken_by(lost.owner, lease)
            raise

    def _let_go(self, journal: Journal) -> Owner | None:
        journal.db.execute("DELETE FROM agentchat_leases WHERE session_id = ?", (self._session_id,))
        return wisher_of(journal.db, self._path, self._session_id)

    def _is_taken_by(self, owner: Owner | None, lease: Lease) -> None:
        """Another process writes from now on."""
        self.opened = replace(self.opened, access=lost_to(owner), lease=None, is_taken=True, owner=owner)
        lease.lower()

    async def _reopen(self, *, by_force: bool) -> None:
        before = self.opened
        self.opened = await open_to_write(
            self._path, self._session_id, at=self._clock.now(), by_force=by_force, wish=self._wish
        )
        self._ask_no_more()
        with explained(self._path):
            await before.connection.close()

    def _ask_no_more(self) -> None:
        wish, self._wish = self._wish, None
        if wish is not None:
            wish.lower()

    def _lease(self) -> Lease:
        if self.opened.lease is None:
            raise self._refusal()
        return self.opened.lease

    def _refusal(self) -> AgentsException:
        is_elsewhere, why = self.opened.is_taken or self.opened.access.decides, self.opened.access.read_only
        return JournalSuperseded(why) if is_elsewhere else StoreError(why, "unwritable")


def _data_version(db: sqlite3.Connection) -> int:
    (version,) = db.execute("PRAGMA data_version").fetchone()
    return version
