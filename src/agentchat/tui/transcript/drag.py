"""The mouse held down over a transcript: from where, to where, and scrolling when it is held beyond an edge."""

from collections.abc import Callable

from textual.geometry import Offset
from textual.timer import Timer

from agentchat.tui.transcript.page_view import PageView
from agentchat.tui.transcript.selection import Hit, hit

_STEP = 1 / 30
"""Seconds between two scrolls while the mouse is held beyond an edge."""
_GUTTER = 1
"""Cells on the left of every line that are not part of it."""


class Drag:
    """One press of the mouse button after another. Mutable: fed by the widget that gets the mouse events."""

    def __init__(self, view: PageView, *, select: Callable[[Hit, Hit], None]) -> None:
        self._view, self._select = view, select
        self._from: Hit | None = None
        self._at = Offset(0, 0)
        self._timer: Timer | None = None
        self.moved = False
        """Whether the mouse moved since the button went down: then its release is no click."""

    def begin(self, at: Offset) -> None:
        """The button went down."""
        self._from, self._at, self.moved = self._hit(at), at, False

    def move(self, at: Offset) -> None:
        """The mouse moved; outside the view it scrolls until it comes back."""
        if self._from is None:
            return
        self.moved = self.moved or at != self._at
        self._at = at
        self._extend()
        if self._beyond() == 0:
            self._stop()
        elif self._timer is None:
            self._timer = self._view.set_interval(_STEP, self._scroll)

    def end(self) -> bool:
        """The button went up; False when it had not gone down here."""
        began = self._from is not None
        self._from = None
        self._stop()
        return began

    def _beyond(self) -> int:
        """How many lines the mouse is above (negative) or below the view."""
        return min(0, self._at.y) or max(0, self._at.y - self._view.view_height + 1)

    def _scroll(self) -> None:
        self._view.move(self._beyond())
        self._extend()

    def _extend(self) -> None:
        here = self._hit(self._at)
        if self._from is not None and here is not None and self.moved:
            self._select(self._from, here)

    def _hit(self, at: Offset) -> Hit | None:
        page = self._view.page
        if not page.blocks:
            return None
        row = min(max(0, at.y), max(0, self._view.view_height - 1))
        place = page.walk(self._view.top, row)
        return hit(page.leaf(place.block).lines[place.line], at.x - _GUTTER, place.block)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
