"""Session back ends beyond the default one, under the module path that the published documents use."""

from typing import Any

from agentchat.coming import missing
from agentchat.memory.async_sqlite_session import AsyncSQLiteSession

__all__ = ["AsyncSQLiteSession"]


def __getattr__(name: str) -> Any:
    raise missing(__name__, name)
