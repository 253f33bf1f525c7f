"""A run's progress as plain data and back: the whole, portable form of a RunState."""

from typing import Any

from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.approvals import Approvals
from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.runtime.running.item_json import item_from_json, item_to_json
from agentchat.runtime.running.progress import CallSlot, OpenTurn, Progress
from agentchat.runtime.running.reaching import reach
from agentchat.runtime.running.reopening import reopened
from agentchat.runtime.values.items import ToolApprovalItem
from agentchat.runtime.values.outcomes import Failed, Outcome, Returned
from agentchat.runtime.values.responses import response_from_json, response_to_json
from agentchat.runtime.values.usage import usage_from_json, usage_to_json


def progress_to_json(progress: Progress) -> dict[str, Any]:
    """Everything but the user's context object."""
    turn = progress.open_turn
    return {
        "run_id": progress.run_id,
        "current_agent": {"name": progress.agent.name},
        "original_input": progress.original_input,
        "input_items": progress.input_items,
        "generated_items": [item_to_json(item) for item in progress.new_items],
        "model_responses": [response_to_json(response) for response in progress.responses],
        "current_turn": progress.turn,
        "response_number": progress.response,
        "max_turns": progress.max_turns,
        "tool_use_tracker": progress.tools_used,
        "pending_input": progress.staged,
        "entered": progress.entered,
        "ended": progress.ended,
        "seen_calls": progress.seen_calls,
        "usage": usage_to_json(progress.context.usage),
        "approvals": progress.context.approvals.to_json(),
        "open_turn": None if turn is None else _turn_to_json(turn),
    }


async def progress_from_json(agent: Agent[Any], data: dict[str, Any], context: RunContextWrapper[Any]) -> Progress:
    """The progress that `progress_to_json` wrote, its agents found from `agent`."""
    context.usage = usage_from_json(data["usage"])
    context.approvals = Approvals.from_json(data["approvals"])
    progress = Progress(
        run_id=data["run_id"],
        agent=reach(agent, data["current_agent"]["name"]),
        original_input=data["original_input"],
        context=context,
        max_turns=data["max_turns"],
        new_items=[item_from_json(agent, item) for item in data["generated_items"]],
        responses=[response_from_json(response) for response in data["model_responses"]],
        turn=data["current_turn"],
        response=data["response_number"],
        tools_used=data["tool_use_tracker"],
        staged=data["pending_input"],
        entered=data["entered"],
        ended=data["ended"],
        seen_calls=data["seen_calls"],
    )
    progress.extend_input(data["input_items"])
    if data["open_turn"] is not None:
        progress.open_turn = await _turn_from_json(progress, data["open_turn"])
    return progress


def _turn_to_json(turn: OpenTurn) -> dict[str, Any]:
    return {
        "number": turn.number,
        "response": response_to_json(turn.response),
        "at": turn.at,
        "since": turn.since,
        "rows_written": turn.rows_written,
        "slots": [_slot_to_json(slot) for slot in turn.slots],
    }


async def _turn_from_json(progress: Progress, data: dict[str, Any]) -> OpenTurn:
    places = {stored["place"] for stored in data["slots"]}
    turn = await reopened(
        progress,
        response_from_json(data["response"]),
        number=data["number"],
        at=data["at"],
        since=data["since"],
        was_part=lambda slot: slot.key.index in places,
    )
    turn.rows_written = data["rows_written"]
    for slot, stored in zip(turn.slots, data["slots"], strict=True):
        _restore_slot(turn, slot, stored)
    return turn


def _slot_to_json(slot: CallSlot) -> dict[str, Any]:
    return {
        "call_id": slot.raw.call_id,
        "place": slot.key.index,
        "edited": slot.edited,
        "asked": slot.asked is not None,
        "reason": "" if slot.asked is None else slot.asked.reason,
        "begun": slot.begun,
        "outcome": None if slot.outcome is None else outcome_to_json(slot.outcome),
        "ending": slot.ending,
        "verdict": slot.verdict,
        "by": slot.by,
        "started": slot.started,
        "ended": slot.ended,
        "output_written": slot.output_written,
    }


def _restore_slot(turn: OpenTurn, slot: CallSlot, stored: dict[str, Any]) -> None:
    slot.edited, slot.begun, slot.ending = stored["edited"], stored["begun"], stored["ending"]
    slot.verdict, slot.by = stored["verdict"], stored["by"]
    slot.started, slot.ended, slot.output_written = stored["started"], stored["ended"], stored["output_written"]
    if stored["outcome"] is not None:
        slot.outcome = outcome_from_json(stored["outcome"])
    if stored["asked"]:
        slot.asked = ToolApprovalItem(turn.agent, slot.raw, tool_name=slot.raw.name, key=slot.key, reason=stored["reason"])


def outcome_to_json(outcome: Outcome) -> dict[str, Any]:
    """An outcome as plain data."""
    if isinstance(outcome, Returned):
        return {"returned": outcome.output, "failed": outcome.failed}
    return {"error": outcome.message, "fatal": outcome.fatal}


def outcome_from_json(data: dict[str, Any]) -> Outcome:
    """The outcome that `outcome_to_json` wrote."""
    if "returned" in data:
        return Returned(output=data["returned"], failed=data["failed"])
    return Failed(message=data["error"], fatal=data["fatal"])
