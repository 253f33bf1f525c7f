"""What a search finds, against what a person would find who reads everything."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentchat.chat.transcript.blocks import AnswerBlock, Block, CallBlock, ReasoningBlock, UserBlock
from agentchat.chat.transcript.changes import BlockAdded, BlockExtended
from agentchat.tui.transcript.page import Page
from agentchat.tui.transcript.search import Found, Search

PIECES = (
    *("bold", "**", "_", "`", "[", "](http://x.y)", "\n", "\n\n", "- ", "1. ", "# "),
    *("&copy;", "&", "\\", "|", "---", "~~", "![", " ", "Straße", "x"),
)
_TEXTS = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
_BLOCKS = st.lists(st.tuples(st.sampled_from("uart"), _TEXTS), min_size=1, max_size=5)


def block_of(place: int, kind: str, text: str) -> Block:
    match kind:
        case "u":
            return UserBlock(place, text)
        case "a":
            return AnswerBlock(place, "ann", text)
        case "r":
            return ReasoningBlock(place, "ann", text)
        case _:
            return CallBlock(place, "ann", "tool", '{"text": "bold"}', "done", text)


def page_of(*blocks: Block) -> Page:
    page = Page()
    page.load(blocks)
    return page


def read(search: Search) -> Search:
    while not search.is_done:
        search.read()
    return search


@settings(max_examples=25)
@given(_BLOCKS, st.sampled_from([*PIECES, "boldx", "bold bold", "THOUGHT", "ann", "…", "1", "•"]))
def test_everything_that_is_drawn_is_found(written: list[tuple[str, str]], text: str) -> None:
    page = page_of(*(block_of(place, kind, source) for place, (kind, source) in enumerate(written)))
    search = read(Search(page, text, start=0))
    for place in range(len(written)):
        page.show_whole(place)
    drawn = [page.leaf(place).plain for place in range(len(written))]
    assert search.total == sum(len(re.findall(re.escape(text), plain, re.IGNORECASE)) for plain in drawn)


HITS = page_of(
    AnswerBlock(0, "a", "Tea and tea."),
    UserBlock(1, "no"),
    CallBlock(2, "a", "t", "{}", "done", "hot TEA"),
    AnswerBlock(3, "b", "**te**a"),
)


def test_one_goes_from_hit_to_hit_and_round() -> None:
    search = read(Search(HITS, "tea", start=3))
    search.stand_on(3, before=99)
    seen = []
    for _ in range(5):
        seen.append((search.number, search.total, search.current))
        search.step(-1)
    last = (4, 4, (3, 3))
    assert [place for _, _, place in seen] == [(3, 3), (2, seen[1][2][1]), (0, 10), (0, 2), (3, 3)]
    assert ([number for number, _, _ in seen], seen[0], seen[4]) == ([4, 3, 2, 1, 4], last, last)
    search.step(2)
    assert (search.number, search.current) == (1, (0, 2))


def test_what_is_nearest_above_is_read_first() -> None:
    search = Search(page_of(*(UserBlock(place, "tea " * 9_000) for place in range(4))), "tea", start=2)
    assert [search.read() for _ in range(4)] == [2, 1, 0, 3]


@pytest.mark.parametrize(("before", "number"), [(0, 1), (3, 1), (5, 1), (11, 2), (99, 2)])
def test_one_begins_at_the_last_hit_that_is_seen(before: int, number: int) -> None:
    search = read(Search(HITS, "tea", start=0))
    search.stand_on(0, before=before)
    assert search.number == number


def test_what_is_new_is_found_and_the_hit_that_one_is_at_stays() -> None:
    page = page_of(AnswerBlock(0, "a", "tea", "open"))
    search = read(Search(page, "tea", start=0))
    search.stand_on(0, before=99)
    page.apply([BlockExtended(0, " and tea"), BlockAdded(UserBlock(1, "tea")), BlockAdded(UserBlock(2, "no"))])
    search.touch([0, 1, 2])
    read(search)
    assert (search.number, search.total, search.current) == (1, 3, (0, 2))


def test_the_parts_of_a_hit_are_highlighted_on_every_line_that_shows_them() -> None:
    page = page_of(UserBlock(0, "hello there"))
    page.restyle(8, page.theme)
    search = read(Search(page, "lo the", start=0))
    search.stand_on(0, before=99)
    leaf = page.leaf(0)
    assert [list(search.in_line(0, leaf, line)) for line in leaf.lines] == [[Found(3, 9, is_current=True)]] * 2


def test_nothing_is_found_of_nothing() -> None:
    search = read(Search(page_of(UserBlock(0, "x")), "y", start=0))
    search.step(1)
    assert (search.number, search.total, search.current) == (0, 0, None)
