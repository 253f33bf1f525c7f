"""The driver between Textual and a real terminal: Textual's own for Linux and macOS, with input and file descriptors ours.

What it adds: the time of a key is never later than the key was typed; a key knows whether it came alone; a paste is one event,
whatever is in it; bytes that are no UTF-8 are replaced; a closed terminal is reported and kills nothing; and the terminal can be
asked to say that it has drawn everything so far. For that it needs a few names that Textual does not promise; `missing_names`
looks for them before a terminal is entrusted to this driver.
"""

import codecs
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar
from weakref import WeakSet

from textual import events
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from agentchat.runtime.ports.clock import Clock
from agentchat.tui.terminal.fds import Terminal
from agentchat.tui.terminal.input_bytes import Pasted, PasteSplitter, Piece, TtyReader, Typed, is_cut_short
from agentchat.tui.terminal.receipts import Receipts, Witness, ignore_answer

POSITION_REQUEST = "\x1b[6n"


@dataclass(frozen=True, slots=True)
class Wiring:
    """What a driver is given by us; Textual builds it and passes only its own things on."""

    terminal: Terminal
    clock: Clock
    hung_up: Callable[[], None]
    """Called on the event loop when the terminal was closed."""


class TtyDriver(Witness, LinuxDriver):
    """Draws to a `Terminal` and reads from it. A subclass that `driver_for` makes says which."""

    wiring: ClassVar[Wiring]

    def __init__(
        self,
        app: App[object],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size or self._get_terminal_size())  # pyright: ignore[reportUnknownMemberType] - an untyped App
        self.clock = self.wiring.clock
        self.receipts = Receipts()
        self.crowd = WeakSet()
        self._file = self.wiring.terminal.out
        self.fileno = self.wiring.terminal.in_fd
        self.input_tty = os.isatty(self.fileno)
        self._has_the_screen = False

    def start_application_mode(self) -> None:
        """Takes the screen over, and asks at once for the position, to find out whether this terminal answers.

        Textual also calls it when the process goes on after a SIGSTOP, of which nobody was told before. Everything is set up then:
        a second input thread would take keys from the first, and our own line settings would be kept as those to be restored.
        """
        if self._has_the_screen:
            return
        self._has_the_screen = True
        super().start_application_mode()
        self.acknowledge(ignore_answer)

    def resume_application_mode(self) -> None:
        """Takes the screen again after a stop, and draws all of it: the shell was there, and nothing of ours may be left."""
        super().resume_application_mode()
        self._loop.call_soon_threadsafe(self._draw_all)

    def stop_application_mode(self) -> None:
        """Gives the screen back."""
        self._has_the_screen = False
        super().stop_application_mode()

    def write(self, data: str) -> None:
        """Hands the data to the writer thread; outside application mode there is none, and nothing to draw."""
        self.frames += 1
        if self._writer_thread is not None:
            self._writer_thread.write(data)

    def ask_position(self) -> None:
        """Writes the request behind everything that was written before it."""
        self.write(POSITION_REQUEST)

    def process_message(self, message: Message) -> None:
        """Takes the answers out of the input. On the loop they stand before every key that was read after them."""
        if isinstance(message, events.CursorPosition):
            self._loop.call_soon_threadsafe(self.receipts.answered, self.clock.monotonic())
        else:
            super().process_message(message)

    def run_input_thread(self) -> None:
        """Reads until the application leaves or the terminal is closed."""
        reader = TtyReader(self.fileno, self.clock.monotonic)
        paste = PasteSplitter()
        keys = KeyParser(debug=self._debug)
        last_since = self.clock.monotonic()
        while not self.exit_event.is_set():
            read = reader.read()
            if read is None:
                late = [*keys.tick(), *keys.parse(paste.idle(self.clock.monotonic()))]
                self._emit(late, last_since)
            elif read.data:
                last_since = read.since
                pieces = paste.feed(_completed(read.data, reader), self.clock.monotonic())
                self._emit([*keys.parse(pieces), *keys.tick()], read.since)
            else:
                self._loop.call_soon_threadsafe(self.wiring.hung_up)
                return

    def _draw_all(self) -> None:
        self._app.refresh(layout=True)

    def _emit(self, arrived: list[Message], since: float) -> None:
        crowded = sum(map(_can_decide, arrived)) > 1
        for message in arrived:
            if isinstance(message, (events.InputEvent, events.Paste)):
                message.time = since
                if crowded:
                    self.crowd.add(message)
            self.process_message(message)

    def _get_terminal_size(self) -> tuple[int, int]:
        """Of the terminal that is drawn to; Textual would ask the standard output, which is the log."""
        try:
            width, height = os.get_terminal_size(self.wiring.terminal.out_fd)
        except OSError:
            width, height = 0, 0
        return width or 80, height or 24


class KeyParser:
    """Textual's parser of keys and mouse, which malformed sequences can kill, made to survive them."""

    def __init__(self, *, debug: bool) -> None:
        self._debug = debug
        self._parser = XTermParser(debug)
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode

    def parse(self, pieces: Iterable[Piece]) -> list[Message]:
        """The events of these pieces, in order."""
        return [event for piece in pieces for event in self._events_of(piece)]

    def tick(self) -> list[Message]:
        """What turns out to be complete because nothing followed it, as an escape key."""
        return self._survivors(self._parser.tick())

    def _events_of(self, piece: Piece) -> list[Message]:
        match piece:
            case Typed(data):
                text = self._decode(data)
                return self._survivors(self._parser.feed(text)) if text else []
            case Pasted(data):
                return [events.Paste(_lines_of(data))]

    def _survivors(self, stream: Iterable[Message]) -> list[Message]:
        """The events up to a sequence that the parser cannot stand; that one is dropped with the rest of its read."""
        arrived: list[Message] = []
        try:
            for message in stream:
                if not _is_surrogate(message):
                    arrived.append(message)  # noqa: PERF401 - what came before an error must be kept
        except (ValueError, OverflowError):
            self._parser = XTermParser(self._debug)
        return arrived


def _lines_of(pasted: bytes) -> str:
    """The text of a paste, with line breaks as we have them: terminals paste a carriage return, which is what Enter sends."""
    text = pasted.decode("utf-8", "replace").replace("\x00", "")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _completed(data: bytes, reader: TtyReader) -> bytes:
    """The read, and what follows it at once where it may end within the mark of a paste."""
    while is_cut_short(data):
        more = reader.read_the_rest()
        if not more:
            break
        data += more
    return data


def _can_decide(message: Message) -> bool:
    """Whether the event is of those of which a decision must be the only one; the mouse moves all the time."""
    return isinstance(message, (events.InputEvent, events.Paste)) and not isinstance(message, events.MouseMove)


def _is_surrogate(message: Message) -> bool:
    """A key that is half a character, which no text can hold."""
    return isinstance(message, events.Key) and any("\ud800" <= char <= "\udfff" for char in message.key)
