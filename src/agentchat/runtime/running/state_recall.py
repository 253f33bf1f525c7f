"""A run's progress from its journal: the last checkpoint with the journal's rows laid over it."""

from collections.abc import Sequence
from typing import Any

from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.approvals import Approvals
from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.runtime.ports.journal import Recalled, RunJournal
from agentchat.runtime.running.judging import ask_again
from agentchat.runtime.running.progress import OpenTurn, Progress
from agentchat.runtime.running.reaching import reach
from agentchat.runtime.running.reopening import reopened
from agentchat.runtime.values.exceptions import UserError
from agentchat.runtime.values.items import TResponseInputItem
from agentchat.runtime.values.outcomes import Returned
from agentchat.runtime.values.usage import usage_from_json


async def progress_from_journal(
    agent: Agent[Any], journal: RunJournal, run_id: str, recalled: Recalled, context: RunContextWrapper[Any]
) -> Progress:
    """The progress to go on from. The conversation's rows are its input; a turn that is open is opened again."""
    point = recalled.checkpoint
    context.usage = usage_from_json(point.usage)
    context.approvals = Approvals.from_json(point.approvals.get("tools", []))
    rows = await journal.get_items()
    progress = Progress(
        run_id=run_id,
        agent=reach(agent, point.agent),
        original_input=rows,
        context=context,
        max_turns=point.max_turns,
        turn=point.turn,
        response=point.response,
        tools_used=point.tools_used,
        staged=list(point.staged_input),
        entered=True,
        ended=point.step == "ended",
    )
    progress.extend_input(rows)
    if point.step == "turn open":
        progress.open_turn = await _turn(progress, recalled)
    return progress


async def _turn(progress: Progress, recalled: Recalled) -> OpenTurn:
    point, response = recalled.checkpoint, recalled.open_response
    if response is None:
        raise UserError(f"The journal has lost the response that run {progress.run_id} stands at; start a new message.")
    progress.responses.append(response)
    proposed = {call.call.key for call in recalled.calls}
    turn = await reopened(
        progress,
        response,
        number=point.response,
        at=point.at,
        since=None,
        was_part=lambda slot: slot.key in proposed or (slot.handoff is not None and not slot.handoff.has_callback),
    )
    turn.rows_written = point.open_rows
    for slot in turn.slots:
        slot.output_written = slot.key.index in point.open_outputs
    turn.lay_over(recalled)
    _close_what_is_written(turn, progress.input_items)
    if point.open_rows:
        ask_again(turn)
    return turn


def _close_what_is_written(turn: OpenTurn, rows: Sequence[TResponseInputItem]) -> None:
    """A call that was refused never began, so that the journal has no outcome of it; but its output is a row. It is not judged anew."""
    told = {row["call_id"]: row["output"] for row in rows if row.get("type") == "function_call_output"}
    for slot in turn.slots:
        if slot.output_written and slot.open:
            slot.outcome = Returned(told.get(slot.raw.call_id, ""), failed=True)
