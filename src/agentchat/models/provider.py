"""Finds models by name: on one endpoint (`OpenAIProvider`), or by the prefix of the name (`MultiProvider`).

A run makes a `MultiProvider` of its own, so that has to cost nothing; all that say nothing special share one OpenAIProvider, and with it
the open connections.
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from openai import AsyncOpenAI

from agentchat.models.chat_completions import OpenAIChatCompletionsModel
from agentchat.models.either_api import ApiChoice, EitherApiModel
from agentchat.models.endpoints import (
    ClientSource,
    Endpoint,
    GivenClient,
    LoopClients,
    is_official,
    resolved_base_url,
    resolved_endpoint,
)
from agentchat.models.openai_defaults import default_model_name, default_openai_api, default_openai_client
from agentchat.models.registry import ProviderOptions, find_provider, provider_names
from agentchat.models.responses import OpenAIResponsesModel
from agentchat.runtime.ports.model import Model, ModelProvider
from agentchat.runtime.values.exceptions import UserError

UnknownPrefixMode: TypeAlias = Literal["error", "model_id"]
OpenAIPrefixMode: TypeAlias = Literal["alias", "model_id"]
_ADAPTERS = frozenset({"litellm", "any-llm"})


class OpenAIProvider(ModelProvider):
    """Models of OpenAI, or of any server that speaks one of its dialects. Key and base URL default to the environment's."""

    def __init__(
        self,
        *,
        api_key: str | None = None,
        base_url: str | None = None,
        openai_client: AsyncOpenAI | None = None,
        organization: str | None = None,
        project: str | None = None,
        use_responses: bool | None = None,
    ) -> None:
        if openai_client is not None and (api_key or base_url):
            raise UserError("Give OpenAIProvider either openai_client, or api_key and base_url, not both.")
        self._api_key, self._base_url = api_key, base_url
        self._organization, self._project = organization, project
        self._client = openai_client
        self._use_responses = use_responses
        self._endpoints: dict[Endpoint, LoopClients] = {}
        self._choices: dict[str, ApiChoice] = {}

    def get_model(self, model_name: str | None) -> Model:
        """The model; UserError when the base URL is no address or a needed key is missing."""
        name = model_name or default_model_name()
        source = self._source()
        match self._dialect(source.base_url):
            case "responses":
                return OpenAIResponsesModel(name, source)
            case "chat_completions":
                return OpenAIChatCompletionsModel(name, source)
            case "either":
                return EitherApiModel(name, source, self._choices.setdefault(source.base_url, ApiChoice()))

    async def aclose(self) -> None:
        """Closes the connections of the running event loop. The provider can still be used."""
        for clients in list(self._endpoints.values()):
            await clients.aclose()

    def _source(self) -> ClientSource:
        given = self._client
        if given is None and not (self._api_key or self._base_url):
            given = default_openai_client()
        if given is not None:
            return GivenClient(given)
        endpoint = resolved_endpoint(
            base_url=self._base_url, api_key=self._api_key, organization=self._organization, project=self._project
        )
        return self._endpoints.setdefault(endpoint, LoopClients(endpoint))

    def _dialect(self, base_url: str) -> Literal["responses", "chat_completions", "either"]:
        if self._use_responses is not None:
            return "responses" if self._use_responses else "chat_completions"
        return default_openai_api() or ("responses" if is_official(base_url) else "either")


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
        self._registered: dict[str, ModelProvider] = {}
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
            return self._registered_provider(prefix).get_model(rest)
        return self._openai.get_model(self._whole_name(prefix, model_name))

    async def aclose(self) -> None:
        """Closes the connections of the running event loop, of all providers."""
        for provider in (self._openai, *self._map.values(), *self._registered.values()):
            await provider.aclose()

    def _registered_provider(self, prefix: str) -> ModelProvider:
        if prefix not in self._registered:
            self._registered[prefix] = find_provider(prefix)(ProviderOptions())
        return self._registered[prefix]

    def _whole_name(self, prefix: str, model_name: str | None) -> str | None:
        """The name with its prefix, where unknown prefixes are part of names."""
        if prefix in _ADAPTERS:
            raise UserError(f"The prefix {prefix}/ needs a provider of its own; pass one in provider_map, or run it as a server.")
        mode = self._unknown_prefix_mode or ("error" if is_official(resolved_base_url(self._base_url)) else "model_id")
        if mode == "error":
            raise UserError(f"Unknown prefix: {prefix}; name the model without it, or pass provider_map={{'{prefix}': ...}}.")
        return model_name
