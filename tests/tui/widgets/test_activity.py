from textual.app import App

from agentchat.chat.transcript.blocks import AnswerBlock, CallBlock, HandoffBlock
from agentchat.chat.transcript.changes import BlockAdded, BlockExtended, BlockInserted, BlockReplaced, Transcript
from agentchat.tui.widgets.activity import ActivityLog
from agentchat.tui.widgets.activity_rows import ActivityRows


class Desk(App[None]):
    def __init__(self):
        super().__init__()
        self.chosen = []
        self.transcript = Transcript()

    def compose(self):
        yield ActivityLog()

    def on_activity_log_chosen(self, message: ActivityLog.Chosen):
        self.chosen.append(message.block_id)

    @property
    def log_widget(self) -> ActivityLog:
        return self.query_one(ActivityLog)

    def load(self, blocks):
        self.transcript = Transcript(list(blocks))
        self.log_widget.load(blocks)

    def tell(self, *changes):
        for change in changes:
            self.transcript.apply(change)
        self.log_widget.take(changes, self.transcript.blocks)

    def shown(self) -> list[str]:
        log = self.log_widget
        return [log.render_line(y).text.rstrip() for y in range(log.size.height)]


def handoffs(count: int, *, start: int = 0) -> list[HandoffBlock]:
    return [HandoffBlock(place, "a", f"agent {place}") for place in range(start, start + count)]


async def test_it_sticks_to_its_end_until_one_moves_up_and_again_when_one_is_back():
    app = Desk()
    async with app.run_test(size=(50, 5)) as pilot:
        app.load(handoffs(20))
        assert "agent 19" in app.shown()[-1]
        await pilot.press("up", "up", "up", "up", "up")
        app.tell(*map(BlockAdded, handoffs(1, start=20)))
        assert ["agent 20" in line for line in app.shown()] == [False] * 5
        await pilot.press("end")
        app.tell(*map(BlockAdded, handoffs(1, start=21)))
        assert "agent 21" in app.shown()[-1]


async def test_keys_and_clicks_choose_the_block_of_a_line():
    app = Desk()
    async with app.run_test(size=(50, 5)) as pilot:
        app.load(handoffs(20))
        await pilot.press("home", "down", "enter")
        await pilot.click(ActivityLog, offset=(5, 3))
        await pilot.pause(0)
        assert app.chosen == [1, 3]


async def test_only_the_lines_that_are_seen_are_drawn(monkeypatch):
    app = Desk()
    async with app.run_test(size=(50, 10)) as pilot:
        app.load(handoffs(10_000))
        drawn = []
        draw = app.log_widget._segments
        monkeypatch.setattr(app.log_widget, "_segments", lambda line, width: drawn.append(line) or draw(line, width))
        app.tell(BlockReplaced(HandoffBlock(9_999, "a", "changed")))
        await pilot.pause(0)
        assert 0 < len(drawn) <= 40
        assert "changed" in app.shown()[-1]


async def test_every_line_fits_whatever_the_width_and_foreign_text_is_made_safe():
    app = Desk()
    async with app.run_test(size=(50, 5)) as pilot:
        app.load([CallBlock(0, "a", "t\x1bool", '{"x": "宽宽宽宽宽宽宽宽宽宽宽"}', "waiting", at=1_746_273_781.0)])
        for width in (8, 20, 33, 34, 50, 120):
            await pilot.resize_terminal(width, 5)
            strip = app.log_widget.render_line(0)
            assert strip.cell_length == app.log_widget.size.width
            assert "\x1b" not in strip.text


def test_a_block_whose_lines_grow_moves_the_later_ones():
    rows = ActivityRows([CallBlock(0, "a", "one", "{}", "waiting"), HandoffBlock(1, "a", "b")])
    rows.put(CallBlock(0, "a", "one", "{}", "done", verdict="approved by you"))
    assert [line.block_id for line in rows.lines] == [0, 0, 1]


async def test_it_is_not_drawn_anew_for_blocks_that_change_nothing_in_it(monkeypatch):
    app = Desk()
    async with app.run_test(size=(50, 10)) as pilot:
        app.load([*handoffs(3), AnswerBlock(3, "a", "", "open")])
        await pilot.pause()
        refreshed = []
        monkeypatch.setattr(app.log_widget, "refresh", lambda *given, **named: refreshed.append(given))
        app.tell(BlockExtended(3, "more"))
        assert refreshed == []
        app.tell(BlockReplaced(AnswerBlock(3, "a", "more", "incomplete")), *map(BlockAdded, handoffs(1, start=4)))
        assert len(app.log_widget.lines) == 5
        assert refreshed


async def test_what_happens_inside_a_call_is_indented():
    app = Desk()
    async with app.run_test(size=(50, 8)):
        app.load([CallBlock(place, "a", "tool", "{}", "done", path=("1.0",) * place) for place in range(7)])
        starts = [line.index("⚙") for line in app.shown()[:7]]
        assert [start - starts[0] for start in starts] == [0, 2, 4, 6, 8, 8, 8]


async def test_what_comes_under_a_call_beside_another_one_stands_there():
    app = Desk()
    async with app.run_test(size=(50, 8)):
        calls = [CallBlock(place, "a", f"ask_{place}", "{}", "running") for place in range(2)]
        app.load(calls)
        inner = [CallBlock(1, "x", "look", "{}", "running", path=("1.0",)), CallBlock(3, "y", "find", "{}", "running", path=("1.1",))]
        app.tell(BlockInserted(inner[0]), BlockAdded(inner[1]), BlockReplaced(CallBlock(1, "x", "look", "{}", "done", path=("1.0",))))
        assert [line.split("(")[0].strip() for line in app.shown()[:4]] == ["⚙ ask_0", "⚙ look", "⚙ ask_1", "⚙ find"]
        assert [line.block_id for line in app.log_widget.lines] == [0, 1, 2, 3]
