"""The call itself in the dialog: text folded to the width, to scroll through, that knows which rows the terminal really shows.

A row counts as shown when it was rendered, lies inside every clip and under nothing else, and the view is large enough to read.
The map from rows to text stays until a row is rendered anew, because that is what the terminal goes on showing.
"""

from bisect import bisect_left
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.errors import NoWidget
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from agentchat.tui.approval.call_text import LOOKS, CallText
from agentchat.tui.approval.folding import Row, folded

SMALLEST_WIDTH = 16
SMALLEST_HEIGHT = 2

_FIRST, _GOES_ON = "  ", "↪ "
"""What stands before a row. A row that goes on is marked, because otherwise folding would look like a line break."""
_BLANK = "␠"
"""Stands for the last blank of a row that is nothing else; the exact form of a text never has it."""
_GUTTER = 2
_SCROLLBAR = 1


class CallView(ScrollView, can_focus=True, inherit_bindings=False):
    """Shows one `CallText` at a time."""

    ALLOW_SELECT = False
    ALLOW_MAXIMIZE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_up", "line up", show=False),
        Binding("down", "scroll_down", "line down", show=False),
        Binding("pageup", "page_up", "page up", show=False),
        Binding("pagedown", "page_down", "page down", show=False),
        Binding("home", "scroll_home", "to the start", show=False),
        Binding("end", "scroll_end", "to the end", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"call-view--{look}" for look in LOOKS}
    DEFAULT_CSS = """
    CallView {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
        .call-view--tool { text-style: bold; }
        .call-view--name { color: $text-accent; }
        .call-view--quiet { color: $foreground-muted; }
        .call-view--edge { color: $foreground-disabled; }
        .call-view--hunk { color: $text-secondary; }
        .call-view--added { color: $text-success; background: $success-muted; }
        .call-view--removed { color: $text-error; background: $error-muted; }
    }
    """

    class Moved(Message):
        """Other rows came into view, or the same ones stand in other places."""

    class Scrolled(Moved):
        """Other rows came into view, because the person scrolled."""

    def __init__(self) -> None:
        super().__init__()
        self._call = CallText("", (), ())
        self._starts: list[int] = []
        self._rows: list[Row] = []
        self._width = 0
        self._drawn: dict[int, Row] = {}

    def show(self, call: CallText) -> None:
        """Shows another text, from its start."""
        self._call = call
        self._starts = [span.start for span in call.spans]
        self._width = 0
        self._rows = []
        self._drawn.clear()
        self._fold(self._room())
        self.scroll_to(y=0, animate=False)

    @property
    def position(self) -> tuple[int, int, int]:
        """The first and the last row in view, counted from one, and how many there are."""
        first = self.scroll_offset.y
        height = self.scrollable_content_region.height
        return min(first + 1, len(self._rows)), min(first + height, len(self._rows)), len(self._rows)

    @property
    def is_too_small(self) -> bool:
        """Whether nobody could be expected to read in it."""
        region = self.scrollable_content_region
        return region.width < SMALLEST_WIDTH + _GUTTER or region.height < min(SMALLEST_HEIGHT, len(self._rows))

    def height_at(self, width: int) -> int:
        """How many rows the text would take in a view of this width."""
        return len(folded(self._call.text, max(1, width - _GUTTER - _SCROLLBAR), prose=self._call.prose))

    def shown_rows(self) -> list[Row]:
        """The rows that the frame just written shows."""
        if self.is_too_small or self._room() < self._width:
            return []
        visible = self._visible_region()
        top = self.content_region.y
        drawn = [y for y in range(visible.y, visible.bottom) if y - top in self._drawn]
        return [self._drawn[y - top] for y in drawn if self._is_on_top(visible, y)]

    def render_line(self, y: int) -> Strip:
        """One row, from the cached folding."""
        width = self.scrollable_content_region.width
        index = y + self.scroll_offset.y
        if index >= len(self._rows):
            self._drawn.pop(y, None)
            return Strip.blank(width, self.rich_style)
        row = self._rows[index]
        self._drawn[y] = row
        segments = self._segments(row)
        return Strip(segments).crop_extend(0, width, segments[-1].style)

    def on_resize(self) -> None:
        """Folds anew and keeps the text that stood at the top."""
        self._fold(self._room())
        self.refresh()
        self.post_message(self.Moved())

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Says that other rows are in view."""
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self.post_message(self.Scrolled())

    # Scrolling is not animated: a key shows a page at once, and what shot past would count as shown.

    def action_scroll_up(self) -> None:
        """One row up."""
        self.scroll_up(animate=False)

    def action_scroll_down(self) -> None:
        """One row down."""
        self.scroll_down(animate=False)

    def action_page_up(self) -> None:
        """One screenful up."""
        self.scroll_page_up(animate=False)

    def action_page_down(self) -> None:
        """One screenful down."""
        self.scroll_page_down(animate=False)

    def action_scroll_home(self) -> None:
        """To the first row."""
        self.scroll_home(animate=False)

    def action_scroll_end(self) -> None:
        """To the last row."""
        self.scroll_end(animate=False)

    def _room(self) -> int:
        return self.scrollable_content_region.width - _GUTTER

    def _fold(self, width: int) -> None:
        if width == self._width or width <= 0:
            return
        top = self._rows[self.scroll_offset.y].start if self.scroll_offset.y < len(self._rows) else 0
        self._width = width
        self._rows = folded(self._call.text, width, prose=self._call.prose)
        self._drawn.clear()
        self.virtual_size = Size(width + _GUTTER, len(self._rows))
        at_top = bisect_left(self._rows, top, key=lambda row: row.end)
        self.scroll_to(y=at_top, animate=False)
        self.refresh()

    def _segments(self, row: Row) -> list[Segment]:
        base = self.rich_style
        segments = [Segment(_GOES_ON, self._style("edge")) if row.goes_on else Segment(_FIRST, base)]
        position = row.start
        index = max(0, bisect_left(self._starts, row.start) - 1)
        for span in self._call.spans[index:]:
            if span.start >= row.end:
                break
            start, end = max(span.start, position), min(span.end, row.end)
            if start < end:
                segments.append(Segment(self._call.text[position:start], base))
                segments.append(Segment(self._call.text[start:end], self._style(span.look)))
                position = end
        segments.append(Segment(self._drawn_end(position, row.end), base))
        return [segment for segment in segments if segment.text]

    def _drawn_end(self, start: int, end: int) -> str:
        """The end of a row. One that ends in a blank and is gone on with is nothing but blanks; the sign says how many."""
        rest = self._call.text[start:end]
        return f"{rest[:-1]}{_BLANK}" if rest.endswith(" ") and self._call.text[end : end + 1] not in {"", "\n"} else rest

    def _style(self, look: str) -> Style:
        return self.get_component_rich_style(f"call-view--{look}")

    def _visible_region(self) -> Region:
        try:
            clip = self.screen.find_widget(self).clip
        except NoWidget:
            return Region()
        return self.content_region.intersection(clip).intersection(self.screen.region)

    def _is_on_top(self, visible: Region, y: int) -> bool:
        """Whether nothing lies over this line of the screen. Nothing that may is narrower than the step."""
        columns = [*range(visible.x, visible.x + self._width, 4), visible.x + self._width - 1]
        return all(self._is_at(x, y) for x in columns)

    def _is_at(self, x: int, y: int) -> bool:
        try:
            return self.screen.get_widget_at(x, y)[0] is self
        except NoWidget:
            return False
