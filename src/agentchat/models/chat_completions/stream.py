"""Makes events of the Responses API out of the chunks of Chat Completions: the one place that knows chunks.

Chunks are decoded JSON, as servers send it: any field may be missing, null or empty, id and name of a call come in any order or in
every chunk, and counts of tokens stand anywhere (observed on real servers). What is open is closed at the end, in the published
order: reasoning, the parts of the message, the calls, and then the message.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from openai.types.responses import Response, ResponseCompletedEvent, ResponseCreatedEvent, ResponseUsage
from openai.types.responses.response import IncompleteDetails

from agentchat.models.chat_completions.items import Numbering, OpenCall, OpenMessage, OpenReasoning
from agentchat.models.chat_completions.usage import usage_of_chunk
from agentchat.models.foreign_items import FAKE_ID, fresh_call_id, object_in, objects_in, text_in
from agentchat.models.openai_objects import PartKind, made
from agentchat.models.wire.errors import no_ending
from agentchat.runtime.values.exceptions import ModelBehaviorError
from agentchat.runtime.values.exceptions_base import AgentsException
from agentchat.runtime.values.items import TResponseOutputItem, TResponseStreamEvent

_OTHER_CONTENT = ("tool_calls", "reasoning_content", "reasoning", "refusal", "audio")
_WITHHELD = "Response withheld by the provider's content filter."


@dataclass(eq=False)
class ChatParser:
    """Reads one answer. Mutable; one stream owns it."""

    model: str
    used_call_ids: Collection[str] = ()
    """The ids of the calls in the request's own input, which a new call must not have."""
    is_complete: bool = False
    _numbering: Numbering = field(default_factory=Numbering)
    _response: Response | None = None
    _message: OpenMessage | None = None
    _reasoning: OpenReasoning | None = None
    _calls: dict[object, OpenCall] = field(default_factory=dict[object, OpenCall])
    """By the provider's index, or by id where a server gives no index."""
    _usage: ResponseUsage | None = None
    _finish_reason: str | None = None

    def events(self, frame: dict[str, Any]) -> Iterable[TResponseStreamEvent]:
        """The events that follow from one chunk; after the last one nothing does."""
        if self.is_complete:
            return ()
        more = self._more_text(frame)
        return self._any_events(frame) if more is None else (more,)

    def done(self) -> Iterator[TResponseStreamEvent]:
        """Closes what is open: the server said that this is all."""
        if self.is_complete:
            return
        self.is_complete = True
        yield from self._last_words()
        yield from self._closing()
        yield self._completed(self._response or _new_response({}, self.model))

    def ended(self) -> Iterator[TResponseStreamEvent]:
        """As `done` when the model had finished; else ModelBehaviorError."""
        if self._finish_reason is not None:
            yield from self.done()
        else:
            raise no_ending(had_begun=self._response is not None)

    def whole(self, body: dict[str, Any]) -> Iterator[TResponseStreamEvent]:
        """The events of an answer in one piece: its message is one large delta."""
        choices = [{**choice, "delta": choice.get("message")} for choice in objects_in(body.get("choices"))]
        if not choices:
            raise ModelBehaviorError("The server's answer holds no choices; check the base URL, or try another server.")
        yield from self.events({**body, "choices": choices})
        yield from self.done()

    def _more_text(self, frame: dict[str, Any]) -> TResponseStreamEvent | None:
        """The event of a chunk that only goes on with the open text, as nearly all do: the fast way, without a generator."""
        message, choices = self._message, objects_in(frame.get("choices"))
        if message is None or not message.has_text or len(choices) != 1 or frame.get("usage"):
            return None
        choice = choices[0]
        delta = object_in(choice.get("delta"))
        text = delta.get("content")
        if not text or not isinstance(text, str) or choice.get("index") or choice.get("finish_reason"):
            return None
        if any(delta.get(other) for other in _OTHER_CONTENT) or (self._reasoning is not None and self._reasoning.is_open):
            return None
        return message.text(text)

    def _any_events(self, frame: dict[str, Any]) -> Iterator[TResponseStreamEvent]:
        if self._response is None:
            self._response = _new_response(frame, self.model)
            yield self._numbering.event(ResponseCreatedEvent, type="response.created", response=self._response)
        usage = usage_of_chunk(frame.get("usage"))
        if usage is not None and (self._usage is None or usage.total_tokens):
            self._usage = usage
        for choice in objects_in(frame.get("choices")):
            if not choice.get("index"):
                self._finish_reason = text_in(choice.get("finish_reason")) or self._finish_reason
                yield from self._delta(object_in(choice.get("delta")))

    def _delta(self, delta: dict[str, Any]) -> Iterator[TResponseStreamEvent]:
        if delta.get("audio"):
            raise AgentsException("The model answered with audio, which cannot be shown here; ask it for text.")
        if thought := _text(delta.get("reasoning_content")):
            yield from self._thought(thought, as_summary=True)
        elif thought := _text(delta.get("reasoning")):
            yield from self._thought(thought, as_summary=False)
        if text := _text(delta.get("content")):
            yield from self._said(text, "text")
        if refusal := _text(delta.get("refusal")):
            yield from self._said(refusal, "refusal")
        for call in objects_in(delta.get("tool_calls")):
            yield from self._called(call)

    def _thought(self, text: str, *, as_summary: bool) -> Iterator[TResponseStreamEvent]:
        if self._reasoning is None:
            self._reasoning = OpenReasoning(self._numbering, next(self._numbering.places), as_summary)
            yield self._reasoning.begin()
        yield from self._reasoning.thought(text)

    def _said(self, text: str, kind: PartKind) -> Iterator[TResponseStreamEvent]:
        yield from self._end_thought()
        if self._message is None:
            self._message = OpenMessage(self._numbering, next(self._numbering.places))
            yield self._message.begin()
        yield from self._message.said(text, kind)

    def _called(self, delta: dict[str, Any]) -> Iterator[TResponseStreamEvent]:
        """Some servers repeat id and name in every delta, so the first of each counts."""
        yield from self._end_thought()
        call, function = self._call_of(delta), object_in(delta.get("function"))
        call.name = call.name or text_in(function.get("name"))
        if call.call_id is None and isinstance(delta.get("id"), str):
            call.call_id = self._usable(delta["id"])
        yield from call.begin_if_known()
        if arguments := _text(function.get("arguments")):
            yield from call.arguments(arguments)

    def _end_thought(self) -> Iterator[TResponseStreamEvent]:
        if self._reasoning is not None:
            yield from self._reasoning.end_part()

    def _call_of(self, delta: dict[str, Any]) -> OpenCall:
        key = delta.get("index")
        if not isinstance(key, int):
            key = text_in(delta.get("id")) or next(reversed(self._calls), "")
        return self._calls.setdefault(key, OpenCall(self._numbering))

    def _usable(self, call_id: str) -> str:
        """The id, or a fresh one for an empty id and for one that stands for another call."""
        known = (call.call_id for call in self._calls.values())
        return fresh_call_id() if not call_id or call_id in self.used_call_ids or call_id in known else call_id

    def _last_words(self) -> Iterator[TResponseStreamEvent]:
        """What takes the place of an answer that has none."""
        if self._message is not None or self._calls:
            return
        match self._finish_reason:
            case "content_filter":
                yield from self._said(_WITHHELD, "refusal")
            case "length":
                raise ModelBehaviorError("The answer was cut off before it began; raise max_tokens, or ask for less.")
            case _ if self._reasoning is not None:
                # some servers put the whole answer there
                yield from self._said(self._reasoning.text, "text")
            case _:
                return

    def _closing(self) -> Iterator[TResponseStreamEvent]:
        for call in self._calls.values():
            call.call_id = call.call_id or fresh_call_id()
            yield from call.begin_late()
        if self._reasoning is not None:
            yield from self._reasoning.end()
        if self._message is not None:
            yield from self._message.end_parts()
        for call in self._calls.values():
            yield call.end()
        if self._message is not None:
            yield self._message.end()

    def _completed(self, response: Response) -> TResponseStreamEvent:
        final: dict[str, Any] = {"output": self._output(), "usage": self._usage, "status": "completed"}
        if self._finish_reason == "length":
            final["incomplete_details"] = made(IncompleteDetails, reason="max_output_tokens")
        whole = response.model_copy(update=final)
        return self._numbering.event(ResponseCompletedEvent, type="response.completed", response=whole)

    def _output(self) -> list[TResponseOutputItem]:
        """The items in the order in which they began."""
        items: dict[int | None, TResponseOutputItem] = {call.index: call.item for call in self._calls.values()}
        for other in (self._reasoning, self._message):
            if other is not None:
                items[other.index] = other.item
        return [items[index] for index in range(len(items))]


def _new_response(chunk: dict[str, Any], model: str) -> Response:
    created = chunk.get("created")
    return made(
        Response,
        id=FAKE_ID,
        object="response",
        created_at=float(created) if isinstance(created, int | float) else 0.0,
        model=model,
        output=[],
        parallel_tool_calls=False,
        tool_choice="auto",
        tools=[],
    )


def _text(value: object) -> str:
    """Text in a delta; empty for whatever else a server puts there. Some send a list of parts."""
    if isinstance(value, str):
        return value
    return "".join(str(part.get("text") or "") for part in objects_in(value))
