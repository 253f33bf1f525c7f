"""The sums of heights agree with plain lists."""

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from agentchat.tui.transcript.heights import Heights

HEIGHTS = st.lists(st.integers(0, 3), min_size=1, max_size=150)


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
    assert [heights.before(block) for block in range(len(plain) + 1)] == list(accumulate(plain, initial=0))


def test_a_line_past_the_end_belongs_to_the_last_block() -> None:
    assert Heights([2, 3]).find(7) == (1, 5)


def test_nothing_has_no_lines() -> None:
    assert Heights().total == 0


def test_the_end_of_a_long_page_is_estimated_block_by_block_and_what_stands_before_by_samples() -> None:
    asked: list[int] = []

    def estimate(place: int) -> int:
        asked.append(place)
        return 3

    heights = Heights.estimated(10_000, estimate)
    assert (len(heights), heights.total) == (10_000, 30_000)
    assert asked[-64:] == list(range(9_936, 10_000))
    assert len(asked) <= 128


def test_what_is_sampled_is_as_often_a_question_as_an_answer() -> None:
    for count in range(64, 3_000, 7):
        asked: list[int] = []
        Heights.estimated(count, lambda place, asked=asked: asked.append(place) or 1)
        parities = [place % 2 for place in asked[:-64]]
        assert abs(sum(parities) - (len(parities) - sum(parities))) <= 1


def test_a_short_page_is_estimated_as_it_is() -> None:
    heights = Heights.estimated(64, lambda place: place)
    assert [heights[place] for place in range(64)] == list(range(64))
