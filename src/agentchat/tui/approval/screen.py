"""The approval dialog: shows the calls that wait, one by one, and says what the person decided.

It takes a `Pending` and posts `Decided` and `Postponed`; what comes of that is the chat's affair. A call can be approved when all
of it was on the screen.
"""

from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.events import Key, Paste
from textual.message import Message
from textual.widgets import Input

from agentchat.chat.status import Approve, Decision, Pending, PendingCall, Reject
from agentchat.tui.approval.box import Labels
from agentchat.tui.approval.call_text import call_text
from agentchat.tui.approval.frame import title_of, warning_of
from agentchat.tui.approval.key_line import deciding_hints, writing_hints
from agentchat.tui.approval.reading import ReadingScreen
from agentchat.tui.approval.seen import Seen
from agentchat.tui.approval.walk import Walk
from agentchat.tui.key_guard import Typed


class ApprovalScreen(ReadingScreen[None]):
    """Modal, because a call that waits must not be missed. It closes itself when it is told that nothing waits any more."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a,A,shift+a", "approve", "approve"),
        Binding("r,R,shift+r", "reject", "reject"),
        Binding("w,W,shift+w", "write_reason", "reject, saying why"),
        Binding("left", "walk(-1)", "previous"),
        Binding("right", "walk(1)", "next"),
        Binding("escape", "leave", "decide later"),
    ]

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
        self._walk = Walk(pending)
        self._seen_of: dict[str, Seen] = {}
        self._shown: PendingCall | None = None
        self._writing = False

    def on_mount(self) -> None:
        """Shows the first call."""
        self._show_the_call()

    def labels(self) -> Labels:
        """Who wants what, and the keys."""
        keys = writing_hints() if self._writing else deciding_hints(can_approve=self.is_read, several=len(self._walk.open) > 1)
        return Labels(title_of(self._walk, self._shown), warning_of(self.text.made_visible), keys, self._writing)

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

    # What the person does

    def action_approve(self) -> None:
        """Approves the shown call, once all of it was on the screen."""
        call = self._walk.call
        if call is not None and self.may_allow():
            self._decide(call, Approve(call.digest))

    def action_reject(self) -> None:
        """Rejects the shown call."""
        call = self._walk.call
        if call is not None and not self.is_too_small:
            self._decide(call, Reject(call.digest))

    def action_write_reason(self) -> None:
        """Opens the line for the reason of a rejection."""
        if self._walk.call is not None and not self.is_too_small:
            self._write(on=True)
            self.fit_box()

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
            self.fit_box()
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
        self.box.reason.value = ""
        self.box.set_class(on, "-writing")
        self.set_focus(self.box.reason if on else self.box.view)
        self.restart_the_wait()

    # What is typed

    def is_free(self, event: Typed) -> bool:
        """While a reason is written, only Enter decides."""
        if self._writing and isinstance(event, (Key, Paste)):
            return not (isinstance(event, Key) and event.key == "enter")
        return super().is_free(event)

    # What is shown

    def _show_the_call(self) -> None:
        call = self._walk.call
        if call is None:
            self.box.say("decided")
        elif call != self._shown:
            if self._shown is not None:
                self.box.say("")
            self._shown = call
            text = call_text(call)
            self.show_text(text, self._seen_of.setdefault(f"{call.key}\n{text.text}", Seen(text.text)))
            self._write(on=False)
        self.fit_box()

    def _close_when_empty(self) -> None:
        if not self._walk.open and self.is_current:
            self.dismiss()
