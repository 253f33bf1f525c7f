"""What the type checker has to agree with: the session classes are what a run takes, and a journal is one too. Nothing here is run."""

from agentchat import Agent, Runner, SessionSettings
from agentchat.memory.async_sqlite_session import AsyncSQLiteSession
from agentchat.memory.sqlite_session import SQLiteSession
from agentchat.runtime.ports.journal import RunJournal
from agentchat.runtime.ports.session import Session
from agentchat.storage.store import SQLiteStore
from agentchat.testing_journal import InMemoryJournal


def sessions(journal: RunJournal) -> list[Session]:
    """Whatever may stand behind `session=`."""
    own = SQLiteSession("s", session_settings=SessionSettings(limit=3))
    return [own, AsyncSQLiteSession("s"), journal]


def journals(store: SQLiteStore) -> list[RunJournal]:
    """Whatever may stand behind `run_journal=`."""
    return [store, InMemoryJournal("s")]


async def answered(agent: Agent[None]) -> None:
    """The quick start, as the documents have it."""
    await Runner.run(agent, "hi", session=SQLiteSession("s"))
