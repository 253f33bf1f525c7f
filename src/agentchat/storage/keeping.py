"""What is done to a stored conversation that nobody opens: it gets another name, it is taken away, another one is written beside it."""

import sqlite3
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from agentchat.chat.saved import SavedChat
from agentchat.sqlite.files import BUSY_SECONDS, create_private, transact
from agentchat.storage.errors import StoreError, explained
from agentchat.storage.journal import Journal
from agentchat.storage.lease import Owner, take
from agentchat.storage.planting import plant
from agentchat.storage.reader import is_used, new_id
from agentchat.storage.schema import TABLES, prepare
from agentchat.storage.word_index import forget

T = TypeVar("T")

_OWN_TABLES = (
    "agentchat_chats",
    "agentchat_runs",
    "agentchat_responses",
    "agentchat_calls",
    "agentchat_items",
    "agentchat_facts",
    "agentchat_drafts",
    "agentchat_forks",
)
"""Where a conversation stands beside the two published tables, each with its `session_id`."""


def rename(path: Path, session_id: str, title: str, *, at: float) -> None:
    """Gives the conversation a name; "" takes it away. It may be open in another process, which goes on with the old name on its screen.

    `at` is now, in seconds since the epoch; a conversation does not count as used because it is renamed.
    """

    def work(db: sqlite3.Connection) -> None:
        _must_be_there(db, session_id)
        journal = Journal(db, session_id)
        journal.ensure_chat(folder="", at=at)
        journal.set_title(title)

    written(path, work)


def delete(path: Path, session_id: str, *, at: float) -> None:
    """Takes the conversation away for good, with everything that is known of its runs; its forks stay.

    What it said is overwritten in the file. Raises a StoreError when there is none, or when another living process has it open.
    """
    with _writable(path) as db:
        transact(db, lambda db: _must_be_there(db, session_id))
        lease = take(db, path, session_id, at=at)
        if isinstance(lease, Owner):
            raise StoreError(f"{session_id} is open in another process ({lease}); close it there first.")
        try:
            db.execute("PRAGMA secure_delete = ON")
            transact(db, lambda db: _delete(db, session_id))
        finally:
            lease.lower()


def add(path: Path, saved: SavedChat) -> str:
    """Writes a conversation that comes from somewhere else down, under an id of this file, which is returned. The file may be new."""
    with explained(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        create_private(path)

    def work(db: sqlite3.Connection) -> str:
        session_id = new_id(db)
        plant(db, replace(saved, session_id=session_id))
        return session_id

    return written(path, work)


def written(path: Path, work: Callable[[sqlite3.Connection], T]) -> T:
    """What `work` returns, as one transaction on a connection of its own; a StoreError when the file cannot be written."""
    with _writable(path) as db:
        return transact(db, work)


@contextmanager
def _writable(path: Path) -> Generator[sqlite3.Connection]:
    with explained(path):
        if not path.exists():
            raise StoreError(f"There are no conversations in {path} yet.")
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)) as db:
            prepare(db, path)
            yield db


def _must_be_there(db: sqlite3.Connection, session_id: str) -> None:
    if not is_used(db, session_id):
        raise StoreError(f"There is no conversation '{session_id}' any more.")


def _delete(db: sqlite3.Connection, session_id: str) -> None:
    forget(db, session_id)
    for table in _OWN_TABLES:
        db.execute(f"DELETE FROM {table} WHERE session_id = ?", (session_id,))  # noqa: S608 - our own names
    TABLES.clear(db, session_id)
    db.execute("DELETE FROM agentchat_leases WHERE session_id = ?", (session_id,))
