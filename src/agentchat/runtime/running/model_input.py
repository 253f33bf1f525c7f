"""What a model is sent: the history without what it could not make sense of."""

import inspect
from dataclasses import replace
from typing import Any

from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.runtime.ports.journal import RunJournal
from agentchat.runtime.ports.run_config import CallModelData, ModelInputData, ReasoningItemIdPolicy, RunConfig
from agentchat.runtime.values.exceptions import UserError
from agentchat.runtime.values.item_helpers import ItemHelpers
from agentchat.runtime.values.items import TResponseInputItem


async def with_history(
    journal: RunJournal, given: str | list[TResponseInputItem], config: RunConfig
) -> tuple[list[TResponseInputItem], list[TResponseInputItem]]:
    """What the model sees of history and input together, and which of it is new and to be stored."""
    history = await _history(journal, config)
    new = ItemHelpers.input_to_new_input_list(given)
    if config.session_input_callback is None:
        return [*history, *new], new
    return await _merged(history, new, config)


def with_reasoning_ids(items: list[TResponseInputItem], policy: ReasoningItemIdPolicy | None) -> list[TResponseInputItem]:
    """The items, with the ids of reasoning left out where the policy says so."""
    if policy != "omit":
        return items
    return [
        {key: value for key, value in item.items() if key != "id"} if item.get("type") == "reasoning" else item for item in items
    ]


async def filtered(
    data: ModelInputData, agent: Agent[Any], context: RunContextWrapper[Any], config: RunConfig
) -> ModelInputData:
    """What `call_model_input_filter` makes of it."""
    if config.call_model_input_filter is None:
        return data
    shown = replace(data, input=ItemHelpers.input_to_new_input_list(data.input))  # what the filter changes is not the history
    answer = config.call_model_input_filter(CallModelData(model_data=shown, agent=agent, context=context.context))
    changed: Any = await answer if inspect.isawaitable(answer) else answer
    if not isinstance(changed, ModelInputData):
        raise UserError(f"call_model_input_filter must return ModelInputData, not {type(changed).__name__}.")
    return changed


async def _history(journal: RunJournal, config: RunConfig) -> list[TResponseInputItem]:
    settings = journal.session_settings
    limit = config.session_settings.limit if config.session_settings is not None else None
    if limit is None and settings is not None:
        limit = settings.limit
    return await journal.get_items() if limit is None else await journal.get_items(limit=limit)


async def _merged(
    history: list[TResponseInputItem], new: list[TResponseInputItem], config: RunConfig
) -> tuple[list[TResponseInputItem], list[TResponseInputItem]]:
    """What the caller's callback makes of both, and which items of that are new: those that are the callback's own, too."""
    assert config.session_input_callback is not None
    shown_history, shown_new = ItemHelpers.input_to_new_input_list(history), ItemHelpers.input_to_new_input_list(new)
    answer = config.session_input_callback(shown_history, shown_new)
    merged: Any = await answer if inspect.isawaitable(answer) else answer
    if not isinstance(merged, list):
        raise UserError(f"session_input_callback must return a list of input items, not {type(merged).__name__}.")
    items: list[TResponseInputItem] = merged  # pyright: ignore[reportUnknownVariableType] - the callback's own answer
    old = [*shown_history]
    return items, [item for item in items if not _taken(old, item)]


def _taken(old: list[TResponseInputItem], item: TResponseInputItem) -> bool:
    """Takes `item` out of `old`, by identity first and then by content; False when it is not there."""
    place = next((i for i, known in enumerate(old) if known is item), None)
    if place is None:
        place = next((i for i, known in enumerate(old) if known == item), None)
    if place is None:
        return False
    del old[place]
    return True
