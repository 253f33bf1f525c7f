"""The activity log: one line for each thing that happened, on Textual's line API, so that only what is seen costs time."""

import time
from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from agentchat.chat.safe_text import safe_line
from agentchat.chat.transcript.activity import ActivityLine
from agentchat.chat.transcript.blocks import Block
from agentchat.chat.transcript.changes import BlockAdded, BlockExtended, BlockInserted, BlockReplaced, Change
from agentchat.tui.widgets.activity_rows import ActivityRows
from agentchat.typesetting.wrapping import shortened

_NARROW = 34
"""Columns below which the time is shown without seconds."""
_DEEPEST = 4
"""Up to this depth it is shown what happened inside of which call."""


class ActivityLog(ScrollView, can_focus=True):
    """Sticks to its end until the person moves up in it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "go there"),
        Binding("up", "move(-1)", "line above", show=False),
        Binding("down", "move(1)", "line below", show=False),
        Binding("pageup", "move_page(-1)", "page above", show=False),
        Binding("pagedown", "move_page(1)", "page below", show=False),
        Binding("home", "move_to_start", "first line", show=False),
        Binding("end", "move_to_end", "last line", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "activity--time",
        "activity--detail",
        "activity--good",
        "activity--bad",
        "activity--waiting",
        "activity--cursor",
    }
    DEFAULT_CSS = """
    ActivityLog {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        & > .activity--time { color: $foreground-disabled; }
        & > .activity--detail { color: $foreground-muted; }
        & > .activity--good { color: $text-success; }
        & > .activity--bad { color: $text-error; }
        & > .activity--waiting { color: $text-warning; text-style: bold; }
        & > .activity--cursor { background: $boost; }
    }
    """

    class Chosen(Message):
        """The person wants to see the block that a line tells of."""

        def __init__(self, block_id: int) -> None:
            super().__init__()
            self.block_id = block_id

    def __init__(self) -> None:
        super().__init__()
        self._rows = ActivityRows()
        self._cursor: int | None = None
        """The row that the person is on; None while the log sticks to its end."""

    @property
    def lines(self) -> Sequence[ActivityLine]:
        """All of them."""
        return self._rows.lines

    @property
    def cursor(self) -> int:
        """The row that Enter chooses."""
        last = max(0, len(self.lines) - 1)
        return last if self._cursor is None else min(self._cursor, last)

    def load(self, blocks: Iterable[Block]) -> None:
        """Replaces everything."""
        self._rows = ActivityRows(blocks)
        self._cursor = None
        self._settle()

    def take(self, changes: Iterable[Change], blocks: Sequence[Block]) -> None:
        """What changed, and all blocks as they are by now. While an answer streams nothing is drawn: it has no line here."""
        touched: set[int] = set()
        for change in changes:
            match change:
                case BlockInserted(block):
                    self._rows.make_room(block.id)
                    touched = {place + (place >= block.id) for place in touched} | set(range(block.id, len(blocks)))
                case BlockAdded(block) | BlockReplaced(block):
                    touched.add(block.id)
                case BlockExtended(place):
                    touched.add(place)
        if any([self._rows.put(blocks[place]) for place in sorted(touched) if place < len(blocks)]):  # noqa: C419 - all of them are put
            self._settle()

    # Drawing

    def render_line(self, y: int) -> Strip:
        """One row of the view."""
        width = self.scrollable_content_region.width
        row = y + self.scroll_offset.y
        base = self.rich_style
        if row >= len(self.lines):
            return Strip.blank(width, base)
        if row == self.cursor and self.has_focus:
            base += self._style("cursor")
        return Strip(self._segments(self.lines[row], width)).crop_extend(0, width, base).apply_style(base)

    def _segments(self, line: ActivityLine, width: int) -> list[Segment]:
        """Time, glyph and text, and at the right edge how it stands."""
        indent = "  " * min(line.depth, _DEEPEST)
        head = f" {_clock_time(line.at, with_seconds=width >= _NARROW)} {indent}"
        detail = shortened(safe_line(line.detail), width // 2)
        room = max(1, width - cell_len(head) - 3 - (cell_len(detail) + 2 if detail else 0))
        text = shortened(safe_line(line.text), room)
        gap = " " * (room - cell_len(text) + 2 if detail else 0)
        return [
            Segment(head, self._style("time")),
            Segment(f"{safe_line(line.glyph)} ", self._glyph_style(line)),
            Segment(text + gap),
            Segment(detail, self._detail_style(detail)),
        ]

    def _glyph_style(self, line: ActivityLine) -> Style:
        match line.glyph:
            case "✗" | "■":
                return self._style("bad")
            case "⚠":
                return self._style("waiting")
            case _:
                return self._style("detail")

    def _detail_style(self, detail: str) -> Style:
        match detail[:1]:
            case "✓":
                return self._style("good")
            case "✗" | "■":
                return self._style("bad")
            case "⏸" | "?":
                return self._style("waiting")
            case _:
                return self._style("detail")

    def _style(self, name: str) -> Style:
        styles = self.get_component_styles(f"activity--{name}")
        below = self.background_colors[1]
        style = Style.null() + styles.text_style
        if styles.has_rule("color"):
            style += Style.from_color((below + styles.color).rich_color)
        if styles.has_rule("background"):
            style += Style.from_color(None, (below + styles.background).rich_color)
        return style

    # Moving

    def action_choose(self) -> None:
        """Goes to the block of the row."""
        if self.lines:
            self.post_message(self.Chosen(self.lines[self.cursor].block_id))

    def action_move(self, by: int) -> None:
        """Moves the cursor; on the last row the log sticks to its end again."""
        row = max(0, min(len(self.lines) - 1, self.cursor + by))
        self._cursor = None if row >= len(self.lines) - 1 else row
        self._settle()

    def action_move_page(self, by: int) -> None:
        """Moves by a screenful."""
        self.action_move(by * max(1, self.size.height - 1))

    def action_move_to_start(self) -> None:
        """To the first row."""
        self.action_move(-len(self.lines))

    def action_move_to_end(self) -> None:
        """To the last row."""
        self.action_move(len(self.lines))

    def on_click(self, event: events.Click) -> None:
        """Chooses the row that was clicked."""
        row = event.y + self.scroll_offset.y
        if row < len(self.lines):
            self.action_move(row - self.cursor)
            self.action_choose()

    def on_resize(self) -> None:
        """Keeps the cursor in view."""
        self._settle()

    def on_focus(self) -> None:
        """Shows the cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """Hides the cursor."""
        self.refresh()

    def _settle(self) -> None:
        """Sets the size, and brings the cursor into view."""
        height = self.scrollable_content_region.height
        self.virtual_size = Size(self.scrollable_content_region.width, len(self.lines))
        top = round(self.scroll_y)
        top = max(self.cursor - height + 1, min(top, self.cursor))
        self.scroll_target_y = self.scroll_y = float(max(0, top))
        self.refresh()


def _clock_time(at: float | None, *, with_seconds: bool) -> str:
    """The local time of day; blanks when it is unknown."""
    form = "%H:%M:%S" if with_seconds else "%H:%M"
    return " " * (8 if with_seconds else 5) if at is None else time.strftime(form, time.localtime(at))
