"""The folders of the program: where its settings, its database and its logs live."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

HOME_VARIABLE = "AGENTCHAT_HOME"
"""Names one folder that holds all of the program's folders; for tests, and for carrying everything along."""


@dataclass(frozen=True, slots=True)
class Paths:
    """Three folders, and the files in them."""

    config: Path
    """What the person writes: settings, an own team."""
    data: Path
    """What must not be lost: conversations."""
    state: Path
    """What may be lost: logs, what was trusted, the history of the prompt."""

    @property
    def settings(self) -> Path:
        """`config.toml`: see `agentchat.config.settings`."""
        return self.config / "config.toml"

    @property
    def team(self) -> Path:
        """The person's own `agents.toml`."""
        return self.config / "agents.toml"

    @property
    def database(self) -> Path:
        """All conversations."""
        return self.data / "agentchat.db"

    @property
    def trust(self) -> Path:
        """Which projects' files are trusted."""
        return self.state / "trusted.jsonl"

    @property
    def log(self) -> Path:
        """What went wrong, for reports."""
        return self.state / "agentchat.log"

    def make(self) -> None:
        """Makes the folders, for nobody else to read; an OSError when that cannot be."""
        for folder in (self.config, self.data, self.state):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if folder.stat().st_mode & 0o077:
                folder.chmod(0o700)


def find_paths(environment: Mapping[str, str] = os.environ) -> Paths:
    """The folders of this person on this machine; nothing is made."""
    home = environment.get(HOME_VARIABLE)
    if home:
        folder = Path(home).expanduser().absolute()
        return Paths(folder / "config", folder / "data", folder / "state")
    return Paths(
        platformdirs.user_config_path("agentchat", appauthor=False),
        platformdirs.user_data_path("agentchat", appauthor=False),
        platformdirs.user_state_path("agentchat", appauthor=False),
    )
