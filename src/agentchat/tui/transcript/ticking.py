"""A view in which time passes: the line of a call that runs says for how long, once a second and only as long as one does.

Nothing else is drawn for it: not the page, not the frame, one line.
"""

from collections.abc import Iterable

from agentchat.chat.transcript.blocks import Block, CallBlock
from agentchat.chat.transcript.changes import BlockAdded, BlockExtended, BlockInserted, BlockReplaced, Change
from agentchat.runtime.ports.clock import Clock, SystemClock
from agentchat.tui.transcript.blocks.look import NO_TASTE, Taste
from agentchat.tui.transcript.search_view import SearchView

_TICK = 1.0
"""Seconds."""


class TickingView(SearchView):
    """Whoever changes the page tells it what changed, before it is drawn."""

    def __init__(self, *, taste: Taste = NO_TASTE, clock: Clock | None = None, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(taste=taste, id=id)
        self._clock = clock or SystemClock()
        self._timed: set[int] = set()
        """The blocks of calls that run."""

    def time_anew(self) -> None:
        """The page is another one; of what runs there nobody knows since when."""
        self._timed.clear()

    def time_what_changed(self, changes: Iterable[Change]) -> None:
        """Begins to tick with the first call that runs, and ends with the last."""
        was_still = not self._timed
        for change in changes:
            match change:
                case BlockInserted(block):
                    self._timed = {place + (place >= block.id) for place in self._timed}
                    self._time(block)
                case BlockAdded(block) | BlockReplaced(block):
                    self._time(block)
                case BlockExtended():
                    pass
        self.page.now = self._clock.now()
        if was_still and self._timed:
            self.run_worker(self._tick(), group="tick", exclusive=True)

    def _time(self, block: Block) -> None:
        if isinstance(block, CallBlock) and block.state == "running" and block.since is not None:
            self._timed.add(block.id)
        else:
            self._timed.discard(block.id)

    async def _tick(self) -> None:
        while self._timed:
            await self._clock.sleep(_TICK)
            self.page.now = self._clock.now()
            height = self.page.total
            for line in [line for place in sorted(self._timed) for line in self.page.redraw(place)]:
                self.refresh_line(line)
            if self.page.total != height:  # it has a minute more, and is as wide as it may be
                self.settle()
