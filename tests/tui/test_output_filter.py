import io

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.widgets import Static

from agentchat.tui.key_guard import KeyGuard
from agentchat.tui.output_filter import ControlFilter, FilteringFile, plain_console
from agentchat.tui.terminal.choice import driver_for
from agentchat.tui.terminal.headless import HeadlessTerminal, HeadlessTtyDriver
from tests.clock import FakeClock

BLACK = Color.parse("black")
HARMFUL = [*map(chr, range(32)), *map(chr, range(0x7F, 0xA0)), *"\u200b\u200e\u202e\u2066\u2028\ufeff\u00ad\U000e0041\ufe0f\u200d"]


def filtered(*segments):
    return ControlFilter().apply(list(segments), BLACK)


def test_a_line_without_anything_harmful_is_left_as_it_is():
    line = [Segment("naïve 漢字 [b]"), Segment("x", Style(bold=True))]
    assert ControlFilter().apply(line, BLACK) is line


@pytest.mark.parametrize("char", HARMFUL, ids=lambda char: f"U+{ord(char):04X}")
def test_a_harmful_character_becomes_one_visible_cell_and_the_line_keeps_its_width(char):
    before = Segment(f"ab{char}cd   ")
    after = "".join(segment.text for segment in filtered(before))
    assert char not in after
    assert after.startswith("ab")
    assert after[2:3].isprintable()
    assert cell_len(after) == cell_len(before.text)


@pytest.mark.parametrize("emoji", ["👩\u200d👩\u200d👧", "❤\ufe0f", "❤\ufe0f\u200d🔥", "👍🏽", "1\ufe0f\u20e3", "👩🏽\u200d💻"])
def test_what_joins_an_emoji_stays(emoji):
    assert "".join(segment.text for segment in filtered(Segment(f"{emoji} \x07 "))).startswith(f"{emoji} ␇")


def test_a_link_that_is_no_plain_address_is_dropped():
    good, bad, worse = (Style(link=target) for target in ("https://a.example/x?y=1", "http://x/\x1b\\", "file:///etc"))
    styles = [segment.style for segment in filtered(*(Segment("x", style) for style in (good, bad, worse)))]
    assert [style.link for style in styles] == ["https://a.example/x?y=1", None, None]


def test_a_printed_message_keeps_its_lines_and_loses_its_commands():
    out = io.StringIO()
    plain_console(FilteringFile(out)).print("a\x1b]52;c;aGk=\x07b [bold]c[/bold]\r\nd\u202e")
    assert out.getvalue() == "a␛]52;c;aGk=b [bold]c[/bold]\nd\ufffd\n"


async def test_in_the_application_nothing_harmful_is_written_to_the_terminal():
    written: list[str] = []

    class App(KeyGuard[None]):
        def get_line_filters(self):
            return [*super().get_line_filters(), ControlFilter()]

        def compose(self):
            yield Static("before\x1b]0;title\x9cafter\u202e", markup=False)

    class Keeping(driver_for(HeadlessTerminal(), clock=FakeClock(), hung_up=lambda: None)):
        def write(self, data):
            written.append(data)
            super().write(data)

    assert issubclass(Keeping, HeadlessTtyDriver)
    async with App(driver_class=Keeping).run_test(size=(60, 5)) as pilot:
        await pilot.pause()
    text = "".join(written)
    assert "before␛]0;title\ufffdafter\ufffd" in text
    assert "\x1b]0" not in text
    assert "\u202e" not in text


def test_a_filter_is_known_again():
    """A Strip keeps what a filter made of it, by the filter; the app gives a new one for every frame."""
    assert ControlFilter() == ControlFilter()
    assert len({ControlFilter(), ControlFilter()}) == 1
