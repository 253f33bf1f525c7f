"""What an agents.toml says, as plain values: what the rest of the program gets to see of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from agentchat.config.toml_places import KeyPath, line_of

RuleWord: TypeAlias = Literal["ask", "allow", "deny"]

Api: TypeAlias = Literal["responses", "chat"]
"""The dialect that a provider speaks: the Responses API, or Chat Completions."""

Origin: TypeAlias = Literal["option", "project", "user", "built-in"]
"""How the file was found: named by the person, in the working directory or above, the user's own, or the one in the package."""


@dataclass(frozen=True, slots=True)
class AgentSpec:
    """One `[[agents]]` table."""

    name: str
    instructions: str
    description: str = ""
    """When to hand a conversation to this agent, for the agents that may."""
    model: str | None = None
    """None for the team's."""
    tools: tuple[str, ...] = ()
    """Names of tools; `module:function` for own ones."""
    handoffs: tuple[str, ...] = ()
    """Names of agents of the same team."""


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """One line of `[rules]`."""

    tool: str
    """As a list of tools names it: a known name, or `module:function`."""
    word: RuleWord


@dataclass(frozen=True, slots=True)
class ProviderSpec:
    """`[provider]`: where the models of the team answer. What is None is left to the program."""

    base_url: str | None = None
    api_key_env: str | None = None
    """The name of the environment variable that holds the key; never the key."""
    api: Api | None = None


@dataclass(frozen=True, slots=True)
class TeamSpec:
    """A whole file. Every name in it leads somewhere."""

    agents: tuple[AgentSpec, ...]
    """At least one; their names differ."""
    default_agent: str
    """Who gets the first message."""
    rules: tuple[RuleSpec, ...]
    provider: ProviderSpec | None
    model: str | None
    """The model of all agents that name none; None for the user's own choice."""
    source: Path
    """Absolute."""
    origin: Origin
    digest: str
    """SHA-256 of the file, in hex; trust is bound to it."""
    places: Mapping[KeyPath, int] = field(default_factory=dict[KeyPath, int], compare=False, repr=False)
    """On which line each key stands."""

    def line(self, *path: str | int) -> int | None:
        """The line of a key of the file."""
        return line_of(self.places, path)
