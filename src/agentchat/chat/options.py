"""What a person asked for on the command line, with what the settings say; standard library only, for the screen's first frame."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from agentchat.chat.status import Mode


@dataclass(frozen=True, slots=True)
class Options:
    """How a chat shall be put together."""

    database: Path
    """The file that holds the conversations."""
    folder: Path
    """The working folder, absolute: where agents.toml is looked for, and what file tools reach."""
    own_team: Path
    """The person's own agents.toml, which need not exist."""
    trust_file: Path
    """Which projects' files are trusted."""
    session_id: str | None = None
    """The conversation; None for a new one."""
    config: Path | None = None
    """`--config`."""
    agent: str | None = None
    """`--agent`: the name of an agent of the team, or `module:object` for an Agent in one's own Python."""
    model: str | None = None
    """`--model`: instead of what agents.toml says; "offline" for the built-in demo model."""
    default_model: str = ""
    """The settings' model, for agents that name none; empty for the provider's default."""
    mode: Mode | None = None
    """`--mode`, or what a key has chosen; None for what agents.toml says."""
    max_turns: int | None = None
    """`--max-turns`: model calls that one message may lead to, whatever agents.toml says."""
    default_max_turns: int = 50
    """The settings' number of them, where agents.toml has none."""
    untrusted: Literal["refuse", "trust", "restrict"] = "refuse"
    """What to do with a project's file that needs trust and has none: raise TrustRequired; trust this content from now on; run the
    built-in team under the file's ask and deny rules."""
