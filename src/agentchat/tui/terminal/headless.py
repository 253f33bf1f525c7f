"""A terminal that is not there, for tests and pictures: it keeps the injected clock's time and answers as it is told.

The key guard works on it exactly as on a real one. Frames are rendered to the end, and dropped.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias
from weakref import WeakSet

from textual import events
from textual.app import App
from textual.drivers.headless_driver import HeadlessDriver
from textual.message import Message

from agentchat.runtime.ports.clock import Clock
from agentchat.tui.terminal.receipts import Receipts, Witness, ignore_answer

Answers: TypeAlias = Literal["prompt", "late", "never"]
"""When the terminal says that it has drawn: at once, when the test calls `answer`, or not at all."""


class HeadlessTerminal:
    """What a test holds in its hand."""

    def __init__(self, *, answers: Answers = "prompt") -> None:
        self.answers: Answers = answers
        self._requests: list[Callable[[], None]] = []

    def answer(self) -> None:
        """Answers everything that was asked so far and is still open."""
        requests, self._requests = self._requests, []
        for give in requests:
            give()

    def requested(self, give: Callable[[], None]) -> None:
        """The driver asks."""
        match self.answers:
            case "prompt":
                asyncio.get_running_loop().call_soon(give)
            case "late":
                self._requests.append(give)
            case "never":
                pass


@dataclass(frozen=True, slots=True)
class HeadlessWiring:
    """What the driver is given by the test."""

    terminal: HeadlessTerminal
    clock: Clock


class HeadlessTtyDriver(Witness, HeadlessDriver):
    """Draws to nowhere. A subclass that `driver_for` makes says for which terminal."""

    wiring: ClassVar[HeadlessWiring]

    def __init__(
        self,
        app: App[object],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self.clock = self.wiring.clock
        self.receipts = Receipts()
        self.crowd = WeakSet()

    @property
    def is_headless(self) -> bool:
        """False, so that the application draws every frame as it would on a real terminal."""
        return False

    def start_application_mode(self) -> None:
        """Sends the size, and asks for the position as the real driver does."""
        super().start_application_mode()
        self.acknowledge(ignore_answer)

    def write(self, data: str) -> None:  # noqa: ARG002 - there is nowhere to write to
        """Counts, and forgets."""
        self.frames += 1

    def ask_position(self) -> None:
        """Asks the terminal in the test's hand."""
        self.frames += 1
        self.wiring.terminal.requested(lambda: self.receipts.answered(self.clock.monotonic()))

    def send_message(self, message: Message) -> None:
        """Stamps what was typed with the clock of the test."""
        if isinstance(message, (events.InputEvent, events.Paste)):
            message.time = self.clock.monotonic()
        super().send_message(message)

    def send_together(self, *messages: events.InputEvent) -> None:
        """Types several things that arrive in one read."""
        for message in messages:
            self.crowd.add(message)
            message.set_sender(self._app)
            self.send_message(message)
