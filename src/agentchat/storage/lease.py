"""Who may write a conversation: one process at a time, by a lease.

A lease has an epoch, a number that no other lease of the file ever gets. Whoever writes asks in the same transaction whether its lease is
there still, so a process that slept while another one took the conversation over writes nothing more. A lease whose process is gone is
nobody's: its life sign, a locked file beside the database, tells.
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
    """The process that has a conversation."""

    process: int
    host: str
    since: float
    """Seconds since the epoch of clocks."""

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

    def release(self, db: sqlite3.Connection) -> None:
        """Gives the conversation back."""
        transact(db, lambda db: db.execute("DELETE FROM agentchat_leases WHERE epoch = ?", (self.epoch,)))

    def lower(self) -> None:
        """Takes the life sign away. Called once, after `release`, or when that could not be written: the lease is nobody's then too."""
        if self.sign is not None:
            self.sign.lower()


def take(db: sqlite3.Connection, path: Path | None, session_id: str, *, at: float, by_force: bool = False) -> Lease | Owner:
    """The lease, or the living process that has it; by force, the lease in any case. `path` is None for a database in memory."""
    signs: list[LifeSign] = []
    try:
        return transact(db, lambda db: _take(db, path, session_id, at=at, by_force=by_force, signs=signs))
    except BaseException:
        for sign in signs:
            sign.lower()
        raise


def owner_of(db: sqlite3.Connection, path: Path | None, session_id: str) -> Owner | None:
    """The living process that has the conversation."""
    row = db.execute(f"{_ROW} WHERE session_id = ?", (session_id,)).fetchone()
    if row is None or path is None or not is_alive(_sign_of(path, row[0])):
        return None
    return Owner(*row[1:])


def is_in_use(path: Path) -> bool:
    """Whether some living process has a conversation of this file; asks the life signs alone, for a file that cannot be read."""
    return any(is_alive(sign) for sign in _signs(path))


def _take(
    db: sqlite3.Connection, path: Path | None, session_id: str, *, at: float, by_force: bool, signs: list[LifeSign]
) -> Lease | Owner:
    owner = owner_of(db, path, session_id)
    if owner is not None and not by_force:
        return owner
    db.execute("DELETE FROM agentchat_leases WHERE session_id = ?", (session_id,))
    added = db.execute(
        "INSERT INTO agentchat_leases (session_id, process, host, since) VALUES (?, ?, ?, ?)",
        (session_id, os.getpid(), socket.gethostname(), at),
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


def _signs(path: Path) -> list[Path]:
    return [found for found in path.parent.iterdir() if found.name.startswith(f"{path.name}-lease-")]


def _sign_of(path: Path, epoch: int) -> Path:
    return path.with_name(f"{path.name}-lease-{epoch}")
