"""What a tool's author wants to keep beside an output, on its item: for the program, never for a model."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from agentchat.runtime.declarations.run_context import ToolContext
from agentchat.runtime.declarations.sync_calls import awaited
from agentchat.runtime.values.exceptions import UserError


@dataclass(frozen=True, slots=True)
class FunctionToolCustomDataContext:
    """What a `custom_data_extractor` gets of a call."""

    tool_context: ToolContext[Any]
    tool: Any
    """The FunctionTool."""
    output: Any
    """What the function returned; the failure handler's text where it had to speak."""
    raw_item: Mapping[str, Any]
    """The output as the model gets it."""


FunctionToolCustomDataExtractor: TypeAlias = Callable[
    [FunctionToolCustomDataContext], Mapping[str, Any] | Awaitable[Mapping[str, Any] | None] | None
]
"""Gives what JSON can spell, or None; becomes `ToolCallOutputItem.custom_data`."""


async def custom_data(extractor: FunctionToolCustomDataExtractor, context: FunctionToolCustomDataContext) -> dict[str, Any] | None:
    """What the extractor gives, None for nothing; a UserError when that cannot be kept, or the extractor fails."""
    try:
        data: Any = await awaited(extractor(context))
    except Exception as error:
        raise UserError(f"Error running tool {context.tool.name}: its custom_data_extractor failed: {error}") from error
    if data is not None and not isinstance(data, Mapping):
        raise UserError("custom_data_extractor must return a mapping or None.")
    try:
        return json.loads(json.dumps(dict(data))) if data else None  # pyright: ignore[reportUnknownArgumentType] - the author's own
    except (TypeError, ValueError) as error:
        raise UserError("custom_data_extractor must return JSON-compatible data.") from error
