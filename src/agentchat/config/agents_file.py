"""The format of agents.toml, as pydantic models; and reading one into a `TeamSpec`.

Nothing is silently ignored: an unknown key is an error, and so is every name that leads nowhere.
"""

import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agentchat.config.complaints import first_of, shape_complaints
from agentchat.config.errors import ConfigError
from agentchat.config.names import name_complaints
from agentchat.config.specs import AgentSpec, Api, Origin, ProviderSpec, RuleSpec, RuleWord, TeamSpec
from agentchat.config.toml_places import KeyPath, toml_places
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

    def spec(self) -> AgentSpec:
        """The same as a plain value."""
        return AgentSpec(
            name=self.name,
            instructions=self.instructions,
            description=self.description,
            model=self.model,
            tools=tuple(self.tools),
            handoffs=tuple(self.handoffs),
        )


class ProviderTable(_Table):
    """`[provider]`."""

    base_url: str | None = None
    api_key_env: str | None = None
    api: Api | None = None

    def spec(self) -> ProviderSpec:
        """The same as a plain value."""
        return ProviderSpec(base_url=self.base_url, api_key_env=self.api_key_env, api=self.api)


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
    """The team that a file describes; a ConfigError for the mistake that stands highest in it.

    `known_tools` are the names of tools that need no `module:function`.
    """
    source = read_toml(path)
    places = toml_places(source.text)
    table = _validated(source, places)
    if not table.agents:
        raise ConfigError(path, _NO_AGENTS, line=places.get(("agents",)), key="agents")
    team = _spec(table, source, origin, places)
    wrong = first_of(name_complaints(team, known_tools), places, file=path)
    if wrong is not None:
        raise wrong
    return team


_NO_AGENTS = "The file has no agents; write at least one [[agents]] table with a name and instructions."


def _validated(source: TomlText, places: Mapping[KeyPath, int]) -> TeamTable:
    if not source.table:
        raise ConfigError(source.path, _NO_AGENTS.replace("has no agents", "is empty"))
    try:
        return TeamTable.model_validate(source.table)
    except ValidationError as error:
        wrong = first_of(shape_complaints(error, source.table, _KEYS), places, file=source.path)
        raise wrong or ConfigError(source.path, "The file cannot be used.") from error


def _spec(table: TeamTable, source: TomlText, origin: Origin, places: Mapping[KeyPath, int]) -> TeamSpec:
    return TeamSpec(
        agents=tuple(agent.spec() for agent in table.agents),
        default_agent=table.agents[0].name if table.default_agent is None else table.default_agent,
        rules=tuple(RuleSpec(tool, word) for tool, word in table.rules.items()),
        provider=table.provider.spec() if table.provider else None,
        model=table.model,
        source=source.path.absolute(),
        origin=origin,
        digest=hashlib.sha256(source.data).hexdigest(),
        places=places,
    )
