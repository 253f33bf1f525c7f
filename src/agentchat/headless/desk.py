"""Decides about waiting calls from outside: reads the conversation, writes the decision down, and runs nothing.

Another process may have the conversation open. It keeps it, is asked the same question on its screen, and goes on with whichever answer
comes first.
"""

from agentchat.chat.deciding.short_keys import is_named, short_key
from agentchat.chat.front import ChatPort, Update
from agentchat.chat.status import Decision, PendingCall
from agentchat.config.errors import Unusable
from agentchat.headless.happenings import Noticed
from agentchat.headless.telling import Teller


class Desk:
    """One conversation and its open questions. Mutable: it hears what the chat tells."""

    def __init__(self, chat: ChatPort) -> None:
        self._chat = chat
        self._teller = Teller()
        self._notices: list[str] = []

    async def open(self) -> None:
        """Reads the conversation; calls no model and no tool."""
        await self._chat.open(self._take)

    async def close(self) -> None:
        """Lets the file go; whoever has the conversation keeps it."""
        await self._chat.close()

    @property
    def owner(self) -> str:
        """The living process that has the conversation open, and goes on with it ("pid 7"); empty when none has."""
        return self._teller.status.owner

    @property
    def waiting(self) -> tuple[PendingCall, ...]:
        """The calls that wait, in the model's order."""
        return self._teller.pending.calls

    def call(self, text: str) -> PendingCall:
        """The waiting call that `text` means: its key, the beginning of its short name, or "" for the only one."""
        session_id = self._teller.status.session_id
        if not self.waiting:
            raise Unusable(f"No call of {session_id} waits for approval; agentchat approvals lists those that do.")
        named = [call for call in self.waiting if not text or is_named(call.key, text)]
        if len(named) == 1:
            return named[0]
        those = ", ".join(f"{short_key(call.key)} {call.tool}" for call in (named or self.waiting))
        if not text:
            raise Unusable(f"{len(named)} calls of {session_id} wait; say which: {those}.")
        if named:
            raise Unusable(f"'{text}' may mean {len(named)} calls ({those}); give more of it.")
        raise Unusable(f"No call of {session_id} that waits is '{text}'; there is: {those}.")

    async def decide(self, call: PendingCall, decision: Decision) -> str:
        """Writes the decision down, without going on; "" when it was taken, else why it was not. `owner` is as it is by then."""
        self._notices.clear()
        await self._chat.decide(call.key, decision, go_on=False)
        refused = " ".join(self._notices)
        await self._chat.refresh()
        return refused

    def _take(self, update: Update) -> None:
        told = [happening.text for happening in self._teller.take(update) if isinstance(happening, Noticed)]
        self._notices.extend(told)
