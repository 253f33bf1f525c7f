"""The Responses API: the dialect whose events and items the whole program speaks."""

from collections.abc import AsyncGenerator
from typing import Any

from openai import AsyncOpenAI
from typing_extensions import override

from agentchat.models.foreign_items import CallIds
from agentchat.models.hosted_tools import hosted_choice, hosted_includes, hosted_json, refuse_impossible
from agentchat.models.model_call import Body, ModelCall, function_of, plain
from agentchat.models.responses.answers import complete_answer, refuse_unfinished, response_of
from agentchat.models.responses.sent_items import input_items
from agentchat.models.responses.stream import ResponsesParser
from agentchat.models.retry_advice import retry_advice
from agentchat.models.wire.endpoints import ClientSource, source_of
from agentchat.models.wire.requests import WireRequest, answered, streamed
from agentchat.runtime.declarations.handoff import Handoff
from agentchat.runtime.declarations.model_settings import ModelSettings
from agentchat.runtime.declarations.output_schema import AgentOutputSchemaBase
from agentchat.runtime.declarations.retry import ModelRetryAdvice, ModelRetryAdviceRequest
from agentchat.runtime.declarations.tool import FunctionTool, Tool
from agentchat.runtime.ports.model import Model, ModelTracing
from agentchat.runtime.values.items import ModelResponse, TResponseInputItem, TResponseStreamEvent
from agentchat.runtime.values.usage import Usage

_PATH = "/responses"


class OpenAIResponsesModel(Model):
    """A model behind the Responses API of OpenAI, or of any server that speaks it."""

    def __init__(self, model: str, openai_client: AsyncOpenAI | ClientSource, *, is_chosen: bool = True) -> None:
        """`is_chosen` is False for a name that is only the default: a prompt that the provider keeps brings its own model then."""
        self.model = model
        self._is_chosen = is_chosen
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
        answer = await answered(self._source, responses_request(self._name_for(call), call, stream=False))
        raw_usage = answer.body.get("usage")
        complete_answer(answer.body, "completed", CallIds())
        refuse_unfinished(answer.body)
        response = response_of(answer.body)
        return ModelResponse(
            output=response.output,
            usage=Usage.of_response(response.usage),
            response_id=response.id or None,
            request_id=answer.request_id,
            raw_usage=raw_usage if model_settings.preserve_raw_usage else None,
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
        """The answer as events; after `response.failed`, `response.incomplete` or `error` it raises ModelBehaviorError."""
        call = ModelCall(
            system_instructions, input, model_settings, tools, output_schema, handoffs,
            previous_response_id, conversation_id, prompt,
        )  # fmt: skip
        return streamed(self._source, responses_request(self._name_for(call), call, stream=True), ResponsesParser())

    def _name_for(self, call: ModelCall) -> str | None:
        return self.model if self._is_chosen or call.prompt is None else None


def responses_request(model: str | None, call: ModelCall, *, stream: bool) -> WireRequest:
    """The request for one call."""
    settings = call.settings
    refuse_impossible(call.tools)
    body: Body = {
        "model": model,
        "input": input_items(call.input),
        "instructions": call.system_instructions,
        "previous_response_id": call.previous_response_id,
        "conversation": call.conversation_id,
        "prompt": plain(call.prompt),
        "text": _text(call),
        "include": _include(call),
        "reasoning": plain(settings.reasoning),
        "max_output_tokens": settings.max_tokens,
        "stream": stream or None,
        **_tools(call, model),
        **_same_names(settings),
    }
    return call.request(_PATH, body)


def _same_names(settings: ModelSettings) -> Body:
    return {
        "temperature": settings.temperature,
        "top_p": settings.top_p,
        "truncation": settings.truncation,
        "metadata": settings.metadata,
        "store": settings.store,
        "prompt_cache_retention": settings.prompt_cache_retention,
        "prompt_cache_options": settings.prompt_cache_options,
        "top_logprobs": settings.top_logprobs,
        "context_management": settings.context_management,
    }


def _tools(call: ModelCall, model: str | None) -> Body:
    """What concerns tools. Servers refuse a choice without tools; those of a stored prompt are not known here."""
    declared = [*call.tools, *call.handoffs]
    if not declared and call.prompt is None:
        return {}
    return {
        "tools": [_tool(entry, model) for entry in declared] or None,
        "tool_choice": _tool_choice(call, model),
        "parallel_tool_calls": call.settings.parallel_tool_calls,
    }


def _tool(declared: Tool | Handoff, model: str | None) -> Body:
    if isinstance(declared, FunctionTool | Handoff):
        function = function_of(declared)
        return {"type": "function", **function.as_json(), **function.only_responses}
    return hosted_json(declared, model)


def _tool_choice(call: ModelCall, model: str | None) -> Any:
    choice = call.settings.tool_choice
    if not isinstance(choice, str) or choice in {"auto", "required", "none"}:
        return plain(choice)
    return hosted_choice(choice, call.tools, model) or {"type": "function", "name": choice}


def _text(call: ModelCall) -> Body | None:
    text: Body = {}
    if call.schema is not None:
        text["format"] = {
            "type": "json_schema",
            "name": "final_output",
            "schema": call.schema.json_schema(),
            "strict": call.schema.is_strict_json_schema(),
        }
    if call.settings.verbosity is not None:
        text["verbosity"] = call.settings.verbosity
    return text or None


def _include(call: ModelCall) -> list[str] | None:
    logprobs = [] if call.settings.top_logprobs is None else [_LOGPROBS]
    return list(dict.fromkeys([*(call.settings.response_include or []), *hosted_includes(call.tools), *logprobs])) or None


_LOGPROBS = "message.output_text.logprobs"
