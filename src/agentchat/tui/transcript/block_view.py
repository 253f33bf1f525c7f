"""Draws a page with what lies over it: the block cursor, what is selected, what a search has found.

The reader's mouse is met here too: it selects, opens and folds. What the keys do with the text is the transcript's own affair
(`widget.py`).
"""

from collections.abc import Sequence

from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.selection import Selection
from textual.strip import Strip

from agentchat.tui.transcript.blocks.look import NO_TASTE, Taste
from agentchat.tui.transcript.drag import Drag
from agentchat.tui.transcript.leaf import Leaf
from agentchat.tui.transcript.page import Place
from agentchat.tui.transcript.page_view import PageView
from agentchat.tui.transcript.search import Search
from agentchat.tui.transcript.selection import Hit, Span, highlighted, moved_end, selected_range, selected_text, spanned
from agentchat.tui.transcript.strips import Paint, Strips
from agentchat.tui.transcript.theme import cursor_style, hit_styles
from agentchat.typesetting.doc import Line

_CURSOR = "\u203a"
"""Stands before the block that the cursor is on."""


class BlockView(PageView, can_focus=True):
    """A page that can be pointed at."""

    class LinksWanted(Message, namespace="transcript_view"):
        """The reader wants to follow a link. Addresses are foreign text: check one, show it and ask before opening."""

        def __init__(self, addresses: tuple[str, ...]) -> None:
            super().__init__()
            self.addresses = addresses
            """One that was clicked, or all of a block."""

    ALLOW_SELECT = False
    """Textual's own selection; ours is in `drag.py` and `selection.py`."""

    def __init__(self, *, taste: Taste = NO_TASTE, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(taste=taste, id=id)
        self._cursor: int | None = None
        self._drag = Drag(self, select=self._select)
        self._strips = Strips()
        self._search: Search | None = None

    @property
    def cursor(self) -> int | None:
        """The block that the block cursor is on."""
        return self._cursor

    # Drawing

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines as they are seen. Textual's own way there makes every Strip anew, five times, for a line that only moved."""
        paint = Paint(self.size.width, self.rich_style, self.background_colors[1], tuple(self.get_line_filters()))
        strips = [self._strip(y + self.scroll_offset.y, paint) for y in crop.line_range]
        return strips if crop.column_span == (0, paint.width) else [strip.crop(*crop.column_span) for strip in strips]

    def render_line(self, y: int) -> Strip:
        """One of them."""
        return self.render_lines(Region(0, y, self.size.width, 1))[0]

    def _strip(self, line: int, paint: Paint) -> Strip:
        place = self.page.find(line) if line < self.page.total else None
        leaf = None if place is None else self.page.drawn(place.block)
        if place is None or leaf is None or place.line >= len(leaf):
            return paint.strip([])  # below the end; or a frame between a change and its `settle`
        has_cursor = place.block == self._cursor and place.line >= leaf.first
        spans = self._spans(place.block, leaf, leaf.lines[place.line])
        if not has_cursor and not spans:
            return self._strips.of(leaf.lines[place.line], paint)
        segments = highlighted(leaf.lines[place.line], spans)
        if not has_cursor:
            return paint.strip(segments)
        mark = [Segment(_CURSOR), *segments[1:]] if place.line == leaf.first else segments
        return paint.strip(mark, base=paint.base + cursor_style(self))

    def _spans(self, block: int, leaf: Leaf, line: Line) -> Sequence[Span]:
        """What lies over a line; almost always nothing."""
        spans: list[Span] = []
        if self._search is not None and (hits := list(self._search.in_line(block, leaf, line))):
            every, current = hit_styles(self)
            spans = [Span(hit.first, hit.last, current if hit.is_current else every) for hit in hits]
        chosen = None if self.text_selection is None else selected_range(self.text_selection, block)
        if chosen is not None:
            spans.append(Span(*chosen, self.screen.get_component_rich_style("screen--selection")))
        return spans

    # Selecting

    def make_room(self, block: int) -> None:
        """What is pointed at and what is selected stay the same."""
        super().make_room(block)
        if self._cursor is not None and self._cursor >= block:
            self._cursor += 1
        if (chosen := self.text_selection) is not None:
            self.screen.selections = {self: Selection(moved_end(chosen.start, block), moved_end(chosen.end, block))}

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text and what ends it, as Textual asks for it."""
        return selected_text(self.page, selection), "\n"

    def selection_updated(self, selection: Selection | None) -> None:  # noqa: ARG002 (Textual's signature)
        """Shows what is selected now."""
        self.refresh()

    def _select(self, first: Hit, second: Hit) -> None:
        self.screen.selections = {self: spanned(first, second)}

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begins to select."""
        if event.button == 1:
            self.screen.clear_selection()
            self._drag.begin(event.offset)
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Selects up to here."""
        self._drag.move(event.offset)

    def on_mouse_up(self) -> None:
        """Ends what `on_mouse_down` began."""
        if self._drag.end():
            self.release_mouse()

    # Folding, and the block cursor

    def on_click(self, event: events.Click) -> None:
        """Opens or folds what was clicked, and tells of links."""
        event.prevent_default()  # Textual would select the whole conversation on a double click
        if self._drag.moved:
            return
        meta = event.style.meta
        if "href" in meta:
            self.post_message(self.LinksWanted((str(meta["href"]),)))
        for kind in ("fold", "nest"):
            if kind in meta:
                self._cursor = int(meta[kind])
                self._toggle(self._cursor, is_nest=kind == "nest")

    def _toggle(self, block: int, *, is_nest: bool = False) -> None:
        """The top line stays where it is, so that what was clicked does not move."""
        if self.page.toggle_nest(block) if is_nest else self.page.toggle(block):
            self.stand_at(self.top)

    def bring_into_view(self, first: int, last: int) -> None:
        """As much of these blocks as there is room for, from their first line."""
        page = self.page
        head = page.line_of(Place(first, 0))
        above, behind = head - page.line_of(self.top), page.line_of(Place(last, 0)) + len(page.leaf(last)) - head
        if above < 0:
            self.stand_at(Place(first, 0))
        elif (below := above + behind - self.view_height) > 0:
            self.move(min(below, above))

    def point_at(self, block: int) -> None:
        """Puts the block cursor on a block, and brings it into view when it is outside."""
        self._cursor = block
        self.show(Place(block, 0))

    def show(self, place: Place, *, below: int = 0) -> None:
        """Brings a line into view when it is outside, with so many lines above it."""
        first = self.page.line_of(place) - self.page.line_of(self.top)
        if 0 <= first < self.view_height:
            self.refresh()
        else:
            self.stand_at(self.page.walk(place, -below))
