"""A program of its own that starts one command and sees to it that nothing of it is left behind.

    python guardian.py LIFELINE REPORT NOTE PROGRAM [ARGUMENT ...]

It is started by file name and without site packages, and it imports little of the standard library (no dataclasses: 9 ms), so that it
costs some 20 ms. LIFELINE is the number of an open pipe: when a byte comes through it, because whoever asked for the command has had
enough of it, or when it is closed without one, because they were killed, the command ends, politely first and then by force. The same
happens to what the command leaves running when it ends by itself. How it went is written to the pipe REPORT, a line of ASCII for each
fact:

    started PID             the command runs, in a session and a process group of that number
    failed ERRNO            it could not be started
    ended STATUS LEFT ALIVE the command's wait status; how many other processes had to be ended, and how many could not be

Who was killed reads no report. For them the time at which that was seen (seconds since the epoch) is left in the file NOTE, unless that
name is empty.

On Linux the guardian adopts every process that loses its parent, so that one that went into a session of its own is found too, and the
command dies with it by the parent-death signal. Elsewhere what left both the command's group and its family is not found.
"""

import errno
import os
import select
import signal
import sys
import time
from contextlib import suppress

STARTED, FAILED, ENDED = "started", "failed", "ended"

NO_COERCION = "PYTHONCOERCECLOCALE"
"""Set to 0 for this program only: Python would put a variable of its own into the environment."""

LINGER = 0.2
"""Seconds in which what a command left running may end by itself: the last in a pipe, a logger."""
GRACE = 0.3
"""Seconds between asking a process to end and ending it."""
GIVE_UP = 1.0
"""Seconds after which what cannot be ended (it belongs to somebody else) is left alone."""

_TICK = 0.01
_END_REQUESTS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36


def main(arguments: list[str]) -> None:
    """Starts the command, waits for it, clears up."""
    lifeline, report, note, command = int(arguments[0]), int(arguments[1]), arguments[2], arguments[3:]
    os.environ.pop(NO_COERCION, None)
    for descriptor in (lifeline, report):
        os.set_inheritable(descriptor, False)
    signals = _signals_in_a_pipe()
    adopts = _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    family = _Family(_started(command, report), signals=signals, lifeline=lifeline, note=note, adopts=adopts)
    _tell(report, f"{STARTED} {family.leader}")
    _let_go_of_the_output()
    family.wait()
    left, alive = family.end()
    _tell(report, f"{ENDED} {family.status or 0} {left} {alive}")


# The command


def _started(command: list[str], report: int) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    try:
        os.setsid()
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == parent:  # else the guardian died before the signal was asked for
            _forget_signals()
            os.execvpe(command[0], command, os.environ)  # noqa: S606 - running what was asked for is the purpose
    except OSError as error:
        _tell(report, f"{FAILED} {error.errno}")
    except ValueError:  # a program without a name
        _tell(report, f"{FAILED} {errno.ENOENT}")
    finally:
        os._exit(127)


