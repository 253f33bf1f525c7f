"""The approval dialog: shows the calls that wait, one by one, and says what the person decided.

It takes a `Pending` and posts `Decided` and `Postponed`; what comes of that is the chat's affair. A call can be approved when every
character of it was on the screen (and the terminal has said so), and with the key alone: there is nothing to press by accident.
"""

from functools import partial
from typing import ClassVar

from rich.cells import set_cell_size
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from agentchat.chat.safe_text import safe_line
from agentchat.chat.status import Approve, Decision, Pending, PendingCall, Reject
from agentchat.tui import key_guard
from agentchat.tui.approval.call_text import CallText, call_text
from agentchat.tui.approval.call_view import CallView
from agentchat.tui.approval.folding import Row
from agentchat.tui.approval.key_line import KeyHint, key_lines
from agentchat.tui.approval.seen import Seen
from agentchat.tui.approval.walk import Walk
from agentchat.tui.key_guard import GuardedScreen
from agentchat.tui.terminal.receipts import Witness

WIDEST = 112
SMALLEST_SCREEN = (20, 5)
COMPACT_BELOW = (60, 16)
TINY_BELOW = (34, 9)


class ApprovalScreen(GuardedScreen[None]):
    """Modal, because a call that waits must not be missed. Closes itself when nothing is left to decide."""

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
        #warning { color: $text-warning; height: auto; max-height: 2; display: none; }
        #warning.-shown { display: block; }
        #foot { height: 1; }
        #hint { width: 1fr; color: $text-warning; }
        #position { width: auto; color: $text-muted; }
        #keys { height: auto; }
        #reason { display: none; height: 1; border: none; padding: 0; background: $boost; }
        #enlarge { display: none; }
        &.-writing #reason { display: block; }
        &.-compact #box { padding: 0; }
        &.-tiny #box { border: none; }
        &.-too-small {
            #box { border: none; }
            #warning, CallView, #foot, #keys, #reason { display: none; }
            #enlarge { display: block; }
        }
    }
    """

    class Decided(Message):
        """The person decided about one call."""

        def __init__(self, key: str, decision: Decision) -> None:
            super().__init__()
            self.key = key
            self.decision: Decision = decision

    class Postponed(Message):
        """The person wants to decide later; the dialog has closed."""

    def __init__(self, pending: Pending) -> None:
        super().__init__()
        self._walk = Walk(pending)
        self._seen: dict[str, Seen] = {}
        self._text = CallText("", (), ())
        self._shown: PendingCall | None = None
        self._is_writing = False

    def compose(self) -> ComposeResult:
        """The parts, from the top to the bottom."""
        with Vertical(id="box"):
            yield Static(id="title", markup=False)
            yield Static(id="warning", markup=False)
            yield CallView()
            with Horizontal(id="foot"):
                yield Static(id="hint", markup=False)
                yield Static(id="position", markup=False)
            yield Input(id="reason", placeholder="why not? the model is told", compact=True)
            yield Static(id="keys", markup=False)
            yield Static("Enlarge the terminal to decide about a call; [esc] decides later.", id="enlarge", markup=False)

    def on_mount(self) -> None:
        """Shows the first call."""
        self._show_the_call()

    def show(self, pending: Pending) -> None:
        """The calls that wait have changed."""
        self._walk = self._walk.updated(pending)
        if self.is_mounted:
            self._show_the_call()

    # What the person does

    def action_approve(self) -> None:
        """Approves the shown call, once it was shown whole."""
        call = self._walk.call
        view = self.query_one(CallView)
        first, last, rows = view.position
        if call is None:
            return
        if view.is_too_small:
            self._say("enlarge the terminal")
        elif not self._is_seen:
            self._say(f"scroll to the end first: lines {first}-{last} of {rows}")
        else:
            self._decide(call, Approve(call.digest))

    def action_reject(self) -> None:
        """Rejects the shown call."""
        if self._walk.call is not None:
            self._decide(self._walk.call, Reject(self._walk.call.digest))
