"""From what a run tells to how the transcript changes.

Lived equals reopened, by construction: beside the live blocks stands a `Replay` that is fed exactly what was stored. With every commit
the live blocks become what the replay gives, and what differs is told as a change. So nothing that is only live outlives the turn
that it belongs to. That is `CallBlock.progress` and `since`, a time that is not known yet, and a line about a store that cannot be written.
"""

from collections.abc import Sequence
from dataclasses import replace

from agentchat.chat.transcript.arriving import Arriving
from agentchat.chat.transcript.blocks import Block, CallBlock, NoticeBlock, Path
from agentchat.chat.transcript.live import Changes, LiveBlocks, Spot
from agentchat.chat.transcript.replay import Replay
from agentchat.chat.transcript.rows import wire_text
from agentchat.chat.transcript.sheet import level_of
from agentchat.chat.transcript.unfinished import HalfWay, blocks_of, laid_over
from agentchat.chat.transcript.verdicts import verdict_phrase
from agentchat.runtime.values.events import (
    AgentUpdatedStreamEvent,
    CallFinished,
    CallProgress,
    CallStarted,
    CheckpointSaved,
    NestedEvent,
    RawResponsesStreamEvent,
    Retrying,
    RunEvent,
    RunItemStreamEvent,
)
from agentchat.runtime.values.facts import Fact, TurnFact

_PROGRESS_KEPT = 2_000
"""Characters of a tool's progress that are shown; a tool may tell a great deal of itself."""


class Reducer:
    """The transcript of one conversation. Mutable: its chat feeds it, event by event."""

    def __init__(self, stored: Replay) -> None:
        self._stored = stored
        self._shown = stored
        self._half_way: HalfWay | None = None
        self._live = LiveBlocks(stored.blocks)
        self._spots = list(self._live.spots)
        """Of the blocks of `_shown`, as they were when the live ones were set by them."""
        self._arriving: dict[Path, Arriving] = {}
        self._agents: dict[Path, str] = {}

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The transcript as it stands."""
        return self._live.blocks

    def changes_for(self, event: RunEvent, path: Path = ()) -> Changes:
        """How the transcript changes with an event of the run; `path` when it comes from an agent that runs as a tool."""
        match event:
            case RawResponsesStreamEvent(data):
                if data.type == "response.created":
                    self._arriving.pop(path, None)
                return self._answer(path).take(data)
            case AgentUpdatedStreamEvent(agent):
                self._agents[path] = agent.name
                self._arriving.pop(path, None)
                return []
            case CallStarted():
                return self._started(event, path)
            case CallFinished():
                return self._finished(event, path)
            case CallProgress():
                return self._progressed(event, path)
            case CheckpointSaved():
                return self._saved(event, path)
            case NestedEvent(inner_path, inner):
                return self.changes_for(inner, inner_path)
            case RunItemStreamEvent() | Retrying():
                return []

    def note(self, fact: TurnFact) -> Changes:
        """The chat itself has stored a fact. Only for a conversation at rest."""
        self._stored.take((), (fact,))
        return self.lay_over(self._half_way)

    def note_in_passing(self, fact: TurnFact) -> Changes:
        """A line that could not be stored: it stands at the end until something stored takes its place."""
        return self._live.add(NoticeBlock(0, level=level_of(fact), text=fact.text, at=fact.at, kind=fact.kind))[1]

    def rest(self, stored: Replay, half_way: HalfWay | None) -> Changes:
        """The conversation as the store has it, with what is known of a run that stands half-way."""
        self._stored = stored
        return self.lay_over(half_way)

    def lay_over(self, half_way: HalfWay | None) -> Changes:
        """The rows are what they were; this is what is known of a run that stands half-way."""
        self._half_way, stored = half_way, self._stored
        self._arriving.clear()
        self._shown = stored if half_way is None else laid_over(stored, half_way)
        return self._become(blocks_of(self._shown, half_way))

    def break_off(self) -> Changes:
        """What still moves will not go on, and the store cannot be asked."""
        self._arriving.clear()
        return self._live.close_open()

    def _answer(self, path: Path) -> Arriving:
        found = self._arriving.get(path)
        if found is None:
            self._find_caller(path)
            found = self._arriving[path] = Arriving(self._live, agent=self._agents.get(path, ""), path=path)
        return found

    def _find_caller(self, path: Path) -> None:
        """Of a nested run that goes on, whose call was started before."""
        place = self._shown.place_of_caller(path) if path and path not in self._live.callers else None
        if place is not None and place < len(self._spots):
            self._live.callers[path] = self._spots[place]

    def _saved(self, event: CheckpointSaved, path: Path) -> Changes:
        if not path and event.checkpoint.agent:
            self._agents[path] = event.checkpoint.agent
        if event.ending is None and not event.items:
            return []  # a response was accepted: nothing of it is a row yet
        if path and not event.facts and not event.edits:
            return []  # a question of an agent that runs as a tool was put again
        self._stored.take(event.items, _placed(event.facts, path), event.edits)
        self._arriving.pop(path, None)
        if path:
            return []  # the conversation's own turn is still open, and so is the transcript
        self._shown, self._half_way = self._stored, None
        return self._become(self._stored.blocks)

    def _become(self, blocks: Sequence[Block]) -> Changes:
        changes = self._live.become(blocks)
        self._spots = list(self._live.spots)
        return changes

    def _started(self, event: CallStarted, path: Path) -> Changes:
        spot = self._spot_of(event.call_id, path)
        if spot is None:
            return []
        self._live.callers[event.key.inside.path] = spot
        call = self._call(spot)
        verdict = verdict_phrase("approved" if event.by == "you" else "allowed", event.by) if event.by else call.verdict
        at = event.at if call.at is None else call.at
        running = replace(call, state="running", arguments=event.arguments, verdict=verdict, at=at, since=event.at)
        return self._live.put(spot, running)

    def _finished(self, event: CallFinished, path: Path) -> Changes:
        spot = self._spot_of(event.call_id, path)
        if spot is None:
            return []
        call = self._call(spot)
        output = wire_text(event.output)
        return self._live.put(
            spot, replace(call, state=event.status, output=output, seconds=event.seconds, progress="", since=None)
        )

    def _progressed(self, event: CallProgress, path: Path) -> Changes:
        spot = self._spot_of(event.call_id, path)
        if spot is None:
            return []
        call = self._call(spot)
        return self._live.put(spot, replace(call, progress=_told(call.progress, event.progress)))

    def _spot_of(self, call_id: str, path: Path) -> Spot | None:
        """Where the call stands: in the answer that just came, or among what was shown before."""
        arriving = self._arriving.get(path)
        if arriving is not None and (spot := arriving.calls.get(call_id)) is not None:
            return spot
        place = self._shown.place_of_open_call(call_id, path)
        return self._spots[place] if place is not None and place < len(self._spots) else None

    def _call(self, spot: Spot) -> CallBlock:
        block = self._live[spot]
        assert isinstance(block, CallBlock)
        return block


def _told(before: str, progress: str | float) -> str:
    """What a tool tells of itself: a text goes on, a fraction stands alone."""
    return (before + progress)[-_PROGRESS_KEPT:] if isinstance(progress, str) else f"{progress:.0%}"


def _placed(facts: tuple[Fact, ...], path: Path) -> tuple[Fact, ...]:
    """The facts of an agent that runs as a tool, marked as such."""
    return tuple(replace(fact, path=path) for fact in facts) if path else facts
