"""The key that takes a conversation over: once to ask for it, and once more, having read the answer, to take it all the same."""

from typing import Protocol

from agentchat.chat.status import Status
from agentchat.runtime.ports.clock import Clock
from agentchat.tui.key_guard import HELD


class Taker(Protocol):
    """Who asks for the conversation: the bridge."""

    def take_over(self) -> None:
        """Asks; where it was asked before, takes it."""
        ...


class TakingOver:
    """What a press of the key means now. Mutable: the application tells it what is shown."""

    def __init__(self, taker: Taker, clock: Clock) -> None:
        self._taker = taker
        self._clock = clock
        self._is_asked = False
        self._quiet_since = float("-inf")
        """When the answer came, or the key was pressed last."""

    def show(self, status: Status) -> None:
        """This is shown from now on."""
        if status.is_asked and not self._is_asked:
            self._quiet_since = self._clock.monotonic()
        self._is_asked = status.is_asked

    def press(self) -> None:
        """Asks. Taking what is kept needs a press of its own: one that came with the answer, or is held, was not meant for it."""
        now, before = self._clock.monotonic(), self._quiet_since
        self._quiet_since = now
        if not self._is_asked or now - before >= HELD:
            self._taker.take_over()
