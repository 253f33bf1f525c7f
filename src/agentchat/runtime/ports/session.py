"""Conversation memory, as the runtime needs it."""

from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass
from typing import Any, Protocol, runtime_checkable

from agentchat.runtime.declarations.retry import overlaid
from agentchat.runtime.values.items import TResponseInputItem


@dataclass(frozen=True)
class SessionSettings:
    """How much of a session a run reads."""

    limit: int | None = None
    """The number of latest items; None for all."""

    def resolve(self, override: "SessionSettings | None") -> "SessionSettings":
        """These settings with every field of `override` that is not None."""
        return self if override is None else overlaid(self, override)

    def to_dict(self) -> dict[str, Any]:
        """The settings as plain data."""
        return asdict(self)


@runtime_checkable
class Session(Protocol):
    """What any class may offer to serve as memory."""

    @property
    def session_id(self) -> str:
        """Names the conversation. Read only for the runtime, as `session_settings`: a class may give more than it says here."""
        ...

    @property
    def session_settings(self) -> SessionSettings | None:
        """How much of it a run reads; None for all."""
        ...

    @abstractmethod
    async def get_items(self, limit: int | None = None) -> list[TResponseInputItem]:
        """The latest `limit` items (all for None), oldest first."""
        ...

    @abstractmethod
    async def add_items(self, items: list[TResponseInputItem]) -> None:
        """Appends items, all or none."""
        ...

    @abstractmethod
    async def pop_item(self) -> TResponseInputItem | None:
        """Takes the latest item away and returns it; None when there is none."""
        ...

    @abstractmethod
    async def clear_session(self) -> None:
        """Takes all items away."""
        ...


class SessionABC(Session, ABC):
    """`Session` as a base class: a subclass has to offer all four methods."""

    # Read-only for the runtime, and set by subclasses: attributes are both.
    session_id: str = ""  # pyright: ignore[reportIncompatibleMethodOverride] - see above
    session_settings: SessionSettings | None = None  # pyright: ignore[reportIncompatibleMethodOverride] - see above
