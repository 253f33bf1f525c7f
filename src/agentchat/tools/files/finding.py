"""The tools that look for files by name, and for text in them.

Both walk below the working directory as everything else does, from descriptors and along no link. Where ripgrep is installed it says
which files are worth opening, at its own speed and by the project's .gitignore; elsewhere `ignored.py` knows that. What is told of a file
is always read here, so that both ways give the same output and neither can be led outside.
"""

import fnmatch
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agentchat.tools.failures import ToolFailed
from agentchat.tools.files.contents import MOST_ENTRIES, entry_line
from agentchat.tools.files.entries import Entry
from agentchat.tools.files.ignored import Ignored
from agentchat.tools.files.matching import LinesFound, Matcher, Wanted
from agentchat.tools.files.ripgrep import files_with
from agentchat.tools.files.texts import is_binary
from agentchat.tools.files.workspace import Workspace
from agentchat.tools.wording import counted, one_line, quoted

MOST_SEEN = 50_000
"""Files and folders that one search looks at."""

MOST_MATCHES = 200
"""Lines that one search gives."""

PATIENCE = 30.0
"""Seconds that one search may take."""

LONGEST_LINE = 300
"""Characters of a line that is given."""

LARGEST_SEARCHED = 2 * 1024 * 1024
"""Bytes of the largest file whose text is searched; larger ones are data more often than text."""

SKIPPED = frozenset({"node_modules", "__pycache__", "venv", "site-packages"})
"""Folders that hold what nobody wrote here; hidden ones are skipped as well."""


