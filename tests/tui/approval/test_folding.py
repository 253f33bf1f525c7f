from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from agentchat.tui.approval.folding import Row, folded


def test_long_lines_are_cut_at_the_width_and_marked():
    assert folded("abcdef\n\nxy", 4) == [Row(0, 4, False), Row(4, 6, True), Row(7, 7, False), Row(8, 10, False)]


def test_a_wide_character_is_never_cut_in_two():
    assert folded("a漢字b", 3) == [Row(0, 2, False), Row(2, 4, True)]


@given(st.text(st.sampled_from("ab漢é👍🇩🇪\n ")), st.integers(2, 9))
def test_rows_hold_every_character_once_and_fit(text, width):
    rows = folded(text, width)
    assert "\n".join("".join(text[row.start : row.end] for row in line) for line in _lines(rows)) == text
    assert all(cell_len(text[row.start : row.end]) <= width for row in rows)


def _lines(rows):
    lines: list[list[Row]] = []
    for row in rows:
        if row.goes_on:
            lines[-1].append(row)
        else:
            lines.append([row])
    return lines
