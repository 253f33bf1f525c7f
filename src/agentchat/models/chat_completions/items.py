"""Items in the making, with the events that Chat Completions is published to have for them.

They differ from those of the Responses API (`runtime/values/response_events.py`): no `output_text.done`, no
`function_call_arguments.done`, every id is `__fake_id__`, and whoever reads the chunks decides when something is closed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeVar

from openai.types.responses import (
    ResponseContentPartAddedEvent,
    ResponseContentPartDoneEvent,
    ResponseFunctionCallArgumentsDeltaEvent,
    ResponseFunctionToolCall,
    ResponseOutputItemAddedEvent,
    ResponseOutputItemDoneEvent,
    ResponseReasoningItem,
    ResponseReasoningSummaryPartAddedEvent,
    ResponseReasoningSummaryPartDoneEvent,
    ResponseReasoningSummaryTextDeltaEvent,
    ResponseReasoningTextDeltaEvent,
    ResponseReasoningTextDoneEvent,
    ResponseRefusalDeltaEvent,
    ResponseTextDeltaEvent,
)
from openai.types.responses.response_reasoning_item import Content
from pydantic import BaseModel

from agentchat.models.foreign_items import FAKE_ID
from agentchat.models.openai_objects import PartKind, made, message_of, part_of, summary_part
from agentchat.runtime.values.items import TResponseOutputItem, TResponseStreamEvent

_M = TypeVar("_M", bound=BaseModel)


@dataclass(eq=False)
class Numbering:
    """The numbers of one answer's events and the places of its items. Mutable; shared by all that tell of the answer."""

    events: Iterator[int] = field(default_factory=count)
    places: Iterator[int] = field(default_factory=count)

    def event(self, kind: type[_M], **fields: Any) -> _M:
        """An event with the next number."""
        return made(kind, sequence_number=next(self.events), **fields)

    def added(self, item: TResponseOutputItem, index: int) -> TResponseStreamEvent:
        """An item begins."""
        return self.event(ResponseOutputItemAddedEvent, type="response.output_item.added", item=item, output_index=index)

    def done(self, item: TResponseOutputItem, index: int) -> TResponseStreamEvent:
        """An item is complete."""
        return self.event(ResponseOutputItemDoneEvent, type="response.output_item.done", item=item, output_index=index)

    def at(self, index: int, kind: type[_M], **fields: Any) -> _M:
        """An event of the item at `index`."""
        return self.event(kind, item_id=FAKE_ID, output_index=index, **fields)


@dataclass(eq=False)
class OpenMessage:
    """The answer's message: text and refusal are its parts, in the order in which they began. Mutable."""

    numbering: Numbering
    index: int
    _parts: dict[PartKind, list[str]] = field(default_factory=dict[PartKind, list[str]])

    @property
    def item(self) -> TResponseOutputItem:
        """The message as it is so far."""
        return message_of(FAKE_ID, [part_of(kind, "".join(pieces)) for kind, pieces in self._parts.items()], "completed")

    @property
    def has_text(self) -> bool:
        """True once text has begun."""
        return "text" in self._parts

    def begin(self) -> TResponseStreamEvent:
        """The message, empty."""
        return self.numbering.added(message_of(FAKE_ID, [], "in_progress"), self.index)

    def text(self, delta: str) -> TResponseStreamEvent:
        """More text, in a part that is open."""
        self._parts["text"].append(delta)
        # checking one class is faster than making it unchecked, and this is nearly every event
        return ResponseTextDeltaEvent.model_validate(
            {
                "type": "response.output_text.delta",
                "sequence_number": next(self.numbering.events),
                "item_id": FAKE_ID,
                "output_index": self.index,
                "content_index": self._place("text"),
                "delta": delta,
                "logprobs": [],
            }
        )

    def said(self, delta: str, kind: PartKind) -> Iterator[TResponseStreamEvent]:
        """More text or refusal; the first of a kind opens its part."""
        if kind not in self._parts:
            self._parts[kind] = []
            added, place = "response.content_part.added", self._place(kind)
            part = part_of(kind, "")
            yield self.numbering.at(self.index, ResponseContentPartAddedEvent, type=added, content_index=place, part=part)
        if kind == "text":
            yield self.text(delta)
        else:
            self._parts[kind].append(delta)
            place = self._place(kind)
            more = "response.refusal.delta"
            yield self.numbering.at(self.index, ResponseRefusalDeltaEvent, type=more, content_index=place, delta=delta)

    def end_parts(self) -> Iterator[TResponseStreamEvent]:
        """All parts are complete."""
        for place, (kind, pieces) in enumerate(self._parts.items()):
            done, part = "response.content_part.done", part_of(kind, "".join(pieces))
            yield self.numbering.at(self.index, ResponseContentPartDoneEvent, type=done, content_index=place, part=part)

    def end(self) -> TResponseStreamEvent:
        """The message is complete."""
        return self.numbering.done(self.item, self.index)

    def _place(self, kind: PartKind) -> int:
        return list(self._parts).index(kind)


