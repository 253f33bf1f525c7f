"""The Strips that are kept, and what one drawn line passes."""

from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from agentchat.tui.output_filter import ControlFilter
from agentchat.tui.transcript.strips import KEPT, Paint, Strips
from agentchat.typesetting.doc import Line, Run

BASE = Style(bgcolor="blue")


def paint(*, width: int = 10) -> Paint:
    return Paint(width, BASE, Color.parse("black"), (ControlFilter(),))


def line(text: str) -> Line:
    return Line((Run(text),), 0)


def test_a_line_is_as_wide_as_the_view_and_lies_on_its_background() -> None:
    strip = paint().strip([Segment("abc", Style(bold=True))])
    assert (strip.text, strip.cell_length) == ("abc       ", 10)
    assert next(iter(strip)).style == Style(bold=True, bgcolor="blue")


def test_what_is_too_wide_is_cut_and_half_a_wide_character_is_a_blank() -> None:
    assert paint(width=4).strip([Segment("abc中")]).text == "abc "


def test_every_line_passes_the_filters() -> None:
    assert paint().strip([Segment("a\x1bb")]).text.rstrip() == "a␛b"


def test_a_line_that_only_moves_keeps_its_strip() -> None:
    strips, kept = Strips(), line("x")
    assert strips.of(kept, paint()) is strips.of(kept, paint())


def test_another_width_draws_anew() -> None:
    strips, kept = Strips(), line("x")
    strips.of(kept, paint())
    assert strips.of(kept, paint(width=5)).cell_length == 5


def test_equal_lines_are_not_mistaken_for_each_other() -> None:
    strips = Strips()
    texts = [strips.of(line(str(number)), paint()).text.strip() for number in range(3 * KEPT)]
    assert texts == [str(number) for number in range(3 * KEPT)]


def test_no_more_than_some_screens_of_lines_are_kept() -> None:
    strips, lines = Strips(), [line(str(number)) for number in range(10 * KEPT)]
    for each in lines:
        strips.of(each, paint())
    assert len(strips) <= KEPT
