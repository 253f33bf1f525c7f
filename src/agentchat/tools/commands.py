"""The tools that run commands in the working directory.

`run_command` takes a program and its arguments as they are and uses no shell, so that nothing in them can mean more than it says, and a
rule about an exact command is a rule about what will run. `run_shell` takes a line for a shell, can do anything, and always asks.
"""

import errno
import os
import re
import shlex
import signal
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, assert_never, cast

from agentchat.runtime.declarations.run_context import RunContextWrapper, ToolContext
from agentchat.runtime.declarations.tool import CallPreview
from agentchat.tools.failures import ToolFailed
from agentchat.tools.output import Excerpt, Reporter
from agentchat.tools.processes import Ending, Exited, Lost, NotStarted, TimedOut, environment_for, run_contained
from agentchat.tools.wording import quoted

LONGEST = 3600.0
"""Seconds that a command may ask for."""

SHELL = "/bin/sh"

_NAME = "agentchat"
_WARNING = (
    f"Warning: this command names {_NAME} or its files. It could change what you decided, or decide in your place. Approve it only if you "
    "know why it does."
)


@dataclass(frozen=True, slots=True)
class CommandTools:
    """The functions behind the tools; their docstrings are what the model reads."""

    folder: Path
    own: tuple[Path, ...] = ()
    """Files and folders of this program."""

    async def run_command(self, context: ToolContext[Any], argv: list[str], timeout: float = 60) -> str:  # noqa: ASYNC109 - the model's
        """Runs a program in the working directory and gives what it prints, and its exit status.

        There is no shell: no wildcards, pipes, redirections or variables. The program gets no input and no terminal, and what it
        leaves running in the background is ended with it. Of a long output the middle is left out. The user may be asked first.

        Args:
            context: The call's.
            argv: The program and its arguments, one string each, such as ["git", "log", "--oneline", "-5"].
            timeout: Seconds after which the program is ended, at most 3600.
        """
        if not argv or not argv[0]:
            raise ToolFailed('argv is empty; give the program and its arguments, such as ["ls", "-l"].')
        return await self._run(context, argv, timeout)

    async def run_shell(self, context: ToolContext[Any], command: str, timeout: float = 60) -> str:  # noqa: ASYNC109 - as above
        """Runs a shell command in the working directory and gives what it prints, and its exit status. The user is always asked first.

        Use run_command for a single program. The shell is /bin/sh. The command gets no input and no terminal, and what it leaves
        running in the background is ended with it. Of a long output the middle is left out.

        Args:
            context: The call's.
            command: The command line, with pipes, wildcards and redirections as the shell knows them.
            timeout: Seconds after which the command is ended, at most 3600.
        """
        if not command.strip():
            raise ToolFailed("The command is empty; give a command line, such as 'ls *.md | wc -l'.")
        return await self._run(context, [SHELL, "-c", command], timeout)

    def preview_command(self, arguments: dict[str, Any]) -> CallPreview | None:
        """The command as one would type it; None when the arguments are none."""
        argv = _strings(arguments.get("argv"))
        return CallPreview("text", "\n\n".join([shlex.join(argv), *self._warnings(argv)])) if argv else None

    def preview_shell(self, arguments: dict[str, Any]) -> CallPreview | None:
        """A warning where there is reason for one; the line itself stands in the arguments."""
        command = arguments.get("command")
        warnings = self._warnings([command]) if isinstance(command, str) else ()
        return CallPreview("text", "\n\n".join(warnings)) if warnings else None

    async def must_be_asked(self, _context: RunContextWrapper[Any], arguments: dict[str, Any], _call_id: str) -> bool:
        """Whether no rule of a file may open this call: a command that names this program or its files."""
        return bool(self._warnings(_strings(arguments.get("argv"))))

    async def _run(self, context: ToolContext[Any], command: Sequence[str], seconds: float) -> str:
        if not 0 < seconds <= LONGEST:
            raise ToolFailed(f"The timeout is a number of seconds up to {LONGEST:.0f}, not {seconds:g}.")
        if not self.folder.is_dir():
            raise ToolFailed("The working directory is not there any more; ask the user where it went.")
        excerpt = Excerpt()
        with closing(Reporter(context.report_progress)) as reporter:

            def take(data: bytes) -> None:
                excerpt.take(data)
                reporter.take(data)

            ending = await _ran(command, self.folder, seconds, take)
        return _told(excerpt.text(), ending, command[0], seconds)

    def _warnings(self, words: Sequence[str]) -> tuple[str, ...]:
        return (_WARNING,) if any(self._names_us(word) for word in words) else ()

    def _names_us(self, word: str) -> bool:
        """Whether a word names this program, or by whatever path a file of it; also behind "--option=", and among other words."""
        if _NAME in word.casefold():
            return True
        parts = {word, *re.split(r"[\s=:,;'\"]+", word)} - {""}
        return any(_leads_to(own, self.folder, part) for own in self.own for part in parts)


def _leads_to(own: Path, folder: Path, path: str) -> bool:
    try:
        meant = Path(os.path.realpath(folder / path))  # Path.resolve fails where links go in a circle
    except ValueError:  # a NUL: nothing has such a name
        return False
    return meant.is_relative_to(os.path.realpath(own))


def _strings(value: object) -> list[str]:
    """The strings of a list that came from a model; empty for anything else."""
    items = cast("list[object]", value) if isinstance(value, list) else []
    words = [item for item in items if isinstance(item, str)]
    return words if len(words) == len(items) else []


async def _ran(command: Sequence[str], folder: Path, seconds: float, on_output: Callable[[bytes], None]) -> Ending:
    try:
        return await run_contained(command, folder=folder, environment=environment_for(folder), seconds=seconds, on_output=on_output)
    except ValueError:
        raise ToolFailed("The command contains a NUL or half a character, which no command can; spell it in valid Unicode.") from None


def _told(text: str, ending: Ending, program: str, seconds: float) -> str:
    """What the model is told; a ToolFailed where the command did not come to its own end."""
    match ending:
        case Exited(status, left, alive):
            return _with_note(text, f"{_status(status)}{_left(left)}{_alive(alive)}")
        case TimedOut(alive):
            raise ToolFailed(_with_note(text, f"ended after {seconds:g} s, its time limit{_alive(alive)}"))
        case NotStarted(number):
            raise _not_started(program, number)
        case Lost():
            raise ToolFailed(_with_note(text, "the command was ended from outside; how far it came is not known"))
        case _:
            assert_never(ending)


def _with_note(text: str, note: str) -> str:
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


def _not_started(program: str, number: int) -> ToolFailed:
    match number:
        case errno.ENOENT if re.search(r"\s", program):
            hint = 'give the program and each argument as a string of its own, such as ["ls", "-l"].'
            return ToolFailed(f"There is no program {quoted(program)}; {hint}")
        case errno.ENOENT if "/" in program:
            return ToolFailed(f"{quoted(program)} cannot be run: it, or the interpreter that it names, does not exist.")
        case errno.ENOENT:
            return ToolFailed(f"There is no program {quoted(program)}; words of the shell, such as cd, need run_shell.")
        case _:
            return ToolFailed(f"{quoted(program)} cannot be run: {os.strerror(number).lower()}.")
