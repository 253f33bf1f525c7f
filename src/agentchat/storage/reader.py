"""Reading conversations without opening them: for the first frame, for lists, and for finding the one that is meant.

Standard library only, and read-only: this runs before the runtime is loaded, and beside a process that owns the conversation.
A file that does not exist holds no conversations; that is no error.
"""

import json
import os
import sqlite3
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from agentchat.chat.saved import SavedChat, SavedFact, SavedRow, SessionEntry, standing_facts
from agentchat.runtime.values.facts import fact_from_json
from agentchat.sqlite.files import connect_to_read, snapshot
from agentchat.storage.errors import StoreError, explained
from agentchat.storage.item_texts import texts_of
from agentchat.storage.schema import TABLES, check_version, version_of

T = TypeVar("T")

_UNFINISHED = (None, "interrupted", "goes on")
"""Endings of a run's last commit after which it still has something to do."""

_TITLE_LENGTH = 60
_LISTED = ("agent_sessions", "agent_messages", "agentchat_chats")
"""The tables that make a conversation one of the list."""
_PUBLISHED = "SELECT session_id, strftime('%s', created_at), strftime('%s', updated_at)"
"""The id and the times of a conversation, as text or NULL."""
_WITH_FORKS = 3
"""The first version of the file that knows of forks: an older one is read as it is."""


def read_chat(path: Path, session_id: str, *, last: int | None = None) -> SavedChat:
    """The conversation, or only its `last` rows with the facts about them; an empty one when nothing is stored under that id."""
    return read_only(path, lambda db: saved_chat(db, session_id, last=last), SavedChat(session_id=session_id))


def list_sessions(path: Path) -> tuple[SessionEntry, ...]:
    """All conversations of the file, the one used last first."""
    return read_only(path, _entries, ())


def find_sessions(path: Path, prefix: str) -> tuple[SessionEntry, ...]:
    """The conversations that `prefix` may mean: the one with that id, else those so titled, else those whose id begins so."""
    entries = list_sessions(path)
    wanted = prefix.casefold()
    return (
        tuple(entry for entry in entries if entry.session_id == prefix)
        or tuple(entry for entry in entries if entry.title.casefold() == wanted)
        or tuple(entry for entry in entries if prefix and entry.session_id.startswith(prefix))
    )


def nearest(path: Path, text: str) -> tuple[str, ...]:
    """Up to three ids or titles that look like `text`, for a person who mistyped one."""
    from difflib import get_close_matches  # 8 ms to import, and only a mistyped id needs it

    names = [name for entry in list_sessions(path) for name in (entry.session_id, entry.title) if name]
    return tuple(get_close_matches(text, names, n=3, cutoff=0.5))


def latest(path: Path, folder: str) -> str | None:
    """The id of the conversation that was used last in this folder."""
    return read_only(path, lambda db: _latest(db, folder), None)


def has_session(path: Path, session_id: str) -> bool:
    """Whether there is a conversation with exactly that id."""
    return read_only(path, lambda db: _has_any(db, _LISTED, session_id), default=False)


def folder_of(path: Path, session_id: str) -> str:
    """The working folder that a conversation was begun in; empty when unknown."""
    return read_only(path, lambda db: _chat_row(db, session_id, created=0.0, updated=0.0)[1] if version_of(db) else "", "")


def new_session_id(path: Path) -> str:
    """An id that no conversation of the file has: eight hexadecimal digits. Any, for a file that cannot be read: opening it says so."""
    try:
        return read_only(path, new_id, default=_any_id())
    except StoreError:
        return _any_id()


def new_id(db: sqlite3.Connection) -> str:
    """As `new_session_id`, on a connection."""
    while is_used(db, session_id := _any_id()):
        continue
    return session_id


def _any_id() -> str:
    return os.urandom(4).hex()  # `secrets` takes 7 ms to import, and draws from the same source


def is_used(db: sqlite3.Connection, session_id: str) -> bool:
    """Whether anything is stored under the id, also by a conversation that was cleared: its runs would come back with the id."""
    return _has_any(db, (*_LISTED, "agentchat_runs"), session_id)


