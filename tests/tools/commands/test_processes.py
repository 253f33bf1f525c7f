import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from agentchat.tools.commands.processes import Ending, Exited, Lost, NotStarted, TimedOut, run_contained
from agentchat.tools.environment import environment_for
from tests.tools.families import FAMILY, FAR_FAMILY, LIMIT, Holders

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of processes that left their group and family")


async def _run(folder: Path, *command: str, seconds: float = LIMIT) -> tuple[Ending, bytes]:
    pieces = list[bytes]()
    ending = await run_contained(
        command, folder=folder, environment=environment_for(folder), seconds=seconds, on_output=pieces.append
    )
    return ending, b"".join(pieces)


def _open_files() -> int:
    return len(list(Path("/dev/fd").iterdir()))


async def _python(folder: Path, code: str) -> object:
    """What a Python command prints, as JSON."""
    ending, output = await _run(folder, sys.executable, "-S", "-c", f"import json, os, sys; print(json.dumps({code}))")
    assert ending == Exited(0, left=0), output
    return json.loads(output)


@pytest.mark.parametrize(
    ("command", "ending", "output"),
    [
        (["echo", "$HOME; `id` | cat * > x"], Exited(0, left=0), b"$HOME; `id` | cat * > x\n"),
        (["sh", "-c", "exit 3"], Exited(3, left=0), b""),
        (["sh", "-c", "kill -9 $$"], Exited(-9, left=0), b""),
        (["cat"], Exited(0, left=0), b""),
        (["printf", r"\377\303"], Exited(0, left=0), b"\xff\xc3"),
        (["printf", "%s|", "", "two words", "ü\n", "\udcff"], Exited(0, left=0), "|two words|ü\n|".encode() + b"\xff|"),
        (["sh", "-c", "for n in 1 2 3; do echo out $n; echo err $n >&2; done"], Exited(0, left=0), b"".join(
            f"out {n}\nerr {n}\n".encode() for n in (1, 2, 3)
        )),
        (["no-such-program"], NotStarted(2), b""),
        (["./no-such-program"], NotStarted(2), b""),
        ([""], NotStarted(2), b""),
        (["/"], NotStarted(13), b""),
    ],
)  # fmt: skip
async def test_a_command_runs_as_it_is(tmp_path: Path, command: list[str], ending: Ending, output: bytes) -> None:
    assert await _run(tmp_path, *command) == (ending, output)


async def test_what_no_command_can_contain_is_an_error_and_leaves_nothing_open(tmp_path: Path) -> None:
    before = _open_files()
    with pytest.raises(ValueError, match="null"):
        await _run(tmp_path, "echo", "\0")
    with pytest.raises(UnicodeEncodeError):
        await _run(tmp_path, "echo", "\ud800")
    assert await _run(tmp_path / "nowhere", "true") == (NotStarted(2), b"")
    assert await _run(tmp_path, "true", "x" * 10_000_000) == (NotStarted(7), b"")
    assert (await _run(tmp_path, "true"))[0] == Exited(0, left=0)
    assert _open_files() == before


async def test_a_command_gets_what_is_on_the_list_and_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "AWS_SECRET_ACCESS_KEY", "LC_SECRET", "PYTHONPATH", "BASH_ENV", "HTTPS_PROXY", "SSH_AUTH_SOCK"):
        monkeypatch.setenv(name, "the key")
    for name in ("HOME", "LANG", "LC_TIME", "TZ"):
        monkeypatch.setenv(name, f"my {name}")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_CTYPE", raising=False)
    _, output = await _run(tmp_path, "env")
    found = dict(line.split("=", 1) for line in output.decode().splitlines())
    assert found == environment_for(tmp_path)
    assert found.keys() <= {"PATH", "HOME", "SHELL", "USER", "LOGNAME", "TMPDIR", "TZ", "LANG", "LANGUAGE", "LC_TIME", "TERM", "PWD"}
    assert {name: found[name] for name in ("HOME", "LANG", "LC_TIME", "TZ", "TERM", "PWD")} == {
        "HOME": "my HOME", "LANG": "my LANG", "LC_TIME": "my LC_TIME", "TZ": "my TZ", "TERM": "dumb", "PWD": str(tmp_path),
    }  # fmt: skip


@linux
async def test_the_guardian_has_no_key_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "the key")
    ending, output = await _run(tmp_path, "sh", "-c", "tr '\\0' '\\n' </proc/$PPID/environ")
    assert ending == Exited(0, left=0)
    assert b"TERM=dumb" in output
    assert b"the key" not in output


