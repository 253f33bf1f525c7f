"""A person's yes on the controlling terminal, typed out.

Not on standard input: what is piped in was typed by nobody. What was typed before the question stood there is thrown away.
"""

import os
import signal
import termios
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from agentchat.config.errors import Unusable

WORD = "approve"
"""What has to be typed."""

_FEWEST_COLUMNS, _FEWEST_LINES = 20, 6
"""In less nobody could be expected to read a call."""


class ControllingTerminal:
    """The terminal that this process belongs to. Raises Unusable where there is none."""

    def __init__(self, path: str = "/dev/tty") -> None:
        """The path is that of the terminal of whatever process asks."""
        try:
            self._fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
        except OSError:
            raise Unusable("Approving needs a terminal, and somebody at it who reads the call; run this command in one.") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        os.close(self._fd)

    @property
    def columns(self) -> int:
        """How wide a row can be. Raises Unusable where there is no room to read."""
        size = os.get_terminal_size(self._fd)
        if size.columns < _FEWEST_COLUMNS or size.lines < _FEWEST_LINES:
            raise Unusable("The terminal is too small to read a call in it; enlarge it.")
        return size.columns

    def confirms(self, rows: Sequence[str], question: str) -> bool:
        """Shows the rows and asks; True when the word was typed out and nothing else."""
        return self.answer_to(rows, question) == WORD

    def answer_to(self, rows: Sequence[str], question: str) -> str:
        """Shows the rows, a screenful at a time, and asks; what was typed, "" from someone who left."""
        page = os.get_terminal_size(self._fd).lines - 3
        try:
            with _interruptible():
                for start in range(0, len(rows), page):
                    end = min(start + page, len(rows))
                    self._write("".join(f"{row}\n" for row in rows[start:end]))
                    if end < len(rows) and self._answer(f"-- {start + 1}-{end} of {len(rows)} lines; enter shows more, q leaves: ") == "q":
                        return ""
                return self._answer(question)
        except KeyboardInterrupt:
            self._write("\n")
            return ""

    def _answer(self, question: str) -> str:
        """What is typed in answer to it, after everything above it was drawn."""
        termios.tcflush(self._fd, termios.TCIFLUSH)
        self._write(question)
        line = b""
        while not line.endswith(b"\n"):
            piece = os.read(self._fd, 1024)
            if not piece:
                self._write("\n")
                raise KeyboardInterrupt  # the end of what can be typed: nobody answers any more
            line += piece
        return line.decode("utf-8", "replace").strip()

    def _write(self, text: str) -> None:
        data = memoryview(text.encode("utf-8", "backslashreplace"))
        while data:
            data = data[os.write(self._fd, data) :]
        termios.tcdrain(self._fd)


@contextmanager
def _interruptible() -> Generator[None]:
    """Ctrl+c ends the waiting for an answer; an event loop would only note it until the next enter."""
    old = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, old)
