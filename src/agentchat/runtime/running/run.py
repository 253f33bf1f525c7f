"""One run while it goes on: its progress, what it is made with, and what becomes of it in the journal.

The loop drives it; nothing else changes it. Everything that is written goes through `begin`, `accept` and `commit` here, so that what
the model sees, what the caller gets and what is stored cannot drift apart.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.runtime.ports.journal import RunJournal
from agentchat.runtime.ports.run_config import RunConfig
from agentchat.runtime.running.gathering import Gathering
from agentchat.runtime.running.progress import OpenTurn, Progress
from agentchat.runtime.running.steps import NextStep
from agentchat.runtime.values.checkpoint import Checkpoint
from agentchat.runtime.values.events import CheckpointSaved, Ending, RunEvent
from agentchat.runtime.values.facts import Fact, ItemFact
from agentchat.runtime.values.items import RunItem, ToolApprovalItem, TResponseInputItem
from agentchat.runtime.values.keys import Scope
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
    gathering: Gathering | None = None
    """The answer that is arriving; None between model calls."""
    step: NextStep | None = None
    """What the last turn led to."""
    parting: list[RunEvent] = field(default_factory=list[RunEvent])
    """Events of the time after the loop was left: what a stop still wrote."""
    stop_after_turn: bool = False
    late: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])
    """What comes in after the run has let go of it, on its way into the journal."""
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

    async def begin(self, items: Sequence[TResponseInputItem]) -> CheckpointSaved:
        """User text enters the run."""
        checkpoint = self.checkpoint("model next")
        await self.journal.begin(self.scope, items, checkpoint)
        self.progress.entered = True
        facts = tuple(
            ItemFact(item=place, kind="input", agent=checkpoint.agent, started=checkpoint.at) for place in range(len(items))
        )
        return CheckpointSaved(checkpoint, items=tuple(items), facts=facts)

    async def accept(self, turn: OpenTurn) -> CheckpointSaved:
        """The response is complete; nothing has acted on it."""
        progress = self.progress
        progress.response, progress.open_turn = turn.number, turn
        progress.responses.append(turn.response)
        checkpoint = self.checkpoint("turn open")
        await self.journal.accept(self.scope, turn.response, turn.proposed(), checkpoint)
        return CheckpointSaved(checkpoint)

    async def commit(self, batch: Batch, ending: Ending, *, approvals: Sequence[ToolApprovalItem] = ()) -> CheckpointSaved:
        """The turn ends, or a person is asked in the middle of it; what it brought is part of the run from here on."""
        progress = self.progress
        if ending == "interrupted":
            self._mark_written()
        else:
            progress.open_turn = None
        progress.ended = ending in {"final", "stopped", "failed", "blocked"}
        checkpoint = self.checkpoint("turn open" if progress.open_turn else "ended" if progress.ended else "model next")
        await self.journal.commit(self.scope, batch.wires, checkpoint, batch.facts, ending)
        progress.extend_input(batch.wires)
        progress.new_items.extend([*batch.items, *approvals])
        return CheckpointSaved(checkpoint, items=tuple(batch.wires), facts=tuple(batch.facts), ending=ending)

    def checkpoint(self, step: Any) -> Checkpoint:
        """Where the run stands now."""
        progress, turn = self.progress, self.progress.open_turn
        return Checkpoint(
            step=step,
            turn=progress.turn,
            response=progress.response,
            agent=progress.agent.name,
            at=self.config.clock.now(),
            max_turns=progress.max_turns,
            open_rows=turn is not None and turn.rows_written,
            open_outputs=() if turn is None else tuple(slot.key.index for slot in turn.slots if slot.output_written),
            usage=usage_sums_to_json(self.context.usage),
            tools_used={name: list(tools) for name, tools in progress.tools_used.items()},
            approvals={"tools": self.context.approvals.to_json()},
            staged_input=list(progress.staged),
        )

    def keep(self, work: Coroutine[Any, Any, None]) -> None:
        """Sees to it that late work is done; its failure has nobody left to tell."""
        task = asyncio.ensure_future(work)
        self.late.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self.late.discard(task)
        if not task.cancelled():
            task.exception()

    def _mark_written(self) -> None:
        turn = self.progress.open_turn
        assert turn is not None
        turn.rows_written = True
        for slot in turn.slots:
            slot.output_written = slot.output_written or not slot.open


async def uncancelled(work: Coroutine[Any, Any, None]) -> None:
    """Does `work` to its end even when the caller is cancelled meanwhile; the cancellation is passed on afterwards."""
    task = asyncio.ensure_future(work)
    cancelled = False
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():
                raise
            cancelled = True
    task.result()
    if cancelled:
        raise asyncio.CancelledError
