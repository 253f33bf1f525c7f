"""What an agent did as a tool folds as one."""

from dataclasses import replace

from agentchat.chat.transcript.blocks import AnswerBlock, Block, CallBlock, UserBlock
from agentchat.chat.transcript.changes import BlockAdded, BlockInserted, BlockReplaced
from agentchat.tui.transcript.nests import Nests
from agentchat.tui.transcript.page import Page, Place
from tests.typesetting.shown import texts

INNER, OTHER, DEEP = ("1.0",), ("1.1",), ("1.0", "2.0")


def answer(place: int, text: str = "x", path: tuple[str, ...] = ()) -> AnswerBlock:
    return AnswerBlock(place, path[-1] if path else "outer", text, path=path)


BLOCKS: list[Block] = [
    UserBlock(0, "go"),
    CallBlock(1, "outer", "ask", "{}", "done"),
    answer(2, "a", INNER),
    answer(3, "b", OTHER),
    answer(4, "deep", DEEP),
    answer(5, "c", INNER),
    answer(6, "d", OTHER),
    answer(7, "outside"),
    answer(8, "again", INNER),
    answer(9, "and", INNER),
]


def page_of(blocks: list[Block]) -> Page:
    page = Page()
    page.load(blocks)
    return page


def all_lines(page: Page) -> list[str]:
    return [line for place in range(len(page.blocks)) for line in texts(page.leaf(place).lines)]


def test_runs_are_told_apart_also_when_they_take_turns() -> None:
    nests = Nests(BLOCKS)
    assert [nests.at(place).steps if nests.at(place) else 0 for place in range(10)] == [0, 0, 3, 2, 0, 0, 0, 0, 2, 0]
    assert [nests.first_of(place) for place in range(10)] == [None, None, 2, 3, 2, 2, 3, None, 8, 8]


def test_a_folded_run_is_one_line_and_the_others_stay() -> None:
    page = page_of(BLOCKS[:8])
    assert page.toggle_nest(2)
    assert all_lines(page) == [
        "┃ go", "", "▎outer", "  ▶ ask()" + " " * 43 + "✓ done", "  ▶ 1.0  3 steps inside",
        "", "  ▼ 1.1", "    b", "", "  ▎1.1", "    d", "", "▎outer", "  outside",
    ]
    assert page.total == len(all_lines(page))
    assert page.toggle_nest(2)
    assert "    a" in all_lines(page)
    assert not page.toggle_nest(5)


def test_one_walks_over_what_is_folded() -> None:
    page = page_of(BLOCKS)
    page.toggle_nest(8)
    page.toggle_nest(2)
    total = len(all_lines(page))
    places = [page.walk(Place(0, 0), lines) for lines in range(total + 3)]
    assert len(set(places)) == total
    assert not any(page.is_hidden(place.block) for place in places)
    assert [page.walk(places[total - 1], -lines) for lines in range(total)] == places[total - 1 :: -1]
    assert page.fit_end(3) == places[total - 3]
    assert page.fit(Place(9, 0), 3) == places[total - 3]


def test_what_comes_into_a_folded_run_is_counted_and_not_shown() -> None:
    page = page_of(BLOCKS[:6])
    page.toggle_nest(2)
    page.leaf(2)
    page.apply([BlockAdded(answer(6, "new", INNER))])
    assert texts(page.leaf(2).lines) == ["  ▶ 1.0  4 steps inside"]
    assert len(page.leaf(6)) == 0


def test_a_run_of_one_block_does_not_fold_and_shows_that_it_does_when_a_second_comes() -> None:
    page = page_of(BLOCKS[:3])
    assert (page.toggle_nest(2), texts(page.leaf(2).lines)[0]) == (False, "  ▎1.0")
    page.apply([BlockAdded(answer(3, "b", INNER))])
    assert texts(page.leaf(2).lines)[0] == "  ▼ 1.0"


def test_a_turn_that_is_stored_in_another_order_is_told_apart_anew() -> None:
    page = page_of(BLOCKS[:7])
    page.apply([BlockReplaced(answer(3, "c", INNER)), BlockReplaced(answer(5, "b", OTHER))])
    assert [page.nest_of(place) for place in range(2, 7)] == [2, 2, 2, 5, 5]


def test_what_comes_between_moves_the_rest_and_what_was_folded_and_opened_stays_so() -> None:
    """Two agents side by side: the first goes on while the second has something already."""
    call = CallBlock(3, "outer", "ask", '{"n": 1}', "done", "x")
    blocks: list[Block] = [replace(BLOCKS[1], id=0), answer(1, "a", INNER), answer(2, "b", INNER), call]
    blocks += [answer(4, "c", OTHER), answer(5, "d", OTHER)]
    page = page_of(blocks)
    page.toggle(3)
    page.toggle_nest(4)
    page.leaf(4)
    page.apply([BlockInserted(answer(3, "new", INNER)), BlockAdded(answer(7, "e", OTHER))])
    assert all_lines(page)[2:] == [
        "  ▼ 1.0", "    a", "", "    b", "", "    new", "", "▎outer", "  ▼ ask(n=1)" + " " * 40 + "✓ done", "    n: 1", "    → output: x",
        "  ▶ 1.1  3 steps inside",
    ]
    assert page.total == len(all_lines(page))
    assert [block.id for block in page.blocks] == list(range(8))
