"""What is wrong with a file: mistakes as they are found, and the error that they become together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from agentchat.config.errors import ConfigError, ConfigErrors
from agentchat.config.toml_places import KeyPath, dotted, line_of


@dataclass(frozen=True, slots=True)
class Complaint:
    """One mistake, and the key that it is about."""

    path: KeyPath
    message: str


@dataclass(slots=True)
class Complaints:
    """The mistakes in one file. Mutable: whoever reads the file adds what they find.

    What follows from a mistake is none of its own: about a key that is wrong already, or was misspelt, nothing more is said.
    """

    found: list[Complaint] = field(default_factory=list[Complaint])
    _wrong: set[KeyPath] = field(default_factory=set[KeyPath])

    def add(self, path: KeyPath, message: str, *, meant: KeyPath | None = None) -> None:
        """A mistake; `meant` is the key that a misspelt one most likely is."""
        if not self.is_about(path):
            self.found.append(Complaint(path, message))
        self._wrong.update({path} if meant is None else {path, meant})

    def is_about(self, path: KeyPath) -> bool:
        """Whether something was said about this key, or about a table or list that it stands in."""
        return any(path[:end] in self._wrong for end in range(1, len(path) + 1))

    def tables_of(self, group: str) -> set[str]:
        """The names of the tables in `[group]` that something was said about: they are there, whether they can be used or not."""
        return {str(one.path[1]) for one in self.found if one.path[0] == group and len(one.path) > 1}

    def error(self, places: Mapping[KeyPath, int], file: Path) -> ConfigErrors | None:
        """All of them, in the order of the file; None when there are none."""
        return joined([placed(one, places, file) for one in self.found])


def placed(complaint: Complaint, places: Mapping[KeyPath, int], file: Path) -> ConfigError:
    """The mistake with its line."""
    return ConfigError(file, complaint.message, line=line_of(places, complaint.path), key=dotted(complaint.path))


def joined(errors: Sequence[ConfigError]) -> ConfigErrors | None:
    """Several mistakes as one error, in the order of their lines; None for none."""
    return ConfigErrors(tuple(sorted(errors, key=lambda one: one.line or 0))) if errors else None
