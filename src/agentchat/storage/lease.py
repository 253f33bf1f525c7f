"""Who may write a conversation: one process at a time, by a lease.

A lease has an epoch, a number that no other lease of the file ever gets. Whoever writes asks in the same transaction whether its lease is
there still, so a process that slept while another one took the conversation over writes nothing more. A lease whose process is gone is
nobody's: its life sign, a locked file beside the database, tells. The order is that of the epochs; no clock is asked.
"""

import os
import socket
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from agentchat.runtime.values.exceptions import JournalSuperseded
from agentchat.sqlite.files import transact
from agentchat.sqlite.life_signs import LifeSign, is_alive, raise_sign

_ROW = "SELECT epoch, process, host, since FROM agentchat_leases"


@dataclass(frozen=True, slots=True)
class Owner:
    """The process that has a conversation, or that is to get it."""

    process: int
    host: str
    since: float = 0.0
    """Seconds since the epoch of clocks, for people; 0 for one that waits."""

    def is_same(self, other: "Owner | None") -> bool:
        """Whether that is this process."""
        return other is not None and (self.process, self.host) == (other.process, other.host)

    def __str__(self) -> str:
        """As a person is told."""
        return f"pid {self.process}" if self.host == socket.gethostname() else f"pid {self.process} on {self.host}"


class LeaseLost(JournalSuperseded):
    """Another process has taken the conversation over."""

    def __init__(self, session_id: str, owner: Owner | None) -> None:
        super().__init__(f"Another process has taken the conversation {session_id} over; take it over again to go on here.")
        self.owner = owner
        """Which one; None when it has given it back."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write one conversation, until somebody takes it over."""

    session_id: str
    epoch: int
    sign: LifeSign | None
    """None for a database in memory, which nobody else sees."""

    def check(self, db: sqlite3.Connection) -> None:
        """LeaseLost when it is not ours any more. The caller holds the transaction that writes."""
        row = db.execute(f"{_ROW} WHERE session_id = ?", (self.session_id,)).fetchone()
        if row is None or row[0] != self.epoch:
            raise LeaseLost(self.session_id, None if row is None else Owner(*row[1:]))

    def works_on(self, db: sqlite3.Connection, run_id: str) -> None:
        """Says what this process does, for those who look on: the run that goes on, or nothing."""
        db.execute("UPDATE agentchat_leases SET run_id = ? WHERE epoch = ? AND run_id <> ?", (run_id, self.epoch, run_id))

    def release(self, db: sqlite3.Connection) -> None:
        """Gives the conversation back."""
        transact(db, lambda db: db.execute("DELETE FROM agentchat_leases WHERE epoch = ?", (self.epoch,)))

    def lower(self) -> None:
        """Takes the life sign away. Called once, after `release`, or when that could not be written: the lease is nobody's then too."""
        if self.sign is not None:
            self.sign.lower()


@dataclass(frozen=True, slots=True)
class Wish:
    """A process asks for the conversation of another one. While it lives, nobody else is given what that one lets go."""

    id: int
    sign: LifeSign

    def lower(self) -> None:
        """Nobody asks any more. Called once; the row is swept away, or was taken with the conversation."""
        self.sign.lower()


def take(
    db: sqlite3.Connection, path: Path | None, session_id: str, *, at: float, by_force: bool = False, wish: Wish | None = None
) -> Lease | Owner:
    """The lease, or the living process that has it, or is to get it; by force, the lease in any case.

    `path` is None for a database in memory; `wish` is the caller's own.
    """
    signs: list[LifeSign] = []

    def work(db: sqlite3.Connection) -> Lease | Owner:
        owner = None if by_force else owner_of(db, path, session_id, wish)
        return owner or _take(db, path, session_id, at=at, signs=signs)

    try:
        return transact(db, work)
    except BaseException:
        for sign in signs:
            sign.lower()
        raise


