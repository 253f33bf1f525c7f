"""What stands in a folder that is open already: names, kinds and sizes, looked at without following any link."""

import os
import stat
from dataclasses import dataclass
from typing import Literal, TypeAlias

EntryKind: TypeAlias = Literal["file", "folder", "link", "other"]

_KINDS: dict[int, EntryKind] = {stat.S_IFREG: "file", stat.S_IFDIR: "folder", stat.S_IFLNK: "link"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a folder."""

    name: str
    kind: EntryKind
    size: int
    """Bytes; of a file only."""


def entries_of(folder: int) -> tuple[Entry, ...]:
    """What is in the folder behind a descriptor, sorted by name."""
    with os.scandir(folder) as found:
        entries = [entry_of(folder, one.name) for one in found]
    return tuple(sorted((entry for entry in entries if entry is not None), key=lambda entry: entry.name))


def entry_of(folder: int, name: str) -> Entry | None:
    """One entry, or None when there is none, perhaps not any more."""
    try:
        state = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
    kind = kind_of(state)
    return Entry(name, kind, state.st_size if kind == "file" else 0)


def kind_of(state: os.stat_result) -> EntryKind:
    """What a `stat` tells of."""
    return _KINDS.get(stat.S_IFMT(state.st_mode), "other")
