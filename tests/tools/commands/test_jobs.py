"""Commands in the background: started under the rules of run_command, read in pieces, stopped, gone with the chat."""

import asyncio
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from agentchat.runtime.declarations.run_context import ToolContext
from agentchat.tools.commands.jobs import MOST_ENDED, MOST_RUNNING, JobTools
from agentchat.tools.commands.running import CommandTools
from agentchat.tools.failures import ToolFailed
from agentchat.tools.registry import resolve_tool
from agentchat.tools.setting import ToolSetting
from tests.clock import FakeClock
from tests.tools.families import FAMILY, Holders


class Bench:
    """Commands and jobs in one folder."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.setting = ToolSetting(folder, self.clock, state=folder.parent / "state")
        self.jobs = JobTools(self.setting.jobs)

    async def start(self, *argv: str, cwd: str | None = None) -> str:
        """Starts a job."""
        context = ToolContext[Any](context=None, tool_name="run_command", tool_call_id="1", tool_arguments="{}")
        return await CommandTools(self.setting).run_command(context, [*argv], cwd=cwd, background=True)


@pytest.fixture
async def bench(tmp_path: Path):
    (tmp_path / "place").mkdir()
    bench = Bench(tmp_path / "place")
    yield bench
    await bench.setting.jobs.aclose()


TWO_STEPS = "echo one; read line <go; echo two"


async def test_a_job_goes_on_and_what_it_prints_is_read_once(bench: Bench) -> None:
    os.mkfifo(bench.setting.root / "go")
    assert await bench.start("sh", "-c", TWO_STEPS) == (
        f"Job 1 runs in the background: '{shlex.join(['sh', '-c', TWO_STEPS])}'. "
        "job_output gives what it prints, stop_job ends it; it ends with agentchat, at the latest."
    )
    assert await bench.jobs.job_output(1, 20) == "one\n[job 1: running]"
    assert await bench.jobs.job_output(1) == "[no output; job 1: running]"
    await asyncio.to_thread((bench.setting.root / "go").write_text, "on\n")
    assert (await bench.jobs.job_output(1, 20)).startswith("two\n")
    await bench.setting.jobs.job(1).ended(20)
    assert await bench.jobs.job_output(1) == "[no output; job 1: exit status 0]"


async def test_a_job_that_ends_at_once_says_so_at_once(bench: Bench) -> None:
    assert await bench.start("sh", "-c", "echo bad; exit 3") == "bad\n[job 1: exit status 3]"


async def test_jobs_are_listed_with_their_state_and_the_exact_command(bench: Bench) -> None:
    assert await bench.jobs.job_output() == "there are no jobs; a job ends with agentchat, at the latest."
    await bench.start("sh", "-c", "exit 3")
    await bench.start("sleep", "1000")
    await bench.clock.advance(12)
    assert await bench.jobs.job_output() == "job 1: exit status 3 after 0 s: sh -c 'exit 3'\njob 2: running after 12 s: sleep 1000"


async def test_a_stopped_job_is_gone_with_all_that_it_started(bench: Bench) -> None:
    holders = Holders(bench.setting.root)
    start = asyncio.create_task(bench.start("sh", "-c", f"echo begun\n{FAMILY}"))
    await holders.are_up("up", "deaf")
    await start
    assert await bench.jobs.stop_job(1) == "begun\n[job 1: stopped]"
    await holders.are_gone()
    assert await bench.jobs.stop_job(1) == "[no output; job 1: stopped]"


async def test_all_jobs_end_with_the_chat(bench: Bench) -> None:
    holders = Holders(bench.setting.root)
    start = asyncio.create_task(bench.start("sh", "-c", FAMILY))
    await holders.are_up("up", "deaf")
    await start
    await bench.setting.jobs.aclose()
    await holders.are_gone()
    assert bench.setting.jobs.listing().startswith("job 1: stopped after")


ALONE = """
import asyncio, sys
from pathlib import Path
from agentchat.runtime.declarations.run_context import ToolContext
from agentchat.tools.commands.running import CommandTools
from agentchat.tools.setting import ToolSetting
async def main():
    context = ToolContext(context=None, tool_name="run_command", tool_call_id="1", tool_arguments="{}")
    await CommandTools(ToolSetting(Path(sys.argv[1]))).run_command(context, ["sh", "-c", sys.argv[2]], background=True)
    if sys.argv[3] == "stay":
        await asyncio.Event().wait()
