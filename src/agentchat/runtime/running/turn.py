"""The rest of a turn, once its response is accepted: its calls are judged and run, their outputs collected, the next step found.

A turn that was interrupted for a person's decision enters here again; there is no second way to run calls.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any, cast

from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.handoff import Handoff
from agentchat.runtime.declarations.tool import FunctionToolResult
from agentchat.runtime.running.judging import judge
from agentchat.runtime.running.model_call import items_of
from agentchat.runtime.running.progress import STORED, CallSlot, OpenTurn
from agentchat.runtime.running.run import Batch, Run
from agentchat.runtime.running.steps import FinalOutput, HandedOff, Interrupted, NextStep, RunAgain, after_tools, final_text
from agentchat.runtime.running.tool_calls import finished, raise_what_was_fatal, run_calls
from agentchat.runtime.values.events import Ending, RunEvent
from agentchat.runtime.values.exceptions import UserError
from agentchat.runtime.values.facts import ItemKind
from agentchat.runtime.values.item_helpers import ItemHelpers
from agentchat.runtime.values.items import (
    HandoffOutputItem,
    RunItem,
    ToolCallItem,
    ToolCallOutputItem,
    TResponseInputItem,
)
from agentchat.runtime.values.outcomes import Failed, Finished, Go, Returned, Unknown

IGNORED_HANDOFF = "Multiple handoffs detected, ignoring this one."


async def finish_turn(run: Run, turn: OpenTurn) -> AsyncGenerator[RunEvent, None]:
    """Does what the turn asks for and sets `run.step`; a person's decision may be wanted first."""
    undecided = [slot for slot in turn.slots if slot.open]
    raise_what_was_fatal(turn)
    ready = await judge(run, turn)
    for slot in undecided:
        if not slot.open:
            yield finished(slot)
    async with aclosing(run_calls(run, turn, ready)) as events:
        async for event in events:
            yield event
    waiting = turn.waiting
    target = None if waiting else await _hand_over(run, turn)
    step = await _next_step(run, turn, waiting, target)
    batch = batch_of(turn, target)
    _note_tools(run, turn)
    approvals = [slot.asked for slot in waiting if slot.asked is not None]
    saved = await run.commit(batch, _ENDINGS[type(step)], step=step, approvals=approvals)
    yield saved
    for item_event in items_of([item for item in batch.items if item not in turn.items]):
        yield item_event


def batch_of(turn: OpenTurn, target: Agent[Any] | None) -> Batch:
    """What the turn has to be written now: its items once, and the outputs that are new."""
    batch = Batch()
    if not turn.rows_written:
        for item in turn.items:
            _add_model_item(batch, turn, item)
    for slot in turn.slots:
        if slot.handoff is None:
            add_output(batch, turn, slot)
    taken, *ignored = [slot for slot in turn.slots if slot.handoff is not None] or [None]
    for slot in ignored:
        if target is not None and slot is not None:
            _add_handoff_refusal(batch, turn, slot)
    if target is not None and taken is not None:
        _add_handoff(batch, turn, taken, target)
    return batch


def add_output(batch: Batch, turn: OpenTurn, slot: CallSlot) -> None:
    """The output of a call that has one and is not written yet."""
    if slot.open or slot.output_written:
        return
    outcome = slot.outcome
    wire = ItemHelpers.tool_call_output_item(slot.raw, outcome.output if isinstance(outcome, Returned) else _told(outcome))
    batch.add(
        ToolCallOutputItem(turn.agent, wire, output=wire["output"] if slot.value is STORED else slot.value),
        wire,
        kind="output",
        agent=turn.agent.name,
        ending=slot.ending,
        started=slot.started,
        ended=slot.ended,
        verdict=slot.verdict,
        by=slot.by,
        edited=slot.edited is not None,
    )


_ENDINGS: dict[type[Any], Ending] = {
    RunAgain: "goes on",
    HandedOff: "goes on",
    Interrupted: "interrupted",
    FinalOutput: "final",
}

_KINDS: dict[str, ItemKind] = {
    "message_output_item": "message",
    "reasoning_item": "reasoning",
    "tool_call_item": "call",
    "handoff_call_item": "handoff_call",
}


