"""Selecting with the mouse held beyond an edge."""

from textual.app import App, ComposeResult
from textual.geometry import Offset

from agentchat.chat.transcript.blocks import UserBlock
from agentchat.tui.transcript.drag import Drag
from agentchat.tui.transcript.selection import Hit, selected_text, spanned
from agentchat.tui.transcript.widget import TranscriptView


class Shell(App[None]):
    def compose(self) -> ComposeResult:
        yield TranscriptView()


async def test_a_mouse_held_above_the_view_scrolls_and_selects_on() -> None:
    app = Shell()
    async with app.run_test(size=(40, 6)) as pilot:
        view = app.query_one(TranscriptView)
        view.load([UserBlock(number, f"text {number}") for number in range(20)])
        await pilot.pause()
        chosen: list[tuple[Hit, Hit]] = []
        drag = Drag(view, select=lambda first, second: chosen.append((first, second)))
        drag.begin(Offset(20, 5))
        drag.move(Offset(0, -2))
        for _ in range(5):
            drag._scroll()
        assert drag.end()
        assert not drag.end()
        assert view.top.block == 12
        copied = selected_text(view.page, spanned(*chosen[-1]))
        assert copied.strip().split("\n\n") == [f"text {number}" for number in range(12, 20)]


async def test_a_press_without_a_way_selects_nothing() -> None:
    app = Shell()
    async with app.run_test(size=(40, 6)):
        view = app.query_one(TranscriptView)
        chosen: list[tuple[Hit, Hit]] = []
        drag = Drag(view, select=lambda first, second: chosen.append((first, second)))
        drag.begin(Offset(1, 1))
        drag.move(Offset(5, 1))
        drag.end()
        view.load([UserBlock(0, "text")])
        drag.begin(Offset(1, 0))
        drag.move(Offset(1, 0))
        drag.end()
        assert (chosen, drag.moved) == ([], False)
