"""kill -9 at each step of a turn: what was said to be stored is there, and no call is started twice."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from agentchat.runtime.ports.clock import SystemClock
from agentchat.runtime.ports.journal import Approved
from agentchat.runtime.values.outcomes import Finished, Go, Returned, Start, Unknown
from agentchat.storage.store import SQLiteStore
from tests.storage.samples import RUN, key, said

PLACES = ("begun", "drafted", "accepted", "decided", "started", "took effect", "finished", "committed")


@pytest.fixture(scope="module")
def program() -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "tests.storage.kill_child"]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=30) == 0


def run_and_kill(program: "subprocess.Popen[str]", path: Path, place: str, *, after_lines: int = 1) -> str:
    """The last line that the child said before it was killed, and may have been saying more."""
    assert program.stdin is not None
    assert program.stdout is not None
    program.stdin.write(f"{path}\t{place}\n")
    said_last = ""
    for _ in range(after_lines):
        pid, said_last = program.stdout.readline().rstrip("\n").split(" ", 1)
    os.kill(int(pid), signal.SIGKILL)
    return said_last


@pytest.mark.parametrize("place", PLACES)
async def test_killed_where_it_stood_a_run_loses_nothing_and_starts_nothing_twice(
    program: "subprocess.Popen[str]", tmp_path: Path, place: str
) -> None:
    path = tmp_path / "chats.db"
    run_and_kill(program, path, place)
    stood = PLACES.index(place)
    assert path.with_suffix(".effects").exists() == (stood >= PLACES.index("took effect"))
    store = await SQLiteStore.open(path, "s", clock=SystemClock())
    chat, recalled = await store.load(), await store.recall(RUN)
    assert recalled is not None
    assert [row.item for row in chat.rows] == [said("refund 1042")] + [said("done")] * (stood >= PLACES.index("committed"))
    assert [(fact.row, fact.after) for fact in chat.facts] == [(row.id, None) for row in chat.rows]
    assert chat.open_run == "run1"
    assert recalled.draft == ("Let me" if place == "drafted" else None)
    accepted = PLACES.index("accepted") <= stood < PLACES.index("committed")
    assert (recalled.open_response is not None, len(recalled.calls)) == (accepted, 2 * accepted)
    if accepted:
        assert [call.decision for call in recalled.calls] == [Approved() if place != "accepted" else None, None]
        assert await store.start(key(index=0), "you") == FIRST_CALL[place]
        assert await store.start(key(index=1), "you") == Go()
        assert await store.start(key(index=0), "you") != Go()
    await store.close()


FIRST_CALL: dict[str, Start] = {
    "accepted": Go(),
    "decided": Go(),
    "started": Unknown(),
    "took effect": Unknown(),
    "finished": Finished(Returned("refunded")),
}


@pytest.mark.parametrize("lines", [1, 7, 40])
async def test_killed_anywhere_every_commit_is_there_or_not_as_a_whole(
    program: "subprocess.Popen[str]", tmp_path: Path, lines: int
) -> None:
    path = tmp_path / "chats.db"
    number = int(run_and_kill(program, path, "anywhere", after_lines=lines))
    drain(program, path)
    assert number == lines - 1
    store = await SQLiteStore.open(path, "s", clock=SystemClock())
    chat = await store.load()
    await store.close()
    turns = range(1 + len(chat.rows) // 3)
    whole = [text for turn in turns for text in (f"ask {turn}", f"a {turn}", f"b {turn}")]
    stored = [row.item["content"] for row in chat.rows]
    assert len(stored) >= 3 * lines
    assert stored == whole[: len(stored)]
    assert len(stored) % 3 in {0, 1}  # a commit's two rows stand or fall together
    assert [fact.row for fact in chat.facts] == [row.id for row in chat.rows]
    assert integrity(path) == ("ok",)


def drain(program: "subprocess.Popen[str]", path: Path) -> None:
    """Reads what the killed child had still said, up to the word of a new one."""
    other = path.with_name("other.db")
    assert program.stdin is not None
    assert program.stdout is not None
    program.stdin.write(f"{other}\tbegun\n")
    while (line := program.stdout.readline().split())[1] != "begun":
        continue
    os.kill(int(line[0]), signal.SIGKILL)


def integrity(path: Path) -> tuple[str]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute("PRAGMA integrity_check").fetchone()
