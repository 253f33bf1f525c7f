"""One run of a conversation, followed from its beginning to its rest."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, TypeAlias

from agentchat.chat.status import Ended
from agentchat.chat.working_folder import working_in
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.ports.run_config import RunConfig
from agentchat.runtime.running.run_state import RunState
from agentchat.runtime.running.runner import Runner
from agentchat.runtime.values.events import CheckpointSaved, Ending, RunEvent
from agentchat.runtime.values.exceptions import JournalSuperseded, MaxTurnsExceeded
from agentchat.runtime.values.items import TResponseInputItem

Given: TypeAlias = str | list[TResponseInputItem] | RunState
"""What a run begins with: a message, or how it stood when it was left."""


@dataclass(frozen=True, slots=True)
class RunEnd:
    """How a run came to rest."""

    ending: Ending | None = None
    """What was last stored; None when nothing was."""
    waiting_run: str | None = None
    """The run's id when it asks a person."""
    error: Exception | None = None
    """What ended it, or kept it from beginning."""

    @property
    def is_clean(self) -> bool:
        """True when everything that happened was told and stored, and nobody stopped it."""
        return self.error is None and (self.ending == "final" or self.waiting_run is not None)

    @property
    def ended(self) -> Ended:
        """The same in one word."""
        if isinstance(self.error, MaxTurnsExceeded):
            return "out of turns"
        if self.error is not None or self.ending in {"failed", "blocked"}:
            return "failed"
        if self.waiting_run is not None:
            return "asks"
        return "done" if self.ending == "final" else "stopped"

    @property
    def is_told(self) -> bool:
        """True when the error stands in the conversation already, or is none that a person should read."""
        return self.error is None or self.ending in {"failed", "blocked"} or isinstance(self.error, JournalSuperseded)


class ConversationRun:
    """A run that goes on. Mutable: it can be stopped, at any time."""

    def __init__(self, agent: Agent[Any], given: Given, *, config: RunConfig, max_turns: int, folder: str = "") -> None:
        """Starts it, for tools to work in `folder`; raises what the runtime says of an agent or a setting that it cannot run."""
        with working_in(folder):
            self._run = Runner.run_streamed(agent, given, max_turns=max_turns, run_config=config)

    async def follow(self, tell: Callable[[RunEvent], None]) -> RunEnd:
        """Passes every event on until the run is at rest."""
        ending: Ending | None = None
        error: Exception | None = None
        try:
            async with aclosing(self._run.run_events()) as events:
                async for event in events:
                    if isinstance(event, CheckpointSaved):
                        ending = event.ending
                    tell(event)
        except Exception as raised:  # noqa: BLE001 - the border of a chat's run: whatever ended it becomes a line in the chat
            error = raised
        await self._run.wait()
        asked = self._run.interruptions
        waiting = asked[0].key.scope.run_id if error is None and asked and asked[0].key is not None else None
        return RunEnd(ending=ending, waiting_run=waiting, error=error)

    def stop(self) -> None:
        """Stops it at once; what was said so far is kept."""
        # Not before the run's task has begun: a task that is cancelled before its first step says nothing of its end.
        asyncio.get_running_loop().call_soon(self._run.cancel, "immediate")
