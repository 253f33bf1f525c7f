"""The sums of heights agree with plain lists."""

from hypothesis import given
from hypothesis import strategies as st

from agentchat.tui.transcript.heights import Heights

HEIGHTS = st.lists(st.integers(1, 9), min_size=1, max_size=40)


@given(HEIGHTS, HEIGHTS, st.data())
def test_every_line_finds_its_block_after_appending_and_changing(first: list[int], more: list[int], data: st.DataObject) -> None:
    heights, plain = Heights(first), list(first)
    for value in more:
        heights.append(value)
        plain.append(value)
    block = data.draw(st.integers(0, len(plain) - 1))
    heights.set(block, 5)
    plain[block] = 5
    expected = [(block, line) for block, height in enumerate(plain) for line in range(height)]
    assert [heights.find(line) for line in range(heights.total)] == expected
    assert [heights.before(block) for block in range(len(plain))] == [sum(plain[:block]) for block in range(len(plain))]


def test_a_line_past_the_end_belongs_to_the_last_block() -> None:
    assert Heights([2, 3]).find(7) == (1, 5)


def test_nothing_has_no_lines() -> None:
    assert Heights().total == 0
