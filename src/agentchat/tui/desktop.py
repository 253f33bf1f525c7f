"""What the reader takes out of the program: text into the clipboard, an address into the browser.

Both only at the person's own word. The clipboard is filled through the terminal (OSC 52), which works over ssh and needs no tool, and
through a tool of this desk where there is one, because not every terminal listens.
"""

import os
import sys
from threading import Thread
from typing import TYPE_CHECKING

from textual import on
from textual.app import ReturnType

from agentchat.tui.clipboard import copy_command, run_copy, without_controls
from agentchat.tui.key_guard import KeyGuard
from agentchat.tui.transcript.address import Address, has_browser, open_in_browser
from agentchat.tui.transcript.widget import TranscriptView

if TYPE_CHECKING:
    from agentchat.tui.screens.link_screen import LinkScreen

_SAID_FOR = 2.0
"""Seconds that it is said that something was copied."""


class Desktop(KeyGuard[ReturnType]):
    """An application that knows the desk it runs on."""

    def copy_to_clipboard(self, text: str) -> None:
        """Every way of copying comes here, Textual's own as well."""
        safe = without_controls(text)
        super().copy_to_clipboard(safe)
        command = copy_command(os.environ, sys.platform)
        if command is not None and not self.is_headless:
            # Nobody waits for it: it has two seconds, and what it cannot do the terminal may have done.
            Thread(target=run_copy, args=(command, safe), name="clipboard", daemon=True).start()

    @on(TranscriptView.CopyWanted)
    def copy_from_the_transcript(self, event: TranscriptView.CopyWanted) -> None:
        """Says what was copied, because it cannot be seen."""
        self.copy_to_clipboard(event.text)
        self.notify(f"Copied {event.what}.", timeout=_SAID_FOR, markup=False)

    @on(TranscriptView.LinksWanted)
    def ask_about_the_link(self, event: TranscriptView.LinksWanted) -> None:
        """Shows the whole address first."""
        # Deferred to its first use, as every dialog: the first frame need not wait for it.
        from agentchat.tui.screens.link_screen import LinkScreen

        self.push_screen(LinkScreen(event.addresses))

    def on_link_screen_opening_wanted(self, event: "LinkScreen.OpeningWanted") -> None:
        """Has the browser open it, or where there is none the clipboard have it."""
        if has_browser(os.environ, sys.platform):
            Thread(target=self._open, args=(event.address,), name="browser", daemon=True).start()
        else:
            self._copy_instead(event.address)

    def on_link_screen_copy_wanted(self, event: "LinkScreen.CopyWanted") -> None:
        """The address as it was shown."""
        self.copy_to_clipboard(event.text)
        self.notify("Copied the address.", timeout=_SAID_FOR, markup=False)

    def _open(self, address: Address) -> None:
        if not open_in_browser(address):
            self.call_later(self._copy_instead, address)

    def _copy_instead(self, address: Address) -> None:
        self.copy_to_clipboard(address.text)
        self.notify("No browser was found here; the address was copied instead.", markup=False)
