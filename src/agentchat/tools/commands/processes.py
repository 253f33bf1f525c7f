"""Commands, contained: started so that they can take nothing with them and leave nothing behind.

A command gets a session and a process group of its own, no terminal, an empty input, and of the environment what is on a list. Between it
and this program stands a guardian, a small program of its own (`guardian.py`), which ends the command with everything that came of it when
it is told to, and also when this program is killed and cannot tell it.

Nothing here uses asyncio's own child processes: those need a watcher that waits for children, which differs between Python's versions
and the thread that the event loop runs in. The guardian tells by a pipe how the command ended.
"""

import asyncio
import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from agentchat.runtime.running.late import uncancelled
from agentchat.tools.commands.guardian import ENDED, FAILED, NO_COERCION, STARTED

_GUARDIAN = Path(__file__).with_name("guardian.py")
_PATIENCE = 3.0
"""Seconds that the guardian may take to clear up; one that takes longer hangs."""
_CHUNK = 64 * 1024
_SHARE = 1024 * 1024
"""Bytes of output that are taken before everything else on the event loop gets _BREAK seconds: a command that never stops
printing must wait, and not the chat."""
_BREAK = 0.01


@dataclass(frozen=True, slots=True)
class Exited:
    """The command ended by itself."""

    status: int
    """0 to 255; that of a signal is negative."""
    left: int
    """Processes that it left running, which were ended."""
    alive: int = 0
    """Those of them that could not be ended."""


@dataclass(frozen=True, slots=True)
class TimedOut:
    """It was ended because its time was over."""

    alive: int = 0
    """Processes that could not be ended."""


@dataclass(frozen=True, slots=True)
class NotStarted:
    """There was nothing to run."""

    number: int
    """The operating system's error number."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Its guardian was killed, and the command with it: how it ended is not known."""


Ending: TypeAlias = Exited | TimedOut | NotStarted | Lost


async def run_contained(
    command: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    seconds: float | None,
    on_output: Callable[[bytes], None],
    note: Path | None = None,
) -> Ending:
    """Runs a program with its arguments, without a shell, until it ends or the time is over; None is no limit.

    `on_output` gets what it writes, to both its outputs, in the order in which it comes. When the waiting task is cancelled the
    command is ended first. When this program is killed, `note` is a file that tells when the command was ended because of that.

    Raises:
        ValueError: The command cannot be given to the operating system: a NUL, or no characters.
    """
    contained = _Contained(on_output)
    try:
        contained.start(command, folder, environment, note)
    except OSError as error:
        return NotStarted(error.errno or errno.EIO)
    try:
        async with asyncio.timeout(seconds):
            await contained.over.wait()
    except TimeoutError:
        await uncancelled(contained.end())
        return contained.ending(timed_out=True)
    finally:
        await uncancelled(contained.end())
    return contained.ending(timed_out=False)


class _Contained:
    """One command and its guardian. Lives on one event loop; only that touches it."""

    def __init__(self, on_output: Callable[[bytes], None]) -> None:
        self.over = asyncio.Event()
        """Set when nothing runs any more and all output was taken."""
        self._loop = asyncio.get_running_loop()
        self._on_output = on_output
        self._told = b""
        """What the guardian reported."""
        self._taken = 0

    def start(self, command: Sequence[str], folder: Path, environment: Mapping[str, str], note: Path | None) -> None:
        """Starts the guardian, which starts the command; an OSError when it cannot be."""
        output, report, lifeline = os.pipe(), os.pipe(), os.pipe()
        theirs, ours = (output[1], report[1], lifeline[0]), (output[0], report[0], lifeline[1])
        try:
            self._process = _guardian(["" if note is None else str(note), *command], folder, environment, *theirs)
        except BaseException:
            _close(ours)
            raise
        finally:
            _close(theirs)
        self._output, self._report, self._lifeline = ours
        for descriptor, take in ((self._output, self._take_output), (self._report, self._take_report)):
            os.set_blocking(descriptor, False)
            self._loop.add_reader(descriptor, take)

    async def end(self) -> None:
        """Ends the command if it runs; returns when it is gone, or nothing can be done about it."""
        self._cut_the_lifeline()
        try:
            async with asyncio.timeout(_PATIENCE):
                await self.over.wait()
        except TimeoutError:
            self._process.kill()  # by the parent-death signal the command goes too; the report's end tells it
            await self.over.wait()

    def ending(self, *, timed_out: bool) -> Ending:
        """How it went."""
        facts = {word: numbers for word, *numbers in (line.split() for line in self._told.decode("ascii").splitlines())}
        if FAILED in facts:
            return NotStarted(int(facts[FAILED][0]))
        if ENDED not in facts:
            return Lost()
        status, left, alive = map(int, facts[ENDED])
        return TimedOut(alive) if timed_out else Exited(os.waitstatus_to_exitcode(status), left, alive)

    def _take_output(self) -> None:
        data = os.read(self._output, _CHUNK)
        if not data:
            self._loop.remove_reader(self._output)
            return
        self._on_output(data)
        self._taken += len(data)
        if self._taken >= _SHARE:
            self._taken = 0
            self._loop.remove_reader(self._output)
            self._loop.call_later(_BREAK, self._go_on)

    def _go_on(self) -> None:
        if not self.over.is_set():
            self._loop.add_reader(self._output, self._take_output)

    def _take_report(self) -> None:
        data = os.read(self._report, 4096)
        self._told += data
        if data:
            return
        self._process.wait()  # it has closed all its files: it is ending
        if ENDED.encode() not in self._told:
            self._end_the_group()
        self._take_the_rest()
        self._cut_the_lifeline()
        for descriptor in (self._output, self._report):
            self._loop.remove_reader(descriptor)
            os.close(descriptor)
        self.over.set()

    def _end_the_group(self) -> None:
        """The guardian was killed: what can still be found of the command is its group."""
        words = self._told.split()
        if words[:1] == [STARTED.encode()]:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(int(words[1]), signal.SIGKILL)

    def _take_the_rest(self) -> None:
        """What is in the pipe; a process that could not be ended may hold it open, and is not waited for."""
        for _ in range(_SHARE // _CHUNK):
            try:
                data = os.read(self._output, _CHUNK)
            except BlockingIOError:
                return
            if not data:
                return
            self._on_output(data)

    def _cut_the_lifeline(self) -> None:
        if self._lifeline >= 0:
            with suppress(BrokenPipeError):  # the guardian has ended
                os.write(self._lifeline, b".")  # without this it would believe that we were killed
            os.close(self._lifeline)
            self._lifeline = -1


def _guardian(
    told: Sequence[str], folder: Path, environment: Mapping[str, str], output: int, report: int, lifeline: int
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - a command that a person, or their rules, have allowed
        [sys.executable, "-S", "-s", "-P", str(_GUARDIAN), str(lifeline), str(report), *told],
        cwd=folder,
        env={**environment, NO_COERCION: "0"},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        pass_fds=(lifeline, report),
        start_new_session=True,
    )


def _close(descriptors: tuple[int, ...]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
