"""Searching and jumping on the whole screen."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from textual.pilot import Pilot
from textual.widgets import Input, Static

from agentchat.chat.transcript.blocks import AnswerBlock, UserBlock
from agentchat.config.settings import Settings
from agentchat.tui.transcript.widget import TranscriptView
from agentchat.tui.widgets.prompt import Prompt
from agentchat.tui.widgets.rule import Rule
from agentchat.tui.widgets.search_line import SearchLine, found_text
from tests.tui.block_scenes import Shelf

BLOCKS = tuple(
    UserBlock(place, f"question {place}", agent="ann") if place % 2 == 0 else AnswerBlock(place, "ann", f"a long answer {place}\n\n" * 9)
    for place in range(12)
)


@asynccontextmanager
async def reading(settings: Settings | None = None) -> AsyncGenerator[tuple[TranscriptView, Pilot[None]]]:
    shelf = Shelf(BLOCKS, settings=settings)
    async with shelf.run_test(size=(60, 20)) as pilot:
        await shelf.bridge.drained()
        await pilot.pause()
        yield shelf.screen.query_one(TranscriptView), pilot


def found(pilot: Pilot[None]) -> str:
    return str(pilot.app.screen.query_one("#found", Static).content)


async def test_one_searches_from_the_prompt_and_reads_on_where_one_has_searched() -> None:
    async with reading() as (view, pilot):
        await pilot.press("ctrl+f", *"answer 7")
        assert (found(pilot).strip(), view.cursor) == ("9 of 9 · ↑ ↓ · esc", 7)
        await pilot.press("up", "enter")
        assert found(pilot).strip().startswith("7 of 9")
        await pilot.press("down", "escape")
        assert not pilot.app.screen.query(SearchLine)
        assert (pilot.app.focused, view.cursor, view.is_searching) == (view, 7, False)
        await pilot.press("slash", "x", "y")
        assert found(pilot).strip() == "not found"
        await pilot.press("tab", "escape", "escape")
        assert isinstance(pilot.app.focused, Prompt)
        assert not pilot.app.screen.query(SearchLine)


async def test_with_the_transcript_in_focus_the_search_goes_on() -> None:
    async with reading() as (view, pilot):
        await pilot.press("ctrl+f", *"question")
        assert view.cursor == 10
        view.focus()
        await pilot.press("N", "N", "n", "ctrl+f")
        assert (view.cursor, found(pilot).strip()) == (8, "5 of 6 · ↑ ↓ · esc")
        assert isinstance(pilot.app.focused, Input)
        view.focus()
        await pilot.press("escape")
        assert not pilot.app.screen.query(SearchLine)


async def test_one_jumps_between_messages_while_one_writes() -> None:
    async with reading() as (view, pilot):
        await pilot.press("alt+up", "alt+up", "alt+down")
        assert (view.cursor, isinstance(pilot.app.focused, Prompt)) == (10, True)


async def test_in_plain_mode_there_is_no_frame_and_no_log() -> None:
    async with reading(Settings(plain=True)) as (view, pilot):
        assert not any(rule.display for rule in pilot.app.screen.query(Rule))
        assert view.size.width == 60
        view.action_scroll_home()
        assert [view.render_line(y).text.strip() for y in range(5)] == ["you:", "question 0", "", "ann:", "a long answer 1"]


def test_the_count_says_when_more_may_come() -> None:
    counts = (((0, 0), False), ((0, 0), True), ((3, 17), True), ((1, 1200), False))
    assert [found_text(*numbers, is_done=done).plain for numbers, done in counts] == [
        " …", " not found", " 3 of 17 · ↑ ↓ · esc", " 1 of 1,200 … · ↑ ↓ · esc",
    ]
