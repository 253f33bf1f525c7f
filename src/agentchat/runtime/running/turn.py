"""The rest of a turn, once its response is accepted: its calls are judged and run, their outputs collected, the next step found.

A turn that was interrupted for a person's decision enters here again; there is no second way to run calls.
"""

from collections.abc import Sequence
from typing import Any, cast

from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.handoff import Handoff
from agentchat.runtime.declarations.tool import FunctionTool, FunctionToolResult
from agentchat.runtime.running.editing import show_edits
from agentchat.runtime.running.final_output import add_said, conclude, message_or_handler
from agentchat.runtime.running.handing_over import handed_on
from agentchat.runtime.running.hooking import handed_over
from agentchat.runtime.running.judging import judge
from agentchat.runtime.running.progress import STORED, CallSlot, OpenTurn
from agentchat.runtime.running.run import Batch, Run
from agentchat.runtime.running.steps import FinalOutput, HandedOff, Interrupted, NextStep, RunAgain, after_tools
from agentchat.runtime.running.tool_calls import finished, raise_what_was_fatal, run_calls
from agentchat.runtime.values.call_answers import answer_to, value_of_answer
from agentchat.runtime.values.events import Ending, item_events
from agentchat.runtime.values.exceptions import UserError
from agentchat.runtime.values.item_helpers import ItemHelpers
from agentchat.runtime.values.items import (
    KINDS,
    HandoffOutputItem,
    MCPApprovalResponseItem,
    RunItem,
    ToolApprovalItem,
    ToolCallOutputItem,
    TResponseInputItem,
)
from agentchat.runtime.values.outcomes import Failed, Finished, Go, Returned, Unknown
from agentchat.runtime.values.raw_calls import CALLS

IGNORED_HANDOFF = "Multiple handoffs detected, ignoring this one."


async def finish_turn(run: Run, turn: OpenTurn) -> None:
    """Does what the turn asks for and sets `run.step`; a person's decision may be wanted first."""
    undecided = [slot for slot in turn.slots if slot.open]
    raise_what_was_fatal(turn)
    ready = [*await judge(run, turn), *(slot for slot in turn.slots if slot.unchecked)]
    await run.tell(*(finished(slot) for slot in undecided if not slot.open))
    await run_calls(run, turn, ready)
    await _heed_guardrails(run, turn, ready)
    waiting = turn.waiting
    target = None if waiting else await _hand_over(run, turn)
    if target is not None:
        await handed_over(run, turn.agent, target)
    step = await _next_step(run, turn, waiting, target)
    batch = batch_of(run, turn, target)
    if isinstance(step, FinalOutput):
        await conclude(run, step)
        add_said(run, batch, step)
    elif isinstance(step, HandedOff):
        step = await _filtered(run, turn, batch, step)
    _note_tools(run, turn)
    await run.commit(batch, _ENDINGS[type(step)], step=step)
    await run.tell(*item_events([item for item in _kept(batch, step) if item not in turn.items]))


def batch_of(run: Run, turn: OpenTurn, target: Agent[Any] | None) -> Batch:
    """What the turn has to be written now: its items once, the outputs that are new, and the calls that a person edited."""
    batch = Batch(edits=show_edits(run, turn))
    if not turn.rows_written:
        waiting = [slot.raw for slot in turn.waiting]
        for item in turn.items:
            _add_model_item(batch, turn, item, asked=any(raw is item.raw_item for raw in waiting))
    told = {item.key for item in run.progress.new_items if isinstance(item, ToolApprovalItem)} if turn.waiting else ()
    for slot in sorted(turn.slots, key=_place_of_output):
        if slot.handoff is None:
            add_output(batch, turn, slot)
            batch.shown.extend(question for question in _newly_asked(turn, slot) if question.key not in told)
    taken, *ignored = [slot for slot in turn.slots if slot.handoff is not None] or [None]
    for slot in ignored:
        if target is not None and slot is not None:
            _add_handoff_refusal(batch, turn, slot)
    if target is not None and taken is not None:
        _add_handoff(batch, turn, taken, target)
    return batch


