"""A program on a pseudo-terminal, watched with a clock: when bytes go in, and when bytes come out.

It draws nothing: a terminal emulator in here would take the processor from the program that is measured. So what is waited for must
be bytes that the program writes in one piece: a word in one style, or a single letter. It answers the requests for the cursor's
position, as terminals do.
"""

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

DEADLINE = 60.0
"""Seconds after which a wait is given up."""
_POSITION_REQUEST = b"\x1b[6n"
_LONGEST = 64
"""No text that is waited for has more bytes."""


class PtyProbe:
    """Runs a program until the end of the `with` block, which kills it. Times are those of `time.monotonic`."""

    def __init__(self, argv: Sequence[str], *, env: Mapping[str, str], cwd: Path, columns: int = 120, rows: int = 40) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._last = b""
        """The end of what was read, because a text may be cut by a read."""
        self.began = time.monotonic()
        """When the program was launched."""
        self._process = subprocess.Popen(
            argv,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=cwd,
            env={**_outer_environment(), **env},
            start_new_session=True,
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    def type(self, text: str) -> float:
        """Types; gives when."""
        now = time.monotonic()
        os.write(self._master, text.encode())
        return now

    def read(self, until: float) -> tuple[bytes, float]:
        """What the program writes next, behind the end of what it wrote before, and when; nothing new when the time is up."""
        readable, _, _ = select.select([self._master], [], [], max(0.0, until - time.monotonic()))
        now = time.monotonic()
        if not readable:
            return b"", now
        try:
            data = os.read(self._master, 1 << 16)
        except OSError as error:
            raise EOFError(f"the program ended; it wrote last: {self._last!r}") from error
        seen = self._last + data
        self._last = seen[-_LONGEST:]
        for _ in range(data.count(_POSITION_REQUEST)):
            os.write(self._master, b"\x1b[1;1R")
        return seen, now

    def wait_for(self, text: str) -> float:
        """When the text was written."""
        wanted, deadline = text.encode(), time.monotonic() + DEADLINE
        while True:
            seen, now = self.read(deadline)
            if wanted in seen:
                return now
            if now >= deadline:
                raise TimeoutError(f"no {text!r} within {DEADLINE:.0f} s")

    def read_for(self, seconds: float) -> None:
        """Lets the program go on for so long. Some never fall silent: a cursor blinks."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read(end)

    def cpu_seconds(self) -> float:
        """Processor time of the program so far, where the system tells it; else not a number."""
        try:
            fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return float("nan")
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _outer_environment() -> dict[str, str]:
    """The environment without what changes how programs draw, or where models answer."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "AGENTCHAT_", "TEXTUAL", "PYTHON"))}
    kept.pop("NO_COLOR", None)
    return {**kept, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
