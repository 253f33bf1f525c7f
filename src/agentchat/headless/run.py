"""`agentchat run`: one message to a chat, followed to its rest. Nobody is there to be asked."""

import asyncio
import signal
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol, TypeAlias, assert_never

from agentchat.chat.front import ChatPort, Update
from agentchat.chat.status import Reject
from agentchat.config.errors import Unusable
from agentchat.headless.happenings import Happening, Result, ResultStatus
from agentchat.headless.signals import Signals
from agentchat.headless.streams import Streams
from agentchat.headless.telling import Teller

OnApproval: TypeAlias = Literal["exit", "reject"]

EXIT_STATUS: dict[ResultStatus, int] = {
    "done": 0, "failed": 1, "waiting": 3, "out of turns": 4, "out of tokens": 4, "out of budget": 4, "out of time": 4,
    "interrupted": 130, "terminated": 143,
}  # fmt: skip
"""For the shell. 2 is an input that cannot be used, before anything is run."""

NOBODY_THERE = "Nobody is there who could approve this call: the run is not attended. Do without it, and say what was left undone."
"""What a model is told with `--on-approval reject`."""

_SILENCE = 0.5
"""Seconds after a ctrl+c until it is said that the program has heard it."""

_LOOK_EVERY = 0.5
"""Seconds between two looks at what other processes do with the conversation: one may have taken it over."""

_PATIENCE = 5.0
"""Seconds that a run may take to stop. What it has done is stored with every step, so that it can be left."""

_NO_PRICES = "What a run costs is known only where agents.toml has a price for each model; add [prices.NAME], or [prices.'*']."

_TRIES = 3
"""How often a call is rejected that is another one each time that it is looked at, and a run told to go on that does not."""
_GOING_ON = ""
"""What is counted beside the keys of calls."""


class Told(Protocol):
    """Who writes down what happens."""

    def tell(self, happening: Happening) -> None:
        """One more thing happened."""
        ...


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for a run that nobody attends."""

    on_approval: OnApproval = "exit"
    tokens: int | None = None
    """Read and written, that it may use; counted when a model call is over, so that the last one may go beyond."""
    cost: float | None = None
    """What it may cost, counted like the tokens; only where every model has a price."""
    seconds: float | None = None
    """That it may take, from its message on."""
    take_over: float | None = None
    """Seconds for which another process that has the conversation is asked for it before it is taken; None takes it from nobody."""
    farewell: Callable[[str], str] = lambda _session: ""
    """What is said when the process is left at once; of the conversation's id."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it was left."""

    result: Result
    is_kept: bool
    """Whether there is something to resume."""
    has_unsent: bool
    """Whether a text was not sent, and stands in the prompt when the conversation is opened."""
    is_abandoned: bool
    """Whether something would not end, so that the process has to be left as it is."""


