"""The program that test_kill.py kills: it takes a chat to a named place, says that it stands there, and waits for its end.

It imports once and forks one child per line of its input ("folder<tab>place"), because importing takes longer than all the rest.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agentchat.chat.chat import Chat
from agentchat.chat.deciding.policy import ChatPolicy, Rule
from agentchat.chat.setup import ChatSetup
from agentchat.chat.status import Approve
from agentchat.chat.team import Team
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.function_tool import function_tool
from agentchat.storage.store import SQLiteStore
from agentchat.testing import ScriptedModel, assistant_message, function_call
from tests.chat.lived import SESSION, Front, TickingClock

PLACES = ("draft", "accept", "decide", "start", "effect", "finish", "commit")
ASKING = {"decide", "ask"}
"""Places of a run in which a person is asked about the call; "ask" is the commit that stores the question."""
FIRST_ANSWER = [assistant_message("Let me refund that."), function_call("refund", {"order": 1}, call_id="c1")]


def serve() -> None:
    """One child after the other, each until it is killed."""
    for line in sys.stdin:
        folder, place = line.rstrip("\n").split("\t")
        child = os.fork()
        if not child:
            asyncio.run(walk(Path(folder), place))
        os.waitpid(child, 0)


def stand(place: str) -> None:
    """Says where the program stands, and waits to be killed there."""
    sys.stdout.write(f"{os.getpid()} {place}\n")
    sys.stdout.flush()
    signal.pause()


class Standing(SQLiteStore):
    """Stands still when the named method has written what it writes."""

    place = ""
    stands_at = ""

    async def _write(self, work: Callable[[Any], Any], *, run: str | None = None) -> Any:
        answer = await super()._write(work, run=run)
        caller = sys._getframe(1).f_code.co_name
        caller = sys._getframe(2).f_code.co_name if caller == "_say" else caller
        if caller == self.place:
            stand(self.stands_at)
        return answer


class HurriedClock(TickingClock):
    """A second between any two looks, so that every delta is written down."""

    def monotonic(self) -> float:
        self._now += 1
        return self._now


async def walk(folder: Path, place: str) -> None:
    """Sends a message and does what it leads to."""
    store = await Standing.open(folder / "db", SESSION, clock=HurriedClock())
    store.stands_at = place
    store.place = "commit" if place == "ask" else place
    chat, front = Chat(store, setup_in(folder, [FIRST_ANSWER, [assistant_message("done")]], place=place)), Front()
    await chat.open(front)
    await chat.send("Refund 1")
    await chat.settled()
    for call in front.pending.calls:
        await chat.decide(call.key, Approve(call.digest))
    await chat.settled()
    stand(f"never came to {place}")


def setup_in(folder: Path, steps: list[Any], *, place: str) -> ChatSetup:
    """An agent with a tool that appends a line to a file; it asks only where a decision is what the test is about."""

    def refund(order: int) -> str:
        """Refund an order."""
        with (folder / "refunds").open("a") as file:
            file.write(f"{order}\n")
        if place == "effect":
            stand(place)
        return f"refunded {order}"

    agent = Agent(name="billing", model=ScriptedModel(steps), tools=[function_tool(refund, origin="shop:refund")])
    rules = () if place in ASKING else (Rule(tool="refund", verb="allow", words="agents.toml allows refund"),)
    return ChatSetup(team=Team(first=agent), policy=ChatPolicy(rules), clock=HurriedClock())


if __name__ == "__main__":
    serve()
