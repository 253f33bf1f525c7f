"""A dialog that asks about a text: what it allows can be allowed when every character of the text was on the screen.

And the terminal has said so. It allows with a key alone: no button, no focus, no Enter.
"""

from functools import partial

from textual.app import ComposeResult

from agentchat.tui.approval.box import ApprovalBox, Labels
from agentchat.tui.approval.call_text import CallText
from agentchat.tui.approval.folding import Row
from agentchat.tui.approval.frame import Frame
from agentchat.tui.approval.seen import Seen
from agentchat.tui.key_guard import GuardedScreen, ScreenResult
from agentchat.tui.terminal.receipts import Witness


class ReadingScreen(GuardedScreen[ScreenResult]):
    """Holds the box with the text; what it asks is a subclass's affair."""

    AUTO_FOCUS = "CallView"
    DEFAULT_CSS = "ReadingScreen { align: center middle; }"

    def __init__(self) -> None:
        super().__init__()
        self.box = ApprovalBox()
        self.text = CallText("", (), ())
        self._seen = Seen("")
        self._is_full = False

    def labels(self) -> Labels:
        """The words around the text, as they are now."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """The box, and nothing that could lie over it."""
        yield self.box

    def on_resize(self) -> None:
        """Finds the form for the new size."""
        self.fit_box()

    def was_read(self) -> None:
        """Called when all of the text was on the screen."""

    @property
    def shows_text(self) -> bool:
        """Whether the text is on the screen, or something else in its place."""
        return True

    @property
    def is_read(self) -> bool:
        """Whether all of the text was on the screen."""
        return self._seen.is_complete and self.gate.is_open

    @property
    def is_too_small(self) -> bool:
        """Whether there is no room to decide anything."""
        return self._frame.is_too_small

    def show_text(self, text: CallText, seen: Seen) -> None:
        """Asks about another text from now on, of which this much was seen."""
        self.text, self._seen = text, seen
        self.box.view.show(text)
        self.restart_the_wait()

    def may_allow(self) -> bool:
        """Whether the text was seen; if not, says what is missing."""
        first, last, rows = self.box.view.position
        if self.box.view.is_too_small:
            self.box.say("enlarge the terminal")
        elif not self._seen.is_complete:
            missing = "scroll to the end first" if last < rows else "some lines were never shown, page up to them"
            self.box.say(f"{missing}: lines {first}-{last} of {rows}")
        else:
            return True
        return False

    def action_full_screen(self) -> None:
        """Takes the whole screen, or only as much as it needs."""
        self._is_full = not self._is_full
        self.fit_box()

    def fit_box(self) -> None:
        """Fits the box to the screen and its words to what is so now."""
        self.box.fit(self._frame, self.labels())

    def input_ignored(self) -> None:
        """Says so, because a key without any effect looks like a fault."""
        super().input_ignored()
        self.box.say("not yet: wait a moment, then press the key again")

    def frame_written(self, witness: Witness) -> None:
        """Asks the terminal about every row that it has not shown before."""
        if not self.box.is_mounted or (self._seen.is_complete and self.gate.is_open):
            return
        rows = self.box.view.shown_rows()
        new = [row for row in rows if not self._seen.has(row)]
        if new or (not self.gate.is_open and (rows or self._frame.is_too_small or not self.shows_text)):
            self.ask_terminal(witness, partial(self._drawn, new))

    def _drawn(self, rows: list[Row], at: float) -> None:
        was_complete = self._seen.is_complete
        for row in rows:
            self._seen.add(row)
        if not self.gate.is_open or self._seen.is_complete != was_complete:
            self.gate.drawn(at)
            self.fit_box()
            if self.is_read:
                self.was_read()

    @property
    def _frame(self) -> Frame:
        return Frame(self.size.width, self.size.height, self._is_full)
