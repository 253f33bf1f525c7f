"""One run while it goes on: its progress, what it is made with, and what becomes of it in the journal.

The loop drives it; nothing else changes it. Everything that is written goes through the methods here, so that what the model sees,
what the caller gets and what is stored cannot drift apart. Three rules hold for every write: it is done to its end even when the run
is cancelled meanwhile; the run's progress changes only when the journal has it; and once the journal has failed, nothing more is
written, because nobody knows what of the failed write it holds.
"""

import asyncio
from collections.abc import Coroutine, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.runtime.ports.journal import RunJournal
from agentchat.runtime.ports.run_config import RunConfig
from agentchat.runtime.running.gathering import Gathering
from agentchat.runtime.running.late import keep, uncancelled
from agentchat.runtime.running.progress import OpenTurn, Progress
from agentchat.runtime.running.steps import HandedOff, NextStep
from agentchat.runtime.values.checkpoint import Checkpoint
from agentchat.runtime.values.events import CheckpointSaved, Ending, RunEvent
from agentchat.runtime.values.facts import Fact, ItemFact
from agentchat.runtime.values.items import InputItem, RunItem, ToolApprovalItem, TResponseInputItem
from agentchat.runtime.values.keys import CallKey, Scope
from agentchat.runtime.values.outcomes import Outcome, Start
from agentchat.runtime.values.usage import usage_sums_to_json


@dataclass(slots=True)
class Batch:
    """What the next commit writes: items, and a fact about each."""

    items: list[RunItem] = field(default_factory=list[RunItem])
    wires: list[TResponseInputItem] = field(default_factory=list[TResponseInputItem])
    facts: list[Fact] = field(default_factory=list[Fact])

    def add(self, item: RunItem, wire: TResponseInputItem, **fact: Any) -> None:
        """One item, its stored form, and the fields of its fact."""
        self.facts.append(ItemFact(item=len(self.wires), **fact))
        self.items.append(item)
        self.wires.append(wire)


