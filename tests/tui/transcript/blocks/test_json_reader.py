"""JSON as it streams, and what only begins like it."""

import json

import pytest
from hypothesis import given, settings

from agentchat.tui.transcript.blocks.json_reader import JsonReader, NoJson, Piece
from tests.tui.transcript.blocks.test_json_text import VALUES


def test_each_piece_says_what_it_is_and_which_line_it_begins() -> None:
    assert JsonReader().feed('{"a": [1, {}], "b": nul') == [
        Piece("{", "sign", 0),
        Piece('"', "key", 1, ends=False), Piece('a"', "key", None), Piece(":", "sign", None),
        Piece("[", "sign", None),
        Piece("1", "number", 2), Piece(",", "sign", None),
        Piece("{", "sign", 2), Piece("}", "sign", None),
        Piece("]", "sign", 1), Piece(",", "sign", None),
        Piece('"', "key", 1, ends=False), Piece('b"', "key", None), Piece(":", "sign", None),
        Piece("nul", "word", None, ends=False),
    ]


@settings(max_examples=25)
@given(VALUES)
def test_every_object_is_read_whole_letter_by_letter(value: object) -> None:
    reader = JsonReader()
    text = json.dumps({"it": value})
    pieces = [piece for letter in text for piece in reader.feed(letter)]
    assert reader.is_whole
    assert json.loads("".join(piece.text for piece in pieces)) == {"it": value}


@pytest.mark.parametrize(
    "text",
    [
        "text", "12 ", '"text"', "{x}", "[1] a note", "[link](there)", "[ ] to do", "[[page]]", '{"a": 1} and more', '{"a" 1', '{"a": 1,}',
        '{"a": one}', '{"a": 01}', '{"a": "\n"}', '{"a": "\\q"}', '{"a": 1]', "[{}}", '[{"a": 1}, ]', "[" * 50, '{"a"::', "{,", "{]", "]",
    ],
)
def test_a_text_that_is_no_json_is_noticed(text: str) -> None:
    with pytest.raises(NoJson):
        JsonReader().feed(text)


@pytest.mark.parametrize(("text", "is_whole"), [("", False), ("{", False), ('{"a\\', False), ('{"a": 1', False), ('{"a": 1} ', True)])
def test_only_what_has_ended_is_whole(text: str, is_whole: bool) -> None:
    reader = JsonReader()
    reader.feed(text)
    assert reader.is_whole is is_whole
