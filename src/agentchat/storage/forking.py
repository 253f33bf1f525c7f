"""A conversation that begins as another one did: a session of its own, with the shared beginning copied and a link to where it came from.

Both are whole by themselves afterwards, so that `SQLiteSession(id, path)` reads one conversation, and taking one away changes no other.
"""

import re
import sqlite3
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from agentchat.chat.attachments import said_in
from agentchat.chat.saved import SavedChat
from agentchat.chat.transcript.rows import shape_of
from agentchat.runtime.values.facts import TurnFact
from agentchat.storage.errors import StoreError
from agentchat.storage.keeping import written
from agentchat.storage.planting import plant
from agentchat.storage.reader import is_used, new_id, saved_chat, titles_in

_NUMBERED = re.compile(r" \(\d+\)\Z")


@dataclass(frozen=True, slots=True)
class Fork:
    """A conversation that was made of another one."""

    session_id: str
    title: str
    """Foreign, not yet made safe to show; empty where the fork begins with its first message."""
    prompt: str
    """What stands unsent in its prompt when it is opened."""


def fork(path: Path, session_id: str, *, at: float, before: int | None = None, prompt: str | None = None) -> Fork:
    """Copies the conversation, or only what stands before the person's message number `before`, counted from 1.

    The n-th message is the n-th `UserBlock` of the transcript. It is not copied but stands in the prompt of the new conversation, to be
    changed and sent again; `prompt` is put there instead. The original is not touched, may be open in any process and in the middle of a
    run, of which nothing is copied but what is stored of the conversation. `at` is now, in seconds since the epoch.

    Raises:
        StoreError: There is no such conversation, or no such message in it, or the file cannot be written.
    """

    def work(db: sqlite3.Connection) -> Fork:
        if not is_used(db, session_id):
            raise StoreError(f"There is no conversation '{session_id}' in {path}; one that is not saved cannot be forked.")
        original = saved_chat(db, session_id)
        kept, said = (original, "") if before is None else _until(original, before)
        copy = replace(
            kept,
            session_id=new_id(db),
            title=_next_title(kept.title, titles_in(db)) if kept.rows else "",
            created=at,
            updated=at,
            prompt=said if prompt is None else prompt,
        )
        plant(db, copy)
        _link(db, copy, session_id, last=kept.rows[-1].id if kept.rows else 0)
        return Fork(copy.session_id, copy.title, copy.prompt)

    return written(path, work)


def _until(saved: SavedChat, number: int) -> tuple[SavedChat, str]:
    """What stands before the person's message with that number, and the message."""
    messages = [place for place, row in enumerate(saved.rows) if shape_of(row.item) == "user"]
    if not 1 <= number <= len(messages):
        there = "it has none" if not messages else f"it has {len(messages)}"
        raise StoreError(f"There is no message {number} of yours in {saved.session_id}; {there}.")
    rows, message = saved.rows[: messages[number - 1]], saved.rows[messages[number - 1]]
    facts = tuple(
        fact for fact in saved.facts if (fact.after or 0) < message.id and (fact.row is None or fact.row < message.id)
    )
    agent = next((fact.fact.agent for fact in saved.facts if fact.row == message.id and not isinstance(fact.fact, TurnFact)), None)
    return replace(saved, rows=rows, facts=facts, agent=agent or saved.agent, draft=None, open_run=None), said_in(message.item)


def _next_title(title: str, taken: frozenset[str]) -> str:
    """The title with the first number behind it that no other conversation has."""
    if not title:
        return ""
    bare = _NUMBERED.sub("", title)
    return next(name for number in count(2) if (name := f"{bare} ({number})") not in taken)


def _link(db: sqlite3.Connection, copy: SavedChat, parent: str, *, last: int) -> None:
    db.execute("INSERT INTO agentchat_forks (session_id, parent, place) VALUES (?, ?, ?)", (copy.session_id, parent, last))
