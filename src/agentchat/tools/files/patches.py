"""The tool that applies a unified diff to several files: all of them, or none.

What the person is asked about is made from the files as they are, not from what the model wrote: the real difference, bound to their
hashes.
"""

from dataclasses import dataclass
from typing import Any

from agentchat.runtime.declarations.tool import CallPreview
from agentchat.tools.failures import ToolFailed
from agentchat.tools.files.differences import creation, deletion, edit_difference
from agentchat.tools.files.texts import encoded, is_binary
from agentchat.tools.files.unified_diff import FileDiff, read_diff
from agentchat.tools.files.workspace import LARGEST_FILE, Workspace, one_writer
from agentchat.tools.wording import one_line, quoted, size_text

MOST_FILES = 100
"""Files of one diff."""


@dataclass(frozen=True, slots=True)
class PatchTool:
    """The function behind the tool; its docstring is what the model reads."""

    workspace: Workspace

    def patch_files(self, diff: str) -> str:
        """Applies a unified diff to files of the working directory: changes, creates and deletes several at once, or none of them.

        Read the files first: the lines of a hunk must be there exactly. The user may be shown the real difference and asked first.

        Args:
            diff: The diff, as `diff -u` or git write it: per file "--- a/path" and "+++ b/path" (/dev/null for a file that is new or that
                goes), then hunks that begin with "@@ -10,3 +10,4 @@", with lines marked by a blank, - or +.
        """
        with one_writer():
            patches = self._patches(diff)
            self._apply(patches)
        return "\n".join(patch.told for patch in patches)

    def preview_patch(self, arguments: dict[str, Any]) -> CallPreview | None:
        """The difference that the diff would make now; None when the arguments are not those of a patch."""
        diff = arguments.get("diff")
        if not isinstance(diff, str):
            return None
        try:
            return CallPreview("diff", "".join(patch.shown() for patch in self._patches(diff)))
        except ToolFailed as failure:
            return CallPreview("text", f"This would fail: {failure}")

    def _patches(self, diff: str) -> list["_Patch"]:
        """What is to be done to each file, worked out against what is there now."""
        files = read_diff(encoded(diff).decode())
        if len(files) > MOST_FILES:
            raise ToolFailed(f"The diff is about {len(files)} files; at most {MOST_FILES} can be patched at once.")
        patches = [self._patch(file) for file in files]
        paths = [patch.path for patch in patches]
        twice = next((path for path in paths if paths.count(path) > 1), None)
        if twice is not None:
            raise ToolFailed(f"The diff names {quoted(twice)} twice; put all hunks of a file under one header.")
        return patches

    def _patch(self, file: FileDiff) -> "_Patch":
        path = "/".join(self.workspace.parts(file.path))
        if file.deed == "create":
            there = self.workspace.look(file.path)
            if there is not None:
                raise ToolFailed(f"{quoted(path)} exists already; give the file in both header lines to change it.")
            return _Patch(path, None, file.of("").encode())
        old = self.workspace.read(file.path)
        if file.deed == "delete":
            return self._deletion(path, old, file)
        if is_binary(old):
            raise ToolFailed(f"{quoted(path)} is a binary file ({size_text(len(old))}); only text files can be patched.")
        new = file.of(old.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
        if len(new) > LARGEST_FILE:
            raise ToolFailed(f"{quoted(path)} would be larger than {size_text(LARGEST_FILE)} then; make a smaller change.")
        if new == old:
            raise ToolFailed(f"The diff changes nothing in {quoted(path)}; leave the file out.")
        return _Patch(path, old, new)

    def _deletion(self, path: str, old: bytes, file: FileDiff) -> "_Patch":
        """The file goes. Where the diff has hunks they must take all of it."""
        if file.hunks and file.of(old.decode("utf-8", "surrogateescape")):
            raise ToolFailed(f"The diff deletes {quoted(path)} but not all of its lines; read it again, or leave the hunks out.")
        return _Patch(path, old, None)

    def _apply(self, patches: list["_Patch"]) -> None:
        done = list[_Patch]()
        try:
            for patch in sorted(patches, key=lambda patch: patch.new is None):  # what is hardest to put back comes last
                self._make(patch.path, patch.new)
                done.append(patch)
        except ToolFailed as failure:
            left = self._undone(done)
            told = f"; {', '.join(left)} could not be put back" if left else "; nothing is changed"
            raise ToolFailed(f"{str(failure).removesuffix('.')}{told}.") from failure

    def _undone(self, done: list["_Patch"]) -> list[str]:
        """Puts back what was there; gives the files where that failed."""
        left = list[str]()
        for patch in reversed(done):
            try:
                self._make(patch.path, patch.old)
            except ToolFailed:
                left.append(quoted(patch.path))
        return left

    def _make(self, path: str, data: bytes | None) -> None:
        if data is None:
            self.workspace.remove(path)
        else:
            self.workspace.write(path, data)


@dataclass(frozen=True, slots=True)
class _Patch:
    """One file, before and after."""

    path: str
    old: bytes | None
    """None when there is no file yet."""
    new: bytes | None
    """None when there is none any more."""

    @property
    def told(self) -> str:
        deed = "Created" if self.old is None else "Deleted" if self.new is None else "Changed"
        return f"{deed} {quoted(self.path)}."

    def shown(self) -> str:
        """The difference as the person reads it, below a line that begins the part of a file and can be nothing else."""
        path = one_line(self.path)
        return f"diff a/{path} b/{path}\n{self._difference()}"

    def _difference(self) -> str:
        if self.new is None:
            return deletion(self.path, self.old or b"")
        text = self.new.decode("utf-8", "surrogateescape")
        return creation(self.path, text) if self.old is None else edit_difference(self.path, self.old, text).text
