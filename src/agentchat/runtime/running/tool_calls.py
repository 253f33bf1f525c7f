"""Running the calls of a turn: concurrently, each started once, its outcome in the journal as soon as it is known."""

import asyncio
import threading
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from dataclasses import replace
from typing import Any, cast

from openai.types.responses import ResponseFunctionToolCall

from agentchat.runtime.agents.agent_tool import AgentCall, AgentTool, CallLeftOpen
from agentchat.runtime.declarations.custom_data import FunctionToolCustomDataContext, custom_data
from agentchat.runtime.declarations.function_tool import invoke
from agentchat.runtime.declarations.run_context import RunContextWrapper, ToolContext
from agentchat.runtime.declarations.shown_call import shown_call
from agentchat.runtime.declarations.sync_calls import LateResult, Raised
from agentchat.runtime.declarations.tool import AnsweredTool, FunctionTool
from agentchat.runtime.declarations.tool_output import ToolFailureText, wire_output
from agentchat.runtime.ports.journal import Approved
from agentchat.runtime.running.editing import note_of
from agentchat.runtime.running.hooking import tool_ends, tool_starts
from agentchat.runtime.running.judging import ANOTHER_CALL, UNKNOWN, close, message_for_model
from agentchat.runtime.running.late import end_tasks, uncancelled
from agentchat.runtime.running.local_calls import Caller, do
from agentchat.runtime.running.progress import STORED, CallSlot, OpenTurn
from agentchat.runtime.running.run import Run
from agentchat.runtime.running.tool_guarding import call_context, check_output, output_guardrails_of, refusal
from agentchat.runtime.values.call_answers import answer_to, shown_answer, with_note
from agentchat.runtime.values.events import CallFinished, CallProgress, CallStarted, CallStatus, RunEvent
from agentchat.runtime.values.exceptions import UserError
from agentchat.runtime.values.outcomes import Failed, Finished, Go, Outcome, Returned, Start, Unknown, WireOutput
from agentchat.runtime.values.raw_calls import RawCall, with_arguments


async def run_calls(run: Run, turn: OpenTurn, slots: Sequence[CallSlot]) -> None:
    """Runs these calls and tells how they go. The first fatal failure cancels the others and is raised."""
    if not slots:
        return
    limit = run.config.tool_execution.max_function_tool_concurrency if run.config.tool_execution else None
    gates: dict[type[RawCall], asyncio.Semaphore] = {ResponseFunctionToolCall: asyncio.Semaphore(limit or len(slots))}
    shown = asyncio.Lock()
    calls = [(_OneCall if isinstance(slot.tool, FunctionTool) else _LocalCall)(run, turn, slot, shown) for slot in slots]
    # Other kinds work on one screen, or on the same files: of each, one call runs at a time, in order.
    tasks = [asyncio.create_task(call.run(gates.setdefault(type(call.slot.raw), asyncio.Semaphore(1)))) for call in calls]
    try:
        for ended in asyncio.as_completed(tasks):
            await ended
    finally:
        if not all(task.done() for task in tasks):
            await uncancelled(_end(run, calls, tasks))
        for task in tasks:
            if task.done() and not task.cancelled():
                task.exception()  # another one of them was told


def raise_what_was_fatal(turn: OpenTurn) -> None:
    """A call that failed the run before a crash fails it now: its error stands in the journal."""
    for slot in turn.slots:
        if isinstance(slot.outcome, Failed):
            raise _fatal(slot, slot.outcome)


async def _end(run: Run, calls: Sequence["_OneCall"], tasks: Sequence[asyncio.Task[None]]) -> None:
    """What still runs is cancelled and awaited; what will not stop is let go of: its outcome goes to the journal."""
    for call in calls:
        call.stopped = True
    await end_tasks(tasks, run.config.clock)
    if nested := [task for call, task in zip(calls, tasks, strict=True) if call.runs_an_agent]:
        await asyncio.wait(nested)  # has patience of its own, and writes what it did before this run does


def _fatal(slot: CallSlot, outcome: Failed) -> UserError:
    return UserError(f"Error running tool {slot.name}: {outcome.message}")


