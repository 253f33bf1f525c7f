"""The model providers that can be named: `prefix/model`, or `provider = "prefix"` in agents.toml.

To add one, write its file and a line in the table below. Other packages add theirs with an entry point of the group
`agentchat.models` that loads to a `ProviderFactory`; a name of the table wins over one of an entry point.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import TypeAlias

from agentchat.models.offline.model import OfflineModel
from agentchat.models.openai_provider import OpenAIProvider
from agentchat.runtime.ports.clock import SystemClock
from agentchat.runtime.ports.model import Model, ModelProvider
from agentchat.runtime.values.exceptions import UserError

_GROUP = "agentchat.models"


@dataclass(frozen=True, slots=True)
class ProviderOptions:
    """What configuration can say about a provider; None leaves it to the provider's own defaults."""

    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)


ProviderFactory: TypeAlias = Callable[[ProviderOptions], ModelProvider]


def _openai(options: ProviderOptions) -> ModelProvider:
    return OpenAIProvider(api_key=options.api_key, base_url=options.base_url)


def _responses(options: ProviderOptions) -> ModelProvider:
    return OpenAIProvider(api_key=options.api_key, base_url=options.base_url, use_responses=True)


def _chat_completions(options: ProviderOptions) -> ModelProvider:
    return OpenAIProvider(api_key=options.api_key, base_url=options.base_url, use_responses=False)


def _offline(options: ProviderOptions) -> ModelProvider:  # noqa: ARG001 - it has no address and needs no key
    return _OfflineProvider()


class _OfflineProvider(ModelProvider):
    """The built-in demo model, whatever name is asked for."""

    def get_model(self, model_name: str | None) -> Model:  # noqa: ARG002 - there is only one
        """The demo model."""
        return OfflineModel(clock=SystemClock())


_BUILT_IN: dict[str, ProviderFactory] = {
    "offline": _offline,
    "openai": _openai,
    "openai-responses": _responses,
    "openai-chat": _chat_completions,
}


def provider_names() -> frozenset[str]:
    """Every name that `find_provider` knows."""
    return frozenset(_BUILT_IN) | frozenset(_others())


def find_provider(name: str) -> ProviderFactory:
    """What makes the provider of that name. UserError when nothing does."""
    if name in _BUILT_IN:
        return _BUILT_IN[name]
    if name in _others():
        factory: ProviderFactory = _others()[name].load()
        return factory
    near = get_close_matches(name, provider_names(), n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(sorted(provider_names()))}."
    raise UserError(f"There is no model provider {name!r}; {hint}")


@cache
def provider_with_defaults(name: str) -> ModelProvider:
    """The one provider of that name for all who say nothing special, so that they share its connections."""
    return find_provider(name)(ProviderOptions())


@cache
def _others() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=_GROUP)}
