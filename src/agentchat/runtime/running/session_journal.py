"""A journal for runs without one: it keeps a session up to date, if there is one, and forgets everything else.

Every call may start, nothing is recalled, and turns that were stopped or failed are not written: the behaviour of the published API.
"""

import inspect
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.runtime.ports.journal import Approved, ProposedCall, Recalled
from agentchat.runtime.ports.session import Session, SessionSettings
from agentchat.runtime.values.checkpoint import Checkpoint
from agentchat.runtime.values.events import Ending
from agentchat.runtime.values.facts import EditedCall, Fact
from agentchat.runtime.values.items import ModelResponse, TResponseInputItem
from agentchat.runtime.values.keys import CallKey, Scope
from agentchat.runtime.values.outcomes import Go, Outcome, Start

T = TypeVar("T")


class SessionJournal:
    """Wraps a session, or none. Methods of the session that declare a `wrapper` get the run's context."""

    def __init__(self, session: Session | None, context: RunContextWrapper[Any] | None = None) -> None:
        self._session, self._context = session, context
        self.session_id = "" if session is None else session.session_id
        self.session_settings: SessionSettings | None = None if session is None else session.session_settings

    async def get_items(self, limit: int | None = None) -> list[TResponseInputItem]:
        """The session's items; none without a session."""
        if self._session is None:
            return []
        get_items = self._told(self._session.get_items)
        return await (get_items() if limit is None else get_items(limit=limit))

    async def add_items(self, items: list[TResponseInputItem]) -> None:
        """Appends to the session."""
        if self._session is not None and items:
            await self._told(self._session.add_items)(items)

    async def pop_item(self) -> TResponseInputItem | None:
        """Takes the session's latest item."""
        return None if self._session is None else await self._told(self._session.pop_item)()

    async def clear_session(self) -> None:
        """Empties the session."""
        if self._session is not None:
            await self._told(self._session.clear_session)()

    async def begin(self, scope: Scope, input: Sequence[TResponseInputItem], checkpoint: Checkpoint) -> None:  # noqa: A002, ARG002 - the port's names
        """The user's input becomes session rows, so that it outlives every later failure."""
        await self.add_items(list(input))

    async def recall(self, scope: Scope) -> Recalled | None:  # noqa: ARG002 - the port's name
        """Nothing is known."""
        return None

    async def draft(self, scope: Scope, text: str) -> None:
        """Not kept."""

    async def accept(
        self, scope: Scope, response: ModelResponse, calls: Sequence[ProposedCall], checkpoint: Checkpoint
    ) -> None:
        """Not kept."""

    async def start(self, key: CallKey, by: str, decision: Approved | None = None) -> Start:  # noqa: ARG002 - the port's names
        """Every call may start."""
        return Go()

    async def finish(self, key: CallKey, outcome: Outcome) -> None:
        """Not kept."""

    async def commit(
        self,
        scope: Scope,  # noqa: ARG002 - the port's names
        items: Sequence[TResponseInputItem],
        checkpoint: Checkpoint,  # noqa: ARG002
        facts: Sequence[Fact],  # noqa: ARG002
        ending: Ending,
        edits: Sequence[EditedCall] = (),  # noqa: ARG002
    ) -> None:
        """The turn's items become session rows, unless it was stopped or failed. Of a blocked one only what may stay comes here."""
        if ending in {"goes on", "final", "interrupted", "blocked"}:
            await self.add_items(list(items))

    def _told(self, method: Callable[..., T]) -> Callable[..., T]:
        """The session's method, with the run's context where it declares a `wrapper`."""
        return partial(method, wrapper=self._context) if "wrapper" in inspect.signature(method).parameters else method
