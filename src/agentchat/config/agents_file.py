"""The format of agents.toml, as pydantic models; and reading one into a `TeamSpec`.

Nothing is silently ignored: an unknown key is an error, and so is every name that leads nowhere.
"""

import hashlib
from collections.abc import Collection
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agentchat.config.complaints import complaint, complaint_of
from agentchat.config.errors import ConfigError
from agentchat.config.names import name_complaints
from agentchat.config.specs import AgentSpec, Api, Origin, ProviderSpec, RuleSpec, RuleWord, TeamSpec
from agentchat.config.toml_places import toml_places
from agentchat.config.toml_text import TomlText, read_toml


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class AgentTable(_Table):
    """`[[agents]]`."""

    name: str
    instructions: str
    description: str = ""
    model: str | None = None
    tools: list[str] = Field(default_factory=list[str])
    handoffs: list[str] = Field(default_factory=list[str])


class ProviderTable(_Table):
    """`[provider]`."""

    base_url: str | None = None
    api_key_env: str | None = None
    api: Api | None = None


class TeamTable(_Table):
    """The whole file."""

    agents: list[AgentTable]
    default_agent: str | None = None
    model: str | None = None
    rules: dict[str, RuleWord] = Field(default_factory=dict[str, RuleWord])
    provider: ProviderTable | None = None


_KEYS = {
    "": tuple(TeamTable.model_fields),
    "agents": tuple(AgentTable.model_fields),
    "provider": tuple(ProviderTable.model_fields),
}


def read_team(path: Path, *, origin: Origin, known_tools: Collection[str]) -> TeamSpec:
    """The team that a file describes; a ConfigError for the first mistake in it, by line.

    `known_tools` are the names that need no `module:function`.
    """
    source = read_toml(path)
    if not source.table:
        raise ConfigError(path, "The file is empty; write at least one [[agents]] table with a name and instructions.")
    places = toml_places(source.text)
    team = _spec(_table(source), source, origin)
    team = TeamSpec(**{**{name: getattr(team, name) for name in ()}, **{}}) if False else team
    return team
