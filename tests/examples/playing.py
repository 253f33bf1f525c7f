"""Lives through the recorded conversation of an example, with everything real but the model's words and the day.

`python -m tests.examples.playing` writes each `conversation.md` anew; read what changed.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from examples.replay import FOLDER, MODEL, Recording, copied, serving

from agentchat.assembly import assemble
from agentchat.chat.options import Options
from agentchat.chat.status import Approve, Decision, PendingCall, Reject
from agentchat.chat.transcript.blocks import Block
from agentchat.chat.transcript.export import as_markdown
from agentchat.runtime.ports.clock import SystemClock
from tests.chat.lived import Front

TITLES = {"support-desk": "The support desk", "code-review": "The code review", "research": "The research team"}


class OneDay(SystemClock):
    """Of which every moment has the same date, so that what is written down today is what was written down before."""

    def now(self) -> float:
        return 1_746_273_600.0


@dataclass(frozen=True, slots=True)
class Played:
    """What came of it."""

    blocks: tuple[Block, ...]
    asked: tuple[PendingCall, ...]
    """The calls that a person was asked about."""
    folder: Path

    def markdown(self, name: str) -> str:
        """The conversation, as `agentchat sessions export` writes it."""
        return as_markdown(self.blocks, title=TITLES[name])


@contextmanager
def as_if_alone(folder: Path) -> Generator[None]:
    """Forgets the modules of the folder before and after: every copy of an example has modules of the same names."""
    names, paths = [file.stem for file in folder.glob("*.py")], list(sys.path)
    for name in names:
        sys.modules.pop(name, None)
    try:
        yield
    finally:
        sys.path[:] = paths
        for name in names:
            sys.modules.pop(name, None)


async def played(name: str, place: Path, *, approves: bool = True) -> Played:
    """Types the messages of the recording, one after the other, and decides about every call that is asked about."""
    recording = Recording(FOLDER / name)
    folder = copied(name, place)
    home = place / "home"
    home.mkdir()
    options = Options(
        database=home / "db",
        own_team=home / "own.toml",
        trust_file=home / "trusted.jsonl",
        folder=folder,
        config=folder / "agents.toml",
        model=MODEL,
    )
    front, asked = Front(), list[PendingCall]()
    with serving(recording) as address, _no_other_surroundings(address), chdir(folder), as_if_alone(folder):
        chat = await assemble(options, clock=OneDay())
        await chat.open(front)
        for message in recording.messages:
            await chat.send(message)
            await chat.settled()
            while front.pending.calls:
                call = front.pending.calls[0]
                assert call not in asked, "Its decision was refused."
                asked.append(call)
                await chat.decide(call.key, _decision(call, approves=approves))
                await chat.settled()
        await chat.close()
    return Played(front.blocks, tuple(asked), folder)


def _decision(call: PendingCall, *, approves: bool) -> Decision:
    return Approve(call.digest) if approves else Reject(call.digest, "the carrier pays this one")


@contextmanager
def _no_other_surroundings(address: str) -> Generator[None]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
    with patch.dict(os.environ, {**kept, "OPENAI_BASE_URL": address, "TZ": "UTC"}, clear=True):
        time.tzset()
        yield
    time.tzset()


def main() -> None:
    """Writes what was said in every example."""
    for name in TITLES:
        with tempfile.TemporaryDirectory() as place:
            told = asyncio.run(played(name, Path(place))).markdown(name)
        (FOLDER / name / "conversation.md").write_text(told, encoding="utf-8")


if __name__ == "__main__":
    main()
