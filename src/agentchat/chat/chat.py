"""A chat without a screen: what is said goes to the agents, what they do is told, and a person decides.

Plain asyncio; it knows nothing of threads, Textual, HTTP or SQLite. One run goes on at a time, in one task that the chat owns. What is
on the disk is the truth: after everything that went otherwise than planned (a stop, an error) the chat reads it again.

    idle ── send ──▶ running ──▶ idle
                        │ └────▶ waiting ── the last decision ──▶ running
                        └ stop ▶ stopping ──▶ idle
    interrupted (found so when opened) ── proceed ──▶ running
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Literal, TypeAlias

from agentchat.chat.blocks import Block, NoticeBlock, UserBlock
from agentchat.chat.conversation import Conversation
from agentchat.chat.conversation_run import ConversationRun, RunEnd
from agentchat.chat.front import Publish
from agentchat.chat.replay import replayed
from agentchat.chat.setup import ChatSetup
from agentchat.chat.standing import OpenRun, open_run, recalled_run, state_of
from agentchat.chat.status import Approve, Decision, Status
from agentchat.chat.store import ChatStore
from agentchat.chat.titles import title_of
from agentchat.chat.unfinished import closings
from agentchat.chat.waiting import WaitingCalls
from agentchat.runtime.ports.journal import Approved, Rejected
from agentchat.runtime.running.run_state import RunState
from agentchat.runtime.values.events import CheckpointSaved, NestedEvent
from agentchat.runtime.values.exceptions import AgentsException
from agentchat.runtime.values.facts import TurnFact
from agentchat.runtime.values.keys import CallKey

_NoteKind: TypeAlias = Literal["notice", "error"]

_GONE = "This call does not wait for a decision any more; nothing was changed."
_CHANGED = "This call is not what was shown any more; look at it again."
_TAKEN = "This call was decided already; the first decision stands."
_LEFT = "Left unfinished: a new message was sent instead."
_STOPPED = "Stopped by you."


class Chat:
    """One conversation with a team of agents (`ChatPort`). All methods run on one event loop."""

    def __init__(self, store: ChatStore, setup: ChatSetup) -> None:
        self._store = store
        self._setup = setup
        self._config = setup.run_config(store)
        self._waiting = WaitingCalls(store.session_id, setup.policy)
        self._shown = Conversation(Status(session_id=store.session_id, mode=setup.policy.mode), setup.team)
        self._open: OpenRun | None = None
        self._run: ConversationRun | None = None
        self._task: asyncio.Task[None] | None = None
        self._deciding = asyncio.Lock()
        self._notes: list[tuple[_NoteKind, str]] = []
        self._closed = False
        self._unsaid: list[str] = []
        """What came back when the chat was being closed and nobody took it any more."""

    async def open(self, publish: Publish) -> None:
        """Reads what was said and publishes `Opened`. Calls no model and no tool; raises what the store says of its file."""
        saved = await self._store.load()
        self._open = await open_run(self._store, self._setup.team, saved)
        await self._waiting.ask(() if self._open is None else self._open.asked)
        stored = replayed(saved)
        self._shown.open(
            publish,
            stored,
            None if self._open is None else self._open.half_way,
            agent=saved.agent,
            pending=self._waiting.pending,
            title=saved.title or _title_in(stored.blocks),
            phase="idle" if self._open is None else self._open.phase,
        )
        if saved.prompt:
            self._shown.give_back(saved.prompt)
        if self._phase == "idle" and self._queued:
            self._start(self._say_what_is_queued)

    async def send(self, text: str) -> None:
        """Says something. While a run goes on or calls wait it is queued; a run that was interrupted is ended where it stands."""
        if not text.strip() or self._closed:
            return
        if self._phase in {"idle", "interrupted"}:
            self._start(lambda: self._say(text))
        else:
            self._shown.change(queued=(*self._queued, text))

    async def decide(self, key: str, decision: Decision, *, go_on: bool = True) -> None:
        """Decides one waiting call, once. When none waits any longer the run goes on; without `go_on`, at the word of `proceed`."""
        async with self._deciding:
            try:
                await self._decide(key, decision, go_on=go_on)
            except AgentsException as error:
                await self._note("error", self._setup.explain(error))

    async def stop(self) -> None:
        """Stops the run; what was said so far is kept and marked, and what is queued is given back."""
        if self._phase != "running":
            return
        self._shown.change(phase="stopping")
        if self._run is not None:
            self._run.stop()

    async def proceed(self) -> None:
        """Goes on with a run that was interrupted."""
        if self._phase == "interrupted" and not self._closed:
            self._start(self._resume)

    async def close(self, prompt: str = "") -> None:
        """Stops, keeps what is queued, and what stands in the prompt, for the next time, and lets the store go."""
        if self._closed:
            return
        self._closed = True
        queued = self._queued
        self._shown.change(queued=())
        await self.stop()
        try:
            await self.settled()
            await self._store.set_prompt("\n\n".join(text for text in (*self._unsaid, *queued, prompt) if text.strip()))
        finally:
            await self._store.close()
            await self._setup.provider.aclose()

    async def settled(self) -> None:
        """Returns when nothing moves by itself any more; raises what went wrong in the chat's own code."""
        while self._task is not None and not self._task.done():
            await asyncio.wait([self._task])
        if self._task is not None:
            self._task.result()

    @property
    def _phase(self) -> str:
        return self._shown.status.phase

    @property
    def _queued(self) -> tuple[str, ...]:
        return self._shown.status.queued

    def _start(self, work: Callable[[], Awaitable[None]]) -> None:
        """The chat's one task: this work, then whatever was queued meanwhile."""
        self._shown.change(phase="running", since=self._setup.clock.monotonic())
        self._task = asyncio.create_task(self._work(self._task, work))

    async def _work(self, before: asyncio.Task[None] | None, work: Callable[[], Awaitable[None]]) -> None:
        if before is not None:
            await asyncio.wait([before])
        await work()
        while self._phase == "idle" and self._queued and not self._closed:
            await self._say_what_is_queued()

    async def _say_what_is_queued(self) -> None:
        text, *rest = self._queued
        self._shown.change(phase="running", since=self._setup.clock.monotonic(), queued=tuple(rest))
        await self._say(text)

    async def _say(self, text: str) -> None:
        before = len(self._shown.blocks)
        end = await self._follow(lambda: self._new_run(text))
        came = self._shown.blocks[before:]
        lost = not any(isinstance(block, UserBlock) for block in came) or (end.error is not None and _nothing_came(came))
        self._give_back([text] if lost else [], end)

    async def _resume(self) -> None:
        self._give_back([], await self._follow(self._resumed_run))

    async def _follow(self, begin: Callable[[], Awaitable[ConversationRun]]) -> RunEnd:
        """One run, from its start to its rest."""
        try:
            self._run = None if self._phase == "stopping" else await begin()
            end = RunEnd() if self._run is None else await self._run.follow(self._shown.take)
        except Exception as error:  # noqa: BLE001 - the border of a chat's run: whatever keeps it from starting becomes a line
            end = RunEnd(error=error)
        self._run = None
        await self._come_to_rest(end)
        return end

    async def _new_run(self, text: str) -> ConversationRun:
        if self._open is not None:
            await self._end_the_open_run(self._open, why=_LEFT)
        if not self._shown.status.title:
            await self._store.set_title(title_of(text))
            self._shown.change(title=title_of(text))
        self._shown.begin_run()
        return self._run_of(text)

    async def _resumed_run(self) -> ConversationRun:
        assert self._open is not None
        state = await state_of(self._store, self._setup.team, self._open)
        self._open = None
        return self._run_of(state)

    def _run_of(self, given: str | RunState) -> ConversationRun:
        run = ConversationRun(self._shown.agent, given, config=self._config, max_turns=self._setup.max_turns)
        if self._phase == "stopping":
            run.stop()
        return run

    async def _end_the_open_run(self, run: OpenRun, *, why: str) -> None:
        for end in closings(run.half_way, at=self._setup.clock.now(), why=why):
            await self._store.commit(end.scope, end.items, end.checkpoint, end.facts, "stopped")
            saved = CheckpointSaved(end.checkpoint, items=end.items, facts=end.facts, ending="stopped")
            self._shown.take(NestedEvent(end.scope.path, saved) if end.scope.path else saved)
        self._open = None

    async def _come_to_rest(self, end: RunEnd) -> None:
        """Shows where the conversation stands now."""
        trouble = None if end.is_told else end.error
        try:
            await self._take_stock(end)
        except AgentsException as error:
            self._open = None
            self._shown.break_off()
            trouble = trouble or error
        ended = end.ended if trouble is end.error or trouble is None else "failed"
        self._shown.ask(self._waiting.pending)
        self._shown.change(phase="idle" if self._open is None else self._open.phase, since=None, retry="", ended=ended)
        if trouble is not None:
            await self._note("error", self._setup.explain(trouble))
        while self._notes:
            await self._note(*self._notes.pop(0))

    async def _take_stock(self, end: RunEnd) -> None:
        """Finds out where the conversation stands. After a clean end that is known; else what is stored is read again."""
        if end.waiting_run is not None:
            self._open = await recalled_run(self._store, self._setup.team, end.waiting_run)
        elif not end.is_clean:
            saved = await self._store.load()
            self._open = await open_run(self._store, self._setup.team, saved)
            self._shown.rest(replayed(saved), None if self._open is None else self._open.half_way)
            if self._open is not None and self._phase == "stopping" and not self._open.asked:
                await self._end_the_open_run(self._open, why=_STOPPED)  # stopped before the run itself could write that
        await self._waiting.ask(() if self._open is None else self._open.asked)

    def _give_back(self, texts: Sequence[str], end: RunEnd) -> None:
        """After a stop or an error nothing is sent without the person's word: the prompt gets it back."""
        if not end.is_clean:
            texts = [*texts, *self._queued]
            self._shown.change(queued=())
        if texts and self._closed:
            self._unsaid.extend(texts)
        elif texts:
            self._shown.give_back("\n\n".join(texts))

    async def _decide(self, key: str, decision: Decision, *, go_on: bool) -> None:
        found = await self._waiting.check(key, decision.digest) if self._phase == "waiting" else "gone"
        if found != "waits" or self._open is None:
            self._shown.ask(self._waiting.pending)
            await self._note("notice", _CHANGED if found == "changed" else _GONE)
            return
        said = Approved(digest=decision.digest) if isinstance(decision, Approve) else Rejected(reason=decision.reason)
        is_ours = await self._store.decide(CallKey.parse(key), said)
        if not is_ours:
            await self._note("notice", _TAKEN)
        self._open = await recalled_run(self._store, self._setup.team, self._open.run_id)
        await self._go_on_when_all_is_decided(is_ours=is_ours and go_on)

    async def _go_on_when_all_is_decided(self, *, is_ours: bool) -> None:
        """After a decision that somebody else had taken before, going on is theirs; here it takes the person's word."""
        await self._waiting.ask(() if self._open is None else self._open.asked)
        self._shown.ask(self._waiting.pending)
        if self._open is None:
            await self._come_to_rest(RunEnd())
            return
        self._shown.decided(self._open.half_way)
        if self._open.asked or self._closed:
            return
        if is_ours:
            self._start(self._resume)
        else:
            self._shown.change(phase=self._open.phase)

    async def _note(self, kind: _NoteKind, text: str) -> None:
        """A line of the chat's own. While a run goes on it waits; one that cannot be stored is shown all the same."""
        if self._phase in {"running", "stopping"}:
            self._notes.append((kind, text))
            return
        fact = TurnFact(kind=kind, text=text, at=self._setup.clock.now())
        try:
            await self._store.note(fact)
        except AgentsException:
            self._shown.note_in_passing(fact)
        else:
            self._shown.note(fact)


def _nothing_came(blocks: Sequence[Block]) -> bool:
    """True when a run brought nothing but its own question and lines about its failure."""
    return all(isinstance(block, UserBlock | NoticeBlock) for block in blocks)


def _title_in(blocks: Sequence[Block]) -> str:
    return next((title_of(block.text) for block in blocks if isinstance(block, UserBlock)), "")
