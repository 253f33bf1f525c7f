"""What the dialog looks like: the box with the call, and around it title, warning, hint, position, reason and keys.

It shows what it is told and decides nothing.
"""

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from agentchat.tui.approval.call_view import CallView
from agentchat.tui.approval.edit_form import EditForm
from agentchat.tui.approval.frame import Frame
from agentchat.tui.approval.key_line import KeyHint, key_lines


@dataclass(frozen=True, slots=True)
class Labels:
    """The words around the call."""

    title: Content
    warning: str
    """Empty when there is nothing to warn of."""
    keys: tuple[KeyHint, ...]
    writes: str = ""
    """What the line to write in asks for; empty where it is closed."""
    is_editing: bool = False
    """Whether the form for the arguments stands in the place of the call."""


class ApprovalBox(Vertical):
    """The visible part of the dialog."""

    DEFAULT_CSS = """
    ApprovalBox {
        border: heavy $warning;
        border-title-color: $text-warning;
        border-title-style: bold;
        background: $surface;
        padding: 0 1;
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
        &.-compact { padding: 0; }
        &.-compact FieldRow > TextArea { max-height: 3; }
        &.-tiny { border: none; }
        &.-tiny #title { display: block; }
        &.-tiny.-writing #title { display: none; }
        &.-editing CallView { display: none; }
        &.-editing EditForm { display: block; }
        &.-editing #position { display: none; }
        &.-too-small > * { display: none; }
        &.-too-small #enlarge { display: block; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._hint = ""

    def compose(self) -> ComposeResult:
        """The parts, from the top to the bottom."""
        yield Static(id="title", markup=False)
        yield Static(id="warning", markup=False)
        yield CallView()
        yield EditForm()
        with Horizontal(id="foot"):
            yield Static(self._hint, id="hint", markup=False)
            yield Static(id="position", markup=False)
        yield Input(id="reason", compact=True)
        yield Static(id="keys", markup=False)
        yield Static("Enlarge the terminal to decide; [esc] decides later.", id="enlarge", markup=False)

    @property
    def view(self) -> CallView:
        """The call."""
        return self.query_one(CallView)

    @property
    def form(self) -> EditForm:
        """The fields for the arguments."""
        return self.query_one(EditForm)

    @property
    def reason(self) -> Input:
        """The line to write in: why not, or what came of it."""
        return self.query_one("#reason", Input)

    def say(self, hint: str) -> None:
        """Shows a hint until the person scrolls. Keys can come before there is a place for it; `compose` then shows it."""
        self._hint = hint
        for place in self.query("#hint").results(Static):
            place.update(hint)

    def fit(self, frame: Frame, labels: Labels) -> None:
        """Shows the words, in a box as large as the call needs and the screen allows."""
        for name, is_on in frame.classes.items():
            self.set_class(is_on, name)
        self.set_class(bool(labels.warning), "-warned")
        self.set_class(bool(labels.writes), "-writing")
        self.set_class(labels.is_editing, "-editing")
        keys = key_lines(labels.keys, frame.inner_width, most=frame.key_lines)
        self.reason.placeholder = labels.writes
        self.border_title = labels.title
        for place, words in (("#title", labels.title), ("#warning", labels.warning), ("#keys", keys)):
            self.query_one(place, Static).update(words)
        others = 1 + keys.plain.count("\n") + 1 + bool(labels.writes) + bool(labels.warning)
        self.styles.width = frame.width
        lines = self.form.lines if labels.is_editing else self.view.height_at(frame.inner_width)
        self.styles.height = frame.height_for(lines + others)

    @on(CallView.Moved)
    def label_the_position(self) -> None:
        """Says which lines are in view."""
        first, last, rows = self.view.position
        self.query_one("#position", Static).update(f" lines {first}-{last} of {rows}")

    @on(CallView.Scrolled)
    def clear_the_hint(self) -> None:
        """What was said is done, or no longer true."""
        self.say("")
