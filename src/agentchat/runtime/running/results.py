"""What a run came to: `RunResult`, and `RunResultStreaming`, which is one while it still goes on."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, Literal, TypeVar, cast

from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.runtime.running.hand_over import HandOver
from agentchat.runtime.running.loop import run_loop
from agentchat.runtime.running.run import Run
from agentchat.runtime.running.run_state import RunState
from agentchat.runtime.running.steps import FinalOutput, Interrupted
from agentchat.runtime.values.events import (
    AgentUpdatedStreamEvent,
    CheckpointSaved,
    RawResponsesStreamEvent,
    RunEvent,
    RunItemStreamEvent,
    StreamEvent,
)
from agentchat.runtime.values.exceptions import AgentsException, JournalSuperseded, RunErrorDetails
from agentchat.runtime.values.item_helpers import ItemHelpers
from agentchat.runtime.values.items import ModelResponse, RunItem, ToolApprovalItem, TResponseInputItem

T = TypeVar("T")


class RunResultBase:
    """A run as its caller sees it. Live: it shows where the run stands now."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self.input_guardrail_results: list[Any] = []
        self.output_guardrail_results: list[Any] = []
        self.tool_input_guardrail_results: list[Any] = []
        self.tool_output_guardrail_results: list[Any] = []

    @property
    def input(self) -> str | list[TResponseInputItem]:
        """What the run was given; with a session, history and input in one list."""
        return self._run.progress.original_input

    @property
    def new_items(self) -> list[RunItem]:
        """What the run produced, turn by turn."""
        return self._run.progress.new_items

    @property
    def raw_responses(self) -> list[ModelResponse]:
        """The model's answers, in order."""
        return self._run.progress.responses

    @property
    def final_output(self) -> Any:
        """The output of the last agent; None while there is none."""
        step = self._run.step
        return step.output if isinstance(step, FinalOutput) else None

    @property
    def interruptions(self) -> list[ToolApprovalItem]:
        """The calls that wait for a person; decide them on `to_state()` and run that."""
        step = self._run.step
        return list(step.approvals) if isinstance(step, Interrupted) else []

    @property
    def context_wrapper(self) -> RunContextWrapper[Any]:
        """The run's context, with its usage and decisions."""
        return self._run.context

    @property
    def last_agent(self) -> Agent[Any]:
        """The agent that acted last."""
        return self._run.progress.agent

    @property
    def last_response_id(self) -> str | None:
        """The provider's id of the last answer."""
        return self.raw_responses[-1].response_id if self.raw_responses else None

    @property
    def max_turns(self) -> int | None:
        """How many model calls the run may make."""
        return self._run.progress.max_turns

    def final_output_as(self, cls: type[T], raise_if_incorrect_type: bool = False) -> T:  # noqa: FBT001, FBT002 - published
        """The final output, typed; with `raise_if_incorrect_type` a TypeError when it is something else."""
        if raise_if_incorrect_type and not isinstance(self.final_output, cls):
            raise TypeError(f"The final output is a {type(self.final_output).__name__}, not a {cls.__name__}.")
        return cast("T", self.final_output)

    def to_input_list(self, *, mode: Literal["preserve_all", "normalized"] = "preserve_all") -> list[TResponseInputItem]:
        """The input and everything that came of it, as the input of a next run. Both modes agree while nothing is filtered."""
        if mode not in {"preserve_all", "normalized"}:
            raise ValueError(f"Unknown mode {mode!r}; use 'preserve_all' or 'normalized'.")
        produced = [item.to_input_item() for item in self.new_items if not isinstance(item, ToolApprovalItem)]
        return [*ItemHelpers.input_to_new_input_list(self.input), *produced]

    def to_state(self) -> RunState:
        """The run as it stands, to decide about its calls, to store, and to go on with."""
        return RunState.of(self._run.progress)


