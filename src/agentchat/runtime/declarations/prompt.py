"""A prompt that the provider keeps: named in a request instead of being sent with it. Only the Responses API knows such prompts."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, NotRequired, TypeAlias, cast

from typing_extensions import TypedDict

from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.runtime.declarations.sync_calls import awaited
from agentchat.runtime.values.exceptions import UserError
from agentchat.runtime.values.named import NamedAgent


class Prompt(TypedDict):
    """Which prompt, and what goes into it."""

    id: str
    version: NotRequired[str | None]
    variables: NotRequired[dict[str, Any] | None]
    """Texts, or input parts of the Responses API, by the variable's name."""


@dataclass(frozen=True, slots=True)
class GenerateDynamicPromptData:
    """What a function that gives a prompt is told."""

    context: RunContextWrapper[Any]
    agent: NamedAgent
    """The `Agent`."""


DynamicPromptFunction: TypeAlias = Callable[[GenerateDynamicPromptData], Prompt | Awaitable[Prompt]]


async def prompt_for_model(
    prompt: Prompt | DynamicPromptFunction | None, context: RunContextWrapper[Any], agent: NamedAgent
) -> Prompt | None:
    """The prompt as a request names it; a UserError when the agent's function gives none, or it has no id."""
    if prompt is None:
        return None
    given: Any = await awaited(prompt(GenerateDynamicPromptData(context, agent)) if callable(prompt) else prompt)
    if not isinstance(given, dict):
        raise UserError("Dynamic prompt function must return a Prompt: a dict with an id, and version and variables where wanted.")
    fields = cast("dict[str, Any]", given)
    if "id" not in fields:
        raise UserError(f"The prompt of agent '{agent.name}' needs an id: the one that the provider gave it.")
    return Prompt(id=fields["id"], version=fields.get("version"), variables=fields.get("variables"))
