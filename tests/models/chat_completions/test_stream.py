"""Chunks of Chat Completions become events, in the published order, whatever the server does differently."""

from typing import Any

import openai
import pytest

from agentchat.models.chat_completions.model import OpenAIChatCompletionsModel
from agentchat.runtime.values.exceptions import ModelBehaviorError
from agentchat.runtime.values.exceptions_base import AgentsException
from tests.model_server import Frame, ModelServer, Stream
from tests.models.chunks import COUNTS, call_delta, chunk, text_chunks
from tests.models.conftest import brief, events_of, events_until_error

FAKE = "__fake_id__"


async def sequence(server: ModelServer, model: OpenAIChatCompletionsModel, *deltas: dict[str, Any], finish: str = "stop") -> list[str]:
    """The events as `output_item.added@0`, where the number is the place in the output."""
    events = await played(server, model, *(chunk(delta) for delta in deltas), chunk({}, finish))
    return [brief(event) + (f"@{event['output_index']}" if "output_index" in event else "") for event in events]


async def played(server: ModelServer, model: OpenAIChatCompletionsModel, *frames: Frame, given: Any = "Hi") -> list[dict[str, Any]]:
    server.answer(Stream(frames, done=True))
    events = await events_of(model, given)
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    return events


def outputs(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return events[-1]["response"]["output"]


async def test_a_message_whole(server: ModelServer, chat_model: OpenAIChatCompletionsModel) -> None:
    events = await played(server, chat_model, *text_chunks("Grü", "ße 👋"), chunk({}, choices=[], usage=COUNTS))

    begun: dict[str, Any] = {
        "id": FAKE,
        "object": "response",
        "created_at": 3.0,
        "model": "test-model",
        "output": [],
        "parallel_tool_calls": False,
        "tool_choice": "auto",
        "tools": [],
    }
    place = {"item_id": FAKE, "output_index": 0, "content_index": 0}
    part: dict[str, Any] = {"type": "output_text", "text": "Grüße 👋", "annotations": [], "logprobs": []}
    done: dict[str, Any] = {"type": "message", "role": "assistant", "id": FAKE, "content": [part], "status": "completed"}
    usage = {
        "input_tokens": 5,
        "input_tokens_details": {"cached_tokens": 2, "cache_write_tokens": 0},
        "output_tokens": 7,
        "output_tokens_details": {"reasoning_tokens": 3},
        "total_tokens": 12,
    }
    assert [{key: value for key, value in event.items() if key != "sequence_number"} for event in events] == [
        {"type": "response.created", "response": begun},
        {"type": "response.output_item.added", "output_index": 0, "item": done | {"content": [], "status": "in_progress"}},
        {"type": "response.content_part.added", **place, "part": part | {"text": ""}},
        {"type": "response.output_text.delta", **place, "delta": "Grü", "logprobs": []},
        {"type": "response.output_text.delta", **place, "delta": "ße 👋", "logprobs": []},
        {"type": "response.content_part.done", **place, "part": part},
        {"type": "response.output_item.done", "output_index": 0, "item": done},
        {"type": "response.completed", "response": begun | {"status": "completed", "output": [done], "usage": usage}},
    ]


async def test_parallel_calls_that_arrive_in_turns(server: ModelServer, chat_model: OpenAIChatCompletionsModel) -> None:
    assert await sequence(
        server,
        chat_model,
        call_delta(0, "", id="call_1", name="a"),
        call_delta(0, '{"x"'),
        call_delta(1, id="call_2", name="b"),
        call_delta(1, "{}"),
        call_delta(0, ":1}"),
        finish="tool_calls",
    ) == [
        "created",
        "output_item.added@0",
        'function_call_arguments.delta:{"x"@0',
        "output_item.added@1",
        "function_call_arguments.delta:{}@1",
        "function_call_arguments.delta::1}@0",
        "output_item.done@0",
        "output_item.done@1",
        "completed",
    ]


async def test_calls_whole(server: ModelServer, chat_model: OpenAIChatCompletionsModel) -> None:
    events = await played(
        server,
        chat_model,
        chunk(call_delta(0, '{"x":', id="call_1", name="a")),
        chunk(call_delta(0, "1}", id="call_1", name="a")),
        chunk({}, "stop"),
    )

    call = {"type": "function_call", "id": FAKE, "call_id": "call_1", "name": "a", "arguments": '{"x":1}'}
    assert events[1]["item"] == call | {"arguments": ""}
    assert outputs(events) == [call]


async def test_text_before_a_call_and_text_after_it(server: ModelServer, chat_model: OpenAIChatCompletionsModel) -> None:
    text, call = {"content": "Hm"}, call_delta(0, "{}", id="call_1", name="a")

    assert await sequence(server, chat_model, text, call) == [
        "created",
        "output_item.added@0",
        "content_part.added@0",
        "output_text.delta:Hm@0",
        "output_item.added@1",
        "function_call_arguments.delta:{}@1",
        "content_part.done@0",
        "output_item.done@1",
        "output_item.done@0",
        "completed",
    ]
    assert await sequence(server, chat_model, call, text) == [
        "created",
        "output_item.added@0",
        "function_call_arguments.delta:{}@0",
        "output_item.added@1",
        "content_part.added@1",
        "output_text.delta:Hm@1",
        "content_part.done@1",
        "output_item.done@0",
        "output_item.done@1",
        "completed",
    ]


async def test_the_output_is_in_the_order_of_its_beginnings(server: ModelServer, chat_model: OpenAIChatCompletionsModel) -> None:
    text, call = chunk({"content": "Hm"}), chunk(call_delta(0, "{}", id="call_1", name="a"))

    first = await played(server, chat_model, text, call, chunk({}, "stop"))
    second = await played(server, chat_model, call, text, chunk({}, "stop"))

    assert [[item["type"] for item in outputs(events)] for events in (first, second)] == [
        ["message", "function_call"],
        ["function_call", "message"],
    ]


async def test_reasoning_content_becomes_a_summary(server: ModelServer, chat_model: OpenAIChatCompletionsModel) -> None:
    assert await sequence(server, chat_model, {"reasoning_content": "Let "}, {"reasoning_content": "me."}, {"content": "4"}) == [
        "created",
        "output_item.added@0",
        "reasoning_summary_part.added@0",
        "reasoning_summary_text.delta:Let @0",
        "reasoning_summary_text.delta:me.@0",
        "reasoning_summary_part.done@0",
        "output_item.added@1",
        "content_part.added@1",
        "output_text.delta:4@1",
        "output_item.done@0",
        "content_part.done@1",
        "output_item.done@1",
        "completed",
    ]


async def test_reasoning_becomes_reasoning_text(server: ModelServer, chat_model: OpenAIChatCompletionsModel) -> None:
    assert await sequence(server, chat_model, {"reasoning": "Let "}, {"reasoning": "me."}, {"content": "4"}) == [
        "created",
        "output_item.added@0",
        "reasoning_text.delta:Let @0",
        "reasoning_text.delta:me.@0",
        "output_item.added@1",
        "content_part.added@1",
        "output_text.delta:4@1",
        "reasoning_text.done@0",
        "output_item.done@0",
        "content_part.done@1",
        "output_item.done@1",
        "completed",
    ]


async def test_reasoning_told_in_both_fields_is_told_once(server: ModelServer, chat_model: OpenAIChatCompletionsModel) -> None:
    seen = await sequence(server, chat_model, {"reasoning_content": "Hm", "reasoning": "Hm"}, {"content": "4"})

    assert [event for event in seen if "delta:Hm" in event] == ["reasoning_summary_text.delta:Hm@0"]


async def test_reasoning_that_holds_the_whole_answer_becomes_the_answer(
    server: ModelServer, chat_model: OpenAIChatCompletionsModel
) -> None:
    for name in ("reasoning_content", "reasoning"):
        events = await played(server, chat_model, chunk({name: "It is "}), chunk({name: "4.", "content": ""}), chunk({}, "stop"))
        assert [item["type"] for item in outputs(events)] == ["reasoning", "message"]
        assert outputs(events)[1]["content"][0]["text"] == "It is 4."


async def test_a_refusal_and_text_share_one_message(server: ModelServer, chat_model: OpenAIChatCompletionsModel) -> None:
    events = await played(server, chat_model, chunk({"content": "Well"}), chunk({"refusal": "No."}), chunk({}, "stop"))

    assert [(brief(event), event.get("content_index")) for event in events[2:-2]] == [
        ("content_part.added", 0),
        ("output_text.delta:Well", 0),
        ("content_part.added", 1),
        ("refusal.delta:No.", 1),
        ("content_part.done", 0),
        ("content_part.done", 1),
    ]
    assert [part["type"] for part in outputs(events)[0]["content"]] == ["output_text", "refusal"]


async def test_an_answer_that_was_withheld_is_a_refusal(server: ModelServer, chat_model: OpenAIChatCompletionsModel) -> None:
    events = await played(server, chat_model, chunk({}, "content_filter"))

    assert outputs(events)[0]["content"] == [{"type": "refusal", "refusal": "Response withheld by the provider's content filter."}]


async def test_arguments_before_the_name_are_kept_for_the_end(server: ModelServer, chat_model: OpenAIChatCompletionsModel) -> None:
    deltas = (call_delta(0, '{"x":'), call_delta(0, id="call_1", name="a"), call_delta(0, "1}"))

    assert await sequence(server, chat_model, *deltas) == [
        "created",
        "output_item.added@0",
        "function_call_arguments.delta:1}@0",
        "output_item.done@0",
        "completed",
    ]
    events = await played(server, chat_model, *(chunk(delta) for delta in deltas), chunk({}, "stop"))
    assert outputs(events)[0]["arguments"] == '{"x":1}'


async def test_a_call_whose_name_never_comes_is_told_at_the_end(server: ModelServer, chat_model: OpenAIChatCompletionsModel) -> None:
    events = await played(server, chat_model, chunk(call_delta(0, "{}", id="call_1")), chunk({}, "stop"))

    assert [brief(event) for event in events] == [
        "created",
        "output_item.added",
        "function_call_arguments.delta:{}",
        "output_item.done",
        "completed",
    ]
    assert (events[1]["item"]["name"], events[1]["item"]["arguments"]) == ("", "{}")


async def test_names_that_are_repeated_are_not_joined(server: ModelServer, chat_model: OpenAIChatCompletionsModel) -> None:
    delta = call_delta(0, "", id="call_1", name="weather")
    events = await played(server, chat_model, chunk(delta), chunk(delta), chunk({}, "stop"))

    assert [(item["name"], item["call_id"]) for item in outputs(events)] == [("weather", "call_1")]


async def test_calls_without_an_index_are_told_apart_by_their_ids(server: ModelServer, chat_model: OpenAIChatCompletionsModel) -> None:
    events = await played(
        server,
        chat_model,
        chunk(call_delta(None, "{", id="call_1", name="a")),
        chunk(call_delta(None, "}")),
        chunk(call_delta(None, "{}", id="call_2", name="b")),
        chunk({}, "stop"),
    )

    assert [(item["call_id"], item["arguments"]) for item in outputs(events)] == [("call_1", "{}"), ("call_2", "{}")]


async def test_ids_that_are_empty_or_stand_for_another_call_are_replaced_before_the_first_event(
    server: ModelServer, chat_model: OpenAIChatCompletionsModel
) -> None:
    given = [
        {"role": "user", "content": "Hi"},
        {"type": "function_call", "call_id": "call_0", "name": "a", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "call_0", "output": "ok"},
    ]
    events = await played(
        server,
        chat_model,
        chunk(call_delta(0, "{}", id="", name="a")),
        chunk(call_delta(1, "{}", id="call_0", name="b")),
        chunk(call_delta(2, "{}", id="mine", name="c")),
        chunk(call_delta(3, "{}", id="mine", name="d")),
        chunk({}, "stop"),
        given=given,
    )

    told = [event["item"]["call_id"] for event in events if event["type"] == "response.output_item.added"]
    assert told == [item["call_id"] for item in outputs(events)]
    assert told[2] == "mine"
    assert len({*told, "call_0", ""}) == 6


async def test_a_call_without_any_id_gets_one(server: ModelServer, chat_model: OpenAIChatCompletionsModel) -> None:
    events = await played(server, chat_model, chunk(call_delta(0, "{}", name="a")), chunk({}, "stop"))

    assert outputs(events)[0]["call_id"].startswith("call_")


async def test_empty_chunks_of_every_kind_say_nothing(server: ModelServer, chat_model: OpenAIChatCompletionsModel) -> None:
    nothing: list[Any] = [None, {}, {"content": None}, {"content": ""}, {"tool_calls": None}, {"role": "assistant"}, {"tool_calls": []}]
    frames = [
        *(chunk(delta) for delta in nothing),
        chunk({}, choices=None),
        chunk({}, choices=[]),
        chunk({"role": "assistant", "content": "Hello"}),
        chunk({"content": None}, "stop", usage=None),
    ]

    assert [brief(event) for event in await played(server, chat_model, *frames)] == [
        "created",
        "output_item.added",
        "content_part.added",
        "output_text.delta:Hello",
        "content_part.done",
        "output_item.done",
        "completed",
    ]


async def test_only_the_first_choice_counts(server: ModelServer, chat_model: OpenAIChatCompletionsModel) -> None:
    other = {"index": 1, "delta": {"content": "Other"}, "finish_reason": None}
    events = await played(server, chat_model, chunk({}, choices=[other]), *text_chunks("Hello"))

    assert outputs(events)[0]["content"][0]["text"] == "Hello"


@pytest.mark.parametrize(
    ("frames", "tokens"),
    [
        ([*text_chunks("Hello")], None),
        ([*text_chunks("Hello"), chunk({}, choices=[], usage=COUNTS)], 12),
        ([*text_chunks("Hello"), chunk({}, usage=COUNTS)], 12),
        ([*text_chunks("Hello"), chunk({}, usage=COUNTS), chunk({}, usage={"prompt_tokens": 0})], 12),
        ([*text_chunks("Hello"), chunk({}, usage={"prompt_tokens": 3, "completion_tokens": None})], 3),
    ],
)
async def test_token_counts_wherever_they_stand(
    server: ModelServer, chat_model: OpenAIChatCompletionsModel, frames: list[Frame], tokens: int | None
) -> None:
    usage = (await played(server, chat_model, *frames))[-1]["response"]["usage"]

    assert (usage and usage["total_tokens"]) == tokens


async def test_an_answer_that_ends_without_done_is_complete_once_it_finished(
    server: ModelServer, chat_model: OpenAIChatCompletionsModel
) -> None:
    server.answer(Stream(text_chunks("Hello")))

    assert [brief(event) for event in await events_of(chat_model)][-1] == "completed"


async def test_a_stream_of_nothing_but_done_is_an_empty_answer(server: ModelServer, chat_model: OpenAIChatCompletionsModel) -> None:
    events = await played(server, chat_model)

    assert [brief(event) for event in events] == ["completed"]
    assert outputs(events) == []


@pytest.mark.parametrize("kept", [1, 2, 3])
async def test_a_stream_that_just_ends_is_an_error(server: ModelServer, chat_model: OpenAIChatCompletionsModel, kept: int) -> None:
    server.answer(Stream(text_chunks("Hel", "lo")[:kept]))

    _, error = await events_until_error(chat_model)

    assert str(error) == "The server broke off in the middle of its answer; send the message again."


async def test_a_stream_without_a_word_is_an_error(server: ModelServer, chat_model: OpenAIChatCompletionsModel) -> None:
    server.answer(Stream([]))

    seen, error = await events_until_error(chat_model)

    assert seen == []
    assert str(error).startswith("The server ended its answer without a word;")


@pytest.mark.parametrize("thoughts", [[], [chunk({"reasoning_content": "Hm"})]])
async def test_an_answer_that_was_cut_before_it_began_is_an_error(
    server: ModelServer, chat_model: OpenAIChatCompletionsModel, thoughts: list[Frame]
) -> None:
    server.answer(Stream([*thoughts, chunk({}, "length")], done=True))

    _, error = await events_until_error(chat_model)

    assert isinstance(error, ModelBehaviorError)
    assert str(error) == "The answer was cut off before it began; raise max_tokens, or ask for less."


async def test_an_answer_that_was_cut_says_so(server: ModelServer, chat_model: OpenAIChatCompletionsModel) -> None:
    events = await played(server, chat_model, chunk({"content": "Hel"}, "length"))

    assert events[-1]["response"]["incomplete_details"] == {"reason": "max_output_tokens"}


async def test_faults_in_the_middle_are_errors(server: ModelServer, chat_model: OpenAIChatCompletionsModel) -> None:
    begun = text_chunks("Hello")[:2]
    server.answer(
        Stream([*begun, {"error": {"message": "Out of GPUs."}}]),
        Stream(begun, ending="breaks"),
        Stream([*begun, "data: {]\n\n"]),
        Stream([*begun, chunk({"audio": {"data": "x"}})]),
    )

    errors = [(await events_until_error(chat_model))[1] for _ in range(4)]

    assert [type(error) for error in errors] == [
        openai.APIError,
        openai.APIConnectionError,
        ModelBehaviorError,
        AgentsException,
    ]


@pytest.mark.parametrize("pieces", [(1,), (2, 3), (4096,)])
async def test_pieces_cut_anywhere_give_the_same_events(
    server: ModelServer, chat_model: OpenAIChatCompletionsModel, pieces: tuple[int, ...]
) -> None:
    server.answer(
        Stream(text_chunks("Grüße ", "👩‍👩‍👧"), pieces=pieces, done=True, line_end="\r\n"),
        Stream(text_chunks("Grüße ", "👩‍👩‍👧"), done=True),
    )

    assert await events_of(chat_model) == await events_of(chat_model)
