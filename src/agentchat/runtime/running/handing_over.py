"""What an agent that takes over sees of the conversation: all of it, or what a filter or a nested history makes of it.

The handoff's own `input_filter` comes first, then the run's `handoff_input_filter`, then nesting (the handoff's word before the run's).
Where the provider keeps the conversation nothing can be taken from it: a filter is an error there, and nesting is left out.
"""

import copy
import logging
from collections.abc import Sequence
from typing import Any

from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.handoff import Handoff
from agentchat.runtime.declarations.handoff_history import nest_handoff_history
from agentchat.runtime.declarations.handoff_input import HandoffInputData
from agentchat.runtime.declarations.sync_calls import awaited
from agentchat.runtime.ports.run_config import RunConfig
from agentchat.runtime.running.progress import Progress
from agentchat.runtime.running.sight import Handed, Sight
from agentchat.runtime.values.exceptions import UserError
from agentchat.runtime.values.items import RunItem, ToolApprovalItem

_log = logging.getLogger("agentchat")


async def handed_on(
    progress: Progress, config: RunConfig, entry: Handoff, items: Sequence[RunItem], target: Agent[Any]
) -> Handed | None:
    """What `target` sees after the turn's `items`; None when it is all of it. UserError for a filter that is none."""
    chosen = entry.input_filter if entry.input_filter is not None else config.handoff_input_filter
    nests = config.nest_handoff_history if entry.nest_handoff_history is None else entry.nest_handoff_history
    if progress.server is not None:
        if chosen is not None:
            raise UserError(_NOT_FILTERED)
        if nests:
            _log.warning(_NOT_NESTED, progress.agent.name, target.name)
        return None
    if chosen is not None:
        return _handed(progress, await _filtered(chosen, _data(progress, items)))
    if nests:
        return _handed(progress, nest_handoff_history(_data(progress, items), history_mapper=config.handoff_history_mapper))
    return None


_NOT_FILTERED = (
    "Server-managed conversations do not support handoff input filters. Remove Handoff.input_filter or "
    "RunConfig.handoff_input_filter, or disable conversation_id, previous_response_id, and auto_previous_response_id."
)
_NOT_NESTED = (
    "Server-managed conversations do not support nest_handoff_history for handoff %s -> %s. "
    "Disabling nested handoff history and continuing with delta-only input."
)


def _data(progress: Progress, items: Sequence[RunItem]) -> HandoffInputData:
    given, before = progress.original_input, progress.new_items if progress.sight is None else progress.sight.items
    return HandoffInputData(
        input_history=given if isinstance(given, str) else tuple(copy.deepcopy(given)),
        pre_handoff_items=tuple(item for item in before if not isinstance(item, ToolApprovalItem)),
        new_items=tuple(items),
        run_context=progress.context,
    )


async def _filtered(chosen: Any, data: HandoffInputData) -> HandoffInputData:
    if not callable(chosen):
        raise UserError(f"Invalid input filter: {chosen!r}; it must be a function of a HandoffInputData.")
    changed = await awaited(chosen(data))
    if not isinstance(changed, HandoffInputData):
        raise UserError(f"Invalid input filter result: {changed!r}; a filter returns a HandoffInputData, for one data.clone(...).")
    return changed


def _handed(progress: Progress, data: HandoffInputData) -> Handed:
    given = data.input_history if isinstance(data.input_history, str) else list(data.input_history)
    known = [] if progress.sight is None else progress.sight.word_for_word
    history = [] if isinstance(given, str) else given
    told = [item for item in (*known, *data.word_for_word) if item.to_input_item() in history]
    seen = data.new_items if data.input_items is None else data.input_items
    sight = Sight(items=[*data.pre_handoff_items, *seen], word_for_word=told)
    return Handed(given=given, sight=sight, kept=list(data.new_items))
