"""Which lines of a text match: a plain text here, a regular expression in a process of its own.

Python matches expressions by trying, and one like (a+)+$ tries for years, with the interpreter's lock held all the while. A process can be
ended; so the expressions of a model, which nobody looked at, are matched in `line_matcher.py`.
"""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from agentchat.tools.failures import ToolFailed
from agentchat.tools.wording import quoted

PATIENCE = 10.0
"""Seconds that all matching of one search may take."""

LONGEST_TEXT = 1_000
"""Characters that can be searched for."""

_MATCHER = Path(__file__).with_name("line_matcher.py")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a line must hold; refused when it cannot be looked for."""

    text: str
    regex: bool
    ignore_case: bool

    def __post_init__(self) -> None:
        if not self.text:
            raise ToolFailed("The text is empty; give what to look for, or use list_files to see what is there.")
        if len(self.text) > LONGEST_TEXT:
            raise ToolFailed(f"The text is longer than {LONGEST_TEXT} characters; look for a part of it.")
        if not self.regex and ("\n" in self.text or "\0" in self.text):
            raise ToolFailed("Files are searched line by line; look for a text without line breaks.")
        if self.regex:
            self._must_be_an_expression()

    def _must_be_an_expression(self) -> None:
        try:
            re.compile(self.text)
        except (re.error, RecursionError, OverflowError) as error:
            raise ToolFailed(f"{quoted(self.text)} is no regular expression: {error}. Mend it, or search without regex.") from None


@dataclass(frozen=True, slots=True)
class LinesFound:
    """A line that matches."""

    number: int
    """From 1."""
    text: str
    """Without its end."""


class Matcher:
    """Matches text after text, for one search. A context manager: it may hold a process."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._process: subprocess.Popen[bytes] | None = None
        self._timer: threading.Timer | None = None

    def __enter__(self) -> Self:
        if self._wanted.regex:
            self._process = _started(self._wanted)
            self._timer = threading.Timer(PATIENCE, self._process.kill)
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._process is not None:
            self._process.kill()
            self._process.communicate()

    def lines_in(self, text: str, at_most: int) -> Sequence[LinesFound]:
        """The first lines of a text that match."""
        lines = text.split("\n")
        numbers = self._plain(lines) if self._process is None else self._asked(self._process, text)
        return [LinesFound(number, lines[number - 1].removesuffix("\r")) for number in numbers[:at_most]]

    def _plain(self, lines: Sequence[str]) -> list[int]:
        if self._wanted.ignore_case:
            wanted = self._wanted.text.lower()
            return [number for number, line in enumerate(lines, start=1) if wanted in line.lower()]
        return [number for number, line in enumerate(lines, start=1) if self._wanted.text in line]

    def _asked(self, process: subprocess.Popen[bytes], text: str) -> list[int]:
        assert process.stdin is not None
        assert process.stdout is not None
        data = text.encode("utf-8", "surrogatepass")
        try:
            process.stdin.write(len(data).to_bytes(8, "big") + data)
            process.stdin.flush()
        except OSError:
            raise self._too_long() from None
        answer = process.stdout.readline()
        if not answer.endswith(b"\n"):
            raise self._too_long()
        return [int(number) for number in answer.split()]

    def _too_long(self) -> ToolFailed:
        return ToolFailed(f"Matching {quoted(self._wanted.text)} takes too long; give a simpler expression, or search without regex.")


def _started(wanted: Wanted) -> "subprocess.Popen[bytes]":
    """The process; it is given what it needs by its arguments, and texts by its input."""
    flags = re.IGNORECASE if wanted.ignore_case else 0
    try:
        return subprocess.Popen(  # noqa: S603 - no shell, and our own program
            [sys.executable, "-I", "-S", str(_MATCHER), os.fsencode(wanted.text).hex(), str(int(flags))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            start_new_session=True,
        )
    except (OSError, UnicodeEncodeError) as error:
        raise ToolFailed(f"{quoted(wanted.text)} cannot be searched for as an expression: {error}; search without regex.") from error
