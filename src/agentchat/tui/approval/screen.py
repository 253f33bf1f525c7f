"""The approval dialog: shows the calls that wait, one by one, and says what the person decided.

It takes a `Pending` and posts `Decided` and `Postponed`; what comes of that is the chat's affair. A call can be approved when
every character of it was on the screen (and the terminal has said so), and with its key alone: no button, no focus, no Enter.
"""

from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Key, Paste
from textual.message import Message
from textual.widgets import Input

from agentchat.chat.status import Approve, Decision, Pending, PendingCall, Reject
from agentchat.tui.approval.box import ApprovalBox, Labels
from agentchat.tui.approval.call_text import CallText, call_text
from agentchat.tui.approval.folding import Row
from agentchat.tui.approval.frame import Frame, title_of, warning_of
from agentchat.tui.approval.key_line import deciding_hints, writing_hints
from agentchat.tui.approval.seen import Seen
from agentchat.tui.approval.walk import Walk
from agentchat.tui.key_guard import GuardedScreen, Typed
from agentchat.tui.terminal.receipts import Witness


class ApprovalScreen(GuardedScreen[None]):
    """Modal, because a call that waits must not be missed. It closes itself when it is told that nothing waits any more."""

    AUTO_FOCUS = "CallView"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a,A,shift+a", "approve", "approve"),
        Binding("r,R,shift+r", "reject", "reject"),
        Binding("w,W,shift+w", "write_reason", "reject, saying why"),
        Binding("left", "walk(-1)", "previous"),
        Binding("right", "walk(1)", "next"),
        Binding("escape", "leave", "decide later"),
    ]
    DEFAULT_CSS = "ApprovalScreen { align: center middle; }"

    class Decided(Message):
        """The person decided about one call."""

        def __init__(self, key: str, decision: Decision) -> None:
            super().__init__()
            self.key = key
            self.decision: Decision = decision

    class Postponed(Message):
        """The person wants to decide later; the dialog closes."""

    def __init__(self, pending: Pending) -> None:
        super().__init__()
        self._box = ApprovalBox()
        self._walk = Walk(pending)
        self._seen_of: dict[str, Seen] = {}
        self._shown: PendingCall | None = None
        self._text = CallText("", (), ())
        self._seen = Seen("")
        self._writing = False

    def compose(self) -> ComposeResult:
        """The box, and nothing that could lie over it."""
        yield self._box

    def on_mount(self) -> None:
        """Shows the first call."""
        self._show_the_call()

    def show(self, pending: Pending) -> None:
        """The calls that wait have changed; when none is left to decide, the dialog closes."""
        self._walk = self._walk.updated(pending)
        if not self.is_mounted:
            return
        self._show_the_call()
        self._close_when_empty()

    def on_screen_resume(self) -> None:
        """What was on top has gone; meanwhile the last call may have gone too."""
        self._close_when_empty()

    def on_resize(self) -> None:
        """Finds the form for the new size."""
        self._arrange()

    # What the person does

    def action_approve(self) -> None:
        """Approves the shown call, once all of it was on the screen."""
        call, view = self._walk.call, self._box.view
        first, last, rows = view.position
        if call is None:
            return
        if view.is_too_small:
            self._box.say("enlarge the terminal")
        elif not self._seen.is_complete:
            self._box.say(f"scroll to the end first: lines {first}-{last} of {rows}")
        else:
            self._decide(call, Approve(call.digest))

    def action_reject(self) -> None:
        """Rejects the shown call."""
        call = self._walk.call
        if call is not None and not self._frame.is_too_small:
            self._decide(call, Reject(call.digest))

    def action_write_reason(self) -> None:
        """Opens the line for the reason of a rejection."""
        if self._walk.call is not None and not self._frame.is_too_small:
            self._write(on=True)
            self._arrange()

    @on(Input.Submitted, "#reason")
    def send_the_reason(self, event: Input.Submitted) -> None:
        """Rejects the shown call and says why."""
        event.stop()
        call = self._walk.call
        if call is not None and self._writing:
            self._decide(call, Reject(call.digest, event.value.strip()))

    def action_walk(self, step: int) -> None:
        """Shows the previous or the next call."""
        if not self._writing:
            self._walk = self._walk.moved(step)
            self._show_the_call()

    def action_leave(self) -> None:
        """Leaves the line for the reason; or else the dialog, with everything undecided."""
        if self._writing:
            self._write(on=False)
            self._arrange()
            return
        if self._walk.open:
            self.post_message(self.Postponed())
        self.dismiss()

    def _decide(self, call: PendingCall, decision: Decision) -> None:
        self._walk = self._walk.without(call.key)
        self.post_message(self.Decided(call.key, decision))
        self._show_the_call()

    def _write(self, *, on: bool) -> None:
        """Opens or closes the line for the reason. Either way the keys mean something else from now on."""
        self._writing = on
        self._box.reason.value = ""
        self._box.set_class(on, "-writing")
        self.set_focus(self._box.reason if on else self._box.view)
        self.restart_the_wait()

    # What counts as seen

    def is_free(self, event: Typed) -> bool:
        """While a reason is written, only Enter decides."""
        if self._writing and isinstance(event, (Key, Paste)):
            return not (isinstance(event, Key) and event.key == "enter")
        return super().is_free(event)

    def input_ignored(self) -> None:
        """Says so, because a key without any effect looks like a fault."""
        super().input_ignored()
        self._box.say("not yet: wait a moment, then press the key again")

    def frame_written(self, witness: Witness) -> None:
        """Asks the terminal about every row that it has not shown before."""
        if not self._box.is_mounted or (self._seen.is_complete and self.gate.is_open):
            return
        rows = self._box.view.shown_rows()
        new = [row for row in rows if not self._seen.has(row)]
        if new or (not self.gate.is_open and (rows or self._frame.is_too_small)):
            self.ask_terminal(witness, partial(self._drawn, new))

    def _drawn(self, rows: list[Row], at: float) -> None:
        was_complete = self._seen.is_complete
        for row in rows:
            self._seen.add(row)
        if not self.gate.is_open or self._seen.is_complete != was_complete:
            self.gate.drawn(at)
            self._arrange()

    # What is shown

    def _show_the_call(self) -> None:
        call = self._walk.call
        if call is None:
            self._box.say("decided")
        elif call != self._shown:
            if self._shown is not None:
                self._box.say("")
            self._shown = call
            self._text = call_text(call)
            self._seen = self._seen_of.setdefault(f"{call.digest} {call.key}", Seen(self._text.text))
            self._box.view.show(self._text)
            self._write(on=False)
        self._arrange()

    def _close_when_empty(self) -> None:
        if not self._walk.open and self.is_current:
            self.dismiss()

    @property
    def _frame(self) -> Frame:
        return Frame(self.size.width, self.size.height)

    def _arrange(self) -> None:
        works = self._seen.is_complete and self.gate.is_open
        keys = writing_hints() if self._writing else deciding_hints(can_approve=works, several=len(self._walk.open) > 1)
        title, warning = title_of(self._walk, self._shown), warning_of(self._text.made_visible)
        self._box.fit(self._frame, Labels(title, warning, keys, self._writing))
