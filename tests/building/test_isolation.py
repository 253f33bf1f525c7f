"""Isolated tools in real processes. What a kill of the program does to such a process is tested with commands, which run the same way."""

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agentchat.assembly import vocabulary
from agentchat.building.isolated_call import main
from agentchat.building.team import BuiltTeam, Site, build
from agentchat.config.agents_file import read_team
from agentchat.config.errors import ConfigErrors
from agentchat.runtime.declarations.function_tool import invoke
from agentchat.runtime.declarations.run_context import ToolContext
from agentchat.runtime.declarations.tool import FunctionTool
from agentchat.runtime.declarations.tool_output import ToolFailureText
from agentchat.runtime.ports.defaults import DefaultModelProvider
from agentchat.tools.setting import ToolSetting

CODE = '''
import os, subprocess, sys, time
from agentchat import FunctionTool, RunContextWrapper, function_tool, working_folder

def look(names: list[str], deep: bool = False) -> dict:
    """Looks."""
    print("noise"); print("more noise", file=sys.stderr)
    return {"names": names, "deep": deep, "pid": os.getpid(), "folder": str(working_folder())}

async def fail(what: str) -> str:
    """Fails."""
    raise ValueError(f"There is no {what}.")

@function_tool(failure_error_function=lambda context, error: f"Sorry: {error}")
def excuse() -> str:
    """Excuses itself."""
    raise ValueError("no")

def crash() -> str:
    """Crashes."""
    print("It is too much.", flush=True)
    os.abort()

def odd() -> object:
    """Gives what is no JSON."""
    return object()

def hang(pids: str) -> str:
    """Never ends, and starts something that does not either."""
    other = subprocess.Popen(["sleep", "60"])
    with open(pids, "w") as file:
        file.write(f"{os.getpid()} {other.pid}")
    time.sleep(60)

def seen(context: RunContextWrapper, word: str) -> str:
    """Takes the context."""
    return word

async def _raw(context, arguments):
    return ""

raw = FunctionTool("raw", "", {"type": "object", "properties": {}}, _raw)
'''
NAMES = ("look", "fail", "excuse", "crash", "odd", "hang")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "code_to_isolate.py").write_text(CODE)
    yield tmp_path
    sys.modules.pop("code_to_isolate", None)


def built(folder: Path, *names: str) -> BuiltTeam:
    listed = ", ".join(f'"code_to_isolate:{name}"' for name in names)
    tables = "".join(f'[tools."code_to_isolate:{name}"]\nisolate = true\nseconds = 20.0\n' for name in names)
    (folder / "agents.toml").write_text(f'[[agents]]\nname = "a"\ninstructions = "Work."\ntools = [{listed}]\n{tables}')
    spec = read_team(folder / "agents.toml", origin="option", vocabulary=vocabulary())
    (folder / "work").mkdir(exist_ok=True)
    return build(spec, Site(ToolSetting(root=folder / "work"), DefaultModelProvider(), None, None))


async def called(folder: Path, name: str, arguments: str = "{}") -> Any:
    (tool,) = built(folder, name).agents["a"].tools
    assert isinstance(tool, FunctionTool)
    return await invoke(tool, context(tool, arguments), arguments)


def context(tool: FunctionTool, arguments: str) -> ToolContext[Any]:
    async def as_a_chat_does(error: Exception, text: str) -> str:
        return f"An error occurred while running the tool: {error}"

    return ToolContext(None, tool_name=tool.name, tool_call_id="c1", tool_arguments=arguments, format_error=as_a_chat_does)


async def test_the_function_runs_in_another_process_and_what_goes_wrong_there_is_told_as_if_it_had_happened_here(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    looks, fails, crashes = await asyncio.gather(
        called(folder, "look", '{"names": ["ä", "b"], "deep": true}'), called(folder, "fail", '{"what": "tea"}'), called(folder, "crash")
    )
    assert {**looks, "pid": 0} == {"names": ["ä", "b"], "deep": True, "pid": 0, "folder": str(folder / "work")}
    assert looks["pid"] != os.getpid()
    assert (type(fails), fails) == (ToolFailureText, "An error occurred while running the tool: There is no tea.")
    assert crashes == "An error occurred while running the tool: Its process was ended by signal 6: It is too much."
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("excuse", {"told": "Sorry: no"}),
        ("odd", {"error": "It returned a object, which is no JSON; return a text, numbers, lists or tables."}),
        ("gone", {"error": "'code_to_isolate' has no 'gone'"}),
        ("look", {"error": "Invalid JSON input for tool look"}),
    ],
)
def test_the_other_process_always_answers(folder: Path, name: str, answer: dict[str, str]) -> None:
    request, answered = folder / "request.json", folder / "answer.json"
    request.write_text(json.dumps({"name": f"code_to_isolate:{name}", "folder": str(folder), "call_id": "c1", "arguments": "{}"}))
    main(str(request), str(answered))
    assert json.loads(answered.read_text()) == answer


async def test_code_that_has_changed_since_it_was_trusted_does_not_run(folder: Path) -> None:
    (tool,) = built(folder, "look").agents["a"].tools
    assert isinstance(tool, FunctionTool)
    (folder / "code_to_isolate.py").write_text(CODE.replace("noise", "mischief"))
    told = await invoke(tool, context(tool, '{"names": []}'), '{"names": []}')
    assert "The file of 'code_to_isolate:look' has changed since the chat was opened" in told


async def test_a_call_that_is_stopped_leaves_no_process(folder: Path) -> None:
    pids = folder / "pids"
    call = asyncio.create_task(called(folder, "hang", f'{{"pids": "{pids}"}}'))
    while not pids.exists() or not pids.read_text():  # noqa: ASYNC110 - another process writes the file
        await asyncio.sleep(0.02)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert [pid for pid in pids.read_text().split() if _lives(int(pid))] == []


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_what_cannot_be_isolated_is_said_with_its_place(folder: Path) -> None:
    assert built(folder, *NAMES).notices == ()
    with pytest.raises(ConfigErrors) as error:
        built(folder, "seen")
    assert "its parameter 'context' is the run's context, which stays in this process" in str(error.value)


def test_only_functions_of_ones_own_can_be_isolated(folder: Path) -> None:
    (folder / "agents.toml").write_text(
        '[[agents]]\nname = "a"\ninstructions = "Work."\ntools = ["clock"]\n[tools.clock]\nisolate = true\n'
    )
    with pytest.raises(ConfigErrors, match=r"\[tools\.clock\] has 'isolate', which is for functions of your own; take it out .*:6"):
        read_team(folder / "agents.toml", origin="option", vocabulary=vocabulary())
