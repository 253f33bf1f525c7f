import pytest
from rich.cells import cell_len

from agentchat.chat.status import Status
from agentchat.tui.keys import Hint, key_name
from agentchat.tui.screens.talk import Talk
from agentchat.tui.widgets.footer import Footer, doing, footer_line
from tests.tui.scenes import SCENES

HINTS = (Hint("⏎", "send", 1), Hint("^j", "newline", 2), Hint("esc", "stop"), Hint("F1", "help", -1))


def test_the_keys_stand_on_the_left_and_what_goes_on_at_the_right_edge():
    assert footer_line(HINTS, "⠹ 4.2 s · 2 queued", 76).plain == (
        "└ ⏎ send · ^j newline · esc stop · F1 help ──────────── ⠹ 4.2 s · 2 queued ┘"
    )


@pytest.mark.parametrize("width", range(14, 80, 7))
def test_it_is_exactly_as_wide_as_the_screen_and_the_first_key_stays(width):
    line = footer_line(HINTS, "", width).plain
    assert cell_len(line) == width
    assert "F1 help" in line


@pytest.mark.parametrize(
    ("width", "keys"),
    [
        (46, "⏎ send · ^j newline · esc stop · F1 help"),
        (40, "⏎ send · esc stop · F1 help"),
        (28, "esc stop · F1 help"),
        (19, "F1 help"),
    ],
)
def test_where_there_is_no_room_the_keys_that_matter_most_stay_at_their_places(width, keys):
    assert footer_line(HINTS, "", width).plain.strip("└─┘ ") == keys


async def test_while_one_searches_the_keys_of_both_directions_are_named_on_eighty_columns():
    scene = SCENES[0]
    app = scene.desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await scene.play(pilot)
        await app.screen.query_one(Talk).search()
        await pilot.pause()
        assert "↑ hit above · ↓ hit below" in app.screen.query_one(Footer).render().plain


async def test_on_eighty_columns_the_commands_are_named_also_while_calls_wait():
    scene = next(scene for scene in SCENES if scene.name == "decided-later")
    app = scene.desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await scene.play(pilot)
        shown = app.screen.query_one(Footer).render().plain
        assert shown.strip("└─┘ ") == "^a approvals · ⏎ send · ^j newline · ^o sessions · ^p commands · F1 help"


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
