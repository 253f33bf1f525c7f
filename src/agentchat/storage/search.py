"""Finding what was said, by its words, in all conversations of a file.

Every word of the question must stand in the same row, or one that begins so; capitals and accents do not count. Read-only.
"""

import re
import sqlite3
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from agentchat.storage.reader import list_sessions, read_only
from agentchat.storage.word_index import last_indexed, text_of

_WORD = re.compile(r"[^\W_]+")
_BEFORE, _AFTER = 40, 120
"""Characters around the first word that was found."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A row in which the words stand. Its texts are foreign, not yet made safe to show."""

    session_id: str
    title: str
    """Of the conversation, as a list shows it."""
    place: int
    """The id of the row."""
    snippet: str
    """One line around the first of the words."""
    marks: tuple[tuple[int, int], ...]
    """Where in it the words stand that were looked for: first and behind the last character, in order."""


def search(path: Path, text: str, *, most: int = 50) -> tuple[Hit, ...]:
    """The latest rows that say this; none for a text without a word, or for a file that does not exist."""
    words = [_folded(word) for word in _WORD.findall(text)]
    if not words:
        return ()
    found = read_only(path, lambda db: _found(db, words, most), [])
    titles = {entry.session_id: entry.title for entry in list_sessions(path)} if found else {}
    return tuple(_hit(session_id, titles.get(session_id, ""), row, _snippet(said, words), words) for row, session_id, said in found)


def _found(db: sqlite3.Connection, words: Sequence[str], most: int) -> list[tuple[int, str, str]]:
    """Row, conversation and text, the latest first: those that are not in the index are all later than those that are."""
    try:
        indexed = last_indexed(db)
        old = _in_index(db, words, most) if indexed else []
    except sqlite3.DatabaseError:  # a broken index, or one that this SQLite cannot read
        indexed, old = 0, []
    return list(islice(chain(_looked_through(db, words, after=indexed), old), most))


def _looked_through(db: sqlite3.Connection, words: Sequence[str], *, after: int) -> Iterator[tuple[int, str, str]]:
    rows = db.execute("SELECT id, session_id, CAST(message_data AS BLOB) FROM agent_messages WHERE id > ? ORDER BY id DESC", (after,))
    for row, session_id, data in rows:
        text = text_of(data)
        if _says(text, words):
            yield row, session_id, text


def _in_index(db: sqlite3.Connection, words: Sequence[str], most: int) -> list[tuple[int, str, str]]:
    rows = db.execute(
        """
        SELECT message.id, message.session_id, CAST(message.message_data AS BLOB)
        FROM agentchat_words JOIN agent_messages AS message ON message.id = agentchat_words.rowid
        WHERE agentchat_words MATCH ? ORDER BY agentchat_words.rowid DESC LIMIT ?
        """,
        (" ".join(f'"{word}"*' for word in words), most),
    )
    return [(row, session_id, text_of(data)) for row, session_id, data in rows.fetchall()]


def _says(text: str, words: Sequence[str]) -> bool:
    missing = set(words)
    for said in _WORD.finditer(text):
        missing -= {word for word in missing if _folded(said[0]).startswith(word)}
        if not missing:
            return True
    return False


def _snippet(text: str, words: Sequence[str]) -> str:
    starts = (said.start() for said in _WORD.finditer(text) if _folded(said[0]).startswith(tuple(words)))
    place = next(starts, 0)
    first, last = max(0, place - _BEFORE), place + _AFTER
    line = " ".join(text[first:last].split())
    return f"{'…' if first else ''}{line}{'…' if last < len(text) else ''}"


def _hit(session_id: str, title: str, row: int, snippet: str, words: Sequence[str]) -> Hit:
    marks = tuple(said.span() for said in _WORD.finditer(snippet) if _folded(said[0]).startswith(tuple(words)))
    return Hit(session_id, title, row, snippet, marks)


def _folded(word: str) -> str:
    """Without capitals and accents, as the index has it."""
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