async def test_a_command_is_alone_in_its_session_and_has_no_terminal_and_no_open_files(tmp_path: Path) -> None:
    reads, writes = os.pipe()
    os.set_inheritable(writes, True)
    try:
        told = await _python(
            tmp_path,
            "[os.getsid(0) == os.getpid() == os.getpgrp(), [os.isatty(n) for n in range(3)], os.getcwd(), "
            f"{writes} in [int(n) for n in os.listdir('/dev/fd')], sys.stdin.read()]",
        )
    finally:
        os.close(reads)
        os.close(writes)
    assert told == [True, [False] * 3, str(tmp_path), False, ""]
    ending, _ = await _run(tmp_path, "sh", "-c", ": </dev/tty")
    assert ending != Exited(0, left=0)


async def test_a_command_gets_no_signals_that_are_ignored_or_blocked_here(tmp_path: Path) -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGUSR1})
    try:
        ending, _ = await _run(tmp_path, "sh", "-c", "kill -USR1 $$; exit 1")
        assert ending == Exited(-signal.SIGUSR1, left=0)
        ending, output = await _run(tmp_path, "sh", "-c", "sh -c 'yes; echo broken pipe: $? >&2' | head -n 1")
        assert (ending, output.splitlines()[0]) == (Exited(0, left=0), b"y")
        assert b"broken pipe: 1\n" not in output
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGUSR1})


async def test_when_the_time_is_over_the_whole_family_is_gone(tmp_path: Path) -> None:
    holders = Holders(tmp_path)
    up = asyncio.create_task(holders.are_up("up", "deaf"))
    ending, _ = await _run(tmp_path, "sh", "-c", FAMILY, seconds=1)
    assert ending == TimedOut(alive=0)
    await up
    await holders.are_gone()


@pytest.mark.parametrize(
    ("family", "words"),
    [(FAMILY, ("up", "deaf")), pytest.param(FAR_FAMILY, ("session", "orphan"), marks=linux)],
    ids=["near", "far"],
)
async def test_when_the_call_is_cancelled_the_whole_family_is_gone(tmp_path: Path, family: str, words: tuple[str, ...]) -> None:
    holders = Holders(tmp_path)
    task = asyncio.create_task(_run(tmp_path, "sh", "-c", family))
    await holders.are_up(*words)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await holders.are_gone()


async def test_what_is_cancelled_twice_is_gone_too(tmp_path: Path) -> None:
    holders = Holders(tmp_path)
    task = asyncio.create_task(_run(tmp_path, "sh", "-c", FAMILY))
    await holders.are_up("up", "deaf")
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await holders.are_gone()


