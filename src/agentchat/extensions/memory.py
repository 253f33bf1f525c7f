"""Session back ends beyond the default one, under the module path that the published documents use."""

from agentchat.memory.async_sqlite_session import AsyncSQLiteSession

__all__ = ["AsyncSQLiteSession"]