asyncio.run(main())
"""


@pytest.mark.parametrize("how", ["killed", "left"])
async def test_jobs_end_with_the_program(tmp_path: Path, how: str) -> None:
    holders = Holders(tmp_path)
    stay = "stay" if how == "killed" else "leave"
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ALONE, str(tmp_path), FAMILY, stay, stderr=subprocess.DEVNULL
    )
    await holders.are_up("up", "deaf")
    if how == "killed":
        program.send_signal(signal.SIGKILL)
    await holders.are_gone()
    await program.wait()


async def test_there_is_an_end_to_how_many_run_and_how_many_are_known(bench: Bench) -> None:
    jobs = bench.setting.jobs
    await asyncio.gather(*(bench.start("sleep", "1000") for _ in range(MOST_RUNNING)))
    with pytest.raises(ToolFailed, match=f"{MOST_RUNNING} jobs run already; stop one first with stop_job.\njob 1: running"):
        await bench.start("true")
    await asyncio.gather(*(bench.jobs.stop_job(number) for number in range(1, MOST_RUNNING + 1)))
    assert await bench.start("true") == f"[no output; job {MOST_RUNNING + 1}: exit status 0]"
    assert len(jobs.listing().splitlines()) == MOST_RUNNING + 1 <= MOST_ENDED


async def test_what_there_is_not_is_a_sentence(bench: Bench) -> None:
    with pytest.raises(ToolFailed, match=r"There is no job 7; there are no jobs; a job ends with agentchat, at the latest\."):
        await bench.jobs.job_output(7)
    with pytest.raises(ToolFailed, match="There is no job 7"):
        await bench.jobs.stop_job(7)
    with pytest.raises(ToolFailed, match=r"wait is a number of seconds up to 60, not 61\."):
        await bench.jobs.job_output(1, 61)
    with pytest.raises(ToolFailed, match=r"There is no program 'sleeep'; did you mean 'sleep'\?"):
        await bench.start("sleeep")
    assert await bench.jobs.job_output() == "there are no jobs; a job ends with agentchat, at the latest."


async def test_a_long_output_is_cut_and_kept_like_any_other(bench: Bench) -> None:
    told = await bench.start("seq", "10000")
    path = Path(told.partition("all of it is in ")[2].partition(", which")[0])
    assert told.endswith("9999\n10000\n[job 1: exit status 0]")
    assert await asyncio.to_thread(path.read_text) == "".join(f"{number}\n" for number in range(1, 10001))


async def test_a_character_is_not_cut_in_two_by_being_read(bench: Bench) -> None:
    os.mkfifo(bench.setting.root / "go")
    await bench.start("sh", "-c", r"printf 'a\303'; read line <go; printf '\274b'")
    first = await bench.jobs.job_output(1, 20)
    await asyncio.to_thread((bench.setting.root / "go").write_text, "on\n")
    await bench.setting.jobs.job(1).ended(20)
    assert (first, await bench.jobs.job_output(1)) == ("a\n[job 1: running]", "üb\n[job 1: exit status 0]")


async def test_a_job_runs_in_the_folder_that_was_asked_for(bench: Bench) -> None:
    (bench.setting.root / "docs").mkdir()
    assert await bench.start("pwd", cwd="docs") == f"{bench.setting.root}/docs\n[job 1: exit status 0]"


def test_reading_reads_and_stopping_takes_back_what_was_allowed(tmp_path: Path) -> None:
    setting = ToolSetting(tmp_path)
    assert [(resolve_tool(name, setting).effects, resolve_tool(name, setting).needs_approval) for name in ("job_output", "stop_job")] == [
        ("reads", False),
        ("none", False),
    ]
