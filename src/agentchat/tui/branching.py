"""Saying something again, or otherwise: in a copy of the conversation that ends before it, so that nothing is lost."""

from typing import Protocol

from agentchat.chat.safe_text import safe_line
from agentchat.tui.bridge import Bridge, Connect
from agentchat.tui.screens.chat_screen import ChatScreen
from agentchat.tui.transcript.widget import TranscriptView


class Lives(Protocol):
    """An application that can go on with another chat."""

    def live_with(self, connect: Connect) -> None:
        """The present one ends."""
        ...


class Branching:
    """Brings the person from a conversation into a branch of it."""

    def __init__(self, app: Lives, screen: ChatScreen, bridge: Bridge) -> None:
        self._app, self._screen, self._bridge = app, screen, bridge

    def begin(self, wish: TranscriptView.BranchWanted) -> None:
        """Copies what stands before the message, and goes there; the message is sent again, or put into the prompt to be changed."""
        status = self._screen.status
        if status.phase in {"opening", "running", "stopping"}:
            self._refuse("Stop the run first (esc), then branch off.")
            return
        fork = None if self._bridge.connected is None else self._bridge.connected.fork
        if fork is None:
            self._refuse("This conversation is not saved, so it cannot branch off.")
            return
        origin = safe_line(status.session_id)

        def go_there(connect: Connect) -> None:
            self._app.live_with(connect)
            self._screen.empty_the_prompt()
            self._screen.notify(f"What was said before is kept: agentchat -r {origin}", title="This is a branch", markup=False)
            if not wish.edits:
                self._bridge.send(wish.text)

        self._bridge.fetch(lambda _: fork(before=wish.message, with_prompt=wish.edits), go_there)

    def _refuse(self, why: str) -> None:
        self._screen.notify(why, severity="warning", markup=False)
