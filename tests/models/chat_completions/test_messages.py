"""A conversation in the words of Chat Completions."""

from typing import Any

import pytest

from agentchat.models.chat_completions.messages import call_ids_in, chat_messages
from agentchat.runtime.values.exceptions import UserError
from tests.models.frames import call, message


def test_a_turn_with_calls_is_one_message_of_the_assistant() -> None:
    items: list[dict[str, Any]] = [
        {"role": "user", "content": "Hi"},
        {"type": "reasoning", "id": "rs_1", "summary": []},
        message("Let me see."),
        call("a", "", "call_1"),
        call("b", '{"x":1}', "call_2"),
        {"type": "function_call_output", "call_id": "call_1", "output": "one"},
        {"type": "function_call_output", "call_id": "call_2", "output": [{"type": "input_text", "text": "two"}, {"type": "input_image"}]},
        message("Done."),
    ]

    assert chat_messages("Be brief.", items) == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hi"},
        {
            "role": "assistant",
            "content": "Let me see.",
            "tool_calls": [
                {"id": "call_1", "type": "function", "function": {"name": "a", "arguments": "{}"}},
                {"id": "call_2", "type": "function", "function": {"name": "b", "arguments": '{"x":1}'}},
            ],
        },
        {"role": "tool", "tool_call_id": "call_1", "content": "one"},
        {"role": "tool", "tool_call_id": "call_2", "content": "two"},
        {"role": "assistant", "content": "Done."},
    ]


def test_text_around_calls_is_one_message_so_that_nothing_stands_between_them_and_their_outputs() -> None:
    output = {"type": "function_call_output", "call_id": "call_1", "output": "one"}
    messages = chat_messages(None, [message("Let me "), call("a", "{}", "call_1"), message("see."), call("b", "{}", "call_2"), output])

    assert [(told["role"], told["content"], len(told.get("tool_calls", []))) for told in messages] == [
        ("assistant", "Let me see.", 2),
        ("tool", "one", 0),
    ]


def test_calls_without_text_before_them_are_a_message_of_their_own() -> None:
    messages = chat_messages(None, [{"role": "user", "content": "Hi"}, call("a", "{}")])

    assert messages[1] == {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": "call_1", "type": "function", "function": {"name": "a", "arguments": "{}"}}],
    }


def test_roles_and_parts_of_messages() -> None:
    items: list[dict[str, Any]] = [
        {"role": "system", "content": "s"},
        {"role": "developer", "content": [{"type": "input_text", "text": "d"}]},
        {
            "role": "user",
            "content": [
                {"type": "input_text", "text": "Look"},
                {"type": "input_image", "image_url": "data:x", "detail": "low"},
                {"type": "input_file", "file_data": "y", "filename": "a.pdf"},
            ],
        },
        {"type": "message", "role": "assistant", "content": [{"type": "refusal", "refusal": "No."}]},
    ]

    assert chat_messages(None, items) == [
        {"role": "system", "content": "s"},
        {"role": "developer", "content": "d"},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "Look"},
                {"type": "image_url", "image_url": {"url": "data:x", "detail": "low"}},
                {"type": "file", "file": {"file_data": "y", "filename": "a.pdf"}},
            ],
        },
        {"role": "assistant", "content": "No."},
    ]


@pytest.mark.parametrize("kind", ["item_reference", "compaction"])
def test_items_that_only_their_server_can_read_are_refused(kind: str) -> None:
    with pytest.raises(UserError, match=f"an item of type '{kind}'; use a model of the Responses API"):
        chat_messages(None, [{"type": kind, "id": "x"}])


def test_an_image_that_only_the_responses_api_knows_is_refused() -> None:
    with pytest.raises(UserError, match="needs an image as image_url"):
        chat_messages(None, [{"role": "user", "content": [{"type": "input_image", "file_id": "f"}]}])


def test_the_ids_of_a_conversations_calls() -> None:
    assert call_ids_in("Hi") == frozenset()
    assert call_ids_in([call("a", "{}", "call_1"), {"role": "user", "content": "Hi"}]) == {"call_1"}
