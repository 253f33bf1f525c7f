"""The chat: header, transcript, activity log, prompt and footer in one frame.

It is told what the chat published (`take`) and posts what the person wants; what comes of that is the app's affair.
"""

from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static, TextArea

from agentchat.chat.front import Opened
from agentchat.chat.safe_text import safe_line
from agentchat.chat.status import Pending, Status
from agentchat.chat.transcript.blocks import UserBlock
from agentchat.chat.transcript.changes import Change
from agentchat.config.settings import Settings
from agentchat.runtime.ports.clock import Clock
from agentchat.tui.bridge import Delivery
from agentchat.tui.commands import Said, completed, offered, understood
from agentchat.tui.keys import Hint
from agentchat.tui.screens.arranged import ArrangedScreen
from agentchat.tui.screens.form import LEAST_COLUMNS, LEAST_ROWS
from agentchat.tui.screens.talk import Talk
from agentchat.tui.start import Start
from agentchat.tui.transcript.widget import TranscriptView
from agentchat.tui.widgets.activity import ActivityLog
from agentchat.tui.widgets.ask import Ask
from agentchat.tui.widgets.footer import Footer
from agentchat.tui.widgets.header import Header
from agentchat.tui.widgets.offers import Offers
from agentchat.tui.widgets.prompt import Prompt
from agentchat.tui.widgets.rule import Rule
from agentchat.tui.widgets.standing import Standing
from agentchat.tui.widgets.welcome import Welcome


class ChatScreen(ArrangedScreen):
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
        Binding("ctrl+f", "search", "search", show=False, priority=True),
        Binding("alt+up", "jump(-1)", "your message before", show=False, priority=True),
        Binding("alt+down", "jump(1)", "your next message", show=False, priority=True),
        Binding("tab", "complete", "next pane; in a command, complete it", show=False),
        Binding("shift+tab", "app.focus_previous", "previous pane", show=False),
    ]

    class Said(Message):
        """The person says something."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Commanded(Message):
        """The person gives a command."""

        def __init__(self, said: Said) -> None:
            super().__init__()
            self.said = said

    class StopWanted(Message):
        """The person wants the run to stop."""

    class GoingOnWanted(Message):
        """The person wants the interrupted run to go on."""

    class ApprovalsWanted(Message):
        """The person wants to decide about the calls that wait."""

    def __init__(self, start: Start, settings: Settings, clock: Clock, *, keys: tuple[Hint, ...]) -> None:
        super().__init__(settings)
        self._start = start
        self._clock = clock
        self._keys = keys
        self._status = start.status
        self._pending = Pending()
        self._has_blocks = bool(start.blocks)
        self.set_class(not start.blocks, "-new")  # later all styles would be worked out once more, 5 ms before the first frame

    def compose(self) -> ComposeResult:
        """From the top to the bottom, as the frame is drawn."""
        yield Header()
        yield Rule("┌", "┬", "┐", titles=("transcript", "activity"))
        with Horizontal(id="middle"):
            yield Talk(self._start.version, self._keys, self._settings, self._clock)
            yield ActivityLog()
        yield Rule("├", "┴", "┤")
        yield Standing(self._clock, classes="-empty")
        yield Offers(classes="-empty")
        yield Ask()
        yield Footer(self._clock, animated=self._settings.animations and not self._settings.plain)
        yield Static(f"Enlarge the terminal: agentchat needs {LEAST_COLUMNS}x{LEAST_ROWS}", id="enlarge", markup=False)

    def on_mount(self) -> None:
        """Shows what is known before the chat stands, in the form that it will have: the first frame is a whole one."""
        self.take_form(self.app.size)  # pyright: ignore[reportUnknownMemberType] - an untyped App
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

    def empty_the_prompt(self) -> None:
        """What stood in it is kept elsewhere; one writes anew."""
        self.query_one(Prompt).text = ""
        self.query_one(Prompt).focus()

    def wait_for_another_chat(self) -> None:
        """The chat ends, and another one comes in its place."""
        self.warn("")
        self.query_one(Header).called = ""
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
        self.query_one(ActivityLog).take(changes, transcript.blocks)
        self._has_blocks = True
        self.remove_class("-new")

    def call_it(self, title: str) -> None:
        """The person gave the conversation this name; the chat, which opened it under another, goes on."""
        self.query_one(Header).called = title.strip()

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
        """Says it; an empty Enter goes on with what was interrupted, or asks what is to be made of its calls first."""
        event.stop()
        if event.text.startswith("/"):
            self._command(event.text)
        elif event.text:
            self.query_one(Footer).early += self._status.phase == "opening"
            self.query_one(TranscriptView).follow = True
            self.post_message(self.Said(event.text))
        elif self._status.phase == "interrupted":
            self.post_message(self.ApprovalsWanted() if self._pending.unsettled else self.GoingOnWanted())

    def _command(self, text: str) -> None:
        """Posts it; a text that is no command stays where it was written, and it is said why."""
        said = understood(text, self._status)
        if isinstance(said, str):
            self.query_one(Prompt).give_back(text)
            self.notify(said, severity="warning", markup=False)
        else:
            self.post_message(self.Commanded(said))

    @on(TextArea.Changed)
    def offer_commands(self, event: TextArea.Changed) -> None:
        """While one is typed."""
        self.query_one(Offers).offers = offered(event.text_area.text, self._status)

    def action_complete(self) -> None:
        """As far as what is offered agrees; where nothing is, to the next pane."""
        prompt = self.query_one(Prompt)
        if prompt.has_focus and self.query_one(Offers).offers:
            prompt.text = completed(prompt.text, self._status)
            prompt.move_cursor(prompt.document.end)
        else:
            self.focus_next()

    @on(ActivityLog.Chosen)
    def show_the_block(self, event: ActivityLog.Chosen) -> None:
        """Goes to the place in the transcript; a log that lies over it is put away."""
        event.stop()
        self.put_overlay_away()
        self.query_one(TranscriptView).go_to(event.block_id)
        self.query_one(TranscriptView).focus()

    @on(TranscriptView.FollowChanged)
    def label_what_is_below(self, event: TranscriptView.FollowChanged) -> None:
        """Says that there is more, and how much of it is new."""
        event.stop()
        self.query_one(Standing).unseen = None if event.follow else event.news

    def action_stop(self) -> None:
        """Stops the run."""
        self.post_message(self.StopWanted())

    def action_to_prompt(self) -> None:
        """Back to where one writes."""
        self.put_overlay_away()
        self.query_one(Talk).stop_searching()
        self.query_one(Prompt).focus()

    def action_approvals(self) -> None:
        """Opens the dialog again."""
        self.post_message(self.ApprovalsWanted())

    def action_page(self, by: int) -> None:
        """Scrolls the transcript while one writes."""
        self.query_one(Talk).page(by)

    async def action_search(self) -> None:
        """In the transcript."""
        await self.query_one(Talk).search()

    def action_jump(self, by: int) -> None:
        """From one message of the person to the next."""
        self.query_one(TranscriptView).jump(by)

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
                return bool(self._pending.questions)
            case "page":
                return isinstance(self.focused, Prompt | Input)
            case "search" | "jump":
                return self._has_blocks
            case _:
                return True
