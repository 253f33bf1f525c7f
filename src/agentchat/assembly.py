"""The composition root: from what a person asked for, and what agents.toml says, to a chat that is ready to talk.

This is the one place that knows every part: models, tools, configuration, storage and the chat. What can be wrong in a file is an
error that names file, line and key; nothing is left out in silence.
"""

import importlib
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from agentchat.chat.chat import Chat
from agentchat.chat.options import Options
from agentchat.chat.policy import ChatPolicy, Rule
from agentchat.chat.setup import ChatSetup, say
from agentchat.chat.team import ModelLabel, Team, own_label
from agentchat.config.errors import ConfigError, quoted
from agentchat.config.find import find_team
from agentchat.config.nearest import suggestion
from agentchat.config.paths import find_paths
from agentchat.config.specs import ProviderSpec, RuleSpec, TeamSpec
from agentchat.config.team import built_in_team, load_team
from agentchat.config.trust import TrustRequired, TrustStore, laid_over
from agentchat.models.endpoints import is_official, resolved_base_url
from agentchat.models.errors import explain
from agentchat.models.offline.model import OfflineModel
from agentchat.models.openai_defaults import default_openai_client, default_openai_key
from agentchat.models.provider import MultiProvider
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.default_model import default_model_name
from agentchat.runtime.declarations.model_settings import ModelSettings
from agentchat.runtime.declarations.retry import ModelRetryBackoffSettings, ModelRetrySettings, retry_policies
from agentchat.runtime.declarations.tool import FunctionTool
from agentchat.runtime.ports.clock import Clock, SystemClock
from agentchat.runtime.ports.model import Model, ModelProvider
from agentchat.runtime.values.exceptions import UserError
from agentchat.storage.reader import new_session_id
from agentchat.storage.store import SQLiteStore
from agentchat.tools.registry import BUILT_IN_ORIGIN, ToolNotFound, resolve_tool, tool_names
from agentchat.tools.setting import ToolSetting

_PATIENT = ModelSettings(
    retry=ModelRetrySettings(
        max_retries=2,
        backoff=ModelRetryBackoffSettings(initial_delay=0.5, max_delay=8.0),
        policy=retry_policies.any(retry_policies.network_error(), retry_policies.http_status([408, 409, 429, 500, 502, 503, 504])),
    )
)
"""A server that is busy or away for a moment is asked again, and the screen says so."""
OFFLINE = "offline demo model"
"""How the built-in model is named wherever it is named."""

_NO_KEY = "none"
"""What is sent to a server that needs no key; the openai package insists on one."""


async def assemble(options: Options, *, clock: Clock | None = None) -> Chat:
    """A chat as the options and agents.toml say, not yet opened.

    Raises:
        TrustRequired: The project's file needs trust, and the options say to refuse it then.
        ConfigError: agents.toml cannot be used.
        UserError: An option cannot be met.
        StoreError: The database cannot be used.
    """
    time = clock or SystemClock()
    spec = _team_spec(options)
    where = _where(spec.provider, options.model, time)
    own = (options.database, options.trust_file.parent, options.own_team.parent)
    tools = _tools(spec, ToolSetting(root=options.folder, clock=time, code=spec.source.parent, own=own))
    agents = _agents(spec, tools, options)
    setup = ChatSetup(
        team=Team(first=_first(agents, spec, options), label_of=where.label, more=tuple(agents.values())),
        policy=ChatPolicy(_rules(spec, tools), mode=options.mode, mode_opens_marked=True),
        provider=where.provider,
        clock=time,
        explain=where.explain,
        max_turns=options.max_turns,
        folder=str(options.folder),
    )
    return await _chat(options.database, options.session_id, setup, folder=str(options.folder))


async def open_chat(agent: Agent[Any], *, path: Path | None = None, session_id: str | None = None) -> Chat:
    """A chat with an agent of one's own Python, not yet opened; `path` is a database file, by default the program's own.

    Models are found as for `Runner.run`; calls that change things are asked about.
    """
    setup = ChatSetup(team=Team(first=agent), explain=_explained("", ""))
    return await _chat(path or find_paths().database, session_id, setup, folder="")


async def _chat(path: Path, session_id: str | None, setup: ChatSetup, *, folder: str) -> Chat:
    store = await SQLiteStore.open(path, session_id or new_session_id(path), clock=setup.clock, folder=folder)
    return Chat(store, setup)


# The team


def _team_spec(options: Options) -> TeamSpec:
    place = find_team(option=options.config, folder=options.folder, own=options.own_team)
    trust = TrustStore(options.trust_file)
    try:
        return load_team(place, known_tools=tool_names(), trusted=trust.trusts)
    except TrustRequired as refused:
        match options.untrusted:
            case "refuse":
                raise
            case "trust":
                trust.remember(refused.team)
                return refused.team
            case "restrict":
                return laid_over(built_in_team(tool_names()), refused.team)


def _tools(spec: TeamSpec, setting: ToolSetting) -> dict[str, FunctionTool]:
    """The tools of all agents, by the names that the file gives them."""
    tools: dict[str, FunctionTool] = {}
    for number, agent in enumerate(spec.agents):
        for place, name in enumerate(agent.tools):
            if name in tools:
                continue
            try:
                tools[name] = resolve_tool(name, setting)
            except ToolNotFound as error:
                at: tuple[str | int, ...] = ("agents", number, "tools", place)
                raise ConfigError(spec.source, str(error), line=spec.line(*at), key=f"agents[{number}].tools[{place}]") from error
    return tools


