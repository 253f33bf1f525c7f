"""A run's progress from its journal: the last checkpoint with the journal's rows laid over it."""

from collections.abc import Sequence
from typing import Any, cast

from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.agents.agent_tool import AgentTool
from agentchat.runtime.declarations.approvals import Approvals
from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.runtime.ports.journal import Recalled, RunJournal
from agentchat.runtime.running.guardrail_results import guardrail_results_from_json
from agentchat.runtime.running.item_json import run_item_of
from agentchat.runtime.running.judging import ask_again
from agentchat.runtime.running.nested_journal import NestedJournal
from agentchat.runtime.running.nested_run import context_inside
from agentchat.runtime.running.pairing import paired
from agentchat.runtime.running.progress import CallSlot, OpenGuardrails, OpenTurn, Progress
from agentchat.runtime.running.reaching import reach
from agentchat.runtime.running.response_items import reopened
from agentchat.runtime.running.sight import seen_rows
from agentchat.runtime.running.steps import final_from_json
from agentchat.runtime.values.call_answers import is_answer, outcome_in
from agentchat.runtime.values.checkpoint import Checkpoint
from agentchat.runtime.values.exceptions import UserError
from agentchat.runtime.values.items import TResponseInputItem
from agentchat.runtime.values.keys import Scope
from agentchat.runtime.values.outcomes import Returned
from agentchat.runtime.values.raw_calls import answered_id
from agentchat.runtime.values.usage import Usage, usage_from_json


async def progress_from_journal(
    agent: Agent[Any], journal: RunJournal, scope: Scope, recalled: Recalled, context: RunContextWrapper[Any]
) -> Progress:
    """The progress to go on from, its agents found from `agent`. The rows are its input; a turn that is open is opened again."""
    point = recalled.checkpoint
    context.usage = _latest(context.usage, usage_from_json(point.usage))
    context.approvals = Approvals.from_json(point.approvals.get("tools", []))
    rows = await seen_rows(journal, scope, point.view)
    progress = Progress(
        run_id=scope.run_id,
        path=scope.path,
        start=agent,
        agent=reach(agent, point.agent_key, point.agent),
        original_input=rows,
        context=context,
        max_turns=point.max_turns,
        turn=point.turn,
        response=point.response,
        tools_used=point.tools_used,
        staged=list(point.staged_input),
        view=point.view,
        entered=True,
        ended=point.step == "ended",
    )
    progress.final = final_from_json(progress.agent, point.final)
    if point.guardrails:
        progress.guardrail_results = guardrail_results_from_json(agent, point.guardrails)
    progress.extend_input(rows)
    progress.note_calls(recalled.earlier_calls)
    if point.open_guardrails:
        progress.open_guardrails = await _open_guardrails(agent, journal, point)
    if point.step == "turn open":
        progress.open_turn = await _turn(progress, recalled)
        for slot in progress.open_turn.slots:
            if slot.begun and isinstance(slot.tool, AgentTool):
                await _look_inside(journal, context, slot, slot.tool)
    return progress


async def _open_guardrails(agent: Agent[Any], journal: RunJournal, point: Checkpoint) -> OpenGuardrails:
    rows, since = await journal.get_items(), point.rows_since_input
    return OpenGuardrails(reach(agent, point.open_guardrails), shown=paired(rows[: len(rows) - since]), rows=since)


async def recalled_inside(journal: RunJournal, outer: RunContextWrapper[Any], slot: CallSlot, tool: AgentTool) -> Progress | None:
    """The run of the agent that a call runs, as the journal has it; None when it never began."""
    scope = slot.key.inside
    recalled = await journal.recall(scope)
    if recalled is None:
        return None
    agent = cast("Agent[Any]", tool.agent)
    context = context_inside(outer, slot, tool)
    progress = await progress_from_journal(
        agent, NestedJournal(journal, scope, tool.options.session, context), scope, recalled, context
    )
    outer.usage = _latest(outer.usage, context.usage)
    asked = [known.item for known in recalled.items if known.fact is not None and known.fact.kind == "input"]
    progress.original_input = asked
    progress.new_items = [run_item_of(agent, known.item, known.fact) for known in recalled.items if known.item not in asked]
    return progress


async def _look_inside(journal: RunJournal, context: RunContextWrapper[Any], slot: CallSlot, tool: AgentTool) -> None:
    """A call of an agent tool that was started: its run goes on where it stands. Of one that is over only the tokens count."""
    inside = await recalled_inside(journal, context, slot, tool)
    if slot.open:
        slot.nested = inside


def _latest(known: Usage, told: Usage) -> Usage:
    """All runs of one scope count in one place, so that of what they wrote down the largest sum is the latest."""
    return max(known, told, key=lambda usage: (usage.requests, usage.total_tokens))


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
    told = {answered_id(row): row for row in rows if is_answer(row)}
    for slot in turn.slots:
        if slot.output_written and (slot.open or slot.unchecked):
            row = told.get(slot.call_id)
            slot.outcome = Returned("" if row is None else outcome_in(row), failed=slot.open or slot.ending == "failed")
