"""Walking through the calls that wait: which one is shown, and which were decided here already. Values only."""

from dataclasses import dataclass, replace

from agentchat.chat.status import Pending, PendingCall


@dataclass(frozen=True, slots=True)
class Walk:
    """A place in the calls that are still to be decided."""

    pending: Pending
    """As the chat said last; it may be behind what was decided here."""
    decided: frozenset[tuple[str, int]] = frozenset()
    """Keys that were decided here, each with how often it had been asked about. A question is answered once, whatever the chat says later;
    a call whose decision could not be kept is asked about once more."""
    index: int = 0

    @property
    def open(self) -> tuple[PendingCall, ...]:
        """The calls that are to be decided, those of before first."""
        return tuple(call for call in self.pending.questions if (call.key, call.asked) not in self.decided)

    @property
    def waiting(self) -> tuple[PendingCall, ...]:
        """Those of them that may be decided all at once: a person is asked whether they may run."""
        return tuple(call for call in self.open if call.asks == "may it run")

    @property
    def call(self) -> PendingCall | None:
        """The one that is shown."""
        return self.open[self.index] if self.open else None

    def updated(self, pending: Pending) -> "Walk":
        """The calls have changed; the shown one stays when it still waits."""
        walk = replace(self, pending=pending)
        keys = [call.key for call in walk.open]
        if self.call is not None and self.call.key in keys:
            return replace(walk, index=keys.index(self.call.key))
        return replace(walk, index=max(0, min(self.index, len(keys) - 1)))

    def moved(self, step: int) -> "Walk":
        """The next or the previous call, from the last to the first."""
        return replace(self, index=(self.index + step) % len(self.open)) if self.open else self

    def without(self, key: str) -> "Walk":
        """The call was decided; the next one moves into its place, behind the last the first."""
        asked = {(call.key, call.asked) for call in self.pending.questions if call.key == key}
        walk = replace(self, decided=self.decided | asked)
        return replace(walk, index=self.index if self.index < len(walk.open) else 0)

    def again(self, key: str) -> "Walk":
        """The decision about this call did not hold; the shown one stays."""
        walk = replace(self, decided=frozenset(answered for answered in self.decided if answered[0] != key))
        keys = [call.key for call in walk.open]
        return replace(walk, index=keys.index(self.call.key) if self.call is not None else 0)
