"""What one frame costs while an answer grows, by how long it is already and how many messages stand before it; and resuming a chat.

The cost is the processor time of one painted update (`screen_probe.py`). The targets are about growth: along each axis the largest case
costs at most 1.3 times the smallest. The floor is a widget on Textual's line API that appends the same text as plain lines; it does
not look at the text, so it is measured with one kind. Textual's own MarkdownStream stands beside at small sizes only.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from functools import partial

from benchmarks.screen_probe import KINDS, LENGTHS
from benchmarks.tables import Table, Target, interleaved, load, median

RUNS = 3
MESSAGES = (0, 100, 1_000, 5_000)
RESUMED = (0, 100, 1_000, 10_000)
FLAT = Target(1.3)
_OURS, _FLOOR, _PEER = "transcript", "lines", "textual"
_SOME, _MANY = 100, 1_000
_PEER_LENGTHS = (0, 1_000, 5_000)
"""Tokens; with more of them, or with more messages than `_SOME`, a frame of Textual's own takes too long to be waited for."""

Cell = tuple[str, str, int]
"""A program, a kind of text (or `resume`) and a number of messages."""
Costs = dict[Cell, dict[int, float]]
"""The median seconds of each cell, by the number of tokens (or messages)."""


def tables() -> list[Table]:
    """The length of the answer, the messages before it, Textual's own, resuming."""
    grid = [(_OURS, kind, messages) for kind in KINDS for messages in MESSAGES] + [(_FLOOR, KINDS[0], messages) for messages in MESSAGES]
    resumed = [(program, "resume", messages) for program in (_OURS, _FLOOR) for messages in RESUMED]
    costs = _medians([*grid, *resumed], runs=RUNS)
    return [_lengths(costs), _messages(costs), _peer(costs), _resume(costs)]


def _medians(cells: list[Cell], *, runs: int, lengths: tuple[int, ...] = ()) -> Costs:
    results = interleaved({repr(cell): partial(_measured, cell, lengths) for cell in cells}, runs=runs, rehearsals=0)
    return {cell: {at: median([run[at] for run in results[repr(cell)]]) for at in results[repr(cell)][0]} for cell in cells}


def _measured(cell: Cell, lengths: tuple[int, ...]) -> dict[int, float]:
    program, kind, messages = cell
    argv = [sys.executable, "-m", "benchmarks.screen_probe", program, kind, str(messages)]
    done = subprocess.run([*argv, *([",".join(map(str, lengths))] if lengths else [])], check=True, stdout=subprocess.PIPE)
    return {int(at): seconds for at, seconds in json.loads(done.stdout).items()}


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:.1f}"


def _lengths(costs: Costs) -> Table:
    """A row for each kind of text and number of messages."""
    cells = [cell for cell in costs if cell[1] != "resume"]
    head = ("ms of a frame, by the tokens that are there", *[f"{length:,}" for length in LENGTHS], f"{LENGTHS[-1]:,} to {LENGTHS[0]}")
    rows = [(_name(cell), *map(_ms, costs[cell].values()), _growth(cell, costs[cell])) for cell in cells]
    note = f"120x40; an update is 20 characters. {load()}."
    return Table("The screen: cost per frame", head, tuple(rows), (note,))


def _name(cell: Cell) -> str:
    program, kind, messages = cell
    return f"{'plain lines (floor)' if program == _FLOOR else kind}, {messages:,} messages before"


def _growth(cell: Cell, costs: dict[int, float]) -> str:
    ratio = costs[LENGTHS[-1]] / costs[LENGTHS[0]]
    return FLAT.judge(ratio) if cell[0] == _OURS else f"{ratio:.2f} x"


def _messages(costs: Costs) -> Table:
    """The other axis of the same figures."""
    length = LENGTHS[-1]
    head = (f"ms of a frame at {length:,} tokens, by messages before", *[f"{messages:,}" for messages in MESSAGES], "most to none")
    rows: list[tuple[str, ...]] = []
    for program, kind in [*[(_OURS, kind) for kind in KINDS], (_FLOOR, KINDS[0])]:
        found = [costs[program, kind, messages][length] for messages in MESSAGES]
        ratio = found[-1] / found[0]
        growth = FLAT.judge(ratio) if program == _OURS else f"{ratio:.2f} x"
        rows.append(("plain lines (floor)" if program == _FLOOR else kind, *map(_ms, found), growth))
    return Table("The same, by the messages before", head, tuple(rows))


def _peer(costs: Costs) -> Table:
    """Textual's own widgets, where they can be waited for."""
    theirs = _medians([(_PEER, KINDS[0], messages) for messages in (0, _SOME)], runs=1, lengths=_PEER_LENGTHS)
    head = ("ms of a frame of prose, by the tokens that are there", *[f"{length:,}" for length in _PEER_LENGTHS])
    rows: list[tuple[str, ...]] = []
    for title, program, found in (("agentchat", _OURS, costs), ("Textual's MarkdownStream", _PEER, theirs)):
        rows += [
            (f"{title}, {messages:,} messages before", *[_ms(found[program, KINDS[0], messages][length]) for length in _PEER_LENGTHS])
            for messages in (0, _SOME)
        ]
    return Table("Beside Textual's own Markdown", head, tuple(rows))


def _resume(costs: Costs) -> Table:
    head = ("ms to the first frame of a chat, by its messages", *[f"{messages:,}" for messages in RESUMED], "most to none")
    judges: tuple[tuple[str, str, Callable[[float], str]], ...] = (
        ("agentchat's transcript", _OURS, FLAT.judge), ("plain lines (floor)", _FLOOR, lambda ratio: f"{ratio:.2f} x"),
    )
    rows: list[tuple[str, ...]] = []
    for title, program, judge in judges:
        found = [costs[program, "resume", messages][messages] for messages in RESUMED]
        rows.append((title, *map(_ms, found), judge(found[-1] / found[0])))
    note = f"The widget alone in an app, and blocks that are in memory. {load()}."
    return Table("Resuming", head, tuple(rows), (note,))
