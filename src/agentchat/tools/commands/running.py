"""The tools that run commands in the working directory.

`run_command` takes a program and its arguments as they are and uses no shell, so that nothing in them can mean more than it says, and a
rule about an exact command is a rule about what will run. `run_shell` takes a line for a shell, can do anything, and always asks.
"""

import os
import shlex
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from agentchat.runtime.declarations.run_context import RunContextWrapper, ToolContext
from agentchat.runtime.declarations.tool import CallPreview
from agentchat.tools.commands.endings import Attempt, told
from agentchat.tools.commands.jobs import JobCommand, started
from agentchat.tools.commands.kept_output import KeptOutput
from agentchat.tools.commands.output import KEPT, Excerpt, Reporter
from agentchat.tools.commands.own_files import OwnFiles
from agentchat.tools.commands.processes import run_contained
from agentchat.tools.environment import environment_for
from agentchat.tools.failures import ToolFailed
from agentchat.tools.files.workspace import Workspace
from agentchat.tools.setting import ToolSetting
from agentchat.tools.wording import quoted

LONGEST = 3600.0
"""Seconds that a command may ask for."""

SHELL = "/bin/sh"

_WARNING = (
    "Warning: this command names agentchat or its files. It could change what you decided, or decide in your place. Approve it only if you "
    "know why it does."
)