ALONE = """
import asyncio, sys
from pathlib import Path
from agentchat.tools.commands.processes import run_contained
from agentchat.tools.environment import environment_for
folder = Path(sys.argv[1])
asyncio.run(run_contained(
    ["sh", "-c", sys.argv[2]], folder=folder, environment=environment_for(folder), seconds=1000, on_output=lambda _: None
))
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=["killed", "interrupted"])
@pytest.mark.parametrize(
    ("family", "words"),
    [(FAMILY, ("up", "deaf")), pytest.param(FAR_FAMILY, ("session", "orphan"), marks=linux)],
    ids=["near", "far"],
)
async def test_when_the_program_is_killed_the_whole_family_is_gone(
    tmp_path: Path, family: str, words: tuple[str, ...], number: signal.Signals
) -> None:
    holders = Holders(tmp_path)
    program = await asyncio.create_subprocess_exec(sys.executable, "-c", ALONE, str(tmp_path), family, stderr=subprocess.DEVNULL)
    await holders.are_up(*words)
    program.send_signal(number)
    await holders.are_gone()
    await program.wait()


async def test_what_a_command_leaves_running_ends_with_it(tmp_path: Path) -> None:
    holders = Holders(tmp_path)
    task = asyncio.create_task(_run(tmp_path, "sh", "-c", "exec 9>alive; sleep 1000 & sleep 1000 & echo up >&9; echo done"))
    await holders.are_up("up")
    assert await task == (Exited(0, left=2), b"done\n")
    await holders.are_gone()


async def test_what_ends_by_itself_right_after_the_command_may_finish(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "go")
    ending, output = await _run(tmp_path, "sh", "-c", "(read line <go; echo last) & exec sh -c 'echo >go; echo first'")
    assert (ending, sorted(output.split())) == (Exited(0, left=0), [b"first", b"last"])


@linux
async def test_a_command_that_kills_its_guardian_ends_itself(tmp_path: Path) -> None:
    holders = Holders(tmp_path)
    task = asyncio.create_task(_run(tmp_path, "sh", "-c", "exec 9>alive; sleep 1000 & echo up >&9; kill -9 $PPID; sleep 1000"))
    await holders.are_up("up")
    assert await task == (Lost(), b"")
    await holders.are_gone()


@linux
async def test_a_command_ends_with_its_guardian_also_when_the_program_cannot_see_to_it(tmp_path: Path) -> None:
    holders = Holders(tmp_path)
    command = "exec 9>alive; echo $PPID > guardian; echo up >&9; exec sleep 1000"
    program = await asyncio.create_subprocess_exec(sys.executable, "-c", ALONE, str(tmp_path), command)
    await holders.are_up("up")
    program.send_signal(signal.SIGSTOP)
    os.kill(int((tmp_path / "guardian").read_text()), signal.SIGKILL)
    await holders.are_gone()
    program.kill()
    await program.wait()


async def test_a_guardian_that_is_asked_to_end_ends_the_command(tmp_path: Path) -> None:
    ending, _ = await _run(tmp_path, "sh", "-c", "kill $PPID; exec sleep 1000")
    assert ending == Exited(-signal.SIGTERM, left=0)


async def test_commands_run_side_by_side_without_holding_each_other(tmp_path: Path) -> None:
    """The first one ends when it is told to, though the second was started while it ran and goes on."""
    os.mkfifo(tmp_path / "go")
    holders = Holders(tmp_path)
    first = asyncio.create_task(_run(tmp_path, "sh", "-c", FAMILY))
    await holders.are_up("up", "deaf")
    second = asyncio.create_task(_run(tmp_path, "cat", "go"))
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    await holders.are_gone()
    await asyncio.to_thread((tmp_path / "go").write_text, "went")
    assert await second == (Exited(0, left=0), b"went")


def test_an_event_loop_in_another_thread_does_as_well_and_nothing_else_is_disturbed(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGCHLD)
    results: list[tuple[Ending, bytes]] = []
    thread = threading.Thread(target=lambda: results.append(asyncio.run(_run(tmp_path, "echo", "here"))))
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as own:
        thread.start()
        thread.join()
        assert own.poll() is None
    assert (results, own.returncode) == ([(Exited(0, left=0), b"here\n")], 0)
    assert signal.getsignal(signal.SIGCHLD) is before


MEASURED = """
import asyncio, resource, sys
from pathlib import Path
from agentchat.tools.commands.kept_output import LARGEST, KeptOutput
from agentchat.tools.commands.output import KEPT, Excerpt
from agentchat.tools.commands.processes import run_contained
from agentchat.tools.environment import environment_for
folder = Path(sys.argv[1])
excerpt, kept, seen = Excerpt(), KeptOutput(folder / "outputs", shown=2 * KEPT), 0
def take(data):
    global seen
    seen += len(data)
    excerpt.take(data)
    kept.take(data)
def highest():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1 if sys.platform == "linux" else 1024)
before = highest()
command = ["sh", "-c", "head -c 50000000 /dev/zero | tr '\\\\0' 'x' | fold -w 99"]
asyncio.run(run_contained(command, folder=folder, environment=environment_for(folder), seconds=100, on_output=take))
kept.close()
[file] = (folder / "outputs").iterdir()
assert file.stat().st_size == LARGEST
print(seen, len(excerpt.text(kept.words)), highest() - before)
"""


async def test_50_mb_of_output_cost_little_memory(tmp_path: Path) -> None:
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-c", MEASURED, str(tmp_path), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    output, _ = await program.communicate()
    seen, kept, kilobytes = map(int, output.split())
    assert seen > 50_000_000
    assert kept < 33_200
    assert kilobytes < 16 * 1024


async def test_a_command_that_never_stops_printing_has_to_wait_now_and_then(tmp_path: Path) -> None:
    loop, taken = asyncio.get_running_loop(), 0
    enough = asyncio.Event()

    def take(data: bytes) -> None:
        nonlocal taken
        taken += len(data)
        if taken >= 8 * 1024 * 1024:
            enough.set()

    began = loop.time()
    endless = run_contained(["yes"], folder=tmp_path, environment=environment_for(tmp_path), seconds=LIMIT, on_output=take)
    task = asyncio.create_task(endless)
    await enough.wait()
    took = loop.time() - began
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert took >= 0.07
