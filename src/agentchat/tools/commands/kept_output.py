"""The whole of a long output, in a private file: the model gets the beginning and the end of it, and can read the rest there.

The files lie in a folder of the program's own, for nobody else to read. Their names cannot be guessed, so that a model knows those that it
was told of and no others. There is an end to their size, their number and their age: the oldest go when a new one is made.
"""

import os
import re
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from agentchat.tools.files.workspace import LARGEST_FILE, Workspace
from agentchat.tools.wording import size_text

LARGEST = LARGEST_FILE
"""Bytes of one file: as much as read_file reads."""
MOST_FILES = 50
MOST_BYTES = 256 * 1024 * 1024
"""Bytes of all files together."""
OLDEST = 30 * 24 * 3600.0
"""Seconds after which a file goes."""

_NAME = re.compile(r"output-[0-9a-f]{16}\.txt")
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class KeptOutput:
    """Takes an output in, and puts it into a file once there is more of it than `shown` bytes. Mutable: it grows with the output."""

    def __init__(self, folder: Path | None, *, shown: int) -> None:
        """Without a folder nothing is kept."""
        self._folder = folder
        self._room = shown
        self._begun = bytearray()
        """What came before there was more than can be shown."""
        self._file = -1
        self._path: Path | None = None
        self._size = 0
        self._whole = 0

    def take(self, data: bytes) -> None:
        """More of it."""
        self._whole += len(data)
        if self._folder is None:
            return
        if self._file < 0:
            self._begun += data
            if self._whole <= self._room:
                return
            data, self._begun = bytes(self._begun), bytearray()
            self._open(self._folder)
        self._write(data[: LARGEST - self._size])

    def close(self) -> None:
        """That was all."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
        self._folder = None

    @property
    def words(self) -> str:
        """Where the output is, for the model; empty when nothing of it was put anywhere."""
        if self._path is None or not self._size:
            return ""
        part = "all of it" if self._size == self._whole else f"the first {size_text(self._size)} of it"
        return f"; {part} is in {self._path}, which read_file can read"

    def _open(self, folder: Path) -> None:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _make_room(folder)
            path = folder / f"output-{secrets.token_hex(8)}.txt"
            self._file = os.open(path, _NEW, 0o600)
        except OSError:  # a full disk, or no permission: the command must not fail by that, and nobody is told of a file
            self._folder = None
        else:
            self._path = path

    def _write(self, data: bytes) -> None:
        """Puts it into the file; from the first failure on nothing more."""
        try:
            while data and self._file >= 0:
                written = os.write(self._file, data)
                self._size += written
                data = data[written:]
        except OSError:  # a full disk, as above
            self.close()


@dataclass(frozen=True, slots=True)
class WorkspaceWithOutputs(Workspace):
    """The working directory, and the files with outputs: each can be read by its whole path, and nothing else beside it."""

    outputs: Path | None = None

    def read(self, path: str) -> bytes:
        """All bytes of a file below the root, or of an output."""
        if self.outputs is None or not self.is_output(path):
            return Workspace.read(self, path)
        return Workspace(self.outputs).read(path.rpartition("/")[2])

    def is_output(self, path: str) -> bool:
        """Whether a path is the whole path of an output."""
        folder, _, name = path.rpartition("/")
        return self.outputs is not None and folder == str(self.outputs) and _NAME.fullmatch(name) is not None


def _make_room(folder: Path) -> None:
    """Takes the oldest files away, as many as make room for a new one."""
    files = sorted(_files_in(folder), reverse=True)
    size, too_old = 0, time.time() - OLDEST
    for number, (changed, bytes_, path) in enumerate(files, start=1):
        size += bytes_
        if number >= MOST_FILES or size > MOST_BYTES - LARGEST or changed < too_old:
            with suppress(OSError):
                path.unlink()


def _files_in(folder: Path) -> Iterator[tuple[float, int, Path]]:
    """Each output with the time of its last change and its size. Nothing else in the folder is touched."""
    for path in folder.iterdir():
        with suppress(OSError):
            state = path.lstat()
            if _NAME.fullmatch(path.name) and stat.S_ISREG(state.st_mode):
                yield state.st_mtime, state.st_size, path
