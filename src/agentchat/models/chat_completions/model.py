"""Chat Completions: the dialect that nearly every server of models speaks."""

from collections.abc import AsyncGenerator
from typing import Any

from openai import AsyncOpenAI
from typing_extensions import override

from agentchat.models.chat_completions.messages import call_ids_in, chat_messages
from agentchat.models.chat_completions.stream import ChatParser
from agentchat.models.hosted_tools import refuse_hosted
from agentchat.models.model_call import Body, FunctionSpec, ModelCall, plain
from agentchat.models.retry_advice import retry_advice
from agentchat.models.wire.endpoints import ClientSource, is_official, source_of
from agentchat.models.wire.requests import WireRequest, answered, streamed
from agentchat.runtime.declarations.handoff import Handoff
from agentchat.runtime.declarations.model_settings import ModelSettings
from agentchat.runtime.declarations.output_schema import AgentOutputSchemaBase
from agentchat.runtime.declarations.retry import ModelRetryAdvice, ModelRetryAdviceRequest
from agentchat.runtime.declarations.tool import Tool
from agentchat.runtime.ports.model import Model, ModelTracing
from agentchat.runtime.values.exceptions import ModelBehaviorError, UserError
from agentchat.runtime.values.items import ModelResponse, TResponseInputItem, TResponseStreamEvent
from agentchat.runtime.values.usage import Usage

_PATH = "/chat/completions"


class OpenAIChatCompletionsModel(Model):
    """A model behind the Chat Completions API of OpenAI, or of any server that speaks it."""

    def __init__(self, model: str, openai_client: AsyncOpenAI | ClientSource) -> None:
        self.model = model
        self._source = source_of(openai_client)

    @override
    def get_retry_advice(self, request: ModelRetryAdviceRequest) -> ModelRetryAdvice | None:
        """What the client's error says about asking again."""
        return retry_advice(request)

    async def get_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],  # noqa: A002 - published name
        model_settings: ModelSettings,
        tools: list[Tool],
        output_schema: AgentOutputSchemaBase | None,
        handoffs: list[Handoff],
        tracing: ModelTracing,  # noqa: ARG002 - nothing is exported
        *,
        previous_response_id: str | None = None,
        conversation_id: str | None = None,
        prompt: object | None = None,
    ) -> ModelResponse:
        """The whole answer at once."""
        call = ModelCall(
            system_instructions, input, model_settings, tools, output_schema, handoffs,
            previous_response_id, conversation_id, prompt,
        )  # fmt: skip
        answer = await answered(self._source, self._request(call, stream=False))
        parser = ChatParser(self.model, call_ids_in(input))
        events = list(parser.whole(answer.body))
        final = events[-1]
        if final.type != "response.completed":
            raise ModelBehaviorError("The server's answer could not be read; try again, or another server.")
        return ModelResponse(
            output=final.response.output,
            usage=Usage.of_response(final.response.usage),
            response_id=None,
            request_id=answer.request_id,
            raw_usage=answer.body.get("usage") if model_settings.preserve_raw_usage else None,
        )

    def stream_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],  # noqa: A002 - published name
        model_settings: ModelSettings,
        tools: list[Tool],
        output_schema: AgentOutputSchemaBase | None,
        handoffs: list[Handoff],
        tracing: ModelTracing,  # noqa: ARG002 - nothing is exported
        *,
        previous_response_id: str | None = None,
        conversation_id: str | None = None,
        prompt: object | None = None,
    ) -> AsyncGenerator[TResponseStreamEvent]:
        """The answer as events of the Responses API."""
        call = ModelCall(
            system_instructions, input, model_settings, tools, output_schema, handoffs,
            previous_response_id, conversation_id, prompt,
        )  # fmt: skip
        return streamed(self._source, self._request(call, stream=True), ChatParser(self.model, call_ids_in(input)))

    def _request(self, call: ModelCall, *, stream: bool) -> WireRequest:
        return chat_request(self.model, call, stream=stream, official=is_official(self._source.base_url))


def chat_request(model: str, call: ModelCall, *, stream: bool, official: bool) -> WireRequest:
    """The request for one call. UserError for what only the Responses API has."""
    if call.previous_response_id or call.conversation_id or call.prompt is not None:
        raise UserError(
            "Chat Completions keeps no conversations or prompts on the server; leave out previous_response_id, conversation_id and"
            " prompt, or use a model of the Responses API."
        )
    refuse_hosted(call.tools)
    settings = call.settings
    # OpenAI's newer models refuse max_tokens, other servers do not know its successor
    limit = "max_completion_tokens" if official else "max_tokens"
    reasoning: Body = plain(settings.reasoning) or {}
    body: Body = {
        "model": model,
        "messages": chat_messages(call.system_instructions, call.input),
        limit: settings.max_tokens,
        "reasoning_effort": reasoning.get("effort"),
        "response_format": _response_format(call),
        "logprobs": True if settings.top_logprobs is not None else None,
        "stream": stream or None,
        "stream_options": {"include_usage": True} if stream and settings.include_usage is not False else None,
        **_tools(call.functions, settings),
        **_same_names(settings),
    }
    return call.request(_PATH, body)


def _same_names(settings: ModelSettings) -> Body:
    return {
        "temperature": settings.temperature,
        "top_p": settings.top_p,
        "frequency_penalty": settings.frequency_penalty,
        "presence_penalty": settings.presence_penalty,
        "verbosity": settings.verbosity,
        "metadata": settings.metadata,
        "store": settings.store,
        "prompt_cache_retention": settings.prompt_cache_retention,
        "prompt_cache_options": settings.prompt_cache_options,
        "top_logprobs": settings.top_logprobs,
    }


def _tools(functions: list[FunctionSpec], settings: ModelSettings) -> Body:
    """What concerns tools; servers refuse a choice without tools."""
    for function in functions:
        if function.only_responses:
            what = ", ".join(function.only_responses)
            raise UserError(f"Chat Completions cannot be told of the {what} of tool '{function.name}'; use a model of the Responses API.")
    if not functions:
        return {}
    return {
        "tools": [{"type": "function", "function": function.as_json()} for function in functions],
        "tool_choice": _tool_choice(settings.tool_choice),
        "parallel_tool_calls": settings.parallel_tool_calls,
    }


def _tool_choice(choice: Any) -> Any:
    if not isinstance(choice, str) or choice in {"auto", "required", "none"}:
        return plain(choice)
    return {"type": "function", "function": {"name": choice}}


def _response_format(call: ModelCall) -> Body | None:
    if call.schema is None:
        return None
    schema = {"name": "final_output", "schema": call.schema.json_schema(), "strict": call.schema.is_strict_json_schema()}
    return {"type": "json_schema", "json_schema": schema}
