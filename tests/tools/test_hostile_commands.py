"""Commands that do not behave, under both tools: they end, they are told of, and nothing of them is left."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from agentchat.runtime.declarations.run_context import ToolContext
from agentchat.tools.commands.running import CommandTools
from agentchat.tools.failures import ToolFailed
from agentchat.tools.setting import ToolSetting
from tests.tools.families import FAR_FAMILY, Holders

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of processes that left their group and family")

Run = Callable[..., Awaitable[str]]


def _context() -> ToolContext[Any]:
    return ToolContext(context=None, tool_name="run", tool_call_id="1", tool_arguments="{}")


@pytest.fixture(params=["run_command", "run_shell"])
def run(request: pytest.FixtureRequest, tmp_path: Path) -> Run:
    """Runs a line of the shell by one of the tools."""
    (tmp_path / "place").mkdir()
    tools = CommandTools(ToolSetting(tmp_path / "place", state=tmp_path / "state"))

    async def run(line: str, seconds: float = 20.0, cwd: str | None = None) -> str:
        if request.param == "run_shell":
            return await tools.run_shell(_context(), line, seconds, cwd)
        return await tools.run_command(_context(), ["sh", "-c", line], seconds, cwd)

    return run


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "place"


@linux
async def test_a_cancelled_call_leaves_no_process(run: Run, place: Path) -> None:
    holders = Holders(place)
    task = asyncio.ensure_future(run(FAR_FAMILY))
    await holders.are_up("session", "orphan")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await holders.are_gone()


@linux
async def test_a_call_whose_time_is_over_leaves_no_process(run: Run, place: Path) -> None:
    holders = Holders(place)
    up = asyncio.create_task(holders.are_up("session", "orphan"))
    with pytest.raises(ToolFailed, match=r"\[no output; ended after 1 s, its time limit\]"):
        await run(FAR_FAMILY, 1)
    await up
    await holders.are_gone()


ALONE = """
import asyncio, sys
from pathlib import Path
from agentchat.runtime.declarations.run_context import ToolContext
from agentchat.tools.commands.running import CommandTools
from agentchat.tools.setting import ToolSetting
tools = CommandTools(ToolSetting(Path(sys.argv[1])))
context = ToolContext(context=None, tool_name="run", tool_call_id="1", tool_arguments="{}")
async def main():
    call = tools.run_shell(context, sys.argv[2]) if sys.argv[3] == "run_shell" else tools.run_command(context, ["sh", "-c", sys.argv[2]])
    task = asyncio.create_task(call)
    if sys.argv[4] == "leave":
        await asyncio.to_thread(sys.stdin.readline)
        return
    await task
