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
from typing import Any

from agentchat.chat.blocks import Block, NoticeBlock, UserBlock
from agentchat.chat.conversation import Conversation
from agentchat.chat.conversation_run import ConversationRun, RunEnd
from agentchat.chat.front import Publish
from agentchat.chat.notes import Notes
from agentchat.chat.one_task import OneTask
from agentchat.chat.ownership import Ownership
from agentchat.chat.replay import replayed
from agentchat.chat.setup import ChatSetup
from agentchat.chat.standing import OpenRun, end_run, open_run, recalled_run, state_of
from agentchat.chat.status import Decision, Status
from agentchat.chat.store import ChatStore
from agentchat.chat.titles import title_of
from agentchat.chat.waiting import WaitingCalls
from agentchat.runtime.running.run_state import RunState
from agentchat.runtime.values.exceptions import AgentsException
from agentchat.runtime.values.keys import CallKey

_GONE = "This call does not wait for a decision any more; nothing was changed."
_CHANGED = "This call is not what was shown any more; look at it again."
_TAKEN = "This call was decided already; the first decision stands."
_LEFT = "Left unfinished: a new message was sent instead."
_STOPPED = "Stopped by you."
_FOUND = "The file can be read again, and a run stands half-way in it: go on with it, or send a message to leave it as it is."


