"""The approval dialog: shows the calls that wait, one by one, and says what the person decided.

It takes a `Pending` and posts `Decided` and `Postponed`; what comes of that is the chat's affair. A call can be approved when
every character of it was on the screen (and the terminal has said so), and with its key alone: no button, no focus, no Enter.
"""

from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import Key, Paste
from textual.message import Message
from textual.widgets import Input, Static

from agentchat.chat.status import Approve, Decision, Pending, PendingCall, Reject
from agentchat.tui.approval.call_text import CallText, call_text
from agentchat.tui.approval.call_view import CallView
from agentchat.tui.approval.folding import Row
from agentchat.tui.approval.frame import Frame, title_of, warning_of
from agentchat.tui.approval.key_line import deciding_hints, key_lines, writing_hints
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
    DEFAULT_CSS = """
    ApprovalScreen {
        align: center middle;
        #box {
            border: heavy $warning;
            border-title-color: $text-warning;
            border-title-style: bold;
            background: $surface;
            padding: 0 1;
        }
        #title { display: none; height: 1; color: $text-warning; text-style: bold; }
        #warning { display: none; height: 1; color: $text-warning; }
        #title, #warning, #hint { text-wrap: nowrap; text-overflow: ellipsis; }
        #foot { height: 1; }
        #hint { width: 1fr; color: $text-warning; }
        #position { width: auto; color: $foreground-muted; }
        #keys { height: auto; }
        #reason { display: none; height: 1; border: none; padding: 0; background: $boost; }
        #enlarge { display: none; }
        &.-warned #warning { display: block; }
        &.-writing #reason { display: block; }
        &.-compact #box { padding: 0; }
        &.-tiny #box { border: none; }
        &.-tiny #title { display: block; }
        &.-tiny.-writing #foot { display: none; }
        &.-too-small #box > * { display: none; }
        &.-too-small #enlarge { display: block; }
    }
    """

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
        self._text = CallText("", (), ())
        self._seen = Seen("")
        self._writing = False
        self._hint = ""

    def compose(self) -> ComposeResult:
        """The parts, from the top to the bottom."""
        with Vertical(id="box"):
            yield Static(id="title", markup=False)
            yield Static(id="warning", markup=False)
            yield CallView()
            with Horizontal(id="foot"):
                yield Static(self._hint, id="hint", markup=False)
                yield Static(id="position", markup=False)
            yield Input(id="reason", placeholder="why not? the model is told", compact=True)
            yield Static(id="keys", markup=False)
            yield Static("Enlarge the terminal to decide; [esc] decides later.", id="enlarge", markup=False)

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

    # What the person does

    def action_approve(self) -> None:
        """Approves the shown call, once all of it was on the screen."""
        view = self.query_one(CallView)
        first, last, rows = view.position
        if self._walk.call is None:
            return
        if view.is_too_small:
            self._say("enlarge the terminal")
        elif not self._seen.is_complete:
            self._say(f"scroll to the end first: lines {first}-{last} of {rows}")
        else:
            self._decide(self._walk.call, Approve(self._walk.call.digest))

    def action_reject(self) -> None:
        """Rejects the shown call."""
        if self._walk.call is not None and not self._is_too_small:
            self._decide(self._walk.call, Reject(self._walk.call.digest))

    def action_write_reason(self) -> None:
        """Opens the line for the reason of a rejection."""
        if self._walk.call is not None and not self._is_too_small:
            self._write(on=True)

    @on(Input.Submitted, "#reason")
    def send_the_reason(self, event: Input.Submitted) -> None:
        """Rejects the shown call and says why."""
        event.stop()
        if self._writing and self._walk.call is not None:
            self._decide(self._walk.call, Reject(self._walk.call.digest, event.value.strip()))

    def action_walk(self, step: int) -> None:
        """Shows the previous or the next call."""
        if not self._writing:
            self._walk = self._walk.moved(step)
            self._show_the_call()

    def action_leave(self) -> None:
        """Leaves the line for the reason; or else the dialog, with everything undecided."""
        if self._writing:
            self._write(on=False)
            return
        if self._walk.open:
            self.post_message(self.Postponed())
        self.dismiss()

    def _decide(self, call: PendingCall, decision: Decision) -> None:
        self._walk = self._walk.without(call.key)
        self.post_message(self.Decided(call.key, decision))
        self._show_the_call()

    def _write(self, *, on: bool) -> None:
        self._writing = on
        self.set_class(on, "-writing")
        reason = self.query_one("#reason", Input)
        reason.value = ""
        self.set_focus(reason if on else self.query_one(CallView))
        self.restart_the_wait()
        self._arrange()

    # What counts as seen

    def is_free(self, event: Typed) -> bool:
        """While a reason is written, only Enter decides."""
        if self._writing and isinstance(event, (Key, Paste)):
            return not (isinstance(event, Key) and event.key == "enter")
        return super().is_free(event)

    def input_ignored(self) -> None:
        """Says so, because a key without any effect looks like a fault."""
        super().input_ignored()
        self._say("not yet: wait a moment, then press the key again")

    def frame_written(self, witness: Witness) -> None:
        """Asks the terminal about every row that it has not shown before."""
        if self._seen.is_complete and self.gate.is_open:
            return
        rows = self.query_one(CallView).shown_rows()
        new = [row for row in rows if not self._seen.has(row)]
        if new or (not self.gate.is_open and (rows or self._is_too_small)):
            self.ask_terminal(witness, partial(self._drawn, new))

    def _drawn(self, rows: list[Row], at: float) -> None:
        was_complete = self._seen.is_complete
        for row in rows:
            self._seen.add(row)
        if not self.gate.is_open or self._seen.is_complete != was_complete:
            self.gate.drawn(at)
            self._label_keys()

    # What is shown

    def _show_the_call(self) -> None:
        call = self._walk.call
        if call is None:
            self._say("decided")
        elif call != self._shown:
            if self._shown is not None:
                self._say("")
            self._shown = call
            self._text = call_text(call)
            self._seen = self._seen_of.setdefault(f"{call.digest} {call.key}", Seen(self._text.text))
            self.query_one(CallView).show(self._text)
            self._write(on=False)
        self._arrange()

    def _close_when_empty(self) -> None:
        if not self._walk.open and self.is_current:
            self.dismiss()

    @on(CallView.Moved)
    def label_the_position(self) -> None:
        """Says which lines are in view."""
        first, last, rows = self.query_one(CallView).position
        self.query_one("#position", Static).update(f" lines {first}-{last} of {rows}")

    @on(CallView.Scrolled)
    def clear_the_hint(self) -> None:
        """What was said is done, or no longer true."""
        self._say("")

    def on_resize(self) -> None:
        """Finds the form for the new size."""
        self._arrange()

    @property
    def _is_too_small(self) -> bool:
        return self._frame().is_too_small

    def _frame(self) -> Frame:
        return Frame(self.size.width, self.size.height)

    def _arrange(self) -> None:
        """Makes the box as large as the call needs and the screen allows."""
        frame = self._frame()
        for name, is_on in frame.classes.items():
            self.set_class(is_on, name)
        self.set_class(bool(self._text.made_visible), "-warned")
        self.query_one("#warning", Static).update(warning_of(self._text.made_visible))
        title = title_of(self._walk, self._shown)
        self.query_one("#title", Static).update(title)
        box = self.query_one("#box", Vertical)
        box.border_title = title
        others = self._label_keys() + 1 + self._writing + bool(self._text.made_visible)
        box.styles.width = frame.width
        box.styles.height = frame.height_for(self.query_one(CallView).height_at(frame.inner_width) + others)

    def _label_keys(self) -> int:
        """Shows the keys and what they do now; returns the lines that they take."""
        frame = self._frame()
        works = self._seen.is_complete and self.gate.is_open
        hints = writing_hints() if self._writing else deciding_hints(can_approve=works, several=len(self._walk.open) > 1)
        content = key_lines(hints, frame.inner_width, most=frame.key_lines)
        self.query_one("#keys", Static).update(content)
        return content.plain.count("\n") + 1

    def _say(self, hint: str) -> None:
        """Keys can come before there is a place to say anything; `compose` then shows it."""
        self._hint = hint
        for place in self.query("#hint").results(Static):
            place.update(hint)
