"""Models of OpenAI, or of any server that speaks one of its dialects.

Where requests go is looked up whenever a model is asked for, so that the environment and the defaults of the process count as they are
then; clients are kept per endpoint, and with them the open connections.
"""

from typing import Literal

from openai import AsyncOpenAI

from agentchat.models.chat_completions.model import OpenAIChatCompletionsModel
from agentchat.models.either_api import ApiChoice, EitherApiModel
from agentchat.models.openai_defaults import default_openai_api, default_openai_client
from agentchat.models.responses.model import OpenAIResponsesModel
from agentchat.models.wire.endpoints import ClientSource, Endpoint, GivenClient, LoopClients, is_official, resolved_endpoint
from agentchat.runtime.declarations.default_model import default_model_name
from agentchat.runtime.ports.model import Model, ModelProvider
from agentchat.runtime.values.exceptions import UserError


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
                return OpenAIResponsesModel(name, source, is_chosen=bool(model_name))
            case "chat_completions":
                return OpenAIChatCompletionsModel(name, source)
            case "either":
                choice = self._choices.setdefault(source.base_url, ApiChoice())
                return EitherApiModel(name, source, choice, is_chosen=bool(model_name))

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
        endpoint = resolved_endpoint(base_url=self._base_url, api_key=self._api_key, organization=self._organization, project=self._project)
        return self._endpoints.setdefault(endpoint, LoopClients(endpoint))

    def _dialect(self, base_url: str) -> Literal["responses", "chat_completions", "either"]:
        if self._use_responses is not None:
            return "responses" if self._use_responses else "chat_completions"
        return default_openai_api() or ("responses" if is_official(base_url) else "either")
