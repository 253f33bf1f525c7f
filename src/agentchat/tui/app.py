"""The application: brings the chat and the screen together, opens dialogs, and leaves in order."""

import os
import sys
import traceback
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.filter import LineFilter, Monochrome
from textual.screen import Screen
from textual.widgets import TextArea

from agentchat.chat.safe_text import safe_line
from agentchat.chat.status import Pending
from agentchat.config.settings import Settings
from agentchat.runtime.ports.clock import Clock
from agentchat.tui.asking import Asking
from agentchat.tui.bridge import Bridge, Connect, Delivery, Untrusted
from agentchat.tui.commanding import Commanded
from agentchat.tui.garbage import Garbage
from agentchat.tui.keys import described, shown_bindings
from agentchat.tui.no_colours import NoColours, is_colourless
from agentchat.tui.output_filter import ControlFilter, plain_console
from agentchat.tui.screens.chat_screen import ChatScreen
from agentchat.tui.start import Outcome, Start
from agentchat.tui.taking_over import TakingOver
from agentchat.tui.terminal.choice import driver_for
from agentchat.tui.terminal.fds import Terminal
from agentchat.tui.terminal.headless import HeadlessTerminal
from agentchat.tui.themes import DARK, THEMES
from agentchat.tui.trusting import Trusting
from agentchat.tui.widgets.ask import Ask
from agentchat.tui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from agentchat.tui.approval.rules_screen import RulesScreen
    from agentchat.tui.approval.screen import ApprovalScreen
    from agentchat.tui.questions.screen import QuestionScreen

UNUSABLE = 2
"""The exit status when the chat could not be opened."""
_LOOK_EVERY = 0.5
"""Seconds between two looks at what other processes do with the conversation."""
_REST = 1.0
"""Seconds after the end of a run in which nothing is tidied up: what was said is looked at, and somebody may begin to type."""
_SECOND_PRESS = 3.0
"""Seconds within which a second ctrl+c leaves."""


