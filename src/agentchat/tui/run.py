"""Opens the screen on the process's own terminal, and leaves the terminal as it was, whatever happens."""

import asyncio
from pathlib import Path

from agentchat.config.settings import Settings
from agentchat.runtime.ports.clock import Clock
from agentchat.tui.app import ChatApp
from agentchat.tui.bridge import Connect
from agentchat.tui.start import Outcome, Start
from agentchat.tui.terminal.fds import Terminal
from agentchat.tui.terminal.signals import Signals


def run_screen(start: Start, connect: Connect, *, clock: Clock, settings: Settings, log: Path) -> Outcome:
    """Runs until the person leaves; what is printed meanwhile goes to the log."""
    with Terminal(log) as terminal:
        app = ChatApp(start, connect, clock=clock, terminal=terminal, settings=settings)
        asyncio.run(_run(app, terminal))
    return app.outcome


async def _run(app: ChatApp, terminal: Terminal) -> None:
    with Signals(leave=lambda number: app.leave(128 + number), by_force=terminal.restore_by_force):
        try:
            await app.run_async()
        finally:
            await app.bridge.close()  # a second time does nothing; the first is missing when the screen itself failed
