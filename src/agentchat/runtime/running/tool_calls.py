"""Running the calls of a turn: concurrently, each started once, its outcome in the journal as soon as it is known."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Sequence
from contextlib import nullcontext, suppress
from functools import partial
from typing import Any

from agentchat.runtime.declarations.function_tool import invoke
from agentchat.runtime.declarations.run_context import ToolContext
from agentchat.runtime.declarations.shown_call import shown_call
from agentchat.runtime.declarations.sync_calls import LateResult, Raised
from agentchat.runtime.declarations.tool import FunctionTool
from agentchat.runtime.declarations.tool_output import ToolFailureText, wire_output
from agentchat.runtime.ports.clock import Clock
from agentchat.runtime.ports.journal import Approved
from agentchat.runtime.running.judging import ANOTHER_CALL, UNKNOWN, close, message_for_model
from agentchat.runtime.running.late import keep, uncancelled
from agentchat.runtime.running.progress import STORED, CallSlot, OpenTurn
from agentchat.runtime.running.run import Run
from agentchat.runtime.values.events import CallFinished, CallProgress, CallStarted, CallStatus, RunEvent
from agentchat.runtime.values.exceptions import UserError
from agentchat.runtime.values.outcomes import Failed, Finished, Go, Outcome, Returned, Start, Unknown, WireOutput

PATIENCE = 1.0
"""Seconds that a stop waits for tools that go on after they were cancelled; then they are let go of."""


async def run_calls(run: Run, turn: OpenTurn, slots: Sequence[CallSlot]) -> AsyncGenerator[RunEvent, None]:
    """Runs these calls and tells how they go. The first fatal failure cancels the others and is raised."""
    if not slots:
        return
    told: asyncio.Queue[RunEvent | None] = asyncio.Queue()
    limit = run.config.tool_execution.max_function_tool_concurrency if run.config.tool_execution else None
    gate = asyncio.Semaphore(limit or len(slots))
    shown = asyncio.Lock()
    calls = [_OneCall(run, turn, slot, told, shown) for slot in slots]
    tasks = [asyncio.create_task(call.run(gate)) for call in calls]
    ended: list[asyncio.Task[None]] = []
    for task in tasks:
        task.add_done_callback(partial(_note_end, ended, len(tasks), told))
    try:
        while (event := await told.get()) is not None:
            yield event
        for task in ended:
            task.result()
    finally:
        if not all(task.done() for task in tasks):
            await uncancelled(_end(run, calls, tasks))


def raise_what_was_fatal(turn: OpenTurn) -> None:
    """A call that failed the run before a crash fails it now: its error stands in the journal."""
    for slot in turn.slots:
        if isinstance(slot.outcome, Failed):
            raise _fatal(slot, slot.outcome)


def _note_end(
    ended: list[asyncio.Task[None]], count: int, told: asyncio.Queue[RunEvent | None], task: asyncio.Task[None]
) -> None:
    """Ends the queue with the last task, or with the first that fails."""
    ended.append(task)
    if len(ended) == count or task.cancelled() or task.exception() is not None:
        told.put_nowait(None)


async def _end(run: Run, calls: Sequence["_OneCall"], tasks: Sequence[asyncio.Task[None]]) -> None:
    """What still runs is cancelled and awaited; what will not stop is let go of: its outcome goes to the journal."""
    for call, task in zip(calls, tasks, strict=True):
        call.stopped = True
        task.cancel()
    patience = asyncio.create_task(_wait(run.config.clock))
    everything = asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.wait([everything, patience], return_when=asyncio.FIRST_COMPLETED)
    patience.cancel()
    await asyncio.wait([patience])
    for task in tasks:
        if not task.done():
            keep(task)


async def _wait(clock: Clock) -> None:
    await clock.sleep(PATIENCE)


def _fatal(slot: CallSlot, outcome: Failed) -> UserError:
    return UserError(f"Error running tool {slot.raw.name}: {outcome.message}")


class _OneCall:
    """One call from its start to its outcome."""

    def __init__(
        self, run: Run, turn: OpenTurn, slot: CallSlot, told: asyncio.Queue[RunEvent | None], shown: asyncio.Lock
    ) -> None:
        """`shown` is held from the last look at what the person was shown until the call is over."""
        assert slot.tool is not None
        self._run, self._turn, self._slot, self._told, self._shown = run, turn, slot, told, shown
        self._tool: FunctionTool = slot.tool
        self._loop, self._thread = asyncio.get_running_loop(), threading.get_ident()
        self._over = asyncio.Event()
        self.stopped = False
        """True once the run has cancelled it."""

    async def run(self, gate: asyncio.Semaphore) -> None:
        """Runs the call if it is what was approved and the journal lets it; its outcome is in the slot then."""
        slot = self._slot
        # A call that a preview was shown of runs alone among its like: another one may change what the preview was made against.
        alone = self._shown if self._approved_digest and self._tool.preview is not None else nullcontext()
        async with gate, alone:
            if await self._is_as_shown():
                await self._start()
            else:
                close(slot, ANOTHER_CALL, ending="denied", verdict="denied", by="it is not what you approved any more")
                self._told.put_nowait(finished(slot))
        if isinstance(slot.outcome, Failed):
            raise _fatal(slot, slot.outcome)

    @property
    def _approved_digest(self) -> str:
        """Of what a person said yes to; empty when nobody did, or was shown nothing."""
        decision = self._slot.decision
        return decision.digest if isinstance(decision, Approved) else ""

    async def _is_as_shown(self) -> bool:
        if not self._approved_digest:
            return True
        slot, session_id = self._slot, self._run.journal.session_id
        now = await shown_call(
            self._tool, name=slot.raw.name, arguments=slot.arguments, agent=self._turn.agent.name, session_id=session_id, key=slot.key
        )
        return now.digest == self._approved_digest

    async def _start(self) -> None:
        slot = self._slot
        answer: Start = await self._run.start(slot.key, slot.by)
        slot.begun = True  # from here on a stop must say that it may have taken effect
        match answer:
            case Go():
                await self._execute()
            case Finished(outcome):
                self._settle(outcome)
            case Unknown():
                slot.ending = "unknown"
                self._settle(Returned(UNKNOWN, failed=True))

    async def _execute(self) -> None:
        slot = self._slot
        slot.started = self._run.config.clock.now()
        self._told.put_nowait(
            CallStarted(
                key=slot.key,
                call_id=slot.raw.call_id,
                agent=self._turn.agent.name,
                tool=slot.raw.name,
                arguments=slot.arguments,
                at=slot.started,
                by=slot.by,
            )
        )
        try:
            await self._invoke()
        finally:
            self._over.set()

    async def _invoke(self) -> None:
        try:
            value = await invoke(self._tool, self._context(), self._slot.arguments)
            output = self._wire(value)
        except asyncio.CancelledError:
            if self.stopped:
                raise
            await self._finish(Failed("the tool cancelled the task that it runs in"))
        except Exception as error:
            # The border to foreign code: whatever a tool raises is an outcome first, and then the run's error.
            cause = error.__cause__ or error  # `invoke` has put what the tool raised behind the run's own sentence
            await self._finish(Failed(str(cause) or type(cause).__name__))
            raise
        else:
            await self._finish(Returned(output, failed=isinstance(value, ToolFailureText)), value=value)

    def _wire(self, value: Any) -> WireOutput:
        """The output in the model's form; an edit that the stored call does not show is said in front."""
        edited, output = self._slot.edited, wire_output(value)
        if edited is None:
            return output
        said = f"The user changed the arguments to {edited}."
        return f"{said}\n{output}" if isinstance(output, str) else [{"type": "input_text", "text": said}, *output]

    async def _finish(self, outcome: Outcome, *, value: Any = STORED) -> None:
        self._slot.ended, self._slot.value = self._run.config.clock.now(), value
        self._settle(outcome)
        await self._run.finish(self._slot.key, outcome)

    def _settle(self, outcome: Outcome) -> None:
        slot = self._slot
        slot.outcome = outcome
        failed = isinstance(outcome, Failed) or outcome.failed
        if failed and slot.ending == "complete":
            slot.ending = "failed"
        self._told.put_nowait(finished(slot))

    def _context(self) -> ToolContext[Any]:
        slot = self._slot
        edited = slot.raw if slot.edited is None else slot.raw.model_copy(update={"arguments": slot.edited})
        return ToolContext.from_agent_context(
            self._run.context,
            slot.raw.call_id,
            edited,
            self._turn.agent,
            run_config=self._run.config,
            on_progress=self._progress,
            format_error=self._told_of_error,
            on_late_result=self._late,
        )

    async def _told_of_error(self, error: Exception, standard: str) -> str:
        return await message_for_model(self._run, self._slot, "tool_exception", standard, error)

    def _late(self, result: LateResult) -> None:
        """The thread of a call that was given up came back: the journal keeps what it brought beside what was said."""
        outcome: Outcome = Failed(str(result.error)) if isinstance(result, Raised) else Returned(wire_output(result.value))
        self._run.finish_late(self._slot.key, outcome, after=self._over)

    def _progress(self, progress: str | float) -> None:
        event = CallProgress(key=self._slot.key, call_id=self._slot.raw.call_id, progress=progress)
        if threading.get_ident() == self._thread:
            self._told.put_nowait(event)  # at once, so that it comes before the call's own end
            return
        with suppress(RuntimeError):  # the loop is closed: nobody watches the thread of a call that was let go of
            self._loop.call_soon_threadsafe(self._told.put_nowait, event)


def finished(slot: CallSlot) -> CallFinished:
    """The event that tells of a slot's outcome."""
    outcome = slot.outcome
    assert outcome is not None
    seconds = slot.ended - slot.started if slot.started is not None and slot.ended is not None else None
    return CallFinished(
        key=slot.key,
        call_id=slot.raw.call_id,
        status=_STATUS.get(slot.ending, "failed"),
        seconds=seconds,
        output=outcome.output if isinstance(outcome, Returned) else outcome.message,
    )


_STATUS: dict[str, CallStatus] = {
    "complete": "done",
    "failed": "failed",
    "rejected": "rejected",
    "denied": "denied",
    "stopped": "stopped",
    "unknown": "unknown",
}

