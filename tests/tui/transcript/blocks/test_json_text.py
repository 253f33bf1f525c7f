"""JSON as people read it."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentchat.tui.transcript.blocks.json_text import Rows, indented, json_of, rows_of

_LEAF = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
VALUES = st.recursive(
    _LEAF, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4), max_leaves=12
)


def test_members_stand_below_each_other_and_are_written_as_they_were() -> None:
    assert indented('{"a":[1e3,1.0],"a":{},"b":{"c":"x, {y}"}, "d":[]}').split("\n") == [
        "{", '  "a": [', "    1e3,", "    1.0", "  ],", '  "a": {},', '  "b": {', '    "c": "x, {y}"', "  },", '  "d": []', "}",
    ]


@settings(max_examples=25)
@given(VALUES, st.sampled_from([None, 1, "\t"]))
def test_only_blanks_change(value: object, indent: object) -> None:
    source = json.dumps(value, indent=indent)  # type: ignore[arg-type]
    assert json.loads(indented(source)) == value
    assert re.sub(r"\s", "", indented(source)) == re.sub(r"\s", "", source)


@pytest.mark.parametrize("text", ["", "x", '"text"', "12", "{", "[1,", "{]", "[" * 100_000, "[" + "1," * 200_000 + "1]"])
def test_other_texts_are_no_json(text: str) -> None:
    assert json_of(text) is None


def test_a_list_of_equal_objects_is_a_table() -> None:
    assert rows_of(json_of('[{"a": 1.50, "b": null}, {"a": 2e3, "b": "x"}]')) == Rows(("a", "b"), (("1.50", "null"), ("2e3", "x")))


@pytest.mark.parametrize(
    "text",
    [
        "[]", "[1, 2]", '[{"a": 1}]', '[{"a": 1}, {"b": 1}]', '[{"a": []}, {"a": []}]', '[{"a": 1, "a": 2}, {"a": 1, "a": 2}]',
        "[{}, {}]", '{"a": 1}',
    ],
)
def test_everything_else_is_none(text: str) -> None:
    assert rows_of(json_of(text)) is None
