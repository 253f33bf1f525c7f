"""The trust screen: what a project's agents.toml would do, and whether it may.

The same rules hold as for an approval: a key decides when the whole list was on the screen and the person had time to read it. What
is trusted is the content that was listed and no other.
"""

from pathlib import PurePath
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from agentchat.chat.safe_text import exact_line, safe_line
from agentchat.tui.approval.box import Labels
from agentchat.tui.approval.call_text import CallText, Page
from agentchat.tui.approval.frame import warning_of
from agentchat.tui.approval.key_line import KeyHint
from agentchat.tui.approval.reading import ReadingScreen
from agentchat.tui.approval.seen import Seen
from agentchat.tui.bridge import Untrusted


class TrustScreen(ReadingScreen[bool]):
    """Closes with the person's word: True trusts the file."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t,T,shift+t", "trust", "trust the file and use it"),
        Binding("n,N,shift+n,escape", "refuse", "not now"),
    ]

    def __init__(self, file: Untrusted) -> None:
        super().__init__()
        self._file = file

    def on_mount(self) -> None:
        """Shows the list."""
        text = trust_text(self._file)
        self.show_text(text, Seen(text.text))
        self.fit_box()

    def labels(self) -> Labels:
        """Which file it is about, and the keys."""
        deed = "load its team" if self._file.is_team else "tell the agents"
        keys = (KeyHint("t", f"trust it and {deed}", "trust", works=self.is_read), KeyHint("n", "not now", "no"))
        name = safe_line(PurePath(self._file.path).name)
        return Labels(Content(f"{name} of this project needs your trust"), warning_of(self.text), keys)

    def action_trust(self) -> None:
        """Trusts the file, once the whole list was on the screen."""
        if self.may_allow():
            self.dismiss(True)

    def action_refuse(self) -> None:
        """Leaves the file alone; it is asked about again the next time."""
        self.dismiss(False)


_DIGITS = 16
"""Of the digest, to be compared with; what is trusted is bound to all of it."""


_WITHOUT_A_TEAM = "the built-in team answers, and the file's ask and deny rules hold"
_WITHOUT_NOTES = "the agents are not told of it"


def trust_text(file: Untrusted) -> CallText:
    """The file and all that it would do, line by line. Other contents of a file never read the same."""
    page = Page()
    page.line((exact_line(file.path), "tool"))
    page.line((f"sha256 {exact_line(file.digest[:_DIGITS])}", "quiet"))
    page.line()
    column = max((len(_place(line)) for line, _ in file.needs), default=0)
    for line, sentence in file.needs:
        page.line((f"{_place(line):<{column}}", "name"), f"  {exact_line(sentence)}")
    page.line()
    page.line(("Trust is for exactly this content; when the file changes you are asked again.", "quiet"))
    page.line((f"Until you trust it {_WITHOUT_A_TEAM if file.is_team else _WITHOUT_NOTES}.", "quiet"))
    return page.written((file.path, *(sentence for _, sentence in file.needs)), prose=len(page))


def _place(line: int | None) -> str:
    return "" if line is None else f"line {line}"
