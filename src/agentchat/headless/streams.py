"""The process's standard streams, kept for the program itself.

What a tool, a library or a child process prints must not come between the words of an answer, and none of them may read what was piped
in. So the answer goes to a duplicate of file descriptor 1, which then leads to where 2 leads, and 0 is empty.
"""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager

_WIDEST = 120
"""Characters of a line about what happens, where there is no terminal with a width."""


class Streams:
    """Where the answer goes, and where the lines about what happens go. Nothing that happens to a reader makes a write raise."""

    def __init__(self, out: int, err: int) -> None:
        """The file descriptors."""
        self._out, self._err = out, err
        self.out_is_terminal = os.isatty(out)
        self._both_are_terminals = self.out_is_terminal and os.isatty(err)
        self._at_line_start = True
        self.failure: OSError | None = None
        """Why the answer cannot be written any more: nobody reads it, or there is no room for it."""

    @property
    def width(self) -> int:
        """How long a line about what happens may be."""
        try:
            return max(20, os.get_terminal_size(self._err).columns - 1)
        except OSError:
            return _WIDEST

    def answer(self, text: str) -> None:
        """Writes a piece of the answer, at once."""
        if text and self.failure is None:
            self.failure = _write(self._out, text)
            self._at_line_start = text.endswith("\n")

    def end_line(self) -> None:
        """The answer goes on in a new line, unless it stands at the start of one."""
        if not self._at_line_start:
            self.answer("\n")

    def say(self, line: str) -> None:
        """Writes a line about what happens; where it would be drawn behind a piece of the answer, below that."""
        if self._both_are_terminals:
            self.end_line()
        _write(self._err, f"{line}\n")


@contextmanager
def kept_streams() -> Generator[Streams]:
    """The process's own, for as long as the block lasts; then 0 and 1 lead again to where they led."""
    _flush()
    saved, err = (os.dup(0), os.dup(1)), os.dup(2)
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.dup2(2, 1)
    try:
        yield Streams(saved[1], err)
    finally:
        _flush()
        for fd, before in enumerate(saved):
            os.dup2(before, fd)
        for fd in (*saved, err, empty):
            os.close(fd)


def _write(fd: int, text: str) -> OSError | None:
    """Writes all of the text, or gives what is in the way of it."""
    data = memoryview(text.encode("utf-8", "backslashreplace"))
    try:
        while data:
            data = data[os.write(fd, data) :]
    except OSError as error:
        return error
    return None


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            continue  # nobody reads it any more
