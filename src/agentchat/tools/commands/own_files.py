"""Whether a command names this program, or a file of it: such a command could change what a person decided, or decide in their place.

The name counts wherever it stands, whatever the case. A path counts by where it leads: through `..`, links, variables, quotes and
wildcards, as the shell would read them. A command that puts a name together while it runs (`$(...)`, a script that decodes it) is not
found out: whoever approves a program gives it their full power.
"""

import fnmatch
import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath

NAME = "agentchat"

_QUOTING = re.compile(r"['\"\\]")
_BORDERS = re.compile(r"[\s=:,;|&<>(){}'\"`]+")
_VARIABLE = re.compile(r"\$(?:\{(\w+)[^}]{0,500}\}|(\w+))")
_ASSIGNED = re.compile(r"\b(\w+)=([^\s;&|]*)")
_WILD = re.compile(r"[*?\[]")
_PROGRAM = (Path(sys.executable).parent / NAME, Path(__file__).parents[2])
"""The command and the package, which need not be written out where there are wildcards."""


@dataclass(frozen=True, slots=True)
class OwnFiles:
    """The program's files and folders."""

    places: tuple[Path, ...] = ()

    def are_named(self, words: Sequence[str], folder: Path, environment: Mapping[str, str]) -> bool:
        """Whether a word, or a part of one, names the program or leads to a file of it; `words` is all that a command is given.

        `folder` is where the command runs, and `environment` what it finds there.
        """
        known = {**environment, **dict(found for word in words for found in _ASSIGNED.findall(_QUOTING.sub("", word)))}
        texts = {text for word in words for text in _readings(word, known)}
        if any(NAME in text.casefold() for text in texts):
            return True
        look = _Look(str(folder), known, tuple(self._everywhere()), _programs(known.get("PATH", "")))
        return any(map(look.leads_here, {part for text in texts for part in _parts(text)}))

    def _everywhere(self) -> Iterator[str]:
        """Each place as it is called, and where it is."""
        for place in (*self.places, *_PROGRAM):
            yield str(place)
            yield os.path.realpath(place)


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at one command. What does not depend on the word was found out before: a script can have thousands of them."""

    folder: str
    environment: Mapping[str, str]
    places: tuple[str, ...]
    programs: frozenset[str]
    """The names of all that can be run without a path."""

    def leads_here(self, part: str) -> bool:
        """Whether a part of a word leads to one of the places, or is the name of a link to the program."""
        try:
            program = shutil.which(part, path=self.environment.get("PATH")) if part in self.programs else None
            paths = [os.path.join(self.folder, _at_home(part, self.environment)), *([program] if program else [])]  # noqa: PTH118 - a script has thousands of words
            return any(self._is_ours(path, os.path.realpath(path)) for path in paths)  # Path.resolve fails at circles of links
        except ValueError:  # a NUL, or half a character: nothing has such a name
            return False

    def _is_ours(self, path: str, meant: str) -> bool:
        if NAME in meant.rpartition("/")[2].casefold() and meant != os.path.normpath(path) and Path(meant).is_file():
            return True  # a link to the program, wherever it is installed
        return any(is_within(meant, place) for place in self.places) or (
            _WILD.search(path) is not None and any(_may_be_within(Path(path), Path(place)) for place in self.places)
        )


def _parts(text: str) -> set[str]:
    """What in a word can be a path."""
    parts = {text, *_BORDERS.split(text)} - {""}
    return parts | {part[2:] for part in parts if part.startswith("-")}  # -f/path


def _programs(path: str) -> frozenset[str]:
    names = set[str]()
    for folder in path.split(os.pathsep):
        with suppress(OSError):
            names.update(entry.name for entry in os.scandir(folder or "."))
    return frozenset(names)


def _readings(word: str, environment: Mapping[str, str]) -> set[str]:
    """A word as it is written, and as a shell would read it."""
    plain = _VARIABLE.sub(lambda found: environment.get(found[1] or found[2], ""), _QUOTING.sub("", word))
    return {word, _QUOTING.sub("", word), plain}


def _at_home(path: str, environment: Mapping[str, str]) -> str:
    return environment.get("HOME", "~") + path[1:] if path == "~" or path.startswith("~/") else path


def is_within(path: str, place: str) -> bool:
    """Whether a path leads into a folder, or to a file or one that SQLite keeps beside it (-wal, -shm)."""
    rest = path.removeprefix(place)
    return path.startswith(place) and (not rest or rest[0] == "/" or (rest[0] == "-" and "/" not in rest))


def _may_be_within(pattern: Path, place: Path) -> bool:
    """The same of a path with wildcards: whether it could be that one."""
    wanted = PurePath(os.path.normpath(pattern)).parts
    return len(wanted) >= len(place.parts) and all(map(fnmatch.fnmatchcase, place.parts, wanted))
