"""The program that test_kill.py kills: it takes a run to a named place, says that it stands there, and waits for its end.

It imports once and forks one child per line of its input ("database<tab>place"), because importing takes longer than all the rest.
"""

import asyncio
import os
import signal
import sys
from itertools import count
from pathlib import Path

from agentchat.runtime.ports.clock import SystemClock
from agentchat.runtime.ports.journal import Approved
from agentchat.runtime.values.facts import ItemFact
from agentchat.runtime.values.keys import Scope
from agentchat.runtime.values.outcomes import Go, Returned
from agentchat.storage.store import SQLiteStore
from tests.storage.samples import RUN, answer, checkpoint, key, proposed, said


def serve() -> None:
    """One child after the other, each until it is killed."""
    for line in sys.stdin:
        path, place = line.rstrip("\n").split("\t")
        child = os.fork()
        if not child:
            asyncio.run(commit_for_ever(Path(path)) if place == "anywhere" else walk(Path(path), place))
        os.waitpid(child, 0)


async def walk(path: Path, place: str) -> None:
    """The five steps of a turn, up to the place."""
    store = await SQLiteStore.open(path, "s", clock=SystemClock())

    def say(here: str) -> None:
        if here == place:
            tell(here)
            signal.pause()

    await store.begin(RUN, [said("refund 1042")], checkpoint())
    say("begun")
    await store.draft(RUN, "Let me")
    say("drafted")
    calls = [proposed(key(index=index)) for index in (0, 1)]
    await store.accept(RUN, answer("Let me see.", calls=2), calls, checkpoint("turn open", response=1))
    say("accepted")
    assert await store.decide(key(index=0), Approved())
    say("decided")
    assert await store.start(key(index=0), "you") == Go()
    say("started")
    with path.with_suffix(".effects").open("a") as effects:
        effects.write("refunded\n")
    say("took effect")
    await store.finish(key(index=0), Returned("refunded"))
    say("finished")
    facts = [ItemFact(item=0, kind="message", agent="triage")]
    await store.commit(RUN, [said("done")], checkpoint("model next", response=1), facts, "goes on")
    say("committed")


async def commit_for_ever(path: Path) -> None:
    """Says each number after it is stored, and stops for nothing."""
    store = await SQLiteStore.open(path, "s", clock=SystemClock())
    for number in count():
        scope = Scope(f"run{number}")
        await store.begin(scope, [said(f"ask {number}")], checkpoint())
        facts = [ItemFact(item=place, kind="message", agent="triage") for place in (0, 1)]
        await store.commit(scope, [said(f"a {number}"), said(f"b {number}")], checkpoint("ended"), facts, "final")
        tell(str(number))


def tell(text: str) -> None:
    """One line, at once."""
    sys.stdout.write(f"{os.getpid()} {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    serve()
