"""Opening a conversation in a file, whatever state the file is in: something is always there to talk in, and says what it is.

    the file is well, nobody else has the conversation      it is written
    another living process has it                           it is read, and can be taken over
    a newer version wrote the file                          it is read
    the file cannot be written now, the conversation is new what is said is kept in memory, and lost at the end
    the file cannot be written now, the conversation is not it is read: going on in memory could do for a second time what is stored
    the file is damaged                                     it is moved aside, what can be read goes into a new one (`salvage`)

A path where no file of ours can be (a folder, somebody's text) is an error, and so is a newer file that this version cannot read.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import aiosqlite

from agentchat.chat.store import Access
from agentchat.sqlite.hops import connect, run_on
from agentchat.storage.errors import StoreError, explained
from agentchat.storage.lease import Lease, Owner, Wish, owner_of, take
from agentchat.storage.reader import is_used, saved_chat, understood
from agentchat.storage.salvage import refuse_damage, salvage
from agentchat.storage.schema import prepare

T = TypeVar("T")

_LOOKS, _BETWEEN_LOOKS = 6, 0.05
"""How often, and how many seconds apart, is looked whether the process that has the conversation is leaving."""

_MEMORY = Path(":memory:")


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A connection, and what may be done on it."""

    connection: aiosqlite.Connection
    access: Access
    lease: Lease | None = None
    """None when nothing can be written."""
    is_taken: bool = False
    """Whether nothing can be written because another process has the conversation, or had it last."""
    owner: Owner | None = None
    """That process, while it is known to live."""


async def open_file(path: Path, session_id: str, *, at: float) -> OpenFile:
    """The conversation in the file, as well as it can be had. `at` is now, in seconds since the epoch."""
    try:
        return await _open_when_left(path, session_id, at=at)
    except StoreError as error:
        match error.trouble:
            case "damaged":
                return await _open_salvaged(path, session_id, at=at)
            case "newer":
                return await _open_to_read(path, session_id, refused=error)
            case "unwritable":
                return await _open_without_writing(path, session_id, at=at, refused=error)
            case "mistaken" | "step":
                raise


async def open_to_write(
    path: Path, session_id: str, *, at: float, by_force: bool = False, wish: Wish | None = None
) -> OpenFile:
    """The conversation with the lease on it; without, when another living process has that and it is not taken by force.

    `wish` is this process's own, after which nobody else is given the conversation. A StoreError says why the file cannot be written.
    """
    with explained(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)

    leases: list[Lease] = []

    def work(db: sqlite3.Connection) -> Owner | None:
        refuse_damage(db, path)
        prepare(db, path)
        taken = take(db, path, session_id, at=at, by_force=by_force, wish=wish)
        if isinstance(taken, Owner):
            return taken
        leases.append(taken)
        return None

    try:
        connection, owner = await _opened(path, work)
    except BaseException:  # cancelled when it was done: what nobody will use is not kept from the others
        for lease in leases:
            lease.lower()
        raise
    if owner is not None:
        return OpenFile(connection, taken_by(owner), is_taken=True, owner=owner)
    return OpenFile(connection, Access(), lease=leases[0])


async def open_to_decide(path: Path, session_id: str) -> OpenFile:
    """The conversation, for a person's words about its waiting calls and nothing else: whoever has it keeps it."""

    def work(db: sqlite3.Connection) -> Owner | None:
        refuse_damage(db, path)
        prepare(db, path)
        return owner_of(db, path, session_id)

    connection, owner = await _opened(path, work)
    return OpenFile(connection, decided_beside(owner), owner=owner)


def decided_beside(owner: Owner | None) -> Access:
    """What can be done by a process that only decides."""
    return Access(read_only="Here calls are decided, and nothing else.", decides=True, owner="" if owner is None else str(owner))


