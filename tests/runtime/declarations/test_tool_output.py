"""What the model gets of what a tool returned."""

from typing import Any

import pytest

from agentchat.runtime.declarations.tool import ToolOutputFileContent, ToolOutputImage, ToolOutputText
from agentchat.runtime.declarations.tool_output import ToolFailureText, wire_output

TEXT = {"type": "input_text", "text": "t"}
IMAGE = {"type": "input_image", "image_url": "u", "detail": "low"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("as it is", "as it is"),
        ("", ""),
        (3, "3"),
        (None, "None"),
        ({"answer": 42}, "{'answer': 42}"),
        ([], "[]"),
        (["a"], "['a']"),
        ({"type": "other"}, "{'type': 'other'}"),
        ({"type": ["text"]}, "{'type': ['text']}"),
        ({"type": "text"}, "{'type': 'text'}"),
        ({"type": "image"}, "{'type': 'image'}"),
        ({"type": "file", "filename": "n"}, "{'type': 'file', 'filename': 'n'}"),
        ([{"type": "text", "text": "a"}, {"type": "image"}], "[{'type': 'text', 'text': 'a'}, {'type': 'image'}]"),
        ([ToolOutputText(text="t"), "x"], "[ToolOutputText(type='text', text='t'), 'x']"),
    ],
)
def test_what_is_no_part_becomes_text(value: object, expected: str):
    assert wire_output(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (ToolOutputText(text="t"), [TEXT]),
        ({"type": "text", "text": "t"}, [TEXT]),
        (ToolOutputImage(image_url="u", detail="low"), [IMAGE]),
        ({"type": "image", "image_url": "u", "detail": "low"}, [IMAGE]),
        (ToolOutputImage(file_id="f"), [{"type": "input_image", "file_id": "f"}]),
        (ToolOutputFileContent(file_data="d", filename="n"), [{"type": "input_file", "file_data": "d", "filename": "n"}]),
        (ToolOutputFileContent(file_url="u"), [{"type": "input_file", "file_url": "u"}]),
        ({"type": "file", "file_id": "f"}, [{"type": "input_file", "file_id": "f"}]),
        ([ToolOutputText(text="t"), {"type": "image", "image_url": "u", "detail": "low"}], [TEXT, IMAGE]),
        ((ToolOutputText(text="t"),), [TEXT]),
    ],
)
def test_parts_keep_their_kind(value: object, expected: list[dict[str, Any]]):
    assert wire_output(value) == expected


@pytest.mark.parametrize("kind", [ToolOutputImage, ToolOutputFileContent])
def test_an_image_or_file_needs_a_source(kind: type[ToolOutputImage | ToolOutputFileContent]):
    with pytest.raises(ValueError, match="needs"):
        kind()


def test_a_failure_is_plain_text_on_the_wire():
    output = wire_output(ToolFailureText("It broke."))
    assert output == "It broke."
    assert type(output) is str
