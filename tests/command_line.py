"""The `agentchat` command as tests start it, with a home of its own: in the test's process, in one of its own, or on a terminal.

`here` takes milliseconds and is for whatever is said and done. `run` takes a second and is for what is about processes: pipes, signals,
imports, children. `terminal` is for what a person sees and types.
"""

import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from agentchat import cli
from agentchat.storage.store import SQLiteStore
from tests.clock import FakeClock
from tests.pty_terminal import PtyTerminal
from tests.storage.samples import RUN, answer, checkpoint, said

ROOT = Path(__file__).parents[1]
HEAVY = {"openai", "pydantic", "griffe", "httpx", "markdown_it", "pygments"}
"""What takes long to import."""
OFFLINE = {"OPENAI_API_KEY": "", "OPENAI_BASE_URL": ""}


def run(home: Path, *arguments: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "agentchat", *arguments],
        env={**os.environ, **OFFLINE, "AGENTCHAT_HOME": str(home), "TZ": "UTC", **(env or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=cwd or home,
        check=False,
    )


def here(
    home: Path, *arguments: str, cwd: Path | None = None, env: dict[str, str] | None = None, piped: bytes = b""
) -> subprocess.CompletedProcess[str]:
    """The command in this process, told apart from it by nothing: its environment, its folder and its three files are those of `run`.

    A test that runs an event loop itself can call only what needs none.
    """
    given = {**OFFLINE, "AGENTCHAT_HOME": str(home), "TZ": "UTC", **(env or {})}
    alive = [thread for thread in threading.enumerate() if not thread.daemon and thread is not threading.main_thread()]
    assert not alive, f"the program would leave the process at once because of {alive}"
    with tempfile.TemporaryFile() as given_in, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given_in.write(piped)
        given_in.seek(0)
        with _surroundings(cwd or home, given), _standard_files(given_in, out, err):
            status = cli.run(arguments)
        return subprocess.CompletedProcess(["agentchat", *arguments], status, _text(out), _text(err))


@contextmanager
def _surroundings(folder: Path, env: dict[str, str]) -> Iterator[None]:
    before, folder_before, path_before = dict(os.environ), Path.cwd(), list(sys.path)
    os.environ.update(env)
    os.chdir(folder)
    time.tzset()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        os.chdir(folder_before)
        sys.path[:] = path_before
        time.tzset()


@contextmanager
def _standard_files(*files: IO[bytes]) -> Iterator[None]:
    """The file descriptors 0, 1 and 2, and the objects that Python has over them."""
    objects = sys.stdin, sys.stdout, sys.stderr
    saved = [os.dup(fd) for fd in range(3)]
    for fd, file in enumerate(files):
        os.dup2(file.fileno(), fd)
    modes: tuple[dict[str, Any], ...] = ({"mode": "r"}, {"mode": "w"}, {"mode": "w", "errors": "backslashreplace"})
    sys.stdin, sys.stdout, sys.stderr = (open(fd, encoding="utf-8", closefd=False, **how) for fd, how in enumerate(modes))  # noqa: SIM115 - closed below
    try:
        yield
    finally:
        for stream in (sys.stdin, sys.stdout, sys.stderr):
            stream.close()
        sys.stdin, sys.stdout, sys.stderr = objects
        for fd, before in enumerate(saved):
            os.dup2(before, fd)
            os.close(before)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8")


def terminal(home: Path, *arguments: str, module: tuple[str, ...] = ("-m", "agentchat"), cwd: Path | None = None) -> PtyTerminal:
    env = {**OFFLINE, "AGENTCHAT_HOME": str(home), "PYTHONPATH": str(ROOT)}
    return PtyTerminal([sys.executable, *module, *arguments], cwd=cwd or home, columns=100, rows=30, env=env)


def last_words(program: PtyTerminal) -> str:
    """What the program printed after it had given the terminal back."""
    return re.sub(r"\x1b\[[0-9;?<>=]*[a-zA-Z]", "", program.output.rpartition(b"\x1b[?1049l")[2].decode()).strip()


async def store_chat(home: Path, session_id: str, text: str, *, folder: str = "") -> None:
    path = home / "data" / "agentchat.db"
    store = await SQLiteStore.open(path, session_id, clock=FakeClock(now=1_746_273_781.0), folder=folder)
    await store.begin(RUN, [said(text)], checkpoint())
    await store.accept(RUN, answer("Stored answer."), [], checkpoint())
    await store.commit(RUN, [], checkpoint(), (), "final")
    await store.close()


def quit_by_key(program: PtyTerminal) -> str:
    program.send(b"\x11")
    assert program.wait_for_exit() == 0
    return last_words(program)
