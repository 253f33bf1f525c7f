"""Whether a call of a file tool is about a file of this program: such a call always asks, as a command that names one does.

Only where the working directory holds such a file: what is outside of it no file tool reaches, and who works in a folder of the program
itself means to.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agentchat.runtime.declarations.function_tool import NeedsApproval
from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.tools.commands.kept_output import WorkspaceWithOutputs
from agentchat.tools.commands.own_files import is_within
from agentchat.tools.failures import ToolFailed
from agentchat.tools.files.unified_diff import read_diff
from agentchat.tools.setting import ToolSetting


def asks_about_own(setting: ToolSetting) -> NeedsApproval:
    """For the `needs_approval` of a file tool."""
    root = _spelled(setting.root)
    places = tuple(place for one in setting.own if (place := _spelled(one)) != root and _is_below(place, root))
    return _OwnPaths(WorkspaceWithOutputs(setting.root, setting.outputs), places).must_be_asked if places else False


@dataclass(frozen=True, slots=True)
class _OwnPaths:
    workspace: WorkspaceWithOutputs
    places: tuple[str, ...]

    async def must_be_asked(self, _context: RunContextWrapper[Any], arguments: dict[str, Any], _call_id: str) -> bool:
        """Whether one of the paths leads to a file of the program. An output is read by the name that only its reader was told."""
        try:
            meant = [self._meant(path) for path in _paths_in(arguments) if not self.workspace.is_output(path)]
        except ToolFailed:
            return False  # the call fails as well
        takes_along = meant[:1] if "new_path" in arguments else []
        return any(is_within(one, place) for one in meant for place in self.places) or any(
            _is_below(place, one) for one in takes_along for place in self.places
        )

    def _meant(self, path: str) -> str:
        return _spelled(self.workspace.root.joinpath(*self.workspace.parts(path)))


def _paths_in(arguments: Mapping[str, Any]) -> Iterator[str]:
    yield from (path for path in (arguments.get("path", "."), arguments.get("new_path")) if isinstance(path, str))
    if isinstance(diff := arguments.get("diff"), str):
        yield from (file.path for file in read_diff(diff))


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


def _spelled(path: Path) -> str:
    """Where it is; some file systems do not tell cases apart."""
    return os.path.realpath(path).casefold()
