"""Lines break between words and between whole characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from agentchat.typesetting.doc import Run
from agentchat.typesetting.wrapping import breaks, clusters, cut, folds, shortened

CHARACTERS = ["a", "b", " ", "茶", "é", "e\u0301", "👨\u200d👩\u200d👧", "🇩🇪", "👍🏽", "❤\ufe0f"]
TEXTS = st.lists(st.sampled_from(CHARACTERS), max_size=60).map("".join)


def pieces(text: str, places: list[int]) -> list[str]:
    return [text[begin:end] for begin, end in zip([0, *places], [*places, len(text)], strict=True)]


@given(TEXTS, st.integers(2, 12))
def test_no_line_is_wider_than_asked_and_no_cluster_is_torn(text: str, width: int) -> None:
    for places in (breaks(text, width), folds(text, width)):
        lines = pieces(text, places)
        assert "".join(lines) == text
        assert [cluster for line in lines for cluster in clusters(line)] == clusters(text)
    assert all(cell_len(line.rstrip(" ")) <= width for line in pieces(text, breaks(text, width)))
    assert all(cell_len(line) <= width for line in pieces(text, folds(text, width)))


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 7, ["one two ", "three"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("x abcdefgh y", 4, ["x ", "abcd", "efgh ", "y"]),
        ("茶茶茶", 4, ["茶茶", "茶"]),
    ],
)
def test_words_stay_whole_when_they_fit(text: str, width: int, lines: list[str]) -> None:
    assert pieces(text, breaks(text, width)) == lines


@pytest.mark.parametrize("cluster", ["👨\u200d👩\u200d👧", "🇩🇪", "👍🏽", "❤\ufe0f", "e\u0301"])
def test_a_joined_character_is_one_cluster(cluster: str) -> None:
    assert clusters(f"a{cluster}b") == [("a", 1), (cluster, cell_len(cluster)), ("b", 1)]


def test_runs_are_cut_where_asked_and_keep_their_styles() -> None:
    bold, plain = Run("bold"), Run("plain", kept=False)
    assert cut([bold, plain], [2, 6]) == [
        (Run("bo"),), (Run("ld"), Run("pl", kept=False)), (Run("ain", kept=False),),
    ]


@pytest.mark.parametrize(("text", "short"), [("short", "short"), ("longer text", "longe…"), ("茶茶茶茶", "茶茶…")])
def test_what_is_shortened_says_so(text: str, short: str) -> None:
    assert shortened(text, 6) == short
