"""How a command ended, as the model is told."""

import difflib
import errno
import os
import re
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

from agentchat.tools.commands.processes import Ending, Exited, Lost, NotStarted, TimedOut
from agentchat.tools.failures import ToolFailed
from agentchat.tools.wording import quoted

_ALIKE = 0.75
"""How near another program's name must come to be offered."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A program that was to be started, and where."""

    program: str
    folder: Path
    environment: Mapping[str, str]

    def refused(self, number: int) -> ToolFailed:
        """Why it was not started, with what to do; `number` is the operating system's."""
        match number:
            case errno.ENOENT:
                return ToolFailed(self._missing())
            case errno.EACCES if (self.folder / self.program).is_file():
                hint = f'it is not executable; give its interpreter, such as ["sh", "{self.program}"], or make it so first.'
                return ToolFailed(f"{quoted(self.program)} cannot be run: {hint}")
            case errno.ENOEXEC:
                hint = "it is no program, and no script whose first line names an interpreter, such as #!/bin/sh."
                return ToolFailed(f"{quoted(self.program)} cannot be run: {hint}")
            case errno.E2BIG:
                return ToolFailed(f"{quoted(self.program)} cannot be run: the arguments are too long; put them into a file.")
            case _:
                return ToolFailed(f"{quoted(self.program)} cannot be run: {os.strerror(number).lower()}.")

    def _missing(self) -> str:
        what = f"There is no program {quoted(self.program)}"
        if re.search(r"\s", self.program):
            return f'{what}; give the program and each argument as a string of its own, such as ["ls", "-l"].'
        if "/" in self.program:
            return f"{quoted(self.program)} cannot be run: it, or the interpreter that it names, does not exist."
        close = difflib.get_close_matches(self.program, _programs(self.environment.get("PATH", "")), n=1, cutoff=_ALIKE)
        if close:
            return f"{what}; did you mean {quoted(close[0])}?"
        return f"{what}; words of the shell, such as cd, need run_shell."


def told(text: str, ending: Ending, attempt: Attempt, *, seconds: float) -> str:
    """An output with a note how the command ended; a ToolFailed where it did not come to its own end. `seconds` was its time limit."""
    match ending:
        case Exited():
            return with_note(text, ending_words(ending))
        case TimedOut(alive):
            raise ToolFailed(with_note(text, f"ended after {seconds:g} s, its time limit{_alive(alive)}"))
        case NotStarted(number):
            raise attempt.refused(number)
        case Lost():
            raise ToolFailed(with_note(text, LOST))
        case _:
            assert_never(ending)


LOST = "the command was ended from outside; how far it came is not known"
"""Of a command whose guardian was killed."""


def ending_words(ending: Exited) -> str:
    """How it came to its own end: "exit status 0"."""
    return f"{_status(ending.status)}{_left(ending.left)}{_alive(ending.alive)}"


def with_note(text: str, note: str) -> str:
    """An output with a note below it."""
    if not text:
        return f"[no output; {note}]"
    return f"{text}[{note}]" if text.endswith("\n") else f"{text}\n[{note}]"


def _status(status: int) -> str:
    if status >= 0:
        return f"exit status {status}"
    named = {one.value: one.name for one in signal.Signals}
    return f"ended by {named.get(-status, f'signal {-status}')}"


def _left(left: int) -> str:
    return f"; {_processes(left)} that it left running {'was' if left == 1 else 'were'} ended" if left else ""


def _alive(alive: int) -> str:
    return f"; {_processes(alive)} could not be ended" if alive else ""


def _processes(number: int) -> str:
    return f"{number} process" if number == 1 else f"{number} processes"


def _programs(path: str) -> list[str]:
    """The names of what can be run without a path."""
    names = set[str]()
    for folder in path.split(os.pathsep):
        with suppress(OSError):
            names.update(program.name for program in Path(folder).iterdir())
    return sorted(names)
