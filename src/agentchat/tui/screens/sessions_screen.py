"""The saved conversations: to find one by what was said in it, to open it, to name it, to copy it, to take it away.

The screen posts what the person wants and is told what is there (`show`); the file is the app's affair.
"""

from typing import ClassVar, Literal, TypeAlias

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static

from agentchat.chat.safe_text import safe_line
from agentchat.chat.shelf import Shelved
from agentchat.runtime.ports.clock import Clock
from agentchat.tui.screens.session_lines import Placed, in_branches, line_of

Task: TypeAlias = Literal["search", "rename", "delete"]
Deed: TypeAlias = Literal["open", "fork", "delete"]

_HINTS: dict[Task, str] = {
    "search": "⏎ open · ^n new · ^r rename · ^f fork · ^d delete · esc close",
    "rename": "⏎ keep the name · esc leave it",
    "delete": "y delete it for good · n keep it",
}


class SessionsScreen(ModalScreen[None]):
    """What is typed is looked for; the arrows choose."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "conversation above", priority=True),
        Binding("down", "move(1)", "conversation below", priority=True),
        Binding("pageup", "move(-10)", "ten above", priority=True, show=False),
        Binding("pagedown", "move(10)", "ten below", priority=True, show=False),
        Binding("enter", "take", "open", priority=True),
        Binding("ctrl+n", "new", "new conversation", priority=True),
        Binding("ctrl+r", "rename", "rename", priority=True),
        Binding("ctrl+f", "fork", "fork", priority=True),
        Binding("ctrl+d", "delete", "delete", priority=True),
        Binding("y", "really_delete", "delete it for good"),
        Binding("escape,n", "leave", "close"),
        Binding("ctrl+o", "dismiss", "close"),
    ]
    DEFAULT_CSS = """
    SessionsScreen {
        align: center middle;
        & > Vertical {
            width: 100; max-width: 100%; height: 90%; padding: 0 1;
            border: round $primary; border-title-color: $text-primary; border-subtitle-color: $foreground-muted; background: $surface;
        }
        & Input { height: 1; border: none; padding: 0; background: $boost; }
        & #task { height: auto; color: $text-warning; display: none; }
        &.-rename #task, &.-delete #task { display: block; }
        & OptionList { height: 1fr; border: none; padding: 0; margin: 1 0 0 0; background: $surface; scrollbar-size-vertical: 1; }
    }
    """

    class ListWanted(Message):
        """The person looks for this; "" for all."""

        def __init__(self, screen: "SessionsScreen", words: str) -> None:
            super().__init__()
            self.screen = screen
            self.words = words

    class NewWanted(Message):
        """The person wants a new conversation."""

    class DeedWanted(Message):
        """The person wants something done with one of them."""

        def __init__(self, screen: "SessionsScreen", deed: Deed, session_id: str) -> None:
            super().__init__()
            self.screen = screen
            self.deed: Deed = deed
            self.session_id = session_id

    class Renamed(Message):
        """The person gives one of them another name."""

        def __init__(self, screen: "SessionsScreen", session_id: str, title: str) -> None:
            super().__init__()
            self.screen = screen
            self.session_id = session_id
            self.title = title

    def __init__(self, current: str, clock: Clock) -> None:
        """`current` is the id of the conversation that is open here."""
        super().__init__()
        self._current = current
        self._clock = clock
        self._listed: tuple[Placed, ...] = ()
        self._doing: Task = "search"
        self._words = ""

    def compose(self) -> ComposeResult:
        """What is looked for, then what was found."""
        with Vertical() as box:
            box.border_title = Content("Conversations")
            yield Static(id="task", markup=False)
            yield Input(placeholder="Search titles and everything that was said", compact=True, select_on_focus=False)
            yield OptionList(markup=False)

    def on_mount(self) -> None:
        """Asks for all of them."""
        self.query_one(Input).cursor_blink = False
        self.query_one(OptionList).can_focus = False
        self.query_one(Input).focus()
        self._begin("search")
        self.look_again()

    def show(self, words: str, shelved: tuple[Shelved, ...]) -> None:
        """This was found; too late when something else is looked for meanwhile."""
        if words != self._words:
            return
        chosen = self.chosen
        self._listed = in_branches(shelved)
        listed = self.query_one(OptionList)
        listed.clear_options().add_options(self._options())
        ids = [placed.one.entry.session_id for placed in self._listed]
        wanted = chosen.entry.session_id if chosen is not None else self._current
        if ids:
            listed.highlighted = ids.index(wanted) if wanted in ids else 0

    def on_resize(self) -> None:
        """Each on one line."""
        listed = self.query_one(OptionList)
        for number, prompt in enumerate(self._options() if listed.option_count else ()):
            listed.replace_option_prompt_at_index(number, prompt)

    def _options(self) -> list[Content]:
        width = self.query_one(OptionList).scrollable_content_region.width
        return [line_of(placed, current=self._current, width=width, now=self._clock.now()) for placed in self._listed]

    def look_again(self) -> None:
        """The file has changed, or something else is looked for."""
        self.post_message(self.ListWanted(self, self._words))

    @property
    def chosen(self) -> Shelved | None:
        """The one that a key is about."""
        number = self.query_one(OptionList).highlighted
        return self._listed[number].one if number is not None and number < len(self._listed) else None

    # What the person does

    @on(Input.Changed)
    def look_for_it(self, event: Input.Changed) -> None:
        """As it is typed."""
        event.stop()
        if self._doing == "search" and event.value != self._words:
            self._words = event.value
            self.look_again()

    @on(OptionList.OptionSelected)
    def open_the_clicked(self, event: OptionList.OptionSelected) -> None:
        """A click opens."""
        event.stop()
        self._do("open")

    def action_move(self, by: int) -> None:
        """Chooses another one."""
        listed = self.query_one(OptionList)
        if self._listed:
            listed.highlighted = max(0, min(len(self._listed) - 1, (listed.highlighted or 0) + by))

    def action_take(self) -> None:
        """Opens it, or keeps its new name."""
        chosen = self.chosen
        if self._doing == "rename" and chosen is not None:
            self.post_message(self.Renamed(self, chosen.entry.session_id, self.query_one(Input).value))
            self._begin("search")
        elif self._doing == "search":
            self._do("open")

    def action_new(self) -> None:
        """Leaves for a new conversation."""
        self.post_message(self.NewWanted())

    def action_fork(self) -> None:
        """Copies it."""
        self._do("fork")

    def action_rename(self) -> None:
        """Asks for the name."""
        if self.chosen is not None:
            self._begin("rename")

    def action_delete(self) -> None:
        """Asks first."""
        if self.chosen is not None:
            self._begin("delete")

    def action_really_delete(self) -> None:
        """It was asked, and the answer is yes."""
        self._do("delete")
        self._begin("search")

    def action_leave(self) -> None:
        """Leaves what was begun, else the screen."""
        if self._doing == "search":
            self.dismiss()
        else:
            self._begin("search")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """One thing at a time."""
        match self._doing:
            case "search":
                return action != "really_delete"
            case "rename":
                return action in {"take", "leave"}
            case "delete":
                return action in {"really_delete", "leave"}

    def _do(self, deed: Deed) -> None:
        if self.chosen is not None:
            self.post_message(self.DeedWanted(self, deed, self.chosen.entry.session_id))

    def _begin(self, task: Task) -> None:
        """The line is for searching, for a name, or for nothing but a yes."""
        self._doing = task
        self.set_class(task == "rename", "-rename")
        self.set_class(task == "delete", "-delete")
        title = safe_line(self.chosen.entry.title) if self.chosen is not None else ""
        line = self.query_one(Input)
        line.value = title if task == "rename" else self._words
        line.cursor_position = len(line.value)
        self.set_focus(None if task == "delete" else line)
        asks = f"Rename “{title}”:" if task == "rename" else f"Delete “{title}” for good? y deletes it."
        self.query_one("#task", Static).update(Content(asks))
        self.query_one(Vertical).border_subtitle = Content(_HINTS[task])
        self.refresh_bindings()
