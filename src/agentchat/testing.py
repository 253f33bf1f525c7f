"""For people who test their agents, and for us: a model that answers from a script.

    model = ScriptedModel([[function_call("add", {"a": 1, "b": 2}, call_id="c1")], [assistant_message("3")]])
    result = await Runner.run(Agent(name="Sums", model=model, tools=[add]), "1 + 2")
    assert model.last_call.input[-1]["output"] == "3"
    model.assert_complete()

Each call of the model takes the next step; `calls` holds what the model was given. A step may be a `ModelStep`, the same as a dict
(`ModelStepSpec`), a `ModelResponse`, a list of output items, or an exception to raise. Steps are checked when they enter the script:

    ModelScriptError
    ├── InvalidModelStep       a step that cannot be played
    ├── UnexpectedModelCall    a call, and no step is left
    └── UnconsumedModelSteps   `assert_complete`, and steps are left
"""

import asyncio
import copy
import inspect
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, TypeAlias

from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseReasoningItem
from openai.types.responses.response_usage import ResponseUsage
from pydantic import BaseModel
from typing_extensions import TypedDict, override

from agentchat.models.openai_objects import made, message_of, part_of, summary_part
from agentchat.models.response_events import new_response, response_events
from agentchat.runtime.declarations.handoff import Handoff
from agentchat.runtime.declarations.model_settings import ModelSettings
from agentchat.runtime.declarations.output_schema import AgentOutputSchemaBase
from agentchat.runtime.declarations.tool import Tool
from agentchat.runtime.ports.model import Model, ModelTracing
from agentchat.runtime.values.items import ModelResponse, TResponseInputItem, TResponseOutputItem, TResponseStreamEvent
from agentchat.runtime.values.usage import Usage

DEFAULT_RESPONSE_ID = "resp-789"
MODEL_NAME = "scripted-model"


def assistant_message(text: str, *, item_id: str = "scripted-message") -> ResponseOutputMessage:
    """A message of the assistant."""
    return message_of(item_id, [part_of("text", text)], "completed")


def function_call(
    name: str,
    arguments: str | Mapping[str, Any],
    *,
    call_id: str,
    item_id: str | None = None,
    namespace: str | None = None,
) -> ResponseFunctionToolCall:
    """A call of a function tool or a handoff; a mapping becomes JSON, a text is taken as it is."""
    text = arguments if isinstance(arguments, str) else json.dumps(arguments, separators=(",", ":"))
    optional = {} if namespace is None else {"namespace": namespace}
    own_id = call_id if item_id is None else item_id
    return made(ResponseFunctionToolCall, type="function_call", id=own_id, call_id=call_id, name=name, arguments=text, **optional)


def reasoning(*parts: str, item_id: str = "scripted-reasoning") -> ResponseReasoningItem:
    """Reasoning with a summary of these parts."""
    return made(ResponseReasoningItem, type="reasoning", id=item_id, summary=[summary_part(part) for part in parts])


@dataclass(frozen=True, slots=True)
class ModelCall:
    """What the model was given in one call: a snapshot that later changes of the input do not reach."""

    system_instructions: str | None
    input: str | list[TResponseInputItem]
    model_settings: ModelSettings
    tools: list[Tool]
    output_schema: AgentOutputSchemaBase | None
    handoffs: list[Handoff]
    tracing: ModelTracing
    previous_response_id: str | None
    conversation_id: str | None
    prompt: object | None
    streamed: bool

    def detached(self) -> "ModelCall":
        """A copy that can be changed without changing this."""
        return replace(self, input=copy.deepcopy(self.input), tools=list(self.tools), handoffs=list(self.handoffs))


ModelStreamFactory: TypeAlias = Callable[[ModelCall], AsyncIterator[TResponseStreamEvent]]
"""Most easily an async generator function; it may wait between events."""


@dataclass(frozen=True, slots=True)
class ModelStep:
    """What one call of the model gives: `output`, or one of `error`, `responder` and `stream_events`."""

    output: Sequence[TResponseOutputItem] = ()
    usage: Usage = field(default_factory=Usage)
    """Left empty: the model's default usage, or one request without tokens."""
    response_id: str | None = DEFAULT_RESPONSE_ID
    request_id: str | None = None
    raw_usage: dict[str, Any] | None = None
    error: Exception | None = None
    """Raised instead of an answer."""
    responder: "ModelResponder | None" = None
    """Gets the call and gives the step to play, in any spelling; may be async."""
    stream_events: Sequence[TResponseStreamEvent] | ModelStreamFactory | None = None
    """Exactly these events when streamed; a call that does not stream gets `output`."""

    @classmethod
    def raise_error(cls, error: Exception) -> "ModelStep":
        """A step that raises."""
        return cls(error=error)

    @classmethod
    def respond(cls, responder: "ModelResponder") -> "ModelStep":
        """A step that is made from the call."""
        return cls(responder=responder)

    @classmethod
    def stream(
        cls,
        events: Sequence[TResponseStreamEvent] | ModelStreamFactory,
        *,
        output: Sequence[TResponseOutputItem] = (),
        usage: Usage | None = None,
        response_id: str | None = DEFAULT_RESPONSE_ID,
    ) -> "ModelStep":
        """A step that streams exactly these events; a factory gets the call."""
        return cls(output=output, usage=usage or Usage(), response_id=response_id, stream_events=events)

    @classmethod
    def in_chunks(cls, chunks: Sequence[str], *, gate: asyncio.Event | None = None) -> "ModelStep":
        """A step that streams one message in these deltas; with a gate each delta waits for it, and clears it."""
        output = [assistant_message("".join(chunks))]

        async def gated(_: ModelCall) -> AsyncIterator[TResponseStreamEvent]:
            response = new_response(DEFAULT_RESPONSE_ID, model=MODEL_NAME)
            for event in response_events(output, response, chunking=lambda _: chunks, usage=_response_usage(Usage(requests=1))):
                if gate is not None and event.type == "response.output_text.delta":
                    await gate.wait()
                    gate.clear()
                yield event

        return cls.stream(gated, output=output)


