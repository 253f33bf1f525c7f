"""The whole suite in stages, and a table of what each took: `make test`.

Each stage has a budget in seconds on two cores. A stage over its budget is named in the table and does not fail, because a loaded
machine is not a fault of the code; a failing check is, and every stage runs whatever came before it.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.figures import MARK

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
COVERAGE_FLOOR = 90
"""Branch coverage in per cent below which the suite fails."""
BUDGET = 360
"""Seconds for all of it. Stages run beside each other, so it is less than their sum."""
LANES = 3
"""So many stages run beside each other: one per core of the machine that the budgets are for, and one more, because the tests of real
programs wait for half of their time."""
LAST_LINES = 30
"""How much of a failing command's output is told again at the very end."""


@dataclass(frozen=True)
class Stage:
    """One line of the table."""

    name: str
    budget: int
    work: int
    """Processor seconds that it took lately: the stage with most work starts first."""
    commands: tuple[tuple[str, ...], ...]


@dataclass
class Row:
    """What running a stage came to."""

    stage: Stage
    seconds: float
    passed: int
    failures: list[str]
    """The end of what each failing command said."""


def _pytest(*paths: str, options: tuple[str, ...] = ("--cov", "--cov-report=")) -> tuple[str, ...]:
    return (sys.executable, "-m", "pytest", "-q", "-m", "not torture", *options, *paths)


def _unmeasured(*paths: str) -> tuple[str, ...]:
    """Tests in whose own process nothing of the program runs, or nothing that is to be counted: tracing them costs time for no line."""
    return _pytest(*paths, options=())


ARCHITECTURE = ("tests/test_architecture.py",)
RUNTIME = ("tests/runtime", "tests/test_testing.py", "tests/models")
CHAT_AND_STORAGE = ("tests/chat", "tests/storage", "tests/memory", "tests/sqlite")
SNAPSHOTS = "tests/tui/test_snapshots.py"
SCREEN = ("tests/tui", "tests/typesetting")
RELIABILITY = ("tests/reliability",)
COMMAND_LINE = ("tests/headless", "tests/test_cli.py", "tests/commands", "tests/actions")


def _the_rest() -> list[str]:
    """All tests that no other stage has, so that none is forgotten."""
    elsewhere = {*ARCHITECTURE, *RUNTIME, *CHAT_AND_STORAGE, *SCREEN, *RELIABILITY, *COMMAND_LINE}
    folders = {str(path.parent.relative_to(ROOT)) for path in (ROOT / "tests").glob("*/*") if path.name == "__init__.py"}
    files = {str(path.relative_to(ROOT)) for path in (ROOT / "tests").glob("test_*.py")}
    return sorted((folders | files) - elsewhere)


STAGES = (
    Stage(
        "static checks",
        30,
        35,
        (
            (str(BIN / "ruff"), "check", "src", "tests", "benchmarks", "examples"),
            (str(BIN / "lint-imports"),),
            (str(BIN / "vulture"),),
            (str(BIN / "basedpyright"),),
            _unmeasured(*ARCHITECTURE),
        ),
    ),
    Stage("runtime", 60, 55, (_pytest(*RUNTIME),)),
    Stage("chat and storage", 45, 45, (_pytest(*CHAT_AND_STORAGE),)),
    Stage("screen", 60, 125, (_pytest(*SCREEN, f"--ignore={SNAPSHOTS}"),)),
    Stage("snapshots", 15, 20, (_unmeasured(SNAPSHOTS),)),
    Stage("reliability, quick", 90, 90, (_unmeasured(*RELIABILITY),)),
    Stage("the command line", 60, 55, (_pytest(*COMMAND_LINE),)),
    Stage("the rest", 30, 45, (_pytest(*_the_rest()),)),
)


def main() -> int:
    """Runs every stage; 0 when all passed."""
    os.chdir(ROOT)
    # The programs that tests start, some fifty, would each compile every source file of a fresh checkout anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    for old in ROOT.glob(".coverage*"):
        old.unlink()
    began = time.monotonic()
    rows = _in_lanes(STAGES)
    took = time.monotonic() - began
    covered, coverage_failed = _coverage()
    _print_table(rows, covered, took)
    failed = [row.stage.name for row in rows if row.failures] + (["coverage"] if coverage_failed else [])
    passed = sum(row.passed for row in rows)
    # Once more and last: whoever reads only the end of a long log sees why it failed.
    for failure in (failure for row in rows for failure in row.failures):
        print(failure)
    print(f"failed: {', '.join(failed)}" if failed else "all stages passed")
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed else 0


def _in_lanes(stages: Sequence[Stage]) -> list[Row]:
    """The one with most work first, so that no lane is left with a long one at the end. Rows come in the order of the table."""
    with ThreadPoolExecutor(LANES) as lanes:
        started = {stage.name: lanes.submit(_run, stage) for stage in sorted(stages, key=lambda stage: -stage.work)}
        return [started[stage.name].result() for stage in stages]


def _run(stage: Stage) -> Row:
    began, row = time.monotonic(), Row(stage, 0, 0, [])
    env = {**os.environ, "COVERAGE_FILE": f".coverage-{STAGES.index(stage)}"}
    for command in stage.commands:
        said = f"{Path(command[0]).name} {' '.join(command[1:])[:100]}"
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, env=env)
        row.passed += sum(int(n) for n in re.findall(r"(\d+) passed", done.stdout))
        print(f"── {stage.name}: {said}\n{_told(done.stdout, failed=done.returncode != 0)}", flush=True)
        if done.returncode:
            row.failures.append("\n".join([f"── {stage.name}: {said}", *done.stdout.rstrip().splitlines()[-LAST_LINES:]]))
    row.seconds = time.monotonic() - began
    return row


def _told(output: str, *, failed: bool) -> str:
    """All that a command said when it failed; otherwise its last line, and the figures that its tests counted."""
    lines = output.rstrip().splitlines()
    return "\n".join(lines if failed else [*(line for line in lines if line.startswith(MARK)), *lines[-1:]])


def _coverage() -> tuple[str, bool]:
    command = (sys.executable, "-m", "coverage", "report", "--format=total", "--precision=1")
    parts = [path.name for path in sorted(ROOT.glob(".coverage-*"))]
    subprocess.run((sys.executable, "-m", "coverage", "combine", "--quiet", *parts), check=False, capture_output=True)
    total = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    try:
        return total, float(total) < COVERAGE_FLOOR
    except ValueError:
        return "unknown", True


def _print_table(rows: list[Row], covered: str, took: float) -> None:
    print(f"\n{'stage':<24}{'seconds':>9}{'budget':>9}{'passed':>9}")
    for row in rows:
        note = "  FAILED" if row.failures else ""
        note += "  over budget" if row.seconds > row.stage.budget else ""
        print(f"{row.stage.name:<24}{row.seconds:>9.1f}{row.stage.budget:>9}{row.passed or '':>9}{note}")
    print(f"{'all':<24}{took:>9.1f}{BUDGET:>9}{'  over budget' if took > BUDGET else ''}")
    silenced = _silenced()
    print(f"branch coverage {covered} % (floor {COVERAGE_FLOOR}) · {silenced} silenced checks in src/, each with its reason\n")


def _silenced() -> int:
    marks = re.compile(r"# noqa|# type: ignore|# pyright: ignore")
    return sum(len(marks.findall(path.read_text(encoding="utf-8"))) for path in (ROOT / "src").rglob("*.py"))


if __name__ == "__main__":
    sys.exit(main())
