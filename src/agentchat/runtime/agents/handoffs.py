"""Making handoffs: `handoff(agent, ...)`, and a plain agent in `Agent.handoffs` as one."""

import inspect
import re
from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import TypeAdapter, ValidationError

from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.handoff import Handoff
from agentchat.runtime.declarations.handoff_input import HandoffInputFilter
from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.runtime.declarations.strict_schema import ensure_strict_json_schema
from agentchat.runtime.declarations.sync_calls import awaited
from agentchat.runtime.values.exceptions import ModelBehaviorError, UserError

OnHandoff = Callable[..., Any]
"""Takes (context), or (context, input) with an `input_type`; sync or async; what it returns is not used."""


def handoff(
    agent: Agent[Any],
    tool_name_override: str | None = None,
    tool_description_override: str | None = None,
    on_handoff: OnHandoff | None = None,
    input_type: Any = None,
    input_filter: HandoffInputFilter | None = None,
    nest_handoff_history: bool | None = None,  # noqa: FBT001 - published
    is_enabled: bool | Callable[[RunContextWrapper[Any], Any], bool | Awaitable[bool]] = True,  # noqa: FBT001, FBT002 - published
) -> Handoff:
    """A handoff to `agent`.

    `on_handoff` is called when the model takes it; with `input_type` the model gives an input of that type with it. `input_filter`
    changes what `agent` sees of the conversation; else, with `nest_handoff_history`, it reads all of it as one message. UserError for an
    `input_type` without `on_handoff`, or an `on_handoff` with another number of parameters than it will get.
    """
    if input_type is not None and on_handoff is None:
        raise UserError(f"The handoff to '{agent.name}' has an input_type, so it needs an on_handoff that takes the input.")
    if on_handoff is not None:
        _check_parameters(on_handoff, expected=1 if input_type is None else 2)
    adapter: TypeAdapter[Any] | None = None if input_type is None else TypeAdapter(input_type)

    async def invoke(context: RunContextWrapper[Any], arguments: str) -> Agent[Any]:
        if on_handoff is not None:
            given = (context,) if adapter is None else (context, _parsed(adapter, arguments))
            await awaited(on_handoff(*given))
        return agent

    return Handoff(
        tool_name=tool_name_override or default_tool_name(agent.name),
        tool_description=tool_description_override or default_tool_description(agent),
        input_json_schema=ensure_strict_json_schema({} if adapter is None else adapter.json_schema()),
        on_invoke_handoff=invoke,
        agent_name=agent.name,
        input_filter=input_filter,
        nest_handoff_history=nest_handoff_history,
        is_enabled=is_enabled,
        target=agent,
        has_callback=on_handoff is not None,
    )


def handoff_of(entry: "Agent[Any] | Handoff") -> Handoff:
    """An entry of `Agent.handoffs` as a Handoff."""
    return entry if isinstance(entry, Handoff) else handoff(entry)


def default_tool_name(agent_name: str) -> str:
    """The name under which a model asks for a handoff to an agent of this name."""
    return "transfer_to_" + re.sub(r"[^a-zA-Z0-9_]", "_", agent_name).lower()


def default_tool_description(agent: Agent[Any]) -> str:
    """What models are told about a handoff to `agent`."""
    return f"Handoff to the {agent.name} agent to handle the request. {agent.handoff_description or ''}"


def _check_parameters(on_handoff: OnHandoff, *, expected: int) -> None:
    if len(inspect.signature(on_handoff).parameters) != expected:
        what = "the context" if expected == 1 else "the context and the input"
        raise UserError(f"on_handoff must take {expected} parameter{'s' * (expected > 1)}: {what}.")


def _parsed(adapter: TypeAdapter[Any], arguments: str) -> Any:
    if not arguments:
        raise ModelBehaviorError("The model handed over without the input that the handoff asks for.")
    try:
        return adapter.validate_json(arguments)
    except ValidationError as error:
        raise ModelBehaviorError(f"Invalid JSON when parsing model output: {error.errors()[0]['msg']}.") from error
