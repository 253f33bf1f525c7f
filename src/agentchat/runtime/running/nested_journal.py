"""The journal of a run inside another one: the outer run's, where that has one, and beside it the tool's own session."""

from collections.abc import Sequence
from typing import Any

from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.runtime.ports.journal import Approved, ProposedCall, Recalled, RunJournal
from agentchat.runtime.ports.session import Session
from agentchat.runtime.running.session_journal import SessionJournal
from agentchat.runtime.values.checkpoint import Checkpoint
from agentchat.runtime.values.events import Ending
from agentchat.runtime.values.facts import EditedCall, Fact
from agentchat.runtime.values.items import ModelResponse, TResponseInputItem
from agentchat.runtime.values.keys import CallKey, Scope
from agentchat.runtime.values.outcomes import Outcome, Start


class NestedJournal(SessionJournal):
    """A scope of the outer journal. What the run was given and brought is there; a session of the tool's gets it as well.

    The items of a run without a session are those of its scope: the conversation's rows are not its own.
    """

    def __init__(self, outer: RunJournal, scope: Scope, session: Session | None, context: RunContextWrapper[Any]) -> None:
        super().__init__(session, context)
        self.outer: RunJournal = outer.outer if isinstance(outer, NestedJournal) else outer
        """The journal of the outermost run."""
        self._scope = scope
        self.session_id = outer.session_id  # decisions are bound to the conversation

    async def get_items(self, limit: int | None = None) -> list[TResponseInputItem]:
        """What the run has seen so far: the session's history, then what the scope holds, which the session may not have all of."""
        recalled = await self.outer.recall(self._scope)
        own = [] if recalled is None else [known.item for known in recalled.items]
        history = await super().get_items(limit)
        return [*_without(history, own), *own]

    async def begin(self, scope: Scope, input: Sequence[TResponseInputItem], checkpoint: Checkpoint) -> None:  # noqa: A002 - the port's name
        """See RunJournal."""
        await self.outer.begin(scope, input, checkpoint)
        await super().begin(scope, input, checkpoint)

    async def recall(self, scope: Scope) -> Recalled | None:
        """See RunJournal."""
        return await self.outer.recall(scope)

    async def draft(self, scope: Scope, text: str) -> None:
        """See RunJournal."""
        await self.outer.draft(scope, text)

    async def accept(
        self, scope: Scope, response: ModelResponse, calls: Sequence[ProposedCall], checkpoint: Checkpoint
    ) -> None:
        """See RunJournal."""
        await self.outer.accept(scope, response, calls, checkpoint)

    async def start(self, key: CallKey, by: str, decision: Approved | None = None) -> Start:
        """See RunJournal."""
        return await self.outer.start(key, by, decision)

    async def finish(self, key: CallKey, outcome: Outcome) -> None:
        """See RunJournal."""
        await self.outer.finish(key, outcome)

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
        await super().commit(scope, items, checkpoint, facts, ending)


def _without(history: list[TResponseInputItem], own: Sequence[TResponseInputItem]) -> list[TResponseInputItem]:
    """The history without these items, each taken away once and from the end: what was said before may have been said in the same words."""
    for item in reversed(own):
        place = next((i for i in reversed(range(len(history))) if history[i] == item), None)
        if place is not None:
            del history[place]
    return history
