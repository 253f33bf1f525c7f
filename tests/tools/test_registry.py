import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agentchat.runtime.declarations.function_tool import invoke
from agentchat.runtime.declarations.run_context import ToolContext
from agentchat.runtime.declarations.tool import CallPreview, FunctionTool
from agentchat.tools.registry import BUILT_IN, ToolNotFound, resolve_tool, tool_names
from agentchat.tools.setting import ToolSetting


async def _output(tool: FunctionTool, **arguments: object) -> str:
    text = json.dumps(arguments)
    context = ToolContext[Any](context=None, tool_name=tool.name, tool_call_id="1", tool_arguments=text)
    output = await invoke(tool, context, text)
    return output if isinstance(output, str) else str(output.text)


@pytest.fixture
def setting(tmp_path: Path) -> ToolSetting:
    return ToolSetting(tmp_path)


@pytest.fixture(autouse=True)
def _imports_undone() -> Iterator[None]:
    path, modules = list(sys.path), set(sys.modules)
    yield
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        del sys.modules[name]


def test_every_built_in_tool_says_what_it_does(setting: ToolSetting) -> None:
    tools = {name: resolve_tool(name, setting) for name in tool_names()}
    assert {name: (tool.name, tool.effects, tool.origin, tool.needs_approval) for name, tool in tools.items()} == {
        "read_file": ("read_file", "reads", "built in", False),
        "list_files": ("list_files", "reads", "built in", False),
        "find_files": ("find_files", "reads", "built in", False),
        "search_files": ("search_files", "reads", "built in", False),
        "write_file": ("write_file", "changes", "built in", False),
        "edit_file": ("edit_file", "changes", "built in", False),
        "patch_files": ("patch_files", "changes", "built in", False),
        "move_file": ("move_file", "changes", "built in", False),
        "fetch_page": ("fetch_page", "reads", "built in", False),
        "run_command": ("run_command", "changes", "built in", tools["run_command"].needs_approval),
        "run_shell": ("run_shell", "changes", "built in", True),
        "job_output": ("job_output", "reads", "built in", False),
        "stop_job": ("stop_job", "none", "built in", False),
        "remember": ("remember", "none", "built in", False),
        "recall_notes": ("recall_notes", "none", "built in", False),
        "forget_note": ("forget_note", "none", "built in", False),
        "ask_user": ("ask_user", "none", "built in", True),
        "calculator": ("calculator", "none", "built in", False),
        "clock": ("clock", "none", "built in", False),
    }


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_parameter_of_a_built_in_tool_is_described_to_the_model(setting: ToolSetting, name: str) -> None:
    tool = resolve_tool(name, setting)
    assert tool.description
    assert all(one["description"] for one in tool.params_json_schema["properties"].values())


async def test_built_in_tools_work_when_a_run_calls_them(setting: ToolSetting) -> None:
    assert await _output(resolve_tool("write_file", setting), path="a.txt", content="hello\n") == "Created 'a.txt': 1 line, 6 bytes."
    assert await _output(resolve_tool("read_file", setting), path="a.txt", first_line=None, last_line=None) == "hello\n"
    assert await _output(resolve_tool("list_files", setting), path=".") == "a.txt  (6 bytes)"
    edit = {"path": "a.txt", "old_text": "hello", "new_text": "hi", "replace_all": False}
    assert await _output(resolve_tool("edit_file", setting), **edit) == "Changed 'a.txt' in 1 place (line 1)."
    assert await _output(resolve_tool("run_command", setting), argv=["cat", "a.txt"], timeout=60) == "hi\n[exit status 0]"
    assert await _output(resolve_tool("run_shell", setting), command="cat *.txt | wc -c", timeout=60) == "3\n[exit status 0]"
    assert await _output(resolve_tool("calculator", setting), expression="6 * 7") == "42"
    assert "+00:00 (UTC)" in await _output(resolve_tool("clock", setting), timezone="UTC")


async def test_a_failure_reaches_the_model_as_its_sentence(setting: ToolSetting) -> None:
    assert await _output(resolve_tool("read_file", setting), path="b.txt") == "'b.txt' does not exist; here: nothing."
    assert await _output(resolve_tool("calculator", setting), expression="1/0") == "'1/0' divides by zero."


async def test_wrong_arguments_reach_the_model_as_a_sentence(setting: ToolSetting) -> None:
    said = await _output(resolve_tool("read_file", setting), file="b.txt")
    assert said.startswith("This call failed: ")


def test_writing_can_be_previewed(setting: ToolSetting) -> None:
    preview = resolve_tool("write_file", setting).preview
    assert preview is not None
    assert preview({"path": "a.txt", "content": "x\n"}) == CallPreview("diff", "--- /dev/null\n+++ b/a.txt\n@@ -0,0 +1 @@\n+x\n")


def test_an_unknown_name_is_answered_with_the_nearest(setting: ToolSetting) -> None:
    with pytest.raises(ToolNotFound) as failure:
        resolve_tool("raed_file", setting)
    assert str(failure.value) == "There is no tool 'raed_file'; did you mean 'read_file'?"
    with pytest.raises(ToolNotFound) as failure:
        resolve_tool("teleport", setting)
    assert str(failure.value) == (
        f"There is no tool 'teleport'; there are {', '.join(BUILT_IN)}."
    )


WEATHER = """
def make(setting):
    def weather() -> str:
        'Tells the weather.'
        return str(setting.root)
    return weather
"""


def _installed(folder: Path) -> None:
    """A package of somebody else, as pip would leave it."""
    info = folder / "weather_for_test-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: weather-for-test\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[agentchat.tools]\nweather = weather_for_test:make\nclock = weather_for_test:make\nbroken = weather_for_test:nothing\n"
    )
    (folder / "weather_for_test.py").write_text(WEATHER)


async def test_an_installed_package_adds_tools_but_takes_no_built_in_name(setting: ToolSetting) -> None:
    _installed(setting.root)
    sys.path.append(str(setting.root))
    assert tool_names() == (*BUILT_IN, "broken", "weather")
    assert "weather_for_test" not in sys.modules
    assert await _output(resolve_tool("weather", setting)) == str(setting.root)
    assert resolve_tool("clock", setting).origin == "built in"
    with pytest.raises(ToolNotFound, match="Tool 'broken' cannot be had: 'weather_for_test:nothing' failed"):
        resolve_tool("broken", setting)
