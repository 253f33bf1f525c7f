"""Typing while answers stream at three speeds: agentchat beside the smallest Textual app that shows the same with a MarkdownStream.

Everything happens in a terminal of 120x40 and in turns. A model server in another process sends deltas for some seconds; meanwhile keys are
typed faster than a person types, which gives enough of them for a 99th percentile. A frame is dropped when the program could have shown one
and was silent: of a gap between two writes every thirtieth of a second but the first counts. A program that is far behind is not waited for
to its end: then what it was given is told, and its processor time as far as it came.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

from benchmarks.model_source import ModelSource
from benchmarks.programs import Program, echo_app, markdown_app, new_chat, resumed_chat
from benchmarks.pty_probe import PtyProbe
from benchmarks.samples import LAST_WORD
from benchmarks.tables import Table, load, percentile
from benchmarks.typist import Typist

RATES = (100, 400, 1_000)
"""Deltas in a second."""
MESSAGES = 5_000
SECONDS = 8.0
"""So long does the server speak."""
GRACE = 6.0
"""Seconds after its last delta in which the last word has to be on the screen."""
FRAMES = 30.0
"""In a second."""
_KEY_EVERY = 0.07
_REST = 2.5
"""Seconds of quiet before the message is sent: what a program does after its first frame is not what is measured."""
_OURS, _THEIRS = "agentchat", "Textual's MarkdownStream"


@dataclass(frozen=True, slots=True)
class Streamed:
    """One program at one speed; times in seconds."""

    echoes: list[float]
    dropped: int
    frames: float
    """How many there could have been."""
    cpu: float
    late: float | None
    """From the last delta to the last word on the screen; None when that never came."""


Outcome = Streamed | str
"""The sentence says why there is nothing to tell."""


def tables() -> list[Table]:
    """At the beginning of a chat, and with many messages before."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        here, home = Path(folder), Path(folder, "home")
        rest = _at_rest(here)
        sources = {rate: stack.enter_context(ModelSource(rate=rate, deltas=round(rate * SECONDS))) for rate in RATES}
        pairs = {count: {rate: _pair(source, count, here, home) for rate, source in sources.items()} for count in (0, MESSAGES)}
    return [_table(count, rows, rest) for count, rows in pairs.items()]


def _pair(source: ModelSource, count: int, here: Path, home: Path) -> dict[str, Outcome]:
    ours = partial(resumed_chat, home, count=count) if count else partial(new_chat, home)
    return {
        _OURS: _measured(lambda: ours().answered_by(source.base_url), source.host, source, here),
        _THEIRS: _measured(lambda: markdown_app(source.base_url, count=count), "FIRST-FRAME", source, here),
    }


def _at_rest(here: Path) -> list[float]:
    """The echoes of the smallest app that has nothing else to do."""
    with echo_app().launch(here) as terminal:
        terminal.wait_for(echo_app().first_words)
        terminal.read_for(_REST)
        typist = Typist(terminal, every=_KEY_EVERY)
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            typist.step(end)
        typist.wait()
        return typist.echoes


def _measured(program: Callable[[], Program], first_words: str, source: ModelSource, here: Path) -> Outcome:
    try:
        with program().launch(here) as terminal:
            terminal.wait_for(first_words)
            terminal.read_for(_REST)
            return _streamed(terminal, source)
    except (TimeoutError, EOFError) as error:
        return str(error)


def _streamed(terminal: PtyProbe, source: ModelSource) -> Streamed:
    before = terminal.cpu_seconds()
    terminal.type("Tell me all of it.")
    terminal.read_for(0.3)
    terminal.type("\r")
    typist, asked = Typist(terminal, every=_KEY_EVERY), time.monotonic()
    writes, done = _watched(typist, until=asked + SECONDS + GRACE)
    cpu = terminal.cpu_seconds() - before
    typist.wait()
    sent = source.sent()
    ended = max(sent.ended, done or writes[-1])
    shown = [moment for moment in writes if moment > sent.began]
    return Streamed(
        echoes=typist.echoes,
        dropped=sum(_dropped(later - earlier) for earlier, later in pairwise([sent.began, *shown, ended])),
        frames=(ended - sent.began) * FRAMES,
        cpu=cpu,
        late=None if done is None else done - sent.ended,
    )


def _watched(typist: Typist, *, until: float) -> tuple[list[float], float | None]:
    """When the program wrote something, and when the last word was among it."""
    writes: list[float] = []
    while time.monotonic() < until:
        seen, now = typist.step(until)
        if seen:
            writes.append(now)
        if LAST_WORD.encode() in seen:
            return writes, now
    return writes, None


def _dropped(gap: float) -> int:
    return max(0, int(gap * FRAMES) - 1)


def _table(count: int, rows: dict[int, dict[str, Outcome]], rest: list[float]) -> Table:
    head = ("deltas in a second, program", "key to echo: p50, ms", "p99, ms", "frames dropped", "CPU s", "done after the last delta, s")
    title = f"Typing while answers stream, {count:,} messages before"
    floor = ("nothing streams: the smallest Textual app (floor)", *_echoes(rest), "", "", "")
    lines = [(f"{rate:,}, {name}", *_told(one)) for rate, pair in rows.items() for name, one in pair.items()]
    notes = (f"Deltas come for {SECONDS:g} s; a key is typed every {_KEY_EVERY * 1e3:g} ms. {_compared(rows)}{load()}.",)
    return Table(title, head, (floor, *lines), notes)


def _told(one: Outcome) -> Iterator[str]:
    if isinstance(one, str):
        yield from (ascii(one), "", "", "", "")
        return
    yield from _echoes(one.echoes)
    yield f"{one.dropped} of {one.frames:.0f}"
    yield f"{one.cpu:.1f}"
    yield f"not within {GRACE:g}" if one.late is None else f"{one.late:.2f}"


def _echoes(echoes: list[float]) -> tuple[str, str]:
    return f"{percentile(echoes, 0.5) * 1e3:.1f}", f"{percentile(echoes, 0.99) * 1e3:.1f}"


def _compared(rows: dict[int, dict[str, Outcome]]) -> str:
    """How many times as much of everything theirs takes."""
    said: list[str] = []
    for rate, pair in rows.items():
        ours, theirs = pair[_OURS], pair[_THEIRS]
        if isinstance(ours, Streamed) and isinstance(theirs, Streamed):
            waits = percentile(theirs.echoes, 0.99) / percentile(ours.echoes, 0.99)
            said.append(f"{rate:,}: {waits:.1f} x the p99, {theirs.cpu / ours.cpu:.1f} x the CPU")
    return f"MarkdownStream beside agentchat: {'; '.join(said)}. " if said else ""
