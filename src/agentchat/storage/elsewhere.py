"""What another living process does with a conversation, as far as the file says: the run that it works on, and the calls that run."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from agentchat.chat.transcript.call_line import call_line
from agentchat.storage.lease import run_of

_LINE = 40
"""Characters of a call that keeps its process busy."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A run that goes on in the process that has the lease."""

    run_id: str
    calls: tuple[tuple[str, str, str], ...]
    """Those that were started under this lease and have not come back: key, tool and arguments."""

    @property
    def keys(self) -> frozenset[str]:
        """The calls, as `CallKey` has them."""
        return frozenset(key for key, _, _ in self.calls)

    def __str__(self) -> str:
        """In a few words, safe to show."""
        if not self.calls:
            return "an answer is being written"
        _, tool, arguments = self.calls[0]
        line, more = call_line(tool, arguments, width=_LINE), len(self.calls) - 1
        return f"{line} and {more} more run" if more else f"{line} runs"


def work_elsewhere(db: sqlite3.Connection, path: Path, session_id: str) -> Elsewhere | None:
    """None when no living process works on a run. A call that an earlier process had started is none of those that run."""
    found = run_of(db, path, session_id)
    if found is None:
        return None
    epoch, run_id = found
    rows = db.execute(
        """
        SELECT path, response, place, tool, arguments FROM agentchat_calls
        WHERE session_id = ? AND run_id = ? AND status = 'started' AND kind = 'tool' AND epoch = ? ORDER BY started, place
        """,
        (session_id, run_id, epoch),
    )
    return Elsewhere(run_id, tuple((_key(run_id, *row[:3]), *row[3:]) for row in rows.fetchall()))


def _key(run_id: str, path: str, response: int, place: int) -> str:
    return "/".join([run_id, *(path.split("/") if path else []), f"{response}.{place}"])
