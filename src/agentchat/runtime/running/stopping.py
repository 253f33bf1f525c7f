"""Leaving a run in the middle: what a stop or an error still writes.

With a journal nothing that happened is lost: calls that ran keep their outputs, calls that may have taken effect say so, and the
text that had come stays as an incomplete message; where output guardrails were to see it, as a fact, which no model gets. Without one
the turn leaves nothing, as the published API has it.
"""

from collections.abc import Sequence

from openai.types.responses import ResponseOutputMessage, ResponseOutputText

from agentchat.runtime.agents.agent_tool import AgentTool
from agentchat.runtime.declarations.guardrails import InputGuardrailTripwireTriggered, OutputGuardrailTripwireTriggered
from agentchat.runtime.ports.run_config import described
from agentchat.runtime.running.blocking import WITHHELD, guards_output, hold_back, hold_back_answer, is_unchecked, sentence, unseen
from agentchat.runtime.running.editing import show_edits
from agentchat.runtime.running.nested_run import nested_run
from agentchat.runtime.running.progress import CallSlot, OpenTurn
from agentchat.runtime.running.run import Batch, Run
from agentchat.runtime.running.steps import Interrupted
from agentchat.runtime.running.turn import add_output, batch_of
from agentchat.runtime.values.events import Ending, item_events
from agentchat.runtime.values.facts import TurnFact
from agentchat.runtime.values.items import FAKE_ID, MessageOutputItem, RunItem
from agentchat.runtime.values.outcomes import Returned

STOPPED_RUNNING = "Stopped by the user; it may have taken effect."
STOPPED_BEFORE = "Stopped by the user before it ran."
FAILED_RUNNING = "The run failed while this call was running; it may have taken effect."
FAILED_BEFORE = "The run failed before this call ran."
BLOCKED_RUNNING = "A guardrail ended the run while this call was running; it may have taken effect."
BLOCKED_BEFORE = "A guardrail ended the run before this call ran."

_GIVEN_UP: dict[Ending, tuple[str, str]] = {
    "stopped": (STOPPED_RUNNING, STOPPED_BEFORE),
    "blocked": (BLOCKED_RUNNING, BLOCKED_BEFORE),
}


async def abandon(run: Run, ending: Ending, error: Exception | None = None) -> None:
    """Writes what the turn in progress brought, if the run keeps such things."""
    progress, turn = run.progress, run.progress.open_turn
    run.partial_output = run.gathering.text if run.gathering is not None else ""
    run.gathering = None
    if progress.ended or isinstance(run.step, Interrupted):
        return  # the run had come to rest, and everything is written
    if not run.taken_up:
        return  # what is stored is not this run's to change
    if turn is not None:
        show_edits(run, turn)
    told = [] if turn is None else turn.items
    if turn is not None and ending == "blocked":
        hold_back(run, turn, error)
    elif turn is not None and is_unchecked(run, turn):
        hold_back_answer(turn)
    if not (run.journaled or _leaves_calls(turn, ending, error)) or run.journal_failed:
        await _leave_nothing(run, ending, error, told)
        return
    if turn is not None:
        await _close_inside(run, turn)
    batch = Batch() if turn is None else _closed(run, turn, ending)
    if turn is None and run.partial_output and ending != "blocked":
        _add_partial(run, batch)
    if ending != "stopped" or not progress.path:  # of a run inside another one the other one says it
        batch.facts.append(_fact(run, ending, error))
    await run.commit(batch, ending)
    run.note(*item_events([item for item in batch.items if item not in told]))


def _leaves_calls(turn: OpenTurn | None, ending: Ending, error: Exception | None) -> bool:
    """True for a turn whose tools' output was to be the final one and was held back: without a journal too, its calls stay."""
    return ending == "blocked" and isinstance(error, OutputGuardrailTripwireTriggered) and turn is not None and bool(turn.slots)


async def _leave_nothing(run: Run, ending: Ending, error: Exception | None, told: Sequence[RunItem]) -> None:
    """Nothing of the turn is stored, and of the turns before it nothing that an input guardrail has said no to."""
    turn, responses = run.progress.open_turn, run.progress.responses
    if turn is not None and not turn.rows_written and ending != "blocked" and responses and responses[-1] is turn.response:
        responses.pop()  # whoever chains on the last response's id must not get one whose calls have no outputs
    run.progress.open_turn = None
    if ending == "blocked" and isinstance(error, OutputGuardrailTripwireTriggered):
        run.progress.new_items.extend(told)
    if not run.journal_failed and not (ending == "blocked" and isinstance(error, InputGuardrailTripwireTriggered)):
        await run.release()


async def _close_inside(run: Run, turn: OpenTurn) -> None:
    """Ends the runs of agents that stand still inside this one, because a person is asked: nobody will go on with them."""
    for slot in turn.slots:
        if slot.nested is not None and isinstance(slot.tool, AgentTool) and not slot.nested.ended:
            inner = nested_run(run, slot.nested, slot.tool.options)
            inner.taken_up = True
            await abandon(inner, "stopped")


def _closed(run: Run, turn: OpenTurn, ending: Ending) -> Batch:
    """The turn with an output for every call: a history with open calls is one that no provider takes."""
    for slot in turn.slots:
        if slot.open or slot.unchecked:
            _give_up(slot, ending)
    batch = batch_of(run, turn, None)
    for slot in turn.slots:
        if slot.handoff is not None:
            add_output(batch, turn, slot)
    return batch


def _give_up(slot: CallSlot, ending: Ending) -> None:
    running, before = _GIVEN_UP.get(ending, (FAILED_RUNNING, FAILED_BEFORE))
    text = WITHHELD if slot.unchecked else running if slot.begun else before
    slot.ending = "denied" if slot.unchecked else "stopped"
    slot.outcome, slot.value, slot.output_item = Returned(text, failed=True), text, None


def _add_partial(run: Run, batch: Batch) -> None:
    agent = run.progress.agent
    now = run.config.clock.now()
    if guards_output(run, agent):
        batch.facts.append(TurnFact(kind="cut off", text=unseen(run.partial_output), at=now, agent=agent.name))
        return
    text = ResponseOutputText(annotations=[], text=run.partial_output, type="output_text")
    message = ResponseOutputMessage(id=FAKE_ID, content=[text], role="assistant", status="incomplete", type="message")
    item = MessageOutputItem(agent, message)
    batch.add(item, item.to_input_item(), kind="message", agent=agent.name, ending="incomplete", started=now, ended=now)


def _fact(run: Run, ending: Ending, error: Exception | None) -> TurnFact:
    agent, now = run.progress.agent.name, run.config.clock.now()
    if ending == "stopped":
        return TurnFact(kind="stopped", text="Stopped by you.", at=now, agent=agent)
    assert error is not None
    if ending == "blocked":
        return TurnFact(kind="guardrail", text=sentence(error), at=now, agent=agent)
    return TurnFact(kind="error", text=described(run.config, error), at=now, agent=agent)
