"""The process's own terminal, taken away from file descriptors 0, 1 and 2.

Whatever a tool, a library or a child process writes to its standard output would otherwise be painted over the screen, and a
child that reads its standard input would steal keys. So the screen is drawn to a duplicate of the terminal, 1 and 2 go to the
log, and 0 is empty. Duplicates are not inherited by children; one that shall have the terminal (an editor) gets `in_fd` and
`out_fd` by name.
"""

import os
import sys
import termios
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

RESTORE = (
    b"\x1b[?2026l"  # end of a synchronised update
    b"\x1b[?2004l\x1b[?7h"  # bracketed paste off, line wrap on
    b"\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l\x1b[?1004l\x1b[?2048l"  # no reports of mouse, focus, size
    b"\x1b[<u\x1b[?1049l\x1b[?25h\x1b[0m"  # plain keys, main screen, cursor, no colour
)
"""Everything that the driver switches on, off again: for leaving when the driver itself cannot do it any more."""


class Terminal:
    """Holds the terminal from its construction until `restore`; at most one at a time in a process."""

    def __init__(self, log: Path) -> None:
        self.in_fd = os.dup(0)
        """Where keys come from."""
        self.out_fd = os.dup(1 if os.isatty(1) else 2)
        """Where the screen is drawn to."""
        self.out = TtyFile(self.out_fd)
        self._attributes = _attributes_of(self.in_fd)
        self._saved: tuple[int, ...] = tuple(os.dup(fd) for fd in range(3))
        _flush_standard_streams()
        _point(1, 2, at=os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
        _point(0, at=os.open(os.devnull, os.O_RDONLY))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.restore()

    def restore(self) -> None:
        """Gives 0, 1 and 2 back, so that the last words of the program reach the terminal. A second call does nothing."""
        if not self._saved:
            return
        _flush_standard_streams()
        for fd, saved in enumerate(self._saved):
            os.dup2(saved, fd)
            os.close(saved)
        self._saved = ()

    def restore_by_force(self) -> None:
        """Makes the terminal usable without the help of the screen, from any thread, and without waiting for it."""
        with suppress(OSError):  # the terminal has gone, and with it what there was to restore
            os.set_blocking(self.out_fd, False)
            os.write(self.out_fd, RESTORE)
        if self._attributes is not None:
            with suppress(termios.error):
                termios.tcsetattr(self.in_fd, termios.TCSANOW, self._attributes)


class TtyFile:
    """What the driver's writer thread writes to. Nothing that happens to the terminal makes it raise.

    A writer thread that dies leaves a queue of 30 frames on which the event loop would then block for ever.
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._parts: list[str] = []
        self.gone = False
        """Whether the terminal was closed; what is written after that is dropped."""

    def fileno(self) -> int:
        """The descriptor of the terminal."""
        return self._fd

    def isatty(self) -> bool:
        """Always: there is no other use for it."""
        return True

    def write(self, text: str) -> int:
        """Keeps the text until `flush`."""
        self._parts.append(text)
        return len(text)

    def flush(self) -> None:
        """Writes everything that was kept, however often the terminal takes only a part of it."""
        data = memoryview("".join(self._parts).encode("utf-8", "replace"))
        self._parts.clear()
        while data and not self.gone:
            try:
                data = data[os.write(self._fd, data) :]
            except OSError:
                self.gone = True


def _attributes_of(fd: int) -> list[Any] | None:
    """The line settings of a terminal, in the form of `termios`; None where there are none."""
    try:
        return termios.tcgetattr(fd)
    except termios.error:
        return None


def _point(*fds: int, at: int) -> None:
    for fd in fds:
        os.dup2(at, fd)
    os.close(at)


def _flush_standard_streams() -> None:
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):  # nobody reads it any more
            stream.flush()
