"""Which calls of all conversations wait for a person, found without opening one: no agent, no tool and no model is needed for it.

Standard library only, and read-only. What a chat shows of such a call when it is opened is made of the call's tool as well; this is for
finding the conversation.
"""

import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agentchat.storage.reader import read_only
from agentchat.storage.schema import version_of


@dataclass(frozen=True, slots=True)
class WaitingCall:
    """A call that nobody has decided about. Its texts are foreign, not yet made safe to show."""

    session_id: str
    key: str
    """As `CallKey` has it."""
    agent: str
    tool: str
    arguments: str
    since: float
    """When it was asked about, in seconds since the epoch."""


def waiting_calls(path: Path) -> tuple[WaitingCall, ...]:
    """All of them, in the order in which they were asked about; none for a file that does not exist."""
    return read_only(path, lambda db: _waiting(db) if version_of(db) else (), ())


_QUERY = """
    SELECT call.session_id, call.run_id, call.path, call.response, call.place, call.agent, call.tool, call.arguments, run.checkpoint
    FROM agentchat_runs AS outermost
    JOIN agentchat_runs AS run ON run.session_id = outermost.session_id AND run.run_id = outermost.run_id
    JOIN agentchat_calls AS call ON call.session_id = run.session_id AND call.run_id = run.run_id
        AND call.path = run.path AND call.response = run.response
    WHERE outermost.id IN (SELECT max(id) FROM agentchat_runs WHERE path = '' GROUP BY session_id)
    AND outermost.step = 'turn open' AND outermost.ending = 'interrupted'
    AND run.step = 'turn open' AND run.ending = 'interrupted'
    AND call.status = 'proposed' AND call.decision IS NULL AND call.kind <> 'handoff'
    ORDER BY outermost.id, run.id, call.place
"""
"""The open calls of every conversation's last run, and of the agents that run as tools in it, where that run asks a person."""


def _waiting(db: sqlite3.Connection) -> tuple[WaitingCall, ...]:
    found = [_call(row) for row in db.execute(_QUERY)]
    return tuple(sorted((call for call in found if call is not None), key=lambda call: call.since))


def _call(row: tuple[Any, ...]) -> WaitingCall | None:
    """None for a call that a rule has refused: its output is written, and only the journal's own row stands open."""
    session_id, run_id, path, response, place, agent, tool, arguments, text = row
    checkpoint: dict[str, Any] = json.loads(text)
    if place in checkpoint["open_outputs"]:
        return None
    key = "/".join([run_id, *(path.split("/") if path else []), f"{response}.{place}"])
    return WaitingCall(session_id, key, agent, tool, arguments, checkpoint["at"])
