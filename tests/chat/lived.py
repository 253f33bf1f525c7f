"""A front end that only remembers, and chats on a real file to show it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agentchat.chat.chat import Chat
from agentchat.chat.deciding.policy import ChatPolicy, Rule
from agentchat.chat.front import Opened, Unsent, Update
from agentchat.chat.setup import ChatSetup
from agentchat.chat.status import Pending, Status
from agentchat.chat.team import Team
from agentchat.chat.transcript.blocks import Block
from agentchat.chat.transcript.changes import BlockAdded, BlockExtended, BlockInserted, BlockReplaced, Transcript
from agentchat.chat.transcript.replay import replay
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.function_tool import function_tool
from agentchat.storage.reader import read_chat
from agentchat.storage.store import SQLiteStore
from agentchat.testing import ScriptedModel

SESSION = "3f2a"


class TickingClock:
    """Every look at it is half a second later, so that no two times are equal by chance."""

    def __init__(self, *, now: float = 1_700_000_000.0) -> None:
        self._now = now

    def now(self) -> float:
        self._now += 0.5
        return self._now

    def monotonic(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


@dataclass
class Front:
    """What a front end knows: the transcript as the changes made it, and the latest snapshots."""

    transcript: Transcript = field(default_factory=Transcript)
    statuses: list[Status] = field(default_factory=list)
    pendings: list[Pending] = field(default_factory=list)
    unsent: list[str] = field(default_factory=list)
    seen: list[Update] = field(default_factory=list)
    waiting_for: list[tuple[Callable[["Front"], bool], asyncio.Event]] = field(default_factory=list)

    def __call__(self, update: Update) -> None:
        self.seen.append(update)
        match update:
            case Opened(blocks, status, pending):
                self.transcript = Transcript(list(blocks))
                self.statuses.append(status)
                self.pendings.append(pending)
            case BlockAdded() | BlockInserted() | BlockExtended() | BlockReplaced():
                self.transcript.apply(update)
            case Status():
                self.statuses.append(update)
            case Pending():
                self.pendings.append(update)
            case Unsent(text):
                self.unsent.append(text)
        for condition, event in self.waiting_for:
            if condition(self):
                event.set()

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(self.transcript.blocks)

    @property
    def status(self) -> Status:
        return self.statuses[-1]

    @property
    def pending(self) -> Pending:
        return self.pendings[-1]

    async def until(self, condition: Callable[["Front"], bool]) -> None:
        """Returns when an update has made the condition true."""
        if condition(self):
            return
        event = asyncio.Event()
        self.waiting_for.append((condition, event))
        await asyncio.wait_for(event.wait(), 10)


@asynccontextmanager
async def opened(
    path: Path, setup: ChatSetup, *, session_id: str = SESSION, store_type: type[SQLiteStore] = SQLiteStore
) -> AsyncIterator[tuple[Chat, Front]]:
    """A chat on the file, closed at the end."""
    store = await store_type.open(path, session_id, clock=setup.clock)
    chat, front = Chat(store, setup), Front()
    await chat.open(front)
    try:
        yield chat, front
    finally:
        await chat.close()


async def blocks_when_reopened(path: Path, setup: ChatSetup) -> tuple[Block, ...]:
    """What the same conversation shows when it is opened again; the first frame's reader must see the same rows."""
    async with opened(path, setup) as (_, front):
        return front.blocks


def first_frame(path: Path) -> tuple[Block, ...]:
    """What is drawn before the runtime is there."""
    return replay(read_chat(path, SESSION))


def setup_of(*agents: Agent[Any], rules: Sequence[Rule] = (), **more: Any) -> ChatSetup:
    """A setup whose time ticks."""
    return ChatSetup(team=Team(first=agents[0], more=agents[1:]), policy=ChatPolicy(rules), clock=TickingClock(), **more)


def scripted(*steps: Any) -> ScriptedModel:
    return ScriptedModel(steps)


def tool_that_writes(path: Path) -> Any:
    """A tool that changes things: it appends a line to the file, which can be counted."""

    def refund(order: int) -> str:
        """Refund an order."""
        with path.open("a") as file:
            file.write(f"{order}\n")
        return f"refunded {order}"

    return function_tool(refund, effects="changes")


def lines_of(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def lookup(order: int) -> str:
    """Look an order up."""
    return f"order {order} was shipped"


LOOKUP = function_tool(lookup, effects="reads")