def _forget_signals() -> None:
    """What the program and Python do about signals is not for the command: a pipe that breaks ends it, as in a shell."""
    signal.set_wakeup_fd(-1)
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        with suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _let_go_of_the_output() -> None:
    """Only the command holds it: when that is gone, it ends."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)


def _tell(report: int, line: str) -> None:
    with suppress(OSError):  # whoever asked is gone
        os.write(report, f"{line}\n".encode("ascii"))


def _leave(note: str) -> None:
    """Tells those who come back that the command was ended because they were killed."""
    if note:
        with suppress(OSError):
            descriptor = os.open(note, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
            os.write(descriptor, f"{time.time():.3f}\n".encode("ascii"))
            os.close(descriptor)


def _prctl(option: int, value: int) -> bool:
    """One request to the Linux kernel; False where there is none, or it cannot be made."""
    if sys.platform != "linux":
        return False
    with suppress(ImportError, OSError, AttributeError):  # a Python without ctypes: the group is ended all the same
        import ctypes  # not needed on other systems, and not always there

        return ctypes.CDLL(None).prctl(option, value, 0, 0, 0) == 0
    return False


# Waiting, and ending


def _signals_in_a_pipe() -> int:
    """Signals as bytes in a pipe, so that they can be waited for beside the lifeline."""
    reads, writes = os.pipe()
    os.set_blocking(reads, False)
    os.set_blocking(writes, False)
    signal.set_wakeup_fd(writes, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, *_END_REQUESTS):
        signal.signal(number, lambda _number, _frame: None)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    return reads


class _Family:
    """The command and all that came of it."""

    def __init__(self, leader: int, *, signals: int, lifeline: int, note: str, adopts: bool) -> None:
        self.leader = leader
        """The command's own process."""
        self.status: int | None = None
        """The command's wait status, once it has ended."""
        self._signals = signals
        self._lifeline = lifeline
        self._note = note
        self._adopts = adopts
        """Whether every process of the family ends as a child of this one."""
        self._shall_end = False
        self._asked: set[int] = set()
        """The processes that were told to end."""

    def wait(self) -> None:
        """Returns when the command has ended, or shall."""
        self._is_left()
        while self.status is None and not self._shall_end:
            self._pause(None)

    def end(self) -> tuple[int, int]:
        """Ends what is left; how many processes other than the command's own that was, and how many live on."""
        if not self._shall_end:
            self._is_gone_within(LINGER, unless_it_shall_end=True)
        gone = self._is_gone_after(signal.SIGTERM, GRACE)
        deadline = time.monotonic() + GIVE_UP
        while not gone and time.monotonic() < deadline:
            gone = self._is_gone_after(signal.SIGKILL, _TICK)
        return len(self._asked - {self.leader}), 0 if gone else len(self._living())

    def _is_gone_after(self, number: signal.Signals, seconds: float) -> bool:
        """Sends a signal to all that are left, and gives them so many seconds.

        Groups are told as such: one that keeps forking cannot outrun that.
        """
        if not self._is_left():
            return True
        members, own = _members(self.leader), os.getpgrp()
        self._asked.update(pid for pid, _, _, _ in members)
        for target in {pid if group == own else -group for pid, _, group, _ in members}:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(target, number)
        return self._is_gone_within(seconds)

    def _is_gone_within(self, seconds: float, *, unless_it_shall_end: bool = False) -> bool:
        deadline = time.monotonic() + seconds
        while self._is_left():
            if time.monotonic() >= deadline or (unless_it_shall_end and self._shall_end):
                return False
            self._pause(_TICK)
        return True

    def _pause(self, seconds: float | None) -> None:
        """Waits for a signal or the end of the lifeline, and takes note of them."""
        watched = select.poll()
        watched.register(self._signals, select.POLLIN)
        if not self._shall_end:
            watched.register(self._lifeline, select.POLLIN)
        ready = {descriptor for descriptor, _ in watched.poll(None if seconds is None else seconds * 1000)}
        came: set[int] = set()
        with suppress(BlockingIOError):
            came.update(os.read(self._signals, 4096))
        if self._lifeline in ready:
            self._shall_end = True
            if not os.read(self._lifeline, 1):
                _leave(self._note)
        if came.intersection(_END_REQUESTS):
            self._shall_end = True
        self._is_left()

    def _is_left(self) -> bool:
        """Takes note of children that ended; False when nothing is left."""
        try:
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                if ended[0] == self.leader:
                    self.status = ended[1]
        except ChildProcessError:
            return not self._adopts and bool(self._living())
        return True

    def _living(self) -> list[int]:
        """Those that have not ended; who has may still stand in the list, until its parent takes note."""
        return [pid for pid, _, _, state in _members(self.leader) if state != b"Z"]


def _members(leader: int) -> list[tuple[int, int, int, bytes]]:
    """All processes that descend from this one, or are in the command's group: number, parent, group, state (Z has ended)."""
    processes = _from_proc() if sys.platform == "linux" else _from_ps()
    own = os.getpid()
    family, before = {own}, 0
    while len(family) > before:
        before = len(family)
        family.update(pid for pid, parent, group, _ in processes if parent in family or group == leader)
    return [process for process in processes if process[0] in family and process[0] != own]


def _from_proc() -> list[tuple[int, int, int, bytes]]:
    found: list[tuple[int, int, int, bytes]] = []
    for name in os.listdir("/proc"):  # noqa: PTH208 - pathlib takes longer to import than all of this takes
        if name.isdecimal():
            with suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123 - as above
                state, parent, group = file.read().rpartition(b")")[2].split()[:3]
                found.append((int(name), int(parent), int(group), state))
    return found


def _from_ps() -> list[tuple[int, int, int, bytes]]:
    import subprocess  # 10 ms, not needed on Linux

    with subprocess.Popen(["/bin/ps", "-A", "-o", "pid=,ppid=,pgid=,stat="], stdout=subprocess.PIPE) as ps:
        rows = [line.split() for line in ps.communicate()[0].splitlines()]
    return [(int(pid), int(parent), int(group), state[:1]) for pid, parent, group, state in rows if int(pid) != ps.pid]


if __name__ == "__main__":
    main(sys.argv[1:])
