"""Where agents.toml is looked for."""

import os
from dataclasses import dataclass
from pathlib import Path

from agentchat.config.specs import Origin

FILE_NAME = "agents.toml"

BUILT_IN_TEAM = Path(__file__).with_name("default_agents.toml")
"""The team that comes with the program."""


@dataclass(frozen=True, slots=True)
class TeamPlace:
    """A file that describes a team, and how it was found."""

    path: Path
    """Absolute."""
    origin: Origin


def find_team(*, option: Path | None, folder: Path, own: Path) -> TeamPlace:
    """The first of: the file that `--config` names, one in `folder` or above it, the user's `own`, the built-in one.

    A file that is there and cannot be read is found all the same: reading it says what is wrong.
    """
    if option is not None:
        return TeamPlace(folder / option.expanduser(), "option")
    for place in (folder, *folder.parents):
        file = place / FILE_NAME
        if os.path.lexists(file):
            return TeamPlace(file, "user" if _same(file, own) else "project")
    return TeamPlace(own, "user") if os.path.lexists(own) else built_in_place()


def built_in_place() -> TeamPlace:
    """The team that comes with the program."""
    return TeamPlace(BUILT_IN_TEAM, "built-in")


def _same(file: Path, own: Path) -> bool:
    """Whether the search came upon the user's own file."""
    try:
        return file.samefile(own)
    except OSError:
        return False
