"""A real pseudo-terminal with a program on it: sends bytes, reads the screen through pyte, answers as a terminal does.

Every wait has a deadline and fails with what stood on the screen. Nothing runs in the background: output is read while one waits.
"""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte

DEADLINE = 15.0
"""Seconds; generous, because the machine may be busy. Nothing waits so long unless it fails."""

_POSITION_REQUEST = b"\x1b[6n"
_NOT_FOR_PYTE = re.compile(rb"\x1b\[[<>=?][0-9;]*\$?[a-zA-Z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[6n|\x1b\[[0-9;:]*m")
"""What it would draw as text, and colours, which nobody here looks at and which cost it more than all the rest."""
_CUT_SHORT = re.compile(rb"\x1b(?:\[[0-9;<>=?$]*|\][^\x07\x1b]*\x1b?)?\Z")


class PtyTerminal:
    """Runs a program until the end of the `with` block, which kills it if it is still there."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        columns: int = 80,
        rows: int = 24,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        answers: bool = True,
    ) -> None:
        self.answers = answers
        """Whether the terminal answers when it is asked for its cursor position."""
        self.answered: list[tuple[float, str]] = []
        """When it did so, as `time.monotonic` tells it, and what it showed then."""
        self.output = bytearray()
        """Everything that the program wrote."""
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._undrawn = b""
        self._lines: list[str] | None = None
        """The screen as it was read last; nothing when something was drawn since."""
        self._master, self._slave = pty.openpty()
        self._set_size(columns, rows)
        self._process = subprocess.Popen(
            argv,
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            cwd=cwd,
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(env or {})},
            preexec_fn=self._take_the_terminal,  # noqa: PLW1509 - only a child can make the terminal its own
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for fd in (self._master, self._slave):
            if fd >= 0:
                os.close(fd)
        self._master = self._slave = -1

    # What a person does

    def send(self, data: bytes) -> None:
        """Types; reads the output meanwhile, so that neither side can block the other."""
        rest = memoryview(data)
        deadline = time.monotonic() + DEADLINE
        os.set_blocking(self._master, False)
        while rest:
            assert time.monotonic() < deadline, f"the program does not read its input\n{self.text}"
            _, writable, _ = select.select([], [self._master], [], 0.05)
            if writable:
                rest = rest[os.write(self._master, rest[:4096]) :]
            self.read_for(0)
        os.set_blocking(self._master, True)

    def resize(self, columns: int, rows: int) -> None:
        """Drags the window to another size."""
        self._set_size(columns, rows)
        self._screen.resize(rows, columns)
        self._lines = None

    def hang_up(self) -> None:
        """Closes the window."""
        for fd in (self._master, self._slave):
            os.close(fd)
        self._master = self._slave = -1

    def kill(self, number: signal.Signals) -> None:
        """Sends the program a signal."""
        self._process.send_signal(number)

    def wipe(self) -> None:
        """Clears the screen, as a shell does that has the terminal meanwhile."""
        self.read_for(0)
        self._screen.reset()
        self._lines = None

    def is_stopped(self) -> bool:
        """Whether the program was stopped and does not go on."""
        return "\nState:\tT" in Path(f"/proc/{self._process.pid}/status").read_text()

    # What a person sees

    @property
    def lines(self) -> list[str]:
        """The screen, row by row."""
        if self._lines is None:
            # Not pyte's own `display`, which measures each character anew; behind a wide one stands an empty cell.
            buffer, columns = self._screen.buffer, range(self._screen.columns)
            self._lines = ["".join(buffer[y][x].data for x in columns).rstrip() for y in range(self._screen.lines)]
        return self._lines

    @property
    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.lines)

    @property
    def asked(self) -> int:
        """How often the program asked for the cursor's position, and was answered by a terminal that answers."""
        return self.output.count(_POSITION_REQUEST)

    @property
    def is_cooked(self) -> bool:
        """Whether the line settings are those of a shell: lines are edited, and keys echoed."""
        flags = termios.tcgetattr(self._slave)[3]
        return bool(flags & termios.ICANON and flags & termios.ECHO)

    def read_for(self, seconds: float) -> None:
        """Reads and draws for so long. For tests in which the passing of time itself matters."""
        end = time.monotonic() + seconds
        while True:
            left = max(0.0, end - time.monotonic())
            readable, _, _ = select.select([self._master], [], [], min(left, 0.05))
            if readable and not self._read():
                return
            if left == 0.0 and not readable:
                return

    def wait_until(self, condition: Callable[[], bool], *, deadline: float = DEADLINE) -> None:
        """Reads and draws until the condition holds."""
        end = time.monotonic() + deadline
        while not condition():
            assert time.monotonic() < end, f"waited {deadline} s in vain; the screen:\n{self.text}"
            self.read_for(0.02)

    def wait_for(self, text: str, *, deadline: float = DEADLINE) -> None:
        """Waits until the text stands on the screen."""
        end = time.monotonic() + deadline
        while text not in self.text:
            assert time.monotonic() < end, f"no {text!r} within {deadline} s; the screen:\n{self.text}"
            assert self._process.poll() is None or self._has_more(), f"the program ended without {text!r}:\n{self.text}"
            self.read_for(0.02)

    def wait_for_exit(self, *, deadline: float = DEADLINE) -> int:
        """Waits until the program ends; its status, negative for a signal."""
        end = time.monotonic() + deadline
        while self._process.poll() is None:
            assert time.monotonic() < end, f"still running after {deadline} s; the screen:\n{self.text}"
            if self._master < 0:
                time.sleep(0.02)
            else:
                self.read_for(0.02)
        if self._master >= 0:
            self.read_for(0)
        return self._process.returncode

    def _read(self) -> bool:
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:
            return False
        self.output += data
        self._draw(data)
        if self.answers:
            for _ in range(data.count(_POSITION_REQUEST)):
                cursor = self._screen.cursor
                self.answered.append((time.monotonic(), self.text))
                os.write(self._master, b"\x1b[%d;%dR" % (cursor.y + 1, cursor.x + 1))
        return bool(data)

    def _draw(self, data: bytes) -> None:
        """Feeds pyte, which draws the sequences that it does not know, and cannot be given half of one."""
        self._lines = None
        data = self._undrawn + data
        cut = _CUT_SHORT.search(data)
        self._undrawn = data[cut.start() :] if cut else b""
        self._stream.feed(_NOT_FOR_PYTE.sub(b"", data[: cut.start()] if cut else data))

    def _has_more(self) -> bool:
        readable, _, _ = select.select([self._master], [], [], 0)
        return bool(readable)

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    @staticmethod
    def _take_the_terminal() -> None:
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
