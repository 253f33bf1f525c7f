"""The help: every key, made from the bindings themselves, so that it cannot say what is not so."""

import textwrap
from collections.abc import Iterable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from agentchat.tui.approval.screen import ApprovalScreen
from agentchat.tui.commands import COMMANDS
from agentchat.tui.keys import Hint, described
from agentchat.tui.screens.browse_screen import BrowseScreen
from agentchat.tui.screens.chat_screen import ChatScreen
from agentchat.tui.screens.link_screen import LinkScreen
from agentchat.tui.screens.sessions_screen import SessionsScreen
from agentchat.tui.screens.trust_screen import TrustScreen
from agentchat.tui.transcript.widget import TranscriptView
from agentchat.tui.widgets.activity import ActivityLog
from agentchat.tui.widgets.prompt import Prompt
from agentchat.tui.widgets.search_line import SearchLine

_WIDTH = 64
_FRAME = 7
"""Columns for the border, the padding and the scrollbar."""
_KEYS = 18
"""Columns for the keys; what they do is kept to the right of them."""


class HelpScreen(ModalScreen[None]):
    """Any of the usual keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1,q,enter", "dismiss", "close")]
    DEFAULT_CSS = f"""
    HelpScreen {{
        align: center middle;
        & > VerticalScroll {{
            width: {_WIDTH};
            max-width: 100%;
            height: auto;
            max-height: 100%;
            padding: 0 2;
            border: round $primary;
            border-title-color: $text-primary;
            background: $surface;
            scrollbar-size-vertical: 1;
        }}
    }}
    """

    def __init__(self, sections: tuple[tuple[str, tuple[Hint, ...]], ...]) -> None:
        super().__init__()
        self._sections = sections

    def compose(self) -> ComposeResult:
        """One text in a box that scrolls."""
        with VerticalScroll() as box:
            box.border_title = Content("Keys · esc closes")
            yield Static(markup=False)

    def on_resize(self, event: events.Resize) -> None:
        """Lines are broken for the width that there is."""
        width = min(_WIDTH, event.size.width) - _FRAME
        self.query_one(Static).update(help_text(self._sections, width=width))


def all_keys(program: Iterable[BindingType]) -> tuple[tuple[str, tuple[Hint, ...]], ...]:
    """Every part of the program with its keys; `program` are those that hold everywhere."""
    return (
        ("Prompt", described(Prompt.BINDINGS)),
        ("Chat", described(ChatScreen.BINDINGS)),
        ("Transcript", described(TranscriptView.BINDINGS)),
        ("Search", described(SearchLine.BINDINGS)),
        ("Link", described(LinkScreen.BINDINGS)),
        ("Activity", described(ActivityLog.BINDINGS)),
        ("Inspector, team", described(BrowseScreen.BINDINGS)),
        ("Sessions", described(SessionsScreen.BINDINGS)),
        ("Commands", tuple(Hint(f"/{command.name}", command.does) for command in COMMANDS)),
        ("Approval", described(ApprovalScreen.BINDINGS)),
        ("Trust", described(TrustScreen.BINDINGS)),
        ("Program", described(program)),
    )


def help_text(sections: tuple[tuple[str, tuple[Hint, ...]], ...], *, width: int) -> Content:
    """The keys of each part of the screen under its name."""
    parts: list[Content] = []
    for title, hints in sections:
        lines = [Content.styled(f"  {hint.key:<16}", "$text-accent") + Content(_hanging(hint.does, width - _KEYS)) for hint in hints]
        parts.append(Content("\n").join([Content.styled(title, "bold"), *lines]))
    return Content("\n\n").join(parts)


def _hanging(text: str, width: int) -> str:
    return f"\n{'':{_KEYS}}".join(textwrap.wrap(text, max(1, width), break_on_hyphens=False))
