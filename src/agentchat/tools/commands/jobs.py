"""Commands that go on in the background, and the tools that read what they print, and end them.

A job is a command like any other: started by run_command, under the same rules, contained by a guardian, gone with the program. What it
prints is given once, in pieces, as it is asked for.
"""

import asyncio
import codecs
import shlex
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from agentchat.runtime.ports.clock import Clock
from agentchat.tools.commands.endings import LOST, Attempt, ending_words, with_note
from agentchat.tools.commands.kept_output import KeptOutput
from agentchat.tools.commands.output import KEPT, Excerpt
from agentchat.tools.commands.processes import Ending, Exited, Lost, NotStarted, TimedOut, run_contained
from agentchat.tools.failures import ToolFailed
from agentchat.tools.wording import quoted

MOST_RUNNING = 8
"""Jobs that run at the same time."""
MOST_ENDED = 50
"""Jobs that ended and are still known."""
FIRST_SECONDS = 0.3
"""Seconds in which a job that ends at once is told of as ended."""
LONGEST_WAIT = 60.0
"""Seconds that one call may wait for a job."""


@dataclass(frozen=True, slots=True)
class JobCommand:
    """What a job runs."""

    argv: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]
    outputs: Path | None
    """Where long outputs are kept."""


class Job:
    """One command in the background. Mutable: it runs; its `Jobs` own its task."""

    def __init__(self, number: int, command: JobCommand, clock: Clock) -> None:
        self.number = number
        self.command = command
        self.ending: Ending | None = None
        """How it ended; None while it runs, and when it was stopped."""
        self._clock = clock
        self._since, self._until = clock.monotonic(), 0.0
        self._unread = Excerpt()
        self._kept = KeptOutput(command.outputs, shown=2 * KEPT)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._news = asyncio.Event()
        self.task = asyncio.create_task(self._run(), name=f"job {number}")

    @property
    def line(self) -> str:
        """The job in one line."""
        seconds = (self._until if self.task.done() else self._clock.monotonic()) - self._since
        return f"job {self.number}: {self.state} after {seconds:.0f} s: {shlex.join(self.command.argv)}"

    @property
    def state(self) -> str:
        """How it stands: "running", "exit status 0"."""
        if not self.task.done():
            return "running"
        match self.ending:
            case Exited():
                return ending_words(self.ending)
            case Lost():
                return LOST
            case NotStarted():
                return "not started"
            case TimedOut() | None:  # it has no time limit
                return "stopped"

    async def news(self, seconds: float) -> None:
        """Returns when there is something to read, or it has ended, or so many seconds are over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()

    async def ended(self, seconds: float) -> None:
        """Returns when it has ended, or so many seconds are over."""
        await asyncio.wait({self.task}, timeout=seconds)

    def read(self) -> str:
        """What it has printed since this was asked last, and how it stands."""
        text, self._unread = self._unread.text(self._kept.words), Excerpt()
        if not self.task.done():
            self._news.clear()
        return with_note(text, f"job {self.number}: {self.state}")

    async def stop(self) -> None:
        """Ends it; returns when it is gone."""
        self.task.cancel()
        await asyncio.wait({self.task})

    async def _run(self) -> None:
        command = self.command
        try:
            self.ending = await run_contained(
                command.argv, folder=command.folder, environment=command.environment, seconds=None, on_output=self._take
            )
        finally:
            self._take(b"", final=True)
            self._kept.close()
            self._until = self._clock.monotonic()
            self._news.set()

    def _take(self, data: bytes, *, final: bool = False) -> None:
        self._kept.take(data)
        self._unread.take(self._decoder.decode(data, final).encode())  # so that no character is cut in two by being read
        if data:
            self._news.set()


class Jobs:
    """The jobs of one chat. Mutable; lives on the event loop of its chat."""

    def __init__(self) -> None:
        self._jobs: dict[int, Job] = {}
        self._last = 0

    def start(self, command: JobCommand, clock: Clock) -> Job:
        """Starts one; a ToolFailed when too many run."""
        running = [job for job in self._jobs.values() if not job.task.done()]
        if len(running) >= MOST_RUNNING:
            raise ToolFailed(f"{MOST_RUNNING} jobs run already; stop one first with stop_job.\n{_lines(running)}")
        self._last += 1
        job = self._jobs[self._last] = Job(self._last, command, clock)
        for ended in [job.number for job in self._jobs.values() if job.task.done()][:-MOST_ENDED]:
            del self._jobs[ended]
        return job

    def job(self, number: int) -> Job:
        """One of them; a ToolFailed when there is none."""
        if number not in self._jobs:
            raise ToolFailed(f"There is no job {number}; {self.listing()}")
        return self._jobs[number]

    def forget(self, job: Job) -> None:
        """A job that never ran."""
        self._jobs.pop(job.number, None)

    def listing(self) -> str:
        """All of them, a line for each."""
        return _lines(list(self._jobs.values())) or "there are no jobs; a job ends with agentchat, at the latest."

    async def aclose(self) -> None:
        """Ends all that run; returns when they are gone."""
        await asyncio.gather(*(job.stop() for job in self._jobs.values() if not job.task.done()))


@dataclass(frozen=True, slots=True)
class JobTools:
    """The functions behind the tools; their docstrings are what the model reads."""

    jobs: Jobs

    async def job_output(self, job: int | None = None, wait: float = 0) -> str:
        """Gives what a job has printed since you last asked, and whether it still runs; without a number, the list of all jobs.

        A job is a command that run_command has started in the background.

        Args:
            job: The number of the job; null for the list.
            wait: Seconds to wait, at most 60, when there is nothing new to read yet.
        """
        if job is None:
            return self.jobs.listing()
        if not 0 <= wait <= LONGEST_WAIT:
            raise ToolFailed(f"wait is a number of seconds up to {LONGEST_WAIT:.0f}, not {wait:g}.")
        found = self.jobs.job(job)
        await found.news(wait)
        return found.read()

    async def stop_job(self, job: int) -> str:
        """Ends a job with all that it started, and gives what it printed last.

        Args:
            job: The number of the job.
        """
        found = self.jobs.job(job)
        await found.stop()
        return found.read()


async def started(job: Job, jobs: Jobs) -> str:
    """What the model is told of a new job; a ToolFailed when it could not be started."""
    await job.ended(FIRST_SECONDS)
    if isinstance(job.ending, NotStarted):
        jobs.forget(job)
        raise Attempt(job.command.argv[0], job.command.folder, job.command.environment).refused(job.ending.number)
    if job.task.done():
        return job.read()
    words = f"Job {job.number} runs in the background: {quoted(shlex.join(job.command.argv))}."
    return f"{words} job_output gives what it prints, stop_job ends it; it ends with agentchat, at the latest."


def _lines(jobs: Sequence[Job]) -> str:
    return "\n".join(job.line for job in jobs)
