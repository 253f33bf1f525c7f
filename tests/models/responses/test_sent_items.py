"""What of a stored conversation goes out."""

import copy
from typing import Any

from agentchat.models.responses.sent_items import input_items
from tests.models.frames import call, message


def test_a_text_is_one_user_message() -> None:
    assert input_items("Hi") == [{"role": "user", "content": "Hi"}]


def test_items_of_the_server_itself_go_back_as_they_came() -> None:
    items: list[dict[str, Any]] = [
        {"role": "user", "content": [{"type": "input_text", "text": "Hi"}]},
        {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "x"},
        message("Let me see."),
        call("weather", "{}"),
        {"type": "function_call_output", "call_id": "call_1", "output": "sunny"},
        {"type": "item_reference", "id": "msg_7"},
    ]

    assert input_items(items) == items


def test_nulls_and_fields_of_answers_are_not_sent() -> None:
    items: list[dict[str, Any]] = [
        {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": None, "status": None},
        call("weather", "{}") | {"namespace": None, "created_by": "agent"},
        {
            "type": "function_call_output",
            "call_id": "call_1",
            "output": [{"type": "input_image", "image_url": "data:x", "file_id": None, "detail": None}],
        },
    ]

    assert input_items(items) == [
        {"type": "reasoning", "id": "rs_1", "summary": []},
        call("weather", "{}"),
        {"type": "function_call_output", "call_id": "call_1", "output": [{"type": "input_image", "image_url": "data:x"}]},
    ]


def test_items_of_another_provider_go_without_their_ids() -> None:
    items: list[dict[str, Any]] = [
        {"type": "reasoning", "id": "__fake_id__", "summary": [{"type": "summary_text", "text": "Hm."}]},
        message("Hello", "__fake_id__"),
        call("weather", "{}", item_id="scripted-1"),
    ]

    assert input_items(items) == [
        {"role": "assistant", "content": "Hello"},
        {key: value for key, value in call("weather", "{}").items() if key != "id"},
    ]


def test_an_item_that_only_means_something_here_is_not_sent() -> None:
    assert input_items([{"agentchat": "note"}, {"role": "user", "content": "Hi"}]) == [{"role": "user", "content": "Hi"}]


def test_the_stored_items_stay_as_they_are() -> None:
    item: dict[str, Any] = {
        "type": "message",
        "id": "x",
        "role": "assistant",
        "content": [{"type": "output_text", "text": "a", "logprobs": None}],
    }
    before = copy.deepcopy(item)

    input_items([item])

    assert item == before
