"""What a project's .gitignore leaves out, for a search that has no ripgrep to ask.

The rules are git's: those of the deepest folder that says something about a path win, and what stands in a folder that is left out is not
looked at. Read are .gitignore from the top of the repository down, and its .git/info/exclude; outside of a repository nothing is left out.
What a person has named for all their repositories is not known here.
"""

import re
import warnings
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agentchat.tools.failures import ToolFailed
from agentchat.tools.files.workspace import Workspace

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

NAME = ".gitignore"


class Ignored:
    """The rules of one search. Mutable: it remembers those of each folder."""

    def __init__(self, workspace: Workspace, top: str) -> None:
        """`top` is the folder that is searched, "" for the working directory. One that is left out itself is searched all the same."""
        self._workspace = workspace
        self._below: dict[str, GitIgnoreSpec | None] = {}
        self._above = _rules_above(workspace.root)
        self._is_in_a_repository = bool(self._above)
        self._named = ""
        if top and self.leaves_out(top, is_folder=True):
            self._named, self._above = top, []

    def leaves_out(self, path: str, *, is_folder: bool) -> bool:
        """Whether the rules say so of a path below the working directory; of the folders above it they have been asked before."""
        if not self._is_in_a_repository:
            return False
        slash = "/" if is_folder else ""
        for folder in _folders_above(path):
            if len(folder) < len(self._named):
                break
            rules = self._rules_in(folder)
            said = None if rules is None else rules.check_file(path[len(folder) :].lstrip("/") + slash).include
            if said is not None:
                return said
        for prefix, rules in self._above:
            said = rules.check_file(f"{prefix}{path}{slash}").include
            if said is not None:
                return said
        return False

    def _rules_in(self, folder: str) -> "GitIgnoreSpec | None":
        if folder not in self._below:
            self._below[folder] = None
            with suppress(ToolFailed):  # there is none, or nobody may read it
                data = self._workspace.read(f"{folder}/{NAME}".lstrip("/"))
                self._below[folder] = _rules(data.decode("utf-8-sig", "replace").splitlines())
        return self._below[folder]


def _folders_above(path: str) -> Iterator[str]:
    """The folder that a path stands in and all above it, the deepest first; the last is ""."""
    while path:
        path = path.rpartition("/")[0]
        yield path


def _rules_above(root: Path) -> "list[tuple[str, GitIgnoreSpec]]":
    """The rules outside of the working directory, the nearest first, each with the way from its folder; the last are the repository's own.

    None where there is no repository.
    """
    found: list[tuple[str, GitIgnoreSpec]] = []
    prefix = ""
    for folder in (root, *root.parents):
        if folder != root:
            found.append((prefix, _rules(_lines_of(folder / NAME))))
        if (folder / ".git").exists():
            return [*found, (prefix, _rules(_lines_of(folder / ".git" / "info" / "exclude")))]
        prefix = f"{folder.name}/{prefix}"
    return []


def _lines_of(file: Path) -> list[str]:
    try:
        return file.read_text("utf-8-sig", "replace").splitlines()
    except OSError:
        return []


def _rules(lines: Iterable[str]) -> "GitIgnoreSpec":
    """A line that is no pattern is passed over, as git does."""
    from pathspec import GitIgnoreSpec  # 50 ms that a search with ripgrep does not need

    patterns: list[Any] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of `re`, about a pattern that somebody wrote
        for line in lines:
            with suppress(ValueError, re.error):
                patterns += GitIgnoreSpec.from_lines([line]).patterns
    return GitIgnoreSpec(patterns)
