"""What real servers of the Responses API do differently, each over a real socket."""

from typing import Any

import openai
import pytest

from agentchat.models.responses.model import OpenAIResponsesModel
from agentchat.runtime.values.exceptions import ModelBehaviorError
from tests.model_server import Body, Json, ModelServer, Stream
from tests.models.conftest import arguments, asked, brief, events_of, events_until_error, said
from tests.models.frames import call, call_frames, hello_stream, message, message_frames, response, usage, whole_stream


def without(frame: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in frame.items() if key not in keys}


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("pieces", [(1,), (2, 3), (4096,)])
async def test_pieces_cut_anywhere_give_the_same_events(
    server: ModelServer, responses_model: OpenAIResponsesModel, line_end: str, pieces: tuple[int, ...]
) -> None:
    frames = hello_stream("Grüße ", "👩‍👩‍👧")
    server.answer(Stream(frames, pieces=pieces, line_end=line_end, event_lines=True))

    assert await events_of(responses_model) == frames


async def test_comments_and_foreign_lines_say_nothing(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    frames = hello_stream("Hello")
    server.answer(Stream([": keep-alive\n\n", "retry: 3\n\n", *frames[:3], ":\n\n", "id: 7\n", *frames[3:]]))

    assert await events_of(responses_model) == frames


async def test_done_after_the_answer_says_nothing(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    frames = hello_stream("Hello")
    server.answer(Stream(frames, done=True))

    assert await events_of(responses_model) == frames


async def test_repeated_openers_are_told_once(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    frames = hello_stream("Hel", "lo")
    server.answer(Stream([*frames[:4], frames[0], frames[1], frames[4], frames[0], *frames[5:]]))

    assert await events_of(responses_model) == frames


async def test_fields_that_a_server_leaves_out_are_completed(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    frames = hello_stream("Hel", "lo")
    bare = [without(frame, "sequence_number", "output_index", "content_index", "item_id", "logprobs") for frame in frames]
    server.answer(Stream(bare))

    events = await events_of(responses_model)

    assert [brief(event) for event in events] == [brief(frame) for frame in frames]
    assert events[4] == frames[4]


async def test_empty_deltas_and_null_deltas_say_nothing(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    frames = hello_stream("Hello")
    empty = [{**frames[4], "delta": delta} for delta in ("", None)] + [without(frames[4], "delta")]
    server.answer(Stream([*frames[:4], *empty, *frames[4:]]))

    assert await events_of(responses_model) == frames


async def test_an_event_of_an_unknown_kind_keeps_its_type_and_its_fields(
    server: ModelServer, responses_model: OpenAIResponsesModel
) -> None:
    frames = hello_stream("Hello")
    odd = {"type": "response.telepathy", "thought": [1], "sequence_number": 99}
    server.answer(Stream([*frames[:4], odd, *frames[4:]]))

    assert (await events_of(responses_model))[4] == odd


async def test_an_answer_that_lists_no_output_consists_of_what_was_streamed(
    server: ModelServer, responses_model: OpenAIResponsesModel
) -> None:
    middle = [*message_frames("Let me ", "see."), *call_frames("weather", "{", "}", index=1)]
    server.answer(Stream(whole_stream(*middle, output=[])))

    events = await events_of(responses_model)

    assert events[-1]["response"]["output"] == [message("Let me see."), call("weather", "{}")]


async def test_an_answer_of_deltas_alone_is_put_together(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    middle = [frame for frame in message_frames("Hel", "lo") if frame["type"].endswith(".delta")]
    middle += [frame for frame in call_frames("weather", "{}", index=1) if not frame["type"].endswith((".done", ".delta"))]
    middle += [{"type": "response.function_call_arguments.done", "item_id": "fc_1", "output_index": 1, "arguments": "{}"}]
    server.answer(Stream(whole_stream(*middle, output=[])))

    output = (await events_of(responses_model))[-1]["response"]["output"]

    assert [(item["type"], item.get("arguments")) for item in output] == [("message", None), ("function_call", "{}")]
    assert output[0]["content"][0]["text"] == "Hello"


async def test_missing_usage_is_no_error(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    server.answer(Json(response([message("Hello")], usage=None)), Json(without(response([message("Hello")]), "usage")))

    first, second = await asked(responses_model), await asked(responses_model)

    assert [(answer.usage.requests, answer.usage.total_tokens) for answer in (first, second)] == [(1, 0), (1, 0)]


async def test_usage_without_details_counts(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    counts = without(usage(), "input_tokens_details", "output_tokens_details", "total_tokens")
    server.answer(Stream(whole_stream(*message_frames("Hello"), output=[message("Hello")], usage=counts)))

    counted = (await events_of(responses_model))[-1]["response"]["usage"]

    assert (counted["input_tokens"], counted["output_tokens"], counted["total_tokens"]) == (5, 7, 12)
    assert counted["input_tokens_details"] == {"cached_tokens": 0, "cache_write_tokens": 0}


async def test_half_filled_items_are_repaired(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    server.answer(
        Json(
            response(
                [
                    {"type": "reasoning", "id": "rs_1", "summary": None},
                    {"type": "message", "content": "Hello"},
                    {"type": "message", "id": "msg_2", "content": [{"type": "text", "text": None}]},
                    {"type": "function_call", "id": "fc_1", "call_id": "c", "name": "weather", "arguments": {"city": "Bonn"}},
                ]
            )
        )
    )

    assert (await asked(responses_model)).to_input_items() == [
        {"type": "reasoning", "id": "rs_1", "summary": []},
        message("Hello", "__fake_id__"),
        message("", "msg_2"),
        call("weather", '{"city": "Bonn"}', "c"),
    ]


async def test_an_empty_call_id_gets_the_same_fresh_one_in_every_event(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    middle = [*call_frames("a", "{}", call_id=""), *call_frames("b", "{}", call_id="", item_id="fc_2", index=1)]
    server.answer(Stream(whole_stream(*middle, output=[call("a", "{}", ""), call("b", "{}", "", "fc_2")])))

    events = await events_of(responses_model)

    told = [event["item"] for event in events if "item" in event] + events[-1]["response"]["output"]
    by_name = {name: {item["call_id"] for item in told if item["name"] == name} for name in ("a", "b")}
    assert [len(ids) for ids in by_name.values()] == [1, 1]
    assert by_name["a"] != by_name["b"]
    assert all(call_id.startswith("call_") for ids in by_name.values() for call_id in ids)


async def test_reasoning_that_holds_the_whole_answer_becomes_the_answer(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    thought = {"type": "reasoning", "id": "rs_1", "summary": [], "content": [{"type": "reasoning_text", "text": "It is 4."}]}
    server.answer(Stream(whole_stream(output=[thought])))

    events = await events_of(responses_model)

    assert [brief(event) for event in events[2:]] == [
        "output_item.added",
        "content_part.added",
        "output_text.delta:It is 4.",
        "output_text.done",
        "content_part.done",
        "output_item.done",
        "completed",
    ]
    assert [event["sequence_number"] for event in events] == list(range(9))
    assert [item["type"] for item in events[-1]["response"]["output"]] == ["reasoning", "message"]


@pytest.mark.parametrize(
    ("changes", "last", "sentence"),
    [
        ({"status": "failed", "error": {"code": "x", "message": "Out of GPUs."}}, "failed", "Out of GPUs."),
        ({"error": {"code": "x", "message": "Out of GPUs."}}, "failed", "Out of GPUs."),
        ({"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}, "incomplete", "raise max_tokens"),
        ({"incomplete_details": {"reason": "content_filter"}}, "incomplete", "content filter"),
    ],
)
async def test_the_status_decides_over_the_type_of_the_last_event(
    server: ModelServer, responses_model: OpenAIResponsesModel, changes: dict[str, Any], last: str, sentence: str
) -> None:
    server.answer(Stream(whole_stream(*message_frames("Hello"), output=[message("Hello")], **changes)))

    seen, error = await events_until_error(responses_model)

    assert seen[-1] == last
    assert isinstance(error, ModelBehaviorError)
    assert sentence in str(error)


@pytest.mark.parametrize("kind", ["failed", "incomplete"])
async def test_last_events_without_a_response_are_understood(server: ModelServer, responses_model: OpenAIResponsesModel, kind: str) -> None:
    server.answer(Stream([*hello_stream("Hello")[:-1], {"type": f"response.{kind}"}]))

    seen, error = await events_until_error(responses_model)

    assert seen[-1] == kind
    assert isinstance(error, ModelBehaviorError)


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "error", "code": "server_error", "message": "Out of GPUs.", "param": None, "sequence_number": 3},
        {"type": "error", "error": {"message": "Out of GPUs.", "code": "server_error"}},
    ],
)
async def test_an_error_event_ends_the_answer_with_its_sentence(
    server: ModelServer, responses_model: OpenAIResponsesModel, frame: dict[str, Any]
) -> None:
    server.answer(Stream([*hello_stream("Hello")[:5], frame]))

    seen, error = await events_until_error(responses_model)

    assert seen[-2:] == ["output_text.delta:Hello", "error"]
    assert str(error) == "The model's server failed while it answered; send the message again. It said: Out of GPUs."


async def test_a_line_that_holds_an_error_is_the_clients_own_error(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    server.answer(Stream([*hello_stream("Hello")[:5], {"error": {"message": "Out of GPUs.", "code": 500}}]))

    _, error = await events_until_error(responses_model)

    assert type(error) is openai.APIError
    assert str(error) == "Out of GPUs."


@pytest.mark.parametrize("frames", [[], [": hello\n\n"], ["data: [DONE]\n\n"]])
async def test_a_stream_without_a_word_is_an_error(server: ModelServer, responses_model: OpenAIResponsesModel, frames: list[str]) -> None:
    server.answer(Stream(frames))

    seen, error = await events_until_error(responses_model)

    assert seen == []
    assert isinstance(error, ModelBehaviorError)
    assert str(error).startswith("The server ended its answer without a word;")


@pytest.mark.parametrize("kept", range(1, 8))
async def test_a_stream_that_just_ends_is_an_error_wherever_it_ends(
    server: ModelServer, responses_model: OpenAIResponsesModel, kept: int
) -> None:
    server.answer(Stream(hello_stream("Hello")[:kept]))

    seen, error = await events_until_error(responses_model)

    assert len(seen) == kept
    assert str(error) == "The server broke off in the middle of its answer; send the message again."


async def test_a_dropped_connection_is_a_connection_error(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    server.answer(Stream(hello_stream("Hello")[:5], ending="breaks"))

    seen, error = await events_until_error(responses_model)

    assert seen[-1] == "output_text.delta:Hello"
    assert isinstance(error, openai.APIConnectionError)


async def test_a_stream_cut_at_any_byte_never_doubles_text_and_never_passes_as_whole(
    server: ModelServer, responses_model: OpenAIResponsesModel
) -> None:
    frames = hello_stream("Grü", "ße 👋")
    size = sum(len(f"data: {frame}") for frame in frames)
    for cut_at in range(0, size, 211):
        server.answer(Stream(frames, cut_at=cut_at, pieces=(97, 13)))
        seen: list[str] = []
        try:
            seen = [brief(event) for event in await events_of(responses_model)]
        except ModelBehaviorError:
            continue
        assert seen == [brief(frame) for frame in frames]


@pytest.mark.parametrize("garbage", ["data: {not json}\n\n", "data: 7\n\n", 'data: {"type": \n\n'])
async def test_a_frame_that_is_no_json_is_named(server: ModelServer, responses_model: OpenAIResponsesModel, garbage: str) -> None:
    server.answer(Stream([*hello_stream("Hello")[:5], garbage]))

    seen, error = await events_until_error(responses_model)

    assert seen[-1] == "output_text.delta:Hello"
    assert isinstance(error, ModelBehaviorError)
    assert "no JSON object" in str(error)


async def test_bytes_that_are_no_text_become_replacement_characters(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    frames = hello_stream("?", "!")
    broken = b'data: {"type":"response.output_text.delta","item_id":"msg_1","output_index":0,"content_index":0,"delta":"\xff"}\n\n'
    half = b'data: {"type":"response.output_text.delta","item_id":"msg_1","output_index":0,"content_index":0,"delta":"\\ud83d"}\n\n'
    server.answer(Stream([*frames[:4], broken, half, *frames[5:]]))

    assert said(await events_of(responses_model)) == "\ufffd\ufffd!"


@pytest.mark.parametrize("content_type", ["text/html", "text/event-stream"])
async def test_a_web_page_instead_of_an_answer_is_named(
    server: ModelServer, responses_model: OpenAIResponsesModel, content_type: str
) -> None:
    page = Body(b"<!DOCTYPE html>\n\n<html><body>Welcome</body></html>", content_type)
    server.answer(page, page)

    _, streamed = await events_until_error(responses_model)
    with pytest.raises(ModelBehaviorError) as whole:
        await asked(responses_model)

    assert str(streamed) == str(whole.value)
    assert "answered with a web page" in str(streamed)


async def test_an_empty_body_is_named(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    server.answer(Body(b"", "application/json"))

    with pytest.raises(ModelBehaviorError, match="The server sent an empty answer"):
        await asked(responses_model)


async def test_a_server_that_does_not_stream_gives_its_answer_at_once(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    server.answer(Json(response([message("Hello")])))

    events = await events_of(responses_model)

    assert [event["type"] for event in events] == ["response.completed"]
    assert events[0]["response"]["output"] == [message("Hello")]


async def test_an_error_of_status_200_is_an_error(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    server.answer(Json({"error": "Unexpected endpoint"}), Json({"error": {"message": "Out of GPUs."}}))

    with pytest.raises(openai.APIError, match="Unexpected endpoint"):
        await asked(responses_model)
    _, error = await events_until_error(responses_model)
    assert str(error) == "Out of GPUs."


async def test_the_next_answer_works_after_each_fault(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    faults = [
        Stream(hello_stream("Hello")[:5], ending="breaks"),
        Stream(hello_stream("Hello")[:5]),
        Stream(["data: {]\n\n"]),
        Json({"error": {"message": "busy"}}, status=400),
    ]
    for fault in faults:
        server.answer(fault, Stream(hello_stream("Hello")))
        await events_until_error(responses_model)
        assert said(await events_of(responses_model)) == "Hello"


async def test_a_server_error_before_the_answer_is_tried_again(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    server.answer(Json({"error": {"message": "busy"}}, status=503, headers={"retry-after-ms": "1"}), Stream(hello_stream("Hello")))

    assert said(await events_of(responses_model)) == "Hello"


async def test_leaving_the_stream_lets_the_server_know(server: ModelServer, responses_model: OpenAIResponsesModel) -> None:
    server.answer(Stream(hello_stream("Hello")[:5], ending="hangs"), Stream(hello_stream("Again")))
    stream = responses_model.stream_response(**arguments())
    for _ in range(5):
        await anext(stream)
    await stream.aclose()

    assert said(await events_of(responses_model)) == "Again"
    assert server.connections == 2
