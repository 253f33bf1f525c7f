"""What the operating system refused, or what the workspace refuses, as a sentence that helps with the next try.

Everything here looks from the descriptor of an open folder, like the workspace itself, so that asking for the reason gets nowhere that the
call could not.
"""

import os
import stat

from agentchat.tools.failures import ToolFailed, reason
from agentchat.tools.files.entries import entries_of, kind_of
from agentchat.tools.wording import nearest, path_of, quoted, some_of

LONGEST_PATH = 4_096
"""Characters."""


class Unreadable(ToolFailed):
    """A plain file whose bytes cannot be had."""


class Missing(ToolFailed):
    """Nothing is there."""


def must_be_a_path(path: str) -> None:
    """A ToolFailed for a text that no file can have as its path."""
    if len(path) > LONGEST_PATH:
        raise ToolFailed(f"The path is longer than {LONGEST_PATH:,} characters; give a shorter one.")
    if "\0" in path:
        raise ToolFailed("The path contains a NUL character, which no file name can.")
    try:
        os.fsencode(path)
    except UnicodeEncodeError:
        raise ToolFailed("The path contains characters that no file name can; spell it in valid Unicode.") from None


def must_be_a_file(state: os.stat_result, folder: int, parts: tuple[str, ...]) -> None:
    """A ToolFailed for everything but a plain file."""
    match kind_of(state):
        case "file":
            return
        case "folder":
            raise ToolFailed(f"{path_of(parts)} is a folder; list_files shows what is in it.")
        case "link":
            raise link_failure(folder, parts)
        case "other":
            raise ToolFailed(f"{path_of(parts)} is a pipe, a socket or a device; only plain files can be used.")


def must_be_writable(state: os.stat_result, parts: tuple[str, ...]) -> None:
    """A ToolFailed for a file that somebody made read-only: the rename at the end of a write would not mind."""
    if not state.st_mode & 0o222:
        raise ToolFailed(f"{path_of(parts)} is read-only; write to another file, or ask the user to make it writable.")


def failure_of(error: OSError, folder: int, parts: tuple[str, ...]) -> ToolFailed:
    """The sentence for what the operating system refused."""
    if isinstance(error, FileNotFoundError):
        return missing(folder, parts)
    if _is_link(folder, parts[-1]):
        return link_failure(folder, parts)
    if isinstance(error, NotADirectoryError):
        return ToolFailed(f"{path_of(parts)} is not a folder.")
    return ToolFailed(f"{path_of(parts)} cannot be opened: {reason(error)}.")


def missing(folder: int, parts: tuple[str, ...]) -> Missing:
    """Says what is there instead, so that the next try can be right."""
    try:
        there = [f"{entry.name}/" if entry.kind == "folder" else entry.name for entry in entries_of(folder)]
    except OSError:
        there = []
    where = "here" if len(parts) == 1 else f"in {path_of(parts[:-1])}"
    close = nearest(parts[-1], [name.rstrip("/") for name in there])
    hint = f" Did you mean {path_of((*parts[:-1], close))}?" if close else ""
    return Missing(f"{path_of(parts)} does not exist; {where}: {some_of(there)}.{hint}")


def link_failure(folder: int, parts: tuple[str, ...]) -> ToolFailed:
    """The sentence for a symbolic link, with where it leads."""
    try:
        target = os.readlink(parts[-1], dir_fd=folder)
    except OSError:
        target = "?"
    return ToolFailed(f"{path_of(parts)} is a symbolic link to {quoted(target)}, which is not followed; use the real path.")


def _is_link(folder: int, name: str) -> bool:
    try:
        return stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
    except OSError:
        return False
