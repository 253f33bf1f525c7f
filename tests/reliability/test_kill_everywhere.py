"""kill -9 at every place that a run comes to: inside and after each transaction, before and after each effect.

Between two of them nothing changes that lasts, so these are all the moments there are. Each time the conversation is opened again in
another process: nothing that was stored is lost, nothing runs by itself, nothing runs twice, and the story comes to its end.
"""

import json
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from agentchat.chat.transcript.blocks import Block, CallBlock, HandoffBlock
from agentchat.runtime.ports.journal import RunJournal
from tests.chat.lived import SESSION, blocks_when_reopened, first_frame, opened
from tests.reliability.mortal import counts
from tests.reliability.stories import LAST_WORDS, STORIES, Story, Traces, setup_of, tell

ROOT = Path(__file__).parents[2]
FEW = 3
"""Places per story in the quick form."""


@dataclass(frozen=True)
class Mortals:
    """Processes that are killed."""

    server: "subprocess.Popen[str]"

    def live(self, folder: Path, story: str, place: int | None) -> int:
        """Tells the story up to the place; how the process ended."""
        assert self.server.stdin is not None
        assert self.server.stdout is not None
        self.server.stdin.write(f"{folder}\t{story}\t{'-' if place is None else place}\n")
        return int(self.server.stdout.readline())


@pytest.fixture(scope="module")
def mortals() -> Iterator[Mortals]:
    command = [sys.executable, "-m", "tests.reliability.mortal"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as server:
        yield Mortals(server)
        assert server.stdin is not None
        server.stdin.close()
        assert server.wait(timeout=30) == 0


@pytest.mark.parametrize("name", STORIES)
async def test_a_story_comes_to_its_end_wherever_its_process_was_killed(name, mortals, tmp_path, figure, chance):
    places = _places(mortals, tmp_path, name)
    some = sorted(chance.sample(range(len(places)), FEW))
    for place in some:
        await _killed_and_told_to_its_end(mortals, _folder(tmp_path, place), name, place)
    figure(f"kill -9, {name}, at {', '.join(places[place] for place in some)}: 0 lost, 0 twice, 0 by itself", n=FEW)


@pytest.mark.torture
@pytest.mark.parametrize("name", STORIES)
async def test_a_story_comes_to_its_end_from_every_place(name, mortals, tmp_path, figure):
    places = _places(mortals, tmp_path, name)
    for place in range(len(places)):
        await _killed_and_told_to_its_end(mortals, _folder(tmp_path, place), name, place)
    figure(f"kill -9, {name}, at every place: 0 lost, 0 twice, 0 by itself, 0 integrity errors, 0 unpaired", n=len(places))


@pytest.mark.torture
@pytest.mark.parametrize("name", STORIES)
async def test_a_story_comes_to_its_end_however_often_it_is_killed(name, mortals, tmp_path, figure, chance):
    """A second process may be killed while it goes on with the story of the first."""
    tries = 60
    for number in range(tries):
        await _killed_twice(mortals, _folder(tmp_path, number), name, chance)
    figure(f"kill -9, {name}, and again at a random place: 0 lost, 0 twice, 0 by itself", n=2 * tries)


def test_every_way_to_write_is_a_place(mortals, tmp_path):
    """What the journal can write, all stories together write; a new method needs a story."""
    all_places = [_places(mortals, _folder(tmp_path, number), story) for number, story in enumerate(STORIES)]
    written = {name.removeprefix("in ") for places in all_places for name in places if name.startswith("in ")}
    of_the_journal = {name for name, what in vars(RunJournal).items() if callable(what) and not name.startswith("_")}
    assert written >= of_the_journal - {"recall"} | {"decide"}


def _folder(above: Path, number: int) -> Path:
    folder = above / str(number)
    folder.mkdir()
    return folder


def _places(mortals: Mortals, above: Path, name: str) -> list[str]:
    """The names of all places that the story comes to when nobody kills it."""
    folder = above / "alive"
    folder.mkdir()
    assert mortals.live(folder, name, None) == 0
    assert len(Traces(folder, _nowhere).left) == STORIES[name].effects
    return (folder / "places").read_text().splitlines()


async def _killed_twice(mortals: Mortals, folder: Path, name: str, chance: Random) -> None:
    assert mortals.live(folder, name, chance.randrange(12)) == -signal.SIGKILL
    mortals.live(folder, name, chance.randrange(20))
    await _told_to_its_end(folder, STORIES[name])


async def _killed_and_told_to_its_end(mortals: Mortals, folder: Path, name: str, place: int) -> None:
    assert mortals.live(folder, name, place) == -signal.SIGKILL
    await _told_to_its_end(folder, STORIES[name])


async def _told_to_its_end(folder: Path, story: Story) -> None:
    _nothing_stored_is_lost(folder)
    traces = Traces(folder, _nowhere)
    before, setup = traces.left, setup_of(story, traces)
    async with opened(folder / "db", setup) as (chat, front):
        await chat.settled()
        assert traces.left == before, "opening runs nothing"
        await tell(chat, front)
        assert front.status.phase == "idle"
        lived = front.blocks
    assert lived == await blocks_when_reopened(folder / "db", setup) == first_frame(folder / "db")
    assert set(Counter(traces.left).values()) <= {1}, f"an effect came twice: {traces.left}"
    unknown = sum(_is_unknown(block) for block in lived)
    assert story.effects - len(traces.left) <= unknown, "what did not happen is shown as unknown"
    await _is_whole(folder)


def _is_unknown(block: Block) -> bool:
    return (isinstance(block, CallBlock) and block.state == "unknown") or (isinstance(block, HandoffBlock) and block.cut_off)


def _nothing_stored_is_lost(folder: Path) -> None:
    """What was stored when a write had answered is there; it may be more, because the last one cannot say so any more."""
    told = folder / "stored"
    if not told.exists() or not told.read_text():
        return
    *_, last = told.read_text().splitlines()
    with closing(sqlite3.connect(folder / "db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert all(now >= then for now, then in zip(counts(db), map(int, last.split()), strict=True))


async def _is_whole(folder: Path) -> None:
    """Every call has one output, behind it, and the last words are there."""
    with closing(sqlite3.connect(folder / "db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        stored = db.execute("SELECT message_data FROM agent_messages WHERE session_id = ? ORDER BY id", (SESSION,))
        rows = [json.loads(row) for (row,) in stored]
    asked = {row["call_id"]: place for place, row in enumerate(rows) if row.get("type") == "function_call"}
    answered = {row["call_id"]: place for place, row in enumerate(rows) if row.get("type") == "function_call_output"}
    assert asked.keys() == answered.keys()
    assert all(asked[call] < answered[call] for call in asked)
    assert len(asked) + len(answered) == sum(str(row.get("type")).startswith("function_call") for row in rows), "each stands there once"
    assert LAST_WORDS in json.dumps(rows[-1])


def _nowhere(name: str) -> None:
    pass