@dataclass(eq=False)
class OpenReasoning:
    """The answer's reasoning: a summary in parts (servers' `reasoning_content`), or one text (servers' `reasoning`). Mutable."""

    numbering: Numbering
    index: int
    as_summary: bool
    is_open: bool = False
    _parts: list[list[str]] = field(default_factory=list[list[str]])

    @property
    def text(self) -> str:
        """All of it."""
        return "".join("".join(pieces) for pieces in self._parts)

    @property
    def item(self) -> TResponseOutputItem:
        """The reasoning as it is so far."""
        if self.as_summary:
            summary = [summary_part("".join(pieces)) for pieces in self._parts]
            return made(ResponseReasoningItem, type="reasoning", id=FAKE_ID, summary=summary)
        content = [made(Content, type="reasoning_text", text=self.text)]
        return made(ResponseReasoningItem, type="reasoning", id=FAKE_ID, summary=[], content=content)

    def begin(self) -> TResponseStreamEvent:
        """The reasoning, empty."""
        return self.numbering.added(made(ResponseReasoningItem, type="reasoning", id=FAKE_ID, summary=[]), self.index)

    def thought(self, delta: str) -> Iterator[TResponseStreamEvent]:
        """More of it; the first after something else opens a part."""
        if not self.is_open:
            self.is_open = True
            self._parts.append([])
            if self.as_summary:
                yield self._at_part(ResponseReasoningSummaryPartAddedEvent, "part.added", part=summary_part(""))
        self._parts[-1].append(delta)
        if self.as_summary:
            yield self._at_part(ResponseReasoningSummaryTextDeltaEvent, "text.delta", delta=delta)
        else:
            kind = "response.reasoning_text.delta"
            yield self.numbering.at(self.index, ResponseReasoningTextDeltaEvent, type=kind, content_index=0, delta=delta)

    def end_part(self) -> Iterator[TResponseStreamEvent]:
        """Something else begins, which ends a part of a summary; the one text stays open."""
        if self.is_open and self.as_summary:
            self.is_open = False
            yield self._at_part(ResponseReasoningSummaryPartDoneEvent, "part.done", part=summary_part("".join(self._parts[-1])))

    def end(self) -> Iterator[TResponseStreamEvent]:
        """The reasoning is complete."""
        yield from self.end_part()
        if not self.as_summary:
            kind = "response.reasoning_text.done"
            yield self.numbering.at(self.index, ResponseReasoningTextDoneEvent, type=kind, content_index=0, text=self.text)
        yield self.numbering.done(self.item, self.index)

    def _at_part(self, kind: type[_M], name: str, **fields: Any) -> _M:
        place = len(self._parts) - 1
        return self.numbering.at(self.index, kind, type=f"response.reasoning_summary_{name}", summary_index=place, **fields)


@dataclass(eq=False)
class OpenCall:
    """A call whose name, id and arguments arrive in any order. Mutable; it is told of once name and id are known."""

    numbering: Numbering
    call_id: str | None = None
    name: str = ""
    index: int | None = None
    """Its place in the output; None until it is told of."""
    _pieces: list[str] = field(default_factory=list[str])

    @property
    def item(self) -> ResponseFunctionToolCall:
        """The call as it is so far."""
        return self._with("".join(self._pieces))

    def begin_if_known(self) -> Iterator[TResponseStreamEvent]:
        """The call, without arguments, as soon as there is enough to tell."""
        if self.index is None and self.name and self.call_id is not None:
            self.index = next(self.numbering.places)
            yield self.numbering.added(self._with(""), self.index)

    def arguments(self, delta: str) -> Iterator[TResponseStreamEvent]:
        """More arguments; they are kept silently while the call is not told of."""
        self._pieces.append(delta)
        if self.index is not None:
            yield self._arguments(self.index, delta)

    def begin_late(self) -> Iterator[TResponseStreamEvent]:
        """The call with all its arguments, when its name or id never came."""
        if self.index is None:
            self.index = next(self.numbering.places)
            yield self.numbering.added(self.item, self.index)
            yield self._arguments(self.index, self.item.arguments)

    def end(self) -> TResponseStreamEvent:
        """The call is complete."""
        assert self.index is not None
        return self.numbering.done(self.item, self.index)

    def _arguments(self, index: int, delta: str) -> TResponseStreamEvent:
        kind = "response.function_call_arguments.delta"
        return self.numbering.at(index, ResponseFunctionCallArgumentsDeltaEvent, type=kind, delta=delta)

    def _with(self, arguments: str) -> ResponseFunctionToolCall:
        named: dict[str, Any] = {"call_id": self.call_id, "name": self.name, "arguments": arguments}
        return made(ResponseFunctionToolCall, type="function_call", id=FAKE_ID, **named)
