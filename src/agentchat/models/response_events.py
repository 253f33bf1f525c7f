"""Builds the events of the Responses API: out of text as it arrives, or out of a finished answer.

Everything that does not speak the Responses API itself (the scripted model, the offline model, Chat Completions) tells its answer
through this file, so that the rest of the program knows one order of events (openai.types.responses; `runtime.md` 6):

    created, in_progress
      per item   output_item.added ... output_item.done
        message        per part: content_part.added, output_text.delta*, output_text.done, content_part.done
        function call  added with empty arguments, function_call_arguments.delta*, .done
        reasoning      per part: reasoning_summary_part.added, reasoning_summary_text.delta*, .done, reasoning_summary_part.done
    completed with the whole output

`response_events` tells a finished answer. For an answer in the making, an `AnswerBuilder` hands out one writer per item; every
method of a writer gives the events that follow from it, and several writers may be open at once.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeAlias, TypeVar

from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseContentPartAddedEvent,
    ResponseContentPartDoneEvent,
    ResponseCreatedEvent,
    ResponseFunctionCallArgumentsDeltaEvent,
    ResponseFunctionCallArgumentsDoneEvent,
    ResponseFunctionToolCall,
    ResponseInProgressEvent,
    ResponseOutputItemAddedEvent,
    ResponseOutputItemDoneEvent,
    ResponseOutputMessage,
    ResponseOutputRefusal,
    ResponseOutputText,
    ResponseReasoningItem,
    ResponseReasoningSummaryPartAddedEvent,
    ResponseReasoningSummaryPartDoneEvent,
    ResponseReasoningSummaryTextDeltaEvent,
    ResponseReasoningSummaryTextDoneEvent,
    ResponseRefusalDeltaEvent,
    ResponseRefusalDoneEvent,
    ResponseTextDeltaEvent,
    ResponseTextDoneEvent,
    ResponseUsage,
)
from openai.types.responses.response_reasoning_item import Summary
from pydantic import BaseModel

from agentchat.models.openai_objects import PartKind, made, message_of, part_of, summary_part
from agentchat.runtime.values.items import TResponseOutputItem, TResponseStreamEvent

_M = TypeVar("_M", bound=BaseModel)
Events: TypeAlias = list[TResponseStreamEvent]
Chunking: TypeAlias = Callable[[str], Iterable[str]]
"""How a finished text falls into deltas."""
_W = TypeVar("_W", bound="_Writer")


def in_one_piece(text: str) -> Iterable[str]:
    """One delta for the whole text; none for an empty one."""
    return (text,) if text else ()


def in_pieces_of(size: int) -> Chunking:
    """Deltas of `size` characters."""
    return lambda text: (text[start : start + size] for start in range(0, len(text), size))


def response_events(
    output: Sequence[TResponseOutputItem],
    response: Response,
    *,
    usage: ResponseUsage | None = None,
    chunking: Chunking = in_one_piece,
) -> Iterator[TResponseStreamEvent]:
    """The whole sequence of a finished answer. `response` (see `new_response`) is what the answer is part of."""
    builder = AnswerBuilder(response)
    yield from builder.begin()
    for item in output:
        yield from builder.finished_item(item, chunking=chunking)
    yield builder.completed(usage)


def new_response(response_id: str, *, model: str, created_at: float = 0.0) -> Response:
    """An answer that has just begun."""
    return made(
        Response,
        id=response_id,
        created_at=created_at,
        model=model,
        object="response",
        output=[],
        parallel_tool_calls=True,
        tool_choice="auto",
        tools=[],
        status="in_progress",
    )


@dataclass(eq=False)
class AnswerBuilder:
    """One answer in the making. Whoever generates the answer owns it; `output` grows as items are opened."""

    response: Response
    """As it is when the answer begins; it is not changed."""
    _numbers: Iterator[int] = field(default_factory=count)
    _items: list["_Writer"] = field(default_factory=list["_Writer"])

    def begin(self) -> Events:
        """`created` and `in_progress`."""
        return [
            self.event(ResponseCreatedEvent, type="response.created", response=self.response),
            self.event(ResponseInProgressEvent, type="response.in_progress", response=self.response),
        ]

    def message(self, item_id: str) -> "MessageWriter":
        """A message, as the next item of the output."""
        return self._joined(MessageWriter(self, item_id, len(self._items)))

    def function_call(self, name: str, *, call_id: str, item_id: str, namespace: str | None = None) -> "CallWriter":
        """A function call, as the next item of the output."""
        return self._joined(CallWriter(self, item_id, len(self._items), name, call_id, namespace))

    def reasoning(self, item_id: str) -> "ReasoningWriter":
        """Reasoning shown as summary parts, as the next item of the output."""
        return self._joined(ReasoningWriter(self, item_id, len(self._items)))

    def finished_item(self, item: TResponseOutputItem, *, chunking: Chunking = in_one_piece) -> Events:
        """All events of an item that is there already; kinds without deltas are added and done."""
        match item:
            case ResponseOutputMessage():
                return self.message(item.id).finished(item, chunking=chunking)
            case ResponseFunctionToolCall():
                call = self.function_call(
                    item.name, call_id=item.call_id, item_id=item.id or item.call_id, namespace=item.namespace
                )
                return call.finished(item, chunking=chunking)
            case ResponseReasoningItem():
                return self.reasoning(item.id).finished(item, chunking=chunking)
            case _:
                writer = self._joined(_Writer(self, "", len(self._items)))
                return [writer.added(item), writer.done(item)]

    @property
    def output(self) -> list[TResponseOutputItem]:
        """The items so far, each as it would be if it ended now."""
        return [writer.item for writer in self._items]

    def completed(self, usage: ResponseUsage | None = None) -> ResponseCompletedEvent:
        """The last event; all items must be closed."""
        response = self.response.model_copy(update={"output": self.output, "usage": usage, "status": "completed"})
        return self.event(ResponseCompletedEvent, type="response.completed", response=response)

    def event(self, kind: type[_M], **fields: Any) -> _M:
        """An event of `kind` with the next sequence number."""
        return made(kind, sequence_number=next(self._numbers), **fields)

    def _joined(self, writer: _W) -> _W:
        self._items.append(writer)
        return writer


@dataclass(eq=False)
class _Writer:
    """One item of an answer in the making; its `AnswerBuilder` hands it out."""

    builder: AnswerBuilder
    item_id: str
    output_index: int

    _final: TResponseOutputItem | None = field(default=None, init=False)

    @property
    def item(self) -> TResponseOutputItem:
        """The item as it ended; while it is open, as it would be if it ended now."""
        return self._so_far() if self._final is None else self._final

    def added(self, item: TResponseOutputItem) -> TResponseStreamEvent:
        return self.builder.event(
            ResponseOutputItemAddedEvent, type="response.output_item.added", item=item, output_index=self.output_index
        )

    def done(self, item: TResponseOutputItem) -> TResponseStreamEvent:
        self._final = item
        return self.builder.event(
            ResponseOutputItemDoneEvent, type="response.output_item.done", item=item, output_index=self.output_index
        )

    def event(self, kind: type[_M], **fields: Any) -> _M:
        return self.builder.event(kind, item_id=self.item_id, output_index=self.output_index, **fields)

    def _so_far(self) -> TResponseOutputItem:
        raise NotImplementedError


@dataclass(eq=False)
class MessageWriter(_Writer):
    """A message in the making: `open`, any number of `text` and `refusal`, `close`."""

    _parts: list[ResponseOutputText | ResponseOutputRefusal] = field(default_factory=list[Any], init=False)
    _open: PartKind | None = field(default=None, init=False)
    _pieces: list[str] = field(default_factory=list[str], init=False)

    def open(self) -> Events:
        """`output_item.added` with no content yet."""
        return [self.added(message_of(self.item_id, [], "in_progress"))]

    def text(self, delta: str) -> Events:
        """More text. The first call, or one after a refusal, opens a part."""
        events = self._within("text")
        self._pieces.append(delta)
        index = len(self._parts)
        kind = "response.output_text.delta"
        return [*events, self.event(ResponseTextDeltaEvent, type=kind, content_index=index, delta=delta, logprobs=[])]

    def refusal(self, delta: str) -> Events:
        """More of a refusal. The first call, or one after text, opens a part."""
        events = self._within("refusal")
        self._pieces.append(delta)
        index = len(self._parts)
        return [*events, self.event(ResponseRefusalDeltaEvent, type="response.refusal.delta", content_index=index, delta=delta)]

    def end_part(self, part: ResponseOutputText | ResponseOutputRefusal | None = None) -> Events:
        """Ends the open part, if there is one; `part` when it is more than its text (annotations)."""
        if self._open is None:
            return []
        ended = part or part_of(self._open, "".join(self._pieces))
        index = len(self._parts)
        self._parts.append(ended)
        self._pieces, self._open = [], None
        return [
            self._text_done(ended, index),
            self.event(ResponseContentPartDoneEvent, type="response.content_part.done", content_index=index, part=ended),
        ]

    def close(self) -> Events:
        """Ends the open part and the message; a message without content stays without."""
        return [*self.end_part(), self.done(self._so_far())]

    def finished(self, message: ResponseOutputMessage, *, chunking: Chunking) -> Events:
        """All events of a message that is there already."""
        events = self.open()
        for part in message.content:
            events += self._finished_part(part, chunking)
        return [*events, self.done(message)]

    def _finished_part(self, part: ResponseOutputText | ResponseOutputRefusal, chunking: Chunking) -> Events:
        is_text = isinstance(part, ResponseOutputText)
        events = self._within("text" if is_text else "refusal")
        for delta in chunking(part.text if isinstance(part, ResponseOutputText) else part.refusal):
            events += self.text(delta) if is_text else self.refusal(delta)
        return [*events, *self.end_part(part)]

    def _within(self, kind: PartKind) -> Events:
        if self._open == kind:
            return []
        events = self.end_part()
        self._open = kind
        part, index = part_of(kind, ""), len(self._parts)
        return [
            *events,
            self.event(ResponseContentPartAddedEvent, type="response.content_part.added", content_index=index, part=part),
        ]

    def _text_done(self, part: ResponseOutputText | ResponseOutputRefusal, index: int) -> TResponseStreamEvent:
        if isinstance(part, ResponseOutputText):
            return self.event(
                ResponseTextDoneEvent, type="response.output_text.done", content_index=index, text=part.text, logprobs=[]
            )
        return self.event(ResponseRefusalDoneEvent, type="response.refusal.done", content_index=index, refusal=part.refusal)

    def _so_far(self) -> ResponseOutputMessage:
        still_open = [part_of(self._open, "".join(self._pieces))] if self._open else []
        return message_of(self.item_id, [*self._parts, *still_open], "completed")


@dataclass(eq=False)
class CallWriter(_Writer):
    """A function call in the making: `open`, any number of `arguments`, `close`."""

    name: str
    call_id: str
    namespace: str | None
    _pieces: list[str] = field(default_factory=list[str], init=False)

    def open(self) -> Events:
        """`output_item.added` with empty arguments."""
        return [self.added(self._call("", "in_progress"))]

    def arguments(self, delta: str) -> Events:
        """More of the arguments' JSON text."""
        self._pieces.append(delta)
        kind = "response.function_call_arguments.delta"
        return [self.event(ResponseFunctionCallArgumentsDeltaEvent, type=kind, delta=delta)]

    def close(self) -> Events:
        """Ends the arguments and the call."""
        return self._closed(self._so_far())

    def finished(self, call: ResponseFunctionToolCall, *, chunking: Chunking) -> Events:
        """All events of a call that is there already."""
        events = self.open()
        for delta in chunking(call.arguments):
            events += self.arguments(delta)
        return [*events, *self._closed(call)]

    def _closed(self, call: ResponseFunctionToolCall) -> Events:
        kind = "response.function_call_arguments.done"
        done = self.event(ResponseFunctionCallArgumentsDoneEvent, type=kind, arguments=call.arguments, name=call.name)
        return [done, self.done(call)]

    def _so_far(self) -> ResponseFunctionToolCall:
        return self._call("".join(self._pieces), "completed")

    def _call(self, arguments: str, status: str) -> ResponseFunctionToolCall:
        optional = {} if self.namespace is None else {"namespace": self.namespace}
        return made(
            ResponseFunctionToolCall,
            type="function_call",
            id=self.item_id,
            call_id=self.call_id,
            name=self.name,
            arguments=arguments,
            status=status,
            **optional,
        )


