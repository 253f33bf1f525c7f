"""What every benchmark needs: runs that take turns, the figures that are told of them, and a table to tell them in.

The machine is rarely quiet, so nothing is judged by its absolute time. What is compared takes turns within one run, the median of
the runs counts, and the ratio to a floor is what a target is set for.
"""

import os
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

RUNS = 5
"""How often everything is run."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the output, in Markdown."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()

    def markdown(self) -> str:
        lines = [self.head, ("---", *["---:"] * (len(self.head) - 1)), *self.rows]
        return "\n".join([f"## {self.title}", "", *[f"| {' | '.join(line)} |" for line in lines], "", *self.notes, ""])


@dataclass(frozen=True, slots=True)
class Target:
    """What a ratio may be at most."""

    most: float

    def judge(self, ratio: float) -> str:
        return f"{ratio:.2f} x ({'met' if ratio <= self.most else 'MISSED'}: <= {self.most:g})"


def interleaved(measures: Mapping[str, Callable[[], T]], *, runs: int = RUNS, rehearsals: int = 1) -> dict[str, list[T]]:
    """Runs everything in turns; the rehearsals, which fill the caches of the system, do not count."""
    results: dict[str, list[T]] = {name: [] for name in measures}
    for number in range(-rehearsals, runs):
        for name, measure in measures.items():
            result = measure()
            if number >= 0:
                results[name].append(result)
    return results


def median(figures: Sequence[float]) -> float:
    return statistics.median(figures)


def percentile(figures: Sequence[float], share: float) -> float:
    """The smallest figure that so large a share of all figures does not exceed."""
    ordered = sorted(figures)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def load() -> str:
    """How busy the machine was during the last minute; more than 1 for each processor disturbs."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"


def machine() -> str:
    """Where this runs."""
    system = os.uname()
    try:
        described = Path("/proc/cpuinfo").read_text().splitlines()
        name = next((line.partition(":")[2].strip() for line in described if line.startswith("model name")), system.machine)
    except OSError:
        name = system.machine
    return f"{os.cpu_count()} processors ({name}), {system.sysname} {system.release}"
