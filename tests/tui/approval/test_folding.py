import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from agentchat.tui.approval.folding import Row, folded

TEXTS = st.text(st.sampled_from("ab漢é👍🇩🇪\n "))
PROSE = st.integers(0, 20)


def test_long_lines_are_cut_at_the_width_and_marked():
    assert folded("abcdef\n\nxy", 4) == [Row(0, 4, False), Row(4, 6, True), Row(7, 7, False), Row(8, 10, False)]


def test_a_wide_character_is_never_cut_in_two():
    assert folded("a漢字b", 3) == [Row(0, 2, False), Row(2, 4, True)]


def test_sentences_are_cut_between_words_and_what_follows_them_is_not():
    assert seen("one two three\none two", 5, prose=13) == ["one", "↪ two", "↪ thre", "↪e", "one t", "↪wo"]


def test_blanks_stand_where_they_can_be_seen():
    assert seen("aaaa 漢", 5) == ["aaaa", "↪ 漢"]
    assert seen("a         b", 5) == ["a", "↪", "↪    b"]


@pytest.mark.parametrize("prose", [0, 20])
def test_lines_that_differ_in_a_blank_never_look_the_same(prose):
    texts = ("aaaa漢", "aaaa 漢", "aaaa  漢", "aaa 漢", "aaa b", "aaab", "aaa  b", "aaaa b", "aaaab", "aaaaab", "aaaaa b")
    assert len({tuple(seen(text, 5, prose=prose)) for text in texts}) == len(texts)


@pytest.mark.no_cover
@pytest.mark.parametrize("char", "a漢é")
def test_a_line_of_a_million_characters_is_folded_in_a_moment(char):
    began = time.perf_counter()
    assert len(folded(char * 1_000_000, 100)) == 10_000 * cell_len(char)
    assert time.perf_counter() - began < 10.0


@given(TEXTS, st.integers(2, 9), PROSE)
def test_rows_hold_every_character_once_and_fit(text, width, prose):
    rows = folded(text, width, prose=prose)
    assert "\n".join("".join(text[row.start : row.end] for row in line) for line in _lines(rows)) == text
    assert all(cell_len(text[row.start : row.end]) <= width for row in rows)


@given(TEXTS, st.integers(2, 9), PROSE)
def test_no_row_that_is_gone_on_with_ends_in_a_blank_unless_it_is_nothing_else(text, width, prose):
    for line in _lines(folded(text, width, prose=prose)):
        for row in line[:-1]:
            drawn = text[row.start : row.end]
            assert not drawn.endswith(" ") or not drawn.strip()


def seen(text, width, *, prose=0):
    """As a reader sees it: nobody sees a blank at the end."""
    return [("↪" if row.goes_on else "") + text[row.start : row.end].rstrip() for row in folded(text, width, prose=prose)]


def _lines(rows):
    lines: list[list[Row]] = []
    for row in rows:
        if row.goes_on:
            lines[-1].append(row)
        else:
            lines.append([row])
    return lines