@dataclass(frozen=True, slots=True)
class FindingTools:
    """The functions behind the tools; their docstrings are what the model reads."""

    workspace: Workspace

    def find_files(self, pattern: str, path: str = ".") -> str:
        """Finds files by name in a folder of the working directory and in all folders below it.

        Hidden folders, and those of installed packages, are left out; name one as the path to look into it.

        Args:
            pattern: A name with wildcards, such as "*.py"; with a slash it is about the path, such as "docs/**/*.md".
            path: The folder to begin in, relative to the working directory; "." is the working directory itself.
        """
        if not pattern.strip():
            raise ToolFailed('The pattern is empty; give a name with wildcards, such as "*.md".')
        found, stopped = list[str](), ""
        for seen, (below, entry) in enumerate(self.everything(path), start=1):
            if entry.kind != "folder" and _matches(below, entry.name, pattern):
                found.append(entry_line(entry, name=below))
            if seen == MOST_SEEN or len(found) == MOST_ENTRIES:
                stopped = f"[the search stopped after {seen} files and folders; search a smaller folder]"
                break
        return "\n".join([*found, *filter(None, [stopped])]) or f"No file below {quoted(path)} matches {quoted(pattern)}."

    def search_files(
        self, text: str, path: str = ".", files: str | None = None, *, regex: bool = False, ignore_case: bool = False
    ) -> str:
        """Searches the text files of the working directory, line by line, and gives each line that matches as "path:line: text".

        Hidden files and folders, those of installed packages, and what .gitignore names are left out.

        Args:
            text: What to look for: a text, or with regex a regular expression as Python knows them.
            path: A folder, searched with all folders below it, or one file; "." is the working directory itself.
            files: A pattern of file names, such as "*.py" or "docs/**/*.md", to search only these; null for all.
            regex: True when the text is a regular expression.
            ignore_case: True when upper and lower case are the same.
        """
        wanted = Wanted(text, regex=regex, ignore_case=ignore_case)
        with Matcher(wanted) as matcher:
            return self._searched(matcher, _Search(wanted, path, files))

    def everything(self, path: str, *, ignored: Ignored | None = None) -> Iterator[tuple[str, Entry]]:
        """Everything below a folder, nearest first, with its path relative to it. Hidden folders are not entered.

        With `ignored` without what that leaves out.
        """
        top = "/".join(self.workspace.parts(path))
        waiting = deque([""])
        while waiting:
            folder = waiting.popleft()
            for entry in self._entries_if_readable(f"{top}/{folder}".strip("/") or ".", top=not folder):
                below = f"{folder}/{entry.name}".lstrip("/")
                if ignored is not None and ignored.leaves_out(f"{top}/{below}".lstrip("/"), is_folder=entry.kind == "folder"):
                    continue
                yield below, entry
                if entry.kind == "folder" and not entry.name.startswith(".") and entry.name not in SKIPPED:
                    waiting.append(below)

    def _searched(self, matcher: Matcher, search: "_Search") -> str:
        lines, files, note, end = list[str](), 0, "", time.monotonic() + PATIENCE
        for path in self._candidates(search):
            found = self._lines_in(path, matcher)
            files += bool(found)
            lines += [f"{one_line(path)}:{one.number}: {_shortened(one.text)}" for one in found]
            if len(lines) >= MOST_MATCHES:
                note = f"[the first {MOST_MATCHES} lines; there may be more, search for something rarer or in fewer files]"
                break
            if time.monotonic() > end:
                note = f"[the search stopped after {PATIENCE:.0f} s, at {quoted(path)}; search a smaller folder]"
                break
        if not lines and not note:
            where = f" of files that match {quoted(search.files)}" if search.files else ""
            return f"No line{where} below {quoted(search.path)} matches {quoted(search.wanted.text)}."
        return "\n".join([*lines[:MOST_MATCHES], note or f"[{counted(len(lines), 'line')} in {counted(files, 'file')}]"])

    def _candidates(self, search: "_Search") -> Iterator[str]:
        """The files to open, nearest first, as paths below the root."""
        parts = self.workspace.parts(search.path)
        top = "/".join(parts)
        entry = self.workspace.look(search.path) if parts else None
        if entry is not None and entry.kind == "file":
            yield top
            return
        self.workspace.entries(search.path)  # says what is wrong with it
        listed = files_with(search.wanted, self.workspace.root, top)
        found = self._walked(search.path) if listed is None else iter(_nearest_first(listed))
        for below in found:
            if search.files is None or _matches(below, below.rpartition("/")[2], search.files):
                yield f"{top}/{below}".lstrip("/")

    def _walked(self, path: str) -> Iterator[str]:
        ignored = Ignored(self.workspace, "/".join(self.workspace.parts(path)))
        for seen, (below, entry) in enumerate(self.everything(path, ignored=ignored)):
            if seen == MOST_SEEN:
                raise ToolFailed(f"There are more than {MOST_SEEN:,} files and folders below {quoted(path)}; search a smaller folder.")
            if entry.kind == "file" and entry.size <= LARGEST_SEARCHED and not entry.name.startswith("."):
                yield below

    def _lines_in(self, path: str, matcher: Matcher) -> Sequence[LinesFound]:
        try:
            data = self.workspace.read(path)
        except ToolFailed:
            return ()  # gone since, or nobody may read it
        if is_binary(data) or len(data) > LARGEST_SEARCHED:
            return ()
        return matcher.lines_in(data.decode("utf-8-sig", "replace"), MOST_MATCHES)

    def _entries_if_readable(self, path: str, *, top: bool) -> tuple[Entry, ...]:
        """What is in a folder; one that cannot be read is passed over, unless it is the one that was asked for."""
        try:
            return self.workspace.entries(path)
        except ToolFailed:
            if top:
                raise
            return ()


@dataclass(frozen=True, slots=True)
class _Search:
    """What is looked for, and where."""

    wanted: Wanted
    path: str
    files: str | None


def _nearest_first(paths: Sequence[str]) -> list[str]:
    """In the order of a walk."""
    split = sorted((path.split("/") for path in paths), key=lambda parts: (len(parts), parts))
    return ["/".join(parts) for parts in split if not SKIPPED.intersection(parts[:-1])]


def _shortened(line: str) -> str:
    return f"{line[:LONGEST_LINE]}…" if len(line) > LONGEST_LINE else line


def _matches(below: str, name: str, pattern: str) -> bool:
    """A pattern with a slash is about the whole path; one without is about the name in any folder."""
    plain = pattern.removeprefix("./").removeprefix("**/").replace("**/", "*")
    return fnmatch.fnmatchcase(below if "/" in plain else name, plain)
