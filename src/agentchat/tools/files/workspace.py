"""The working directory, and nothing outside of it: every file that a tool touches is opened here.

A path is walked component by component from a descriptor of the root, and no symbolic link is followed anywhere on the way. A
check of the path's text first and an open afterwards would leave a moment in which a folder can be swapped for a link; an open
below a descriptor does not. Pipes, sockets and devices are refused before they are opened, because opening alone can block or
act, and once more afterwards.
"""

import os
import secrets
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from agentchat.tools.failures import ToolFailed, reason
from agentchat.tools.files.entries import Entry, entries_of, entry_of
from agentchat.tools.files.moves import Place, is_taken, moved, must_be_apart, must_be_movable
from agentchat.tools.files.refusals import Missing, Unreadable, failure_of, missing, must_be_a_file, must_be_a_path, must_be_writable
from agentchat.tools.wording import path_of, quoted, size_text

LARGEST_FILE = 16 * 1024 * 1024
"""Bytes of the largest file that is read."""

MOST_FOLDERS = 100
"""How deep a path goes; a tree that is much deeper can hardly be deleted any more."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_WRITING = threading.RLock()


@dataclass(frozen=True, slots=True)
class Written:
    """What a write did."""

    path: str
    """Below the root."""
    created: bool
    """False when a file was replaced."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """Files below `root`. Everything that cannot be done is a ToolFailed with a sentence for the model."""

    root: Path

    def read(self, path: str) -> bytes:
        """All bytes of a file, at most LARGEST_FILE."""
        parts = self.parts(path)
        with self._parent(parts) as folder:
            descriptor = self._open_file(folder, parts)
        with os.fdopen(descriptor, "rb") as file:
            data = file.read(LARGEST_FILE + 1)
            size = max(os.fstat(file.fileno()).st_size, len(data))
        if len(data) > LARGEST_FILE:
            raise Unreadable(f"{path_of(parts)} is {size_text(size)}; files of at most {size_text(LARGEST_FILE)} can be read.")
        return data

    def peek(self, path: str) -> bytes | None:
        """All bytes of a file, or None when nothing is there yet. For showing what a write would change.

        An Unreadable can be replaced all the same: what names a file may not let one read it.
        """
        parts = self.parts(path)
        try:
            with self._parent(parts) as folder:
                os.stat(parts[-1] if parts else ".", dir_fd=folder, follow_symlinks=False)
        except (Missing, FileNotFoundError):
            return None
        except OSError as error:
            raise ToolFailed(f"{path_of(parts)} cannot be looked at: {reason(error)}.") from error
        return self.read(path)

    def stamp(self, path: str) -> str:
        """How a file stands, for telling whether it was changed, where nobody can look inside: its size, and when it was changed."""
        parts = self.parts(path)
        with self._parent(parts) as folder:
            state = os.stat(parts[-1], dir_fd=folder, follow_symlinks=False)
        return f"{state.st_size} bytes, changed {state.st_mtime_ns} ns after 1970"

    def entries(self, path: str) -> tuple[Entry, ...]:
        """What is in a folder, sorted by name."""
        parts = self.parts(path)
        with self._folder(parts) as folder:
            return entries_of(folder)

    def write(self, path: str, data: bytes) -> Written:
        """Puts a file there, whole or not at all: a temporary file beside it takes its name. Missing folders are made.

        A file that was there keeps its permission bits.
        """
        parts = self.parts(path)
        if not parts:
            raise ToolFailed("The path names the working directory itself; name a file in it.")
        with one_writer(), self._parent(parts, make=True) as folder:
            mode = _mode_of_the_old(folder, parts)
            _replace(folder, parts, data, mode=mode)
        return Written("/".join(parts), created=mode is None)

    def look(self, path: str) -> Entry | None:
        """What stands at a path; None when nothing is there yet."""
        parts = self.parts(path)
        if not parts:
            raise ToolFailed("The path names the working directory itself; name something in it.")
        try:
            with self._parent(parts) as folder:
                return _looked_at(folder, parts)
        except Missing:
            return None

    def remove(self, path: str) -> None:
        """Takes a file away."""
        parts = self.parts(path)
        with one_writer(), self._parent(parts) as folder:
            if not parts or _mode_of_the_old(folder, parts) is None:
                raise missing(folder, parts or (".",))
            try:
                os.unlink(parts[-1], dir_fd=folder)
            except OSError as error:
                raise ToolFailed(f"{path_of(parts)} was not deleted: {reason(error)}.") from error

    def move(self, path: str, target: str) -> None:
        """Gives a file or a folder another path. Missing folders are made; what is there already is never replaced."""
        old, new = self.parts(path), self.parts(target)
        must_be_apart(old, new)
        with one_writer(), self._parent(old) as source:
            entry = _looked_at(source, old)
            if entry is None:
                raise missing(source, old)
            must_be_movable(entry, source, old)
            with self._parent(new, make=True) as goal:
                there = _looked_at(goal, new)
                if there is not None:
                    raise is_taken(there, old, new)
                moved(entry, Place(source, old), Place(goal, new))

    def parts(self, path: str) -> tuple[str, ...]:
        """The path's components below the root, without `.` and `..`; refused when it leads outside.

        Working `..` off in the text is exact here, because no link is ever followed.
        """
        must_be_a_path(path)
        inside = self._below_the_root(path)
        parts: list[str] = []
        for part in inside.split("/"):
            if part == ".." and not parts:
                raise ToolFailed(f"{quoted(path)} is outside the working directory; only files below it can be used.")
            if part == "..":
                parts.pop()
            elif part not in {"", "."}:
                parts.append(part)
        if len(parts) > MOST_FOLDERS:
            raise ToolFailed(f"The path is more than {MOST_FOLDERS} folders deep; give a shorter one.")
        return tuple(parts)

    def _below_the_root(self, path: str) -> str:
        if not path.startswith("/"):
            return path
        root = str(self.root).rstrip("/")
        if path == root or path.startswith(f"{root}/"):
            return path.removeprefix(root)
        raise ToolFailed(f"{quoted(path)} is outside the working directory; use a path relative to it, such as 'notes.txt'.")

    @contextmanager
    def _parent(self, parts: tuple[str, ...], *, make: bool = False) -> Generator[int]:
        with self._folder(parts[:-1], make=make) as folder:
            yield folder

    @contextmanager
    def _folder(self, parts: tuple[str, ...], *, make: bool = False) -> Generator[int]:
        """A descriptor of the folder; it lives as long as the `with` block."""
        descriptor = self._open_root()
        try:
            for depth in range(1, len(parts) + 1):
                below = _open_folder(descriptor, parts[:depth], make=make)
                os.close(descriptor)
                descriptor = below
            yield descriptor
        finally:
            os.close(descriptor)

    def _open_root(self) -> int:
        try:
            return os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise ToolFailed(f"The working directory cannot be opened: {reason(error)}.") from error

    def _open_file(self, folder: int, parts: tuple[str, ...]) -> int:
        if not parts:
            raise ToolFailed("The path names the working directory itself; list_files shows what is in it.")
        try:
            must_be_a_file(os.stat(parts[-1], dir_fd=folder, follow_symlinks=False), folder, parts)
            descriptor = os.open(parts[-1], _FILE, dir_fd=folder)
        except PermissionError as error:
            raise Unreadable(f"{path_of(parts)} cannot be read: {reason(error)}.") from error
        except OSError as error:
            raise failure_of(error, folder, parts) from error
        try:
            must_be_a_file(os.fstat(descriptor), folder, parts)
        except ToolFailed:
            os.close(descriptor)
            raise
        return descriptor


@contextmanager
def one_writer() -> Generator[None]:
    """Within it no other call of this program writes: two edits of one file, called at once, are both made."""
    with _WRITING:
        yield


def _open_folder(folder: int, parts: tuple[str, ...], *, make: bool) -> int:
    """Opens the last of `parts` as a folder below the open one; with `make` it is created when missing."""
    try:
        return os.open(parts[-1], _FOLDER, dir_fd=folder)
    except FileNotFoundError as error:
        if not make:
            raise missing(folder, parts) from error
    except OSError as error:
        raise failure_of(error, folder, parts) from error
    try:
        with suppress(FileExistsError):
            os.mkdir(parts[-1], dir_fd=folder)
        return os.open(parts[-1], _FOLDER, dir_fd=folder)
    except OSError as error:
        raise ToolFailed(f"The folder {path_of(parts)} cannot be made: {reason(error)}.") from error


def _looked_at(folder: int, parts: tuple[str, ...]) -> Entry | None:
    try:
        return entry_of(folder, parts[-1])
    except OSError as error:
        raise failure_of(error, folder, parts) from error


def _mode_of_the_old(folder: int, parts: tuple[str, ...]) -> int | None:
    """The permission bits of the file that a write replaces; None when there is none."""
    try:
        state = os.stat(parts[-1], dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise failure_of(error, folder, parts) from error
    must_be_a_file(state, folder, parts)
    must_be_writable(state, parts)
    return state.st_mode & 0o777


def _replace(folder: int, parts: tuple[str, ...], data: bytes, *, mode: int | None) -> None:
    temporary = f".agentchat-{secrets.token_hex(8)}.tmp"
    try:
        _write_new(folder, temporary, data, mode=mode)
        os.rename(temporary, parts[-1], src_dir_fd=folder, dst_dir_fd=folder)
    except OSError as error:
        with suppress(OSError):
            os.unlink(temporary, dir_fd=folder)
        raise ToolFailed(f"{path_of(parts)} was not written: {reason(error)}.") from error
    with suppress(OSError):  # some file systems cannot sync a folder; the file stands there all the same
        os.fsync(folder)


def _write_new(folder: int, name: str, data: bytes, *, mode: int | None) -> None:
    descriptor = os.open(name, _NEW_FILE, 0o666, dir_fd=folder)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        if mode is not None:
            os.fchmod(descriptor, mode)
        file.flush()
        os.fsync(descriptor)
