"""The Responses API: the dialect whose events and items the whole program speaks."""

from collections.abc import AsyncGenerator
from typing import Any

from openai import AsyncOpenAI

from agentchat.models.answers import complete_answer, refuse_unfinished, response_of
from agentchat.models.endpoints import ClientSource, source_of
from agentchat.models.foreign_items import CallIds
from agentchat.models.model_call import Body, FunctionSpec, ModelCall, plain
from agentchat.models.response_input import input_items
from agentchat.models.responses_stream import ResponsesParser
from agentchat.models.wire import WireRequest, answered, streamed
from agentchat.runtime.declarations.handoff import Handoff
from agentchat.runtime.declarations.model_settings import ModelSettings
from agentchat.runtime.declarations.output_schema import AgentOutputSchemaBase
from agentchat.runtime.declarations.tool import Tool
from agentchat.runtime.ports.model import Model, ModelTracing
from agentchat.runtime.values.items import ModelResponse, TResponseInputItem, TResponseStreamEvent
from agentchat.runtime.values.usage import Usage

_PATH = "/responses"
_HOSTED = frozenset(
    {
        "code_interpreter",
        "computer_use_preview",
        "file_search",
        "image_generation",
        "mcp",
        "web_search",
        "web_search_preview",
    }
)
"""Tools of the provider, which `tool_choice` names by their type."""


class OpenAIResponsesModel(Model):
    """A model behind the Responses API of OpenAI, or of any server that speaks it."""

    def __init__(self, model: str, openai_client: AsyncOpenAI | ClientSource) -> None:
        self.model = model
        self._source = source_of(openai_client)

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
        answer = await answered(self._source, responses_request(self.model, call, stream=False))
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
        return streamed(self._source, responses_request(self.model, call, stream=True), ResponsesParser())


def responses_request(model: str, call: ModelCall, *, stream: bool) -> WireRequest:
    """The request for one call."""
    settings, functions = call.settings, call.functions
    body: Body = {
        "model": model,
        "input": input_items(call.input),
        "instructions": call.system_instructions,
        "previous_response_id": call.previous_response_id,
        "conversation": call.conversation_id,
        "prompt": call.prompt,
        "text": _text(call),
        "include": _include(settings),
        "reasoning": plain(settings.reasoning),
        "max_output_tokens": settings.max_tokens,
        "stream": stream or None,
        **_tools(functions, settings, has_prompt=call.prompt is not None),
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


def _tools(functions: list[FunctionSpec], settings: ModelSettings, *, has_prompt: bool) -> Body:
    """What concerns tools. Servers refuse a choice without tools; those of a stored prompt are not known here."""
    if not functions and not has_prompt:
        return {}
    return {
        "tools": [{"type": "function", **function.as_json()} for function in functions] or None,
        "tool_choice": _tool_choice(settings.tool_choice, functions),
        "parallel_tool_calls": settings.parallel_tool_calls,
    }


def _tool_choice(choice: Any, functions: list[FunctionSpec]) -> Any:
    if not isinstance(choice, str) or choice in {"auto", "required", "none"}:
        return plain(choice)
    if choice in _HOSTED and all(function.name != choice for function in functions):
        return {"type": choice}
    return {"type": "function", "name": choice}


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


def _include(settings: ModelSettings) -> list[str] | None:
    wanted = list(settings.response_include or [])
    if settings.top_logprobs is not None and _LOGPROBS not in wanted:
        wanted.append(_LOGPROBS)
    return wanted or None


_LOGPROBS = "message.output_text.logprobs"
