"""What an agents.toml says of one agent: part of the file's definition (`specs.py`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from agentchat.config.kinds import AgentName, CodeName, FileName
from agentchat.config.model_specs import SettingsSpec


@dataclass(frozen=True, slots=True)
class HandoffSpec:
    """A handoff with more than the name of the agent."""

    agent: AgentName
    """Who takes over."""
    description: str | None = None
    """When to hand over, for this agent's model; left out, the other agent's own `description`."""
    name: str | None = None
    """What the model calls the handoff; left out, `transfer_to_NAME`."""
    passes: Literal["everything", "words only", "summary"] | CodeName = "everything"
    """What the other agent sees of the conversation: `everything`; `words only`, without calls, their outputs and reasoning; a `summary`,
    all of it as one message; or a filter of your own as `module:function`."""


@dataclass(frozen=True, slots=True)
class AgentToolSpec:
    """An agent as a tool with more than its name."""

    agent: AgentName
    """Who is asked. It gets what the model writes as its input, and what it comes to is the tool's output."""
    name: str | None = None
    """What the model calls the tool; left out, the agent's name."""
    description: str | None = None
    """When to use it; left out, the other agent's `description`."""
    max_turns: int | None = None
    """Model calls that one call may lead to; 10 when it is left out."""
    needs_approval: bool = False
    """Whether you are asked before it runs. What its own tools change is asked about in any case."""


@dataclass(frozen=True, slots=True)
class AgentSpec:
    """One `[[agents]]` table."""

    name: AgentName
    """How the others, and you, call it."""
    instructions: str | None = None
    """What it is told before every conversation. This or `instructions_file`."""
    instructions_file: FileName | None = None
    """A text file that holds the instructions."""
    description: str = ""
    """When a conversation should be handed to it; the agents that may do so read this."""
    model: str | None = None
    """Its own model; `NAME/model` for one of `[providers.NAME]`."""
    settings: SettingsSpec | None = None
    """Settings for its model."""
    tools: tuple[str, ...] = ()
    """What it can use: a built-in tool, a tool of an installed package, one of `[tools.NAME]`, or a function of your own as
    `module:function`."""
    tool_use: Literal["go on", "stop"] | tuple[str, ...] = "go on"
    """What follows when tools ran: the model is asked again (`go on`), the first output is the answer (`stop`), or a list of the tools
    whose output is the answer."""
    handoffs: tuple[AgentName | HandoffSpec, ...] = ()
    """The agents that it can hand the conversation to."""
    agents_as_tools: tuple[AgentName | AgentToolSpec, ...] = ()
    """The agents that it can ask as a tool, while it keeps the conversation."""
    input_guardrails: tuple[str, ...] = ()
    """Who looks at what you say before this agent acts on it: names of `[guardrails]`, of guardrails that need no settings, or your own
    as `module:function`. They look at the agent that a message goes to."""
    output_guardrails: tuple[str, ...] = ()
    """Who looks at its final answer before it counts."""
    output: str | Mapping[str, Any] | None = None
    """The shape of its final answer: a JSON schema as a table, the name of a file with one, or a type of your own as `module:Type`."""


def handoff_of(entry: AgentName | HandoffSpec) -> HandoffSpec:
    """An entry of `handoffs` in its long form."""
    return entry if isinstance(entry, HandoffSpec) else HandoffSpec(entry)


def agent_tool_of(entry: AgentName | AgentToolSpec) -> AgentToolSpec:
    """An entry of `agents_as_tools` in its long form."""
    return entry if isinstance(entry, AgentToolSpec) else AgentToolSpec(entry)
