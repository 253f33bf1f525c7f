"""AGENTS.md: what a project wants every agent to be told.

Whoever wrote the project wrote it, so it needs a person's trust like an agents.toml that brings code: its words go into the instructions.
It is looked for in the working folder and, inside a repository, in the folders above it up to the repository's own.
"""

import hashlib
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from agentchat.config.specs import TeamSpec

FILE_NAME = "AGENTS.md"
LARGEST = 64 * 1024
"""Bytes of one file that agents are told; more would fill every request."""


@dataclass(frozen=True, slots=True)
class ProjectNotes:
    """One such file, as it was read."""

    source: Path
    """Absolute."""
    text: str
    digest: str
    """SHA-256 of the text's bytes, in hex; trust is bound to it."""
    is_cut: bool = False
    """Whether the file is longer."""

    @property
    def told(self) -> str:
        """As agents are told."""
        rest = f"\n[only the first {LARGEST // 1024} KB of the file]" if self.is_cut else ""
        return f"# What {self.source} says\n\nThe user trusts this file of the project; keep to it.\n\n{self.text.strip()}{rest}"


def find_notes(folder: Path) -> tuple[ProjectNotes, ...]:
    """Those that hold in a folder, the repository's own first."""
    root = _repository(folder)
    folders = [place for place in reversed((folder, *folder.parents)) if place.is_relative_to(root)]
    return tuple(notes for place in folders if (notes := _read(place / FILE_NAME, root)) is not None)


def with_notes(team: TeamSpec, notes: Sequence[ProjectNotes]) -> TeamSpec:
    """The team, with every agent told what stands there."""
    if not notes:
        return team
    told = "\n\n".join(one.told for one in notes)
    agents = (replace(agent, instructions=f"{agent.instructions or ''}\n\n{told}\n".lstrip()) for agent in team.agents)
    return replace(team, agents=tuple(agents))


def _repository(folder: Path) -> Path:
    """The top of the repository that the folder is in; the folder itself where it is in none."""
    return next((place for place in (folder, *folder.parents) if os.path.lexists(place / ".git")), folder)


def _read(path: Path, root: Path) -> ProjectNotes | None:
    """The file; None where there is none to be read, where it is empty, and for a link that leads out of the repository."""
    try:
        if not path.resolve().is_relative_to(root.resolve()):
            return None
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            data = file.read(LARGEST + 1) if stat.S_ISREG(os.fstat(descriptor).st_mode) else b""
    except OSError:
        return None
    shown = data[:LARGEST]
    text = shown.decode("utf-8-sig", "replace")
    return ProjectNotes(path, text, hashlib.sha256(shown).hexdigest(), is_cut=len(data) > LARGEST) if text.strip() else None
