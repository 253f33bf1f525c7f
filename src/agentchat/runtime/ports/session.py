"""Conversation memory, as the runtime needs it."""

from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol, runtime_checkable

from agentchat.runtime.values.items import TResponseInputItem


@dataclass(frozen=True)
class SessionSettings:
    """How much of a session a run reads."""

    limit: int | None = None
    """The number of latest items; None for all."""

    def resolve(self, override: "SessionSettings | None") -> "SessionSettings":
        """These settings with every field of `override` that is not None."""
        if override is None:
            return self
        return replace(self, **{key: value for key, value in asdict(override).items() if value is not None})

    def to_dict(self) -> dict[str, Any]:
        """The settings as plain data."""
        return asdict(self)


@runtime_checkable
class Session(Protocol):
    """What any class may offer to serve as memory."""

    session_id: str
    session_settings: SessionSettings | None

    async def get_items(self, limit: int | None = None) -> list[TResponseInputItem]:
        """The latest `limit` items (all for None), oldest first."""
        ...

    async def add_items(self, items: list[TResponseInputItem]) -> None:
        """Appends items, all or none."""
        ...

    async def pop_item(self) -> TResponseInputItem | None:
        """Takes the latest item away and returns it; None when there is none."""
        ...

    async def clear_session(self) -> None:
        """Takes all items away."""
        ...


class SessionABC(ABC):
    """`Session` as a base class."""

    session_id: str
    session_settings: SessionSettings | None = None

    @abstractmethod
    async def get_items(self, limit: int | None = None) -> list[TResponseInputItem]:
        """The latest `limit` items (all for None), oldest first."""

    @abstractmethod
    async def add_items(self, items: list[TResponseInputItem]) -> None:
        """Appends items, all or none."""

    @abstractmethod
    async def pop_item(self) -> TResponseInputItem | None:
        """Takes the latest item away and returns it; None when there is none."""

    @abstractmethod
    async def clear_session(self) -> None:
        """Takes all items away."""