class ModelStepSpec(TypedDict, total=False):
    """A `ModelStep` as a dict."""

    output: Sequence[TResponseOutputItem]
    usage: Usage
    response_id: str | None
    request_id: str | None
    raw_usage: dict[str, Any] | None
    error: Exception | None
    responder: "ModelResponder | None"
    stream_events: Sequence[TResponseStreamEvent] | ModelStreamFactory | None


ModelScriptItem: TypeAlias = ModelStep | ModelStepSpec | ModelResponse | Sequence[TResponseOutputItem] | Exception
"""Every spelling of a step."""
ModelResponder: TypeAlias = Callable[[ModelCall], ModelScriptItem | Awaitable[ModelScriptItem]]
ModelStepReason: TypeAlias = Literal[
    "invalid_input", "unsupported_field", "invalid_error", "invalid_responder", "invalid_stream_events", "conflicting_outcomes"
]


class ModelScriptError(Exception):
    """The script and the test do not fit together."""


class InvalidModelStep(ModelScriptError):  # noqa: N818 - published name
    """A step that cannot be played; raised when it enters the script."""

    def __init__(self, message: str, *, reason: ModelStepReason, input_index: int) -> None:
        super().__init__(message)
        self.reason: ModelStepReason = reason
        self.input_index = input_index
        """Where the step stood among those that were given, from 0."""


class UnexpectedModelCall(ModelScriptError):  # noqa: N818 - published name
    """The model was called and no step was left."""

    def __init__(self, message: str, *, call: ModelCall, call_index: int) -> None:
        super().__init__(message)
        self.call = call
        self.call_index = call_index


class UnconsumedModelSteps(ModelScriptError):  # noqa: N818 - published name
    """The test ended and steps were left."""

    def __init__(self, message: str, *, remaining_steps: int) -> None:
        super().__init__(message)
        self.remaining_steps = remaining_steps


class ScriptedModel(Model):
    """Answers from a script, one step per call. `emit_traces` is accepted for the published API; nothing is traced."""

    def __init__(
        self, steps: Iterable[ModelScriptItem] = (), *, emit_traces: bool = False, default_usage: Usage | None = None
    ) -> None:
        self._steps: deque[ModelStep] = deque()
        self._calls: list[ModelCall] = []
        self._default_usage = default_usage
        self.emit_traces = emit_traces
        self.extend(steps)

    @property
    def calls(self) -> tuple[ModelCall, ...]:
        """All calls so far, in order."""
        return tuple(call.detached() for call in self._calls)

    @property
    def first_call(self) -> ModelCall | None:
        """The first call, if there was one."""
        return self._calls[0].detached() if self._calls else None

    @property
    def last_call(self) -> ModelCall | None:
        """The most recent call, if there was one."""
        return self._calls[-1].detached() if self._calls else None

    @property
    def remaining_steps(self) -> int:
        """How many steps were not played yet."""
        return len(self._steps)

    def enqueue(self, step: ModelScriptItem) -> None:
        """Adds one step. InvalidModelStep when it cannot be played."""
        self.extend([step])

    def extend(self, steps: Iterable[ModelScriptItem]) -> None:
        """Adds several steps; none of them when one cannot be played."""
        self._steps.extend([_step_of(step, index) for index, step in enumerate(steps)])

    def set_default_usage(self, usage: Usage | None) -> None:
        """The usage of steps that have none of their own."""
        self._default_usage = usage

    def assert_complete(self) -> None:
        """UnconsumedModelSteps when steps are left."""
        if self._steps:
            left = len(self._steps)
            raise UnconsumedModelSteps(f"{left} scripted model step(s) were not consumed.", remaining_steps=left)

    @override
    async def get_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],
        model_settings: ModelSettings,
        tools: list[Tool],
        output_schema: AgentOutputSchemaBase | None,
        handoffs: list[Handoff],
        tracing: ModelTracing,
        *,
        previous_response_id: str | None,
        conversation_id: str | None,
        prompt: object | None,
    ) -> ModelResponse:
        """The next step's output, or its error."""
        given = (system_instructions, input, model_settings, tools, output_schema, handoffs, tracing)
        call = ModelCall(*given, previous_response_id, conversation_id, prompt, streamed=False)
        step = await self._next_step(call.detached())
        return ModelResponse(
            output=list(step.output),
            usage=self._usage_of(step),
            response_id=step.response_id,
            request_id=step.request_id,
            raw_usage=step.raw_usage,
        )

    @override
    async def stream_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],
        model_settings: ModelSettings,
        tools: list[Tool],
        output_schema: AgentOutputSchemaBase | None,
        handoffs: list[Handoff],
        tracing: ModelTracing,
        *,
        previous_response_id: str | None,
        conversation_id: str | None,
        prompt: object | None,
    ) -> AsyncIterator[TResponseStreamEvent]:
        """The next step as the full sequence of events, each text in one delta; or the step's own events, or its error."""
        given = (system_instructions, input, model_settings, tools, output_schema, handoffs, tracing)
        call = ModelCall(*given, previous_response_id, conversation_id, prompt, streamed=True).detached()
        step = await self._next_step(call)
        if callable(step.stream_events):
            async for event in step.stream_events(call):
                yield event
            return
        for event in self._events_of(step) if step.stream_events is None else step.stream_events:
            yield event

    async def _next_step(self, call: ModelCall) -> ModelStep:
        index = len(self._calls)
        self._calls.append(call)
        if not self._steps:
            how = "streaming" if call.streamed else "non-streaming"
            message = f"Unexpected {how} model call #{index + 1}: no scripted steps remain."
            raise UnexpectedModelCall(message, call=call.detached(), call_index=index)
        return await _resolved(self._steps.popleft(), call, index)

    def _usage_of(self, step: ModelStep) -> Usage:
        if step.usage != Usage():
            return copy.deepcopy(step.usage)
        return copy.deepcopy(self._default_usage) if self._default_usage else Usage(requests=1)

    def _events_of(self, step: ModelStep) -> Iterable[TResponseStreamEvent]:
        # A provider without response ids gives None; the openai package types it as a text, and nothing here relies on that.
        response_id: Any = step.response_id
        response = new_response(response_id, model=MODEL_NAME)
        return response_events(step.output, response, usage=_response_usage(self._usage_of(step)))


