"""Streamed plain text looks like the same text at once."""

from hypothesis import given
from hypothesis import strategies as st

from agentchat.typesetting.doc import Run
from agentchat.typesetting.text_flow import TextFlow
from tests.typesetting.shown import check_places, texts

PIECES = st.lists(
    st.text(st.sampled_from("aaab   \n茶\x1b\u200b👨\u200d👩7\ufe0f"), max_size=20), max_size=20,
)


def flow() -> TextFlow:
    return TextFlow(12, prefix=(Run("| ", kept=False),), run=Run(""))


@given(PIECES)
def test_streamed_text_equals_the_whole(pieces: list[str]) -> None:
    streamed, whole = flow(), flow()
    for piece in pieces:
        before = list(streamed.lines)
        first = streamed.feed(piece)
        assert streamed.lines[:first] == before[:first]
    whole.feed("".join(pieces))
    assert streamed.plain == whole.plain
    if pieces:
        assert texts(streamed.lines) == texts(whole.lines)
    check_places(streamed.lines, streamed.plain)


def test_only_the_last_line_is_wrapped_again() -> None:
    text = flow()
    text.feed("some words that fill several lines of twelve cells and")
    lines = len(text.lines)
    assert text.feed(" more") == lines - 1


def test_an_emoji_that_comes_in_two_parts_is_one() -> None:
    text = flow()
    text.feed("x 👨\u200d")
    text.feed("👩 y")
    assert texts(text.lines) == ["| x 👨\u200d👩 y"]