def ask(db: sqlite3.Connection, path: Path, session_id: str) -> Wish | Owner:
    """Asks the process that has the conversation for it; or the living one that has asked before."""
    signs: list[LifeSign] = []

    def work(db: sqlite3.Connection) -> Wish | Owner:
        if (first := wisher_of(db, path, session_id)) is not None:
            return first
        db.execute("DELETE FROM agentchat_wishes WHERE session_id = ?", (session_id,))
        added = db.execute("INSERT INTO agentchat_wishes (session_id, process, host) VALUES (?, ?, ?)", (session_id, *_here()))
        assert added.lastrowid is not None
        signs.append(raise_sign(_sign_of_wish(path, added.lastrowid)))
        return Wish(added.lastrowid, signs[0])

    try:
        return transact(db, work)
    except BaseException:
        for sign in signs:
            sign.lower()
        raise


def owner_of(db: sqlite3.Connection, path: Path | None, session_id: str, wish: Wish | None = None) -> Owner | None:
    """The living process that has the conversation, or is to get it; not the one whose wish it is."""
    row = db.execute(f"{_ROW} WHERE session_id = ?", (session_id,)).fetchone()
    if row is None or path is None or not is_alive(_sign_of(path, row[0])):
        return wisher_of(db, path, session_id, but=wish)
    return Owner(*row[1:])


def wisher_of(db: sqlite3.Connection, path: Path | None, session_id: str, but: Wish | None = None) -> Owner | None:
    """The living process that asks for the conversation."""
    row = db.execute("SELECT id, process, host FROM agentchat_wishes WHERE session_id = ?", (session_id,)).fetchone()
    if row is None or path is None or (but is not None and but.id == row[0]) or not is_alive(_sign_of_wish(path, row[0])):
        return None
    return Owner(*row[1:])


def run_of(db: sqlite3.Connection, path: Path, session_id: str) -> tuple[int, str] | None:
    """The epoch, and the run, of the living process that works on one; None when nothing goes on."""
    row = db.execute("SELECT epoch, run_id FROM agentchat_leases WHERE session_id = ?", (session_id,)).fetchone()
    return row if row is not None and row[1] and is_alive(_sign_of(path, row[0])) else None


def is_in_use(path: Path) -> bool:
    """Whether some living process has a conversation of this file; asks the life signs alone, for a file that cannot be read."""
    return any(is_alive(sign) for sign in _signs(path))


def _take(db: sqlite3.Connection, path: Path | None, session_id: str, *, at: float, signs: list[LifeSign]) -> Lease:
    """In the caller's transaction; what was asked for is decided by it."""
    db.execute("DELETE FROM agentchat_leases WHERE session_id = ?", (session_id,))
    db.execute("DELETE FROM agentchat_wishes WHERE session_id = ?", (session_id,))
    added = db.execute(
        "INSERT INTO agentchat_leases (session_id, process, host, since) VALUES (?, ?, ?, ?)", (session_id, *_here(), at)
    )
    assert added.lastrowid is not None
    if path is not None:
        _sweep(db, path, but=added.lastrowid)
        signs.append(raise_sign(_sign_of(path, added.lastrowid)))
    return Lease(session_id, added.lastrowid, signs[0] if signs else None)


def _sweep(db: sqlite3.Connection, path: Path, *, but: int) -> None:
    """What the dead have left. Nobody raises a sign meanwhile: this is a transaction that writes."""
    for (epoch,) in db.execute("SELECT epoch FROM agentchat_leases WHERE epoch <> ?", (but,)).fetchall():
        if not is_alive(_sign_of(path, epoch)):
            db.execute("DELETE FROM agentchat_leases WHERE epoch = ?", (epoch,))
    for sign in _signs(path):
        if not is_alive(sign):
            sign.unlink(missing_ok=True)


def _here() -> tuple[int, str]:
    return os.getpid(), socket.gethostname()


def _signs(path: Path) -> list[Path]:
    return [found for found in path.parent.iterdir() if found.name.startswith(f"{path.name}-lease-")]


def _sign_of(path: Path, epoch: int) -> Path:
    return path.with_name(f"{path.name}-lease-{epoch}")


def _sign_of_wish(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}-lease-asked-{number}")
