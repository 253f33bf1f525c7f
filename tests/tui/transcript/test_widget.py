"""The transcript in a running app: following, scrolling, folding, selecting, resizing."""

import random
import subprocess
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Offset, Region
from textual.pilot import Pilot
from textual.selection import Selection

from agentchat.chat.transcript.blocks import AnswerBlock, Block, CallBlock, NoticeBlock, ReasoningBlock, UserBlock
from agentchat.chat.transcript.changes import BlockAdded, BlockExtended, BlockInserted, BlockReplaced
from agentchat.tui.transcript.widget import TranscriptView
from tests import figures


class Shell(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.follow: list[tuple[bool, int]] = []
        self.links: list[str] = []
        self.copied: list[str] = []
        self.found: list[tuple[int, int, bool]] = []

    def compose(self) -> ComposeResult:
        yield TranscriptView()

    def on_transcript_view_links_wanted(self, event: TranscriptView.LinksWanted) -> None:
        self.links += event.addresses

    def on_transcript_view_copy_wanted(self, event: TranscriptView.CopyWanted) -> None:
        self.copied.append(event.text)

    def on_transcript_view_searched(self, event: TranscriptView.Searched) -> None:
        self.found.append((event.number, event.total, event.is_done))

    def on_transcript_view_follow_changed(self, event: TranscriptView.FollowChanged) -> None:
        self.follow.append((event.follow, event.news.blocks))


@asynccontextmanager
async def showing(
    blocks: Sequence[Block] = (), *, size: tuple[int, int] = (60, 12),
) -> AsyncGenerator[tuple[TranscriptView, Pilot[None]]]:
    app = Shell()
    async with app.run_test(size=size) as pilot:
        view = app.query_one(TranscriptView)
        view.focus()
        view.load(blocks)
        await pilot.pause()
        yield view, pilot


def seen(view: TranscriptView) -> list[str]:
    return [view.render_line(y).text.rstrip() for y in range(view.size.height)]


def words(count: int, *, seed: int = 1) -> list[Block]:
    choices = random.Random(seed)
    return [
        AnswerBlock(number, "a", f"block {number} " + choices.choice(["word ", "line\n", "* item\n"]) * choices.randint(0, 40))
        for number in range(count)
    ]


async def test_a_frame_draws_the_open_block_only() -> None:
    async with showing([*words(1000), AnswerBlock(1000, "a", "open", "open")]) as (view, _):
        assert view.renders < 20
        before = view.renders
        view.apply([BlockExtended(1000, " and"), BlockExtended(1000, " longer")])
        assert view.renders == before + 1
        assert seen(view)[-1] == "   open and longer"


async def test_the_view_follows_the_end() -> None:
    async with showing() as (view, _):
        for number in range(100):
            view.apply([BlockAdded(UserBlock(number, f"text {number}"))])
            assert seen(view)[min(2 * number, 11)] == f" ┃ text {number}"
        assert view.follow


async def test_a_view_that_was_scrolled_away_does_not_move() -> None:
    async with showing([*words(50), AnswerBlock(50, "a", "x", "open")]) as (view, pilot):
        await pilot.press("pageup", "up")
        still = seen(view)
        for number in range(51, 80):
            view.apply([BlockExtended(number - 1, "\n\nmore " * 9), BlockAdded(AnswerBlock(number, "a", "", "open"))])
            assert seen(view) == still
        assert (view.follow, view.news.messages) == (False, 29)
        await pilot.press("end")
        assert (view.follow, view.news.messages) == (True, 0)


async def test_the_app_is_told_when_the_view_leaves_the_end_and_what_it_misses() -> None:
    async with showing(words(50)) as (view, pilot):
        await pilot.press("up")
        view.apply([BlockAdded(NoticeBlock(50, "info", "x")), BlockAdded(NoticeBlock(51, "info", "y"))])
        await pilot.pause()
        await pilot.press("pagedown")
        await pilot.pause()
        assert isinstance(pilot.app, Shell)
        assert pilot.app.follow == [(False, 0), (False, 2), (True, 0)]


async def test_a_short_conversation_is_always_at_its_end() -> None:
    async with showing([UserBlock(0, "hi")]) as (view, pilot):
        await pilot.press("up", "pageup", "home")
        assert view.follow


async def test_scrolling_over_estimated_blocks_never_jumps() -> None:
    async with showing(words(200)) as (view, pilot):
        choices = random.Random(3)
        for _ in range(30):
            before, step = seen(view), choices.choice([-9, -6, -3, -1, 1, 2, 5])
            view.scroll_to(y=view.scroll_y + step, animate=False)
            await pilot.pause()
            after = seen(view)
            if step < 0:
                assert after[-step:] == before[:step]
            elif not view.follow:
                assert after[:-step] == before[step:]
        assert view.top.block < 195


async def test_a_jump_lands_near_and_shows_whole_blocks() -> None:
    async with showing(words(500)) as (view, pilot):
        view.scroll_to(y=view.max_scroll_y // 2, animate=False)
        await pilot.pause()
        assert 200 < view.top.block < 300
        assert any("block" in line for line in seen(view))


async def test_home_and_end_are_exact() -> None:
    async with showing(words(100)) as (view, pilot):
        last = seen(view)
        await pilot.press("home")
        assert seen(view)[0] == " ▎a"
        assert "block 0" in seen(view)[1]
        await pilot.press("end")
        assert seen(view) == last


async def test_resizing_keeps_the_character_at_the_top() -> None:
    texts = [" ".join(f"{number}.{word}" for word in range(90)) for number in range(30)]
    async with showing([UserBlock(number, f"{number}: {text}") for number, text in enumerate(texts)]) as (view, pilot):
        view.go_to(12)
        await pilot.pause()
        view.move(6)
        first = seen(view)[0].split()[1]
        for width in (20, 33, 120, 21, 90, 60):
            await pilot.resize_terminal(width, 12)
            await pilot.pause()
            top = seen(view)[0].split()
            assert top[1] <= first or first in top
        assert seen(view)[0].split()[1] == first


async def test_a_call_opens_by_key_and_by_click_and_stays_where_it_is() -> None:
    call = CallBlock(0, "a", "tool", '{"x": 1}', "done", "out")
    async with showing([call, UserBlock(1, "text")]) as (view, pilot):
        view.go_to(0)
        await pilot.press("enter")
        opened = seen(view)
        assert [line[:9] for line in opened[:5]] == ["\u203a▎a", "   ▼ tool", "     x: 1", "     → ou", ""]
        await pilot.click(view, offset=(5, 1))
        await pilot.pause()
        assert seen(view)[1].startswith("   ▶ tool")
        assert view.cursor == 0


async def test_what_is_opened_at_the_bottom_is_brought_into_view_by_its_first_line() -> None:
    output = "\n".join(f"line {number}" for number in range(30))
    calls = [CallBlock(number, "a", "tool", "{}", "done", "one\ntwo\nthree" if number == 20 else output) for number in range(40)]
    async with showing(calls) as (view, pilot):
        for bottom, last in ((20, "three"), (25, "line")):
            view.go_to(bottom - 9)
            view.point_at(bottom)
            await pilot.press("enter")
            lines = seen(view)
            assert any(last in line for line in lines)
            assert any(line.startswith("\u203a") for line in lines)


async def test_a_run_that_is_unfolded_at_the_bottom_is_brought_into_view() -> None:
    inside = [AnswerBlock(number, "b", f"inside {number}", path=("1.0",)) for number in range(21, 24)]
    blocks = [*(UserBlock(number, f"text {number}") for number in range(21)), *inside, *(UserBlock(n, f"text {n}") for n in range(24, 40))]
    async with showing(blocks) as (view, pilot):
        view.point_at(21)
        await pilot.press("minus")
        view.go_to(16)
        view.point_at(21)
        assert not any("inside 23" in line for line in seen(view))
        await pilot.press("minus")
        assert any("inside 23" in line for line in seen(view))


async def test_the_readers_fold_survives_a_newer_value() -> None:
    async with showing([CallBlock(0, "a", "tool", "{}", "running")]) as (view, pilot):
        view.go_to(0)
        await pilot.press("enter")
        view.apply([BlockReplaced(CallBlock(0, "a", "tool", "{}", "done", "the output"))])
        assert "     → output: the output" in seen(view)


async def test_the_block_cursor_walks_and_brings_its_block_into_view() -> None:
    async with showing([UserBlock(number, f"text {number}") for number in range(40)]) as (view, pilot):
        await pilot.press("ctrl+up")
        assert view.cursor == 39
        for _ in range(20):
            view.action_cursor(-1)
        assert view.cursor == 19
        assert any(line.startswith("\u203a┃ text 19") for line in seen(view))
        for _ in range(30):
            view.action_cursor(1)
        assert view.cursor == 39
        assert view.follow


async def test_go_to_brings_a_block_to_the_top() -> None:
    async with showing(words(300)) as (view, pilot):
        view.go_to(150)
        await pilot.pause()
        assert "block 150" in seen(view)[1]
        assert not view.follow


async def test_the_mouse_selects_across_blocks_and_the_selection_survives() -> None:
    long = "a second text that is long enough to be wrapped on a narrow screen"
    blocks = [UserBlock(0, "first text 茶 wide"), AnswerBlock(1, "me", long, "open")]
    async with showing(blocks) as (view, pilot):
        await pilot.mouse_down(view, offset=(9, 0))
        await pilot.hover(view, offset=(11, 3))
        await pilot.mouse_up(view, offset=(11, 3))
        copied = pilot.app.screen.get_selected_text()
        assert copied == "text 茶 wide\n\nme\na second "
        await pilot.resize_terminal(24, 12)
        await pilot.pause()
        view.apply([BlockExtended(1, " and more"), BlockAdded(UserBlock(2, "x"))])
        assert pilot.app.screen.get_selected_text() == copied


async def test_a_drag_beyond_the_pane_is_clamped_to_it() -> None:
    async with showing([UserBlock(0, "one"), UserBlock(1, "two")]) as (view, pilot):
        await pilot.mouse_down(view, offset=(3, 0))
        await pilot.hover(view, offset=(50, 11))
        await pilot.mouse_up(view, offset=(50, 11))
        assert pilot.app.screen.get_selected_text() == "one\n\ntwo"


async def test_a_click_selects_nothing_and_clears_what_was_selected() -> None:
    async with showing([UserBlock(0, "one")]) as (view, pilot):
        pilot.app.screen.selections = {view: Selection(Offset(0, 0), Offset(2, 0))}
        await pilot.click(view, offset=(5, 0), times=2)
        assert pilot.app.screen.get_selected_text() is None


async def test_a_clicked_link_is_told_and_not_opened() -> None:
    async with showing([AnswerBlock(0, "a", "[x](https://example.com)")]) as (view, pilot):
        await pilot.click(view, offset=(3, 1))
        await pilot.pause()
        assert isinstance(pilot.app, Shell)
        assert pilot.app.links == ["https://example.com"]


async def test_another_theme_restyles_the_conversation() -> None:
    async with showing([AnswerBlock(0, "a", "# Head")]) as (view, pilot):
        dark, shown = view.page.theme, seen(view)
        pilot.app.theme = "textual-light"
        await pilot.pause()
        await pilot.pause()
        assert view.page.theme.heading != dark.heading
        assert view.page.theme.heading in [run.style for run in view.page.leaf(0).lines[1].runs]
        assert seen(view) == shown


@pytest.mark.parametrize("size", [(20, 5), (8, 3), (3, 2), (1, 1)])
async def test_no_screen_is_too_small(size: tuple[int, int]) -> None:
    blocks = [*words(3), CallBlock(3, "agent", "tool", '{"x": 1}', "waiting"), ReasoningBlock(4, "a", "x " * 40, "open")]
    async with showing(blocks, size=size) as (view, pilot):
        await pilot.press("home", "pagedown", "ctrl+up", "enter", "end")
        view.apply([BlockExtended(4, "more"), BlockAdded(UserBlock(5, "text"))])
        assert view.follow


async def test_an_empty_conversation_takes_every_key() -> None:
    async with showing() as (view, pilot):
        await pilot.press("up", "down", "pageup", "pagedown", "home", "end", "ctrl+up", "ctrl+down", "enter")
        assert seen(view) == [""] * 12


def test_the_first_frame_needs_no_heavy_import() -> None:
    heavy = ("openai", "pydantic", "griffe", "markdown_it", "pygments.lexers")
    code = f"import sys, agentchat.tui.transcript.widget; print([name for name in {heavy} if name in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


async def test_while_an_answer_streams_nothing_else_is_laid_out_or_drawn() -> None:
    async with showing([*words(20), AnswerBlock(20, "a", "", "open")]) as (view, pilot):
        await pilot.pause()
        laid_out: list[object] = []
        view.screen.screen_layout_refresh_signal.subscribe(view, laid_out.append)
        for number in range(10):
            view.apply([BlockExtended(20, f"line {number}\n\n")])
            await pilot.pause()
        assert "line 9" in seen(view)[-1]
        assert laid_out == []


async def test_the_scrollbar_follows_what_is_read() -> None:
    async with showing(words(200)) as (view, pilot):
        await pilot.pause()
        bar = view.vertical_scrollbar
        assert (bar.window_virtual_size, bar.window_size, bar.position) == (view.page.total, view.view_height, view.scroll_y)
        view.action_scroll_home()
        assert bar.position == 0


async def test_the_drawn_view_is_what_its_lines_say() -> None:
    async with showing(words(20)) as (view, pilot):
        await pilot.pause()
        whole = view.render_lines(Region(0, 0, view.size.width, view.size.height))
        part = view.render_lines(Region(2, 3, 10, 2))
        assert [strip.text.rstrip() for strip in whole] == seen(view)
        assert [strip.text for strip in part] == [strip.text[2:12] for strip in whole[3:5]]


async def test_the_keys_select_copy_and_let_go() -> None:
    async with showing([UserBlock(0, "first"), AnswerBlock(1, "me", "**second** text"), UserBlock(2, "third")]) as (view, pilot):
        view.point_at(0)
        await pilot.press("shift+right", "shift+right", "shift+down", "shift+down", "shift+down", "shift+left")
        assert pilot.app.screen.get_selected_text() == "first\n\nme\ns"
        await pilot.press("shift+end", "c", "escape", "c")
        assert isinstance(pilot.app, Shell)
        assert pilot.app.copied == ["first\n\nme\nsecond text", "first"]
        assert pilot.app.screen.get_selected_text() is None


async def test_the_keys_go_on_from_what_the_mouse_has_selected() -> None:
    async with showing([UserBlock(0, "one two three")]) as (view, pilot):
        await pilot.mouse_down(view, offset=(7, 0))
        await pilot.hover(view, offset=(9, 0))
        await pilot.mouse_up(view, offset=(9, 0))
        await pilot.press("shift+right", "shift+right")
        assert pilot.app.screen.get_selected_text() == "two t"


async def test_a_selection_by_keys_brings_its_end_into_view() -> None:
    async with showing(words(60)) as (view, pilot):
        view.go_to(20)
        await pilot.press(*["shift+pagedown"] * 5, "shift+up")
        text = pilot.app.screen.get_selected_text()
        assert text is not None
        assert text.count("block ") > 5
        assert view.top.block > 21


async def test_a_message_and_its_code_are_copied_as_they_were_written() -> None:
    text = "See **this**:\n\n```python\nif x:\n\treturn\n```\n\n~~~\nplain\n~~~"
    async with showing([UserBlock(0, "go"), AnswerBlock(1, "a", text)]) as (view, pilot):
        await pilot.press("c", "b", "b", "b", "k", "b")
        assert isinstance(pilot.app, Shell)
        assert view.cursor == 0
        assert pilot.app.copied == [text, "if x:\n\treturn\n", "plain\n", "if x:\n\treturn\n"]


async def test_the_links_of_a_block_are_told_by_key() -> None:
    async with showing([AnswerBlock(0, "a", "[x](http://one.example), [y](http://two.example)")]) as (_, pilot):
        await pilot.press("o")
        assert isinstance(pilot.app, Shell)
        assert pilot.app.links == ["http://one.example", "http://two.example"]


async def test_one_jumps_from_message_to_message() -> None:
    blocks = [UserBlock(place, f"q {place}") if place % 10 == 0 else words(60)[place] for place in range(60)]
    async with showing(blocks) as (view, _):
        seen = []
        for by in (-1, -1, 1, 1, 1):
            view.jump(by)
            seen.append((view.cursor, view.follow))
        assert seen == [(50, False), (40, False), (50, False), (None, True), (None, True)]


async def test_hits_are_counted_shown_and_walked_through() -> None:
    call = CallBlock(30, "a", "tool", "{}", "done", "a needle in here")
    blocks = [*words(30), call, *(replace(block, id=block.id + 31) for block in words(40))]
    blocks[5] = AnswerBlock(5, "a", "one **nee**dle and\n\none NEEDLE")
    async with showing(blocks) as (view, pilot):
        view.look_for("needle")
        await pilot.pause()
        assert isinstance(pilot.app, Shell)
        assert (pilot.app.found[-1], view.cursor) == ((3, 3, True), 30)
        assert any("needle" in line for line in seen(view))
        view.action_next_hit(-1)
        assert view.cursor == 5
        assert any("one NEEDLE" in line for line in seen(view))
        view.action_next_hit(1)
        view.action_next_hit(1)
        await pilot.pause()
        assert pilot.app.found[-1] == (1, 3, True)
        segments = [segment for strip in view.render_lines(view.size.region) for segment in strip]
        assert "".join(segment.text for segment in segments if segment.style and segment.style.underline) == "needleNEEDLE"


async def test_what_is_said_while_one_searches_is_found_too() -> None:
    async with showing([*words(30), AnswerBlock(30, "a", "needle", "open")]) as (view, pilot):
        view.look_for("needle")
        view.apply([BlockExtended(30, " needle"), BlockAdded(UserBlock(31, "needle"))])
        view._read()
        await pilot.pause()
        assert isinstance(pilot.app, Shell)
        assert pilot.app.found[-1] == (1, 3, True)
        view.load([])
        view.look_for("")
        await pilot.pause()
        assert pilot.app.found[-1] == (0, 0, True)


async def test_a_hit_at_the_end_does_not_move_while_more_streams() -> None:
    async with showing([*words(30), AnswerBlock(30, "a", "needle", "open")]) as (view, pilot):
        view.look_for("needle")
        still = seen(view)
        view.apply([BlockExtended(30, "\n\nmore" * 30)])
        assert (seen(view), view.follow) == (still, False)
        view.look_for("")
        await pilot.press("end")
        assert view.follow


async def test_a_hit_inside_a_folded_run_unfolds_it() -> None:
    inner = [CallBlock(place, "in", "tool", "{}", "done", f"needle {place}", path=("1.0",)) for place in (1, 2, 3)]
    async with showing([CallBlock(0, "a", "ask", "{}", "done"), *inner]) as (view, pilot):
        view.point_at(2)
        await pilot.press("minus")
        assert (view.cursor, [line for line in seen(view) if "tool" in line]) == (1, [])
        view.look_for("needle 3")
        await pilot.pause()
        assert any("needle 3" in line for line in seen(view))


@pytest.mark.no_cover
async def test_the_top_line_stays_through_hundreds_of_resizes_while_it_streams() -> None:
    await keep_the_top_line(resizes=200)


@pytest.mark.torture
async def test_the_top_line_stays_through_a_thousand_resizes_while_it_streams() -> None:
    await keep_the_top_line(resizes=1_000)


async def keep_the_top_line(*, resizes: int) -> None:
    """The first character of the view is on its first line after every resize; words are told apart by their numbers."""
    choices = random.Random(7)
    blocks = [UserBlock(block, " ".join(f"{block}.{word}" for word in range(60))) for block in range(80)]
    async with showing([*blocks, AnswerBlock(80, "a", "", "open")]) as (view, pilot):
        view.go_to(40)
        view.move(3)
        await pilot.pause()
        block, character = view.top.block, view.page.leaf(view.top.block).lines[view.top.line].start
        lost = 0
        for number in range(resizes):
            await pilot.resize_terminal(choices.randint(20, 120), choices.randint(6, 40))
            await pilot.pause()
            view.apply([BlockExtended(80, choices.choice(["word ", "line\n", "* item\n"]))])
            lines = view.page.leaf(block).lines
            below = lines[view.top.line + 1].start if view.top.line + 1 < len(lines) else len(view.page.leaf(block).plain)
            lost += view.top.block != block or not lines[view.top.line].start <= character < below
            assert view.page.line_of(view.top) == round(view.scroll_y), number
        figures.lines.append(f"top line of the transcript lost over resizes while it streams: {lost} of {resizes} (seed 7)")
        assert lost == 0


async def test_what_comes_above_moves_neither_what_is_looked_at_nor_what_is_pointed_at_and_selected() -> None:
    blocks = [UserBlock(number, f"message {number}") for number in range(40)]
    async with showing(blocks) as (view, pilot):
        view.go_to(20)
        await pilot.press("shift+end")
        before, selected = seen(view), view.get_selection(view.text_selection)
        view.apply([BlockInserted(AnswerBlock(20, "a", "one", path=("1.0",))), BlockInserted(AnswerBlock(5, "a", "two", path=("1.0",)))])
        assert seen(view) == before
        assert (view.cursor, view.get_selection(view.text_selection)) == (22, selected)
        await pilot.press("shift+left")
        assert view.get_selection(view.text_selection) == ("message 2", "\n")
