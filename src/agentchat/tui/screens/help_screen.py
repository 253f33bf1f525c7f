"""The help: every key, made from the bindings themselves, so that it cannot say what is not so."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from agentchat.tui.keys import Hint


class HelpScreen(ModalScreen[None]):
    """Any of the usual keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1,q,enter", "dismiss", "close")]
    DEFAULT_CSS = """
    HelpScreen {
        align: center middle;
        & > VerticalScroll {
            width: 64;
            max-width: 100%;
            height: auto;
            max-height: 100%;
            padding: 0 2;
            border: round $primary;
            border-title-color: $text-primary;
            background: $surface;
            scrollbar-size-vertical: 1;
        }
    }
    """

    def __init__(self, sections: tuple[tuple[str, tuple[Hint, ...]], ...]) -> None:
        super().__init__()
        self._sections = sections

    def compose(self) -> ComposeResult:
        """One text in a box that scrolls."""
        with VerticalScroll() as box:
            box.border_title = Content("Keys · esc closes")
            yield Static(help_text(self._sections), markup=False)


def help_text(sections: tuple[tuple[str, tuple[Hint, ...]], ...]) -> Content:
    """The keys of each part of the screen under its name."""
    parts: list[Content] = []
    for title, hints in sections:
        lines = [Content.styled(f"  {hint.key:<16}", "$text-accent") + Content(hint.does) for hint in hints]
        parts.append(Content("\n").join([Content.styled(title, "bold"), *lines]))
    return Content("\n\n").join(parts)
