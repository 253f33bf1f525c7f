"""One run while it goes on: its progress, what it is made with, and what becomes of it in the journal.

The loop drives it; nothing else changes it. Everything that is written goes through the methods here, so that what the model sees,
what the caller gets and what is stored cannot drift apart. Three rules hold for every write: it is done to its end even when the run
is cancelled meanwhile; the run's progress changes only when the journal has it; and once the journal has failed, nothing more is
written, because nobody knows what of the failed write it holds.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar

from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.agents.agent_tool import AgentCall
from agentchat.runtime.declarations.error_handlers import RunErrorHandler
from agentchat.runtime.declarations.hooks import RunHooksBase
from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.runtime.ports.journal import Approved, RunJournal
from agentchat.runtime.ports.run_config import RunConfig
from agentchat.runtime.running.gathering import Gathering
from agentchat.runtime.running.guarding import InputGuards
from agentchat.runtime.running.hand_over import HandOver
from agentchat.runtime.running.late import Driver, keep, uncancelled
from agentchat.runtime.running.progress import CallSlot, OpenTurn, Progress
from agentchat.runtime.running.reaching import keys_from
from agentchat.runtime.running.sight import Handed, keep_view
from agentchat.runtime.running.steps import FinalOutput, HandedOff, NextStep, final_to_json
from agentchat.runtime.values.checkpoint import Checkpoint
from agentchat.runtime.values.events import CheckpointSaved, Ending, NestedEvent, RunEvent, StreamEvent
from agentchat.runtime.values.facts import EditedCall, Fact, ItemFact
from agentchat.runtime.values.items import InputItem, RunItem, TResponseInputItem
from agentchat.runtime.values.keys import CallKey, Scope
from agentchat.runtime.values.outcomes import Outcome, Start
from agentchat.runtime.values.usage import usage_sums_to_json

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class Batch:
    """What the next commit writes: items, and a fact about each."""

    items: list[RunItem] = field(default_factory=list[RunItem])
    shown: list[RunItem] = field(default_factory=list[RunItem])
    """The items as the caller sees them, with the questions to a person where they stand among them."""
    wires: list[TResponseInputItem] = field(default_factory=list[TResponseInputItem])
    facts: list[Fact] = field(default_factory=list[Fact])
    edits: list[EditedCall] = field(default_factory=list[EditedCall])
    """Calls that were written before, and are replaced now."""

    def add(self, item: RunItem, wire: TResponseInputItem, **fact: Any) -> None:
        """One item, its stored form, and the fields of its fact."""
        self.facts.append(ItemFact(item=len(self.wires), **fact))
        self.items.append(item)
        self.shown.append(item)
        self.wires.append(wire)

    def reduced_to(self, items: Sequence[RunItem]) -> "Batch":
        """The batch with these items only, some of which may be no items of it; facts that are about none of its items stay."""
        about = {id(item): fact for item, fact in zip(self.items, self.facts, strict=False) if isinstance(fact, ItemFact)}
        reduced = Batch()
        for place, item in enumerate(items):
            fact = about.get(id(item)) or ItemFact(item=place, kind="other", agent=item.agent.name)
            reduced.facts.append(replace(fact, item=place))
            reduced.items.append(item)
            reduced.wires.append(item.to_input_item())
        reduced.facts.extend(fact for fact in self.facts if not isinstance(fact, ItemFact))
        return reduced


Nest: TypeAlias = Callable[["Run", CallSlot, AgentCall], Awaitable[Any]]
"""Runs the agent that a call asks for, as a part of the run; gives its RunResult, or raises CallLeftOpen."""


def _write(
    method: Callable[Concatenate["Run", P], Coroutine[Any, Any, T]],
) -> Callable[Concatenate["Run", P], Coroutine[Any, Any, T]]:
    """Something that is written: to its end, whatever becomes of the run meanwhile."""

    @wraps(method)
    async def write(run: "Run", /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await uncancelled(_watched(run, method(run, *args, **kwargs)))

    return write


async def _watched(run: "Run", work: Coroutine[Any, Any, T]) -> T:
    try:
        return await work
    except BaseException:  # an error, or the event loop that closes and breaks off whatever waits
        run.journal_failed = True
        raise


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
    nest: Nest
    """Runs the agent of an agent tool inside this run."""
    events: HandOver
    """Takes what it tells: one for the run and all runs inside it."""
    heard: Callable[[StreamEvent], None] | None = None
    """Takes the public events as well, of a run inside another one that is listened to."""
    outer: "Run | None" = None
    """The run that this one is a part of."""
    driver: Driver | None = None
    """The task that drives it, once it is driven."""
    hooks: RunHooksBase[Any, Any] | None = None
    error_handlers: Mapping[str, RunErrorHandler[Any]] = field(default_factory=dict[str, RunErrorHandler[Any]])
    shows_edits: bool = False
    """True where a call that a person edited is stored as it ran. A session's rows stay: there the call's output says it."""
    agent_started: bool = False
    """True once hooks were told that the active agent starts."""
    taken_up: bool = False
    """True once it is sure that this run may write: its input is stored, or its state agrees with the journal."""
    journal_failed: bool = False
    """True once the journal raised: only a recall can tell what it holds."""
    gathering: Gathering | None = None
    """The answer that is arriving; None between model calls."""
    step: NextStep | None = None
    """What the last turn led to."""
    stop_after_turn: bool = False
    partial_output: str = ""
    """After a stop: the text that had come of the answer that was cut off."""
    guards: InputGuards | None = None
    """The run's input guardrails, once they are asked."""
    held: list[list[TResponseInputItem]] = field(default_factory=list[list[TResponseInputItem]])
    """Without a journal: the rows of turns that ended before the input guardrails' verdict; after a no they are not stored."""
    noted: list[Fact] = field(default_factory=list[Fact])
    """What is known of the turn in progress beside its items; the next commit writes it."""

    def __post_init__(self) -> None:
        self.progress.keep_to(self.config.reasoning_item_id_policy)

    @property
    def scope(self) -> Scope:
        """The run's name in the journal."""
        return self.progress.scope

    @property
    def stopped(self) -> bool:
        """True once it is being stopped."""
        return self.driver is not None and self.driver.stopped

    @property
    def context(self) -> RunContextWrapper[Any]:
        """The context that tools and callables get."""
        return self.progress.context

    @property
    def open_guards(self) -> InputGuards | None:
        """The input guardrails while they have no verdict, or have said no."""
        return self.guards if self.progress.open_guardrails is not None else None

    @property
    def guards_that_said_no(self) -> InputGuards | None:
        """Those of this run, or of one around it, that have said no: nothing starts any more."""
        if (guards := self.open_guards) is not None and guards.said_no:
            return guards
        return None if self.outer is None else self.outer.guards_that_said_no

    def note(self, *events: RunEvent) -> None:
        """Tells of them, at once."""
        for event in events:
            self.events.put(NestedEvent(self.progress.path, event) if self.progress.path else event)
            if self.heard is not None and isinstance(event, StreamEvent):
                self.heard(event)

    async def tell(self, *events: RunEvent) -> None:
        """Tells of them, and waits while too much is unread. This is where a run ends that a model or a session has kept from ending."""
        for event in events:
            self.note(event)
            if self.events.is_full:  # a delta of a fast model need not enter a coroutine to learn that there is room
                await self.events.room()
            if self.stopped or (self.guards is not None and self.guards.end_the_call):
                raise asyncio.CancelledError

    @_write
    async def begin(
        self,
        items: Sequence[TResponseInputItem],
        *,
        shown: Sequence[InputItem] = (),
        seen: Sequence[TResponseInputItem] | None = None,
    ) -> None:
        """User text enters the run; `shown` are the items that it becomes in the caller's eyes, where it does.

        `seen` is what the model sees of history and input, where that is not all of it.
        """
        progress = self.progress
        checkpoint = self._checkpoint("model next", staged=[] if shown else progress.staged)
        if seen is not None and self.journaled:
            checkpoint = replace(checkpoint, view=await keep_view(self.journal, self.scope, checkpoint, seen, items))
        await self.journal.begin(self.scope, items, checkpoint)
        progress.entered, self.taken_up, progress.view = True, True, checkpoint.view
        if shown:
            progress.staged = []
            progress.extend(shown, items)
        facts = tuple(
            ItemFact(item=place, kind="input", agent=checkpoint.agent, started=checkpoint.at, path=progress.path)
            for place in range(len(items))
        )
        self.note(CheckpointSaved(checkpoint, items=tuple(items), facts=facts))

    @_write
    async def draft(self, text: str) -> None:
        """The answer so far."""
        await self.journal.draft(self.scope, text)

    @_write
    async def accept(self, turn: OpenTurn) -> None:
        """The response is complete; nothing has acted on it."""
        progress = self.progress
        checkpoint = self._checkpoint("turn open", response=turn.number)
        await self.journal.accept(self.scope, turn.response, turn.proposed(), checkpoint)
        progress.response, progress.open_turn = turn.number, turn
        progress.responses.append(turn.response)
        if progress.server is not None:
            progress.server.answered(turn.response)
        self.note(CheckpointSaved(checkpoint))

    @_write
    async def start(self, key: CallKey, by: str, decision: Approved | None = None) -> Start:
        """Asks whether the call may have its effect; it is started, for ever, when the answer is Go."""
        return await self.journal.start(key, by, decision)

    @_write
    async def finish(self, key: CallKey, outcome: Outcome) -> None:
        """What came of a call that was started."""
        await self.journal.finish(key, outcome)

    def finish_late(self, key: CallKey, outcome: Outcome, *, after: asyncio.Event) -> None:
        """What came of a call that the run has let go of; written behind what the run itself had to say of it."""
        keep(asyncio.ensure_future(self._finish_late(key, outcome, after)))

    @_write
    async def commit(self, batch: Batch, ending: Ending, *, step: NextStep | None = None) -> None:
        """The turn ends, or a person is asked in the middle of it; what it brought is part of the run from here on."""
        progress = self.progress
        agent = step.agent if isinstance(step, HandedOff) else progress.agent
        open_turn = progress.open_turn if ending == "interrupted" else None
        ended = ending in _ENDED
        place = "turn open" if open_turn is not None else "ended" if ended else "model next"
        checkpoint = self._checkpoint(place, agent=agent, written=open_turn, rows=len(batch.wires))
        if isinstance(step, FinalOutput) and self.journaled:
            checkpoint = replace(checkpoint, final=final_to_json(step))
        handed = step.handed if isinstance(step, HandedOff) else None
        if handed is not None:
            batch, checkpoint = await self._handed_over(batch, checkpoint, handed)
        batch.facts = [*self.noted, *batch.facts]  # in the order of time
        if progress.path:
            batch.facts = [replace(fact, path=progress.path) for fact in batch.facts]
            batch.edits = [replace(edit, path=progress.path) for edit in batch.edits]
        if checkpoint.open_guardrails and not self.journaled and ending == "goes on":
            self.held.append(batch.wires)
        else:
            await self.release()
            await self.journal.commit(self.scope, batch.wires, checkpoint, batch.facts, ending, batch.edits)
        if progress.open_guardrails is not None:
            progress.open_guardrails.rows += len(batch.wires)
        self.noted = []
        progress.agent, progress.open_turn, progress.ended, self.step = agent, open_turn, ended, step
        progress.final = step if isinstance(step, FinalOutput) else None
        if open_turn is not None:
            open_turn.mark_written()
        if handed is not None:
            progress.view = checkpoint.view
            progress.take_over(handed)
        else:
            progress.extend(batch.items, batch.wires, shown=batch.shown)
        self.note(CheckpointSaved(checkpoint, tuple(batch.wires), tuple(batch.facts), ending, tuple(batch.edits)))

    async def _handed_over(self, batch: Batch, checkpoint: Checkpoint, handed: Handed) -> tuple[Batch, Checkpoint]:
        """What is written of a turn whose handoff changed what is seen: with a journal all rows, and a view; else what is left."""
        if not self.journaled:
            return batch.reduced_to(handed.kept), checkpoint
        view = await keep_view(self.journal, self.scope, checkpoint, handed.wires, batch.wires)
        return batch, replace(checkpoint, view=view)

    @_write
    async def release(self) -> None:
        """What was held back until the input guardrails' verdict is stored."""
        while self.held:
            await self.journal.add_items(self.held[0])
            del self.held[0]

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
        rows: int = 0,
    ) -> Checkpoint:
        """Where the run stands once this is written; `written` is the turn whose rows so far are written with it."""
        progress, guardrails = self.progress, self.progress.open_guardrails
        open_calls = [] if progress.open_turn is None else [slot.call_id for slot in progress.open_turn.slots if slot.open]
        return Checkpoint(
            step=step,
            turn=progress.turn,
            response=progress.response if response is None else response,
            agent=(agent := agent or progress.agent).name,
            agent_key="" if agent is progress.start else keys_from(progress.start or agent)(agent),
            at=self.config.clock.now(),
            max_turns=progress.max_turns,
            open_rows=written is not None,
            open_outputs=() if written is None else tuple(slot.key.index for slot in written.slots if not slot.open),
            usage=usage_sums_to_json(self.context.usage),
            tools_used={name: list(tools) for name, tools in progress.tools_used.items()},
            approvals={"tools": self.context.approvals.standing(open_calls).to_json()},
            staged_input=list(progress.staged if staged is None else staged),
            guardrails=said.to_json(keys_from(progress.start or agent)) if (said := progress.guardrail_results.of_the_run()).all else {},
            view=progress.view,
            open_guardrails="" if guardrails is None else guardrails.agent.name,
            rows_since_input=0 if guardrails is None else guardrails.rows + rows,
        )


_ENDED: frozenset[Ending] = frozenset({"final", "stopped", "failed", "blocked"})