def _has_any(db: sqlite3.Connection, tables: tuple[str, ...], session_id: str) -> bool:
    known = tables if version_of(db) else tuple(table for table in tables if not table.startswith("agentchat_"))
    return any(db.execute(f"SELECT 1 FROM {table} WHERE session_id = ?", (session_id,)).fetchone() for table in known)  # noqa: S608 - names of our own


def titles_in(db: sqlite3.Connection) -> frozenset[str]:
    """The titles of all conversations of a file of ours."""
    return frozenset(title for (title,) in db.execute("SELECT title FROM agentchat_chats"))


def saved_chat(db: sqlite3.Connection, session_id: str, *, last: int | None = None) -> SavedChat:
    """As `read_chat`, on a connection; the caller holds the transaction that makes it one view."""
    rows = tuple(SavedRow(row_id, item) for row_id, item in TABLES.read_rows(db, session_id, limit=last))
    gap = last is not None and bool(rows) and _is_any_before(db, session_id, rows[0].id)
    created, updated = _published_times(db, session_id)
    if not version_of(db):
        return SavedChat(session_id=session_id, created=created, updated=updated, rows=rows)
    title, folder, agent, prompt, created, updated = _chat_row(db, session_id, created=created, updated=updated)
    open_run, draft = _open_run(db, session_id)
    return SavedChat(
        session_id=session_id,
        title=title,
        created=created,
        updated=updated,
        folder=folder,
        agent=agent,
        rows=rows,
        facts=_facts(db, session_id, rows, gap=gap),
        open_run=open_run,
        draft=draft,
        prompt=prompt,
    )


def read_only(path: Path, work: Callable[[sqlite3.Connection], T], default: T) -> T:
    """What `work` makes of the file; the default for one that does not exist, or that holds no conversations.

    A file that a newer version wrote is read as far as this one understands it.
    """
    if not path.exists():
        return default
    with explained(path), closing(connect_to_read(path)) as db, understood(db, path):
        return snapshot(db, lambda db: work(db) if TABLES.exist(db) else default)


@contextmanager
def understood(db: sqlite3.Connection, path: Path) -> Generator[None]:
    """Tells a newer file, whose tables are others than we know, from a broken one."""
    try:
        yield
    except sqlite3.OperationalError:
        check_version(db, path)
        raise


def _is_any_before(db: sqlite3.Connection, session_id: str, row: int) -> bool:
    return db.execute("SELECT 1 FROM agent_messages WHERE session_id = ? AND id < ? LIMIT 1", (session_id, row)).fetchone() is not None


def _latest(db: sqlite3.Connection, folder: str) -> str | None:
    """As the list has it, without making the list; what another program wrote later than we did counts as use."""
    if not version_of(db):
        return None
    found = db.execute(
        """
        SELECT chat.session_id FROM agentchat_chats AS chat LEFT JOIN agent_sessions AS published USING (session_id)
        WHERE chat.folder = ?
        ORDER BY max(chat.updated, CAST(coalesce(strftime('%s', published.updated_at), 0) AS REAL)) DESC, chat.session_id LIMIT 1
        """,
        (folder,),
    ).fetchone()
    return None if found is None else found[0]


def _published_times(db: sqlite3.Connection, session_id: str) -> tuple[float, float]:
    """Created and updated as the published table says it, which other programs keep; 0 when it does not."""
    row = db.execute(f"{_PUBLISHED} FROM agent_sessions WHERE session_id = ?", (session_id,)).fetchone()
    _, created, updated = row or (None, None, None)
    return float(created or 0), float(updated or 0)


def _chat_row(
    db: sqlite3.Connection, session_id: str, *, created: float, updated: float
) -> tuple[str, str, str | None, str, float, float]:
    """Title, folder, agent, prompt and times; what another program wrote later than we did counts as an update."""
    row = db.execute(
        "SELECT title, folder, agent, prompt, created, updated FROM agentchat_chats WHERE session_id = ?", (session_id,)
    ).fetchone()
    if row is None:
        return "", "", None, "", created, updated
    return *row[:5], max(row[5], updated)


