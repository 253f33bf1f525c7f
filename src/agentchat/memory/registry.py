"""The session back ends by name: what `sessions = "..."` may say, and where each is.

A table, not a scan, so that it can be searched. Classes are imported when they are asked for: most need a package that is not
always installed, and none is needed before the first frame.
"""

from dataclasses import dataclass
from importlib import import_module

from agentchat.runtime.ports.session import SessionABC
from agentchat.runtime.values.exceptions import UserError


@dataclass(frozen=True, slots=True)
class SessionEntry:
    """One back end."""

    name: str
    location: str
    """"module:class"."""
    summary: str
    """One line for people who choose."""


SESSIONS = (
    SessionEntry("sqlite", "agentchat.memory.sqlite_session:SQLiteSession", "a SQLite file, or memory while the program runs"),
    SessionEntry("async-sqlite", "agentchat.memory.async_sqlite_session:AsyncSQLiteSession", "the same on aiosqlite"),
)


def session_class(name: str) -> type[SessionABC]:
    """The class of the back end `name`; a UserError that lists the names for any other."""
    for entry in SESSIONS:
        if entry.name == name:
            return _load(entry)
    known = ", ".join(f"'{entry.name}'" for entry in SESSIONS)
    raise UserError(f"There is no session back end '{name}'; choose one of {known}.")


def _load(entry: SessionEntry) -> type[SessionABC]:
    module, _, attribute = entry.location.partition(":")
    found = vars(import_module(module))[attribute]
    assert issubclass(found, SessionABC)
    return found
