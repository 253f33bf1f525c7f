"""A chat whose conversation another process writes, or whose file cannot be written: it says so and refuses, and can be told to take over.

Until then it may follow what the other one writes.
"""

from collections.abc import Awaitable, Callable

from agentchat.chat.conversation import Conversation
from agentchat.chat.notes import Notes
from agentchat.chat.store import ChatStore


class Ownership:
    """Whether this chat may write. Mutable: it remembers what it has read."""

    def __init__(
        self,
        store: ChatStore,
        shown: Conversation,
        notes: Notes,
        *,
        reopen: Callable[[], Awaitable[None]],
        read_again: Callable[[], Awaitable[None]],
    ) -> None:
        self._store = store
        self._shown = shown
        self._notes = notes
        self._reopen = reopen
        self._read_again = read_again
        self._version: int | None = None

    def tell(self) -> None:
        """Publishes what the store can do now; one that another process took over meanwhile gets a line."""
        was_ours, access = not self._shown.status.read_only, self._store.access
        self._shown.change(read_only=access.read_only, may_take_over=access.may_take_over, unsaved=access.unsaved)
        if was_ours and access.read_only:
            self._notes.in_passing("notice", access.read_only)

    def refuses(self) -> bool:
        """Whether nothing can be done here; says why."""
        why = self._shown.status.read_only
        if why:
            self._notes.in_passing("notice", why)
        return why != ""

    async def take_over(self) -> None:
        """Gets the conversation, as it is by now. Raises what keeps the file from being written."""
        if self._shown.status.read_only:
            await self._store.take_over()
            await self._reopen()

    async def refresh(self) -> None:
        """Shows what the other process has written; once that has let the conversation go, it is had here."""
        if not self._shown.status.read_only:
            return
        version = await self._store.version()
        if not self._store.access.read_only:
            await self._reopen()
        elif version != self._version:
            await self._read_again()
            self.tell()
        self._version = version
