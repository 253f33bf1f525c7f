from hypothesis import given
from hypothesis import strategies as st

from agentchat.tui.approval.folding import Row, folded
from agentchat.tui.approval.seen import Seen


def test_a_text_is_complete_when_every_character_but_line_breaks_was_shown():
    seen = Seen("ab\n\nc")
    seen.add(Row(0, 2, False))
    assert (seen.is_complete, seen.has(Row(0, 2, False)), seen.has(Row(4, 5, False))) == (False, True, False)
    seen.add(Row(4, 5, False))
    assert seen.is_complete


@given(st.text("ab \n", max_size=60), st.lists(st.tuples(st.integers(1, 9), st.integers(0, 20)), max_size=12))
def test_what_was_seen_survives_other_widths_and_is_never_more_than_was_shown(text, shown):
    seen, expected = Seen(text), {index for index, char in enumerate(text) if char == "\n"}
    for width, number in shown:
        rows = folded(text, width)
        row = rows[number % len(rows)]
        seen.add(row)
        expected |= set(range(row.start, row.end))
    assert seen.is_complete == (len(expected) == len(text))
    assert all(seen.has(Row(index, index + 1, False)) == (index in expected) for index in range(len(text)))
