"""The line of a call that runs, as time passes."""

import pytest
from textual.app import App, ComposeResult

from agentchat.chat.transcript.blocks import AnswerBlock, CallBlock
from agentchat.chat.transcript.changes import BlockAdded, BlockInserted, BlockReplaced
from agentchat.tui.transcript.widget import TranscriptView
from tests.clock import FakeClock

CALL = CallBlock(1, "a", "look", "{}", "running", since=1000.0)


class Shell(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.clock = FakeClock(now=1000.0)

    def compose(self) -> ComposeResult:
        yield TranscriptView(clock=self.clock)

    @property
    def view(self) -> TranscriptView:
        return self.query_one(TranscriptView)

    def status_of(self, name: str) -> str:
        lines = [self.view.render_line(y).text for y in range(self.view.size.height)]
        return next(line.rpartition("  …")[2].strip() for line in lines if name in line)


async def test_it_says_for_how_long_once_a_second_until_the_call_ends():
    app = Shell()
    async with app.run_test(size=(60, 10)) as pilot:
        app.view.load([AnswerBlock(0, "a", "hello")])
        app.view.apply([BlockAdded(CALL)])
        shown = [app.status_of("look()")]
        for seconds in (0.9, 0.1, 1.0, 60.0):
            await pilot.pause(0)
            await app.clock.advance(seconds)
            await pilot.pause(0)
            shown.append(app.status_of("look()"))
        assert shown == ["running", "running", "running 1 s", "running 2 s", "running 1 min 2 s"]
        app.view.apply([BlockReplaced(CallBlock(1, "a", "look", "{}", "done", seconds=62.0))])
        await pilot.pause(0)
        before = app.view.renders
        for _ in range(3):
            await app.clock.advance(1.0)
            await pilot.pause(0)
        assert app.view.renders == before


async def test_one_line_is_painted_for_each_call_and_nothing_else(monkeypatch: pytest.MonkeyPatch):
    app = Shell()
    async with app.run_test(size=(60, 10)) as pilot:
        app.view.load([AnswerBlock(0, "a", "hello")])
        another = CallBlock(3, "a", "find", "{}", "running", since=1000.0)
        app.view.apply([BlockAdded(CALL), BlockInserted(AnswerBlock(0, "a", "first")), BlockAdded(another)])
        await pilot.pause(0)
        painted: list[int] = []
        monkeypatch.setattr(app.view, "refresh_line", painted.append)
        monkeypatch.setattr(app.view, "refresh", lambda *_, **__: painted.append(-1))
        before = app.view.renders
        await app.clock.advance(1.0)
        await pilot.pause(0)
        assert (len(painted), -1 in painted, app.view.renders - before) == (2, False, 2)
