"""The live transcript: one widget on Textual's line API that shows all blocks of a conversation.

A widget per message would cost time for every message on every frame; here a frame costs the lines that are seen. `Page` knows what
the lines are, `PageView` which of them are on the screen; this file is what the app and the reader's keys and mouse meet.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.selection import Selection
from textual.strip import Strip

from agentchat.chat.blocks import Block
from agentchat.chat.changes import Change
from agentchat.tui.transcript.drag import Drag
from agentchat.tui.transcript.page import Place
from agentchat.tui.transcript.page_view import PageView
from agentchat.tui.transcript.selection import Hit, highlighted, selected_range, selected_text, spanned
from agentchat.tui.transcript.strips import Paint, Strips
from agentchat.tui.transcript.theme import cursor_style
from agentchat.typesetting.doc import Line

_CURSOR = "\u203a"
"""Stands before the block that the cursor is on."""


class TranscriptView(PageView, can_focus=True):
    """The conversation, as far as its app has handed it over with `load` and `apply`."""

    class LinkClicked(Message):
        """A link was clicked. Its target is foreign text: check it, show it and ask before opening."""

        def __init__(self, href: str) -> None:
            super().__init__()
            self.href = href

    ALLOW_SELECT = False
    """Textual's own selection; ours is in `drag.py` and `selection.py`."""
    DEFAULT_CSS = """
    TranscriptView {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+up", "cursor(-1)", "block above", show=False),
        Binding("ctrl+down", "cursor(1)", "block below", show=False),
        Binding("enter", "fold", "open, fold"),
    ]

    def __init__(self, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 (Textual's name)
        super().__init__(name=name, id=id, classes=classes)
        self._cursor: int | None = None
        self._drag = Drag(self, select=self._select)
        self._strips = Strips()

    @property
    def blocks(self) -> Sequence[Block]:
        """The conversation as it is shown."""
        return self.page.blocks

    @property
    def renders(self) -> int:
        """How often a block was drawn, anew or at its end; for tests and measurements."""
        return self.page.renders

    @property
    def cursor(self) -> int | None:
        """The block that the block cursor is on."""
        return self._cursor

    def load(self, blocks: Sequence[Block], *, code_colours: bool = True) -> None:
        """Replaces everything, and goes to the end. Without `code_colours` it is there sooner, for the first frame."""
        self.code_colours = code_colours
        self.page.load(blocks, replace(self.page.theme, code_colours=code_colours))
        self._cursor = None
        self.follow = True

    def apply(self, changes: Sequence[Change]) -> None:
        """Takes all changes of one frame."""
        self.page.apply(changes)
        self.settle()

    def go_to(self, block_id: int) -> None:
        """Puts the block cursor on a block and brings it to the top of the view."""
        if 0 <= block_id < len(self.blocks):
            self._cursor = block_id
            self.stand_at(Place(block_id, 0))

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
        chosen = None if self.text_selection is None else selected_range(self.text_selection, place.block)
        if not has_cursor and chosen is None:
            return self._strips.of(leaf.lines[place.line], paint)
        segments = self._selected(leaf.lines[place.line], chosen)
        if not has_cursor:
            return paint.strip(segments)
        mark = [Segment(_CURSOR), *segments[1:]] if place.line == leaf.first else segments
        return paint.strip(mark, base=paint.base + cursor_style(self))

    def _selected(self, line: Line, chosen: tuple[int, int | None] | None) -> list[Segment]:
        if chosen is None:
            return line.segments()
        return highlighted(line, chosen, self.screen.get_component_rich_style("screen--selection"))

    # Selecting

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
        if "fold" in meta:
            self._cursor = int(meta["fold"])
            self._toggle(self._cursor)
        elif "href" in meta:
            self.post_message(self.LinkClicked(str(meta["href"])))

    def action_fold(self) -> None:
        """Opens or folds the block under the cursor."""
        if self._cursor is not None:
            self._toggle(self._cursor)

    def _toggle(self, block: int) -> None:
        """The top line stays where it is, so that what was clicked does not move."""
        if self.page.toggle(block):
            self.stand_at(self.top)

    def action_scroll_end(self) -> None:
        """To the end, and on with it; the block cursor goes away."""
        self._cursor = None
        super().action_scroll_end()
        self.refresh()

    def action_cursor(self, by: int) -> None:
        """Moves the block cursor, and the view when the block is outside."""
        if not self.blocks:
            return
        if self._cursor is None:
            target = len(self.blocks) - 1 if self.follow else self.top.block
        else:
            target = min(max(0, self._cursor + by), len(self.blocks) - 1)
        self._cursor = target
        first = self.page.line_of(Place(target, 0)) - self.page.line_of(self.top)
        if 0 <= first < self.view_height:
            self.refresh()
        else:
            self.stand_at(Place(target, 0))
