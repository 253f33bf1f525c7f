"""Bytes become events, however they were cut."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentchat.models.wire.sse import FrameReader, decoded, shortened
from agentchat.runtime.values.exceptions import ModelBehaviorError

TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), max_size=6)


@given(texts=TEXTS, line_end=st.sampled_from(["\n", "\r\n", "\r"]), cuts=st.lists(st.integers(0, 400), max_size=8))
def test_no_cut_changes_what_is_read(texts: list[str], line_end: str, cuts: list[int]) -> None:
    written = "".join(f": note{line_end}data: {json.dumps([text], ensure_ascii=False)}{line_end * 2}" for text in texts).encode()
    edges = [0, *sorted(min(cut, len(written)) for cut in cuts), len(written)]
    reader = FrameReader()

    frames = [frame for start, end in pairwise(edges) for frame in reader.feed(written[start:end])]
    frames += reader.finish()

    assert [json.loads(frame) for frame in frames] == [[text] for text in texts]


def test_data_in_several_lines_is_one_event() -> None:
    assert FrameReader().feed(b'data: {"a":\ndata: 1}\n\n') == [b'{"a":\n1}']


def test_a_last_event_without_an_empty_line_is_read_at_the_end() -> None:
    reader = FrameReader()

    assert (reader.feed(b"data: {}"), reader.finish(), reader.finish()) == ([], [b"{}"], [])


def test_halves_of_characters_become_replacement_characters() -> None:
    assert decoded(rb'{"a":"\ud83d","b":"\ude00","c":"\ud83d\ude00"}') == {"a": "\ufffd", "b": "\ufffd", "c": "😀"}
    assert decoded(b'{"a":"\xff"}') == {"a": "\ufffd"}


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"hello"])
def test_what_is_no_object_is_refused(data: bytes) -> None:
    with pytest.raises(ModelBehaviorError, match="which is no JSON object; try again"):
        decoded(data)


def test_long_texts_are_shown_short_and_on_one_line() -> None:
    assert shortened(b"a\nb\tc") == "a b c"
    assert shortened(b"x" * 500, 10) == "xxxxxxxxxx…"
