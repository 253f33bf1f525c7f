"""Selecting with the keys."""

import pytest
from textual.geometry import Offset
from textual.selection import Selection

from agentchat.chat.transcript.blocks import AnswerBlock, UserBlock
from agentchat.tui.transcript.caret import Caret, Way
from agentchat.tui.transcript.page import Page
from agentchat.typesetting.theme import Theme

FAMILY = "👨\u200d👩\u200d👧"


def page() -> Page:
    result = Page()
    result.load([UserBlock(0, f"one {FAMILY} two"), AnswerBlock(1, "me", "a 茶 that wraps here"), UserBlock(2, "end")])
    result.restyle(14, Theme())
    return result


def moved(at: tuple[int, int], *ways: tuple[Way, int]) -> tuple[int, int]:
    caret = Caret(Offset(0, 0), Offset(*at))
    for way, by in ways:
        caret = caret.moved(page(), way, by)
    return tuple(caret.moving)


@pytest.mark.parametrize(
    ("at", "by", "expected"),
    [
        ((0, 0), 1, (1, 0)), ((4, 0), 1, (9, 0)), ((9, 0), -1, (4, 0)), ((13, 0), 1, (0, 1)), ((0, 1), -1, (13, 0)),
        ((0, 0), -1, (0, 0)), ((4, 2), 1, (4, 2)),
    ],
)
def test_a_character_is_what_a_person_sees_as_one(at: tuple[int, int], by: int, expected: tuple[int, int]) -> None:
    assert moved(at, ("character", by)) == expected


def test_a_way_over_lines_keeps_its_column() -> None:
    assert moved((9, 0), ("line", 1), ("line", 1), ("line", 1)) == (9, 1)
    assert moved((9, 0), ("line", 1), ("line", 1), ("line", 1), ("line", -1), ("line", -1), ("line", -1)) == (9, 0)


def test_beyond_the_last_line_everything_is_selected() -> None:
    assert moved((1, 2), ("line", 1), ("line", 1)) == (4, 2)
    assert moved((3, 0), ("line", -1)) == (0, 0)


def test_a_line_has_a_start_and_an_end() -> None:
    assert (moved((6, 1), ("start", -1)), moved((6, 1), ("end", 1))) == ((4, 1), (13, 1))


def test_both_directions_select_the_same() -> None:
    expected = Selection(Offset(2, 0), Offset(1, 1))
    assert Caret(Offset(2, 0), Offset(1, 1)).selection == Caret(Offset(1, 1), Offset(2, 0)).selection == expected
