from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.types.responses import (
    ResponseFunctionToolCall,
    ResponseFunctionWebSearch,
    ResponseOutputMessage,
    ResponseOutputRefusal,
    ResponseOutputText,
    ResponseReasoningItem,
)
from openai.types.responses.response_function_web_search import ActionSearch
from openai.types.responses.response_reasoning_item import Summary
from openai.types.responses.response_usage import InputTokensDetails, OutputTokensDetails, ResponseUsage

from agentchat.models.response_events import AnswerBuilder, in_pieces_of, new_response, response_events
from tests.event_sequences import assert_well_formed, short

MESSAGE = ["output_item.added", "content_part.added", "output_text.delta:Hello", "output_text.done", "content_part.done"]


def message(*parts: str | ResponseOutputRefusal, item_id: str = "m1") -> ResponseOutputMessage:
    content = [
        ResponseOutputText(type="output_text", text=part, annotations=[], logprobs=[]) if isinstance(part, str) else part
        for part in parts
    ]
    return ResponseOutputMessage(id=item_id, type="message", role="assistant", status="completed", content=content)


def refusal(text: str) -> ResponseOutputRefusal:
    return ResponseOutputRefusal(type="refusal", refusal=text)


def call(arguments: str, call_id: str = "c1") -> ResponseFunctionToolCall:
    return ResponseFunctionToolCall(type="function_call", name="add", arguments=arguments, call_id=call_id, id=f"id-{call_id}")


def reasoning(*parts: str) -> ResponseReasoningItem:
    return ResponseReasoningItem(id="r1", type="reasoning", summary=[Summary(type="summary_text", text=part) for part in parts])


def events_of(*output: Any, size: int = 1000, usage: ResponseUsage | None = None) -> list[Any]:
    return list(response_events(output, new_response("resp", model="m"), usage=usage, chunking=in_pieces_of(size)))


def test_a_message_is_told_in_the_order_of_the_responses_api() -> None:
    assert short(events_of(message("Hello"))) == ["created", "in_progress", *MESSAGE, "output_item.done", "completed"]


def test_a_function_call_begins_with_empty_arguments() -> None:
    events = events_of(call('{"a":1}'), size=4)

    assert short(events)[2:-1] == [
        "output_item.added",
        'function_call_arguments.delta:{"a"',
        "function_call_arguments.delta::1}",
        "function_call_arguments.done",
        "output_item.done",
    ]
    assert (events[2].item.arguments, events[2].item.status) == ("", "in_progress")
    assert events[-2].item == call('{"a":1}')


def test_reasoning_is_told_part_by_part() -> None:
    part = ["reasoning_summary_text.done", "reasoning_summary_part.done"]

    events = events_of(reasoning("one", "two"))

    assert short(events)[2:-1] == [
        "output_item.added",
        *["reasoning_summary_part.added", "reasoning_summary_text.delta:one", *part],
        *["reasoning_summary_part.added", "reasoning_summary_text.delta:two", *part],
        "output_item.done",
    ]
    assert [event.summary_index for event in events[3:-2]] == [0, 0, 0, 0, 1, 1, 1, 1]


def test_text_and_refusal_are_two_parts_of_one_message() -> None:
    events = events_of(message("Well", refusal("no")))

    assert short(events)[3:-2] == [
        *["content_part.added", "output_text.delta:Well", "output_text.done", "content_part.done"],
        *["content_part.added", "refusal.delta:no", "refusal.done", "content_part.done"],
    ]
    assert [event.content_index for event in events[3:-2]] == [0, 0, 0, 0, 1, 1, 1, 1]


def test_an_item_without_deltas_is_added_and_done() -> None:
    search = ResponseFunctionWebSearch(
        id="ws", type="web_search_call", status="completed", action=ActionSearch(type="search", query="q")
    )

    events = events_of(search, message("Hello"))

    assert short(events)[2:4] == ["output_item.added", "output_item.done"]
    assert events[-1].response.output == [search, message("Hello")]


def test_an_empty_text_has_its_part_and_no_delta() -> None:
    assert short(events_of(message("")))[2:-1] == [
        *["output_item.added", "content_part.added", "output_text.done", "content_part.done", "output_item.done"]
    ]


def test_completed_carries_the_output_and_the_usage() -> None:
    usage = ResponseUsage(
        input_tokens=1,
        output_tokens=2,
        total_tokens=3,
        input_tokens_details=InputTokensDetails(cached_tokens=0, cache_write_tokens=0),
        output_tokens_details=OutputTokensDetails(reasoning_tokens=0),
    )

    events = events_of(reasoning("hm"), call("{}"), usage=usage)

    assert events[-1].response.usage == usage
    assert events[-1].response.output == [reasoning("hm"), call("{}")]
    assert (events[-1].response.status, events[0].response.status) == ("completed", "in_progress")
    assert events[0].response.output == []


texts = st.text(max_size=40)
items = st.one_of(
    st.builds(message, texts),
    st.builds(lambda text: message(refusal(text)), texts),
    st.builds(call, texts),
    st.lists(texts, max_size=3).map(lambda parts: reasoning(*parts)),
)


@given(output=st.lists(items, max_size=4), size=st.integers(1, 50))
def test_any_finished_answer_makes_a_well_formed_sequence(output: list[Any], size: int) -> None:
    events = events_of(*output, size=size)

    assert_well_formed(events)
    assert events[-1].response.output == output


def test_items_can_be_written_side_by_side() -> None:
    answer = AnswerBuilder(new_response("resp", model="m"))
    first = answer.function_call("a", call_id="c1", item_id="i1")
    second = answer.function_call("b", call_id="c2", item_id="i2")

    events: list[Any] = [*answer.begin(), *first.open(), *second.open()]
    events += [*first.arguments("{"), *second.arguments("{}"), *first.arguments("}"), *first.close(), *second.close()]
    events.append(answer.completed())

    assert_well_formed(events)
    assert [event.output_index for event in events[2:-1]] == [0, 1, 0, 1, 0, 0, 0, 1, 1]
    assert [item.name for item in events[-1].response.output] == ["a", "b"]


def test_the_output_can_be_read_while_it_is_written() -> None:
    answer = AnswerBuilder(new_response("resp", model="m"))
    thought, said = answer.reasoning("r"), answer.message("m")
    for _ in (thought.open(), thought.text("hm"), said.open(), said.text("Hel"), said.text("lo")):
        pass

    assert [item.model_dump(exclude_unset=True) for item in answer.output] == [
        {"type": "reasoning", "id": "r", "summary": [{"type": "summary_text", "text": "hm"}]},
        {
            "type": "message",
            "role": "assistant",
            "id": "m",
            "status": "completed",
            "content": [{"type": "output_text", "text": "Hello", "annotations": [], "logprobs": []}],
        },
    ]


@pytest.mark.parametrize("text", ["\ud800", "\x00\x1b[0m"])
def test_text_that_a_server_should_not_send_passes_unchanged(text: str) -> None:
    answer = AnswerBuilder(new_response("resp", model="m"))
    said = answer.message("m")

    events: list[Any] = [*said.open(), *said.text(text), *said.close()]

    assert events[2].delta == text
    assert events[-1].item.content[0].text == text