@dataclass(frozen=True, slots=True)
class CommandTools:
    """The functions behind the tools; their docstrings are what the model reads."""

    setting: ToolSetting

    async def run_command(
        self,
        context: ToolContext[Any],
        argv: list[str],
        timeout: float = 60,  # noqa: ASYNC109 - the model's
        cwd: str | None = None,
        *,
        background: bool = False,
    ) -> str:
        """Runs a program in the working directory and gives what it prints, and its exit status.

        There is no shell: no wildcards, pipes, redirections or variables. The program gets no input and no terminal, and what it
        leaves running is ended with it. Of a long output the middle is left out; the end of it says where all of it can be read. The
        user may be asked first.

        Args:
            context: The call's.
            argv: The program and its arguments, one string each, such as ["git", "log", "--oneline", "-5"].
            timeout: Seconds after which the program is ended, at most 3600. Not for the background.
            cwd: A folder of the working directory to run it in, such as "docs"; null for the working directory itself.
            background: True for a program that goes on, such as a server: this call gives the number of a job at once, job_output
                what it prints, stop_job ends it.
        """
        if not argv or not argv[0]:
            raise ToolFailed('argv is empty; give the program and its arguments, such as ["ls", "-l"].')
        return await (self._start(argv, cwd) if background else self._run(context, argv, timeout, cwd))

    async def run_shell(
        self,
        context: ToolContext[Any],
        command: str,
        timeout: float = 60,  # noqa: ASYNC109 - as above
        cwd: str | None = None,
    ) -> str:
        """Runs a shell command in the working directory and gives what it prints, and its exit status. The user is always asked first.

        Use run_command for a single program. The shell is /bin/sh. The command gets no input and no terminal, and what it leaves
        running is ended with it. Of a long output the middle is left out; the end of it says where all of it can be read.

        Args:
            context: The call's.
            command: The command line, with pipes, wildcards and redirections as the shell knows them.
            timeout: Seconds after which the command is ended, at most 3600.
            cwd: A folder of the working directory to run it in, such as "docs"; null for the working directory itself.
        """
        if not command.strip():
            raise ToolFailed("The command is empty; give a command line, such as 'ls *.md | wc -l'.")
        return await self._run(context, [SHELL, "-c", command], timeout, cwd)

    def preview_command(self, arguments: dict[str, Any]) -> CallPreview | None:
        """The command as one would type it, and where it runs; None when the arguments are none."""
        argv = _strings(arguments.get("argv"))
        if not argv:
            return None
        where = ["In the background, until it ends or is stopped."] if arguments.get("background") else []
        return CallPreview("text", "\n\n".join([shlex.join(argv), *self._where(arguments), *where, *self._warnings(argv, arguments)]))

    def preview_shell(self, arguments: dict[str, Any]) -> CallPreview | None:
        """Where the line runs, and a warning where there is reason for one; the line itself stands in the arguments."""
        command = arguments.get("command")
        told = [*self._where(arguments), *self._warnings([command], arguments)] if isinstance(command, str) else []
        return CallPreview("text", "\n\n".join(told)) if told else None

    async def must_be_asked(self, _context: RunContextWrapper[Any], arguments: dict[str, Any], _call_id: str) -> bool:
        """Whether no rule of a file may open this call: a command that names this program or its files."""
        return bool(self._warnings(_strings(arguments.get("argv")), arguments))

    async def _run(self, context: ToolContext[Any], command: Sequence[str], seconds: float, cwd: str | None) -> str:
        if not 0 < seconds <= LONGEST:
            raise ToolFailed(f"The timeout is a number of seconds up to {LONGEST:.0f}, not {seconds:g}.")
        attempt = self._attempt(command, cwd)
        excerpt = Excerpt()
        with closing(Reporter(context.report_progress)) as reporter, closing(self._kept()) as kept:

            def take(data: bytes) -> None:
                excerpt.take(data)
                kept.take(data)
                reporter.take(data)

            ending = await run_contained(
                command,
                folder=attempt.folder,
                environment=attempt.environment,
                seconds=seconds,
                on_output=take,
                note=self.setting.kill_notes.place_for(context.tool_call_id, context.tool_arguments),
            )
        return told(excerpt.text(kept.words), ending, attempt, seconds=seconds)

    async def _start(self, argv: Sequence[str], cwd: str | None) -> str:
        attempt, jobs = self._attempt(argv, cwd), self.setting.jobs
        job = jobs.start(JobCommand(tuple(argv), attempt.folder, attempt.environment, self.setting.outputs), self.setting.clock)
        return await started(job, jobs)

    def _attempt(self, command: Sequence[str], cwd: str | None) -> Attempt:
        if not all(map(_can_be_given, command)):
            raise ToolFailed("The command contains a NUL or half a character, which no command can; spell it in valid Unicode.")
        if not self.setting.root.is_dir():
            raise ToolFailed("The working directory is not there any more; ask the user where it went.")
        folder = self._folder(cwd)
        return Attempt(command[0], folder, environment_for(folder))

    def _folder(self, cwd: str | None) -> Path:
        """Where a command runs; a ToolFailed where that is no folder of the working directory."""
        workspace = Workspace(self.setting.root)
        if cwd is None or not (parts := workspace.parts(cwd)):
            return self.setting.root
        workspace.entries(cwd)  # which follows no link, and says what is wrong
        return self.setting.root.joinpath(*parts)

    def _kept(self) -> KeptOutput:
        return KeptOutput(self.setting.outputs, shown=2 * KEPT)

    def _where(self, arguments: Mapping[str, Any]) -> list[str]:
        cwd = arguments.get("cwd")
        if not isinstance(cwd, str):
            return []
        try:
            self._folder(cwd)
        except ToolFailed as failure:
            return [f"This would fail: {failure}"]
        return [f"In the folder {quoted(cwd)}."]

    def _warnings(self, words: Sequence[str], arguments: Mapping[str, Any]) -> tuple[str, ...]:
        cwd = arguments.get("cwd")
        given, folder = ([*words, cwd], self.setting.root / cwd) if isinstance(cwd, str) else (words, self.setting.root)
        return (_WARNING,) if OwnFiles(self.setting.own).are_named(given, folder, environment_for(folder)) else ()


def _can_be_given(word: str) -> bool:
    """Whether the operating system takes it as a program's argument."""
    try:
        return b"\0" not in os.fsencode(word)
    except UnicodeEncodeError:
        return False


def _strings(value: object) -> list[str]:
    """The strings of a list that came from a model; empty for anything else."""
    items = cast("list[object]", value) if isinstance(value, list) else []
    words = [item for item in items if isinstance(item, str)]
    return words if len(words) == len(items) else []