class _OneCall:
    """One call from its start to its outcome."""

    def __init__(self, run: Run, turn: OpenTurn, slot: CallSlot, shown: asyncio.Lock) -> None:
        """`shown` is held from the last look at what the person was shown until the call is over."""
        assert slot.tool is not None
        self._run, self._turn, self.slot, self._shown = run, turn, slot, shown
        self._tool: AnsweredTool = slot.tool
        self._loop, self._thread = asyncio.get_running_loop(), threading.get_ident()
        self._over = asyncio.Event()
        self.stopped = False
        """True once the run has cancelled it."""
        self.runs_an_agent = False
        """True while the loop drives a run for it."""

    async def run(self, gate: asyncio.Semaphore) -> None:
        """Runs the call if it is what was approved and the journal lets it; its outcome is in the slot then."""
        slot = self.slot
        # A call that a preview was shown of runs alone among its like: another one may change what the preview was made against.
        alone = self._shown if self._approved_digest and self._tool.preview is not None else nullcontext()
        async with gate:
            if slot.unchecked:
                await self._pass_on()
            elif slot.begun:
                await self._start()  # its agent runs, and only goes on
            elif (refused := await refusal(self._run, self._turn, slot)) is not None:
                self._deny(refused.message, by=refused.by)
            else:
                async with alone:
                    await self._run_as_shown()
        if isinstance(slot.outcome, Failed):
            raise _fatal(slot, slot.outcome)

    @property
    def _approved_digest(self) -> str:
        """Of what a person said yes to; empty when nobody did, or was shown nothing."""
        decision = self.slot.decision
        return decision.digest if isinstance(decision, Approved) else ""

    async def _is_as_shown(self) -> bool:
        if not self._approved_digest:
            return True
        slot, agent, session_id, folder = self.slot, self._turn.agent.name, self._run.journal.session_id, self._run.config.folder
        now = await shown_call(
            self._tool, name=slot.name, arguments=slot.arguments, agent=agent, session_id=session_id, key=slot.key, folder=folder
        )
        return now.digest == self._approved_digest

    async def _run_as_shown(self) -> None:
        if await self._is_as_shown():
            await self._start()
        else:
            self._deny(ANOTHER_CALL, by="it is not what you approved any more")

    def _deny(self, message: str, *, by: str) -> None:
        close(self.slot, message, ending="denied", verdict="denied", by=by)
        self._tell(finished(self.slot))

    async def _start(self) -> None:
        slot = self.slot
        if self._run.guards_that_said_no is not None:
            return  # what runs may finish, and nothing starts any more
        yes = Approved(slot.edited, by=slot.by) if slot.verdict == "approved" else None
        answer: Start = await self._run.start(slot.key, slot.by, yes)
        slot.begun = True  # from here on a stop must say that it may have taken effect
        match answer:
            case Go():
                await self._execute()
            case Finished(outcome):
                slot.outcome = outcome
                await self._pass_on()
            case Unknown() if isinstance(self._tool, AgentTool):
                await self._execute()  # its agent's run knows what it has done
            case Unknown():
                slot.ending = "unknown"
                self._settle(Returned(UNKNOWN, failed=True))

    async def _execute(self) -> None:
        slot = self.slot
        slot.started = self._run.config.clock.now()
        self._tell(
            CallStarted(
                key=slot.key,
                call_id=slot.call_id,
                agent=self._turn.agent.name,
                tool=slot.name,
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
        context = self._context()
        try:
            await tool_starts(self._run, context, self._turn.agent, self._tool)
            outcome, value = await self._called(context)
        except CallLeftOpen as left:
            if left.error is not None:
                raise left.error from None
        except asyncio.CancelledError:
            if self.stopped or self._run.stopped:
                raise
            await self._finish(Failed("the tool cancelled the task that it runs in"))
        except Exception as error:
            # The border to foreign code: whatever a tool raises is an outcome first, and then the run's error.
            cause = error.__cause__ or error  # `invoke` has put what the tool raised behind the run's own sentence
            await self._finish(Failed(str(cause) or type(cause).__name__))
            raise
        else:
            stored = await self._finish(outcome, value=value)
            await self._keep_custom_data(context, stored)
            await tool_ends(self._run, context, self._turn.agent, self._tool, result=self.slot.output)

    async def _called(self, context: RunContextWrapper[Any]) -> tuple[Returned, Any]:
        """Calls the tool: its output in the model's form, and as it was."""
        assert isinstance(self._tool, FunctionTool)
        assert isinstance(context, ToolContext)
        value = await invoke(self._tool, context, self.slot.arguments)
        return Returned(self._wire(value), failed=isinstance(value, ToolFailureText)), value

    def _wire(self, value: Any) -> WireOutput:
        """The output in the model's form; an edit that the stored call does not show is said in front."""
        note, output = note_of(self._run, self.slot), self._in_form(value)
        if not note:
            return output
        return f"{note}\n{output}" if isinstance(output, str) else [{"type": "input_text", "text": note}, *output]

    def _in_form(self, value: Any) -> WireOutput:
        return wire_output(value, as_object=isinstance(self._tool, FunctionTool) and self._tool.output_json_schema is not None)

    async def _keep_custom_data(self, context: RunContextWrapper[Any], stored: Outcome) -> None:
        """Asks the tool what else is to be kept of the call; the journal has its outcome already, whatever becomes of this."""
        tool, outcome = self._tool, self.slot.outcome
        if isinstance(tool, FunctionTool) and tool.custom_data_extractor and isinstance(outcome, Returned):
            assert isinstance(stored, Returned)
            assert isinstance(context, ToolContext)
            raw_item = answer_to(self.slot.raw.type, self.slot.call_id, outcome.output)
            data = FunctionToolCustomDataContext(context, tool, self.slot.output, raw_item)
            kept = await custom_data(tool.custom_data_extractor, data)
            if kept is not None:
                self.slot.outcome = replace(outcome, custom_data=kept)
                await self._run.finish(self.slot.key, replace(stored, custom_data=kept))

    async def _finish(self, outcome: Outcome, *, value: Any = STORED) -> Outcome:
        """Gives the outcome as the journal has it."""
        self.slot.ended, self.slot.value = self._run.config.clock.now(), value
        if isinstance(outcome, Returned) and output_guardrails_of(self.slot):
            outcome = self.slot.outcome = replace(outcome, unchecked=True)
            await self._run.finish(self.slot.key, outcome)
            await self._pass_on()
            return outcome
        self._settle(outcome)
        await self._run.finish(self.slot.key, outcome)
        return outcome

    async def _pass_on(self) -> None:
        """Tells of the outcome that there is, once the tool's output guardrails have seen it."""
        if self.slot.unchecked:
            await check_output(self._run, self._turn, self.slot)
        assert self.slot.outcome is not None
        self._settle(self.slot.outcome)

    def _settle(self, outcome: Outcome) -> None:
        slot = self.slot
        slot.outcome = outcome
        failed = isinstance(outcome, Failed) or outcome.failed
        if failed and slot.ending == "complete":
            slot.ending = "failed"
        self._tell(finished(slot))

    def _tell(self, event: RunEvent) -> None:
        """Tells of the call, but for one that was given up: what becomes of that the run says."""
        if not self.stopped:
            self._run.note(event)

    def _context(self) -> RunContextWrapper[Any]:
        return call_context(
            self._run,
            self._turn,
            self.slot,
            on_progress=self._progress,
            format_error=self._told_of_error,
            on_late_result=self._late,
            run_agent=self._run_agent if isinstance(self._tool, AgentTool) else None,
        )

    async def _run_agent(self, call: AgentCall) -> Any:
        """Runs the agent of an agent tool, as a part of the run."""
        self.runs_an_agent = True
        try:
            self.slot.agent_run = await self._run.nest(self._run, self.slot, call)
            return self.slot.agent_run
        finally:
            self.runs_an_agent = False

    async def _told_of_error(self, error: Exception, standard: str) -> str:
        return await message_for_model(self._run, self.slot, "tool_exception", standard, error=error, context=self._context())

    def _late(self, result: LateResult) -> None:
        """The thread of a call that was given up came back: the journal keeps what it brought beside what was said."""
        unchecked = bool(output_guardrails_of(self.slot))
        outcome: Outcome = (
            Failed(str(result.error)) if isinstance(result, Raised) else Returned(self._in_form(result.value), unchecked=unchecked)
        )
        self._run.finish_late(self.slot.key, outcome, after=self._over)

    def _progress(self, progress: str | float) -> None:
        event = CallProgress(key=self.slot.key, call_id=self.slot.call_id, progress=progress)
        if threading.get_ident() == self._thread:
            self._tell_progress(event)  # at once, so that it comes before the call's own end
            return
        with suppress(RuntimeError):  # the loop is closed: nobody watches the thread of a call that was let go of
            self._loop.call_soon_threadsafe(self._tell_progress, event)

    def _tell_progress(self, event: CallProgress) -> None:
        if not (self._run.events.is_full or self._over.is_set()):
            self._tell(event)


class _LocalCall(_OneCall):
    """A call that is none of a function."""

    async def _called(self, context: RunContextWrapper[Any]) -> tuple[Returned, Any]:
        slot, note = self.slot, note_of(self._run, self.slot)
        try:
            raw = slot.raw if slot.edited is None else with_arguments(slot.raw, slot.edited)
        except ValueError:
            return Returned(f"{note} The tool cannot do that, and nothing was done.", failed=True), STORED
        outcome = await do(self._tool, raw, Caller(context, self._turn.agent, self._late_outcome))
        return (replace(outcome, output=with_note(outcome.output, note)) if note else outcome), STORED

    def _context(self) -> RunContextWrapper[Any]:
        return self._run.context

    def _late_outcome(self, outcome: Outcome) -> None:
        self._run.finish_late(self.slot.key, outcome, after=self._over)


def finished(slot: CallSlot) -> CallFinished:
    """The event that tells of a slot's outcome."""
    outcome = slot.outcome
    assert outcome is not None
    seconds = slot.ended - slot.started if slot.started is not None and slot.ended is not None else None
    return CallFinished(
        key=slot.key,
        call_id=slot.call_id,
        status=cast("CallStatus", "done" if slot.ending == "complete" else slot.ending),
        seconds=seconds,
        output=shown_answer(outcome.output) if isinstance(outcome, Returned) else outcome.message,
    )