@dataclass(eq=False)
class ReasoningWriter(_Writer):
    """Reasoning in the making: `open`, any number of `text` and `end_part`, `close`."""

    _parts: list[Summary] = field(default_factory=list[Summary], init=False)
    _is_open: bool = field(default=False, init=False)
    _pieces: list[str] = field(default_factory=list[str], init=False)

    def open(self) -> Events:
        """`output_item.added` with an empty summary."""
        return [self.added(made(ResponseReasoningItem, type="reasoning", id=self.item_id, summary=[], status="in_progress"))]

    def text(self, delta: str) -> Events:
        """More of the summary. The first call, or one after `end_part`, opens a part."""
        events = self._within()
        self._pieces.append(delta)
        kind, index = "response.reasoning_summary_text.delta", len(self._parts)
        return [*events, self.event(ResponseReasoningSummaryTextDeltaEvent, type=kind, summary_index=index, delta=delta)]

    def end_part(self) -> Events:
        """Ends the open part, if there is one."""
        if not self._is_open:
            return []
        part, index = summary_part("".join(self._pieces)), len(self._parts)
        self._parts.append(part)
        self._pieces, self._is_open = [], False
        text_done, part_done = "response.reasoning_summary_text.done", "response.reasoning_summary_part.done"
        return [
            self.event(ResponseReasoningSummaryTextDoneEvent, type=text_done, summary_index=index, text=part.text),
            self.event(ResponseReasoningSummaryPartDoneEvent, type=part_done, summary_index=index, part=part),
        ]

    def close(self) -> Events:
        """Ends the open part and the reasoning."""
        return [*self.end_part(), self.done(self._so_far())]

    def finished(self, reasoning: ResponseReasoningItem, *, chunking: Chunking) -> Events:
        """All events of reasoning that is there already."""
        events = self.open()
        for part in reasoning.summary:
            events += self._within()
            for delta in chunking(part.text):
                events += self.text(delta)
            events += self.end_part()
        return [*events, self.done(reasoning)]

    def _within(self) -> Events:
        if self._is_open:
            return []
        self._is_open = True
        kind, index = "response.reasoning_summary_part.added", len(self._parts)
        return [self.event(ResponseReasoningSummaryPartAddedEvent, type=kind, summary_index=index, part=summary_part(""))]

    def _so_far(self) -> ResponseReasoningItem:
        still_open = [summary_part("".join(self._pieces))] if self._is_open else []
        return made(ResponseReasoningItem, type="reasoning", id=self.item_id, summary=[*self._parts, *still_open])
