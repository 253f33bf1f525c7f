import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest

from agentchat.chat.deciding.policy import ChatPolicy, Rule
from agentchat.runtime.declarations.run_context import ToolContext
from agentchat.runtime.declarations.tool import CallPreview, FunctionTool
from agentchat.runtime.ports.policy import Allow, Ask, CallInQuestion
from agentchat.runtime.values.keys import CallKey, Scope
from agentchat.tools.commands.running import CommandTools
from agentchat.tools.failures import ToolFailed
from agentchat.tools.registry import resolve_tool
from agentchat.tools.setting import ToolSetting
from tests.tools.families import FAMILY, Holders

WARNING = (
    "Warning: this command names agentchat or its files. It could change what you decided, or decide in your place. "
    "Approve it only if you know why it does."
)


def _context(told: list[str | float] | None = None) -> ToolContext[Any]:
    on_progress = None if told is None else told.append
    return ToolContext(context=None, tool_name="run", tool_call_id="1", tool_arguments="", on_progress=on_progress)


@pytest.fixture
def tools(tmp_path: Path) -> CommandTools:
    (tmp_path / "work").mkdir()
    return CommandTools(ToolSetting(tmp_path / "work", own=(tmp_path / "mine",), state=tmp_path / "state"))


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (["echo", "two  words"], "two  words\n[exit status 0]"),
        (["printf", "no end"], "no end\n[exit status 0]"),
        (["true"], "[no output; exit status 0]"),
        (["sh", "-c", "echo bad >&2; exit 3"], "bad\n[exit status 3]"),
        (["sh", "-c", "kill -SEGV $$"], "[no output; ended by SIGSEGV]"),
        (["printf", r"\377"], "\ufffd\n[exit status 0]"),
        (["sh", "-c", "sleep 1000 & echo on"], "on\n[exit status 0; 1 process that it left running was ended]"),
    ],
)
async def test_the_model_gets_the_output_and_how_it_ended(tools: CommandTools, argv: list[str], told: str) -> None:
    assert await tools.run_command(_context(), argv) == told


async def test_a_long_output_is_cut_in_the_middle(tools: CommandTools) -> None:
    told = await tools.run_command(_context(), ["seq", "10000"])
    assert told.startswith("1\n2\n3\n")
    assert told.endswith("9999\n10000\n[exit status 0]")
    found = re.search(r"\n… 3,226 lines \(15\.8 KB\) left out; all of it is in (/.*), which read_file can read …\n", told)
    assert found is not None
    assert await asyncio.to_thread(Path(found[1]).read_text) == "".join(f"{number}\n" for number in range(1, 10001))


async def test_the_shell_runs_in_the_working_directory_and_knows_pipes(tools: CommandTools) -> None:
    (tools.setting.root / "a.txt").write_text("one\ntwo\n")
    assert await tools.run_shell(_context(), "cat *.txt | sort -r; pwd") == f"two\none\n{tools.setting.root}\n[exit status 0]"


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        ([], 'argv is empty; give the program and its arguments, such as ["ls", "-l"].'),
        (["", "x"], 'argv is empty; give the program and its arguments, such as ["ls", "-l"].'),
        (["ls -l"], 'There is no program \'ls -l\'; give the program and each argument as a string of its own, such as ["ls", "-l"].'),
        (["no-such-program"], "There is no program 'no-such-program'; words of the shell, such as cd, need run_shell."),
        (["sleeep", "1"], "There is no program 'sleeep'; did you mean 'sleep'?"),
        (["./nothing"], "'./nothing' cannot be run: it, or the interpreter that it names, does not exist."),
        (["/"], "'/' cannot be run: permission denied."),
        (
            ["./script"],
            "'./script' cannot be run: it is not executable; give its interpreter, such as [\"sh\", \"./script\"], or make it so first.",
        ),
        (
            ["./text"],
            "'./text' cannot be run: it is no program, and no script whose first line names an interpreter, such as #!/bin/sh.",
        ),
        (["true", "x" * 3_000_000], "'true' cannot be run: the arguments are too long; put them into a file."),
        (["echo", "\ud800"], "The command contains a NUL or half a character, which no command can; spell it in valid Unicode."),
        (["echo", "\0"], "The command contains a NUL or half a character, which no command can; spell it in valid Unicode."),
    ],
)
@pytest.mark.parametrize("background", [False, True], ids=["waited for", "in the background"])
async def test_what_cannot_be_run_is_a_sentence(tools: CommandTools, argv: list[str], sentence: str, background: bool) -> None:
    (tools.setting.root / "script").write_text("#!/bin/sh\necho here\n")
    (tools.setting.root / "text").write_text("just a text\n")
    (tools.setting.root / "text").chmod(0o755)
    with pytest.raises(ToolFailed) as failure:
        await tools.run_command(_context(), argv, background=background)
    assert str(failure.value) == sentence


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf"), 3601])
async def test_a_time_limit_that_is_none_is_a_sentence(tools: CommandTools, seconds: float) -> None:
    with pytest.raises(ToolFailed, match=rf"The timeout is a number of seconds up to 3600, not {seconds:g}\."):
        await tools.run_command(_context(), ["true"], seconds)


