"""What a run came to: `RunResult`, and `RunResultStreaming`, which is one while it still goes on."""

import asyncio
import weakref
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import Any, Literal, TypeVar, cast

from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.agents.agent_tool import AgentToolInvocation
from agentchat.runtime.declarations.guardrails import (
    InputGuardrailResult,
    OutputGuardrailResult,
    ToolInputGuardrailResult,
    ToolOutputGuardrailResult,
)
from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.runtime.running.late import keep
from agentchat.runtime.running.loop import run_loop
from agentchat.runtime.running.run import Run
from agentchat.runtime.running.run_state import RunState
from agentchat.runtime.running.steps import FinalOutput, HandedOff, Interrupted
from agentchat.runtime.values.events import (
    RunEvent,
    StreamEvent,
    is_saved,
)
from agentchat.runtime.values.exceptions import AgentsException, JournalSuperseded, RunErrorDetails, in_words
from agentchat.runtime.values.item_helpers import ItemHelpers
from agentchat.runtime.values.items import ModelResponse, RunItem, ToolApprovalItem, TResponseInputItem
from agentchat.runtime.values.named import ReleasedAgent

T = TypeVar("T")


class RunResultBase:
    """A run as its caller sees it. Live: it shows where the run stands now."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._released: weakref.ref[Agent[Any]] | None = None
        self.agent_tool_invocation: AgentToolInvocation | None = None
        """The call that the run answers; None when it answers none."""

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
    def input_guardrail_results(self) -> list[InputGuardrailResult]:
        """What the run's input guardrails said, in the order of their verdicts."""
        return self._run.progress.guardrail_results.input

    @property
    def output_guardrail_results(self) -> list[OutputGuardrailResult]:
        """What the run's output guardrails said of the final output."""
        return self._run.progress.guardrail_results.output

    @property
    def tool_input_guardrail_results(self) -> list[ToolInputGuardrailResult]:
        """What tools' input guardrails said, call by call."""
        return self._run.progress.guardrail_results.tool_input

    @property
    def tool_output_guardrail_results(self) -> list[ToolOutputGuardrailResult]:
        """What tools' output guardrails said, call by call."""
        return self._run.progress.guardrail_results.tool_output

    @property
    def context_wrapper(self) -> RunContextWrapper[Any]:
        """The run's context, with its usage and decisions."""
        return self._run.context

    @property
    def last_agent(self) -> Agent[Any]:
        """The agent that acted last; an AgentsException when it was released and nobody else has kept it."""
        agent = self._run.progress.agent if self._released is None else self._released()
        if agent is None:
            raise AgentsException("Last agent reference is no longer available.")
        return agent

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
        """The input and everything that came of it, as the input of a next run.

        "preserve_all" has all of `new_items`; "normalized" has what the run's next model call would be sent. The two differ where a
        handoff's filter or a nested history changed what the agent that took over saw.
        """
        if mode not in {"preserve_all", "normalized"}:
            raise ValueError(f"Unknown mode {mode!r}; use 'preserve_all' or 'normalized'.")
        items, sight = self.new_items, self._run.progress.sight
        if sight is not None:
            items = sight.items if mode == "normalized" else [item for item in items if item not in sight.word_for_word]
        produced = [item.to_input_item() for item in items if not isinstance(item, ToolApprovalItem)]
        return [*ItemHelpers.input_to_new_input_list(self.input), *produced]

    def to_state(self) -> RunState:
        """The run as it stands, to decide about its calls, to store, and to go on with."""
        if self._released is not None:
            raise AgentsException("The result has let go of its agents; take its state before you release them.")
        return RunState.of(self._run.progress)

    def release_agents(self, *, release_new_items: bool = True) -> None:
        """Lets go of the run's agents, for a result that is kept for long: it no longer keeps them alive, and neither do its items.

        Only for a run at rest. What guardrails said keeps the agents that it was said about.
        """
        progress = self._run.progress
        sight = [] if progress.sight is None else [*progress.sight.items, *progress.sight.word_for_word]
        for item in [*progress.new_items, *self.interruptions, *sight] if release_new_items else ():
            item.release_agent()
        if self._released is not None:
            return
        self._released = weakref.ref(progress.agent)
        gone = cast("Agent[Any]", ReleasedAgent(progress.agent.name))
        left = replace(progress, agent=gone, start=None, open_turn=None, open_guardrails=None)
        step = None if isinstance(self._run.step, HandedOff) else self._run.step
        self._run = replace(self._run, progress=left, guards=None, step=step)


