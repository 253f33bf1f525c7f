"""The floor for everything that shows a growing text: a widget on Textual's line API that appends plain lines."""

from collections.abc import Iterable

from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget


class Lines(ScrollView):
    """Text as it comes, cut where the screen ends; always at its end."""

    DEFAULT_CSS = "Lines { overflow-y: scroll; scrollbar-gutter: stable; scrollbar-size-vertical: 1; }"

    def __init__(self) -> None:
        super().__init__()
        self._lines = [""]

    def load(self, texts: Iterable[str]) -> None:
        self._lines = ["", ""]
        for text in texts:
            self._append(f"\n{text}\n")
        self._show()

    def append(self, text: str) -> None:
        self._append(text)
        self._show()

    def _append(self, text: str) -> None:
        width = max(1, self.scrollable_content_region.width)
        first, *more = text.split("\n")
        for line in [self._lines.pop() + first, *more]:
            self._lines += [line[start:start + width] for start in range(0, len(line) or 1, width)]

    def _show(self) -> None:
        """Without the new layout of the screen that Textual makes for a new size: nothing else depends on it."""
        region = self.scrollable_content_region
        self.set_reactive(Widget.virtual_size, Size(region.width, len(self._lines)))
        self.scroll_y = max(0, len(self._lines) - region.height)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        place, width = y + self.scroll_offset.y, self.size.width
        text = self._lines[place] if place < len(self._lines) else ""
        return Strip([Segment(text, self.rich_style)]).adjust_cell_length(width, self.rich_style)


class LinesApp(App[None]):
    """Nothing but the lines."""

    ENABLE_COMMAND_PALETTE = False

    def compose(self) -> ComposeResult:
        yield Lines()
