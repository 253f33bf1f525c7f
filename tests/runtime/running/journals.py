"""Journals that tests look into: one that writes down what it is asked, one that dies in the middle of it."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

from agentchat import CheckpointSaved, RunResultStreaming, SessionSettings
from agentchat.runtime.ports.journal import Approved, ProposedCall, Recalled
from agentchat.runtime.values.checkpoint import Checkpoint
from agentchat.runtime.values.events import Ending, RunEvent
from agentchat.runtime.values.facts import EditedCall, Fact
from agentchat.runtime.values.items import ModelResponse, TResponseInputItem
from agentchat.runtime.values.keys import CallKey, Scope
from agentchat.runtime.values.outcomes import Failed, Outcome, Start
from agentchat.testing_journal import InMemoryJournal

T = TypeVar("T")


class HeldClock:
    """A clock that a test moves; waiting on it lasts until the test has moved it far enough."""

    def __init__(self) -> None:
        self.time = 1_000.0
        self.waited_on = asyncio.Event()
        self._waiting: list[tuple[float, asyncio.Event]] = []

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        due = asyncio.Event()
        self._waiting.append((self.time + seconds, due))
        self.waited_on.set()
        await due.wait()

    def move(self, seconds: float) -> None:
        self.time += seconds
        for until, due in self._waiting:
            if until <= self.time:
                due.set()


class RecordingJournal:
    """Passes everything on to `inner` and keeps a line about each question, and every checkpoint."""

    def __init__(self, inner: InMemoryJournal | None = None) -> None:
        self.inner = inner or InMemoryJournal("s")
        self.session_id = "s"
        self.session_settings: SessionSettings | None = None
        self.asked: list[str] = []
        self.checkpoints: list[Checkpoint] = []
        self.run_id = ""
        self._awaited: dict[str, asyncio.Event] = {}

    async def until_asked(self, said: str) -> None:
        """Returns when this was asked and answered."""
        if said not in self.asked:
            await self._awaited.setdefault(said, asyncio.Event()).wait()

    async def get_items(self, limit: int | None = None) -> list[TResponseInputItem]:
        return await self._do("get", lambda: self.inner.get_items(limit))

    async def add_items(self, items: list[TResponseInputItem]) -> None:
        await self._do("add", lambda: self.inner.add_items(items))

    async def pop_item(self) -> TResponseInputItem | None:
        return await self._do("pop", self.inner.pop_item)

    async def clear_session(self) -> None:
        await self._do("clear", self.inner.clear_session)

    async def begin(self, scope: Scope, input: Sequence[TResponseInputItem], checkpoint: Checkpoint) -> None:  # noqa: A002 - the port's name
        self.run_id = scope.run_id
        await self._do(f"begin {_kinds(input)}", lambda: self.inner.begin(scope, input, checkpoint), checkpoint)

    async def recall(self, scope: Scope) -> Recalled | None:
        return await self._do("recall", lambda: self.inner.recall(scope))

    async def draft(self, scope: Scope, text: str) -> None:
        await self._do(f"draft {text!r}", lambda: self.inner.draft(scope, text))

    async def accept(
        self, scope: Scope, response: ModelResponse, calls: Sequence[ProposedCall], checkpoint: Checkpoint
    ) -> None:
        said = " ".join(["accept", *(_place(call.key) for call in calls)])
        await self._do(said, lambda: self.inner.accept(scope, response, calls, checkpoint), checkpoint)

    async def start(self, key: CallKey, by: str, decision: Approved | None = None) -> Start:
        return await self._do(f"start {_place(key)}", lambda: self.inner.start(key, by, decision))

    async def finish(self, key: CallKey, outcome: Outcome) -> None:
        said = outcome.message if isinstance(outcome, Failed) else outcome.output
        await self._do(f"finish {_place(key)} {type(outcome).__name__} {said}", lambda: self.inner.finish(key, outcome))

    async def commit(
        self,
        scope: Scope,
        items: Sequence[TResponseInputItem],
        checkpoint: Checkpoint,
        facts: Sequence[Fact],
        ending: Ending,
        edits: Sequence[EditedCall] = (),
    ) -> None:
        said = " ".join(filter(None, ["commit", ending + ":", _kinds(items)]))
        await self._do(said, lambda: self.inner.commit(scope, items, checkpoint, facts, ending, edits), checkpoint)

    async def _do(self, said: str, work: Callable[[], Coroutine[Any, Any, T]], checkpoint: Checkpoint | None = None) -> T:
        self.asked.append(said)
        answer = await work()
        if checkpoint is not None:
            self.checkpoints.append(checkpoint)
        if said in self._awaited:
            self._awaited[said].set()
        return answer


class Crash(BaseException):
    """The program ends here."""


class CrashingJournal(RecordingJournal):
    """Dies at one question, before or after it was answered; a dead program asks nothing more."""

    def __init__(self, inner: InMemoryJournal, *, at: int, done: bool) -> None:
        super().__init__(inner)
        self._left, self._done, self.crashed = at, done, ""

    async def _do(self, said: str, work: Callable[[], Coroutine[Any, Any, T]], checkpoint: Checkpoint | None = None) -> T:
        if self.crashed:
            raise Crash
        self._left -= 1
        if self._left == 0:
            self.crashed = said
            if not self._done:
                raise Crash
        answer = await super()._do(said, work, checkpoint)
        if self.crashed:
            raise Crash
        return answer


class FailingJournal(RecordingJournal):
    """Raises an OSError at every question that a test names, before or after it did what it was asked."""

    def __init__(self, fails: Callable[[str], bool], *, done: bool = False) -> None:
        super().__init__()
        self._fails, self._done = fails, done

    async def _do(self, said: str, work: Callable[[], Coroutine[Any, Any, T]], checkpoint: Checkpoint | None = None) -> T:
        if not self._fails(said):
            return await super()._do(said, work, checkpoint)
        if self._done:
            await super()._do(said, work, checkpoint)
        else:
            self.asked.append(said)
        raise OSError(f"disk full at {said.split(maxsplit=1)[0]}")


class SlowJournal(RecordingJournal):
    """Waits at the questions that begin with a word until the test opens the gate."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self._word = word
        self.reached, self.gate = asyncio.Event(), asyncio.Event()

    async def _do(self, said: str, work: Callable[[], Coroutine[Any, Any, T]], checkpoint: Checkpoint | None = None) -> T:
        if said.startswith(self._word):
            self.reached.set()
            await self.gate.wait()
        return await super()._do(said, work, checkpoint)


async def all_events(result: RunResultStreaming) -> list[RunEvent]:
    """All events of a run."""
    return [event async for event in result.run_events()]


async def read_into(events: list[RunEvent], result: RunResultStreaming) -> None:
    """The same, for runs that end with an error: `events` has what came before it."""
    async for event in result.run_events():
        events.append(event)  # noqa: PERF401 - a comprehension would lose what came before the error


async def assert_told_is_stored(events: Sequence[RunEvent], journal: RecordingJournal) -> None:
    """What the events told of commits is what the journal holds: items, facts, checkpoints."""
    saved = [event for event in events if isinstance(event, CheckpointSaved)]
    assert [item for event in saved for item in event.items] == await journal.inner.get_items()
    facts = [stored.fact for stored in (await journal.inner.load()).facts]
    assert [fact for event in saved for fact in event.facts] == facts
    assert [event.checkpoint for event in saved] == journal.checkpoints


def _kinds(items: Sequence[TResponseInputItem]) -> str:
    return " ".join(item.get("type") or item["role"] for item in items)


def _place(key: CallKey) -> str:
    return f"{key.response}.{key.index}"