class HeadlessRun:
    """Follows one message. Mutable: for one use."""

    def __init__(self, chat: ChatPort, told: Told, streams: Streams, signals: Signals, *, terms: Terms) -> None:
        self._chat, self._told, self._streams, self._signals = chat, told, streams, signals
        self._terms = terms
        self._used_up: ResultStatus | None = None
        """The limit that was reached, when one was."""
        self._teller = Teller()
        self._found: list[Happening] | None = []
        """What was told when the chat was opened; None once that is passed on."""
        self._given_up = asyncio.Event()
        self._stopping: asyncio.Task[None] | None = None

    async def follow(self, prompt: str) -> Outcome:
        """Says it, follows the run, and closes the chat; without a prompt an interrupted run goes on."""
        self._signals.tell(self._hear)
        try:
            await self._chat.open(self._take)
            if self._terms.take_over is not None:
                await self._take_over(self._terms.take_over)
            self._begin(prompt)
            looking = asyncio.create_task(self._look_around())
            try:
                await self._say(prompt)
            finally:
                looking.cancel()
        finally:
            await self._within_patience(self._chat.close(self._teller.unsent))
        result = self._result()
        self._told.tell(result)
        if self._streams.failure is not None:
            result = self._unwritten(result, self._streams.failure)
        unsent = bool(self._teller.unsent)
        is_kept = (unsent or bool(self._teller.status.title)) and not self._teller.status.unsaved
        return Outcome(result, is_kept=is_kept, has_unsent=unsent, is_abandoned=self._given_up.is_set())

    async def _take_over(self, patience: float) -> None:
        """Asks the process that has the conversation for it, and takes it from one that keeps it longer than that."""
        if not self._teller.status.may_take_over:
            return
        await self._chat.take_over()
        if self._teller.status.is_asked:
            self._streams.say(f"agentchat: {self._teller.status.read_only} In {patience:.0f} seconds it is taken all the same.")
        end = asyncio.get_running_loop().time() + patience
        while self._teller.status.is_asked and self._stopping is None:
            if asyncio.get_running_loop().time() >= end:
                await self._chat.take_over()
                return
            await asyncio.sleep(_LOOK_EVERY)
            await self._chat.refresh()

    def _begin(self, prompt: str) -> None:
        """Tells what was found, when something can be done with it; an input that cannot be used leaves no word on standard output."""
        self._teller.must_be_writable()
        if self._terms.cost is not None and self._teller.status.cost is None:
            raise Unusable(_NO_PRICES)
        if not prompt and self._teller.status.phase == "idle":
            raise Unusable('There is nothing to go on with; say something: agentchat run "PROMPT"')
        found, self._found = self._found, None
        for happening in found or ():
            self._told.tell(happening)
        if not self._teller.status.unsaved:
            self._signals.farewell = self._terms.farewell(self._teller.status.session_id)
        if self._terms.seconds is not None:
            asyncio.get_running_loop().call_later(self._terms.seconds, self._use_up, "out of time")

    async def _look_around(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            await self._chat.refresh()

    async def _say(self, prompt: str) -> None:
        phase = self._teller.status.phase
        if prompt == self._teller.unsent:
            self._teller.unsent = ""  # it stood in the prompt because it could not be sent the last time
        if self._stopping is None and phase == "interrupted" and not prompt:
            await self._chat.proceed()
        elif self._stopping is None and (phase != "waiting" or self._terms.on_approval == "reject"):
            await self._chat.send(prompt)
        elif prompt:
            self._teller.unsent = "\n\n".join(part for part in (self._teller.unsent, prompt) if part)
        await self._within_patience(self._chat.settled())
        match self._terms.on_approval:
            case "exit":
                pass
            case "reject":
                await self._reject_what_waits()
            case _:
                assert_never(self._terms.on_approval)

    async def _reject_what_waits(self) -> None:
        tries: Counter[str] = Counter()
        while self._stopping is None:
            waiting = [call for call in self._teller.pending.calls if tries[call.key] < _TRIES]
            for call in waiting:
                tries[call.key] += 1
                await self._chat.decide(call.key, Reject(call.digest, NOBODY_THERE))
            if not waiting and (not self._teller.pending.unsettled or tries[_GOING_ON] == _TRIES):
                break
            if not waiting:  # what was approved before is not asked about, unless it has changed since
                tries[_GOING_ON] += 1
                await self._chat.proceed()
            await self._within_patience(self._chat.settled())

    def _take(self, update: Update) -> None:
        happenings = self._teller.take(update)
        if self._found is not None:
            self._found.extend(happenings)
            return
        for happening in happenings:
            self._told.tell(happening)
        if self._streams.failure is not None:
            self._stop()
        status, terms = self._teller.status, self._terms
        if terms.tokens is not None and status.input_tokens + status.output_tokens >= terms.tokens:
            self._use_up("out of tokens")
        if terms.cost is not None and status.cost is not None and status.cost >= terms.cost:
            self._use_up("out of budget")

    def _use_up(self, limit: ResultStatus) -> None:
        """It ends here; one that is complete by then is complete."""
        if self._stopping is None:
            self._used_up = limit
            self._stop()

    def _hear(self) -> None:
        """A signal came. Where it takes time, the person who pressed ctrl+c is told that a second one does not wait."""
        self._stop()
        if self._signals.first == signal.SIGINT:
            asyncio.get_running_loop().call_later(_SILENCE, self._streams.say, "agentchat: Stopping; ctrl+c again leaves at once.")

    def _stop(self) -> None:
        """Somebody wants it to end, something is used up, or nobody reads the answer any more."""
        if self._stopping is None:
            self._stopping = asyncio.create_task(self._chat.stop())
            asyncio.get_running_loop().call_later(_PATIENCE, self._given_up.set)

    async def _within_patience(self, work: Coroutine[Any, Any, None]) -> None:
        """Waits for it, but no longer than for the patience that follows a stop."""
        task, given_up = asyncio.create_task(work), asyncio.create_task(self._given_up.wait())
        await asyncio.wait({task, given_up}, return_when=asyncio.FIRST_COMPLETED)
        given_up.cancel()
        if task.done():
            task.result()
        else:
            task.cancel()

    def _result(self) -> Result:
        teller, status = self._teller, self._status()
        return Result(
            status=status,
            exit_status=self._exit_status(status),
            session=teller.status.session_id,
            text=teller.answer if status == "done" else None,
            waiting=teller.pending.calls,
            input_tokens=teller.status.input_tokens,
            output_tokens=teller.status.output_tokens,
            cost=teller.status.cost,
        )

    def _unwritten(self, result: Result, failure: OSError) -> Result:
        """What it came to when not all of the answer could be written: whatever the run came to, nobody has it."""
        if isinstance(failure, BrokenPipeError):
            return replace(result, status="terminated", exit_status=128 + signal.SIGPIPE)
        self._streams.say(f"agentchat: The answer could not be written: {failure.strerror}; make room, and read it in the conversation.")
        return replace(result, status="failed", exit_status=EXIT_STATUS["failed"])

    def _status(self) -> ResultStatus:
        if self._stopping is not None and (self._used_up is None or self._signals.first is not None):
            return "interrupted" if self._signals.first == signal.SIGINT else "terminated"
        if self._teller.pending.calls:
            return "waiting"
        match self._teller.status.ended:
            case "done":
                return "done"
            case "out of turns":
                return "out of turns"
            case "" | "asks" | "stopped" | "failed":
                return self._used_up or "failed"

    def _exit_status(self, status: ResultStatus) -> int:
        """As a shell counts it: a signal's number behind 128."""
        if status == "terminated":
            return 128 + (self._signals.first or signal.SIGPIPE)
        return EXIT_STATUS[status]
