"""Leaving a run in the middle: what a stop or an error still writes.

With a journal nothing that happened is lost: calls that ran keep their outputs, calls that may have taken effect say so, and the
text that had come stays as an incomplete message. Without one the turn leaves nothing, as the published API has it.
"""

from openai.types.responses import ResponseOutputMessage, ResponseOutputText

from agentchat.runtime.running.model_call import EVENT_NAMES
from agentchat.runtime.running.progress import CallSlot, OpenTurn
from agentchat.runtime.running.run import Batch, Run
from agentchat.runtime.running.steps import Interrupted
from agentchat.runtime.running.turn import add_output, batch_of
from agentchat.runtime.values.events import Ending, RunItemStreamEvent
from agentchat.runtime.values.exceptions import JournalSuperseded
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
    if not run.journaled or isinstance(error, JournalSuperseded) or not progress.entered:
        progress.open_turn = None
        return
    batch = Batch() if turn is None else _closed(turn, ending)
    if turn is None and run.partial_output:
        _add_partial(run, batch)
    batch.facts.append(_fact(run, ending, error))
    saved = await run.commit(batch, ending)
    run.parting.append(saved)
    run.parting.extend(RunItemStreamEvent(EVENT_NAMES[item.type], item) for item in batch.items if item.type in EVENT_NAMES)


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
    describe = run.config.describe_error
    text = describe(error) if describe is not None else (str(error) or type(error).__name__)
    return TurnFact(kind="error", text=text, at=now, agent=agent)
