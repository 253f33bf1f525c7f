"""Finds models by the prefix of their names.

A run makes a `MultiProvider` of its own, so that has to cost nothing; all that say nothing special share one OpenAIProvider, and
with it the open connections.
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from openai import AsyncOpenAI

from agentchat.models.openai_provider import OpenAIProvider
from agentchat.models.registry import provider_names, provider_with_defaults
from agentchat.models.wire.endpoints import is_official, resolved_base_url
from agentchat.runtime.ports.model import Model, ModelProvider
from agentchat.runtime.values.exceptions import UserError

UnknownPrefixMode: TypeAlias = Literal["error", "model_id"]
OpenAIPrefixMode: TypeAlias = Literal["alias", "model_id"]
_ADAPTERS = frozenset({"litellm", "any-llm"})


_shared = OpenAIProvider()


class MultiProvider(ModelProvider):
    """Finds models by prefix: `openai/x` or plain `x` with OpenAI, others in `provider_map` or in the registry.

    A prefix that nobody knows is a mistake at OpenAI, and part of the name on other servers (`Qwen/Qwen3-8B`);
    `unknown_prefix_mode` decides otherwise.
    """

    def __init__(
        self,
        provider_map: Mapping[str, ModelProvider] | None = None,
        *,
        openai_api_key: str | None = None,
        openai_base_url: str | None = None,
        openai_client: AsyncOpenAI | None = None,
        openai_organization: str | None = None,
        openai_project: str | None = None,
        openai_use_responses: bool | None = None,
        openai_prefix_mode: OpenAIPrefixMode = "alias",
        unknown_prefix_mode: UnknownPrefixMode | None = None,
    ) -> None:
        own = (openai_api_key, openai_base_url, openai_client, openai_organization, openai_project, openai_use_responses)
        self._openai = _shared
        if any(value is not None for value in own):
            self._openai = OpenAIProvider(
                api_key=openai_api_key,
                base_url=openai_base_url,
                openai_client=openai_client,
                organization=openai_organization,
                project=openai_project,
                use_responses=openai_use_responses,
            )
        self._base_url = openai_base_url
        self._map = dict(provider_map or {})
        self._openai_prefix_mode = openai_prefix_mode
        self._unknown_prefix_mode = unknown_prefix_mode

    def get_model(self, model_name: str | None) -> Model:
        """The model; UserError for a prefix that nobody knows."""
        prefix, slash, rest = (model_name or "").partition("/")
        if slash and prefix in self._map:
            return self._map[prefix].get_model(rest)
        if not slash:
            return self._openai.get_model(model_name)
        if prefix == "openai":
            return self._openai.get_model(rest if self._openai_prefix_mode == "alias" else model_name)
        if prefix in provider_names():
            return provider_with_defaults(prefix).get_model(rest)
        return self._openai.get_model(self._whole_name(prefix, model_name))

    async def aclose(self) -> None:
        """Closes the connections of the running event loop: OpenAI's, and those of `provider_map`."""
        for provider in (self._openai, *self._map.values()):
            await provider.aclose()

    def _whole_name(self, prefix: str, model_name: str | None) -> str | None:
        """The name with its prefix, where unknown prefixes are part of names."""
        if prefix in _ADAPTERS:
            raise UserError(f"The prefix {prefix}/ needs a provider of its own; pass one in provider_map, or run it as a server.")
        mode = self._unknown_prefix_mode or ("error" if is_official(resolved_base_url(self._base_url)) else "model_id")
        if mode == "error":
            raise UserError(f"Unknown prefix: {prefix}; name the model without it, or pass provider_map={{'{prefix}': ...}}.")
        return model_name
