"""The terminal's own word that it has drawn what was written: a request for the cursor's position, and its answer.

A key that stands before the answer in the input was typed before the terminal had processed the frame, whatever any clock says. A
terminal that has never answered anything for `PROBE_LIMIT` after the first request is taken for one that never does; from then on
an answer is made up for it, `STAND_IN` after each request, until it does answer once.
"""

from collections import deque
from collections.abc import Callable
from typing import TypeAlias
from weakref import WeakSet

from textual.events import Event

from agentchat.runtime.ports.clock import Clock

Drawn: TypeAlias = Callable[[float], None]
"""Told when the terminal answered, on the clock's `monotonic`."""

PROBE_LIMIT = 3.0
STAND_IN = 0.5


class Receipts:
    """The requests without an answer, oldest first. Used on the event loop only."""

    def __init__(self, *, probe_limit: float = PROBE_LIMIT) -> None:
        self._probe_limit = probe_limit
        self._waiting: deque[tuple[float, Drawn]] = deque()
        self._first_asked: float | None = None
        self._answers_at_all = False

    def next_stand_in(self) -> float | None:
        """When `stand_in` will have something to do, unless the terminal answers before; None when it will not."""
        if self._answers_at_all or self._first_asked is None or not self._waiting:
            return None
        return max(self._first_asked + self._probe_limit, self._waiting[0][0] + STAND_IN)

    def asked(self, at: float, drawn: Drawn) -> None:
        """Notes a request; call it directly before the request is written."""
        if self._first_asked is None:
            self._first_asked = at
        self._waiting.append((at, drawn))

    def answered(self, at: float) -> None:
        """Notes an answer. Where one was lost, the next stands for the older request: later than it was, never earlier."""
        self._answers_at_all = True
        if self._waiting:
            _, drawn = self._waiting.popleft()
            drawn(at)

    def stand_in(self, now: float) -> None:
        """Answers for a terminal that never does."""
        while (due := self.next_stand_in()) is not None and due <= now:
            asked, drawn = self._waiting.popleft()
            drawn(asked + STAND_IN)


class Witness:
    """What a driver must be able to say for the key guard; mixed into the drivers here."""

    clock: Clock
    receipts: Receipts
    crowd: WeakSet[Event]
    """Events that arrived together with others in one read."""
    frames: int = 0
    """How often something was written."""

    def ask_position(self) -> None:
        """Writes the request for the cursor's position."""
        raise NotImplementedError

    def acknowledge(self, drawn: Drawn) -> None:
        """Calls back on the event loop when the terminal has processed all that was written until now."""
        self.receipts.asked(self.clock.monotonic(), drawn)
        self.ask_position()

    def stand_in(self) -> float | None:
        """Gives the answers that a terminal without any is known to owe; returns in how many seconds the next is due."""
        now = self.clock.monotonic()
        self.receipts.stand_in(now)
        due = self.receipts.next_stand_in()
        return None if due is None else due - now

    def came_alone(self, event: Event) -> bool:
        """Whether no other key, click or paste arrived in the same read."""
        return event not in self.crowd


def ignore_answer(_at: float) -> None:
    """For the request that is made only to find out whether the terminal answers."""