class RunResult(RunResultBase):
    """A run that has come to rest."""

    def __str__(self) -> str:
        agent = f'Last agent: Agent(name="{self._run.progress.agent.name}", ...)'
        return in_words("RunResult", agent, _output_in_words(self.final_output), *_counts(self))


class RunResultStreaming(RunResultBase):
    """A run that goes on in a task of its own while its events are read."""

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self._events = run.events
        self._cancelled = False
        self._task = asyncio.get_running_loop().create_task(self._drive())
        self._task.add_done_callback(self._at_rest)
        keep(self._task)  # it goes on when the result is dropped; its error is raised where events are read

    def __str__(self) -> str:
        return in_words(
            "RunResultStreaming",
            f'Current agent: Agent(name="{self._run.progress.agent.name}", ...)',
            f"Current turn: {self.current_turn}",
            f"Max turns: {self.max_turns}",
            f"Is complete: {self.is_complete}",
            _output_in_words(self.final_output),
            *_counts(self),
        )

    @property
    def current_agent(self) -> Agent[Any]:
        """The agent that acts now; see `last_agent`."""
        return self.last_agent

    @property
    def current_turn(self) -> int:
        """How many model calls the run has begun."""
        return self._run.progress.turn

    @property
    def is_complete(self) -> bool:
        """True when the run has come to rest."""
        return self._task.done() or self._cancelled

    @property
    def trace(self) -> None:
        """None: nothing is traced."""

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
                if isinstance(event, StreamEvent):
                    yield event

    async def run_events(self) -> AsyncGenerator[RunEvent, None]:
        """All events. What ended the run is raised after the last one; leaving the loop cancels the run."""
        to_the_end = False
        with self._events.reading():
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
            self._events.clear(keeping=is_saved)
            self._task.cancel()

    async def wait(self) -> None:
        """Returns when the run has come to rest and everything is written; raises nothing of the run's own."""
        self._events.lift()
        await asyncio.wait([self._task])

    async def _drive(self) -> None:
        try:
            await run_loop(self._run)
        except asyncio.CancelledError:
            if not self._cancelled:
                raise
        except JournalSuperseded:
            pass
        except AgentsException as error:
            error.run_data = error_details(self._run)
            raise

    def _at_rest(self, _: asyncio.Task[None]) -> None:
        """Ends the events: here and not in `_drive`, which never begins when the task is cancelled at once."""
        self._events.close()


def error_details(run: Run) -> RunErrorDetails:
    """Where a run stood when it failed."""
    progress, said = run.progress, run.progress.guardrail_results
    return RunErrorDetails(
        input=progress.original_input,
        new_items=progress.new_items,
        raw_responses=progress.responses,
        last_agent=progress.agent,
        context_wrapper=progress.context,
        input_guardrail_results=list(said.input),
        output_guardrail_results=list(said.output),
        tool_input_guardrail_results=list(said.tool_input),
        tool_output_guardrail_results=list(said.tool_output),
    )


def _output_in_words(output: Any) -> str:
    return f"Final output ({type(output).__name__}):\n" + "\n".join(f"    {line}" for line in str(output).splitlines())


def _counts(result: RunResultBase) -> list[str]:
    return [
        f"{len(result.new_items)} new item(s)",
        f"{len(result.raw_responses)} raw response(s)",
        f"{len(result.input_guardrail_results)} input guardrail result(s)",
        f"{len(result.output_guardrail_results)} output guardrail result(s)",
    ]
