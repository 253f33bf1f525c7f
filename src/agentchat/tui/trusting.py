"""Asking for trust in a project's file before anything in it counts. What was typed waits for the answer, and so do all other dialogs."""

from collections.abc import Callable
from pathlib import PurePath
from typing import Any, Protocol

from textual.screen import Screen

from agentchat.tui.asking import Asking
from agentchat.tui.bridge import Connect, Untrusted
from agentchat.tui.screens.chat_screen import ChatScreen


class Lives(Protocol):
    """An application that shows dialogs and can go on with another chat."""

    def push_screen(self, screen: Screen[bool], callback: Callable[[bool | None], None]) -> Any:
        """Shows the dialog; the callback gets the answer."""
        ...

    def live_with(self, connect: Connect) -> None:
        """The present one ends."""
        ...


class Trusting:
    """One question about one file."""

    def __init__(self, app: Lives, screen: ChatScreen, asking: Asking) -> None:
        self._app, self._screen, self._asking = app, screen, asking

    def ask(self, file: Untrusted, *, without: Callable[[], None]) -> None:
        """Goes on with what is in the file, or as it is `without` it."""
        # Deferred to its first use, as all dialogs are, see `tui.app`.
        from agentchat.tui.screens.trust_screen import TrustScreen

        instead = "the built-in team answers" if file.is_team else "the agents are not told of it"
        self._screen.warn(f"{PurePath(file.path).name} is not trusted: {instead}")
        self._asking.is_held = True

        def go_on(trusts: bool | None) -> None:  # noqa: FBT001 - Textual's signature
            self._asking.is_held = False
            if trusts:
                self._app.live_with(file.trust)
            else:
                without()
                self._asking.open_for_new_calls()

        self._app.push_screen(TrustScreen(file), go_on)