def taken_by(owner: Owner | None) -> Access:
    """What can be done while somebody else has the conversation; None for one who has gone by now."""
    return Access(
        read_only=f"This conversation is open in {_another(owner)}; take it over to go on here.",
        may_take_over=True,
        owner="" if owner is None else str(owner),
    )


def lost_to(owner: Owner | None) -> Access:
    """The same, of a conversation that was ours until now."""
    return replace(taken_by(owner), read_only=f"{_another(owner).capitalize()} has taken this conversation over, and goes on with it.")


def asked_of(owner: Owner, busy: str) -> Access:
    """The same, of one that was asked for and has not come; `busy` is what its owner does, empty for one that does not answer."""
    why = f"is busy: {busy}. The conversation comes here after that." if busy else "has the conversation and does not answer."
    return replace(taken_by(owner), read_only=f"{_another(owner).capitalize()} {why}", is_asked=True)


def _another(owner: Owner | None) -> str:
    return "another process" if owner is None else f"another process ({owner})"


async def _open_when_left(path: Path, session_id: str, *, at: float) -> OpenFile:
    """A process that is just leaving, or was just killed, may have the conversation for a moment yet."""
    opened = await open_to_write(path, session_id, at=at)
    for _ in range(_LOOKS if opened.is_taken else 0):
        await asyncio.sleep(_BETWEEN_LOOKS)
        if await run_on(opened.connection, lambda db: owner_of(db, path, session_id)) is None:
            await opened.connection.close()
            return await open_to_write(path, session_id, at=at)
    return opened


async def _open_salvaged(path: Path, session_id: str, *, at: float) -> OpenFile:
    try:
        with explained(path):
            notice = await asyncio.to_thread(salvage, path, at=at)
        opened = await open_to_write(path, session_id, at=at)
    except StoreError as error:
        return await _open_without_writing(path, session_id, at=at, refused=error)
    return replace(opened, access=replace(opened.access, notice=notice))


async def _open_without_writing(path: Path, session_id: str, *, at: float, refused: StoreError) -> OpenFile:
    with suppress(StoreError):  # a file that cannot even be read makes a new conversation no worse
        access = Access(read_only=str(refused), may_take_over=True)
        is_stored, opened = await _open_if_stored(path, session_id, access)
        if is_stored:
            return opened
        await opened.connection.close()
    return await _open_in_memory(session_id, at=at, refused=refused)


async def _open_to_read(path: Path, session_id: str, *, refused: StoreError) -> OpenFile:
    """A newer file, as far as it can be understood."""
    try:
        _, opened = await _open_if_stored(path, session_id, Access(read_only=str(refused)))
    except StoreError:
        raise refused from None
    return opened


async def _open_if_stored(path: Path, session_id: str, access: Access) -> tuple[bool, OpenFile]:
    """Open to be read, and whether the conversation is in it."""

    def work(db: sqlite3.Connection) -> bool:
        with understood(db, path):
            saved_chat(db, session_id, last=1)
            return is_used(db, session_id)

    connection, is_stored = await _opened(path, work, read_only=True)
    return is_stored, OpenFile(connection, access)


async def _open_in_memory(session_id: str, *, at: float, refused: StoreError) -> OpenFile:
    def work(db: sqlite3.Connection) -> Lease | Owner:
        prepare(db, _MEMORY)
        return take(db, None, session_id, at=at)

    connection, taken = await _opened(_MEMORY, work)
    assert isinstance(taken, Lease)
    unsaved = f"What is said here is not saved: {refused}"
    return OpenFile(connection, Access(unsaved=unsaved, notice=unsaved), lease=taken)


async def _opened(path: Path, work: Callable[[sqlite3.Connection], T], *, read_only: bool = False) -> tuple[aiosqlite.Connection, T]:
    """A connection on which `work` was done."""
    with explained(path):
        connection = await connect(path, read_only=read_only)
        try:
            return connection, await run_on(connection, work)
        except BaseException:
            await connection.close()
            raise
