from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from agentchat.chat.transcript.activity import lines_of
from agentchat.chat.transcript.blocks import AnswerBlock, Block, CallBlock, HandoffBlock, UserBlock
from agentchat.tui.widgets.activity_rows import ActivityRows


def block(kind: int, place: int) -> Block:
    call = CallBlock(place, "a", "tool", "{}", "done")
    kinds = [AnswerBlock(place, "a", "text"), HandoffBlock(place, "a", "b"), call, replace(call, verdict="approved by you")]
    return kinds[kind]


@given(st.lists(st.integers(0, 3), min_size=1, max_size=12), st.lists(st.tuples(st.integers(0, 11), st.integers(0, 3)), max_size=12))
def test_the_rows_are_always_those_of_the_blocks_in_order(kinds, replacements):
    blocks = [block(kind, place) for place, kind in enumerate(kinds)]
    rows = ActivityRows(blocks)
    for place, kind in replacements:
        if place < len(blocks):
            blocks[place] = block(kind, place)
            rows.put(blocks[place])
    assert rows.lines == [line for each in blocks for line in lines_of(each)]


def test_a_block_that_gives_no_line_can_come_first():
    rows = ActivityRows()
    rows.put(UserBlock(0, "hello"))
    rows.put(HandoffBlock(1, "a", "b"))
    assert [line.text for line in rows.lines] == ["b"]


@given(st.lists(st.integers(0, 3), min_size=1, max_size=12), st.lists(st.tuples(st.integers(0, 11), st.integers(0, 3)), max_size=6))
def test_a_block_that_comes_between_others_gets_its_lines_there(kinds, came):
    blocks = [block(kind, place) for place, kind in enumerate(kinds)]
    rows = ActivityRows(blocks)
    for wanted, kind in came:
        place = min(wanted, len(blocks) - 1)
        blocks[place:] = [block(kind, place), *(replace(one, id=one.id + 1) for one in blocks[place:])]
        rows.make_room(place)
        for moved in blocks[place:]:
            rows.put(moved)
    assert rows.lines == [line for each in blocks for line in lines_of(each)]
