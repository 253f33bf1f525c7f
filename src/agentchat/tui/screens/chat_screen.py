"""The chat: header, transcript, activity log, prompt and footer in one frame.

It is told what the chat published (`take`) and posts what the person wants; what comes of that is the app's affair.
"""

from dataclasses import replace
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.geometry import Size
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from agentchat.chat.blocks import UserBlock
from agentchat.chat.changes import BlockExtended, Change
from agentchat.chat.front import Opened
from agentchat.chat.safe_text import safe_line
from agentchat.chat.status import Pending, Status
from agentchat.config.settings import Settings
from agentchat.runtime.ports.clock import Clock
from agentchat.tui.bridge import Delivery
from agentchat.tui.keys import Hint
from agentchat.tui.screens.form import LEAST_COLUMNS, LEAST_ROWS, Form
from agentchat.tui.start import Start
from agentchat.tui.transcript.widget import TranscriptView
from agentchat.tui.widgets.activity import ActivityLog
from agentchat.tui.widgets.footer import Footer
from agentchat.tui.widgets.header import Header
from agentchat.tui.widgets.prompt import Prompt
from agentchat.tui.widgets.rule import Rule
from agentchat.tui.widgets.standing import Standing
from agentchat.tui.widgets.welcome import Welcome

MARK = "\u203a "
"""What stands before the prompt."""


