"""Where a conversation stands when nothing moves: at rest, at a question to a person, or half-way through a run."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from agentchat.chat.saved import SavedChat
from agentchat.chat.store import ChatStore
from agentchat.chat.team import Team
from agentchat.chat.unfinished import HalfWay, closings
from agentchat.runtime.running.run_state import RunState
from agentchat.runtime.values.events import CheckpointSaved, NestedEvent, RunEvent
from agentchat.runtime.values.exceptions import UserError
from agentchat.runtime.values.items import ToolApprovalItem
from agentchat.runtime.values.keys import Scope


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A run that has not come to its end."""

    half_way: HalfWay
    asked: tuple[ToolApprovalItem, ...] = ()
    """The calls that a person is asked about; empty when the run goes on as soon as somebody says so."""

    @property
    def run_id(self) -> str:
        """Its name."""
        return self.half_way.scope.run_id

    @property
    def phase(self) -> Literal["waiting", "interrupted"]:
        """What the chat waits for."""
        return "waiting" if self.asked else "interrupted"


async def open_run(store: ChatStore, team: Team, saved: SavedChat) -> OpenRun | None:
    """The unfinished run of a stored conversation; None when there is none."""
    return None if saved.open_run is None else await recalled_run(store, team, saved.open_run)


async def recalled_run(store: ChatStore, team: Team, run_id: str) -> OpenRun | None:
    """A run by its id, while it is unfinished."""
    half_way = await _half_way(store, team, Scope(run_id))
    return None if half_way is None else OpenRun(half_way, await _asked(store, team, half_way))


async def state_of(store: ChatStore, team: Team, run: OpenRun) -> RunState:
    """The run, to go on with. A UserError when an agent of it is gone."""
    return await RunState.recall(team.named(run.half_way.recalled.checkpoint.agent), store, run.run_id)


async def end_run(store: ChatStore, run: OpenRun, *, at: float, why: str, tell: Callable[[RunEvent], None]) -> None:
    """Ends the run where it stands; `why` is the line about it."""
    for end in closings(run.half_way, at=at, why=why):
        await store.commit(end.scope, end.items, end.checkpoint, end.facts, "stopped")
        saved = CheckpointSaved(end.checkpoint, items=end.items, facts=end.facts, ending="stopped")
        tell(NestedEvent(end.scope.path, saved) if end.scope.path else saved)


async def _half_way(store: ChatStore, team: Team, scope: Scope) -> HalfWay | None:
    recalled = await store.recall(scope)
    if recalled is None or recalled.checkpoint.step == "ended":
        return None
    called = [call.call.key.inside for call in recalled.calls if call.call.kind == "agent" and call.status == "started"]
    inside = [await _half_way(store, team, inner) for inner in called]
    guarded = bool(team.named(recalled.checkpoint.agent).output_guardrails)
    return HalfWay(scope, recalled, tuple(inner for inner in inside if inner is not None), guarded=guarded)


async def _asked(store: ChatStore, team: Team, half_way: HalfWay) -> tuple[ToolApprovalItem, ...]:
    recalled = half_way.recalled
    if recalled.ending != "interrupted" or recalled.checkpoint.step != "turn open":
        return ()
    try:
        state = await state_of(store, team, OpenRun(half_way))
    except UserError:
        return ()  # going on says it: the person who asks for that is told why it cannot be
    return tuple(state.get_interruptions())
