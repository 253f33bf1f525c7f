"""Where a conversation stands when nothing moves: at rest, at a question to a person, or half-way through a run."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from agentchat.chat.deciding.questions import Question, questions_of
from agentchat.chat.saved import SavedChat
from agentchat.chat.store import ChatStore
from agentchat.chat.team import Team
from agentchat.chat.transcript.unfinished import HalfWay, closings, next_step
from agentchat.runtime.running.run_state import RunState
from agentchat.runtime.values.events import CheckpointSaved, NestedEvent, RunEvent
from agentchat.runtime.values.exceptions import UserError
from agentchat.runtime.values.keys import Scope


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A run that has not come to its end."""

    half_way: HalfWay
    questions: tuple[Question, ...] = ()
    """What a person can be asked about its calls."""

    @property
    def run_id(self) -> str:
        """Its name."""
        return self.half_way.scope.run_id

    @property
    def asked(self) -> bool:
        """Whether a person has to decide before it can go on; else it goes on as soon as somebody says so."""
        return bool(self.waiting)

    @property
    def next_step(self) -> str:
        """What happens first when it goes on."""
        return "" if self.asked or self.goes_on_elsewhere else next_step(self.half_way)

    @property
    def waiting(self) -> frozenset[str]:
        """The keys of the calls that a person has to decide about."""
        return frozenset(str(question.item.key) for question in self.questions if question.asks == "may it run")

    @property
    def goes_on_elsewhere(self) -> bool:
        """Whether another living process works on it."""
        return self.half_way.elsewhere is not None

    @property
    def phase(self) -> Literal["idle", "waiting", "interrupted"]:
        """What the chat waits for; nothing while another process works on the run."""
        if self.goes_on_elsewhere:
            return "idle"
        return "waiting" if self.asked else "interrupted"


async def open_run(store: ChatStore, team: Team, saved: SavedChat) -> OpenRun | None:
    """The unfinished run of a stored conversation; None when there is none."""
    return None if saved.open_run is None else await recalled_run(store, team, saved.open_run, elsewhere=saved.elsewhere)


async def recalled_run(store: ChatStore, team: Team, run_id: str, *, elsewhere: frozenset[str] | None = None) -> OpenRun | None:
    """A run by its id, while it is unfinished; `elsewhere` as in `SavedChat`."""
    half_way = await _half_way(store, team, Scope(run_id), elsewhere)
    return None if half_way is None else OpenRun(half_way, await _questions(store, team, half_way))


async def state_of(store: ChatStore, team: Team, run: OpenRun) -> RunState:
    """The run, to go on with. A UserError when an agent of it is gone."""
    return await RunState.recall(team.named(run.half_way.recalled.checkpoint.agent), store, run.run_id)


async def end_run(store: ChatStore, run: OpenRun, *, at: float, why: str, tell: Callable[[RunEvent], None]) -> None:
    """Ends the run where it stands; `why` is the line about it."""
    for end in closings(run.half_way, at=at, why=why):
        await store.commit(end.scope, end.items, end.checkpoint, end.facts, "stopped", end.edits)
        saved = CheckpointSaved(end.checkpoint, items=end.items, facts=end.facts, ending="stopped", edits=end.edits)
        tell(NestedEvent(end.scope.path, saved) if end.scope.path else saved)


async def _half_way(store: ChatStore, team: Team, scope: Scope, elsewhere: frozenset[str] | None) -> HalfWay | None:
    recalled = await store.recall(scope)
    if recalled is None or recalled.checkpoint.step == "ended":
        return None
    called = [call.call.key.inside for call in recalled.calls if call.call.kind == "agent" and call.status == "started"]
    inside = [await _half_way(store, team, inner, elsewhere) for inner in called]
    guarded = bool(team.named(recalled.checkpoint.agent).output_guardrails)
    return HalfWay(scope, recalled, tuple(inner for inner in inside if inner is not None), guarded=guarded, elsewhere=elsewhere)


async def _questions(store: ChatStore, team: Team, half_way: HalfWay) -> tuple[Question, ...]:
    if half_way.recalled.checkpoint.step != "turn open":
        return ()
    try:
        state = await state_of(store, team, OpenRun(half_way))
    except UserError:
        return ()  # going on says it: the person who asks for that is told why it cannot be
    return questions_of(state, half_way)
