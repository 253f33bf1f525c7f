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
from dataclasses import dataclass
from pathlib import Path, PurePath

NAME = "agentchat"

_QUOTING = re.compile(r"['\"\\]")
_BORDERS = re.compile(r"[\s=:,;|&<>(){}'\"`]+")
_VARIABLE = re.compile(r"\$(?:\{(\w+)[^}]*\}|(\w+))")
_ASSIGNED = re.compile(r"\b(\w+)=([^\s;&|]*)")
_WILD = re.compile(r"[*?\[]")
_PROGRAM = (Path(sys.executable).parent / NAME, Path(__file__).parents[1])
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
        return any(self._is_named(text, folder, known) for word in words for text in _readings(word, known))

    def _is_named(self, text: str, folder: Path, environment: Mapping[str, str]) -> bool:
        if NAME in text.casefold():
            return True
        parts = {text, *_BORDERS.split(text)} - {""}
        parts |= {part[2:] for part in parts if part.startswith("-")}  # -f/path
        return any(self._leads_here(part, folder, environment) for part in parts)

    def _leads_here(self, part: str, folder: Path, environment: Mapping[str, str]) -> bool:
        try:
            program = None if "/" in part else shutil.which(part, path=environment.get("PATH"))
            paths = [folder / _at_home(part, environment), *([Path(program)] if program else [])]
            return any(self._is_ours(path, Path(os.path.realpath(path))) for path in paths)  # Path.resolve fails at circles of links
        except ValueError:  # a NUL, or half a character: nothing has such a name
            return False

    def _is_ours(self, path: Path, meant: Path) -> bool:
        if meant != Path(os.path.normpath(path)) and NAME in meant.name.casefold() and meant.is_file():
            return True  # a link to the program, wherever it is installed
        return any(_is_within(meant, place) or _may_be_within(path, place) for place in self._everywhere())

    def _everywhere(self) -> Iterator[Path]:
        """Each place as it is called, and where it is."""
        for place in (*self.places, *_PROGRAM):
            yield place
            yield Path(os.path.realpath(place))


def _readings(word: str, environment: Mapping[str, str]) -> set[str]:
    """A word as it is written, and as a shell would read it."""
    plain = _VARIABLE.sub(lambda found: environment.get(found[1] or found[2], ""), _QUOTING.sub("", word))
    return {word, _QUOTING.sub("", word), plain}


def _at_home(path: str, environment: Mapping[str, str]) -> str:
    return environment.get("HOME", "~") + path[1:] if path == "~" or path.startswith("~/") else path


def _is_within(path: Path, place: Path) -> bool:
    """Whether a path leads into a folder, or to a file or one that SQLite keeps beside it (-wal, -shm)."""
    return path.is_relative_to(place) or (path.parent == place.parent and path.name.startswith(f"{place.name}-"))


def _may_be_within(pattern: Path, place: Path) -> bool:
    """The same of a path with wildcards: whether it could be that one."""
    if not _WILD.search(str(pattern)):
        return False
    wanted = PurePath(os.path.normpath(pattern)).parts
    return len(wanted) >= len(place.parts) and all(map(fnmatch.fnmatchcase, place.parts, wanted))
