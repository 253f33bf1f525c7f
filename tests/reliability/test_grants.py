"""No call runs without a yes of its own, and none runs twice: whatever several processes do with one conversation, in whatever order.

Processes open it, ask for it, take it by force, hang, die, even in the middle of a call; people decide on every screen and from outside,
edit, withdraw, decide about what they saw long ago, and let a call run once more; the model gives all its calls the same ids.
"""

import asyncio
import json
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from agentchat.chat.chat import Chat
from agentchat.chat.setup import ChatSetup
from agentchat.chat.status import Approve, Decision, Edit, ItHappened, PendingCall, Reject, RunAgain, Skip, Withdraw
from agentchat.headless.desk import Desk
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.function_tool import function_tool
from agentchat.runtime.ports.journal import Approved
from agentchat.runtime.values.keys import CallKey
from agentchat.runtime.values.outcomes import Start
from agentchat.storage import holding, opening
from agentchat.storage.store import SQLiteStore
from agentchat.testing import ScriptedModel, assistant_message, function_call
from tests.chat.lived import SESSION, Front, setup_of

pytestmark = pytest.mark.no_cover  # what these run again and again, other tests cover; tracing it takes longer than running it

SLOTS = 3
STEPS = 30
walked: Counter[str] = Counter()
"""What the walks came to, so that the check cannot pass on empty ones."""

slots = st.integers(0, SLOTS - 1)
places = st.integers(0, 3)


class AsksAgain(ScriptedModel):
    """Answers every message with calls whose ids it has used before, and their outputs with a word."""

    def __init__(self, numbers: Callable[[], int]) -> None:
        super().__init__()
        self._numbers = numbers

    def stream_response(self, *args: Any, **more: Any) -> Any:
        """The step is made when it is needed."""
        items = more["input"] if "input" in more else args[1]
        asks = isinstance(items, str) or items[-1].get("role") == "user"
        calls = [function_call("refund", {"order": self._numbers()}, call_id=f"c{n}") for n in range(2)]
        self._steps.clear()
        self.enqueue(calls if asks else [assistant_message("done")])
        return super().stream_response(*args, **more)


class HangingStore(SQLiteStore):
    """Can stand still directly before a call is started, as a process does that is stopped or starved."""

    hangs: asyncio.Event | None = None

    async def start(self, key: CallKey, by: str, decision: Approved | None = None) -> Start:
        """Waits until it may go on, then does what it would have done."""
        while self.hangs is not None:
            walked["hung before a call"] += 1
            await self.hangs.wait()
        return await super().start(key, by, decision)

    def wake(self) -> None:
        """Goes on."""
        hangs, self.hangs = self.hangs, None
        if hangs is not None:
            hangs.set()


class Process:
    """One of several that know the conversation: a chat of its own on the file. Mutable: it may be dead."""

    def __init__(self, chat: Chat, store: HangingStore, front: Front) -> None:
        self.chat, self.store, self.front = chat, store, front

    async def die(self) -> None:
        """As by kill -9: the lock of its life sign goes, and nothing more is written."""
        held = self.store._file
        if held.opened.lease is not None:
            held.opened.lease.lower()
        held._ask_no_more()
        if not held._is_closed:
            held._is_closed = True
            await held.opened.connection.close()


