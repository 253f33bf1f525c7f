"""A structured answer: JSON on several lines, laid out as it comes."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentchat.tui.transcript.blocks.json_flow import JsonFlow
from agentchat.tui.transcript.blocks.json_text import indented
from agentchat.tui.transcript.blocks.prose import prose
from agentchat.typesetting.doc import Line, Run
from agentchat.typesetting.theme import Theme
from tests.tui.transcript.blocks.test_json_text import VALUES
from tests.typesetting.shown import check_places, texts

EDGE = (Run("  ", kept=False),)
ORDER = '{"order": {"id": 1042, "paid": true, "lines": []}, "total": 4.90e1}'


def flow_of(*pieces: str, width: int = 40) -> JsonFlow:
    flow = JsonFlow(width, Theme(), prefix=EDGE)
    for piece in pieces:
        flow.feed(piece)
    return flow


def test_members_stand_below_each_other_and_a_copy_has_the_indent() -> None:
    flow = flow_of(ORDER)
    assert texts(flow.lines) == [
        "  {", '    "order": {', '      "id": 1042,', '      "paid": true,', '      "lines": []', "    },", '    "total": 4.90e1', "  }",
    ]
    assert flow.plain == indented(ORDER) + "\n"


def test_a_long_text_is_wrapped_inside_its_member() -> None:
    flow = flow_of('{"why": "It is late because the carrier lost it."}', width=30)
    assert texts(flow.lines) == ["  {", '    "why": "It is late', "      because the carrier lost", '      it."', "  }"]
    assert flow.plain == '{\n  "why": "It is late because the carrier lost it."\n}\n'


@settings(max_examples=25)
@given(VALUES, st.integers(1, 9), st.sampled_from([12, 40]), st.booleans())
def test_it_is_the_same_however_it_comes_and_only_the_end_changes(value: object, size: int, width: int, ascii_only: bool) -> None:
    text = json.dumps({"it": value, "who": "á👩‍👩‍👧 and 🇩🇪 🇫🇷 together"}, ensure_ascii=ascii_only)
    flow, drawn = flow_of(width=width), list[Line]()
    for at in range(0, len(text), size):
        first = flow.feed(text[at:at + size])
        drawn[first:] = flow.lines[first:]
        assert drawn == flow.lines
        check_places(flow.lines, flow.plain)
    assert flow.finish() == len(flow.lines)
    whole = flow_of(text, width=width)
    assert (texts(flow.lines), flow.plain) == (texts(whole.lines), whole.plain)


def test_a_line_that_stands_is_not_drawn_again() -> None:
    flow = flow_of('{"a": "one two three four five six seven eight", "b": ')
    before = flow.lines[:3]
    assert flow.feed('"more and more and more and more') == 3
    assert [one is other for one, other in zip(before, flow.lines, strict=False)] == [True] * 3


@pytest.mark.parametrize("text", ["{x} is a *set*", "[the log](https://shop.example) says so", '{"a": 1}\n\nThat is **it**.', '{"a": 1'])
def test_what_turns_out_to_be_no_json_is_markdown(text: str) -> None:
    flow = flow_of(*text)
    flow.finish()
    expected = prose(text, "complete", width=40, theme=Theme(), prefix=EDGE)
    assert (flow.lines, flow.plain) == (expected.lines, expected.plain)