def _open_run(db: sqlite3.Connection, session_id: str) -> tuple[str | None, str | None]:
    """The last run, when it is unfinished, and its draft."""
    row = db.execute(
        "SELECT run_id, ending FROM agentchat_runs WHERE session_id = ? AND path = '' ORDER BY id DESC LIMIT 1", (session_id,)
    ).fetchone()
    if row is None or row[1] not in _UNFINISHED:
        return None, None
    draft = db.execute(
        "SELECT text FROM agentchat_drafts WHERE session_id = ? AND run_id = ? AND path = ''", (session_id, row[0])
    ).fetchone()
    return row[0], draft and draft[0]


def _facts(db: sqlite3.Connection, session_id: str, rows: tuple[SavedRow, ...], *, gap: bool) -> tuple[SavedFact, ...]:
    first = rows[0].id if rows and gap else 0
    found = db.execute(
        """
        SELECT fact.seq, fact.fact, fact.run_id, fact.place, fact.of_row, nested.item
        FROM agentchat_facts AS fact LEFT JOIN agentchat_items AS nested ON nested.id = fact.item_id
        WHERE fact.session_id = ? AND fact.place >= ? ORDER BY fact.seq
        """,
        (session_id, first),
    )
    facts = tuple(_saved_fact(row) for row in found.fetchall())
    return standing_facts(facts, tuple(row.id for row in rows), gap=gap)


def _saved_fact(columns: tuple[Any, ...]) -> SavedFact:
    seq, fact, run_id, place, of_row, item = columns
    return SavedFact(
        seq=seq,
        fact=fact_from_json(json.loads(fact)),
        run_id=run_id,
        row=place if of_row else None,
        after=None if of_row else place or None,
        item=None if item is None else json.loads(item),
    )


def _entries(db: sqlite3.Connection) -> tuple[SessionEntry, ...]:
    counted = db.execute("SELECT session_id, count(*), min(id) FROM agent_messages GROUP BY session_id")
    messages = {row[0]: row[1:] for row in counted}
    published = {row[0]: (float(row[1] or 0), float(row[2] or 0)) for row in db.execute(f"{_PUBLISHED} FROM agent_sessions")}
    chats: dict[str, tuple[Any, ...]] = {}
    unfinished: frozenset[str] = frozenset()
    if version_of(db):
        chats = {row[0]: row[1:] for row in db.execute("SELECT session_id, title, folder, created, updated FROM agentchat_chats")}
        unfinished = _unfinished(db)
    parents = dict(db.execute("SELECT session_id, parent FROM agentchat_forks")) if version_of(db) >= _WITH_FORKS else {}
    entries: list[SessionEntry] = []
    for session_id in {*messages, *published, *chats}:
        rows, first = messages.get(session_id, (0, 0))
        created, updated = published.get(session_id, (0.0, 0.0))
        title, folder, created, known = chats.get(session_id, ("", "", created, updated))
        entries.append(
            SessionEntry(
                session_id=session_id,
                title=title or _first_words(db, first),
                created=created,
                updated=max(known, updated),
                folder=folder,
                rows=rows,
                unfinished=session_id in unfinished,
                parent=parents.get(session_id, ""),
            )
        )
    return tuple(sorted(entries, key=lambda entry: (-entry.updated, entry.session_id)))


def _unfinished(db: sqlite3.Connection) -> frozenset[str]:
    last_runs = db.execute(
        "SELECT session_id, ending FROM agentchat_runs"
        " WHERE id IN (SELECT max(id) FROM agentchat_runs WHERE path = '' GROUP BY session_id)"
    )
    return frozenset(session_id for session_id, ending in last_runs if ending in _UNFINISHED)


def _first_words(db: sqlite3.Connection, row: int) -> str:
    """What the first row says, as one short line."""
    found = db.execute("SELECT CAST(message_data AS BLOB) FROM agent_messages WHERE id = ?", (row,)).fetchone()
    if found is None:
        return ""
    try:
        item = json.loads(found[0])
    except ValueError:
        return ""
    line = " ".join(" ".join(texts_of(item)).split())
    return line if len(line) <= _TITLE_LENGTH else f"{line[: _TITLE_LENGTH - 1]}…"
