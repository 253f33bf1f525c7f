"""Where built-in tools work: what they are given from outside when they are made."""

from dataclasses import dataclass, field
from pathlib import Path

from agentchat.runtime.ports.clock import Clock, SystemClock
from agentchat.tools.commands.jobs import Jobs
from agentchat.tools.commands.kill_notes import KillNotes


@dataclass(frozen=True, slots=True)
class ToolSetting:
    """The surroundings of the built-in tools of one chat."""

    root: Path
    """The working directory; file tools reach nothing outside of it."""
    clock: Clock = field(default_factory=SystemClock)
    """What the clock tool reads."""
    own: tuple[Path, ...] = ()
    """Files and folders of the program itself (its data, settings and what it trusts): commands that name one always ask."""
    state: Path | None = None
    """A folder of the program itself for what may be lost: long outputs, and what became of commands when it was killed. None keeps
    nothing."""
    notes: Path | None = None
    """The file with the notes of the conversation; None keeps none."""
    jobs: Jobs = field(default_factory=Jobs)
    """The commands that go on in the background."""

    @property
    def outputs(self) -> Path | None:
        """The folder with the whole of long outputs."""
        return None if self.state is None else self.state / "outputs"

    @property
    def kill_notes(self) -> KillNotes:
        """What became of commands when the program was killed."""
        return KillNotes(None if self.state is None else self.state / "ended", str(self.notes or ""))
