"""Shows a page and scrolls over it: where the reader stands, and how that stays so while the page changes.

The rules that keep the view steady:

- Everything that changes a height ends in `settle`, never in `render_line`. It draws what will be visible, then sets the virtual
  size, then the scroll position, because the largest position follows from the size.
- Where the reader is, is a `Place` (block, line) and not a line number: heights of blocks above it are estimates and may change.
- A short way is walked from there, drawing blocks on the way; only a long jump (the scrollbar) trusts the estimates.
"""

from dataclasses import replace
from typing import NamedTuple

from textual import events, on
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar, ScrollDown, ScrollTo, ScrollUp
from textual.widget import Widget

from agentchat.chat.transcript.blocks import AnswerBlock, Block, UserBlock, path_of
from agentchat.tui.transcript.blocks.look import NO_TASTE, Taste
from agentchat.tui.transcript.page import Page, Place
from agentchat.tui.transcript.theme import theme_of

_MARGINS = 2
"""One cell on the left, where the block cursor stands, and one on the right."""
_LEAST_WIDTH = 8
_WHEEL = 3
"""Lines for one click of the mouse wheel."""
_WALKED_SCREENS = 4
"""A scroll over at most so many screens is exact; a longer one goes by estimates."""


class News(NamedTuple):
    """What came below what is seen."""

    messages: int
    """Of the person and of the conversation's own agents: what a reader counts."""
    blocks: int
    """With calls, thoughts, notices and what agents did as tools."""


NO_NEWS = News(0, 0)


