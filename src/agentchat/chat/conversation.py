"""A conversation as its front end is told of it: the transcript, the status, what waits.

Everything that is published passes here, so that what a front end has and what the chat believes cannot drift apart.
"""

from dataclasses import dataclass, replace
from typing import Any

from agentchat.chat.front import Opened, Publish, Unsent, Update
from agentchat.chat.saved import SavedChat
from agentchat.chat.setup import ChatSetup
from agentchat.chat.spending import Tokens
from agentchat.chat.standing import OpenRun
from agentchat.chat.status import Pending, Phase, Retry, Status
from agentchat.chat.store import Access
from agentchat.chat.titles import title_of
from agentchat.chat.transcript.blocks import Block, HandoffBlock, UserBlock
from agentchat.chat.transcript.live import Changes, Redrawn
from agentchat.chat.transcript.reducer import Reducer
from agentchat.chat.transcript.replay import Replay, replayed
from agentchat.chat.transcript.unfinished import HalfWay
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.values.events import (
    AgentUpdatedStreamEvent,
    CheckpointSaved,
    NestedEvent,
    RawResponsesStreamEvent,
    Retrying,
    RunEvent,
)
from agentchat.runtime.values.facts import TurnFact


@dataclass(frozen=True, slots=True)
class _Used:
    """Input and output in tokens, and what they cost, where that is known."""

    read: int = 0
    written: int = 0
    cost: float = 0.0


