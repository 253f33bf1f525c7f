"""A run's progress as plain data and back: the whole, portable form of a RunState."""

from collections.abc import Mapping
from typing import Any, cast

from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.agents.agent_tool import AgentTool
from agentchat.runtime.declarations.approvals import Approvals
from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.runtime.running.guardrail_results import guardrail_results_from_json
from agentchat.runtime.running.item_json import item_from_json, item_to_json
from agentchat.runtime.running.nested_run import context_inside
from agentchat.runtime.running.progress import CallSlot, OpenGuardrails, OpenTurn, Progress
from agentchat.runtime.running.reaching import KeyOf, keys_from, reach
from agentchat.runtime.running.response_items import reopened
from agentchat.runtime.running.server_history import server_history_from_json, server_history_to_json
from agentchat.runtime.running.sight import Sight
from agentchat.runtime.running.steps import final_from_json, final_to_json
from agentchat.runtime.values.items import RunItem
from agentchat.runtime.values.outcomes import Failed, Outcome, Returned
from agentchat.runtime.values.responses import response_from_json, response_to_json
from agentchat.runtime.values.usage import usage_from_json, usage_to_json

_AS_IT_IS: dict[str, str] = {name: name for name in ("run_id", "original_input", "max_turns", "view", "entered", "ended", "seen_calls")} | {
    "turn": "current_turn", "response": "response_number", "tools_used": "tool_use_tracker", "staged": "pending_input",
    "reasoning_ids": "reasoning_item_id_policy",
}
"""What a run's progress and its stored form call the same value."""


def progress_to_json(progress: Progress) -> dict[str, Any]:
    """Everything but the user's context object."""
    turn = progress.open_turn
    key_of = keys_from(progress.start or progress.agent)
    return {
        **{stored: getattr(progress, name) for name, stored in _AS_IT_IS.items()},
        "path": list(progress.path),
        "current_agent": {"name": progress.agent.name, "identity": key_of(progress.agent)},
        "input_items": progress.input_items,
        "generated_items": [item_to_json(item, key_of) for item in progress.new_items],
        "model_responses": [response_to_json(response) for response in progress.responses],
        "sight": None if progress.sight is None else _sight_to_json(progress, key_of),
        **server_history_to_json(progress.server),
        "final_output": final_to_json(progress.final),
        "answered_calls": [call_id for call_id in progress.seen_calls if call_id in progress.answered],
        "trace": _plain(progress.trace),
        "usage": usage_to_json(progress.context.usage),
        "approvals": progress.context.approvals.to_json(),
        "guardrail_results": progress.guardrail_results.to_json(key_of),
        "open_guardrails": _open_guardrails_to_json(progress.open_guardrails, key_of),
        "open_turn": None if turn is None else _turn_to_json(turn),
    }


async def progress_from_json(agent: Agent[Any], data: dict[str, Any], context: RunContextWrapper[Any]) -> Progress:
    """The progress that `progress_to_json` wrote, its agents found from `agent`."""
    context.usage = usage_from_json(data["usage"])
    context.approvals = Approvals.from_json(data["approvals"])
    progress = Progress(
        **{name: data[stored] for name, stored in _AS_IT_IS.items()},
        path=tuple(data["path"]),
        start=agent,
        agent=reach(agent, data["current_agent"]["identity"]),
        context=context,
        new_items=[item_from_json(agent, item) for item in data["generated_items"]],
        responses=[response_from_json(response) for response in data["model_responses"]],
        server=server_history_from_json(data),
        trace=data["trace"],
    )
    progress.final = final_from_json(progress.agent, data["final_output"])
    if data["sight"] is not None:
        progress.sight = _sight_from_json(agent, data["sight"], progress.new_items)
    progress.guardrail_results = guardrail_results_from_json(agent, data["guardrail_results"])
    if (guardrails := data["open_guardrails"]) is not None:
        progress.open_guardrails = OpenGuardrails(reach(agent, guardrails["agent"]), guardrails["shown"], guardrails["rows"])
    progress.extend_input(data["input_items"])
    progress.answered.update(data["answered_calls"])
    if data["open_turn"] is not None:
        progress.open_turn = await _turn_from_json(progress, data["open_turn"])
    return progress


def _plain(trace: Any) -> dict[str, Any] | None:
    return dict(cast("Mapping[str, Any]", trace)) if isinstance(trace, Mapping) else None


def _sight_to_json(progress: Progress, key_of: KeyOf) -> dict[str, Any]:
    """What the model sees after the input: new items by their number, others (a filter's own) whole."""
    assert progress.sight is not None
    places = {id(item): place for place, item in enumerate(progress.new_items)}
    items, told = progress.sight.items, progress.sight.word_for_word
    return {
        "items": [places[id(item)] if id(item) in places else item_to_json(item, key_of) for item in items],
        "word_for_word": [places[id(item)] for item in told if id(item) in places],
    }


def _sight_from_json(agent: Agent[Any], data: dict[str, Any], new_items: list[RunItem]) -> Sight:
    return Sight(
        items=[new_items[item] if isinstance(item, int) else item_from_json(agent, item) for item in data["items"]],
        word_for_word=[new_items[place] for place in data["word_for_word"]],
    )


def _open_guardrails_to_json(guardrails: OpenGuardrails | None, key_of: KeyOf) -> dict[str, Any] | None:
    return None if guardrails is None else {"agent": key_of(guardrails.agent), "shown": guardrails.shown, "rows": guardrails.rows}


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
        if stored["nested"] is not None and isinstance(slot.tool, AgentTool):
            inside = context_inside(progress.context, slot, slot.tool)
            slot.nested = await progress_from_json(cast("Agent[Any]", slot.tool.agent), stored["nested"], inside)
    return turn


_OF_A_SLOT = ("edited", "begun", "ending", "verdict", "by", "started", "output_written")


def _slot_to_json(slot: CallSlot) -> dict[str, Any]:
    return {
        **{name: getattr(slot, name) for name in _OF_A_SLOT},
        "place": slot.key.index,
        "asked": slot.asked is not None,
        "reason": "" if slot.asked is None else slot.asked.reason,
        "outcome": None if slot.outcome is None else outcome_to_json(slot.outcome),
        "ended_at": slot.ended,
        "nested": None if slot.nested is None else progress_to_json(slot.nested),
    }


def _restore_slot(turn: OpenTurn, slot: CallSlot, stored: dict[str, Any]) -> None:
    for name in _OF_A_SLOT:
        setattr(slot, name, stored[name])
    slot.ended = stored["ended_at"]
    if stored["outcome"] is not None:
        slot.outcome = outcome_from_json(stored["outcome"])
    if stored["asked"]:
        slot.asked = slot.question(turn.agent, stored["reason"])


def outcome_to_json(outcome: Outcome) -> dict[str, Any]:
    """An outcome as plain data."""
    if isinstance(outcome, Returned):
        told = {"returned": outcome.output, "failed": outcome.failed, "unchecked": outcome.unchecked}
        return {**told, "custom_data": outcome.custom_data}
    return {"error": outcome.message, "fatal": outcome.fatal}


def outcome_from_json(data: dict[str, Any]) -> Outcome:
    """The outcome that `outcome_to_json` wrote."""
    if "returned" in data:
        return Returned(data["returned"], data["failed"], data["unchecked"], data["custom_data"])
    return Failed(message=data["error"], fatal=data["fatal"])
