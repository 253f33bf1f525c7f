"""A yes is a word that was typed after everything above it stood there."""

import fcntl
import os
import pty
import re
import select
import struct
import termios
import threading
from collections.abc import Iterator, Sequence

import pytest

from agentchat.config.errors import Unusable
from agentchat.headless.confirming import ControllingTerminal

QUESTION = 'Type "approve": '
MORE = re.compile(rb"-- (\d+)-(\d+) of (\d+) lines; enter shows more, q leaves: \Z")


class Person(threading.Thread):
    """Sits at the terminal, reads, and types an answer where something asks. Mutable: it keeps what was shown."""

    def __init__(self, master: int, answers: Sequence[bytes]) -> None:
        super().__init__(daemon=True)
        self.shown = b""
        self._master, self._answers, self._leave = master, iter(answers), os.pipe()

    def run(self) -> None:
        """Until the person is told to leave."""
        while self._master in select.select([self._master, self._leave[0]], [], [])[0]:
            self.shown += os.read(self._master, 1 << 16)
            if self.shown.endswith(QUESTION.encode()) or MORE.search(self.shown):
                os.write(self._master, next(self._answers, b"\n"))

    def leave(self) -> None:
        """Else the next test's terminal, which may get the same number, would have two people at it."""
        os.write(self._leave[1], b"x")
        self.join()
        for fd in self._leave:
            os.close(fd)


@pytest.fixture
def pair() -> Iterator[tuple[int, str]]:
    """The person's end of a terminal of 60 columns and 12 lines, and the path of the other end."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 12, 60, 0, 0))
    yield master, os.ttyname(slave)
    os.close(slave)
    os.close(master)


def confirmed(pair: tuple[int, str], rows: Sequence[str], *answers: bytes) -> tuple[bool, bytes]:
    master, path = pair
    person = Person(master, answers)
    person.start()
    try:
        with ControllingTerminal(path) as terminal:
            is_yes = terminal.confirms(rows, QUESTION)
    finally:
        person.leave()
    return is_yes, person.shown


@pytest.mark.parametrize(
    ("typed", "is_yes"), [(b"approve\n", True), (b"approved\n", False), (b"yes\n", False), (b"\n", False), (b"\x04", False)], ids=repr
)
def test_only_the_word_is_a_yes(pair: tuple[int, str], typed: bytes, is_yes: bool) -> None:
    assert confirmed(pair, ["a call"], typed)[0] is is_yes


def test_what_was_typed_before_the_call_stood_there_is_no_yes(pair: tuple[int, str]) -> None:
    os.write(pair[0], b"approve\n")
    assert confirmed(pair, ["a call"], b"no\n")[0] is False


def test_a_call_that_is_longer_than_the_terminal_is_shown_page_by_page(pair: tuple[int, str]) -> None:
    is_yes, shown = confirmed(pair, [f"row {number}" for number in range(1, 31)], b"\n", b"\n", b"\n", b"approve\n")
    pages = re.findall(rb"-- (\d+)-(\d+) of (\d+) lines", shown)
    assert (is_yes, pages) == (True, [(b"1", b"9", b"30"), (b"10", b"18", b"30"), (b"19", b"27", b"30")])
    assert re.findall(rb"row (\d+)", shown) == [str(number).encode() for number in range(1, 31)]


def test_who_leaves_before_the_end_says_no(pair: tuple[int, str]) -> None:
    is_yes, shown = confirmed(pair, ["row"] * 30, b"q\n")
    assert (is_yes, shown.count(b"row")) == (False, 9)


def test_where_nobody_could_read_nothing_is_asked(pair: tuple[int, str]) -> None:
    with ControllingTerminal(pair[1]) as terminal:
        assert terminal.columns == 60
        fcntl.ioctl(pair[0], termios.TIOCSWINSZ, struct.pack("HHHH", 3, 10, 0, 0))
        with pytest.raises(Unusable, match="The terminal is too small to read a call in it; enlarge it"):
            _ = terminal.columns