def _place_of_output(slot: CallSlot) -> tuple[bool, int]:
    """What is told of tools that do not exist stands behind what the others gave."""
    return slot.raw.type == "function_call" and slot.tool is None, _OUTPUT_ORDER.index(slot.raw.type)


def add_output(batch: Batch, turn: OpenTurn, slot: CallSlot) -> None:
    """The output of a call that has one and is not written yet."""
    if slot.open or slot.output_written:
        return
    item = _output_item(turn, slot)
    batch.add(
        item,
        item.raw_item if slot.raw.type == "function_call" else item.to_input_item(),
        kind="output",
        agent=turn.agent.name,
        ending=slot.ending,
        started=slot.started,
        ended=slot.ended,
        verdict=slot.verdict,
        by=slot.by,
        edited=slot.edited is not None,
        given="" if slot.edited is None else slot.given,
        custom_data=item.custom_data if isinstance(item, ToolCallOutputItem) else None,
    )


def _output_item(turn: OpenTurn, slot: CallSlot) -> ToolCallOutputItem | MCPApprovalResponseItem:
    """The output of a call that has one: always the same item."""
    if slot.output_item is None:
        outcome = slot.outcome
        wire = answer_to(slot.raw.type, slot.call_id, outcome.output if isinstance(outcome, Returned) else _told(outcome))
        slot.output_item = _answer_item(turn, slot, wire)
    return slot.output_item


def _answer_item(turn: OpenTurn, slot: CallSlot, wire: TResponseInputItem) -> ToolCallOutputItem | MCPApprovalResponseItem:
    if slot.raw.type == "mcp_approval_request":
        return MCPApprovalResponseItem(turn.agent, wire)
    origin = slot.tool.tool_origin if isinstance(slot.tool, FunctionTool) else None
    value = value_of_answer(wire) if slot.value is STORED else slot.value
    kept = slot.outcome.custom_data if isinstance(slot.outcome, Returned) else None
    return ToolCallOutputItem(turn.agent, wire, output=value, tool_origin=origin, custom_data=kept)


_OUTPUT_ORDER = ("function_call", "computer_call", "shell_call", "apply_patch_call", "local_shell_call", "mcp_approval_request")
"""The outputs of a turn stand by the kinds of their calls (the published order), and in each kind as the calls do."""


_ENDINGS: dict[type[Any], Ending] = {
    RunAgain: "goes on",
    HandedOff: "goes on",
    Interrupted: "interrupted",
    FinalOutput: "final",
}

def _told(outcome: Any) -> str:
    """What a model is told of a call that ended the run."""
    return f"The call failed: {outcome.message}"


def _add_model_item(batch: Batch, turn: OpenTurn, item: RunItem, *, asked: bool) -> None:
    batch.add(
        item,
        item.to_input_item(),
        kind=KINDS.get(item.type, "other"),
        agent=turn.agent.name,
        ending="waiting" if asked else "complete",
        started=turn.since if turn.since is not None else turn.at,
        ended=turn.at,
    )


async def _heed_guardrails(run: Run, turn: OpenTurn, ready: Sequence[CallSlot]) -> None:
    """A person is not asked before the input guardrails' verdict; calls that their no kept from starting end the turn."""
    if turn.waiting and (guards := run.open_guards) is not None:
        await guards.verdict()
    if (refusing := run.guards_that_said_no) is not None and any(slot.open for slot in ready):
        refusing.check()


async def _hand_over(run: Run, turn: OpenTurn) -> Agent[Any] | None:
    """The agent that takes over, when the turn hands over; the first handoff of a response counts."""
    slot = next((slot for slot in turn.slots if slot.handoff is not None), None)
    if slot is None or slot.handoff is None:
        return None
    if not slot.handoff.has_callback:
        return cast("Agent[Any]", await slot.handoff.on_invoke_handoff(run.context, slot.given))
    return await _journaled_handoff(run, slot)


