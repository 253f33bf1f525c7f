"""Which calls of file tools are about files of the program, and so always ask."""

import inspect
from pathlib import Path
from typing import Any

import pytest

from agentchat.chat.deciding.policy import ChatPolicy
from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.runtime.ports.policy import Allow, Ask, CallInQuestion, Verdict
from agentchat.runtime.values.keys import CallKey, Scope
from agentchat.tools.registry import resolve_tool
from agentchat.tools.setting import ToolSetting

DIFF = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n--- /dev/null\n+++ b/own/state/trusted\n@@ -0,0 +1 @@\n+b\n"
OUTPUT = "output-0123456789abcdef.txt"


async def verdict(setting: ToolSetting, name: str, arguments: dict[str, Any]) -> Verdict:
    """What mode auto of a file says of the call."""
    tool = resolve_tool(name, setting)
    asks: Any = tool.needs_approval
    marked = await asks(RunContextWrapper(None), arguments, "c") if inspect.ismethod(asks) else asks
    call = CallInQuestion(CallKey(Scope("r"), 1, 0), "a", tool, arguments, needs_approval=marked)
    return ChatPolicy(mode="auto").verdict(call)


def setting_in(root: Path, home: Path) -> ToolSetting:
    state = home / "own" / "state"
    return ToolSetting(root, own=(home / "own" / "chats.db", state), state=state)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("write_file", {"path": "own/state/trusted", "content": ""}),
        ("write_file", {"path": "./x/../OWN/State/trusted", "content": ""}),
        ("write_file", {"path": "own/chats.db-wal", "content": ""}),
        ("write_file", {"path": "{home}/own/state/trusted", "content": ""}),
        ("edit_file", {"path": "own/state/trusted", "edits": []}),
        ("patch_files", {"diff": DIFF}),
        ("move_file", {"path": "x", "new_path": "own/state/trusted"}),
        ("move_file", {"path": "own", "new_path": "x"}),
        ("read_file", {"path": f"own/state/outputs/{OUTPUT}"}),
        ("list_files", {"path": "own/state/outputs"}),
        ("find_files", {"pattern": "*", "path": "own/state"}),
        ("search_files", {"text": "x", "path": "own/state/outputs"}),
    ],
)
async def test_a_file_of_the_program_is_asked_about_in_every_mode(tmp_path: Path, name: str, arguments: dict[str, Any]) -> None:
    given = {key: value.replace("{home}", str(tmp_path)) if isinstance(value, str) else value for key, value in arguments.items()}
    assert await verdict(setting_in(tmp_path, tmp_path), name, given) == Ask("its author wants to be asked")


@pytest.mark.parametrize(
    ("name", "arguments", "why"),
    [
        ("write_file", {"path": "owner/state", "content": ""}, "mode auto"),
        ("move_file", {"path": "x", "new_path": "y"}, "mode auto"),
        ("list_files", {}, ""),
        ("read_file", {"path": f"{{home}}/own/state/outputs/{OUTPUT}"}, ""),
        ("read_file", {"path": "../../x"}, ""),
    ],
)
async def test_other_files_and_an_output_by_its_whole_path_are_not(
    tmp_path: Path, name: str, arguments: dict[str, Any], why: str
) -> None:
    given = {key: value.replace("{home}", str(tmp_path)) for key, value in arguments.items()}
    assert await verdict(setting_in(tmp_path, tmp_path), name, given) == Allow(why)


def test_in_a_folder_without_files_of_the_program_no_call_is_looked_at(tmp_path: Path) -> None:
    for root in (tmp_path / "project", tmp_path / "own" / "state-of-things", tmp_path / "own" / "state"):
        assert resolve_tool("write_file", setting_in(root, tmp_path)).needs_approval is False
