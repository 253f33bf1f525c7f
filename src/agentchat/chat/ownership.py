"""Whose a conversation is, for its chat: this process's, another one's, or nobody's because its file cannot be written.

The process that has it looks what others have written, too: one may ask for it, may have taken it by force, and a person may have decided
from outside about a call that is asked about here. What it lets go it shows from then on, as any process does that has it not.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from agentchat.chat.conversation import Conversation
from agentchat.chat.notes import Notes
from agentchat.chat.store import ChatStore
from agentchat.runtime.values.exceptions import AgentsException


@dataclass(frozen=True, slots=True)
class Deeds:
    """What the chat does about it."""

    reopen: Callable[[], Awaitable[None]]
    """The conversation is ours, as it is by now."""
    read_again: Callable[[], Awaitable[None]]
    """It is another one's, who has written."""
    look_again: Callable[[], Awaitable[None]]
    """It is ours, and somebody else has written."""
    hand_over: Callable[[], Awaitable[None]]
    """It is ours no longer: what was started for it here ends."""


class Ownership:
    """Whether this chat may write. Mutable: it remembers what it has read."""

    def __init__(self, store: ChatStore, shown: Conversation, notes: Notes, deeds: Deeds) -> None:
        self._store = store
        self._shown = shown
        self._notes = notes
        self._deeds = deeds
        self._version: int | None = None
        self._is_asking = False
        self._trouble = ""
        """Why the last look failed; said once."""

    def tell(self) -> None:
        """Publishes what the store can do now; one that another process took over meanwhile gets a line."""
        was_ours, access = not self._shown.status.read_only, self._store.access
        self._shown.allow(access)
        if was_ours and access.read_only:
            self._notes.in_passing("notice", access.read_only)

    def refuses(self) -> bool:
        """Whether nothing can be done here; says why."""
        why = self._shown.status.read_only
        if why:
            self._notes.in_passing("notice", why)
        return why != ""

    async def take_over(self) -> None:
        """Asks for the conversation; where its process was asked before and keeps it, takes it. Raises what keeps it from being written."""
        if self._is_asking or not self._shown.status.read_only:
            return
        self._is_asking = True
        try:
            await self._store.take_over(by_force=self._shown.status.is_asked)
        finally:
            self._is_asking = False
        await self._show_whose_it_is()

    async def refresh(self) -> None:
        """Looks what was written elsewhere. Once another process has let the conversation go, it is had here."""
        if self._is_asking:
            return
        try:
            version = await self._store.version()
            await self._take_note(is_new=version != self._version)
        except AgentsException as error:
            if str(error) != self._trouble:
                self._notes.in_passing("error", str(error))
            self._trouble = str(error)
        else:
            self._version, self._trouble = version, ""

    async def _take_note(self, *, is_new: bool) -> None:
        was_ours, access = not self._shown.status.read_only, self._store.access
        if was_ours == bool(access.read_only):
            await self._show_whose_it_is()
        elif access.read_only and is_new:
            self._shown.allow(access)
            await self._deeds.read_again()
        elif access.wanted_by and self._shown.phase not in {"running", "stopping"}:
            await self._store.release()
            await self._show_whose_it_is()
        elif not access.read_only and is_new:
            self._shown.allow(access)
            await self._deeds.look_again()

    async def _show_whose_it_is(self) -> None:
        """It has changed hands, or was asked for."""
        if not self._store.access.read_only:
            await self._deeds.reopen()
            return
        self.tell()
        await self._deeds.read_again()
        await self._deeds.hand_over()