class ChatScreen(Screen[None]):
    """The program's one screen; dialogs come over it."""

    AUTO_FOCUS = "Prompt"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "stop", "stop"),
        Binding("escape", "to_prompt", "back to the prompt", show=False),
        Binding("ctrl+a", "approvals", "approvals", priority=True),
        Binding("ctrl+l", "activity", "activity", priority=True),
        Binding("pageup", "page(-1)", "scroll up", show=False, priority=True),
        Binding("pagedown", "page(1)", "scroll down", show=False, priority=True),
        Binding("ctrl+home", "to_start", "to the beginning", show=False, priority=True),
        Binding("ctrl+end", "to_end", "to the end", show=False, priority=True),
        Binding("tab", "app.focus_next", "next pane", show=False),
        Binding("shift+tab", "app.focus_previous", "previous pane", show=False),
    ]

    class Said(Message):
        """The person says something."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class StopWanted(Message):
        """The person wants the run to stop."""

    class GoingOnWanted(Message):
        """The person wants the interrupted run to go on."""

    class ApprovalsWanted(Message):
        """The person wants to decide about the calls that wait."""

    def __init__(self, start: Start, settings: Settings, clock: Clock, *, keys: tuple[Hint, ...]) -> None:
        super().__init__()
        self._start = start
        self._settings = settings
        self._clock = clock
        self._keys = keys
        self._status = start.status
        self._pending = Pending()
        self._wants_activity: bool | None = None
        self._has_blocks = bool(start.blocks)

    def compose(self) -> ComposeResult:
        """From the top to the bottom, as the frame is drawn."""
        yield Header()
        yield Rule("┌", "┬", "┐", titles=("transcript", "activity"))
        with Horizontal(id="middle"):
            with Vertical(id="talk"):
                yield Welcome(self._start.version, self._keys)
                yield TranscriptView()
            yield ActivityLog()
        yield Rule("├", "┴", "┤")
        yield Standing(classes="-empty")
        with Horizontal(id="ask"):
            yield Static(MARK, id="mark", markup=False)
            yield Prompt()
        yield Footer(self._clock, animated=self._settings.animations)
        yield Static(f"Enlarge the terminal: agentchat needs {LEAST_COLUMNS}x{LEAST_ROWS}", id="enlarge", markup=False)

    def on_mount(self) -> None:
        """Shows what is known before the chat stands, in the form that it will have: the first frame is a whole one."""
        self._arrange(self._form_for(self.app.size))  # pyright: ignore[reportUnknownMemberType] - an untyped App
        self._show_status(self._status)
        self._load(Opened(self._start.blocks, self._status, Pending()), code_colours=False)

    # What the chat did

    @property
    def has_blocks(self) -> bool:
        """Whether anything was said."""
        return self._has_blocks

    @property
    def status(self) -> Status:
        """As the chat said last."""
        return self._status

    @property
    def draft(self) -> str:
        """What stands unsent in the prompt."""
        return "".join(prompt.draft for prompt in self.query(Prompt))

    def wait_for_another_chat(self) -> None:
        """The chat ends, and another one comes in its place."""
        self.warn("")
        self._pending = self.query_one(Standing).pending = Pending()
        self._show_status(replace(self._status, phase="opening"))

    def take(self, delivery: Delivery) -> None:
        """Shows what came."""
        if delivery.opened is not None:
            self.query_one(Footer).early = 0
            self._load(delivery.opened)
        self._apply(delivery.changes)
        if delivery.status is not None:
            self._show_status(delivery.status)
        if delivery.pending is not None:
            self._pending = self.query_one(Standing).pending = delivery.pending
        for text in delivery.unsent:
            self._give_back(text)
        self.refresh_bindings()

    def warn(self, warning: str) -> None:
        """Says it until it says something else."""
        self.query_one(Standing).warning = safe_line(warning)

    def _load(self, opened: Opened, *, code_colours: bool = True) -> None:
        self.query_one(TranscriptView).load(opened.blocks, code_colours=code_colours)
        self.query_one(ActivityLog).load(opened.blocks)
        self.query_one(Prompt).remember([block.text for block in opened.blocks if isinstance(block, UserBlock)])
        self._has_blocks = bool(opened.blocks)
        self.set_class(not opened.blocks, "-new")

    def _apply(self, changes: tuple[Change, ...]) -> None:
        if not changes:
            return
        transcript = self.query_one(TranscriptView)
        transcript.apply(changes)
        touched = dict.fromkeys(_block_of(change) for change in changes)
        self.query_one(ActivityLog).put([transcript.blocks[place] for place in touched])
        self._has_blocks = True
        self.remove_class("-new")

    def _show_status(self, status: Status) -> None:
        self._status = status
        self.query_one(Header).status = status
        self.query_one(Welcome).status = status
        self.query_one(Standing).status = status
        self.query_one(Footer).status = status

    def _give_back(self, text: str) -> None:
        if not self.query_one(Prompt).give_back(text):
            self.notify("What was not sent is kept: press ↑ in the first line of the prompt.", severity="warning", markup=False)

    # What the person does

    @on(Prompt.Sent)
    def send_the_prompt(self, event: Prompt.Sent) -> None:
        """Says it; an empty Enter goes on with what was interrupted."""
        event.stop()
        if event.text:
            self.query_one(Footer).early += self._status.phase == "opening"
            self.query_one(TranscriptView).follow = True
            self.post_message(self.Said(event.text))
        elif self._status.phase == "interrupted":
            self.post_message(self.GoingOnWanted())

    @on(ActivityLog.Chosen)
    def show_the_block(self, event: ActivityLog.Chosen) -> None:
        """Goes to the place in the transcript; a log that lies over it is put away."""
        event.stop()
        if self._form.is_overlay:
            self._wants_activity = None
            self._arrange(self._form)
        self.query_one(TranscriptView).go_to(event.block_id)
        self.query_one(TranscriptView).focus()

    @on(TranscriptView.FollowChanged)
    def label_what_is_below(self, event: TranscriptView.FollowChanged) -> None:
        """Says that there is more, and how much of it is new."""
        event.stop()
        self.query_one(Standing).unseen = None if event.follow else event.new_count

    @on(TranscriptView.LinkClicked)
    def show_the_address(self, event: TranscriptView.LinkClicked) -> None:
        """Shows where a link leads; nothing is opened."""
        event.stop()
        self.notify(safe_line(event.href), title="Link", markup=False)

    def action_stop(self) -> None:
        """Stops the run."""
        self.post_message(self.StopWanted())

    def action_to_prompt(self) -> None:
        """Back to where one writes."""
        if self._form.is_overlay and self._form.shows_activity:
            self.action_activity()
        self.query_one(Prompt).focus()

    def action_approvals(self) -> None:
        """Opens the dialog again."""
        self.post_message(self.ApprovalsWanted())

    def action_activity(self) -> None:
        """Shows the log, which takes the keys, or hides it."""
        self._wants_activity = not self._form.shows_activity
        self._arrange(self._form)
        if self._form.shows_activity:
            self.query_one(ActivityLog).focus()
        elif self.focused is None or self.focused is self.query_one(ActivityLog):
            self.query_one(Prompt).focus()

    def action_page(self, by: int) -> None:
        """Scrolls the transcript while one writes."""
        shown = self.query_one(TranscriptView if self._has_blocks else Welcome)
        if by < 0:
            shown.action_page_up()
        else:
            shown.action_page_down()

    def action_to_start(self) -> None:
        """To the first message."""
        self.query_one(TranscriptView).action_scroll_home()

    def action_to_end(self) -> None:
        """To the last line, and on with it."""
        self.query_one(TranscriptView).action_scroll_end()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """Only what can be done now has a key."""
        match action:
            case "stop":
                return self._status.phase == "running"
            case "approvals":
                return bool(self._pending.calls)
            case "page":
                return isinstance(self.focused, Prompt)
            case _:
                return True

    # The form

    @property
    def _form(self) -> Form:
        return self._form_for(self.size)

    def _form_for(self, size: Size) -> Form:
        return Form(size.width, size.height, self._wants_activity, self._settings.activity)

    def on_resize(self, event: events.Resize) -> None:
        """Finds the form for the new size."""
        was_overlay = Form(event.size.width, event.size.height, self._wants_activity).is_overlay
        if was_overlay != self.has_class("-overlay"):
            self._wants_activity = None
        self._arrange(self._form)

    def _arrange(self, form: Form) -> None:
        was_too_small = self.has_class("-too-small")
        self.set_class(form.is_too_small, "-too-small")
        self.set_class(form.is_overlay, "-overlay")
        log = self.query_one(ActivityLog)
        log.display = form.shows_activity
        log.styles.width = max(1, form.log_width)
        for rule in self.query(Rule):
            rule.set_class(form.shows_activity, "-covered")
            rule.junction = form.junction
        if was_too_small and not form.is_too_small and self.focused is None:
            self.query_one(Prompt).focus()  # everything was hidden, and what had the keys lost them


def _block_of(change: Change) -> int:
    return change.id if isinstance(change, BlockExtended) else change.block.id
