"""What the runtime costs: events, turns, tokens over the wire, sessions; beside the bare minimum, and beside another implementation.

The other one is openai-agents, whose published names this package has too. It is measured in the same run when
AGENTCHAT_BENCH_REFERENCE names the Python of an environment that holds it.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.model_source import ModelSource
from benchmarks.runtime_probe import Figures
from benchmarks.tables import Table, Target, interleaved, load, median

REFERENCE = "AGENTCHAT_BENCH_REFERENCE"
RUNS = 3
"""Each of them repeats everything many times."""
_AT_ONCE = 1e9
_OURS, _THEIRS = "agentchat", "agents"
_HOPS = 16
"""A stored turn with one tool makes at most 4 commits, each at most 4 hops, beside half a millisecond for the rest."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    title: str
    figure: str
    unit: str
    target: Target | None = None
    """For the ratio to the floor."""
    floor: str = ""
    free: float = 0.0
    """Seconds that the target grants beside the floor."""

    @property
    def scale(self) -> float:
        return {"us": 1e6, "ms": 1e3}[self.unit]


_FLAT = Target(1.3)
_ROWS = (
    Row("one delta, model never waits", "delta eager", "us", Target(4), "delta eager, floor"),
    Row("one delta, model yields", "delta yielding", "us", Target(4), "delta yielding, floor"),
    Row("a tool turn, 10th of a run", "turn, 10th", "ms"),
    Row("a tool turn, 500th of a run", "turn, 500th", "ms", _FLAT, "turn, 10th"),
    Row("a turn with 10 parallel tools, 10th", "10 parallel tools, 10th", "ms"),
    Row("a turn with 10 parallel tools, 95th", "10 parallel tools, 95th", "ms", _FLAT, "10 parallel tools, 10th"),
    Row("a tool turn with the store, 10th", "stored turn, 10th", "ms", Target(_HOPS), "stored turn, floor", free=0.5e-3),
    Row("a tool turn with the store, 55th", "stored turn, 55th", "ms", _FLAT, "stored turn, 10th"),
    Row("a token of the Responses API", "token", "us", Target(2.5), "token, floor"),
    *[Row(f"SQLiteSession: add {size}", f"add {size}", "us", Target(1.5), f"add {size}, floor") for size in (1, 10, 1_000)],
    *[Row(f"SQLiteSession: get {size} of 10,000", f"get {size}", "us", Target(1.3), f"get {size}, floor") for size in (50, 10_000)],
)


def tables() -> list[Table]:
    """One table."""
    reference = os.environ.get(REFERENCE)
    with ModelSource(rate=_AT_ONCE) as source:
        measures: dict[str, Callable[[], Figures]] = {_OURS: partial(_probed, sys.executable, _OURS, source.base_url)}
        if reference:
            measures[_THEIRS] = partial(_probed, reference, _THEIRS, source.base_url)
        results = {name: _medians(runs) for name, runs in interleaved(measures, runs=RUNS, rehearsals=0).items()}
    ours, theirs = results[_OURS], results.get(_THEIRS, {})
    head = ("", "unit", "agentchat", "floor", "to floor", "openai-agents")
    note = "" if reference else f"openai-agents was not measured; {REFERENCE} names an environment that has it. "
    notes = (f"{note}The floor of a late turn is the early one: a turn must not grow dearer. {load()}.",)
    return [Table("Runtime", head, tuple(_told(row, ours, theirs) for row in _ROWS), notes)]


def _told(row: Row, ours: Figures, theirs: Figures) -> tuple[str, ...]:
    figure, floor, other = ours[row.figure], ours.get(row.floor), theirs.get(row.figure)
    ratio = row.target.judge((figure - row.free) / floor) if row.target and floor else ""
    return row.title, row.unit, _shown(figure, row), _shown(floor, row), ratio, _shown(other, row)


def _shown(seconds: float | None, row: Row) -> str:
    return "" if seconds is None else f"{seconds * row.scale:.3g}"


def _medians(runs: list[Figures]) -> Figures:
    return {name: median([run[name] for run in runs]) for name in runs[0]}


def _probed(python: str, package: str, base_url: str) -> Figures:
    root = Path(__file__).resolve().parent.parent
    env = {**os.environ, "OPENAI_AGENTS_DISABLE_TRACING": "1"}
    argv = [python, "-m", "benchmarks.runtime_probe", package, base_url]
    return json.loads(subprocess.run(argv, check=True, cwd=root, env=env, stdout=subprocess.PIPE, text=True).stdout)
