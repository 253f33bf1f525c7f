"""The tools that read, list and write files in the working directory.

What goes to the model is bounded, and says what was left out and how to get it. What changes a file can be shown first: the
preview of a write is the difference to the file as it is now.
"""

from dataclasses import dataclass
from typing import Any

from agentchat.runtime.declarations.tool import CallPreview
from agentchat.tools.failures import ToolFailed
from agentchat.tools.files.differences import difference
from agentchat.tools.files.entries import Entry
from agentchat.tools.files.refusals import Unreadable
from agentchat.tools.files.texts import encoded, is_binary, split_lines
from agentchat.tools.files.workspace import Workspace
from agentchat.tools.wording import counted, one_line, quoted, size_text

MOST_OUTPUT = 64 * 1024
"""Bytes (UTF-8) of a file's text that the model is given at once."""

MOST_ENTRIES = 400
"""Files and folders that one listing names."""


@dataclass(frozen=True, slots=True)
class FileTools:
    """The functions behind the tools; their docstrings are what the model reads."""

    workspace: Workspace

    def read_file(
        self, path: str, first_line: int | None = None, last_line: int | None = None, *, line_numbers: bool | None = None
    ) -> str:
        """Reads a text file of the working directory and gives its text.

        A long file is given in pieces; the end of the output then says how to read on.

        Args:
            path: The file, relative to the working directory, such as "notes.txt" or "src/main.py".
            first_line: The first line wanted, counted from 1; null to start at the beginning.
            last_line: The last line wanted; null to read to the end.
            line_numbers: True to put its number and a colon before each line, for naming places; they are not in the file.
        """
        lines = _lines_of(self.workspace.read(path), path)
        first, last = _line_range(len(lines), first_line, last_line)
        lines = _numbered(lines) if line_numbers else lines
        return _excerpt(lines, first, last) if lines else f"{quoted(path)} is empty."

    def list_files(self, path: str = ".") -> str:
        """Lists a folder of the working directory. Folders end with a slash; files stand with their size.

        To look for files by name use find_files.

        Args:
            path: The folder, relative to the working directory; "." is the working directory itself.
        """
        lines = [entry_line(entry) for entry in self.workspace.entries(path)]
        if not lines:
            return f"The folder {quoted(path)} is empty."
        left = len(lines) - MOST_ENTRIES
        rest = [f"[{left} more are left out; find_files finds one by its name]"] if left > 0 else []
        return "\n".join([*lines[:MOST_ENTRIES], *rest])

    def write_file(self, path: str, content: str) -> str:
        """Writes a text file in the working directory: makes it, or replaces everything that is in it.

        To change a part of a file, edit_file is better; without it read the file first and write it back whole. Missing folders are
        made. The user may be shown the difference and asked first.

        Args:
            path: The file, relative to the working directory, such as "notes.txt" or "docs/plan.md".
            content: The whole new text of the file.
        """
        data = encoded(content)
        written = self.workspace.write(path, data)
        deed = "Created" if written.created else "Replaced"
        return f"{deed} {quoted(written.path)}: {counted(len(split_lines(content)), 'line')}, {size_text(len(data))}."

    def preview_write(self, arguments: dict[str, Any]) -> CallPreview | None:
        """The difference that a write would make now; None when the arguments are not those of a write."""
        path, content = arguments.get("path"), arguments.get("content")
        if not isinstance(path, str) or not isinstance(content, str):
            return None
        try:
            old = self.workspace.peek(path)
        except Unreadable as failure:
            which = f"a file that cannot be shown ({self.workspace.stamp(path)})"
            return CallPreview("text", f"This replaces {which}. {failure} The new text:\n\n{content}")
        except ToolFailed as failure:
            return CallPreview("text", f"This would fail: {failure}")
        return difference("/".join(self.workspace.parts(path)), old, content)


def entry_line(entry: Entry, *, name: str | None = None) -> str:
    """One entry of a listing; `name` stands for the entry's own."""
    shown = one_line(name or entry.name)
    match entry.kind:
        case "file":
            return f"{shown}  ({size_text(entry.size)})"
        case "folder":
            return f"{shown}/"
        case "link":
            return f"{shown}  (a symbolic link)"
        case "other":
            return f"{shown}  (no plain file)"


def _lines_of(data: bytes, path: str) -> list[str]:
    if is_binary(data):
        raise ToolFailed(f"{quoted(path)} is a binary file ({size_text(len(data))}); only text files can be read.")
    return split_lines(data.decode("utf-8-sig", "replace"))


def _numbered(lines: list[str]) -> list[str]:
    width = len(str(len(lines)))
    return [f"{number:>{width}}: {line}" for number, line in enumerate(lines, start=1)]


def _line_range(count: int, first: int | None, last: int | None) -> tuple[int, int]:
    """The wanted lines as a slice; refused when there are none."""
    start, end = first or 1, last or count
    if start < 1 or end < 0:
        raise ToolFailed("Lines are counted from 1; give first_line and last_line as positive numbers.")
    if count and start > count:
        raise ToolFailed(f"The file has {counted(count, 'line')}; first_line is {start}.")
    if first and last and last < first:
        raise ToolFailed(f"last_line ({last}) is before first_line ({first}).")
    return start - 1, min(end, count)


def _excerpt(lines: list[str], first: int, last: int) -> str:
    """The lines from `first` up to `last`, cut to MOST_OUTPUT, with a note when anything is left out."""
    wanted = lines[first:last]
    given, room = list[str](), MOST_OUTPUT
    for line in wanted:
        room -= len(line.encode())
        if room < 0:
            break
        given.append(line)
    if not given:
        return _one_long_line(wanted[0], first + 1, len(lines))
    text, end = "".join(given), first + len(given)
    where = f"lines {first + 1}-{end} of {len(lines)}"
    if end < last:
        left = sum(len(line.encode()) for line in lines[end:last])
        return f"{text}[{where}; {size_text(left)} left out; read on with first_line={end + 1}]"
    return text if first == 0 and last == len(lines) else f"{text.removesuffix(chr(10))}\n[{where}]"


def _one_long_line(line: str, number: int, count: int) -> str:
    data = line.encode()
    text = data[:MOST_OUTPUT].decode("utf-8", "ignore")
    left = size_text(len(data) - MOST_OUTPUT)
    after = f"; read on with first_line={number + 1}" if number < count else ""
    return f"{text}\n[the start of line {number} of {count}; {left} of this line left out{after}]"
