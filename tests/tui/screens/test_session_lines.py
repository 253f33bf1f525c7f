"""The lines of the list of saved conversations."""

from rich.cells import cell_len

from agentchat.tui.screens.session_lines import Placed, in_branches, line_of
from tests.tui.room_scenes import BEGAN, branches, drawer, shelved
from tests.tui.scenes import hold_the_surroundings


def lines(width: int) -> list[str]:
    hold_the_surroundings()
    placed = in_branches(branches().found)
    return [line_of(one, current="3f2a9c1e", width=width, now=BEGAN).plain for one in placed]


def test_a_branch_stands_below_the_one_it_came_from_where_the_first_of_the_family_stood() -> None:
    placed = in_branches(branches().found)
    assert [(one.one.entry.title[:26], one.depth) for one in placed] == [
        ("Refund 1042", 0), ("Refunds of last week", 0),
        ("A broken refund of 1077", 0), ("A broken refund of 1077, a", 1), ("The same for 1078", 2), ("A broken refund of 1077, p", 1),
        ("Names for a \x1b[31mcat", 0), ("Summer sale", 0),
    ]


def test_everything_stands_on_one_line_and_a_long_title_makes_room() -> None:
    assert lines(100) == [
        "▸ 2025-05-03 11:50  Refund 1042  4 items",
        "  2025-05-02 11:50  Refunds of last week  ⏸ 2 to decide  7 items",
        "  2025-05-01 11:50  A broken refund of 1077  ■ unfinished  10 items",
        "  2025-04-29 11:50  └ A broken refund of 1077, asked again with the number of the order  16 items",
        "  2025-04-27 11:50    └ The same for 1078  22 items",
        "  2025-04-28 11:50  └ A broken refund of 1077, politely  ⏸ 1 to decide  19 items",
        "  2025-04-30 11:50  Names for a ␛[31mcat  13 items · cats",
        "  2025-04-26 11:50  Summer sale  25 items · branch of beef0000",
    ]
    assert max(map(cell_len, (*lines(75), *lines(60), *lines(39)))) <= 75
    assert max(map(cell_len, lines(39))) <= 39
    assert lines(44)[:3] == [
        "▸ 11:50  Refund 1042", "  05-02  Refunds of last week  ⏸ 2 to decide", "  05-01  A broken refund of 1…  ■ unfinished",
    ]


def test_two_that_say_they_came_from_each_other_are_both_listed() -> None:
    found = (shelved(1, "one", parent="00000002"), shelved(2, "two", parent="00000001"), *drawer().found[:1])
    assert {one.one.entry.title for one in in_branches(found)} == {"one", "two", "Refund 1042"}


def test_without_branches_the_order_stays() -> None:
    assert in_branches(drawer().found) == tuple(Placed(one, 0) for one in drawer().found)
