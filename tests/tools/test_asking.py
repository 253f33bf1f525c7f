"""The tool behind a question: a model is told of everything but the answer."""

from pathlib import Path

import pytest

from agentchat.tools.asking import ask_user
from agentchat.tools.failures import ToolFailed
from agentchat.tools.registry import resolve_tool
from agentchat.tools.setting import ToolSetting


def test_a_model_is_not_told_of_the_argument_with_the_answer():
    schema = resolve_tool("ask_user", ToolSetting(root=Path.cwd())).params_json_schema
    names = ["question", "choices", "allow_free_text"]
    assert (list(schema["properties"]), schema["required"], schema["additionalProperties"]) == (names, names, False)


def test_the_answer_is_given_as_it_is():
    assert ask_user("Which?", ["a"], answer="something else") == "something else"


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ({"question": " ", "answer": "a"}, "The question is empty"),
        ({"question": "Which?"}, "Nobody answered"),
        ({"question": "Which?", "choices": ["a"], "allow_free_text": False, "answer": "b"}, "none of the choices"),
    ],
)
def test_what_cannot_be_is_told(call: dict[str, object], told: str):
    with pytest.raises(ToolFailed, match=told):
        ask_user(**call)  # pyright: ignore[reportArgumentType] - as a model calls it
