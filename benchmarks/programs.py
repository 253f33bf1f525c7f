"""The programs that are measured on a terminal, as commands: the floor, and agentchat in the situations that matter."""

import asyncio
import os
import shutil
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

from agentchat.runtime.ports.clock import SystemClock
from agentchat.storage.store import SQLiteStore
from benchmarks.pty_probe import PtyProbe
from benchmarks.samples import LAST_SAVED, messages

FLOORS = Path(__file__).with_name("floors")
_ROOT = FLOORS.parents[1]
MESSAGES = 1_000
_SESSION = "f00d"


@dataclass(frozen=True, slots=True)
class Program:
    """How to launch it, and how to see that it stands there."""

    argv: tuple[str, ...]
    first_words: str
    """Stand in its first frame."""
    env: dict[str, str] = field(default_factory=dict[str, str])

    def launch(self, folder: Path) -> PtyProbe:
        """Launches it in a folder where it finds no configuration."""
        return PtyProbe(self.argv, env=self.env, cwd=folder)

    def answered_by(self, base_url: str) -> "Program":
        """The same, with a model server configured."""
        return replace(self, env={**self.env, "OPENAI_API_KEY": "none", "OPENAI_BASE_URL": base_url})


def echo_app() -> Program:
    """The floor."""
    return Program((sys.executable, str(FLOORS / "echo_app.py")), "FIRST-FRAME")


def markdown_app(base_url: str, *, count: int = 0) -> Program:
    """The smallest Textual app that shows a model's answer with Textual's own MarkdownStream."""
    return Program((sys.executable, str(FLOORS / "markdown_app.py"), base_url, str(count)), "FIRST-FRAME", {"PYTHONPATH": str(_ROOT)})


def new_chat(home: Path) -> Program:
    """agentchat as it is started for a new chat, without a model server."""
    return Program((agentchat(),), "transcript", {"AGENTCHAT_HOME": str(home)})


def resumed_chat(home: Path, *, count: int = MESSAGES) -> Program:
    """agentchat with a saved conversation, in a file of its own: what is said in one run does not show up in the next."""
    home.mkdir(exist_ok=True)
    saved = home / f"saved-{count}.db"
    if not saved.exists():
        asyncio.run(_save_conversation(saved, count))
    database = home / f"measured-{len(list(home.glob('measured-*.db')))}.db"
    shutil.copyfile(saved, database)
    argv = (agentchat(), "--db", str(database), "-r", _SESSION)
    return Program(argv, LAST_SAVED, {"AGENTCHAT_HOME": str(home)})


def agentchat() -> str:
    """The installed command."""
    command = Path(sys.executable).with_name("agentchat")
    if not os.access(command, os.X_OK):
        raise SystemExit(f"{command} is missing; install this checkout into the environment: pip install -e .")
    return str(command)


async def _save_conversation(database: Path, count: int) -> None:
    store = await SQLiteStore.open(database, _SESSION, clock=SystemClock(), folder=str(database.parent))
    await store.add_items(messages(count))
    await store.close()