def _told(outcome: Any) -> str:
    """What a model is told of a call that ended the run."""
    return f"The call failed: {outcome.message}"


def _add_model_item(batch: Batch, turn: OpenTurn, item: RunItem) -> None:
    waiting = {slot.raw.call_id for slot in turn.waiting}
    asked = isinstance(item, ToolCallItem) and item.call_id in waiting
    batch.add(
        item,
        item.to_input_item(),
        kind=_KINDS.get(item.type, "other"),
        agent=turn.agent.name,
        ending="waiting" if asked else "complete",
        started=turn.since if turn.since is not None else turn.at,
        ended=turn.at,
    )


async def _hand_over(run: Run, turn: OpenTurn) -> Agent[Any] | None:
    """The agent that takes over, when the turn hands over; the first handoff of a response counts."""
    slot = next((slot for slot in turn.slots if slot.handoff is not None), None)
    if slot is None or slot.handoff is None:
        return None
    if not slot.handoff.has_callback:
        return cast("Agent[Any]", await slot.handoff.on_invoke_handoff(run.context, slot.raw.arguments))
    return await _journaled_handoff(run, slot)


async def _journaled_handoff(run: Run, slot: CallSlot) -> Agent[Any]:
    """A handoff whose callback may have effects: started once, like a call."""
    assert slot.handoff is not None
    answer = await run.start(slot.key, "")
    slot.begun = True
    if not isinstance(answer, Go):
        return _taken_before(slot, slot.handoff, answer)
    try:
        agent = cast("Agent[Any]", await slot.handoff.on_invoke_handoff(run.context, slot.raw.arguments))
    except Exception as error:
        await run.finish(slot.key, Failed(str(error) or type(error).__name__))
        raise
    await run.finish(slot.key, Returned(slot.handoff.get_transfer_message(agent)))
    return agent


def _taken_before(slot: CallSlot, entry: Handoff, answer: Finished | Unknown) -> Agent[Any]:
    """The agent of a handoff whose callback was called before a crash: it is not called again, and what it raised is raised again."""
    if isinstance(answer, Finished) and isinstance(answer.outcome, Failed):
        raise UserError(f"The handoff to '{entry.agent_name}' failed: {answer.outcome.message}")
    if entry.target is None:
        raise UserError(f"The handoff to '{entry.agent_name}' was taken before a stop and cannot be taken again; start a new message.")
    slot.ending = "unknown" if isinstance(answer, Unknown) else "complete"
    return cast("Agent[Any]", entry.target)


async def _next_step(
    run: Run, turn: OpenTurn, waiting: Sequence[CallSlot], target: Agent[Any] | None
) -> NextStep:
    if waiting:
        return Interrupted([slot.asked for slot in waiting if slot.asked is not None])
    if target is not None:
        return HandedOff(target)
    results = [
        FunctionToolResult(tool=slot.tool, output=slot.output, run_item=None)
        for slot in turn.slots
        if slot.tool is not None
    ]
    if results:
        return await after_tools(turn.agent, run.context, results)
    return RunAgain() if turn.slots else final_text(turn)


def _note_tools(run: Run, turn: OpenTurn) -> None:
    used = [slot.raw.name for slot in turn.slots]
    if used:
        run.progress.tools_used[turn.agent.name] = used


def _add_handoff_refusal(batch: Batch, turn: OpenTurn, slot: CallSlot) -> None:
    wire: TResponseInputItem = ItemHelpers.tool_call_output_item(slot.raw, IGNORED_HANDOFF)
    batch.add(
        ToolCallOutputItem(turn.agent, wire, output=IGNORED_HANDOFF),
        wire,
        kind="output",
        agent=turn.agent.name,
        ending="denied",
    )


def _add_handoff(batch: Batch, turn: OpenTurn, slot: CallSlot, target: Agent[Any]) -> None:
    assert slot.handoff is not None
    wire = ItemHelpers.tool_call_output_item(slot.raw, slot.handoff.get_transfer_message(target))
    batch.add(
        HandoffOutputItem(turn.agent, wire, source_agent=turn.agent, target_agent=target),
        wire,
        kind="handoff_output",
        agent=turn.agent.name,
        ending=slot.ending,
        started=turn.at,
        target=target.name,
    )
