"""`ItemHelpers`: texts out of items, and the answer to a call."""

from typing import Any

import pytest
from openai.types.responses import ResponseFunctionToolCall, ResponseFunctionWebSearch, ResponseOutputMessage

from agentchat import (
    Agent,
    AgentsException,
    ItemHelpers,
    MessageOutputItem,
    ToolApprovalItem,
    ToolCallItem,
    ToolCallOutputItem,
    ToolOutputText,
)
from agentchat.models.openai_objects import message_of, part_of
from agentchat.testing import assistant_message

AGENT = Agent(name="A")
CALL = ResponseFunctionToolCall(type="function_call", call_id="c", name="n", arguments="{}")


def said(*parts: str) -> ResponseOutputMessage:
    """A message of these texts; one that begins with "!" is a refusal."""
    return message_of("m", [part_of("refusal", part[1:]) if part[:1] == "!" else part_of("text", part) for part in parts], "completed")


@pytest.mark.parametrize(
    ("message", "content", "last_text", "text", "refusal"),
    [
        (said("a", "b"), "b", "b", "ab", None),
        (said("a", "!no"), "no", None, "a", "no"),
        (said("!no", "!way"), "way", None, None, "noway"),
        (said("!no", "a"), "a", "a", "a", "no"),
        (said(), "", None, None, None),
        (said(""), "", "", None, None),
        (CALL, "", None, None, None),
    ],
)
def test_the_texts_of_a_message(message: Any, content: str, last_text: str | None, text: str | None, refusal: str | None) -> None:
    assert ItemHelpers.extract_last_content(message) == content
    assert ItemHelpers.extract_last_text(message) == last_text
    assert ItemHelpers.extract_text(message) == text
    assert ItemHelpers.extract_refusal(message) == refusal


def test_the_texts_of_items() -> None:
    items: list[Any] = [MessageOutputItem(AGENT, said("a", "!x")), ToolCallItem(AGENT, CALL), MessageOutputItem(AGENT, said("b", "c"))]
    assert ItemHelpers.text_message_output(items[0]) == "a"
    assert ItemHelpers.text_message_outputs(items) == "abc"


def test_an_input_becomes_a_list_of_its_own() -> None:
    given = [{"role": "user", "content": "x"}]
    listed = ItemHelpers.input_to_new_input_list(given)
    assert (listed, listed[0] is given[0]) == (given, False)
    assert ItemHelpers.input_to_new_input_list("x") == [{"content": "x", "role": "user"}]


@pytest.mark.parametrize(
    ("output", "wire"),
    [
        ("s", "s"),
        (3, "3"),
        (None, "None"),
        ({"a": 1}, "{'a': 1}"),
        ([], "[]"),
        (ToolOutputText(text="x"), [{"type": "input_text", "text": "x"}]),
        ([{"type": "text", "text": "q"}], [{"type": "input_text", "text": "q"}]),
        ({"type": "image", "file_id": "f"}, [{"type": "input_image", "file_id": "f"}]),
    ],
)
def test_the_answer_to_a_call_has_whatever_the_tool_returned_in_the_model_s_form(output: Any, wire: Any) -> None:
    assert ItemHelpers.tool_call_output_item(CALL, output) == {"call_id": "c", "output": wire, "type": "function_call_output"}


def test_what_items_of_calls_say_of_themselves() -> None:
    action = {"type": "search", "query": "q"}
    searched = {"id": "w", "status": "completed", "type": "web_search_call", "action": action}
    search = ResponseFunctionWebSearch.model_validate(searched)
    as_dict: dict[str, Any] = {"type": "function_call", "call_id": "d", "name": "dn", "arguments": "{}"}
    calls = [ToolCallItem(AGENT, raw) for raw in (CALL, search, as_dict)]
    assert [(call.tool_name, call.call_id) for call in calls] == [("n", "c"), (None, "w"), ("dn", "d")]
    output = ToolCallOutputItem(AGENT, {"type": "function_call_output", "call_id": "c", "output": "o"}, "o")
    assert (output.call_id, output.output, output.custom_data) == ("c", "o", None)


@pytest.mark.parametrize(
    ("item", "shown"),
    [
        (ToolApprovalItem(AGENT, CALL), ("n", "{}", "c", "n")),
        (ToolApprovalItem(AGENT, CALL, tool_name="x", tool_namespace="ns"), ("x", "{}", "c", "ns.x")),
        (ToolApprovalItem(AGENT, {"name": "dd", "call_id": "q", "arguments": {"a": 1}}), ("dd", '{"a": 1}', "q", "dd")),
        (ToolApprovalItem(AGENT, {"name": "dd", "id": "q"}), ("dd", None, "q", "dd")),
    ],
)
def test_what_a_question_says_of_its_call(item: ToolApprovalItem, shown: tuple[str, str | None, str, str]) -> None:
    assert (item.name, item.arguments, item.call_id, item.qualified_name) == shown
    with pytest.raises(AgentsException, match="cannot be sent to a model"):
        item.to_input_item()


def test_a_scripted_message_is_a_message() -> None:
    assert ItemHelpers.extract_text(assistant_message("hello")) == "hello"
