"""A view whose text can be searched: slice by slice, while everything else goes on."""

import sys
from collections.abc import Sequence

from textual.message import Message
from textual.timer import Timer

from agentchat.chat.transcript.changes import BlockExtended, BlockInserted, Change
from agentchat.tui.transcript.block_view import BlockView
from agentchat.tui.transcript.blocks.look import NO_TASTE, Taste
from agentchat.tui.transcript.page import Place
from agentchat.tui.transcript.search import Search

_NEWS = 0.25
"""Seconds that what is new in the conversation waits until it is searched."""


class SearchView(BlockView):
    """Shows where a text stands, and goes from one hit to the next."""

    class Searched(Message, namespace="transcript_view"):
        """A search has found more, or stands on another hit."""

        def __init__(self, *, number: int, total: int, is_done: bool) -> None:
            super().__init__()
            self.number, self.total, self.is_done = number, total, is_done

    def __init__(self, *, taste: Taste = NO_TASTE, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(taste=taste, id=id)
        self._reading: Timer | None = None
        """Set as long as something new waits to be searched."""

    @property
    def is_searching(self) -> bool:
        """Whether hits are shown."""
        return self._search is not None

    def look_for(self, text: str) -> None:
        """Searches for a text, from what is seen upwards; for none when it is empty."""
        self._search, self.holds = None, False
        if text and self.page.blocks:
            self._search = Search(self.page, text, start=self._last_seen().block)
            self._read()
        else:
            self.post_message(self.Searched(number=0, total=0, is_done=True))
        self.refresh()

    def search_again(self) -> None:
        """The page is another one."""
        if self._search is not None:
            self.look_for(self._search.text)

    def search_what_changed(self, changes: Sequence[Change]) -> None:
        """What is new or has changed is searched in a moment, and not in every frame; all of it, when blocks have other places now."""
        if self._search is None:
            return
        if any(isinstance(change, BlockInserted) for change in changes):
            self.search_again()
            return
        self._search.touch(change.id if isinstance(change, BlockExtended) else change.block.id for change in changes)
        self._reading = self._reading or self.set_timer(_NEWS, self._read)

    def action_next_hit(self, by: int) -> None:
        """To the next hit, or the one before."""
        if self._search is not None:
            self._search.step(by)
            self._show_hit(self._search)
            self._tell_what_was_found(self._search)

    def _read(self) -> None:
        """Reads a slice, and comes back for the next one."""
        self._reading = None
        search = self._search
        if search is None:
            return
        found = search.read()
        if found is not None and search.current is None:
            search.stand_on(found, before=self._first_unseen(found))
            self._show_hit(search)
        self._tell_what_was_found(search)
        if not search.is_done:
            self.call_later(self._read)

    def _tell_what_was_found(self, search: Search) -> None:
        self.post_message(self.Searched(number=search.number, total=search.total, is_done=search.is_done))

    def _show_hit(self, search: Search) -> None:
        """Unfolds what hides it and brings it into view; a third of the screen stays above it."""
        if search.current is None:
            return
        block, character = search.current
        if not search.shows(self.page.leaf(block), character):
            self.page.show_whole(block)
        self._cursor, self.holds = block, True
        self.stand_at(self.top)
        self.show(Place(block, self.page.leaf(block).line_of(character)), below=self.view_height // 3)

    def _last_seen(self) -> Place:
        return self.page.walk(self.top, max(0, self.view_height - 1))

    def _first_unseen(self, block: int) -> int:
        """The first character of a block that stands below the view; a very large number when none does."""
        last = self._last_seen()
        if block != last.block:
            return 0 if block > last.block else sys.maxsize
        lines = self.page.leaf(block).lines
        return lines[last.line + 1].start if last.line + 1 < len(lines) else sys.maxsize
