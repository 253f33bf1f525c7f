"""What a stream of the Responses API says, as events, whatever its server leaves out or says twice.

A delta takes the fast way: one class, known by its type, checked by pydantic alone. Everything else is repaired as a dict and
then made into the openai package's type, leniently where it does not fit. Rules that hold here (observed on real servers):

- the event's `type` decides, and of the last event `response.status`: a completed answer may call itself failed or cut;
- items are known by their id, not by their numbers;
- an answer whose last event lists no output consists of the items that were streamed;
- the first `created` and `in_progress` count, repetitions say nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, cast, get_args

from openai import BaseModel
from openai.types.responses import (
    ResponseFunctionCallArgumentsDeltaEvent,
    ResponseReasoningSummaryTextDeltaEvent,
    ResponseReasoningTextDeltaEvent,
    ResponseRefusalDeltaEvent,
    ResponseStreamEvent,
    ResponseTextDeltaEvent,
)
from pydantic import ValidationError

from agentchat.models.foreign_items import FAKE_ID, CallIds, object_in, repair_item, text_in
from agentchat.models.openai_objects import made
from agentchat.models.responses.answers import complete_answer, refuse_unfinished, spoken_reasoning
from agentchat.models.wire.errors import failed_midway, no_ending
from agentchat.runtime.values.exceptions import ModelBehaviorError
from agentchat.runtime.values.items import TResponseStreamEvent

_DELTAS: dict[str, tuple[type[BaseModel], dict[str, Any]]] = {
    "response.output_text.delta": (ResponseTextDeltaEvent, {"content_index": 0, "logprobs": []}),
    "response.function_call_arguments.delta": (ResponseFunctionCallArgumentsDeltaEvent, {}),
    "response.reasoning_text.delta": (ResponseReasoningTextDeltaEvent, {"content_index": 0}),
    "response.reasoning_summary_text.delta": (ResponseReasoningSummaryTextDeltaEvent, {"summary_index": 0}),
    "response.refusal.delta": (ResponseRefusalDeltaEvent, {"content_index": 0}),
}
"""The class of each delta, and what its fields are where the server says nothing."""
_TYPES: dict[str, type[BaseModel]] = {
    get_args(event.model_fields["type"].annotation)[0]: event for event in get_args(get_args(ResponseStreamEvent)[0])
}
_WHOLE_TEXTS = {
    "response.output_text.done": "text",
    "response.refusal.done": "refusal",
    "response.reasoning_text.done": "text",
    "response.function_call_arguments.done": "arguments",
}
"""The events that repeat all deltas of a part, and the field that does."""
_SPOKEN_EVENTS = 6


@dataclass(eq=False)
class _StreamedItem:
    """What is known of an item from its events. Mutable; its parser writes it."""

    kind: str
    """The type of the event that first told of its content; empty until then."""
    item: dict[str, Any] | None = None
    is_done: bool = False
    pieces: list[str] = field(default_factory=list[str])


@dataclass(eq=False)
class ResponsesParser:
    """Reads one answer. Mutable; one stream owns it."""

    is_complete: bool = False
    _seen: set[str] = field(default_factory=set[str])
    _items: dict[str, _StreamedItem] = field(default_factory=dict[str, _StreamedItem])
    _current: str = FAKE_ID
    """The id of the item that was added last, for deltas that name none."""
    _call_ids: CallIds = field(default_factory=CallIds)
    _numbers: Iterator[int] = field(default_factory=count)

    def events(self, frame: dict[str, Any]) -> Iterable[TResponseStreamEvent]:
        """The events that follow from one frame; after the last one nothing does."""
        kind = frame.get("type")
        if self.is_complete or not isinstance(kind, str):
            return ()
        number = next(self._numbers)
        if not isinstance(frame.get("sequence_number"), int):
            frame["sequence_number"] = number
        if kind in _DELTAS:
            return self._delta(kind, frame)
        return self._other(kind, frame)

    def done(self) -> Iterable[TResponseStreamEvent]:
        """Nothing: `[DONE]` is no part of this API, though some servers send it."""
        return ()

    def ended(self) -> Iterable[TResponseStreamEvent]:
        """Raises ModelBehaviorError, since the answer is not complete."""
        raise no_ending(had_begun=bool(self._seen or self._items))

    def whole(self, body: dict[str, Any]) -> Iterable[TResponseStreamEvent]:
        """The last event alone, for a server that does not stream."""
        return self._last({"type": "response.completed", "response": body, "sequence_number": next(self._numbers)})

    def _delta(self, kind: str, frame: dict[str, Any]) -> Iterable[TResponseStreamEvent]:
        delta = frame.get("delta")
        if not delta or not isinstance(delta, str):
            return ()
        event_class, defaults = _DELTAS[kind]
        item = self._item_of(frame, kind)
        item.pieces.append(delta)
        for key, value in defaults.items():
            if frame.get(key) is None:
                frame[key] = value
        try:
            return (cast("TResponseStreamEvent", event_class.model_validate(frame)),)
        except ValidationError:
            return (cast("TResponseStreamEvent", made(event_class, **frame)),)

    def _item_of(self, frame: dict[str, Any], kind: str) -> _StreamedItem:
        """The item that a frame tells of; its id and index are completed where the server left them out."""
        item_id = text_in(frame.get("item_id"))
        if not item_id:
            item_id = frame["item_id"] = self._current
        known = self._items.get(item_id)
        if known is None:
            known = self._items[item_id] = _StreamedItem(kind)
        if frame.get("output_index") is None:
            frame["output_index"] = list(self._items).index(item_id)
        known.kind = known.kind or kind
        return known

    def _other(self, kind: str, frame: dict[str, Any]) -> Iterable[TResponseStreamEvent]:
        match kind:
            case "response.created" | "response.in_progress":
                return self._opener(kind, frame)
            case "response.output_item.added" | "response.output_item.done":
                return self._item_event(frame, is_done=kind.endswith(".done"))
            case "response.completed" | "response.incomplete" | "response.failed":
                return self._last(frame)
            case "error":
                return self._error(frame)
            case _:
                self._note_whole_text(kind, frame)
                return (_typed(frame),)

    def _opener(self, kind: str, frame: dict[str, Any]) -> Iterable[TResponseStreamEvent]:
        if kind in self._seen:
            return ()
        self._seen.add(kind)
        return (_typed(frame),)

    def _item_event(self, frame: dict[str, Any], *, is_done: bool) -> Iterable[TResponseStreamEvent]:
        known = object_in(frame.get("item"))
        if not text_in(known.get("type")):
            return ()
        index = frame.get("output_index")
        place = text_in(known.get("id")) or (FAKE_ID if index is None else f"{FAKE_ID}{index}")
        self._current = place
        streamed = self._items.setdefault(place, _StreamedItem(""))
        if index is None:
            frame["output_index"] = list(self._items).index(place)
        repair_item(known, "completed" if is_done else "in_progress")
        self._call_ids.complete(known, place)
        streamed.item, streamed.is_done = known, is_done or streamed.is_done
        return (_typed(frame),)

    def _note_whole_text(self, kind: str, frame: dict[str, Any]) -> None:
        key = _WHOLE_TEXTS.get(kind)
        if key is None:
            return
        item = self._item_of(frame, kind)
        text = frame.get(key)
        if isinstance(text, str) and not item.pieces:
            item.pieces.append(text)

    def _last(self, frame: dict[str, Any]) -> Iterator[TResponseStreamEvent]:
        answer = object_in(frame.get("response"))
        if not answer.get("output"):
            answer["output"] = [item for streamed in self._items.values() if (item := _item_from(streamed)) is not None]
        status = complete_answer(answer, str(frame["type"]).removeprefix("response."), self._call_ids)
        self.is_complete = True
        if status == "completed" and (text := spoken_reasoning(answer["output"])):
            yield from self._spoken(text, answer["output"], frame["sequence_number"])
            frame["sequence_number"] += _SPOKEN_EVENTS
        yield _typed({**frame, "type": f"response.{status}", "response": answer})
        refuse_unfinished(answer)

    def _spoken(self, text: str, output: list[dict[str, Any]], number: int) -> Iterator[TResponseStreamEvent]:
        """The events of a message with `text`, which joins the output."""
        place = {"item_id": "msg_spoken", "output_index": len(output), "content_index": 0}
        part: dict[str, Any] = {"type": "output_text", "text": text, "annotations": []}
        message: dict[str, Any] = {"type": "message", "id": "msg_spoken", "role": "assistant", "status": "completed"}
        message["content"] = [part]
        opened: dict[str, Any] = {**message, "status": "in_progress", "content": []}
        output.append(message)
        frames: list[dict[str, Any]] = [
            {"type": "response.output_item.added", "output_index": place["output_index"], "item": opened},
            {"type": "response.content_part.added", **place, "part": {**part, "text": ""}},
            {"type": "response.output_text.delta", **place, "delta": text, "logprobs": []},
            {"type": "response.output_text.done", **place, "text": text, "logprobs": []},
            {"type": "response.content_part.done", **place, "part": part},
            {"type": "response.output_item.done", "output_index": place["output_index"], "item": message},
        ]
        for offset, frame in enumerate(frames):
            yield _typed({**frame, "sequence_number": number + offset})

    def _error(self, frame: dict[str, Any]) -> Iterator[TResponseStreamEvent]:
        told = object_in(frame.get("error")) or frame
        frame["message"] = str(told.get("message") or frame.get("error") or "it gave no reason")
        frame["code"] = told.get("code")
        self.is_complete = True
        yield _typed(frame)
        raise ModelBehaviorError(failed_midway(frame["message"]))


def _typed(frame: dict[str, Any]) -> TResponseStreamEvent:
    """The event as the openai package types it; one that it does not know keeps its fields and its `type`."""
    event_class = _TYPES.get(frame["type"], BaseModel)
    try:
        return cast("TResponseStreamEvent", event_class.model_validate(frame))
    except ValidationError:
        return cast("TResponseStreamEvent", event_class.construct(**frame))


def _item_from(streamed: _StreamedItem) -> dict[str, Any] | None:
    """An item of an answer that does not list its output; None when there is not enough of it."""
    text = "".join(streamed.pieces)
    if streamed.is_done:
        return streamed.item
    match (streamed.item or {}).get("type") or _ITEM_OF.get(streamed.kind):
        case "message" if text:
            part = {"type": "refusal", "refusal": text} if "refusal" in streamed.kind else {"type": "output_text", "text": text}
            return {**(streamed.item or {}), "type": "message", "content": [part], "status": "completed"}
        case "function_call" if streamed.item:
            return {**streamed.item, "arguments": text or streamed.item["arguments"], "status": "completed"}
        case _:
            return None


_ITEM_OF = {"response.output_text.delta": "message", "response.output_text.done": "message", "response.refusal.delta": "message"}
