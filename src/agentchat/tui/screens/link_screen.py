"""The question before a link is opened: the whole address, and nothing that a key typed too early could open.

The text of a link says what its author wants; here stands where it leads.
"""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from agentchat.chat.safe_text import safe_line
from agentchat.tui.key_guard import GuardedScreen
from agentchat.tui.transcript.address import Address, NoAddress, address_of


class LinkScreen(GuardedScreen[None]):
    """Walks through the links that one block has."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "open", "open in the browser"),
        Binding("c", "copy", "copy the address"),
        Binding("left", "walk(-1)", "link before"),
        Binding("right", "walk(1)", "next link"),
        Binding("escape,q", "dismiss", "close"),
    ]
    DEFAULT_CSS = """
    LinkScreen {
        align: center middle;
        & > VerticalScroll {
            width: 80;
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

    class OpeningWanted(Message):
        """The person has read the address and wants it opened."""

        def __init__(self, address: Address) -> None:
            super().__init__()
            self.address = address

    class CopyWanted(Message):
        """The person wants the address in the clipboard."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, hrefs: tuple[str, ...]) -> None:
        super().__init__()
        self._hrefs = hrefs
        self._place = 0

    def compose(self) -> ComposeResult:
        """One text in a box that scrolls."""
        with VerticalScroll():
            yield Static(id="address", markup=False)

    def on_mount(self) -> None:
        """Shows the first one."""
        super().on_mount()
        self._show()

    @property
    def address(self) -> Address | NoAddress:
        """The one that is shown."""
        return address_of(self._hrefs[self._place])

    def action_walk(self, by: int) -> None:
        """Shows another one, which has to be read anew."""
        self._place = (self._place + by) % len(self._hrefs)
        self._show()
        self.restart_the_wait()

    def action_open(self) -> None:
        """Opens what is shown."""
        address = self.address
        if isinstance(address, Address):
            self.post_message(self.OpeningWanted(address))
            self.dismiss()

    def action_copy(self) -> None:
        """Copies what is shown."""
        address = self.address
        self.post_message(self.CopyWanted(address.text if isinstance(address, Address) else safe_line(self._hrefs[self._place])))
        self.dismiss()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now has a key."""
        match action:
            case "open":
                return isinstance(self.address, Address)
            case "walk":
                return len(self._hrefs) > 1
            case _:
                return super().check_action(action, parameters)

    def _show(self) -> None:
        box = self.query_one(VerticalScroll)
        box.border_title = Content("Link" if len(self._hrefs) == 1 else f"Link {self._place + 1} of {len(self._hrefs)}")
        self.query_one("#address", Static).update(link_text(self.address, self._hrefs[self._place], walks=len(self._hrefs) > 1))


def link_text(address: Address | NoAddress, href: str, *, walks: bool) -> Content:
    """The address, what to mind about it, and the keys."""
    keys = [("c", "copy"), *([("← →", "other links")] if walks else []), ("esc", "close")]
    match address:
        case Address(text, host, warning):
            before, _, behind = text.partition(host)
            lines = [Content(before) + Content.styled(host, "bold") + Content(behind)]
            lines += [Content.styled(f"! {warning}", "$text-warning")] if warning else []
            keys.insert(0, ("o", "open in the browser"))
        case NoAddress(why):
            lines = [Content(safe_line(href)), Content.styled(f"✗ {why}", "$text-error")]
    hints = Content(" · ").join(Content.styled(key, "$text-accent") + Content(f" {does}") for key, does in keys)
    return Content("\n").join([Content(), *lines, Content(), hints, Content()])
