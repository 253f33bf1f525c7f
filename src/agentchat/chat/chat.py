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
from contextlib import suppress
from typing import Any

from agentchat.chat.conversation import Conversation
from agentchat.chat.conversation_run import ConversationRun, Given, RunEnd
from agentchat.chat.deciding.waiting import WaitingCalls
from agentchat.chat.decisions import Decisions
from agentchat.chat.front import Publish
from agentchat.chat.inspecting.inside import Inside
from agentchat.chat.notes import Notes
from agentchat.chat.one_task import OneTask
from agentchat.chat.ownership import Deeds, Ownership
from agentchat.chat.setup import ChatSetup
from agentchat.chat.status import Decision, KeptRule, Mode, Pending, Withdraw
from agentchat.chat.stock import Stock
from agentchat.chat.store import ChatStore
from agentchat.chat.titles import title_of
from agentchat.chat.transcript.blocks import Block, NoticeBlock, UserBlock
from agentchat.runtime.values.exceptions import AgentsException, JournalSuperseded, UserError

_LEFT = "Left unfinished: a new message was sent instead."


class Chat:
    """One conversation with a team of agents (`ChatPort`). All methods run on one event loop."""

    def __init__(self, store: ChatStore, setup: ChatSetup) -> None:
        self._store = store
        self._setup = setup
        self._config = setup.run_config(store)
        self._waiting = WaitingCalls(store.session_id, setup.policy, folder=setup.folder, ended_at=setup.ended_at)
        self._shown = Conversation(store.session_id, setup)
        self.inside = Inside(setup, self._shown)
        self._stock = Stock(store, setup, self._waiting, self._shown)
        self._run: ConversationRun | None = None
        self._task = OneTask()
        self._deciding = asyncio.Lock()
        self._notes = Notes(store, self._shown, setup.clock)
        self._decisions = Decisions(store, setup, self._waiting, self._shown, self._notes)
        deeds = Deeds(reopen=self._stand, read_again=self._read_again, look_again=self._look_again, hand_over=setup.hand_over)
        self._ownership = Ownership(store, self._shown, self._notes, deeds)
        self._closed = False
        self._unsaid: list[str] = []
        """What came back when the chat was being closed and nobody took it any more."""

    async def open(self, publish: Publish) -> None:
        """Reads what was said and publishes `Opened`. Calls no model and no tool; raises what the store says of its file."""
        self._publish = publish
        await self._stand()
        await self._notes.say_at_the_opening(self._setup, self._stock.open)

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
            if not self._store.access.decides and self._ownership.refuses():
                return
            try:
                await self._decide(key, decision, go_on=go_on)
            except AgentsException as error:
                await self._stock.ask(again=key)
                self._tell_where_it_stands()
                await self._notes.add("error", self._setup.explain(error))

    async def withdraw_rule(self, kept: KeptRule) -> None:
        """Ends a rule that is kept for the session: from here on, also in a run that goes on, its calls are asked about."""
        if not self._ownership.refuses() and await self._decisions.withdraw(kept):
            self._stock.is_behind = True

    async def choose_agent(self, name: str) -> None:
        """Who gets the next message; raises why that cannot be."""
        if self._ownership.refuses():
            return
        if self._shown.phase not in {"idle", "interrupted"}:
            raise UserError("Another agent can be chosen once the run is over; esc stops it.")
        if name not in self._setup.team.agents:
            raise UserError(f"There is no agent '{name}'; there are {', '.join(self._setup.team.agents)}.")
        if self._shown.blocks:
            await self._store.set_agent(name)
        self._shown.choose(name)

    async def change_mode(self, mode: Mode) -> None:
        """What decides about calls that no rule speaks of, for the rest of this process; calls that wait go on waiting."""
        self._setup.policy.change_mode(mode)
        self._shown.change(mode=mode)

    async def take_over(self) -> None:
        """Asks the process that has the conversation for it, at the second time takes it; raises why that cannot be."""
        await self._ownership.take_over()

    async def refresh(self) -> None:
        """Looks what other processes have written, and whether one wants or has the conversation. Cheap when nothing was."""
        async with self._deciding:
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
                with suppress(JournalSuperseded):  # another process has taken it over, and nobody has told yet
                    await self._store.set_prompt("\n\n".join(text for text in (*self._unsaid, *queued, prompt) if text.strip()))
        finally:
            await self._store.close()
            await self._setup.let_go()

    async def settled(self) -> None:
        """Returns when nothing moves by itself any more; raises what went wrong in the chat's own code."""
        await self._task.settled()

    async def _stand(self) -> None:
        saved = await self._stock.read()
        self._shown.open(self._publish, saved, self._stock.open, pending=self._waiting.pending, access=self._store.access)
        self._shown.change(rules=self._setup.policy.kept)
        if saved.prompt and not self._store.access.read_only:
            self._shown.give_back(saved.prompt)
        if self._shown.phase == "idle" and self._shown.queued:
            self._start(self._say_what_is_queued)

    async def _read_again(self) -> None:
        """What another process has written; a run of ours, when that has the conversation now, ends and is read again then."""
        if self._shown.phase in {"running", "stopping"}:
            await self.stop()
        else:
            await self._stock.take(RunEnd())
            self._tell_where_it_stands()

    async def _look_again(self) -> None:
        """Somebody may have decided about a call that is asked about here. The run is ours, and goes on here."""
        if self._shown.phase in {"waiting", "interrupted"} and await self._stock.was_decided_elsewhere():
            await self._read_again()
            await self._go_on_when_all_is_decided(goes_on=True)

    def _tell_where_it_stands(self, **more: Any) -> None:
        self._ownership.tell()
        self._shown.ask(self._waiting.pending)
        run = self._stock.open
        phase = "interrupted" if self._stock.is_unread else "idle" if run is None else run.phase
        self._shown.change(phase=phase, next_step="" if run is None else run.next_step, **more)

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

    async def _follow(self, begin: Callable[[], Awaitable[ConversationRun | RunEnd]]) -> RunEnd:
        try:
            await self._stock.look_first()
            self._shown.ask(Pending())
            begun = RunEnd() if self._shown.phase == "stopping" else await begin()
            self._run = begun if isinstance(begun, ConversationRun) else None
            end = begun if isinstance(begun, RunEnd) else await begun.follow(self._shown.take)
        except Exception as error:  # noqa: BLE001 - the border of a chat's run: whatever keeps it from starting becomes a line
            end = RunEnd(error=error)
        self._run = None
        await self._come_to_rest(end)
        return end

    async def _new_run(self, text: str) -> ConversationRun:
        await self._stock.end_the_run(why=_LEFT)
        if not self._shown.status.title:
            await self._store.set_title(title_of(text))
            self._shown.change(title=title_of(text))
        given = await self._notes.with_files(text, self._setup.files)
        self._shown.begin_run()
        return self._run_of(given)

    async def _resumed_run(self) -> ConversationRun | RunEnd:
        stands = await self._stock.to_go_on()
        return stands if isinstance(stands, RunEnd) else self._run_of(stands)

    def _run_of(self, given: Given) -> ConversationRun:
        run = ConversationRun(self._shown.agent, given, config=self._config, max_turns=self._setup.max_turns, folder=self._setup.folder)
        if self._shown.phase == "stopping":
            run.stop()
        return run

    async def _come_to_rest(self, end: RunEnd) -> None:
        trouble = None if end.is_told else end.error
        try:
            await self._stock.take(end)
        except AgentsException as error:
            self._stock.open, self._stock.is_unread = None, True
            self._shown.break_off()
            trouble = trouble or error
        ended = end.ended if trouble is end.error or trouble is None else "failed"
        self._tell_where_it_stands(since=None, retry=None, ended=ended)
        if trouble is not None:
            await self._notes.add("error", self._setup.explain(trouble))
        await self._notes.say_what_waited()

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
        taken = await self._decisions.take(key, decision)
        if taken == "nothing" or self._stock.open is None:
            return
        if taken == "by another":
            await self._look_again()
            return
        await self._stock.recall(self._stock.open.run_id)
        await self._stock.ask(again=key if isinstance(decision, Withdraw) else "")
        self._shown.ask(self._waiting.pending)
        await self._go_on_when_all_is_decided(goes_on=go_on)

    async def _go_on_when_all_is_decided(self, *, goes_on: bool) -> None:
        if self._stock.open is None:
            await self._come_to_rest(RunEnd())
            return
        self._shown.decided(self._stock.open.half_way)
        if goes_on and not self._store.access.read_only and not self._waiting.pending.questions and not self._closed:
            self._start(self._resume)
        else:
            self._shown.change(phase=self._stock.open.phase, next_step=self._stock.open.next_step)


def _nothing_came(blocks: Sequence[Block]) -> bool:
    """True when a run brought nothing but its own question and lines about its failure."""
    return all(isinstance(block, UserBlock | NoticeBlock) for block in blocks)
