"""The journal of a run inside another one: the outer run's, where that has one, and beside it the tool's own session."""

from collections.abc import Sequence
from typing import Any

from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.runtime.ports.journal import RunJournal
from agentchat.runtime.ports.session import Session
from agentchat.runtime.running.session_journal import SessionJournal
from agentchat.runtime.values.checkpoint import Checkpoint
from agentchat.runtime.values.events import Ending
from agentchat.runtime.values.facts import EditedCall, Fact
from agentchat.runtime.values.items import TResponseInputItem
from agentchat.runtime.values.keys import Scope


class NestedJournal:
    """A scope of the outer journal. What the run was given and brought is there; a session of the tool's gets it as well.

    The items of a run without a session are those of its scope: the conversation's rows are not its own.
    """

    def __init__(self, outer: RunJournal, scope: Scope, session: Session | None, context: RunContextWrapper[Any]) -> None:
        self.outer: RunJournal = outer.outer if isinstance(outer, NestedJournal) else outer
        """The journal of the outermost run."""
        self._scope, self._own = scope, SessionJournal(session, context)
        self.session_id = outer.session_id  # decisions are bound to the conversation
        self.session_settings = self._own.session_settings
        self.add_items, self.pop_item, self.clear_session = self._own.add_items, self._own.pop_item, self._own.clear_session
        self.recall, self.draft, self.accept = self.outer.recall, self.outer.draft, self.outer.accept
        self.start, self.finish = self.outer.start, self.outer.finish

    async def get_items(self, limit: int | None = None) -> list[TResponseInputItem]:
        """What the run has seen so far: the session's history, then what the scope holds, which the session may not have all of."""
        recalled = await self.outer.recall(self._scope)
        own = [] if recalled is None else [known.item for known in recalled.items]
        return [*_without(await self._own.get_items(limit), own), *own]

    async def begin(self, scope: Scope, input: Sequence[TResponseInputItem], checkpoint: Checkpoint) -> None:  # noqa: A002 - the port's name
        """See RunJournal."""
        await self.outer.begin(scope, input, checkpoint)
        await self._own.begin(scope, input, checkpoint)

    async def commit(
        self,
        scope: Scope,
        items: Sequence[TResponseInputItem],
        checkpoint: Checkpoint,
        facts: Sequence[Fact],
        ending: Ending,
        edits: Sequence[EditedCall] = (),
    ) -> None:
        """See RunJournal."""
        await self.outer.commit(scope, items, checkpoint, facts, ending, edits)
        await self._own.commit(scope, items, checkpoint, facts, ending)


def _without(history: list[TResponseInputItem], own: Sequence[TResponseInputItem]) -> list[TResponseInputItem]:
    """The history without these items, each taken away once and from the end: what was said before may have been said in the same words."""
    for item in reversed(own):
        place = next((i for i in reversed(range(len(history))) if history[i] == item), None)
        if place is not None:
            del history[place]
    return history
