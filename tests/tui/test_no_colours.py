"""NO_COLOR: nothing on the screen has a colour, and everything can still be read and told apart."""

from collections.abc import Iterator

import pytest
from rich.segment import Segment
from textual.widgets import OptionList

from agentchat.tui.app import ChatApp
from agentchat.tui.no_colours import NoColours, is_colourless
from tests.tui import scenes
from tests.tui.call_scenes import CALL_SCENES
from tests.tui.room_scenes import ROOM_SCENES
from tests.tui.scenes import SCENES, Scene

ALL = {scene.name: scene for scene in (*SCENES, *CALL_SCENES, *ROOM_SCENES)}


@pytest.fixture(autouse=True)
def _surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenes, "hold_the_surroundings", lambda: monkeypatch.setenv("NO_COLOR", "1"))


def segments(app: ChatApp) -> Iterator[Segment]:
    for strip in app.screen._compositor.render_strips():
        yield from strip


def test_colours_are_off_where_the_variable_is_there_and_not_empty():
    environments: list[dict[str, str]] = [{}, {"NO_COLOR": ""}, {"NO_COLOR": "1"}, {"NO_COLOR": "0"}]
    assert list(map(is_colourless, environments)) == [False, False, True, True]


@pytest.mark.parametrize("name", ["finished", "edit", "question", "inspector"])
async def test_no_cell_of_the_screen_has_a_colour(name: str):
    scene: Scene = ALL[name]
    app = scene.desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await scene.play(pilot)
        coloured = [one for one in segments(app) if one.style is not None and (one.style.color or one.style.bgcolor)]
        assert coloured == []


async def test_the_dialog_about_a_call_is_whole_and_its_keys_stand_out():
    app = ALL["approval"].desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await ALL["approval"].play(pilot)
        text = "\n".join("".join(one.text for one in strip) for strip in app.screen._compositor.render_strips())
        bold = [one.text for one in segments(app) if one.style is not None and one.style.bold]
        for said in ("billing wants to run write_file", "+ Up to 100 EUR: at once.", "- Ask the manager.", "[a] approve", "decide later"):
            assert said in text
        assert any("[r]" in one for one in bold)


async def test_the_chosen_line_of_a_list_is_underlined():
    app = ALL["sessions"].desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await ALL["sessions"].play(pilot)
        await pilot.press("down")
        await pilot.pause(0)
        underlined = "".join(one.text for one in segments(app) if one.style is not None and one.style.underline)
        chosen = app.screen.query_one(OptionList).highlighted_option
        assert chosen is not None
        assert underlined.strip()[:16] == str(chosen.prompt).strip()[:16]


def test_all_filters_are_the_same_one():
    assert (NoColours(), hash(NoColours())) == (NoColours(), hash(NoColours()))
