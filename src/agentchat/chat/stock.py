"""Where a conversation stands, as far as its chat knows: the run that has not come to its end, and what a person is asked about that."""

from collections.abc import Sequence

from agentchat.chat.conversation import Conversation
from agentchat.chat.conversation_run import RunEnd
from agentchat.chat.deciding.questions import Question
from agentchat.chat.deciding.settling import Withdrawn
from agentchat.chat.deciding.waiting import WaitingCalls
from agentchat.chat.saved import SavedChat
from agentchat.chat.setup import ChatSetup
from agentchat.chat.standing import OpenRun, end_run, open_run, recalled_run, state_of
from agentchat.chat.store import ChatStore
from agentchat.chat.transcript.call_line import call_line
from agentchat.chat.transcript.replay import replayed
from agentchat.runtime.ports.journal import Approved
from agentchat.runtime.running.run_state import RunState
from agentchat.runtime.values.exceptions import AgentsException
from agentchat.runtime.values.facts import TurnFact

_STOPPED = "Stopped by you."
_CHANGED = "this was approved, but would not do any more what was shown then, because things have changed since; it is asked about again."
_LINE = 120
_FOUND = "The file can be read again, and a run stands half-way in it: go on with it, or send a message to leave it as it is."


class Stock:
    """What is known of the stored conversation. Mutable: its chat says when to look."""

    def __init__(self, store: ChatStore, setup: ChatSetup, waiting: WaitingCalls, shown: Conversation) -> None:
        self._store = store
        self._setup = setup
        self._waiting = waiting
        self._shown = shown
        self.open: OpenRun | None = None
        self.is_unread = False
        """Whether the store could not be read when it should have been."""
        self.is_behind = False
        """Whether something was stored that the transcript does not have, because a run goes on."""

    async def read(self) -> SavedChat:
        """All of it, to be shown anew."""
        saved = await self._store.load()
        self._setup.policy.remember(saved.facts, self._setup.folder)
        self._waiting.forget()
        self.open = await open_run(self._store, self._setup.team, saved)
        await self.ask()
        return saved

    async def take(self, end: RunEnd) -> None:
        """Finds out where the conversation stands. After a clean end that is known; else what is stored is read again."""
        if end.is_clean and not self.is_behind:
            await self.recall(end.waiting_run)
        else:
            saved = await self._store.load()
            self.open = await open_run(self._store, self._setup.team, saved)
            self._shown.rest(replayed(saved), None if self.open is None else self.open.half_way)
            if self._was_stopped_too_early:
                await self.end_the_run(why=_STOPPED)
        await self.ask()
        self.is_unread = self.is_behind = False

    async def look_first(self) -> None:
        """To be called before something new is begun; an AgentsException where that would pass over what could not be read before."""
        if self.is_unread:
            await self.take(RunEnd())
            if self.open is not None:
                raise AgentsException(_FOUND)

    async def recall(self, run_id: str | None) -> None:
        """The run as its journal has it now, while it is unfinished."""
        self.open = None if run_id is None else await recalled_run(self._store, self._setup.team, run_id)

    async def to_go_on(self) -> RunState | RunEnd:
        """The run, to go on with; or how it rests: there is none, or a person is asked anew about a call that is not what they approved."""
        if self.open is not None and (outdated := await self._waiting.outdated(self.open.questions)):
            run = await self._asked_anew(outdated, self.open.run_id)
            if run is not None and run.asked:
                return RunEnd(waiting_run=run.run_id)
        run, self.open = self.open, None
        return RunEnd() if run is None else await state_of(self._store, self._setup.team, run)

    async def ask(self, *, again: str = "") -> None:
        """Asks about the calls of the run, where somebody can decide about them here."""
        access = self._store.access
        run = self.open if access.decides or not access.read_only else None
        await self._waiting.ask(() if run is None else run.questions, again=again)

    async def end_the_run(self, *, why: str) -> None:
        """Ends it where it stands; `why` is the line about it."""
        if self.open is not None:
            await end_run(self._store, self.open, at=self._setup.clock.now(), why=why, tell=self._shown.take)
        self.open = None

    async def was_decided_elsewhere(self) -> bool:
        """Whether a call that is asked about here is decided by now. What was approved so runs as if it had been approved here."""
        asked = frozenset(call.key for call in self._waiting.pending.calls)
        if self.open is None or not asked:
            return False
        now = await recalled_run(self._store, self._setup.team, self.open.run_id)
        still = frozenset[str]() if now is None else now.waiting
        for key in asked - still:
            self._waiting.was_taken(key, Approved())
        return not asked <= still

    async def _asked_anew(self, questions: Sequence[Question], run_id: str) -> OpenRun | None:
        """The run without the yes to these calls; a line says why they are asked about again."""
        for item in (question.item for question in questions):
            call = call_line(item.qualified_name or "", item.arguments or "", width=_LINE)
            line = TurnFact(kind="notice", text=f"{call}: {_CHANGED}", at=self._setup.clock.now())
            if item.key is not None and await self._store.decide(item.key, Withdrawn(), line):
                self._waiting.was_taken(str(item.key), Withdrawn())
                self._shown.note(line)
        await self.recall(run_id)
        if self.open is not None:
            self._shown.decided(self.open.half_way)
        return self.open

    @property
    def _was_stopped_too_early(self) -> bool:
        """Whether the run was stopped before it could itself write that."""
        is_ours = not self._store.access.read_only
        return is_ours and self.open is not None and self._shown.phase == "stopping" and not self.open.asked
