"""What the models of a conversation answered, as its journal has it. Read-only; standard library only."""

import json
import sqlite3
from collections import defaultdict
from pathlib import Path

from agentchat.chat.inspecting.pages import KeptAnswer
from agentchat.runtime.values.facts import ItemFact, fact_from_json
from agentchat.storage.reader import read_only
from agentchat.storage.schema import version_of

MOST = 1_000
"""The latest; each is a line of a list."""

_SAID = frozenset({"message", "reasoning", "call", "handoff_call", "other"})
"""Kinds of items that a model makes."""


def kept_answers(path: Path, session_id: str) -> tuple[KeptAnswer, ...]:
    """Those of one conversation, the oldest first; none for a file that does not exist."""
    return read_only(path, lambda db: _answers(db, session_id) if version_of(db) else (), ())


def _answers(db: sqlite3.Connection, session_id: str) -> tuple[KeptAnswer, ...]:
    speakers = _speakers(db, session_id)
    found = db.execute(
        "SELECT run_id, path, response, at, data FROM agentchat_responses WHERE session_id = ? ORDER BY at DESC LIMIT ?", (session_id, MOST)
    ).fetchall()
    return tuple(
        KeptAnswer(f"{run_id}/{path}/{number}", _speaker(speakers[run_id, path], at), at, data)
        for run_id, path, number, at, data in reversed(found)
    )


def _speakers(db: sqlite3.Connection, session_id: str) -> dict[tuple[str, str], list[tuple[float, str]]]:
    """For each run, and each inside of it, when which agent began to say something."""
    speakers: dict[tuple[str, str], list[tuple[float, str]]] = defaultdict(list)
    for run_id, text in db.execute("SELECT run_id, fact FROM agentchat_facts WHERE session_id = ?", (session_id,)):
        fact = fact_from_json(json.loads(text))
        if isinstance(fact, ItemFact) and fact.kind in _SAID and fact.started is not None:
            speakers[run_id, "/".join(fact.path)].append((fact.started, fact.agent))
    return speakers


def _speaker(said: list[tuple[float, str]], at: float) -> str:
    """Who spoke last before the answer was there; a response itself does not name its agent."""
    return max((one for one in said if one[0] <= at), default=(0.0, ""))[1]
