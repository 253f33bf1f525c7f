"""A chat's own lines in its transcript: errors, and what became of a wish."""

from typing import Literal, TypeAlias

from agentchat.chat.attaching import WorkFiles, attached
from agentchat.chat.conversation import Conversation
from agentchat.chat.deciding.cut_off import cut_off_lines
from agentchat.chat.setup import ChatSetup
from agentchat.chat.standing import OpenRun
from agentchat.chat.store import ChatStore
from agentchat.chat.transcript.blocks import NoticeBlock
from agentchat.runtime.ports.clock import Clock
from agentchat.runtime.values.exceptions import AgentsException
from agentchat.runtime.values.facts import TurnFact
from agentchat.runtime.values.items import TResponseInputItem

NoteKind: TypeAlias = Literal["notice", "error"]


class Notes:
    """Lines that are said now, or when the run that goes on has come to its rest. Mutable: its chat says when that is."""

    def __init__(self, store: ChatStore, shown: Conversation, clock: Clock) -> None:
        self._store = store
        self._shown = shown
        self._clock = clock
        self._held: list[TurnFact] = []

    async def say_at_the_opening(self, setup: ChatSetup, run: OpenRun | None) -> None:
        """What a person is told when the conversation is opened: of the file, of calls that were cut off, of what is missing."""
        access = self._store.access
        if access.notice:
            await self.add("notice", access.notice)
        for sentence in () if access.read_only else cut_off_lines(run, setup.ended_at):
            await self._add_once("notice", sentence)
        for sentence in setup.notices:
            await self._add_once("error", sentence)

    async def add(self, kind: NoteKind, text: str) -> None:
        """A line of the chat's own. While a run goes on it waits; one that cannot be stored is shown all the same."""
        fact = TurnFact(kind=kind, text=text, at=self._clock.now())
        if self._shown.status.phase in {"running", "stopping"}:
            self._held.append(fact)
        else:
            await self._say(fact)

    async def say_what_waited(self) -> None:
        """The run is at its rest."""
        while self._held:
            await self._say(self._held.pop(0))

    async def with_files(self, text: str, files: WorkFiles | None) -> str | list[TResponseInputItem]:
        """A message with the files that it names; what could not be attached is said."""
        made = await attached(text, files)
        for sentence in made.complaints:
            await self.add("notice", sentence)
        return made.given

    def in_passing(self, kind: NoteKind, text: str) -> None:
        """A line that is not stored, about how things are just now."""
        self._shown.note_in_passing(TurnFact(kind=kind, text=text, at=self._clock.now()))

    async def _add_once(self, kind: NoteKind, text: str) -> None:
        if not any(isinstance(block, NoticeBlock) and block.text == text for block in self._shown.blocks):
            await self.add(kind, text)

    async def _say(self, fact: TurnFact) -> None:
        try:
            await self._store.note(fact)
        except AgentsException:
            self._shown.note_in_passing(fact)
        else:
            self._shown.note(fact)
