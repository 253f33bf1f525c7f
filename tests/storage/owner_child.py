"""The program that has a conversation in another process: it opens it, says so, and does what its input says until it is killed."""

import asyncio
import sys
from pathlib import Path

from agentchat.runtime.ports.clock import SystemClock
from agentchat.runtime.values.exceptions_base import AgentsException
from agentchat.storage.store import SQLiteStore
from tests.storage.samples import said


async def own(path: Path, session_id: str) -> None:
    """One line of answer for each word."""
    store = await SQLiteStore.open(path, session_id, clock=SystemClock())
    tell(store.access.read_only or "owns")
    for line in sys.stdin:
        match line.strip():
            case "close":
                await store.close()
                tell("closed")
            case text:
                try:
                    await store.add_items([said(text)])
                    tell("added")
                except AgentsException as error:
                    tell(type(error).__name__)


def tell(text: str) -> None:
    """One line, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(own(Path(sys.argv[1]), sys.argv[2]))
