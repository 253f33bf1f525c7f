"""From launch to the first frame, and to the echo of a key that is typed when the frame is seen; beside the smallest Textual app.

The first frame is the first write to the terminal that shows content. A model server is configured in one row, and never asked.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from benchmarks.programs import MESSAGES, Program, agentchat, echo_app, new_chat, resumed_chat
from benchmarks.tables import Table, Target, interleaved, load, median

FRAME = Target(1.5)
ECHO = Target(1.5)
VERSION = Target(2.5)
HELP = Target(6.0)
_KEY = "ж"
"""Stands in no frame by itself."""
RESUMED = Target(1.3)
"""For the frame of a resumed chat, beside that of a new one, however long it is."""
LONG = 10_000
_NOBODY = "http://127.0.0.1:9/v1"
_NEW = "agentchat, model server configured"
_FLOOR = "minimal Textual app (floor)"
_PASS = "python -c pass (floor)"


class Launch(NamedTuple):
    """Seconds from launch."""

    frame: float
    echo: float


def tables() -> list[Table]:
    """With a screen, and without one."""
    return [_screens(), _answers()]


def _screens() -> Table:
    with tempfile.TemporaryDirectory() as folder:
        home, here = Path(folder, "home"), Path(folder)
        programs = {
            _FLOOR: echo_app(),
            "agentchat, offline model": new_chat(home),
            _NEW: new_chat(home).answered_by(_NOBODY),
            **{f"agentchat -r, {count:,} messages": resumed_chat(home, count=count).answered_by(_NOBODY) for count in (MESSAGES, LONG)},
        }
        launches = interleaved({name: _launched(program, here) for name, program in programs.items()})
    floor, new = _middle(launches[_FLOOR]), _middle(launches[_NEW])
    rows = [(_FLOOR, f"{floor.frame * 1e3:.0f}", f"{floor.echo * 1e3:.0f}", "", "", "")]
    for name, results in list(launches.items())[1:]:
        here_ = _middle(results)
        to_new = RESUMED.judge(here_.frame / new.frame) if " -r," in name else ""
        ratios = (FRAME.judge(here_.frame / floor.frame), ECHO.judge(here_.echo / floor.echo), to_new)
        rows.append((name, f"{here_.frame * 1e3:.0f}", f"{here_.echo * 1e3:.0f}", *ratios))
    head = ("launch to", "first frame, ms", "first key echo, ms", "frame to floor", "echo to floor", "frame to a new chat's")
    return Table("Start", head, tuple(rows), (f"{load()}.",))


def _launched(program: Program, folder: Path) -> Callable[[], Launch]:
    def measure() -> Launch:
        with program.launch(folder) as terminal:
            frame = terminal.wait_for(program.first_words)
            terminal.type(_KEY)
            return Launch(frame - terminal.began, terminal.wait_for(_KEY) - terminal.began)

    return measure


def _middle(launches: list[Launch]) -> Launch:
    return Launch(*[median(figures) for figures in zip(*launches, strict=True)])


def _answers() -> Table:
    commands = {
        _PASS: (sys.executable, "-c", "pass"),
        "agentchat --version": (agentchat(), "--version"),
        "agentchat --help": (agentchat(), "--help"),
    }
    seconds = {name: median(results) for name, results in interleaved({name: _ran(argv) for name, argv in commands.items()}).items()}
    targets = {"agentchat --version": VERSION, "agentchat --help": HELP}
    rows = [
        (name, f"{took * 1e3:.0f}", targets[name].judge(took / seconds[_PASS]) if name in targets else "") for name, took in seconds.items()
    ]
    return Table("Commands without a screen", ("command", "ms", "to floor"), tuple(rows), (f"{load()}.",))


def _ran(argv: tuple[str, ...]) -> Callable[[], float]:
    def measure() -> float:
        began = time.monotonic()
        subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)
        return time.monotonic() - began

    return measure