class Conversation:
    """What is shown. Mutable: its chat tells it what happens."""

    def __init__(self, session_id: str, setup: ChatSetup) -> None:
        self._status = Status(session_id, mode=setup.policy.mode, agents=tuple(setup.team.agents))
        self._team, self._spending, self._clock = setup.team, setup.spending, setup.clock
        self._publish: Publish = _to_nobody
        self._reducer = Reducer(Replay())
        self._pending = Pending()
        self._before = _Used()
        self._run = _Used()
        self._chosen = ""
        """Who gets the next message because a person said so."""

    @property
    def status(self) -> Status:
        """As it was last published."""
        return self._status

    @property
    def phase(self) -> Phase:
        """What goes on."""
        return self._status.phase

    @property
    def queued(self) -> tuple[str, ...]:
        """What was said and waits, oldest first."""
        return self._status.queued

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The transcript."""
        return self._reducer.blocks

    @property
    def agent(self) -> Agent[Any]:
        """Who acts, or gets the next message."""
        return self._team.named(self._status.trail[-1] if self._status.trail else None)

    def open(
        self,
        publish: Publish,
        saved: SavedChat,
        run: OpenRun | None,
        *,
        pending: Pending,
        access: Access,
    ) -> None:
        """The conversation as it was found; from here on `publish` is told."""
        self._publish = publish
        stored, half_way = replayed(saved), None if run is None else run.half_way
        self._reducer.rest(stored, half_way)
        self._pending = pending
        if half_way is not None:
            self._run = self._used(half_way.recalled.checkpoint.usage)
        active = self._team.named(saved.agent)
        trail = _trail_to(trail_of(self.blocks), active.name)
        self._status = replace(
            self._status,
            title=saved.title or _title_in(stored.blocks),
            phase="idle" if run is None else run.phase,
            next_step="" if run is None else run.next_step,
            trail=trail,
            **_allowed_by(access),
            **self._counted(),
            **self._label(active),
        )
        self._publish(Opened(blocks=self.blocks, status=self._status, pending=pending))

    def take(self, event: RunEvent) -> None:
        """Something happened in the run."""
        self._tell(self._reducer.changes_for(event))
        match event:
            case AgentUpdatedStreamEvent(agent):
                self._now_acts(agent.name)
            case CheckpointSaved(checkpoint) | NestedEvent(event=CheckpointSaved(checkpoint)):
                self._run = self._used(checkpoint.usage)
                self.change(**self._counted())
            case Retrying(attempt, delay, error):
                self.change(retry=Retry(attempt, error, delay=delay, due=self._clock.monotonic() + delay))
            case RawResponsesStreamEvent() if self._status.retry:
                self.change(retry=None)
            case _:
                pass

    def rest(self, stored: Replay, half_way: HalfWay | None) -> None:
        """The conversation as the store has it."""
        self._tell(self._reducer.rest(stored, half_way))

    def decided(self, half_way: HalfWay) -> None:
        """A decision about a call was stored; the rows are what they were."""
        self._tell(self._reducer.lay_over(half_way))

    def note(self, fact: TurnFact) -> None:
        """The chat's own line, when the conversation is at rest."""
        self._tell(self._reducer.note(fact))

    def note_in_passing(self, fact: TurnFact) -> None:
        """The same, of a line that could not be stored."""
        self._tell(self._reducer.note_in_passing(fact))

    def break_off(self) -> None:
        """What still moves will not go on."""
        self._tell(self._reducer.break_off())

    def begin_run(self) -> None:
        """A new run begins: its tokens count from nothing."""
        self._before, self._run = self._in_all, _Used()
        self._spending.begin_run()
        if self._team.returns:
            self._now_acts(self._chosen or self._team.first.name)
        self._chosen = ""

    def choose(self, name: str) -> None:
        """This agent gets the next message."""
        self._chosen = name
        self._now_acts(name)

    def change(self, **fields: Any) -> None:
        """Publishes the status with these fields changed, when that makes a difference."""
        status = replace(self._status, **fields)
        if status != self._status:
            self._status = status
            self._publish(status)

    def allow(self, access: Access) -> None:
        """Publishes what the store can do now."""
        self.change(**_allowed_by(access))

    def ask(self, pending: Pending) -> None:
        """Publishes the calls that wait, when they are others than before."""
        if pending != self._pending:
            self._pending = pending
            self._publish(pending)

    def give_back(self, text: str) -> None:
        """A text that was not sent, for the prompt."""
        self._publish(Unsent(text))

    def _tell(self, changes: Changes) -> None:
        for change in changes:
            if isinstance(change, Redrawn):
                self._publish(Opened(blocks=change.blocks, status=self._status, pending=self._pending))
            else:
                self._publish(change)

    def _now_acts(self, name: str) -> None:
        trail = _trail_to(self._status.trail, name)
        self.change(trail=trail, **self._label(self._team.named(name)))

    def _label(self, agent: Agent[Any]) -> dict[str, Any]:
        label = self._team.label_of(agent)
        return {"model": label.model, "provider": label.provider, "offline": label.offline, "may_hand_over": bool(agent.handoffs)}

    def _counted(self) -> dict[str, Any]:
        used = self._in_all
        cost = None if self._spending.told(Tokens()) is None else used.cost
        return {"input_tokens": used.read, "output_tokens": used.written, "cost": cost}

    @property
    def _in_all(self) -> _Used:
        before, run = self._before, self._run
        return _Used(before.read + run.read, before.written + run.written, before.cost + run.cost)

    def _used(self, usage: dict[str, Any]) -> _Used:
        cost = self._spending.told(Tokens.of_checkpoint(usage))
        return _Used(usage.get("input_tokens", 0), usage.get("output_tokens", 0), cost or 0.0)


def _to_nobody(update: Update) -> None:
    """Before the chat is open nobody is told."""


def _allowed_by(access: Access) -> dict[str, Any]:
    return {
        "read_only": access.read_only,
        "may_take_over": access.may_take_over,
        "unsaved": access.unsaved,
        "is_asked": access.is_asked,
        "owner": access.owner,
        "wanted_by": access.wanted_by,
    }


def _title_in(blocks: tuple[Block, ...]) -> str:
    return next((title_of(block.text) for block in blocks if isinstance(block, UserBlock)), "")


def trail_of(blocks: tuple[Block, ...]) -> tuple[str, ...]:
    """The agents that a conversation went through."""
    trail: tuple[str, ...] = ()
    for block in blocks:
        if isinstance(block, UserBlock) and block.agent:
            trail = _trail_to(trail, block.agent)
        elif isinstance(block, HandoffBlock):
            trail = _trail_to(trail, block.target)
    return trail


def _trail_to(trail: tuple[str, ...], name: str) -> tuple[str, ...]:
    """The trail with this agent at its end; one that was there before is where the trail goes back to."""
    return (*trail[: trail.index(name)], name) if name in trail else (*trail, name)