class Grants(RuleBasedStateMachine):
    """The walk."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
        self.runner = asyncio.Runner()
        self.processes: list[Process | None] = [None] * SLOTS
        self.numbers = count(1)
        self.ran: list[int] = []
        """The orders that were refunded."""
        self.granted: Counter[int] = Counter()
        """How often somebody said yes to each, as it was shown."""
        self.again: Counter[int] = Counter()
        """How often somebody wanted it to run once more."""
        self.refused: set[int] = set()
        """What somebody said no to, and was told that it counts."""
        self.seen: list[PendingCall] = []
        """Calls as they were shown at some time on some screen."""
        self.steps = 0
        self.dies_in: int | None = None
        """The process that dies with the next effect."""

    def teardown(self) -> None:
        self.runner.run(self._end())
        self.runner.close()
        shutil.rmtree(self.folder)

    async def _end(self) -> None:
        walked["steps"] += self.steps
        walked["calls that ran"] += len(self.ran)
        walked["ran once more, at somebody's word"] += len(self.ran) - len(set(self.ran))
        for process in self.processes:
            if process is not None:
                process.store.wake()
                await process.chat.close()

    def do(self, work: Awaitable[None]) -> None:
        """Waits until nothing moves by itself."""
        self.steps += 1

        async def wait() -> None:
            await work
            for process in self.processes:
                if process is not None and process.store.hangs is None:
                    await process.chat.settled()

        self.runner.run(wait())
        for slot, process in enumerate(self.processes):
            if process is not None and process.store._file._is_closed:
                self.processes[slot] = None

    def setup_of(self, slot: int) -> ChatSetup:
        async def refund(order: int) -> str:
            """Refund an order."""
            self.ran.append(order)
            process = self.processes[slot]
            if self.dies_in == slot and process is not None:
                self.dies_in = None
                walked["died in a call"] += 1
                await process.die()
            return "refunded"

        tool = function_tool(refund, effects="changes")
        return setup_of(Agent(name="billing", model=AsksAgain(lambda: next(self.numbers)), tools=[tool]))

    # What happens

    @rule(slot=slots)
    def opens(self, slot: int) -> None:
        if self.processes[slot] is None:
            self.do(self._open(slot))

    async def _open(self, slot: int) -> None:
        setup = self.setup_of(slot)
        store = await HangingStore.open(self.folder / "db", SESSION, clock=setup.clock)
        process = Process(Chat(store, setup), store, Front())
        self.processes[slot] = process
        await process.chat.open(process.front)

    def with_one(self, slot: int, work: Callable[[Process], Awaitable[None]], *, that_asks: bool = False) -> None:
        """Some living process, one that asks if there is one; one is opened when none lives."""
        if not any(self.processes):
            self.do(self._open(slot))
        living = [process for process in self.processes if process is not None]
        asking = [process for process in living if process.front.pending.questions] if that_asks else []
        process = (asking or living)[slot % len(asking or living)]
        self.do(work(process))
        self.seen.extend(call for call in process.front.pending.questions if call not in self.seen)

    @initialize()
    def two_know_it_and_calls_wait(self) -> None:
        self.do(self._open(0))
        self.do(self._open(1))
        self.says(0)

    @rule(slot=slots)
    def says(self, slot: int) -> None:
        self.with_one(slot, lambda process: process.chat.send("Refund"))

    @rule(slot=slots)
    def looks(self, slot: int) -> None:
        self.with_one(slot, lambda process: process.chat.refresh())

    @rule(slot=slots)
    def goes_on(self, slot: int) -> None:
        self.with_one(slot, lambda process: process.chat.proceed())

    @rule(slot=slots)
    def asks_for_it(self, slot: int) -> None:
        async def ask(process: Process) -> None:
            asking = asyncio.create_task(process.chat.take_over())
            while not asking.done():
                for other in self.processes:
                    if other is not None and other is not process:
                        await other.chat.refresh()
                await asyncio.sleep(0.001)
            await asking

        self.with_one(slot, ask)

    @rule(slot=slots)
    def takes_it(self, slot: int) -> None:
        self.with_one(slot, self._take)

    @rule(slot=slots, dies=st.booleans())
    def leaves(self, slot: int, dies: bool) -> None:
        async def leave(process: Process) -> None:
            process.store.wake()
            await (process.die() if dies else process.chat.close())

        self.with_one(slot, leave)

    @rule(slot=slots)
    def dies_in_a_call(self, slot: int) -> None:
        for number, process in enumerate(self.processes):
            if process is not None and process.front.pending.questions:
                self.dies_in = number
        for _ in range(2):
            self.approves(slot, 0, edit=False)
        self.looks(slot)

    @rule(slot=slots, runs=st.booleans(), wakes=st.booleans())
    def hangs_before_a_call_and_another_one_takes_it(self, slot: int, runs: bool, wakes: bool) -> None:
        asking = [process for process in self.processes if process is not None and process.front.pending.calls]
        others = [number for number, process in enumerate(self.processes) if process is None or process not in asking]
        if not asking or not others:
            return
        hung, number = asking[0], others[slot % len(others)]
        hung.store.hangs = hung.store.hangs or asyncio.Event()
        self.do(self._approve_all(hung))
        if self.processes[number] is None:
            self.do(self._open(number))
        other = self.processes[number]
        assert other is not None
        self.do(self._take(other))
        if runs:
            self.do(self._approve_all(other))
        if wakes:
            hung.store.wake()
            self.do(hung.chat.settled())

    async def _approve_all(self, process: Process) -> None:
        for call in process.front.pending.questions:
            await self.decide(process, call, RunAgain if call.asks == "outcome unknown" else Approve)

    async def _take(self, process: Process) -> None:
        await process.store.take_over(by_force=True)
        await process.chat.refresh()

    @rule(slot=slots)
    def wakes(self, slot: int) -> None:
        async def wake(process: Process) -> None:
            process.store.wake()

        for number in range(slot, slot + SLOTS):
            self.with_one(number, wake)

    # What is decided

    @rule(slot=slots, place=places, edit=st.booleans())
    def approves(self, slot: int, place: int, edit: bool) -> None:
        async def approve(process: Process) -> None:
            if edit and (shown := _at(process.front.pending.calls, place)) is not None:
                await process.chat.decide(shown.key, Edit(shown.digest, json.dumps({"order": next(self.numbers) + 10_000})))
            if (call := _at(process.front.pending.questions, place)) is not None:
                await self.decide(process, call, RunAgain if call.asks == "outcome unknown" else Approve)

        self.with_one(slot, approve, that_asks=True)

    @rule(slot=slots, place=places, choice=st.sampled_from([Reject, Withdraw, Skip, ItHappened]))
    def says_no(self, slot: int, place: int, choice: type[Reject | Withdraw | Skip | ItHappened]) -> None:
        async def decide(process: Process) -> None:
            if (call := _at(process.front.pending.questions, place)) is not None:
                await self.decide(process, call, choice)

        self.with_one(slot, decide, that_asks=True)

    @precondition(lambda self: self.seen)
    @rule(slot=slots, place=st.integers(0, 30), again=st.booleans())
    def decides_about_what_was_seen_long_ago(self, slot: int, place: int, again: bool) -> None:
        call = self.seen[place % len(self.seen)]
        self.with_one(slot, lambda process: self.decide(process, call, RunAgain if again else Approve))

    @rule(place=places, yes=st.booleans())
    def decides_from_outside(self, place: int, yes: bool) -> None:
        self.do(self._from_outside(place, Approve if yes else Reject))

    @rule(slot=slots, place=places)
    def decides_on_two_places_at_once(self, slot: int, place: int) -> None:
        async def both(process: Process) -> None:
            calls = process.front.pending.calls
            decided = [self.decide(process, calls[place % len(calls)], Approve)] if calls else []
            await asyncio.gather(self._from_outside(place, Reject), self._from_outside(place, Approve), *decided)

        self.with_one(slot, both, that_asks=True)

    async def _from_outside(self, place: int, choice: type[Approve] | type[Reject]) -> None:
        setup = self.setup_of(SLOTS)
        desk = Desk(Chat(await SQLiteStore.open_to_decide(self.folder / "db", SESSION, clock=setup.clock), setup))
        try:
            await desk.open()
            if (call := _at(desk.waiting, place)) is not None:
                refused = await desk.decide(call, choice(call.digest))
                self.granted[_order(call)] += choice is Approve
                if choice is Reject and not refused:
                    self.refused.add(_order(call))
                walked["decided from outside"] += not refused
                walked["refused from outside"] += bool(refused)
        finally:
            await desk.close()

    async def decide(self, process: Process, call: PendingCall, choice: type[Decision]) -> None:
        self.granted[_order(call)] += choice in {Approve, RunAgain}
        self.again[_order(call)] += choice is RunAgain
        await process.chat.decide(call.key, choice(call.digest))

    # What holds

    @invariant()
    def every_call_that_ran_had_a_yes_of_its_own(self) -> None:
        for order, times in Counter(self.ran).items():
            assert self.granted[order], f"{order} ran, and nobody had said yes to it"
            assert order not in self.refused, f"{order} ran, and somebody had said no to it"
            assert times <= 1 + self.again[order], f"{order} ran {times} times, and {self.again[order]} times somebody wanted it again"
        if not self.ran:
            return
        with closing(sqlite3.connect(self.folder / "db")) as db:
            rows = db.execute("SELECT decision FROM agentchat_calls WHERE status <> 'proposed'").fetchall()
        assert all(decision is not None and json.loads(decision)["is"] == "approved" for (decision,) in rows), "a refused call was started"


def _at(calls: tuple[PendingCall, ...], place: int) -> PendingCall | None:
    return calls[place % len(calls)] if calls else None


def _order(call: PendingCall) -> int:
    return json.loads(call.arguments)["order"]


def test_whatever_several_processes_do_no_call_runs_without_its_own_yes_or_twice(figure, monkeypatch):
    walked.clear()
    for module in (opening, holding):
        monkeypatch.setattr(module, "_BETWEEN_LOOKS", 0.001)
    # Without shrinking: a walk of thirty steps can be read, and each smaller one would be walked with all its files.
    run_state_machine_as_test(Grants, settings=settings(stateful_step_count=STEPS, phases=[Phase.generate]))
    figure(f"calls that ran without a yes of their own, or twice: 0 of {walked['calls that ran']}", n=walked["steps"])
    assert set(walked) >= {"died in a call", "hung before a call", "decided from outside", "refused from outside"}
    assert walked["calls that ran"] > 10
    assert walked["ran once more, at somebody's word"] > 0
