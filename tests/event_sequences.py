"""What every event sequence of the Responses API must be, checked in one place."""

from collections.abc import Sequence
from typing import Any

from openai.types.responses import ResponseStreamEvent
from pydantic import TypeAdapter

_EVENT: TypeAdapter[Any] = TypeAdapter(ResponseStreamEvent)


def assert_well_formed(events: Sequence[Any]) -> None:
    """Numbers count, items open and close once, deltas add up to what is done, and completed holds what was streamed."""
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert [event.type for event in events[:2]] == ["response.created", "response.in_progress"]
    assert events[-1].type == "response.completed"
    for event in events:
        _EVENT.validate_python(event.model_dump())
    done = [event.item for event in events if event.type == "response.output_item.done"]
    added = [event.output_index for event in events if event.type == "response.output_item.added"]
    assert added == list(range(len(done)))
    assert events[-1].response.output == done
    for index, item in enumerate(done):
        assert _deltas_of(events, index) == _texts_of(item), item


def short(events: Sequence[Any]) -> list[str]:
    """The events' types without the common prefix, deltas with their text: `output_text.delta:Hel`."""
    return [
        event.type.removeprefix("response.") + (f":{event.delta}" if event.type.endswith(".delta") else "") for event in events
    ]


def _deltas_of(events: Sequence[Any], index: int) -> str:
    return "".join(event.delta for event in events if event.type.endswith(".delta") and event.output_index == index)


def _texts_of(item: Any) -> str:
    match item.type:
        case "message":
            return "".join(part.text if part.type == "output_text" else part.refusal for part in item.content)
        case "function_call":
            return str(item.arguments)
        case "reasoning":
            return "".join(part.text for part in item.summary)
        case _:
            return ""
