"""The line in which one searches the transcript. It is there while one does."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static


class SearchLine(Horizontal):
    """Tells what is looked for as it is typed; shows what was found."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,up", "walk(-1)", "hit above", priority=True),
        Binding("down", "walk(1)", "hit below", priority=True),
        Binding("escape", "close", "end the search"),
    ]
    DEFAULT_CSS = """
    SearchLine {
        height: 1;
        & > Static { width: auto; max-width: 50%; }
        & > Input {
            width: 1fr;
            height: 1;
            border: none;
            padding: 0;
            background: transparent;
            &:focus { border: none; background-tint: transparent; }
        }
    }
    """

    class Changed(Message):
        """Another text is looked for."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Walked(Message):
        """To the next hit, or the one before."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    class Closed(Message):
        """Nothing is looked for any more."""

    def __init__(self) -> None:
        super().__init__()
        self._text = Input(placeholder="Search the conversation", compact=True, select_on_focus=False)
        self._text.cursor_blink = False
        self._found = Static(id="found", markup=False)

    def compose(self) -> ComposeResult:
        """What is looked for, then what was found."""
        yield Static("/ ", markup=False)
        yield self._text
        yield self._found

    def focus_text(self) -> None:
        """Takes the keys."""
        self._text.focus()

    def on_mount(self) -> None:
        """One can type at once."""
        self.focus_text()
        self.show_what_was_found(number=0, total=0, is_done=True)

    def show_what_was_found(self, *, number: int, total: int, is_done: bool) -> None:
        """After each step of the search."""
        nothing = Content.styled(" esc closes", "$foreground-muted")
        self._found.update(found_text(number, total, is_done=is_done) if self._text.value else nothing)

    @on(Input.Changed)
    def look_for_it(self, event: Input.Changed) -> None:
        """As it is typed."""
        event.stop()
        self.post_message(self.Changed(event.value))

    def action_walk(self, by: int) -> None:
        """Goes from hit to hit."""
        self.post_message(self.Walked(by))

    def action_close(self) -> None:
        """Ends the search."""
        self.post_message(self.Closed())


def found_text(number: int, total: int, *, is_done: bool) -> Content:
    """`3 of 17`, and the keys; … while there is more to be read."""
    if not total:
        return Content.styled(" not found" if is_done else " …", "$text-warning" if is_done else "$foreground-muted")
    count = f" {number:,} of {total:,}{'' if is_done else ' …'}"
    return Content.styled(count, "bold") + Content.styled(" · ↑ ↓ · esc", "$foreground-muted")