async def _resolved(step: ModelStep, call: ModelCall, index: int) -> ModelStep:
    """The step to play: responders asked until one gives something else; its error raised."""
    while step.responder is not None:
        given = step.responder(call)
        step = _step_of(await given if inspect.isawaitable(given) else given, index)
    if step.error is not None:
        raise step.error
    return step


def _step_of(item: object, index: int) -> ModelStep:
    """Any spelling of a step as a `ModelStep`; InvalidModelStep for what is none."""
    match item:
        case ModelStep():
            step = item
        case ModelResponse():
            step = ModelStep(item.output, item.usage, item.response_id, item.request_id, item.raw_usage)
        case Exception():
            step = ModelStep(error=item)
        case Mapping():
            step = _step_of_spec(item, index)  # pyright: ignore[reportUnknownArgumentType] - a caller's dict, checked there
        case _:
            step = ModelStep(output=item)  # pyright: ignore[reportArgumentType] - checked below
    _check(step, index)
    return step


_FIELDS = frozenset(each.name for each in fields(ModelStep))


def _step_of_spec(spec: Mapping[Any, Any], index: int) -> ModelStep:
    if unknown := [repr(name) for name in spec if name not in _FIELDS]:
        why = f"contains unsupported fields: {', '.join(unknown)}; known are {', '.join(sorted(_FIELDS))}"
        raise _invalid(index, why, "unsupported_field")
    return ModelStep(**spec)


def _check(step: ModelStep, index: int) -> None:
    if not _is_list(step.output) or not all(map(_is_output_item, step.output)):
        raise _invalid(index, "must use a sequence of output items for output", "invalid_input")
    if step.error is not None and not _is_error(step.error):
        raise _invalid(index, "must use an Exception for error", "invalid_error")
    if step.responder is not None and not callable(step.responder):
        raise _invalid(index, "must use a callable responder", "invalid_responder")
    if step.stream_events is not None and not (callable(step.stream_events) or _is_list(step.stream_events)):
        raise _invalid(index, "must use a sequence or a factory for stream_events", "invalid_stream_events")
    if sum(outcome is not None for outcome in (step.error, step.responder, step.stream_events)) > 1:
        raise _invalid(index, "cannot combine error, responder, and stream_events outcomes", "conflicting_outcomes")


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _is_output_item(value: object) -> bool:
    return isinstance(value, BaseModel)


def _is_error(value: object) -> bool:
    return isinstance(value, Exception)


def _invalid(index: int, why: str, reason: ModelStepReason) -> InvalidModelStep:
    return InvalidModelStep(f"Scripted model step #{index + 1} {why}.", reason=reason, input_index=index)


def _response_usage(usage: Usage) -> ResponseUsage:
    return made(
        ResponseUsage,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        total_tokens=usage.total_tokens,
        input_tokens_details=usage.input_tokens_details,
        output_tokens_details=usage.output_tokens_details,
    )
