"""Running the calls of a turn: concurrently, each started once, its outcome in the journal as soon as it is known."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Any

from agentchat.runtime.declarations.function_tool import invoke
from agentchat.runtime.declarations.run_context import ToolContext
from agentchat.runtime.declarations.sync_calls import LateResult, Raised
from agentchat.runtime.declarations.tool import FunctionTool
from agentchat.runtime.declarations.tool_output import ToolFailureText, wire_output
from agentchat.runtime.running.judging import UNKNOWN, message_for_model
from agentchat.runtime.running.progress import CallSlot, OpenTurn
from agentchat.runtime.running.run import Run, uncancelled
from agentchat.runtime.values.events import CallFinished, CallProgress, CallStarted, CallStatus, RunEvent
from agentchat.runtime.values.exceptions import UserError
from agentchat.runtime.values.outcomes import Failed, Finished, Go, Outcome, Returned, Start, Unknown


async def run_calls(run: Run, turn: OpenTurn, slots: Sequence[CallSlot]) -> AsyncGenerator[RunEvent, None]:
    """Runs these calls and tells how they go. The first fatal failure cancels the others and is raised."""
    told: asyncio.Queue[RunEvent | None] = asyncio.Queue()
    limit = run.config.tool_execution.max_function_tool_concurrency if run.config.tool_execution else None
    gate = asyncio.Semaphore(limit or len(slots) or 1)
    tasks = [asyncio.create_task(_OneCall(run, turn, slot, told).run(gate)) for slot in slots]
    everything = asyncio.create_task(_all(tasks, told))
    try:
        while (event := await told.get()) is not None:
            yield event
        await everything
    finally:
        await _end(everything, tasks)


async def _all(tasks: Sequence[asyncio.Task[None]], told: asyncio.Queue[RunEvent | None]) -> None:
    """Waits for every call, or for the first that fails; then ends the queue."""
    try:
        if tasks:
            await asyncio.gather(*tasks)
    finally:
        told.put_nowait(None)


async def _end(everything: asyncio.Task[None], tasks: Sequence[asyncio.Task[None]]) -> None:
    """No task outlives the turn: what still runs is cancelled, and awaited."""
    for task in (everything, *tasks):
        task.cancel()
    await asyncio.gather(everything, *tasks, return_exceptions=True)


class _OneCall:
    """One call from its start to its outcome."""

    def __init__(self, run: Run, turn: OpenTurn, slot: CallSlot, told: asyncio.Queue[RunEvent | None]) -> None:
        assert slot.tool is not None
        self._run, self._turn, self._slot, self._told = run, turn, slot, told
        self._tool: FunctionTool = slot.tool
        self._loop = asyncio.get_running_loop()

    async def run(self, gate: asyncio.Semaphore) -> None:
        """Runs the call if the journal lets it; its outcome is in the slot then."""
        async with gate:
            slot = self._slot
            slot.begun = True  # from here on a stop must say that it may have taken effect
            answer: Start = await self._run.journal.start(slot.key, slot.by)
            match answer:
                case Go():
                    await self._execute()
                case Finished(outcome):
                    self._settle(outcome)
                case Unknown():
                    slot.ending = "unknown"
                    self._settle(Returned(UNKNOWN, failed=True))
        if isinstance(slot.outcome, Failed):
            raise UserError(f"Error running tool {slot.raw.name}: {slot.outcome.message}")

    async def _execute(self) -> None:
        slot, clock = self._slot, self._run.config.clock
        slot.started = clock.now()
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
            slot.value = await invoke(self._tool, self._context(), slot.arguments)
        except Exception as error:
            # The border to foreign code: whatever a tool raises is an outcome first, and then the run's error.
            cause = error.__cause__ or error  # `invoke` has put what the tool raised behind the run's own sentence
            await self._finish(Failed(str(cause) or type(cause).__name__))
            raise
        await self._finish(Returned(self._wire(), failed=isinstance(slot.value, ToolFailureText)))

    def _wire(self) -> Any:
        """The output in the model's form; an edit that the stored call does not show is said in front."""
        slot = self._slot
        output = wire_output(slot.value)
        if slot.edited is None:
            return output
        said = f"The user changed the arguments to {slot.edited}."
        return f"{said}\n{output}" if isinstance(output, str) else [{"type": "input_text", "text": said}, *output]

    async def _finish(self, outcome: Outcome) -> None:
        self._slot.ended = self._run.config.clock.now()
        self._settle(outcome)
        await uncancelled(self._run.journal.finish(self._slot.key, outcome))

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
        self._run.keep(self._run.journal.finish(self._slot.key, outcome))

    def _progress(self, progress: str | float) -> None:
        event = CallProgress(key=self._slot.key, call_id=self._slot.raw.call_id, progress=progress)
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