class Chat:
    """One conversation with a team of agents (`ChatPort`). All methods run on one event loop."""

    def __init__(self, store: ChatStore, setup: ChatSetup) -> None:
        self._store = store
        self._setup = setup
        self._config = setup.run_config(store)
        self._waiting = WaitingCalls(store.session_id, setup.policy, folder=setup.folder)
        self._shown = Conversation(Status(session_id=store.session_id, mode=setup.policy.mode), setup.team)
        self._open: OpenRun | None = None
        self._run: ConversationRun | None = None
        self._task = OneTask()
        self._deciding = asyncio.Lock()
        self._notes = Notes(store, self._shown, setup.clock)
        self._ownership = Ownership(store, self._shown, self._notes, reopen=self._stand, read_again=self._read_again)
        self._is_unread = False
        self._closed = False
        self._unsaid: list[str] = []
        """What came back when the chat was being closed and nobody took it any more."""

    async def open(self, publish: Publish) -> None:
        """Reads what was said and publishes `Opened`. Calls no model and no tool; raises what the store says of its file."""
        self._publish = publish
        await self._stand()
        if notice := self._store.access.notice:
            await self._notes.add("notice", notice)

    async def send(self, text: str) -> None:
        """Says something. While a run goes on or calls wait it is queued; a run that was interrupted is ended where it stands."""
        if not text.strip() or self._closed:
            return
        if self._ownership.refuses():
            self._shown.give_back(text)
        elif self._shown.phase in {"idle", "interrupted"}:
            self._start(lambda: self._say(text))
        else:
            self._shown.change(queued=(*self._shown.queued, text))

    async def decide(self, key: str, decision: Decision, *, go_on: bool = True) -> None:
        """Decides one waiting call, once. When none waits any longer the run goes on; without `go_on`, at the word of `proceed`."""
        async with self._deciding:
            if self._ownership.refuses():
                return
            try:
                await self._decide(key, decision, go_on=go_on)
            except AgentsException as error:
                await self._ask(again=key)
                self._tell_where_it_stands()
                await self._notes.add("error", self._setup.explain(error))

    async def take_over(self) -> None:
        """Gets the conversation from the process that has it, or from a file that could not be written; raises why that cannot be."""
        await self._ownership.take_over()

    async def refresh(self) -> None:
        """Shows what another process has written to a conversation that is read-only here. Cheap when nothing was."""
        await self._ownership.refresh()

    async def stop(self) -> None:
        """Stops the run; what was said so far is kept and marked, and what is queued is given back."""
        if self._shown.phase != "running":
            return
        self._shown.change(phase="stopping")
        if self._run is not None:
            self._run.stop()

    async def proceed(self) -> None:
        """Goes on with a run that was interrupted."""
        if self._shown.phase == "interrupted" and not self._closed and not self._ownership.refuses():
            self._start(self._resume)

    async def close(self, prompt: str = "") -> None:
        """Stops, keeps what is queued, and what stands in the prompt, for the next time, and lets the store go."""
        if self._closed:
            return
        self._closed = True
        queued = self._shown.queued
        self._shown.change(queued=())
        await self.stop()
        try:
            await self.settled()
            if not self._store.access.read_only:
                await self._store.set_prompt("\n\n".join(text for text in (*self._unsaid, *queued, prompt) if text.strip()))
        finally:
            await self._store.close()
            await self._setup.provider.aclose()

    async def settled(self) -> None:
        """Returns when nothing moves by itself any more; raises what went wrong in the chat's own code."""
        await self._task.settled()

    async def _stand(self) -> None:
        saved = await self._store.load()
        self._setup.policy.remember(saved.facts)
        self._open = await open_run(self._store, self._setup.team, saved)
        await self._ask()
        self._shown.open(self._publish, saved, self._open, pending=self._waiting.pending, access=self._store.access)
        if saved.prompt and not self._store.access.read_only:
            self._shown.give_back(saved.prompt)
        if self._shown.phase == "idle" and self._shown.queued:
            self._start(self._say_what_is_queued)

    async def _read_again(self) -> None:
        await self._take_stock(RunEnd())
        self._tell_where_it_stands()

    def _tell_where_it_stands(self, **more: Any) -> None:
        self._ownership.tell()
        self._shown.ask(self._waiting.pending)
        phase = "interrupted" if self._is_unread else "idle" if self._open is None else self._open.phase
        self._shown.change(phase=phase, **more)

    async def _ask(self, *, again: str = "") -> None:
        asked = () if self._open is None or self._store.access.read_only else self._open.asked
        await self._waiting.ask(asked, again=again)

    def _start(self, work: Callable[[], Awaitable[None]]) -> None:
        """The chat's one task: this work, then whatever was queued meanwhile."""
        self._shown.change(phase="running", since=self._setup.clock.monotonic())
        self._task.start(lambda: self._work(work))

    async def _work(self, work: Callable[[], Awaitable[None]]) -> None:
        await work()
        while self._shown.phase == "idle" and self._shown.queued and not self._closed:
            await self._say_what_is_queued()

    async def _say_what_is_queued(self) -> None:
        text, *rest = self._shown.queued
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

    async def _follow(self, begin: Callable[[], Awaitable[ConversationRun | None]]) -> RunEnd:
        try:
            await self._look_first()
            self._run = None if self._shown.phase == "stopping" else await begin()
            end = RunEnd() if self._run is None else await self._run.follow(self._shown.take)
        except Exception as error:  # noqa: BLE001 - the border of a chat's run: whatever keeps it from starting becomes a line
            end = RunEnd(error=error)
        self._run = None
        await self._come_to_rest(end)
        return end

    async def _look_first(self) -> None:
        if self._is_unread:
            await self._take_stock(RunEnd())
            if self._open is not None:
                raise AgentsException(_FOUND)

    async def _new_run(self, text: str) -> ConversationRun:
        if self._open is not None:
            await self._end_the_open_run(self._open, why=_LEFT)
        if not self._shown.status.title:
            await self._store.set_title(title_of(text))
            self._shown.change(title=title_of(text))
        self._shown.begin_run()
        return self._run_of(text)

    async def _resumed_run(self) -> ConversationRun | None:
        run, self._open = self._open, None
        return None if run is None else self._run_of(await state_of(self._store, self._setup.team, run))

    def _run_of(self, given: str | RunState) -> ConversationRun:
        run = ConversationRun(self._shown.agent, given, config=self._config, max_turns=self._setup.max_turns)
        if self._shown.phase == "stopping":
            run.stop()
        return run

    async def _end_the_open_run(self, run: OpenRun, *, why: str) -> None:
        await end_run(self._store, run, at=self._setup.clock.now(), why=why, tell=self._shown.take)
        self._open = None

    async def _come_to_rest(self, end: RunEnd) -> None:
        trouble = None if end.is_told else end.error
        try:
            await self._take_stock(end)
        except AgentsException as error:
            self._open, self._is_unread = None, True
            self._shown.break_off()
            trouble = trouble or error
        ended = end.ended if trouble is end.error or trouble is None else "failed"
        self._tell_where_it_stands(since=None, retry="", ended=ended)
        if trouble is not None:
            await self._notes.add("error", self._setup.explain(trouble))
        await self._notes.say_what_waited()

    async def _take_stock(self, end: RunEnd) -> None:
        """Finds out where the conversation stands. After a clean end that is known; else what is stored is read again."""
        if end.waiting_run is not None:
            self._open = await recalled_run(self._store, self._setup.team, end.waiting_run)
        elif not end.is_clean:
            saved = await self._store.load()
            self._open = await open_run(self._store, self._setup.team, saved)
            self._shown.rest(replayed(saved), None if self._open is None else self._open.half_way)
            if self._open is not None and self._shown.phase == "stopping" and not self._open.asked:
                await self._end_the_open_run(self._open, why=_STOPPED)  # stopped before the run itself could write that
        await self._ask()
        self._is_unread = False

    def _give_back(self, texts: Sequence[str], end: RunEnd) -> None:
        """After a stop or an error nothing is sent without the person's word: the prompt gets it back."""
        if not end.is_clean:
            texts = [*texts, *self._shown.queued]
            self._shown.change(queued=())
        if texts and self._closed:
            self._unsaid.extend(texts)
        elif texts:
            self._shown.give_back("\n\n".join(texts))

    async def _decide(self, key: str, decision: Decision, *, go_on: bool) -> None:
        found = await self._waiting.check(key, decision.digest) if self._shown.phase == "waiting" else "gone"
        if found != "waits" or self._open is None:
            self._shown.ask(self._waiting.pending)
            await self._notes.add("notice", _CHANGED if found == "changed" else _GONE)
            return
        said = await self._waiting.said(key, decision)
        if said is None:
            self._shown.ask(self._waiting.pending)
            return
        if (rule := self._waiting.rule_in(key, decision)) is not None:
            self._shown.note(await self._setup.policy.keep_for_session(rule, self._store, at=self._setup.clock.now()))
        is_ours = await self._store.decide(CallKey.parse(key), said)
        if not is_ours:
            await self._notes.add("notice", _TAKEN)
        self._open = await recalled_run(self._store, self._setup.team, self._open.run_id)
        await self._go_on_when_all_is_decided(is_ours=is_ours and go_on)

    async def _go_on_when_all_is_decided(self, *, is_ours: bool) -> None:
        """After a decision that somebody else had taken before, going on is theirs; here it takes the person's word."""
        await self._ask()
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


def _nothing_came(blocks: Sequence[Block]) -> bool:
    """True when a run brought nothing but its own question and lines about its failure."""
    return all(isinstance(block, UserBlock | NoticeBlock) for block in blocks)
