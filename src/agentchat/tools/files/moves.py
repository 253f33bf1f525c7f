"""How something in the working directory gets another name, without ever taking the place of what is there.

The rename of POSIX replaces what has the new name, and a look beforehand leaves a moment in which something can come to be there. So
the new name is claimed by a call that fails where it is taken: for a file a second name (a hard link), for a folder an empty one, which
the rename may replace.
"""

import errno
import os
from contextlib import suppress
from dataclasses import dataclass

from agentchat.tools.failures import ToolFailed, reason
from agentchat.tools.files.entries import Entry
from agentchat.tools.files.refusals import link_failure
from agentchat.tools.wording import path_of

_NO_SECOND_NAME = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
"""What the system says where a file cannot have one: a file system without hard links, or a file of somebody else."""


@dataclass(frozen=True, slots=True)
class Place:
    """A name in an open folder."""

    folder: int
    """Its descriptor."""
    parts: tuple[str, ...]
    """The whole path below the root."""

    @property
    def name(self) -> str:
        """The last of it."""
        return self.parts[-1]


def must_be_apart(old: tuple[str, ...], new: tuple[str, ...]) -> None:
    """A ToolFailed for two paths between which nothing can be moved."""
    if not old or not new:
        raise ToolFailed("The working directory itself can be neither moved nor replaced; name a file or a folder in it.")
    if old == new:
        raise ToolFailed(f"{path_of(old)} has this path already; give another one as new_path.")
    if new[: len(old)] == old:
        raise ToolFailed(f"{path_of(old)} cannot be moved into itself; give a path outside of it as new_path.")


def must_be_movable(entry: Entry, folder: int, parts: tuple[str, ...]) -> None:
    """A ToolFailed for what is neither a file nor a folder."""
    if entry.kind == "link":
        raise link_failure(folder, parts)
    if entry.kind == "other":
        raise ToolFailed(f"{path_of(parts)} is a pipe, a socket or a device; only plain files and folders can be moved.")


def is_taken(there: Entry, old: tuple[str, ...], new: tuple[str, ...]) -> ToolFailed:
    """The sentence for a new path where something stands."""
    if there.kind == "folder":
        whole = path_of((*new, old[-1]))
        return ToolFailed(f"{path_of(new)} is a folder that exists already; give the whole new path, such as {whole}.")
    return ToolFailed(f"{path_of(new)} exists already and is not replaced; choose another name.")


def moved(entry: Entry, source: Place, goal: Place) -> None:
    """Moves it; a ToolFailed when that cannot be, and then everything stands where it stood."""
    try:
        if entry.kind == "folder":
            _move_folder(source, goal)
        else:
            _move_file(source, goal)
    except FileExistsError as error:
        raise ToolFailed(f"{path_of(goal.parts)} has just come to exist and is not replaced; choose another name.") from error
    except OSError as error:
        raise ToolFailed(f"{path_of(source.parts)} was not moved: {_why(error)}.") from error


def _move_file(source: Place, goal: Place) -> None:
    try:
        os.link(source.name, goal.name, src_dir_fd=source.folder, dst_dir_fd=goal.folder, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_SECOND_NAME:
            raise
        os.rename(source.name, goal.name, src_dir_fd=source.folder, dst_dir_fd=goal.folder)
        return
    try:
        os.unlink(source.name, dir_fd=source.folder)
    except OSError:
        with suppress(OSError):
            os.unlink(goal.name, dir_fd=goal.folder)
        raise


def _move_folder(source: Place, goal: Place) -> None:
    os.mkdir(goal.name, dir_fd=goal.folder)
    try:
        os.rename(source.name, goal.name, src_dir_fd=source.folder, dst_dir_fd=goal.folder)
    except OSError:
        with suppress(OSError):
            os.rmdir(goal.name, dir_fd=goal.folder)
        raise


def _why(error: OSError) -> str:
    if error.errno == errno.EXDEV:
        return "the new path lies on another file system; write it there as a new file instead"
    return reason(error)
