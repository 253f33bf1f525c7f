"""What a model is sent: the history without what it could not make sense of."""

from dataclasses import replace
from typing import Any

from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.runtime.declarations.sync_calls import awaited
from agentchat.runtime.ports.journal import RunJournal
from agentchat.runtime.ports.run_config import CallModelData, ModelInputData, RunConfig
from agentchat.runtime.ports.session import SessionSettings
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


def sees_all(journal: RunJournal, config: RunConfig) -> bool:
    """True when the model sees the whole history and the input as they are."""
    return config.session_input_callback is None and _limit(journal, config) is None


async def filtered(
    data: ModelInputData, agent: Agent[Any], context: RunContextWrapper[Any], config: RunConfig
) -> ModelInputData:
    """What `call_model_input_filter` makes of it."""
    if config.call_model_input_filter is None:
        return data
    shown = replace(data, input=ItemHelpers.input_to_new_input_list(data.input))  # what the filter changes is not the history
    changed: Any = await awaited(config.call_model_input_filter(CallModelData(model_data=shown, agent=agent, context=context.context)))
    if not isinstance(changed, ModelInputData):
        raise UserError(f"call_model_input_filter must return ModelInputData, not {type(changed).__name__}.")
    return changed


async def _history(journal: RunJournal, config: RunConfig) -> list[TResponseInputItem]:
    limit = _limit(journal, config)
    return await journal.get_items() if limit is None else await journal.get_items(limit=limit)


def _limit(journal: RunJournal, config: RunConfig) -> int | None:
    """How many of the latest items are read: what the run says goes over what the session says."""
    return (journal.session_settings or SessionSettings()).resolve(config.session_settings).limit


async def _merged(
    history: list[TResponseInputItem], new: list[TResponseInputItem], config: RunConfig
) -> tuple[list[TResponseInputItem], list[TResponseInputItem]]:
    """What the caller's callback makes of both, and which items of that are new: those that are the callback's own, too."""
    assert config.session_input_callback is not None
    shown_history, shown_new = ItemHelpers.input_to_new_input_list(history), ItemHelpers.input_to_new_input_list(new)
    merged: Any = await awaited(config.session_input_callback(shown_history, shown_new))
    if not isinstance(merged, list):
        raise UserError(f"session_input_callback must return a list of input items, not {type(merged).__name__}.")
    items: list[TResponseInputItem] = merged  # pyright: ignore[reportUnknownVariableType] - the callback's own answer
    if other := next((item for item in items if not isinstance(item, dict)), None):  # pyright: ignore[reportUnnecessaryIsInstance] - foreign
        raise UserError(f"session_input_callback must return a list of input items (dicts); {other!r} is none.")
    return items, _new_among(items, shown_history, shown_new)


def _new_among(
    items: list[TResponseInputItem], history: list[TResponseInputItem], new: list[TResponseInputItem]
) -> list[TResponseInputItem]:
    """The items that are not of the history: told by identity, and copies by content, as often as the history has it."""
    known, fresh = {id(item) for item in history}, {id(item) for item in new}
    left = list(history)
    found: list[TResponseInputItem] = []
    for item in items:
        if id(item) not in fresh and item in left:
            left.remove(item)
        elif id(item) not in known:
            found.append(item)
    return found
