"""Typing while a long answer streams: what the key waits for, and whether the answer is shown in time.

A model server in another process says 85 KB of Markdown at 400 deltas a second; meanwhile a key is typed every 0.35 seconds into a
terminal of 120x40. The floor is the smallest Textual app, which does nothing but echo the same keys.
"""

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from benchmarks.model_source import ModelSource
from benchmarks.programs import MESSAGES, Program, echo_app, new_chat, resumed_chat
from benchmarks.pty_probe import DEADLINE, PtyProbe
from benchmarks.samples import DELTAS, LAST_WORD
from benchmarks.tables import Table, Target, interleaved, load, median, percentile
from benchmarks.typist import Typist

RATE = 400.0
"""Deltas in a second."""
KEY_EVERY = 0.35
ECHO = Target(4.0)
LATE = 1.0
"""Seconds after the last delta in which the last word must be on the screen."""
_FLOOR = "minimal Textual app, nothing else to do (floor)"


class Typing(NamedTuple):
    """One run; times in seconds."""

    echoes: list[float]
    """From key to echo; of a key that was never echoed the whole time that it was waited for."""
    cpu: float
    answer: float = 0.0
    """What the server took for the answer."""
    late: float = 0.0
    """From the last delta to the last word on the screen."""


def tables() -> list[Table]:
    """One table."""
    with tempfile.TemporaryDirectory() as folder, ModelSource(rate=RATE) as source:
        home, here = Path(folder, "home"), Path(folder)
        measures: dict[str, Callable[[], Typing]] = {
            _FLOOR: partial(_echoed, echo_app(), here),
            "agentchat, new chat": partial(_streamed, partial(new_chat, home), here, source, prepared=False),
            f"agentchat, {MESSAGES:,} messages before": partial(
                _streamed, partial(resumed_chat, home), here, source, prepared=True
            ),
        }
        results = interleaved(measures, rehearsals=0)
    floor = _p95(results[_FLOOR])
    rows = [_row(name, runs, floor=floor if name != _FLOOR else None) for name, runs in results.items()]
    head = ("program", "done after the last delta, s", "key to echo: median, ms", "p95, ms", "max, ms", "CPU s", "p95 to floor")
    taken = median([run.answer for name, runs in results.items() if name != _FLOOR for run in runs])
    note = f"{DELTAS} deltas in {taken:.1f} s; the last word must be on the screen {LATE:g} s later. {load()}."
    return [Table("Typing while a long answer streams", head, tuple(rows), (note,))]


def _row(name: str, runs: list[Typing], *, floor: float | None) -> tuple[str, ...]:
    late = median([run.late for run in runs])
    done = "" if floor is None else f"{late:.2f} ({'met' if late <= LATE else 'MISSED'}: <= {LATE:g})"
    middle = median([median(run.echoes) for run in runs])
    most = median([max(run.echoes) for run in runs])
    cpu = median([run.cpu for run in runs])
    ratio = "" if floor is None else ECHO.judge(_p95(runs) / floor)
    return name, done, f"{middle * 1e3:.1f}", f"{_p95(runs) * 1e3:.1f}", f"{most * 1e3:.1f}", f"{cpu:.1f}", ratio


def _p95(runs: list[Typing]) -> float:
    return median([percentile(run.echoes, 0.95) for run in runs])


def _echoed(program: Program, folder: Path) -> Typing:
    """Keys into a program at rest, for as long as the answer takes."""
    with program.launch(folder) as terminal:
        terminal.wait_for(program.first_words)
        terminal.read_for(1.0)
        before = terminal.cpu_seconds()
        typist = Typist(terminal, every=KEY_EVERY)
        end = time.monotonic() + DELTAS / RATE
        while time.monotonic() < end:
            typist.step(end)
        typist.wait()
        return Typing(typist.echoes, terminal.cpu_seconds() - before)


def _streamed(program: Callable[[], Program], folder: Path, source: ModelSource, *, prepared: bool) -> Typing:
    """Keys into agentchat while the answer comes."""
    with program().answered_by(source.base_url).launch(folder) as terminal:
        terminal.wait_for(source.host)  # in the header: the chat stands
        terminal.read_for(1.5 if prepared else 1.0)
        before = terminal.cpu_seconds()
        terminal.type("Tell me all of it.")
        terminal.read_for(0.3)
        terminal.type("\r")
        done, echoes = _typed_until(terminal, LAST_WORD)
        cpu = terminal.cpu_seconds() - before
        sent = source.sent()
        return Typing(echoes, cpu, answer=sent.ended - sent.began, late=done - sent.ended)


def _typed_until(terminal: PtyProbe, last_word: str) -> tuple[float, list[float]]:
    """When the word was seen, and the echoes of the keys that were typed until then."""
    typist, wanted = Typist(terminal, every=KEY_EVERY), last_word.encode()
    give_up = time.monotonic() + DEADLINE
    while True:
        seen, now = typist.step(give_up)
        if wanted in seen or now > give_up:
            typist.wait()
            return now, typist.echoes