def _agents(spec: TeamSpec, tools: Mapping[str, FunctionTool], options: Options) -> dict[str, Agent[Any]]:
    """The agents by name. They may hand over in circles, so handoffs are set when all exist."""
    agents = {
        one.name: Agent[Any](
            name=one.name,
            instructions=one.instructions,
            handoff_description=one.description or None,
            model=options.model or one.model or spec.model or options.default_model or None,
            tools=[tools[name] for name in one.tools],
        )
        for one in spec.agents
    }
    for one in spec.agents:
        agents[one.name].model_settings = agents[one.name].model_settings.resolve(_PATIENT)
        agents[one.name].handoffs = [agents[name] for name in one.handoffs]
    return agents


def _first(agents: Mapping[str, Agent[Any]], spec: TeamSpec, options: Options) -> Agent[Any]:
    name = options.agent or spec.default_agent
    if ":" in name and name not in agents:
        return _imported_agent(name, options.folder)
    if name not in agents:
        raise UserError(f"There is no agent {quoted(name)}; {suggestion(name, agents)}")
    return agents[name]


def _imported_agent(name: str, folder: Path) -> Agent[Any]:
    """The Agent that `module:object` leads to. The person named it, so its code is theirs to run."""
    module_name, _, attribute = name.partition(":")
    if str(folder) not in sys.path:
        sys.path.append(str(folder))  # last, so that a file in the folder cannot stand in for a module of the program
    try:
        found: Any = getattr(importlib.import_module(module_name), attribute)
    except Exception as error:  # foreign code; whatever it raises is the person's answer
        raise UserError(f"Agent {quoted(name)} cannot be had: {type(error).__name__}: {error}") from error
    if not isinstance(found, Agent):
        raise UserError(f"{quoted(name)} is a {type(found).__name__}; name an agentchat.Agent.")
    return found  # pyright: ignore[reportUnknownVariableType] - its context is the person's own type


def _rules(spec: TeamSpec, tools: Mapping[str, FunctionTool]) -> tuple[Rule, ...]:
    return tuple(_rule(rule, spec, tools) for rule in spec.rules)


def _rule(rule: RuleSpec, spec: TeamSpec, tools: Mapping[str, FunctionTool]) -> Rule:
    """The rule for the name that models call the tool by, which is another one for `module:function`.

    Tools from different places can have one name. A yes is for the one that the file names; everything else holds for all of them.
    """
    meant = tools.get(rule.tool)
    says = {"ask": "asks about", "allow": "allows", "deny": "denies"}[rule.word]
    return Rule(
        tool=rule.tool if meant is None else meant.name,
        verb=rule.word,
        words=f"{spec.source.name} {says} {rule.tool}",
        origin=None if rule.word != "allow" else BUILT_IN_ORIGIN if meant is None else meant.origin,
    )


# Where models answer


@dataclass(frozen=True, slots=True)
class _Where:
    """Who answers, and how that is told."""

    provider: ModelProvider
    label: Callable[[Agent[Any]], ModelLabel]
    explain: Callable[[Exception], str]


def _where(spec: ProviderSpec | None, model: str | None, clock: Clock) -> _Where:
    """agents.toml's provider, else the environment's, else the built-in demo model."""
    if not _is_online(spec, model):
        _must_be_offline(model)
        return _Where(_OfflineProvider(clock), lambda agent: _label(agent, ModelLabel(OFFLINE, OFFLINE, offline=True)), say)
    given = spec or ProviderSpec()
    url = resolved_base_url(given.base_url)
    provider = MultiProvider(
        openai_api_key=_key(given),
        openai_base_url=given.base_url,
        openai_use_responses=None if given.api is None else given.api == "responses",
    )
    name = "openai" if is_official(url) else urlsplit(url).netloc
    return _Where(
        provider,
        lambda agent: _label(agent, ModelLabel(str(agent.model or default_model_name()), name)),
        _explained(model or default_model_name(), url),
    )


def _must_be_offline(model: str | None) -> None:
    """A model that was asked for by name is not replaced by the demo model without a word."""
    if model is not None and model.partition("/")[0] != "offline":
        raise UserError(
            f"The model {quoted(model)} needs a model server, and none is configured; "
            "set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own."
        )


def _is_online(spec: ProviderSpec | None, model: str | None) -> bool:
    if model is not None and model.partition("/")[0] == "offline":
        return False
    if spec is not None and (spec.base_url is not None or spec.api_key_env is not None):
        return True
    in_environment = bool(os.environ.get("OPENAI_BASE_URL", "").strip())
    return in_environment or default_openai_key() is not None or default_openai_client() is not None


def _key(spec: ProviderSpec) -> str | None:
    """The key in the variable that the file names. An address that a file gives without one never gets OpenAI's key."""
    if spec.api_key_env is None:
        return None if spec.base_url is None or is_official(spec.base_url) else _NO_KEY
    key = os.environ.get(spec.api_key_env)
    if not key:
        raise UserError(f"The variable {quoted(spec.api_key_env)} holds no API key; set it, or change api_key_env in agents.toml.")
    return key


def _label(agent: Agent[Any], usual: ModelLabel) -> ModelLabel:
    """An agent that brings a model object of its own answers there, wherever the others do."""
    if isinstance(agent.model, OfflineModel):
        return ModelLabel(OFFLINE, OFFLINE, offline=True)
    return own_label(agent) if isinstance(agent.model, Model) else usual


def _explained(model: str, url: str) -> Callable[[Exception], str]:
    return lambda error: explain(error, model=model, base_url=url or "The model's server") or say(error)


class _OfflineProvider(ModelProvider):
    """The built-in demo model, whatever name is asked for."""

    def __init__(self, clock: Clock) -> None:
        self._model = OfflineModel(clock=clock)

    def get_model(self, model_name: str | None) -> Model:  # noqa: ARG002 - there is only one
        """The demo model."""
        return self._model