@dataclass(slots=True)
class Run:
    """Mutable: owned by the loop that drives it."""

    progress: Progress
    config: RunConfig
    journal: RunJournal
    journaled: bool
    """True with a journal of the caller's: turns that were stopped or failed are written too, and drafts are."""
    streamed: bool
    """True when the model is asked for a stream."""
    taken_up: bool = False
    """True once it is sure that this run may write: its input is stored, or its state agrees with the journal."""
    journal_failed: bool = False
    """True once the journal raised: only a recall can tell what it holds."""
    gathering: Gathering | None = None
    """The answer that is arriving; None between model calls."""
    step: NextStep | None = None
    """What the last turn led to."""
    parting: list[RunEvent] = field(default_factory=list[RunEvent])
    """Events of the time after the loop was left: what was written and could not be told any more."""
    stop_after_turn: bool = False
    partial_output: str = ""
    """After a stop: the text that had come of the answer that was cut off."""

    @property
    def scope(self) -> Scope:
        """The run's name in the journal."""
        return Scope(run_id=self.progress.run_id)

    @property
    def context(self) -> RunContextWrapper[Any]:
        """The context that tools and callables get."""
        return self.progress.context

    async def begin(self, items: Sequence[TResponseInputItem], *, shown: Sequence[InputItem] = ()) -> CheckpointSaved:
        """User text enters the run; `shown` are the items that it becomes in the caller's eyes, where it does."""
        return await self._written(self._begin(items, shown))

    async def draft(self, text: str) -> None:
        """The answer so far."""
        with self._trusting():
            await uncancelled(self.journal.draft(self.scope, text))

    async def accept(self, turn: OpenTurn) -> CheckpointSaved:
        """The response is complete; nothing has acted on it."""
        return await self._written(self._accept(turn))

    async def start(self, key: CallKey, by: str) -> Start:
        """Asks whether the call may have its effect; it is started, for ever, when the answer is Go."""
        with self._trusting():
            return await uncancelled(self.journal.start(key, by))

    async def finish(self, key: CallKey, outcome: Outcome) -> None:
        """What came of a call that was started."""
        with self._trusting():
            await uncancelled(self.journal.finish(key, outcome))

    def finish_late(self, key: CallKey, outcome: Outcome, *, after: asyncio.Event) -> None:
        """What came of a call that the run has let go of; written behind what the run itself had to say of it."""
        keep(asyncio.ensure_future(self._finish_late(key, outcome, after)))

    async def commit(
        self, batch: Batch, ending: Ending, *, step: NextStep | None = None, approvals: Sequence[ToolApprovalItem] = ()
    ) -> CheckpointSaved:
        """The turn ends, or a person is asked in the middle of it; what it brought is part of the run from here on."""
        return await self._written(self._commit(batch, ending, step, approvals))

    async def _begin(self, items: Sequence[TResponseInputItem], shown: Sequence[InputItem]) -> CheckpointSaved:
        progress = self.progress
        checkpoint = self._checkpoint("model next", staged=[] if shown else progress.staged)
        await self.journal.begin(self.scope, items, checkpoint)
        progress.entered = self.taken_up = True
        if shown:
            progress.staged = []
            progress.extend_input(items)
            progress.new_items.extend(shown)
        facts = tuple(
            ItemFact(item=place, kind="input", agent=checkpoint.agent, started=checkpoint.at) for place in range(len(items))
        )
        return CheckpointSaved(checkpoint, items=tuple(items), facts=facts)

    async def _accept(self, turn: OpenTurn) -> CheckpointSaved:
        progress = self.progress
        checkpoint = self._checkpoint("turn open", response=turn.number)
        await self.journal.accept(self.scope, turn.response, turn.proposed(), checkpoint)
        progress.response, progress.open_turn = turn.number, turn
        progress.responses.append(turn.response)
        return CheckpointSaved(checkpoint)

    async def _commit(
        self, batch: Batch, ending: Ending, step: NextStep | None, approvals: Sequence[ToolApprovalItem]
    ) -> CheckpointSaved:
        progress = self.progress
        agent = step.agent if isinstance(step, HandedOff) else progress.agent
        open_turn = progress.open_turn if ending == "interrupted" else None
        ended = ending in _ENDED
        place = "turn open" if open_turn is not None else "ended" if ended else "model next"
        checkpoint = self._checkpoint(place, agent=agent, written=open_turn)
        await self.journal.commit(self.scope, batch.wires, checkpoint, batch.facts, ending)
        progress.agent, progress.open_turn, progress.ended, self.step = agent, open_turn, ended, step
        if open_turn is not None:
            open_turn.mark_written()
        progress.extend_input(batch.wires)
        progress.new_items.extend([*batch.items, *approvals])
        return CheckpointSaved(checkpoint, items=tuple(batch.wires), facts=tuple(batch.facts), ending=ending)

    async def _finish_late(self, key: CallKey, outcome: Outcome, after: asyncio.Event) -> None:
        await after.wait()
        await self.journal.finish(key, outcome)

    def _checkpoint(
        self,
        step: Any,
        *,
        agent: Agent[Any] | None = None,
        response: int | None = None,
        staged: list[TResponseInputItem] | None = None,
        written: OpenTurn | None = None,
    ) -> Checkpoint:
        """Where the run stands once this is written; `written` is the turn whose rows so far are written with it."""
        progress = self.progress
        return Checkpoint(
            step=step,
            turn=progress.turn,
            response=progress.response if response is None else response,
            agent=(agent or progress.agent).name,
            at=self.config.clock.now(),
            max_turns=progress.max_turns,
            open_rows=written is not None,
            open_outputs=() if written is None else tuple(slot.key.index for slot in written.slots if not slot.open),
            usage=usage_sums_to_json(self.context.usage),
            tools_used={name: list(tools) for name, tools in progress.tools_used.items()},
            approvals={"tools": self.context.approvals.to_json()},
            staged_input=list(progress.staged if staged is None else staged),
        )

    async def _written(self, work: Coroutine[Any, Any, CheckpointSaved]) -> CheckpointSaved:
        """Writes; when the run is cancelled meanwhile, what was written is told at parting."""
        with self._trusting():
            saved = await uncancelled(self._noted(work))
        self.parting.remove(saved)
        return saved

    async def _noted(self, work: Coroutine[Any, Any, CheckpointSaved]) -> CheckpointSaved:
        saved = await work
        self.parting.append(saved)
        return saved

    @contextmanager
    def _trusting(self) -> Generator[None]:
        try:
            yield
        except Exception:
            self.journal_failed = True
            raise


_ENDED: frozenset[Ending] = frozenset({"final", "stopped", "failed", "blocked"})
