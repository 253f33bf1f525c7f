"""Handoffs: an agent gives the conversation to another one."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from agentchat.runtime.declarations.handoff_input import HandoffInputFilter
from agentchat.runtime.declarations.run_context import RunContextWrapper, canonical_json
from agentchat.runtime.values.named import NamedAgent


@dataclass
class Handoff:
    """A handoff as a model sees it (a tool), and what happens when the model takes it."""

    tool_name: str
    tool_description: str
    input_json_schema: dict[str, Any]
    on_invoke_handoff: Callable[[RunContextWrapper[Any], str], Awaitable[NamedAgent]]
    """Gets the context and the arguments as JSON text; gives the agent that takes over."""
    agent_name: str
    input_filter: HandoffInputFilter | None = None
    """Changes what the agent that takes over sees; goes over the run's own filter."""
    nest_handoff_history: bool | None = None
    """Whether it reads the conversation so far as one message; None for what the run's config says."""
    strict_json_schema: bool = True
    is_enabled: bool | Callable[[RunContextWrapper[Any], Any], bool | Awaitable[bool]] = True
    target: NamedAgent | None = None
    """The agent that takes over, where it is known before the model asks."""
    has_callback: bool = False
    """True with an `on_handoff`: taking it may have effects, so it is journaled as a call."""

    def get_transfer_message(self, agent: NamedAgent) -> str:
        """What the model is told as the output of the handoff call."""
        return canonical_json({"assistant": agent.name}).replace('":"', '": "')
