"""Looking at things: a list on the left, and on the right the pages of the one that is chosen, to be searched and copied.

The inspector (what models were asked and said) and the team (who is in it, with what) are two of these. The screen asks for pages by
message and is told them; it knows no chat.
"""

import time
from typing import ClassVar, Literal, TypeAlias

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static

from agentchat.chat.inspecting.pages import Entry, Mark, Page
from agentchat.chat.safe_text import safe_line
from agentchat.tui.widgets.long_page import LongPage

Kind: TypeAlias = Literal["turns", "team"]

_MARKS: dict[Mark, tuple[str, str]] = {
    "": (" ", ""),
    "now": ("▸", "$text-accent"),
    "good": (" ", ""),
    "bad": ("!", "$text-error"),
    "kept": ("·", "$foreground-disabled"),
}


class BrowseScreen(ModalScreen[None]):
    """Any number of things."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "turn(-1)", "page before"),
        Binding("right", "turn(1)", "next page"),
        Binding("pageup", "scroll(-1)", "scroll up", priority=True),
        Binding("pagedown", "scroll(1)", "scroll down", priority=True),
        Binding("tab", "app.focus_next", "list, text"),
        Binding("slash", "search", "search"),
        Binding("n", "walk(1)", "next hit"),
        Binding("N,shift+n", "walk(-1)", "hit before"),
        Binding("c", "copy", "copy the page"),
        Binding("escape", "close", "close"),
        Binding("q,f2,f3", "dismiss", "close"),
    ]
    DEFAULT_CSS = """
    BrowseScreen {
        align: center middle;
        & > Horizontal {
            border: round $primary; border-title-color: $text-primary; border-subtitle-color: $foreground-muted; background: $surface;
        }
        & OptionList {
            width: 32%; max-width: 40; height: 1fr; border: none; border-right: solid $foreground-disabled;
            padding: 0; background: $surface; scrollbar-size-vertical: 1;
            &:focus { border: none; border-right: solid $primary; background-tint: transparent; }
        }
        & Vertical { width: 1fr; }
        & #pages { height: 1; padding: 0 1; }
        & LongPage { background: $surface; }
        & Input { height: 1; border: none; padding: 0 1; background: $boost; display: none; }
        &.-searching Input { display: block; }
    }
    """

    class PagesWanted(Message):
        """The person looks at this thing."""

        def __init__(self, screen: "BrowseScreen", key: str) -> None:
            super().__init__()
            self.screen = screen
            self.key = key

    class CopyWanted(Message):
        """The person wants the page in the clipboard."""

        def __init__(self, text: str, what: str) -> None:
            super().__init__()
            self.text = text
            self.what = what

    def __init__(self, title: str, kind: Kind, entries: tuple[Entry, ...], *, chosen: int = 0) -> None:
        """`chosen` is the one that is shown first; there is one at least."""
        super().__init__()
        self.kind: Kind = kind
        """What the things are."""
        self._title = title
        self._entries = entries
        self._chosen: int = chosen
        self._pages: tuple[Page, ...] = ()
        self._shown = ""
        """The key of the thing whose pages are shown."""
        self._page = ""
        """The name of the page that is shown: it stays when another thing is chosen."""

    def compose(self) -> ComposeResult:
        """The list, then the page."""
        with Horizontal() as box:
            box.border_title = Content(self._title)
            yield OptionList(*map(_line, self._entries), markup=False)
            with Vertical():
                yield Static(id="pages", markup=False)
                yield LongPage()
                yield Input(placeholder="Search this page", compact=True)

    def on_mount(self) -> None:
        """Shows the first one."""
        self.query_one(Input).cursor_blink = False
        self.query_one(OptionList).highlighted = self._chosen
        self.query_one(OptionList).focus()
        self._label()

    def show(self, key: str, pages: tuple[Page, ...]) -> None:
        """These are the pages of the thing with that key; too late when another one was chosen meanwhile."""
        if key != self._entries[self._chosen].key:
            return
        is_same, self._shown = key == self._shown, key
        self._pages = pages
        if self._page not in {page.name for page in pages}:
            self._page = pages[0].name
        self._show_the_page(stays=is_same)

    def renew(self, entries: tuple[Entry, ...]) -> None:
        """These are the things by now; the one that is looked at stays."""
        if entries == self._entries or not entries:
            return
        before = self._entries[self._chosen]
        keys = [entry.key for entry in entries]
        self._entries, self._chosen = entries, keys.index(before.key) if before.key in keys else len(entries) - 1
        listed = self.query_one(OptionList)
        with listed.prevent(OptionList.OptionHighlighted):
            listed.clear_options().add_options(map(_line, entries))
            listed.highlighted = self._chosen
        if entries[self._chosen] != before:
            self.post_message(self.PagesWanted(self, entries[self._chosen].key))

    # What the person does

    @on(OptionList.OptionHighlighted)
    def choose(self, event: OptionList.OptionHighlighted) -> None:
        """Asks for its pages."""
        event.stop()
        self._chosen = event.option_index
        self.post_message(self.PagesWanted(self, self._entries[self._chosen].key))

    def action_turn(self, by: int) -> None:
        """To the page beside."""
        names = [page.name for page in self._pages]
        if names:
            self._page = names[(names.index(self._page) + by) % len(names)]
            self._show_the_page()

    def action_scroll(self, by: int) -> None:
        """The text, wherever the keys are."""
        self.query_one(LongPage).page(by)

    def action_search(self) -> None:
        """Opens the line in which one searches."""
        self.add_class("-searching")
        self.query_one(Input).focus()

    @on(Input.Changed)
    def look_for_it(self, event: Input.Changed) -> None:
        """As it is typed."""
        event.stop()
        self.query_one(LongPage).look_for(event.value)
        self._label()

    @on(Input.Submitted)
    def read_on(self, event: Input.Submitted) -> None:
        """The keys go to the text; what was found stays marked."""
        event.stop()
        self.query_one(LongPage).focus()

    def action_walk(self, by: int) -> None:
        """From hit to hit."""
        self.query_one(LongPage).walk(by)
        self._label()

    def action_copy(self) -> None:
        """The whole page, as it came."""
        self.post_message(self.CopyWanted(self.query_one(LongPage).text, f"the page “{self._page}”"))

    def action_close(self) -> None:
        """The search first, then the screen."""
        if not self.has_class("-searching"):
            self.dismiss()
            return
        self.remove_class("-searching")
        self.query_one(Input).value = ""
        self.query_one(OptionList).focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """While one types what is looked for, letters are letters."""
        is_typing = isinstance(self.focused, Input)
        return not is_typing or action in {"close", "scroll", "app.focus_next"}

    def _show_the_page(self, *, stays: bool = False) -> None:
        page = next(page for page in self._pages if page.name == self._page)
        self.query_one(LongPage).show(page.text, stays=stays)
        self._label()

    def _label(self) -> None:
        names = (Content.styled(f" {page.name} ", "reverse" if page.name == self._page else "$foreground-muted") for page in self._pages)
        self.query_one("#pages", Static).update(Content(" ").join(names))
        number, total = self.query_one(LongPage).found
        found = f"{number} of {total} lines · n N · " if total else "not found · " if self.query_one(Input).value else ""
        self.query_one(Horizontal).border_subtitle = Content(f"{found}← → page · pgup pgdn · / search · c copy · esc close")




def _line(entry: Entry) -> Content:
    sign, style = _MARKS[entry.mark]
    at = "" if entry.at is None else time.strftime("%H:%M:%S ", time.localtime(entry.at))
    detail = f"  {safe_line(entry.detail)}" if entry.detail else ""
    name = safe_line(entry.label) or "(unknown)"
    begin = Content.styled(f"{sign} ", style) + Content.styled(at, "$foreground-disabled")
    return begin + Content(name) + Content.styled(detail, "$foreground-muted")
