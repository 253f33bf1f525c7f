"""What is left of a conversation without tools."""

from typing import Any

import pytest

from agentchat import (
    Agent,
    HandoffCallItem,
    HandoffInputData,
    HandoffOutputItem,
    InputItem,
    MessageOutputItem,
    ReasoningItem,
    RunItem,
    ToolCallItem,
    ToolCallOutputItem,
    nest_handoff_history,
)
from agentchat.extensions.handoff_filters import remove_all_tools
from agentchat.runtime.values.items import OtherItem
from agentchat.testing import assistant_message, function_call, reasoning

A = Agent(name="A")
SAID = MessageOutputItem(A, assistant_message("hello"))
STAGED = InputItem(A, {"role": "user", "content": "more"}, input_id="1")
COMPACTED = OtherItem(A, {"type": "compaction", "id": "c"})
CALL = ToolCallItem(A, function_call("add", {}, call_id="c1"))
OUTPUT = {"type": "function_call_output", "call_id": "c1", "output": "3"}
OF_TOOLS: list[RunItem] = [
    CALL,
    ToolCallOutputItem(A, OUTPUT, output=3),
    ReasoningItem(A, reasoning("hm")),
    HandoffCallItem(A, function_call("transfer_to_b", {}, call_id="h1")),
    HandoffOutputItem(A, {**OUTPUT, "call_id": "h1"}, source_agent=A, target_agent=A),
    OtherItem(A, {"type": "tool_search_call", "id": "t"}),
]


def _data(**parts: Any) -> HandoffInputData:
    return HandoffInputData(**{"input_history": "hi", "pre_handoff_items": (), "new_items": (), **parts})


def test_items_of_tools_are_removed_wherever_they_stand() -> None:
    mixed = (SAID, *OF_TOOLS, STAGED, COMPACTED)
    left = remove_all_tools(_data(pre_handoff_items=mixed, new_items=mixed, input_items=mixed))
    assert left == _data(
        pre_handoff_items=(SAID, STAGED, COMPACTED), new_items=(SAID, STAGED, COMPACTED), input_items=(SAID, STAGED, COMPACTED)
    )


def test_input_items_that_nobody_set_stay_unset() -> None:
    assert remove_all_tools(_data(new_items=(CALL,))) == _data()


@pytest.mark.parametrize(
    "kind",
    ["function_call", "function_call_output", "reasoning", "computer_call", "mcp_call", "web_search_call", "shell_call_output", "program"],
)
def test_the_history_loses_its_items_of_tools(kind: str) -> None:
    said: tuple[dict[str, Any], ...] = ({"role": "user", "content": "hi"}, {"type": "item_reference", "id": "x"})
    assert remove_all_tools(_data(input_history=(*said, {"type": kind, "id": "x"}))) == _data(input_history=said)


def test_a_summary_of_the_history_stays_as_it_is() -> None:
    nested = nest_handoff_history(_data(new_items=(CALL,)))
    assert remove_all_tools(nested).input_history == nested.input_history
