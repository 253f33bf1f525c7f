"""Whatever stands in a frame, a parser gives events or a sentence, and never any other error."""

import copy
import random
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from agentchat.models.chat_completions.stream import ChatParser
from agentchat.models.responses.stream import ResponsesParser
from agentchat.models.wire.requests import EventParser
from agentchat.runtime.values.exceptions_base import AgentsException
from agentchat.runtime.values.items import ModelResponse, wire_of
from agentchat.runtime.values.responses import response_to_json
from agentchat.runtime.values.usage import Usage
from tests.models.chunks import COUNTS, call_delta, chunk, text_chunks
from tests.models.frames import call, call_frames, message, message_frames, whole_stream

JUNK: list[Any] = [None, 0, -1, 1.5, True, "", "x", [], {}, [1], [None], [[]], {"a": 1}, [{"type": "message"}], {"type": "function_call"}]
RESPONSES = whole_stream(
    *message_frames("Hel", "lo"),
    *call_frames("weather", "{", "}", index=1),
    {"type": "response.reasoning_text.delta", "item_id": "rs_1", "output_index": 2, "content_index": 0, "delta": "Hm"},
    output=[message("Hello"), call("weather", "{}"), {"type": "reasoning", "id": "rs_1", "summary": [], "content": []}],
)
CHAT = [
    chunk({"reasoning_content": "Hm"}),
    chunk({"reasoning": "Hm"}),
    *text_chunks("Hel", "lo"),
    chunk(call_delta(0, "{", id="call_1", name="a")),
    chunk(call_delta(0, "}"), "stop", usage=COUNTS),
]


def spoilt(frames: list[dict[str, Any]], dice: random.Random) -> list[dict[str, Any]]:
    """The frames with some of their values, at any depth, replaced or taken out."""
    frames = copy.deepcopy(frames)
    for _ in range(dice.randint(1, 4)):
        target, key = a_place_in(dice.choice(frames), dice)
        if isinstance(target, dict) and dice.random() < 0.2:
            del target[key]
            frames = [frame for frame in frames if frame]
        else:
            target[key] = copy.deepcopy(dice.choice(JUNK))
    return frames


def a_place_in(target: dict[Any, Any] | list[Any], dice: random.Random) -> tuple[Any, Any]:
    """A dict or a list in `target`, and one of its keys."""
    keys: list[Any] = list(target) if isinstance(target, dict) else list(range(len(target)))
    key = dice.choice(keys)
    deeper: Any = target[key]
    goes_deeper = bool(deeper) and isinstance(deeper, dict | list) and dice.random() < 0.7
    return a_place_in(cast("list[Any]", deeper), dice) if goes_deeper else (target, key)


def play(parser: EventParser, frames: list[dict[str, Any]]) -> None:
    with suppress(AgentsException):  # a sentence: all that may be raised
        for frame in frames:
            check(parser.events(frame))
        check(parser.done())
        if not parser.is_complete:
            list(parser.ended())


def check(events: Iterable[Any]) -> None:
    """What comes out can be stored without a warning, and deltas are text."""
    for event in events:
        assert isinstance(event.type, str)
        if event.type.endswith(".delta"):
            assert isinstance(event.delta, str)
            assert isinstance(event.item_id, str)
        if event.type == "response.output_item.done":
            wire_of(event.item)
        if event.type == "response.completed":
            response_to_json(ModelResponse(event.response.output, Usage.of_response(event.response.usage), event.response.id))


@given(seed=st.integers(0, 2**32))
def test_spoilt_frames_of_the_responses_api(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(20):
        play(ResponsesParser(), spoilt(RESPONSES, dice))


@given(seed=st.integers(0, 2**32))
def test_spoilt_chunks_of_chat_completions(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(20):
        play(ChatParser("m"), spoilt(CHAT, dice))
