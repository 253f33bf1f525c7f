"""Selections in characters of blocks."""

import pytest
from rich.style import Style
from textual.geometry import Offset
from textual.selection import Selection

from agentchat.chat.transcript.blocks import AnswerBlock, UserBlock
from agentchat.tui.transcript.page import Page
from agentchat.tui.transcript.selection import Hit, Span, highlighted, hit, selected_text, spanned
from agentchat.typesetting.doc import Line, Run
from agentchat.typesetting.theme import Theme

LINE = Line((Run("  ", kept=False), Run("a茶"), Run("👨\u200d👩\u200d👧b")), 10)


def at(first: int, last: int) -> Hit:
    return Hit(Offset(first, 3), Offset(last, 3))


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (-5, (10, 10)), (0, (10, 10)), (2, (10, 11)), (3, (11, 12)), (4, (11, 12)), (5, (12, 17)), (6, (12, 17)),
        (7, (17, 18)), (30, (18, 18)),
    ],
)
def test_a_cell_belongs_to_a_whole_character(column: int, expected: tuple[int, int]) -> None:
    assert hit(LINE, column, 3) == at(*expected)


def test_a_selection_takes_both_ends_whichever_came_first() -> None:
    assert spanned(at(5, 6), at(2, 3)) == spanned(at(2, 3), at(5, 6)) == Selection(Offset(2, 3), Offset(6, 3))


def test_only_chosen_characters_are_highlighted() -> None:
    strip = highlighted(LINE, [Span(11, 17, Style(reverse=True))])
    assert [(segment.text, segment.style) for segment in strip] == [
        (" ", None), ("  ", Style()), ("a", Style()),
        ("茶", Style(reverse=True)), ("👨\u200d👩\u200d👧", Style(reverse=True)), ("b", Style()),
    ]


def conversation(width: int) -> Page:
    page = Page()
    page.load([UserBlock(0, "a question that wraps"), AnswerBlock(1, "me", "- one two three four\n- five"), UserBlock(2, "thanks")])
    page.restyle(width, Theme())
    return page


@pytest.mark.parametrize("width", [16, 80])
def test_copied_text_has_no_edges_and_no_breaks_of_wrapping(width: int) -> None:
    copied = selected_text(conversation(width), Selection(Offset(2, 0), Offset(6, 2)))
    assert copied == "question that wraps\n\nme\n• one two three four\n• five\n\nthank"


def test_an_open_end_reaches_to_the_end() -> None:
    page = conversation(80)
    assert selected_text(page, Selection(None, Offset(1, 0))) == "a"
    assert selected_text(page, Selection(Offset(1, 2), None)) == "thanks"
    assert selected_text(page, Selection(Offset(0, 2), Offset(9, 7))) == "\nthanks"
