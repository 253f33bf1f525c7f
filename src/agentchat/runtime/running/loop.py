"""THE run loop: one async generator for every run, streamed or not, fresh or resumed.

    agent_updated
    enter            the history is read, the input written; or a state is taken up again
    ┌─ ask the model         raw events, an accepted response, its items
    │  finish the turn       calls judged and run, outputs, commit
    └─ next step             again · handed over · interrupted · final

Leaving it in any way (a stop, an error, a consumer that goes away) passes through `abandon`.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from typing import Any, assert_never

from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.ports.journal import Recalled
from agentchat.runtime.running.late import uncancelled
from agentchat.runtime.running.model_call import ask_model
from agentchat.runtime.running.model_input import with_history
from agentchat.runtime.running.run import Run
from agentchat.runtime.running.steps import FinalOutput, HandedOff, Interrupted, NextStep, RunAgain
from agentchat.runtime.running.stopping import abandon
from agentchat.runtime.running.turn import finish_turn
from agentchat.runtime.values.events import AgentUpdatedStreamEvent, RunEvent
from agentchat.runtime.values.exceptions import UserError


async def run_loop(run: Run) -> AsyncGenerator[RunEvent, None]:
    """Runs to the next rest: a final output, a question to a person, a stop. Raises what ended the run."""
    try:
        yield AgentUpdatedStreamEvent(run.progress.agent)
        async with aclosing(_enter(run)) as events:
            async for event in events:
                yield event
        while not _at_rest(run):
            async with aclosing(_one_turn(run)) as events:
                async for event in events:
                    yield event
    except (asyncio.CancelledError, GeneratorExit):
        await uncancelled(abandon(run, "stopped"))
        raise
    except Exception as error:
        with suppress(asyncio.CancelledError):  # it had failed before it was stopped
            await uncancelled(_failed(run, error))
        raise


async def _failed(run: Run, error: Exception) -> None:
    """Writes what there is; a journal that cannot take it does not hide what the run failed of."""
    try:
        await abandon(run, "failed", error)
    except Exception as unwritten:  # noqa: BLE001 - whatever the journal raises, the first error is the one to be told
        error.add_note(f"What the turn had brought could not be written: {unwritten}")


async def _enter(run: Run) -> AsyncGenerator[RunEvent, None]:
    """Reads what is known of the run, and the history; a fresh run's input is written before anything acts on it."""
    progress = run.progress
    recalled = await run.journal.recall(run.scope)
    if progress.entered:
        _take_up(run, recalled)
        return
    items, new = await with_history(run.journal, progress.original_input, run.config)
    yield await run.begin(new)
    progress.extend_input(items)
    if run.journal.session_id:
        progress.original_input = items


def _take_up(run: Run, recalled: Recalled | None) -> None:
    """Goes on where the journal stands; from here on the run may write."""
    if recalled is not None:
        run.progress.take_up(recalled)
    elif run.journaled:
        raise UserError("This run is not in the run_journal; go on with the journal or session that it began with.")
    run.taken_up = True


async def _one_turn(run: Run) -> AsyncGenerator[RunEvent, None]:
    progress = run.progress
    run.step = None
    if progress.open_turn is None:
        async with aclosing(ask_model(run)) as events:
            async for event in events:
                yield event
    turn = progress.open_turn
    assert turn is not None
    async with aclosing(finish_turn(run, turn)) as events:
        async for event in events:
            yield event
    if (target := _handed_to(run.step)) is not None:
        yield AgentUpdatedStreamEvent(target)


def _handed_to(step: NextStep | None) -> Agent[Any] | None:
    return step.agent if isinstance(step, HandedOff) else None


def _at_rest(run: Run) -> bool:
    """True when the run goes no further by itself."""
    match run.step:
        case None:
            return run.progress.ended
        case RunAgain() | HandedOff():
            return run.stop_after_turn
        case FinalOutput() | Interrupted():
            return True
        case _:
            assert_never(run.step)
