"""Leaving a run in the middle: what a stop or an error still writes.

With a journal nothing that happened is lost: calls that ran keep their outputs, calls that may have taken effect say so, and the
text that had come stays as an incomplete message. Without one the turn leaves nothing, as the published API has it.
"""

from openai.types.responses import ResponseOutputMessage, ResponseOutputText

from agentchat.runtime.running.model_call import items_of
from agentchat.runtime.running.progress import CallSlot, OpenTurn
from agentchat.runtime.running.run import Batch, Run
from agentchat.runtime.running.steps import Interrupted
from agentchat.runtime.running.turn import add_output, batch_of
from agentchat.runtime.values.events import Ending
from agentchat.runtime.values.facts import TurnFact
from agentchat.runtime.values.items import FAKE_ID, MessageOutputItem
from agentchat.runtime.values.outcomes import Returned

STOPPED_RUNNING = "Stopped by the user; it may have taken effect."
STOPPED_BEFORE = "Stopped by the user before it ran."
FAILED_RUNNING = "The run failed while this call was running; it may have taken effect."
FAILED_BEFORE = "The run failed before this call ran."


async def abandon(run: Run, ending: Ending, error: Exception | None = None) -> None:
    """Writes what the turn in progress brought, if the run keeps such things; its events are the run's `parting` ones."""
    progress, turn = run.progress, run.progress.open_turn
    run.partial_output = run.gathering.text if run.gathering is not None else ""
    run.gathering = None
    if progress.ended or isinstance(run.step, Interrupted):
        return  # the run had come to rest, and everything is written
    if not run.taken_up:
        return  # what is stored is not this run's to change
    if not run.journaled or run.journal_failed:
        progress.open_turn = None
        return
    batch = Batch() if turn is None else _closed(turn, ending)
    if turn is None and run.partial_output:
        _add_partial(run, batch)
    batch.facts.append(_fact(run, ending, error))
    told = [] if turn is None else turn.items
    saved = await run.commit(batch, ending)
    run.parting.append(saved)
    run.parting.extend(items_of([item for item in batch.items if item not in told]))


def _closed(turn: OpenTurn, ending: Ending) -> Batch:
    """The turn with an output for every call: a history with open calls is one that no provider takes."""
    for slot in turn.slots:
        if slot.open:
            _give_up(slot, ending)
    batch = batch_of(turn, None)
    for slot in turn.slots:
        if slot.handoff is not None:
            add_output(batch, turn, slot)
    return batch


def _give_up(slot: CallSlot, ending: Ending) -> None:
    running, before = (STOPPED_RUNNING, STOPPED_BEFORE) if ending == "stopped" else (FAILED_RUNNING, FAILED_BEFORE)
    text = running if slot.begun else before
    slot.outcome, slot.value, slot.ending = Returned(text, failed=True), text, "stopped"


def _add_partial(run: Run, batch: Batch) -> None:
    agent = run.progress.agent
    text = ResponseOutputText(annotations=[], text=run.partial_output, type="output_text")
    message = ResponseOutputMessage(id=FAKE_ID, content=[text], role="assistant", status="incomplete", type="message")
    item = MessageOutputItem(agent, message)
    now = run.config.clock.now()
    batch.add(item, item.to_input_item(), kind="message", agent=agent.name, ending="incomplete", started=now, ended=now)


def _fact(run: Run, ending: Ending, error: Exception | None) -> TurnFact:
    agent, now = run.progress.agent.name, run.config.clock.now()
    if ending == "stopped":
        return TurnFact(kind="stopped", text="Stopped by you.", at=now, agent=agent)
    assert error is not None
    return TurnFact(kind="error", text=_described(run, error), at=now, agent=agent)


def _described(run: Run, error: Exception) -> str:
    """The error in one sentence, as the run's config words it."""
    text = str(error) or type(error).__name__
    if run.config.describe_error is None:
        return text
    try:
        return run.config.describe_error(error)
    except Exception:  # noqa: BLE001 - foreign code, and there is a sentence without it
        return text