asyncio.run(main())
"""


@linux
@pytest.mark.parametrize(("tool", "how"), [("run_command", "killed"), ("run_shell", "left")])
async def test_a_program_that_ends_leaves_no_process(tmp_path: Path, tool: str, how: str) -> None:
    holders = Holders(tmp_path)
    stay = "leave" if how == "left" else "stay"
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ALONE, str(tmp_path), FAR_FAMILY, tool, stay, stdin=asyncio.subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    await holders.are_up("session", "orphan")
    if how == "killed":
        program.send_signal(signal.SIGKILL)
    await program.communicate(b"\n")
    await holders.are_gone()


async def test_one_that_ignores_every_request_to_end_is_ended(run: Run, place: Path) -> None:
    holders = Holders(place)
    up = asyncio.create_task(holders.are_up("deaf"))
    with pytest.raises(ToolFailed, match="ended after 1 s, its time limit"):
        await run("trap '' TERM HUP INT QUIT; exec 9>alive; echo deaf >&9; while :; do sleep 1000; done", 1)
    await up
    await holders.are_gone()


async def test_one_that_closes_its_outputs_and_goes_on_is_waited_for(run: Run, place: Path) -> None:
    assert await run("echo here; exec >&- 2>&-; : >late; exit 4") == "here\n[exit status 4]"
    assert (place / "late").exists()


async def test_one_that_floods_is_cut_and_kept_up_to_a_limit(run: Run, tmp_path: Path) -> None:
    told = await run("yes | head -c 20000000")
    assert told.startswith("y\ny\n")
    assert told.endswith("y\n[exit status 0]")
    assert len(told) < 34_000
    assert "; the first 16 MB of it is in " in told
    [kept] = (tmp_path / "state" / "outputs").iterdir()
    assert kept.stat().st_size == 16 * 1024 * 1024


async def test_one_that_writes_no_text_is_shown_with_replacements_and_kept_byte_for_byte(run: Run, tmp_path: Path) -> None:
    assert await run(r"printf '\000\377\033[2J\n'") == "\0\ufffd\x1b[2J\n[exit status 0]"
    assert "[exit status 0]" in await run("head -c 100000 /dev/zero")
    [kept] = (tmp_path / "state" / "outputs").iterdir()
    assert kept.read_bytes() == bytes(100_000)


async def test_one_that_reads_finds_an_empty_input(run: Run) -> None:
    assert await run("cat; read line || echo nothing") == "nothing\n[exit status 0]"


async def test_one_that_wants_a_terminal_finds_none(run: Run) -> None:
    told = await run("tty; test -t 0 || test -t 1 || test -t 2 || echo none; (: </dev/tty) 2>/dev/null || echo really none")
    assert told == "not a tty\nnone\nreally none\n[exit status 0]"


async def test_one_whose_folder_goes_while_it_runs_is_told_of_and_the_next_one_is_refused(run: Run, place: Path) -> None:
    assert await run(f"cd /; rmdir {place}; echo gone") == "gone\n[exit status 0]"
    with pytest.raises(ToolFailed, match=r"^The working directory is not there any more; ask the user where it went\.$"):
        await run("true")


async def test_one_that_ends_by_a_signal_says_which(run: Run) -> None:
    assert await run("kill -ABRT $$") == "[no output; ended by SIGABRT]"


async def test_one_that_forks_without_end_is_ended(run: Run, place: Path) -> None:
    holders = Holders(place)
    up = asyncio.create_task(holders.are_up("up"))
    chain = "exec 9>alive; echo up >&9; n=0; while [ $n -lt 100 ]; do (sleep 1000 &); n=$((n+1)); done; sleep 1000"
    with pytest.raises(ToolFailed, match="its time limit"):
        await run(chain, 1)
    await up
    await holders.are_gone()


@pytest.mark.parametrize(
    ("cwd", "sentence"),
    [
        ("nowhere", "'nowhere' does not exist; here: docs/, docs2, link."),
        ("dosc", "Did you mean 'docs'?"),
        ("docs2", "'docs2' is not a folder."),
        ("link", "'link' is a symbolic link to"),
        ("..", "'..' is outside the working directory"),
        ("/", "'/' is outside the working directory"),
        ("docs/../..", "'docs/../..' is outside the working directory"),
        ("docs\0", "NUL"),
    ],
)
async def test_a_folder_that_is_none_is_a_sentence(run: Run, place: Path, cwd: str, sentence: str) -> None:
    (place / "docs").mkdir()
    (place / "docs2").touch()
    (place / "link").symlink_to("/")
    with pytest.raises(ToolFailed) as failure:
        await run("pwd", cwd=cwd)
    assert sentence in str(failure.value)


@pytest.mark.parametrize("cwd", ["docs", "./docs", "docs/", "docs/../docs", "{place}/docs"])
async def test_a_command_runs_in_the_folder_that_was_asked_for(run: Run, place: Path, cwd: str) -> None:
    (place / "docs").mkdir()
    assert await run("pwd; echo $PWD", cwd=cwd.format(place=place)) == f"{place}/docs\n{place}/docs\n[exit status 0]"


@pytest.mark.parametrize("cwd", [None, "", "."])
async def test_without_a_folder_it_is_the_working_directory(run: Run, place: Path, cwd: str | None) -> None:
    assert await run("pwd", cwd=cwd) == f"{place}\n[exit status 0]"


async def test_descriptors_are_given_back(run: Run) -> None:
    before = _open_files()
    for line in ("true", "yes | head -c 100000", "exit 3"):
        await run(line)
    assert _open_files() == before


def _open_files() -> int:
    return len(list(Path("/dev/fd").iterdir()))