async def test_no_command_and_no_folder_are_sentences(tools: CommandTools) -> None:
    with pytest.raises(ToolFailed, match="The command is empty; give a command line"):
        await tools.run_shell(_context(), " \n")
    tools.setting.root.rmdir()
    with pytest.raises(ToolFailed, match="The working directory is not there any more"):
        await tools.run_shell(_context(), "true")


async def test_a_time_limit_ends_the_command_and_keeps_what_it_printed(tools: CommandTools) -> None:
    with pytest.raises(ToolFailed) as failure:
        await tools.run_command(_context(), ["sh", "-c", "echo begun; sleep 1000"], 1)
    assert str(failure.value) == "begun\n[ended after 1 s, its time limit]"


async def test_a_command_that_is_ended_from_outside_is_not_said_to_be_done(tools: CommandTools) -> None:
    with pytest.raises(ToolFailed, match="the command was ended from outside; how far it came is not known"):
        await tools.run_shell(_context(), "kill -9 $PPID; sleep 1000")


async def test_the_output_is_told_as_it_comes_also_of_a_call_that_is_cancelled(tools: CommandTools) -> None:
    told: list[str | float] = []
    holders = Holders(tools.setting.root)
    task = asyncio.create_task(tools.run_shell(_context(told), f"echo begun\n{FAMILY}"))
    await holders.are_up("up", "deaf")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await holders.are_gone()
    assert told == ["begun\n"]


def test_a_command_is_shown_as_one_would_type_it(tools: CommandTools) -> None:
    assert tools.preview_command({"argv": ["git", "commit", "-m", "it's\ndone", ""]}) == CallPreview(
        "text", "git commit -m 'it'\"'\"'s\ndone' ''"
    )
    assert tools.preview_command({"argv": "ls"}) is None
    assert tools.preview_command({"argv": ["ls", 1]}) is None
    assert tools.preview_command({}) is None
    assert tools.preview_shell({"command": "ls | wc"}) is None


@pytest.mark.parametrize(
    ("argv", "is_ours"),
    [
        (["agentchat", "approve", "1"], True),
        (["python", "-m", "AgentChat"], True),
        (["cat", "{mine}/chat.db"], True),
        (["sqlite3", "../mine/chat.db"], True),
        (["tool", "--db=../here/../mine/chat.db"], True),
        (["cat", "link"], True),
        (["python", "-c", "open('../mine')"], True),
        (["ls", "-l", "notes"], False),
        (["cat", "../mine2", "circle", "\0", ""], False),
    ],
)
async def test_a_command_that_names_the_program_or_its_files_is_asked_about_with_a_warning(
    tools: CommandTools, tmp_path: Path, argv: list[str], is_ours: bool
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "work" / "link").symlink_to("../mine")
    (tmp_path / "work" / "circle").symlink_to("circle")
    words = [word.format(mine=tmp_path / "mine") for word in argv]
    preview = tools.preview_command({"argv": words})
    assert preview is not None
    assert preview.text.endswith(f"\n\n{WARNING}") == is_ours
    assert await tools.must_be_asked(_context(), {"argv": words}, "1") == is_ours
    assert (tools.preview_shell({"command": " ".join(words)}) == CallPreview("text", WARNING)) == is_ours


async def _verdict(policy: ChatPolicy, tool: FunctionTool, arguments: dict[str, Any]) -> Allow | Ask | object:
    needs = tool.needs_approval
    marked = needs if isinstance(needs, bool) else await needs(_context(), arguments, "1")
    return policy.verdict(CallInQuestion(CallKey(Scope("run"), 1, 0), "a", tool, arguments, needs_approval=marked))


async def test_no_rule_of_a_file_opens_the_shell_or_a_command_about_the_program_itself(tmp_path: Path) -> None:
    command, shell = (resolve_tool(name, ToolSetting(tmp_path)) for name in ("run_command", "run_shell"))
    policy = ChatPolicy([Rule(tool, "allow", f"allows {tool}") for tool in ("run_command", "run_shell")])
    asks = Ask("its author wants to be asked")
    assert await _verdict(policy, command, {"argv": ["ls"]}) == Allow("allows run_command")
    assert await _verdict(policy, command, {"argv": ["agentchat", "approve", "1"]}) == asks
    assert await _verdict(policy, shell, {"command": "ls"}) == asks
    assert await _verdict(ChatPolicy(), command, {"argv": ["ls"]}) == Ask("it changes things")


def test_the_model_is_not_told_of_the_context(tmp_path: Path) -> None:
    tool = resolve_tool("run_shell", ToolSetting(tmp_path))
    assert list(tool.params_json_schema["properties"]) == ["command", "timeout", "cwd"]
    assert "context" not in json.dumps(tool.params_json_schema) + tool.description
