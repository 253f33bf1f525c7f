"""An agent as values see it: something with a name.

What flows and what is stored names agents; it does not know what an agent is.
"""

import weakref
from dataclasses import dataclass
from typing import Any, Protocol


class NamedAgent(Protocol):
    """Anything with a name."""

    @property
    def name(self) -> str:
        """Names the agent among those of its run."""
        ...


@dataclass(frozen=True, slots=True)
class ReleasedAgent:
    """What is left of an agent that was let go of and that nobody else keeps."""

    name: str


@dataclass(frozen=True, slots=True)
class _Weakly:
    agent: weakref.ref[Any]
    name: str

    def now(self) -> NamedAgent:
        return self.agent() or ReleasedAgent(self.name)


class HeldAgent:
    """A field of an item that holds an agent; from `release` on only as long as somebody else does."""

    def __init__(self, field: str) -> None:
        self._field = field

    def __get__(self, item: object, owner: type | None = None) -> NamedAgent:
        """The agent; its name alone, once it is gone."""
        held: Any = vars(item)[self._field]
        return held.now() if isinstance(held, _Weakly) else held

    def __set__(self, item: object, agent: NamedAgent) -> None:
        vars(item)[self._field] = agent

    @staticmethod
    def release(item: object, *fields: str) -> None:
        """Keeps the agents in these fields no longer alive."""
        for field in fields:
            agent = getattr(item, field)
            if not isinstance(agent, ReleasedAgent):
                vars(item)[field] = _Weakly(weakref.ref(agent), agent.name)
