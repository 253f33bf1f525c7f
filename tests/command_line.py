"""The `agentchat` command as tests start it: a process of its own, on pipes or on a terminal, with a home of its own."""

import os
import re
import subprocess
import sys
from pathlib import Path

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
