"""Which rows hold which words: an index beside the conversations, where the SQLite has FTS5.

It follows behind: whoever writes a conversation indexes the next rows that are not in it, its own and those that other programs have
written. Rows that it has not come to yet are looked through when something is searched, so that nothing is missed, and a file without an
index is only slower. It holds no texts. A row that was taken away stays in it, and is not found any more.
"""

import json
import sqlite3
from functools import cache
from typing import Any

from agentchat.storage.item_texts import texts_of

_AT_ONCE = 200
"""So many rows are indexed with one write, at most: an old file is caught up with little by little."""
_INDEXED_LENGTH = 200_000
"""Characters of a row that are indexed; what stands behind them in a larger output is not found."""
_OTHERS_AFFAIR = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_NOMEM)
"""Errors of the file as a whole; any other is one of the index, without which a conversation can be written all the same."""


def catch_up(db: sqlite3.Connection) -> None:
    """Indexes the next rows. The caller holds the transaction; a broken index does not break what else is in it."""
    if not has_fts5():
        return
    db.execute("SAVEPOINT agentchat_index")
    try:
        _index(db)
        db.execute("SAVEPOINT agentchat_indexed")  # only now it is written to its tables; else COMMIT would do it, too late for us
    except sqlite3.DatabaseError as error:
        if vars(error).get("sqlite_errorcode", 0) & 0xFF in _OTHERS_AFFAIR or not db.in_transaction:
            raise
        db.execute("ROLLBACK TO agentchat_index")
    db.execute("RELEASE agentchat_index")


def forget(db: sqlite3.Connection, session_id: str) -> None:
    """Takes the words of a conversation out, before its rows go. The caller holds the transaction.

    An index that does not let them go is broken, and is emptied: it would keep what was meant to be gone.
    """
    if not has_fts5() or not _is_there(db):
        return
    db.execute("SAVEPOINT agentchat_index")
    try:
        rows = db.execute(
            "SELECT id, CAST(message_data AS BLOB) FROM agent_messages WHERE session_id = ? AND id <= ?", (session_id, last_indexed(db))
        ).fetchall()
        told = [("delete", row, _indexed(data)) for row, data in rows]
        db.executemany("INSERT INTO agentchat_words (agentchat_words, rowid, text) VALUES (?, ?, ?)", told)
        db.execute("SAVEPOINT agentchat_indexed")  # as in `catch_up`
    except sqlite3.DatabaseError:
        db.execute("ROLLBACK TO agentchat_index")
        db.execute("DELETE FROM agentchat_words_data")  # where its words lie; one that cannot be read cannot be dropped either
    db.execute("RELEASE agentchat_index")


def last_indexed(db: sqlite3.Connection) -> int:
    """The row up to which everything is indexed; 0 without an index."""
    if not has_fts5() or not _is_there(db):
        return 0
    row = db.execute("SELECT rowid FROM agentchat_words ORDER BY rowid DESC LIMIT 1").fetchone()
    return 0 if row is None else row[0]


def text_of(data: bytes) -> str:
    """The texts of a row, as its column holds it; empty for one that another program damaged."""
    try:
        item: Any = json.loads(data)
    except ValueError:
        return ""
    return "\n".join(texts_of(item))


@cache
def has_fts5() -> bool:
    """Whether this SQLite can keep an index."""
    with sqlite3.connect(":memory:") as db:
        (used,) = db.execute("SELECT sqlite_compileoption_used('ENABLE_FTS5')").fetchone()
    db.close()
    return used == 1


def _index(db: sqlite3.Connection) -> None:
    db.execute("CREATE VIRTUAL TABLE IF NOT EXISTS agentchat_words USING fts5 (text, content = '')")
    rows = db.execute(
        "SELECT id, CAST(message_data AS BLOB) FROM agent_messages WHERE id > ? ORDER BY id LIMIT ?", (last_indexed(db), _AT_ONCE)
    ).fetchall()
    words = [(row, _indexed(data)) for row, data in rows]
    db.executemany("INSERT INTO agentchat_words (rowid, text) VALUES (?, ?)", words)


def _indexed(data: bytes) -> str:
    return text_of(data)[:_INDEXED_LENGTH].encode("utf-8", "replace").decode()


def _is_there(db: sqlite3.Connection) -> bool:
    return db.execute("SELECT 1 FROM sqlite_master WHERE name = 'agentchat_words'").fetchone() is not None
