"""What an agents.toml says, as plain values: what the rest of the program gets to see of it.

These dataclasses are the definition of the file: its reader, the JSON schema for editors and docs/agents-toml.md are made from their
fields, the types of these and the texts below them. What one agent may have is in `agent_specs.py`, the settings of models in
`model_specs.py`, tools in `tool_specs.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from agentchat.config.agent_specs import AgentSpec
from agentchat.config.kinds import Address, AgentName, OneKind, Variable
from agentchat.config.model_specs import PriceSpec, SettingsSpec
from agentchat.config.toml_places import KeyPath, line_of

RuleWord: TypeAlias = Literal["ask", "allow", "deny"]

Api: TypeAlias = Literal["responses", "chat"]
"""The dialect that a provider speaks: the Responses API, or Chat Completions."""

Origin: TypeAlias = Literal["option", "project", "user", "built-in"]
"""How the file was found: named by the person, in the working directory or above, the user's own, or the one in the package."""


@dataclass(frozen=True, slots=True)
class ProviderSpec:
    """Where models answer. What is left out is left to the environment and to the program."""

    base_url: Address | None = None
    """The address of the server, as in `http://localhost:11434/v1`. A server other than OpenAI never gets OpenAI's key."""
    api_key_env: Variable | None = None
    """The name of the environment variable that holds the key; never the key."""
    api: Api | None = None
    """`responses` for the Responses API, `chat` for Chat Completions; left out, the server is asked which it has."""


@dataclass(frozen=True, slots=True)
class LimitsSpec:
    """What one message may cost. The run ends where a limit is reached, and says so."""

    max_turns: int | None = None
    """Model calls that one message may lead to; your own `config.toml` says what holds without this, `--max-turns` what holds instead."""
    tokens: int | None = None
    """Tokens, read and written, that the run of one message may use. Looked at before each model call."""
    cost: float | None = None
    """What the run of one message may cost, in the currency of `[prices]`; every model then needs a price. Looked at before each model
    call, so that the last one may go beyond."""
    seconds: float | None = None
    """Seconds that the run of one message may take. Looked at before each model call."""
    tool_seconds: float | None = None
    """Seconds that one call of a tool may take; the model is told when it took longer. `seconds` of a `[tools.NAME]` goes over it."""


@dataclass(frozen=True, slots=True)
class RuleCase:
    """One of several rules for a tool; all that fit a call count, and a `deny` wins."""

    verdict: RuleWord
    """`ask`, `allow` or `deny`."""
    command: str | None = None
    """Of `run_command` and `run_shell`: for which commands, written as one would type them. They are compared word by word; in a word `*`
    stands for anything but a slash, and a last word `...` for any further words. A `&` behind all that stands for running it in the
    background, which no `allow` without it lets a command do."""
    when: Mapping[str, Any] | None = None
    """Of other tools: for which calls, by arguments and the values that they must have, all of them. In a text `*` stands for anything
    but a slash and `**` for anything; at the end of a list `"**"` stands for any rest. For a number `{ above = 50 }`, with `above`,
    `at_least`, `below` and `at_most`, or one from each side. An `allow` needs a number that fits; a `deny` and an `ask` hold for anything
    else than a number, too, and where the argument is left out."""


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """One rule, as it is to be applied."""

    tool: str
    """As a list of tools names it: a known name, or `module:function`."""
    word: RuleWord
    command: str | None = None
    when: Mapping[str, Any] | None = None
    place: KeyPath = ()
    """Where in the file it stands."""


@dataclass(frozen=True, slots=True)
class TeamTable:
    """The whole file."""

    agents: tuple[AgentSpec, ...]
    """The agents, one `[[agents]]` table for each. At least one; their names differ."""
    default_agent: AgentName | None = None
    """Who gets the first message; left out, the first agent of the file."""
    after_handoff: Literal["stay", "return"] = "stay"
    """Who gets the next message after a handoff: the agent that has the conversation (`stay`), or the default agent again (`return`)."""
    model: str | None = None
    """The model of all agents that name none; left out, your own choice. `NAME/model` for one of `[providers.NAME]`."""
    mode: Literal["ask", "read-only", "auto"] | None = None
    """What happens to calls that change things and that no rule is about; `--mode` goes over it. `auto` in a file does not open what a
    tool's author marked as needing approval."""
    settings: SettingsSpec | None = None
    """Settings for the models of all agents; an agent's own go over them."""
    limits: LimitsSpec | None = None
    """What one message may cost."""
    provider: ProviderSpec | None = None
    """Where models answer whose name has no prefix."""
    providers: Mapping[str, ProviderSpec] = field(default_factory=dict[str, ProviderSpec])
    """More of them: a model `NAME/model` answers at `[providers.NAME]`."""
    prices: Mapping[str, PriceSpec] = field(default_factory=dict[str, PriceSpec])
    """What models cost, by their names as agents give them; `"NAME/*"` is for all models of `[providers.NAME]` that have no price of their
    own, and `"*"` for all others. The program knows no prices itself."""
    tools: Annotated[Mapping[str, object], OneKind("tools")] = field(default_factory=dict[str, object])
    """Tools that need more than their name: hosted ones, and limits and guardrails for any tool."""
    guardrails: Annotated[Mapping[str, object], OneKind("guardrails")] = field(default_factory=dict[str, object])
    """Guardrails, by the name under which agents and tools list them."""
    rules: Mapping[str, RuleWord | tuple[RuleCase, ...]] = field(default_factory=dict[str, RuleWord | tuple[RuleCase, ...]])
    """For a tool: `ask` you first, `allow` it without a question, or `deny` it; or several cases, by the arguments of the call. Without a
    rule a tool that changes something asks, and one that only reads does not. `deny` wins over everything, `ask` over `allow`, and what
    a tool's author marked as needing approval asks whatever a file allows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamSpec(TeamTable):
    """A file that was read. Every name in it leads somewhere."""

    source: Path
    """Absolute."""
    origin: Origin
    digest: str
    """SHA-256 of the file, and of the files of code beside it that it names, in hex; trust is bound to it."""
    files: Mapping[KeyPath, str] = field(default_factory=dict[KeyPath, str])
    """The texts and shapes that it takes from other files: their names as they are written, and where these stand."""
    places: Mapping[KeyPath, int] = field(default_factory=dict[KeyPath, int], compare=False, repr=False)
    """On which line each key stands."""

    @property
    def first(self) -> str:
        """The name of the agent that gets the first message."""
        return self.agents[0].name if self.default_agent is None else self.default_agent

    @property
    def all_rules(self) -> tuple[RuleSpec, ...]:
        """Every rule, in the order of the file."""
        return tuple(one for tool, said in self.rules.items() for one in _rules_of(tool, said))

    def line(self, *path: str | int) -> int | None:
        """The line of a key of the file."""
        return line_of(self.places, path)


def _rules_of(tool: str, said: RuleWord | tuple[RuleCase, ...]) -> tuple[RuleSpec, ...]:
    if isinstance(said, str):
        return (RuleSpec(tool, said, place=("rules", tool)),)
    return tuple(RuleSpec(tool, case.verdict, case.command, case.when, ("rules", tool, at)) for at, case in enumerate(said))