class PageView(ScrollView):
    """A page on the screen. Whoever changes `page` calls `settle` once afterwards."""

    class FollowChanged(Message, namespace="transcript_view"):
        """The view began or ceased to stick to the end, or something came while it does not."""

        def __init__(self, *, follow: bool, news: News) -> None:
            super().__init__()
            self.follow = follow
            self.news = news

    def __init__(self, *, taste: Taste = NO_TASTE, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.page = Page(taste)
        self.code_colours = True
        """Whether code is highlighted when it is laid out next."""
        self.top = Place(0, 0)
        """What the first line of the view shows, as far as it was settled."""
        self.holds = False
        """Whether the view stays where it is also when that is the end: something in it is looked at."""
        self._anchor: tuple[int, int] | None = None
        """Block and character that stay at the top while the screen is resized; None after a scroll."""
        self._follow = True
        self._unseen_from = 0
        """How many blocks there were when the reader left the end."""
        self._news = (0, NO_NEWS)
        """What came since, and how many blocks there were when that was counted."""
        self._told = (True, NO_NEWS)
        self._settling = False
        self._bar_look = (0, 0)
        """Size and place of the scrollbar's thumb, in eighths of a line."""

    @property
    def follow(self) -> bool:
        """Whether the view sticks to the end. Setting it to True goes there."""
        return self._follow

    @follow.setter
    def follow(self, follow: bool) -> None:
        self._follow = follow
        self.holds = self.holds and not follow
        self._anchor = None
        self.settle()

    @property
    def news(self) -> News:
        """What came since the reader left the end. Counted again only when there are more blocks, because it is asked in every frame."""
        if self._follow:
            return NO_NEWS
        blocks = self.page.blocks
        if self._news[0] != len(blocks):
            came = blocks[self._unseen_from:]
            self._news = (len(blocks), News(sum(map(_is_message, came)), len(came)))
        return self._news[1]

    @property
    def view_height(self) -> int:
        """Lines that are seen at once."""
        return self.scrollable_content_region.height

    def make_room(self, block: int) -> None:
        """A block came before this one and those behind it; whoever looks at one of these looks at the same text as before."""
        if self.top.block >= block:
            self.top = self.top._replace(block=self.top.block + 1)
        self._unseen_from += self._unseen_from > block
        if self._anchor is not None and self._anchor[0] >= block:
            self._anchor = (self._anchor[0] + 1, self._anchor[1])

    def stand_at(self, place: Place) -> None:
        """Brings a place to the top, or as near as the end of the page allows."""
        self.top, self._anchor, self._follow = place, None, False
        self.settle()

    def move(self, lines: int) -> None:
        """Scrolls, exactly."""
        if self.page.blocks and self.view_height:
            self.stand_at(self.page.walk(self.top, lines))

    def settle(self) -> None:
        """Draws what is visible, then sets the size and the position."""
        if self._settling or not self.view_height:
            return
        self._settling = True
        try:
            y = self._drawn_top() if self.page.blocks else 0
            self._set_height(self.page.total)
            self.scroll_target_y = self.scroll_y = float(y)
            self._draw_scrollbar()
        finally:
            self._settling = False
        self._tell()
        self.refresh()

    def _set_height(self, lines: int) -> None:
        """Sets the virtual size without the new layout of the whole screen that Textual makes for one.

        Nothing but the scrollbar depends on it, which always has its place; while text streams the layout was a third of a frame.
        """
        size = Size(self.scrollable_content_region.width, lines)
        self.set_reactive(Widget.virtual_size, size)  # pyright: ignore[reportArgumentType] - asked of a class it is the reactive itself

    def _draw_scrollbar(self) -> None:
        """Only when it looks different: while text streams the numbers change in every frame, the bar hardly."""
        bar, height, total = self.vertical_scrollbar, self.view_height, self.page.total
        bar.set_reactive(ScrollBar.window_virtual_size, total)
        bar.set_reactive(ScrollBar.window_size, height)
        bar.set_reactive(ScrollBar.position, self.scroll_y)
        eighths = 8 * height / max(1, total)
        look = (round(height * eighths), round(self.scroll_y * eighths))
        if look != self._bar_look:
            self._bar_look = look
            bar.refresh()

    def _drawn_top(self) -> int:
        """Draws what will be visible; gives the first line of it."""
        height = self.view_height
        self.top = self.page.fit_end(height) if self._follow else self.page.fit(self.top, height)
        y = self.page.line_of(self.top)
        at_end = y + height >= self.page.total
        if self._follow and not at_end:
            raise AssertionError("The end of the page is in view when it is followed.")
        if not at_end and self._told[0]:
            self._unseen_from = len(self.page.blocks)
            self._news = (self._unseen_from, NO_NEWS)
        self._follow = at_end and not self.holds
        return y

    def _tell(self) -> None:
        now = (self._follow, self.news)
        if now != self._told:
            self._told = now
            self.post_message(self.FollowChanged(follow=now[0], news=now[1]))

    # What changes around the page

    def on_mount(self) -> None:
        """Draws in the app's theme from the start."""
        self._lay_out_anew()

    def _size_updated(self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True) -> bool:  # noqa: FBT001, FBT002 - Textual's signature
        """Textual sets a size here and tells of it later, after a frame with nothing on the page; so it is laid out here already."""
        changed = super()._size_updated(size, virtual_size, container_size, layout)
        if changed and self.is_mounted:
            self._lay_out_anew()
        return changed

    def on_resize(self) -> None:
        """Wraps anew for another width, and keeps the character at the top there."""
        self._lay_out_anew()

    def notify_style_update(self) -> None:
        """Textual calls this after style changes, among them another theme of the app."""
        super().notify_style_update()
        if self.is_mounted:
            self.call_next(self._lay_out_anew)  # the component classes get their new styles only after this call

    def _lay_out_anew(self) -> None:
        """Draws again if that gives anything else than what is drawn."""
        width = max(_LEAST_WIDTH, self.scrollable_content_region.width - _MARGINS)
        theme = replace(theme_of(self), code_colours=self.code_colours)
        if (width, theme) != (self.page.width, self.page.theme):
            self._anchor = self._anchor or self._character_at_top()
            self.page.restyle(width, theme)
            if self._anchor:
                block, character = self._anchor
                self.top = Place(block, self.page.leaf(block).line_of(character))
        self.settle()

    def _character_at_top(self) -> tuple[int, int] | None:
        leaf = None if self._follow or not self.page.blocks else self.page.drawn(self.top.block)
        return None if leaf is None else (self.top.block, leaf.lines[min(self.top.line, len(leaf) - 1)].start)

    # What the reader does

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Takes over a scroll that did not come from `settle`."""
        if self._settling:
            return
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self._jump(round(new_value))

    def _jump(self, line: int) -> None:
        if not self.page.blocks or not self.view_height:
            return
        way = line - self.page.line_of(self.top)
        if abs(way) <= _WALKED_SCREENS * self.view_height:
            self.move(way)
        else:
            self.stand_at(self.page.find(line))

    @on(ScrollTo)
    def _jump_with_the_scrollbar(self, event: ScrollTo) -> None:
        event.prevent_default().stop()
        if event.y is not None:
            self._jump(round(event.y))

    @on(ScrollUp)
    def _page_up_with_the_scrollbar(self, event: ScrollUp) -> None:
        event.prevent_default().stop()
        self.action_page_up()

    @on(ScrollDown)
    def _page_down_with_the_scrollbar(self, event: ScrollDown) -> None:
        event.prevent_default().stop()
        self.action_page_down()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel, exactly and at once."""
        event.prevent_default().stop()
        self.move(-_WHEEL)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel, exactly and at once."""
        event.prevent_default().stop()
        self.move(_WHEEL)

    def action_scroll_up(self) -> None:
        """One line up."""
        self.move(-1)

    def action_scroll_down(self) -> None:
        """One line down."""
        self.move(1)

    def action_page_up(self) -> None:
        """One screen up."""
        self.move(-self.view_height)

    def action_page_down(self) -> None:
        """One screen down."""
        self.move(self.view_height)

    def action_scroll_home(self) -> None:
        """To the beginning."""
        self.stand_at(Place(0, 0))

    def action_scroll_end(self) -> None:
        """To the end, and on with it."""
        self.follow = True


def _is_message(block: Block) -> bool:
    return isinstance(block, UserBlock | AnswerBlock) and not path_of(block)