class ChatApp(Commanded[None]):
    """Runs until the person leaves, or the chat cannot be opened."""

    TITLE = "agentchat"
    CSS_PATH = Path(__file__).with_name("chat.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+o", "sessions", "sessions"),
        Binding("ctrl+p", "command_palette", "commands"),
        Binding("f2", "inspect", "inspect what models were asked", show=False),
        Binding("f3", "agents", "see the team", show=False),
        Binding("ctrl+t", "take_over", "take over here", show=False, priority=True),
        Binding("f1", "help", "help"),
        Binding("ctrl+q", "quit", "quit", priority=True),
        Binding("ctrl+c", "quit_on_the_second", "copy what is selected; pressed twice, quit", show=False, priority=True),
    ]

    def __init__(
        self,
        start: Start,
        connect: Connect,
        *,
        clock: Clock,
        terminal: Terminal | HeadlessTerminal,
        settings: Settings,
        own_thread: bool = True,
    ) -> None:
        super().__init__(driver_class=driver_for(terminal, clock=clock, hung_up=lambda: self.leave(1)))
        self.error_console = plain_console(terminal.out if isinstance(terminal, Terminal) else sys.stderr)
        self.clock = clock
        self._settings = settings
        self.no_color = is_colourless(os.environ)
        self._put_colours_on()
        if settings.plain or not settings.animations:
            self.animation_level = "none"
        self.bridge = Bridge(connect, self, clock=clock, own_thread=own_thread)
        shown = [*shown_bindings(Prompt), *shown_bindings(ChatScreen), *shown_bindings(ChatApp)]
        self.chat_screen = ChatScreen(start, settings, clock, keys=described(shown))
        self.asking = Asking(self, self.bridge)
        self._taking_over = TakingOver(self.bridge, clock)
        self._early: list[str] = [start.message] if start.message else []
        """What was said before it was clear who answers."""
        self._typed_ahead: list[events.Key | events.Paste] = []
        self._is_drawn = False
        self._is_made = False
        self._may_say = False
        self._last_words = ""
        self._is_leaving = False
        self._keeps_prompt = False
        self._asked_at = float("-inf")
        self._garbage = Garbage()

    @property
    def outcome(self) -> Outcome:
        """How it was left, for the command line."""
        screen = self.chat_screen
        is_kept = (screen.has_blocks or self._keeps_prompt) and not screen.status.unsaved
        return Outcome(self.return_code or 0, screen.status.session_id, is_kept, self._last_words)

    # Textual's own questions

    def get_default_screen(self) -> Screen[None]:
        """The chat."""
        return self.chat_screen

    def get_line_filters(self) -> list[LineFilter]:
        """The second net under every text on the screen; and without colours, where they are not wanted."""
        own = [NoColours()] if self.no_color else []
        return [*(one for one in super().get_line_filters() if not isinstance(one, Monochrome)), *own, ControlFilter()]

    def _put_colours_on(self) -> None:
        """Before the style sheets are read: a change of the theme would read them all again."""
        for theme in THEMES:
            self.register_theme(theme)
        wanted = self._settings.theme
        self.set_reactive(ChatApp.theme, wanted if wanted in self.available_themes else DARK.name)
        self.stylesheet.set_variables(self.get_css_variables())

    def on_mount(self) -> None:
        """Says when the theme is not the one that was wished for."""
        wanted = self._settings.theme
        if wanted not in {"", self.theme}:
            self.notify(f"There is no theme {safe_line(wanted)!r}; ^p lists those that exist.", severity="warning", markup=False)
        self.set_interval(_LOOK_EVERY, self.bridge.refresh)

    async def on_event(self, event: events.Event) -> None:
        """Keys that are typed before the first frame wait for it; nothing could take them yet, and they would be lost."""
        if not self._is_drawn and isinstance(event, (events.Key, events.Paste)):
            self._typed_ahead.append(event)
        else:
            await super().on_event(event)

    async def on_ready(self) -> None:
        """The first frame was written: now the chat may be made, with everything heavy that it needs."""
        self._is_drawn = True
        for event in self._typed_ahead:
            await super().on_event(event)
        self._typed_ahead.clear()
        self._make_the_chat()

    def _make_the_chat(self) -> None:
        if not self._is_made:
            self._is_made = True
            self.bridge.start()

    # What the bridge tells

    def take(self, delivery: Delivery) -> None:
        """Shows what came from the chat."""
        self.chat_screen.take(delivery)
        if self._is_leaving:
            return
        self.look_again()
        self._taking_over.show(self.chat_screen.status)
        if delivery.opened is not None:
            self._garbage.after_start()
            if not delivery.opened.status.offline:
                self.bridge.warm_up()
        if delivery.pending is not None:
            self.asking.show(delivery.pending)
        if delivery.status is not None and delivery.status.phase != "running":
            self.set_timer(_REST, self._tidy_up)

    def _tidy_up(self) -> None:
        if self.chat_screen.status.phase != "running":
            self._garbage.at_rest()

    def chat_stands(self, untrusted: Untrusted | None) -> None:
        """Now somebody answers; in the place of a file's team only after the person has said what they think of that file."""
        if untrusted is None:
            self._say_what_waits()
        else:
            Trusting(self, self.chat_screen, self.asking).ask(untrusted, without=self._say_what_waits)

    def chat_failed(self, error: BaseException) -> None:
        """Without a chat there is nothing to do here."""
        self._last_words = _sentence(error)
        self.leave(UNUSABLE)

    def request_failed(self, error: BaseException) -> None:
        """Says what went wrong."""
        self.notify(safe_line(_sentence(error)), title="That did not work", severity="error", markup=False)

    # What the screen posts

    @on(ChatScreen.Said)
    def say(self, event: ChatScreen.Said) -> None:
        """To the agents."""
        self._early.append(event.text)
        if self._may_say:
            self._say_what_waits()

    @on(Ask.NamesWanted)
    def find_names(self, event: Ask.NamesWanted) -> None:
        """Of files that can go with a message."""
        connected = self.bridge.connected
        if connected is not None and (names_like := connected.names_like) is not None:
            self.bridge.fetch(lambda _: names_like(event.typed), partial(event.ask.offer, event.typed))

    @on(ChatScreen.StopWanted)
    def stop_the_run(self) -> None:
        """What was said so far is kept."""
        self.bridge.stop()

    @on(ChatScreen.GoingOnWanted)
    def go_on(self) -> None:
        """With the run that was interrupted."""
        self.bridge.proceed()

    def action_take_over(self) -> None:
        """Goes on here with a conversation that another process has."""
        self._taking_over.press()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now has a key."""
        return self.chat_screen.status.may_take_over if action == "take_over" else super().check_action(action, parameters)

    def live_with(self, connect: Connect) -> None:
        """With another chat in the place of this one, which ends."""
        self.asking.show(Pending())  # what waits in the chat that ends is asked about by the next one
        self.chat_screen.wait_for_another_chat()
        self.bridge.renew(connect, prompt=self.chat_screen.draft)

    def _say_what_waits(self) -> None:
        self._may_say = True
        while self._early:
            self.bridge.send(self._early.pop(0))

    # Approvals

    @on(ChatScreen.ApprovalsWanted)
    def open_the_dialog(self) -> None:
        """With every call that waits, also those that were put off."""
        self.asking.open()

    def on_approval_screen_decided(self, event: "ApprovalScreen.Decided") -> None:
        """Tells the chat."""
        self.asking.decide(event.key, event.decision)

    def on_question_screen_decided(self, event: "QuestionScreen.Decided") -> None:
        """Tells the chat."""
        self.asking.decide(event.key, event.decision)

    def on_rules_screen_withdrawn(self, event: "RulesScreen.Withdrawn") -> None:
        """Tells the chat."""
        self.bridge.withdraw_rule(event.kept)

    # Help, and leaving

    def action_help(self) -> None:
        """Every key."""
        # All dialogs are deferred to their first use: together 12 ms that the first frame need not wait for.
        from agentchat.tui.screens.help_screen import HelpScreen, all_keys

        self.push_screen(HelpScreen(all_keys(self.BINDINGS)))

    def action_quit_on_the_second(self) -> None:
        """Leaves when it is pressed twice; where something is selected the key copies."""
        focused = self.focused
        if self.screen.get_selected_text() or (isinstance(focused, TextArea) and focused.selected_text):
            raise SkipAction
        now = self.clock.monotonic()
        if now - self._asked_at <= _SECOND_PRESS:
            self.leave(0)
            return
        self._asked_at = now
        self.notify("Press ^c again to quit. Esc stops a run.", timeout=_SECOND_PRESS, markup=False)

    async def action_quit(self) -> None:
        """Leaves."""
        self.leave(0)

    def leave(self, status: int) -> None:
        """Ends the chat, which stops and saves, then the screen. A second call does nothing."""
        if not self._is_leaving:
            self._is_leaving = True
            self.run_worker(self._leave(status), group="leaving")

    async def _leave(self, status: int) -> None:
        self.bridge.hand_over()  # it may give a text back to the prompt
        unsent = "\n\n".join(text for text in (*self._early, self.chat_screen.draft) if text.strip())
        if unsent:
            self._make_the_chat()  # it alone can keep what was typed before the first frame
        self._keeps_prompt = await self.bridge.close(unsent) and bool(unsent)
        self.bridge.hand_over()
        self.exit(return_code=status)


def _sentence(error: BaseException) -> str:
    """An error of ours says itself what to do; of any other the log gets everything."""
    if type(error).__module__.startswith("agentchat."):
        return str(error)
    traceback.print_exception(error, file=sys.__stderr__)
    told = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return f"Something in the program failed ({told}); its log has the details."