class RunResult(RunResultBase):
    """A run that has come to rest."""

    def __str__(self) -> str:
        output = self.final_output
        said = str(output) if output is not None else "None"
        return (
            f'RunResult:\n- Last agent: Agent(name="{self.last_agent.name}", ...)\n'
            f"- Final output ({type(output).__name__}):\n{_indented(said)}\n"
            f"- {len(self.new_items)} new item(s)\n- {len(self.raw_responses)} raw response(s)\n"
            f"- {len(self.input_guardrail_results)} input guardrail result(s)\n"
            f"- {len(self.output_guardrail_results)} output guardrail result(s)\n(See `RunResult` for more details)"
        )


class RunResultStreaming(RunResultBase):
    """A run that goes on in a task of its own while its events are read."""

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self._events = HandOver()
        self._cancelled = False
        self._task = asyncio.get_running_loop().create_task(self._drive())
        self._task.add_done_callback(self._at_rest)

    @property
    def current_agent(self) -> Agent[Any]:
        """The agent that acts now."""
        return self._run.progress.agent

    @property
    def current_turn(self) -> int:
        """How many model calls the run has begun."""
        return self._run.progress.turn

    @property
    def is_complete(self) -> bool:
        """True when the run has come to rest."""
        return self._task.done() or self._cancelled

    @property
    def run_loop_task(self) -> asyncio.Task[None]:
        """The run's own task."""
        return self._task

    @property
    def run_loop_exception(self) -> BaseException | None:
        """What ended the run's task; None while it runs and after a good end."""
        return self._task.exception() if self._task.done() and not self._task.cancelled() else None

    @property
    def partial_output(self) -> str:
        """After `cancel("immediate")`: the text that had come of the answer that was cut off."""
        return self._run.partial_output

    async def stream_events(self) -> AsyncGenerator[StreamEvent, None]:
        """The published events, in the published order. Leaving the loop cancels the run."""
        async with aclosing(self.run_events()) as events:
            async for event in events:
                if isinstance(event, RawResponsesStreamEvent | RunItemStreamEvent | AgentUpdatedStreamEvent):
                    yield event

    async def run_events(self) -> AsyncGenerator[RunEvent, None]:
        """All events. What ended the run is raised after the last one; leaving the loop cancels the run."""
        to_the_end = False
        try:
            while (event := await self._events.get()) is not None:
                yield event
            to_the_end = True
        finally:
            if not to_the_end:
                self.cancel()
        await self.wait()
        if (error := self.run_loop_exception) is not None:
            raise error

    def cancel(self, mode: Literal["immediate", "after_turn"] = "immediate") -> None:
        """Stops the run: at once, or when its turn is done. Neither is an error; a run at rest is left alone."""
        if mode == "after_turn":
            self._run.stop_after_turn = True
        elif not self._task.done():
            self._cancelled = True
            self._task.cancel()

    async def wait(self) -> None:
        """Returns when the run has come to rest and everything is written; raises nothing of the run's own."""
        self._events.lift()
        await asyncio.wait([self._task])

    async def _drive(self) -> None:
        events = run_loop(self._run)
        try:
            async with aclosing(events):
                async for event in events:
                    await self._events.put(event)
                    if self._cancelled:
                        return  # a model or a session may swallow the cancelling on its way; a stop is a stop
        except asyncio.CancelledError:
            if not self._cancelled:
                raise
        except JournalSuperseded:
            pass
        except AgentsException as error:
            error.run_data = error_details(self._run)
            raise
        finally:
            if self._cancelled:
                self._events.clear(keeping=CheckpointSaved)  # what was written is told, or a reader shows less than is stored

    def _at_rest(self, task: asyncio.Task[None]) -> None:
        """Ends the events: here and not in `_drive`, which never begins when the task is cancelled at once."""
        self._events.close(self._run.parting)
        if not task.cancelled():
            task.exception()  # it is raised where events are read: a run that nobody reads must not warn at interpreter exit


def error_details(run: Run) -> RunErrorDetails:
    """Where a run stood when it failed."""
    progress = run.progress
    return RunErrorDetails(
        input=progress.original_input,
        new_items=progress.new_items,
        raw_responses=progress.responses,
        last_agent=progress.agent,
        context_wrapper=progress.context,
        input_guardrail_results=[],
        output_guardrail_results=[],
    )


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())
