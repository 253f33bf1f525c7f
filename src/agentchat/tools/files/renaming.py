"""The tool that gives a file or a folder another path."""

from dataclasses import dataclass
from typing import Any

from agentchat.runtime.declarations.tool import CallPreview
from agentchat.tools.failures import ToolFailed
from agentchat.tools.files.differences import file_hash
from agentchat.tools.files.entries import Entry
from agentchat.tools.files.moves import is_taken, must_be_apart
from agentchat.tools.files.refusals import Unreadable
from agentchat.tools.files.workspace import Workspace
from agentchat.tools.wording import path_of, size_text, some_of


@dataclass(frozen=True, slots=True)
class MoveTool:
    """The function behind the tool; its docstring is what the model reads."""

    workspace: Workspace

    def move_file(self, path: str, new_path: str) -> str:
        """Moves or renames a file or a folder in the working directory. Nothing that exists is ever replaced.

        Missing folders of the new path are made. The user may be asked first.

        Args:
            path: The file or folder, relative to the working directory, such as "notes.txt" or "docs".
            new_path: Its whole new path, with its name, such as "archive/notes.txt".
        """
        self.workspace.move(path, new_path)
        return f"Moved {path_of(self.workspace.parts(path))} to {path_of(self.workspace.parts(new_path))}."

    def preview_move(self, arguments: dict[str, Any]) -> CallPreview | None:
        """What would be moved, as it is now; None when the arguments are not those of a move."""
        match arguments:
            case {"path": str(path), "new_path": str(target)}:
                return CallPreview("text", self._told(path, target))
            case _:
                return None

    def _told(self, path: str, target: str) -> str:
        try:
            old, new = self.workspace.parts(path), self.workspace.parts(target)
            must_be_apart(old, new)
            entry = self.workspace.look(path)
            if entry is None:
                return f"This would fail: {path_of(old)} does not exist."
            there = self.workspace.look(target)
            if there is not None:
                return f"This would fail: {is_taken(there, old, new)}"
            return f"This moves {self._what(entry, path)} to {path_of(new)}, where nothing is yet."
        except ToolFailed as failure:
            return f"This would fail: {failure}"

    def _what(self, entry: Entry, path: str) -> str:
        """In words from which it follows how it stands: the yes is bound to them."""
        shown = path_of(self.workspace.parts(path))
        match entry.kind:
            case "file":
                return f"the file {shown} ({size_text(entry.size)}, {self._state(path)})"
            case "folder":
                return f"the folder {shown} (in it: {some_of([one.name for one in self.workspace.entries(path)])})"
            case "link" | "other":
                raise ToolFailed(f"{shown} is neither a plain file nor a folder.")

    def _state(self, path: str) -> str:
        try:
            return file_hash(self.workspace.read(path))
        except Unreadable:
            return self.workspace.stamp(path)
