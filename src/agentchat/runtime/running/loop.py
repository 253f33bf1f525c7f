"""THE run loop: one coroutine for every run, streamed or not, fresh or resumed. What happens is told as it happens (`Run.tell`).

    agent_updated
    enter            the history is read, the input written; or a state is taken up again
    ┌─ ask the model         raw events, an accepted response, its items
    │  finish the turn       calls judged and run, outputs, commit
    └─ next step             again · handed over · interrupted · final

Leaving it in any way (a stop, an error) passes through `abandon`.
"""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import assert_never, cast

from agentchat.runtime.ports.journal import Recalled
from agentchat.runtime.running.blocking import ending_of
from agentchat.runtime.running.guarding import InputGuards, open_guardrails_of
from agentchat.runtime.running.late import Driver, uncancelled
from agentchat.runtime.running.model_call import ask_model
from agentchat.runtime.running.model_input import sees_all, with_history
from agentchat.runtime.running.pairing import paired
from agentchat.runtime.running.run import Run
from agentchat.runtime.running.steps import FinalOutput, HandedOff, Interrupted, NextStep, RunAgain
from agentchat.runtime.running.stopping import abandon
from agentchat.runtime.running.turn import finish_turn
from agentchat.runtime.values.events import AgentUpdatedStreamEvent
from agentchat.runtime.values.exceptions import UserError
from agentchat.runtime.values.item_helpers import ItemHelpers


async def run_loop(run: Run) -> None:
    """Runs to the next rest: a final output, a question to a person, a stop. Raises what ended the run."""
    run.driver = Driver()
    try:
        with _a_stop_is_a_stop(run):
            await run.tell(AgentUpdatedStreamEvent(run.progress.agent))
            await _enter(run)
            while not _at_rest(run):
                await _one_turn(run)
                await asyncio.sleep(0)  # who reads the turn's last events may stop the run before the next turn begins
            await _settle(run)
    except asyncio.CancelledError:
        await uncancelled(abandon(run, "stopped"))
        raise
    except Exception as error:
        with suppress(asyncio.CancelledError):  # it had failed before it was stopped
            await uncancelled(_failed(run, error))
        raise
    finally:
        if run.guards is not None:
            await uncancelled(run.guards.end())


@contextmanager
def _a_stop_is_a_stop(run: Run) -> Generator[None]:
    """Whatever a stop makes a model or a hook raise; and a CancelledError that no stop has brought is a failure, told like others."""
    try:
        yield
    except asyncio.CancelledError as error:
        if run.stopped:
            raise
        raise UserError(_CANCELLED_WITHIN) from error
    except Exception as error:
        if not run.stopped or run.journal_failed or ending_of(run.progress, error) == "blocked":
            raise
        raise asyncio.CancelledError from error


_CANCELLED_WITHIN = (
    "A CancelledError came out of a model, a hook or another function of the run, and nobody had stopped the run; "
    "cancel its task to stop it, or raise another error."
)


async def _failed(run: Run, error: Exception) -> None:
    """Writes what there is; a journal that cannot take it does not hide what the run failed of."""
    try:
        await abandon(run, ending_of(run.progress, error), error)
    except Exception as unwritten:  # noqa: BLE001 - whatever the journal raises, the first error is the one to be told
        error.add_note(f"What the turn had brought could not be written: {unwritten}")


async def _enter(run: Run) -> None:
    """Reads what is known of the run, and the history; a fresh run's input is written before anything acts on it."""
    progress = run.progress
    recalled = await run.journal.recall(run.scope)
    if progress.entered:
        _take_up(run, recalled)
        _note_turn_input(run)
        await _ask_guardrails(run, fresh=False)
        return
    items, new = await with_history(run.journal, progress.original_input, run.config)
    if run.journal.session_id:
        progress.original_input = paired(items)
    progress.open_guardrails = open_guardrails_of(progress.agent, run.config, progress.original_input)
    await run.begin(new, seen=None if sees_all(run.journal, run.config) else items)
    progress.extend_input(items)
    if progress.server is not None:
        progress.server.unsent = list(items)
    _note_turn_input(run)
    await _ask_guardrails(run, fresh=True)


def _note_turn_input(run: Run) -> None:
    """Lets tools and hooks see what the run was given."""
    given = run.progress.original_input
    run.context.turn_input = ItemHelpers.input_to_new_input_list(given) if isinstance(given, str) else list(given)


async def _ask_guardrails(run: Run, *, fresh: bool) -> None:
    """Asks the input guardrails that have no verdict; a run that goes on and has had theirs asks none."""
    if run.progress.open_guardrails is not None and not run.progress.ended:
        run.guards = InputGuards(run.progress, run.config)
        await run.guards.begin(fresh=fresh)


async def _settle(run: Run) -> None:
    """A run that rests between two turns waits for its guardrails too, and stores what waited for them."""
    if (guards := run.open_guards) is not None:
        await guards.verdict()
    if run.held:
        await run.release()


def _take_up(run: Run, recalled: Recalled | None) -> None:
    """Goes on where the journal stands; from here on the run may write."""
    if recalled is not None:
        run.progress.take_up(recalled)
    elif run.journaled:
        raise UserError("This run is not in the run_journal; go on with the journal or session that it began with.")
    run.taken_up = True


async def _one_turn(run: Run) -> None:
    progress = run.progress
    run.step = None
    if progress.open_turn is None:
        guards = run.open_guards
        if (refusing := run.guards_that_said_no) is not None:
            refusing.check()
        await (ask_model(run) if guards is None else guards.beside(ask_model(run)))
    turn = progress.open_turn
    if turn is None:
        return  # an error handler has ended the run
    await finish_turn(run, turn)
    if isinstance(step := cast("NextStep | None", run.step), HandedOff):
        await run.tell(AgentUpdatedStreamEvent(step.agent))


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