async def _journaled_handoff(run: Run, slot: CallSlot) -> Agent[Any]:
    """A handoff whose callback may have effects: started once, like a call."""
    assert slot.handoff is not None
    if (guards := run.open_guards) is not None:
        guards.check()
    answer = await run.start(slot.key, "")
    slot.begun = True
    if not isinstance(answer, Go):
        return _taken_before(slot, slot.handoff, answer)
    try:
        agent = cast("Agent[Any]", await slot.handoff.on_invoke_handoff(run.context, slot.given))
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


async def _filtered(run: Run, turn: OpenTurn, batch: Batch, step: HandedOff) -> HandedOff:
    """The step with what a filter makes of the conversation for the agent that takes over."""
    entry = next(slot.handoff for slot in turn.slots if slot.handoff is not None)
    return HandedOff(step.agent, await handed_on(run.progress, run.config, entry, batch.items, step.agent))


def _kept(batch: Batch, step: NextStep) -> Sequence[RunItem]:
    """The items of the turn that are told: those that a handoff's filter has left."""
    handed = step.handed if isinstance(step, HandedOff) else None
    return batch.items if handed is None else [item for item in handed.kept if item in batch.items]


async def _next_step(
    run: Run, turn: OpenTurn, waiting: Sequence[CallSlot], target: Agent[Any] | None
) -> NextStep:
    if waiting:
        return Interrupted(turn.questions)
    if target is not None:
        return HandedOff(target)
    results = [
        FunctionToolResult(slot.tool, slot.output, _output_item(turn, slot), agent_run_result=slot.agent_run)
        for slot in turn.slots
        if isinstance(slot.tool, FunctionTool)
    ]
    if results:
        return await after_tools(turn.agent, run.context, results)
    return RunAgain() if turn.slots or _is_only_at_work(turn) else await message_or_handler(run, turn)


def _newly_asked(turn: OpenTurn, slot: CallSlot) -> list[ToolApprovalItem]:
    """The questions that become items of the run: of calls in an agent tool's run only those that a resume left open."""
    if turn.rows_written:
        return slot.questions
    return [slot.asked] if slot.questions and slot.asked is not None else []


def _is_only_at_work(turn: OpenTurn) -> bool:
    """True when nothing was said, and the provider's own tools were used, or functions called that had been done before."""
    kinds = {item.type for item in turn.items} | {raw.type for raw in turn.response.output}
    return not kinds.isdisjoint({"tool_call_item", *CALLS}) and "message_output_item" not in kinds


def _note_tools(run: Run, turn: OpenTurn) -> None:
    used = [slot.name for slot in turn.slots]
    if used:
        run.progress.tools_used[turn.agent.name] = used


def _add_handoff_refusal(batch: Batch, turn: OpenTurn, slot: CallSlot) -> None:
    wire: TResponseInputItem = ItemHelpers.tool_call_output_item(slot.function, IGNORED_HANDOFF)
    batch.add(
        ToolCallOutputItem(turn.agent, wire, output=IGNORED_HANDOFF),
        wire,
        kind="output",
        agent=turn.agent.name,
        ending="denied",
    )


def _add_handoff(batch: Batch, turn: OpenTurn, slot: CallSlot, target: Agent[Any]) -> None:
    assert slot.handoff is not None
    wire = ItemHelpers.tool_call_output_item(slot.function, slot.handoff.get_transfer_message(target))
    batch.add(
        HandoffOutputItem(turn.agent, wire, source_agent=turn.agent, target_agent=target),
        wire,
        kind="handoff_output",
        agent=turn.agent.name,
        ending=slot.ending,
        started=turn.at,
        target=target.name,
    )
