"""Where built-in tools work: what they are given from outside when they are made."""

from dataclasses import dataclass, field
from pathlib import Path

from agentchat.runtime.ports.clock import Clock, SystemClock


@dataclass(frozen=True, slots=True)
class ToolSetting:
    """The surroundings of the built-in tools of one chat."""

    root: Path
    """The working directory; file tools reach nothing outside of it."""
    clock: Clock = field(default_factory=SystemClock)
    """What the clock tool reads."""
    code: Path | None = None
    """The folder that a `module:function` is imported from, beside what is installed: that of the agents.toml that names it."""
    own: tuple[Path, ...] = ()
    """Files and folders of the program itself (its data, settings and what it trusts): commands that name one always ask."""
