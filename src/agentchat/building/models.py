"""Where the models of a team answer: at the servers of its file, at the one that the environment names, or built in."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from openai import APIError

from agentchat.chat.setup import say
from agentchat.chat.team import ModelLabel, own_label
from agentchat.config.errors import quoted
from agentchat.config.specs import ProviderSpec, TeamSpec
from agentchat.models.offline.model import OfflineModel
from agentchat.models.openai_defaults import default_openai_client, default_openai_key
from agentchat.models.provider import MultiProvider
from agentchat.models.wire.endpoints import is_official, resolved_base_url
from agentchat.models.wire.errors import explain
from agentchat.models.wire.hiding import without_secrets
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.default_model import default_model_name
from agentchat.runtime.ports.clock import Clock
from agentchat.runtime.ports.model import Model, ModelProvider
from agentchat.runtime.values.exceptions import UserError

OFFLINE = "offline demo model"
"""How the built-in model is named wherever it is named."""

_NO_KEY = "none"
"""What is sent to a server that needs no key; the openai package insists on one."""


@dataclass(frozen=True, slots=True)
class Where:
    """Who answers, and how that is told."""

    provider: ModelProvider
    label: Callable[[Agent[Any]], ModelLabel]
    explain: Callable[[Exception], str]


def where(spec: TeamSpec, model: str | None, clock: Clock) -> Where:
    """Names with the prefix of one of `[providers]` answer there; all others as `[provider]` or the environment says.

    `model` is the one that the person asked for; a UserError when it is nowhere.
    """
    named = {name: _Named(one) for name, one in spec.providers.items()}
    prefix = None if model is None else model.partition("/")[0]
    usual = _usual(spec.provider, None if prefix in named else model, clock)
    if not named:
        return usual
    return Where(
        _Named.among(named, usual.provider),
        lambda agent: _named_label(agent, named) or usual.label(agent),
        _explained_by_address(usual),
    )


def explained(model: str, url: str) -> Callable[[Exception], str]:
    """Says in a sentence what went wrong at a model's server."""
    return lambda error: without_secrets(explain(error, model=model, base_url=url or "The model's server") or say(error))


def _usual(spec: ProviderSpec | None, model: str | None, clock: Clock) -> Where:
    """`[provider]`, else what the environment names, else the built-in demo model."""
    if not _is_online(spec, model):
        _must_be_offline(model)
        return Where(_OfflineProvider(clock), lambda agent: _label(agent, ModelLabel(OFFLINE, OFFLINE, offline=True)), say)
    given = spec or ProviderSpec()
    url = resolved_base_url(given.base_url)
    return Where(
        _provider(given),
        lambda agent: _label(agent, ModelLabel(str(agent.model or default_model_name()), _host(url))),
        explained(model or default_model_name(), url),
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


def _provider(spec: ProviderSpec) -> MultiProvider:
    return MultiProvider(
        openai_api_key=_key(spec),
        openai_base_url=spec.base_url,
        openai_use_responses=None if spec.api is None else spec.api == "responses",
    )


def _key(spec: ProviderSpec) -> str | None:
    """The key in the variable that the file names. An address that a file gives without one never gets OpenAI's key."""
    if spec.api_key_env is None:
        return None if spec.base_url is None or is_official(spec.base_url) else _NO_KEY
    key = os.environ.get(spec.api_key_env)
    if not key:
        raise UserError(f"The variable {quoted(spec.api_key_env)} holds no API key; set it, or change api_key_env in agents.toml.")
    return key


def _host(url: str) -> str:
    return "openai" if is_official(url) else urlsplit(url).netloc.rpartition("@")[2]  # a password may stand before it


def _label(agent: Agent[Any], usual: ModelLabel) -> ModelLabel:
    """An agent that brings a model object of its own answers there, wherever the others do."""
    if isinstance(agent.model, OfflineModel):
        return ModelLabel(OFFLINE, OFFLINE, offline=True)
    return own_label(agent) if isinstance(agent.model, Model) else usual


class _Named(ModelProvider):
    """One of `[providers]`. Mutable: it is made when it is first asked, so that a key is needed only by who uses it."""

    def __init__(self, spec: ProviderSpec) -> None:
        self._spec = spec
        self._provider: MultiProvider | None = None

    @classmethod
    def among(cls, named: "Mapping[str, _Named]", usual: ModelProvider) -> ModelProvider:
        """All of them, and the one for names without their prefixes."""
        return _ByPrefix(named, usual)

    @property
    def host(self) -> str:
        """How a person is told where it is."""
        return _host(resolved_base_url(self._spec.base_url))

    def get_model(self, model_name: str | None) -> Model:
        """The model of that name; UserError when its key is not there."""
        if self._provider is None:
            self._provider = _provider(self._spec)
        return self._provider.get_model(model_name)

    async def aclose(self) -> None:
        """Closes its connections."""
        if self._provider is not None:
            await self._provider.aclose()


@dataclass(frozen=True)
class _ByPrefix(ModelProvider):
    named: Mapping[str, _Named]
    usual: ModelProvider

    def get_model(self, model_name: str | None) -> Model:
        """By the prefix of its name."""
        prefix, slash, rest = (model_name or "").partition("/")
        return self.named[prefix].get_model(rest) if slash and prefix in self.named else self.usual.get_model(model_name)

    async def aclose(self) -> None:
        """Closes all connections."""
        for provider in (self.usual, *self.named.values()):
            await provider.aclose()


def _named_label(agent: Agent[Any], named: Mapping[str, _Named]) -> ModelLabel | None:
    if not isinstance(agent.model, str):
        return None
    prefix, slash, rest = agent.model.partition("/")
    return ModelLabel(rest, named[prefix].host) if slash and prefix in named else None


def _explained_by_address(usual: Where) -> Callable[[Exception], str]:
    """Where there are several servers, the error's own request says which it was."""

    def sentence(error: Exception) -> str:
        if not isinstance(error, APIError):
            return usual.explain(error)
        asked = urlsplit(str(error.request.url))
        return explained("", f"{asked.scheme}://{asked.netloc.rpartition('@')[2]}")(error)

    return sentence


class _OfflineProvider(ModelProvider):
    """The built-in demo model, whatever name is asked for."""

    def __init__(self, clock: Clock) -> None:
        self._model = OfflineModel(clock=clock)

    def get_model(self, model_name: str | None) -> Model:  # noqa: ARG002 - there is only one
        """The demo model."""
        return self._model
