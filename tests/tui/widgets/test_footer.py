import pytest
from rich.cells import cell_len

from agentchat.chat.status import Status
from agentchat.tui.keys import Hint, key_name
from agentchat.tui.widgets.footer import doing, footer_line

HINTS = (Hint("⏎", "send"), Hint("^j", "newline"), Hint("esc", "stop"), Hint("F1", "help"))


def test_the_keys_stand_on_the_left_and_what_goes_on_at_the_right_edge():
    assert footer_line(HINTS, "⠹ 4.2 s · 2 queued", 76).plain == (
        "└ ⏎ send · ^j newline · esc stop · F1 help ──────────── ⠹ 4.2 s · 2 queued ┘"
    )


@pytest.mark.parametrize("width", range(14, 80, 7))
def test_it_is_exactly_as_wide_as_the_screen_and_the_last_key_stays(width):
    line = footer_line(HINTS, "", width).plain
    assert cell_len(line) == width
    assert "F1 help" in line


@pytest.mark.parametrize(
    ("status", "elapsed", "early", "text"),
    [
        (Status("a", phase="idle"), None, 0, ""),
        (Status("a", phase="opening"), None, 0, "opening …"),
        (Status("a", phase="opening"), None, 2, "opening … · 2 queued"),
        (Status("a", phase="running"), 4.24, 0, "* 4.2 s"),
        (Status("a", phase="stopping"), 75.0, 0, "* stopping 1 min 15 s"),
        (Status("a", phase="waiting", queued=("x",)), None, 0, "1 queued"),
    ],
)
def test_what_goes_on(status, elapsed, early, text):
    assert doing(status, elapsed, "*", early=early) == text


@pytest.mark.parametrize(
    ("key", "name"),
    [("ctrl+j", "^j"), ("f1", "F1"), ("escape", "esc"), ("shift+tab", "shift+tab"), ("ctrl+up", "^↑"), ("f", "f")],
)
def test_keys_are_named_as_people_write_them(key, name):
    assert key_name(key) == name
