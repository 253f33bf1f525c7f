"""Conversation memory, under the module path that the published documents use; loaded when it is asked for.

Not empty, as other package files are, because this path is published; and lazy, because the first frame imports a module below it.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "Session": "agentchat.runtime.ports.session",
    "SessionABC": "agentchat.runtime.ports.session",
    "SessionSettings": "agentchat.runtime.ports.session",
    "SQLiteSession": "agentchat.memory.sqlite_session",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise import_module("agentchat.coming").missing(__name__, name)
