"""Tables: columns as wide as their first rows need, cells that wrap, and a list of fields where the screen is too narrow."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markdown_it.token import Token

from agentchat.typesetting.doc import Run, Runs
from agentchat.typesetting.markdown.dialect import FROZEN_ROWS
from agentchat.typesetting.markdown.inline import inline_runs
from agentchat.typesetting.theme import Theme
from agentchat.typesetting.wrapping import breaks, cut
from agentchat.typesetting.writer import Writer, width_of

_LEAST_COLUMN = 4
_BETWEEN = " │ "

_Side = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class _Cell:
    runs: Runs
    side: _Side


def write_table(
    writer: Writer, tokens: Sequence[Token], theme: Theme, *, sample: Sequence[Token], first: Runs, rest: Runs,
) -> None:
    """Writes a table; with a `sample` (the table's first lines) `tokens` are further rows, and their header is left out."""
    head, *rows = _cells(tokens, theme)
    settling = _cells(sample, theme) if sample else [head, *rows]
    room = writer.room(rest) - len(_BETWEEN) * (len(head) - 1)
    if room < _LEAST_COLUMN * len(head):
        _write_fields(writer, head, rows, theme=theme, first=first, rest=rest)
        return
    widths = _widths(settling[: FROZEN_ROWS + 1], room)
    if not sample:
        _write_row(writer, head, widths, theme=theme, prefix=first)
        line = "─┼─".join("─" * width for width in widths)
        writer.put((*rest, Run(line, theme.rule)))
        first = rest
    for row in rows:
        _write_row(writer, row, widths, theme=theme, prefix=first)
        first = rest


def _cells(tokens: Sequence[Token], theme: Theme) -> list[list[_Cell]]:
    rows: list[list[_Cell]] = []
    for place, token in enumerate(tokens):
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            opening = tokens[place - 1]
            base = theme.strong if opening.type == "th_open" else theme.text
            rows[-1].append(_Cell(inline_runs(token, theme, base), _side(opening)))
    return rows


def _side(opening: Token) -> _Side:
    match opening.attrs.get("style"):
        case "text-align:center":
            return "center"
        case "text-align:right":
            return "right"
        case _:
            return "left"


def _widths(rows: list[list[_Cell]], room: int) -> list[int]:
    """What the cells need; when that is too much, the widest columns give way."""
    widths = [max(1, *(width_of(row[column].runs) for row in rows)) for column in range(len(rows[0]))]
    while (over := sum(widths) - room) > 0:
        widest = max(widths)
        second = max([width for width in widths if width < widest], default=_LEAST_COLUMN)
        columns = [column for column, width in enumerate(widths) if width == widest]
        step = max(1, min(widest - second, over // len(columns)))
        for column in columns[:over]:
            widths[column] -= step
    return widths


def _write_row(writer: Writer, row: list[_Cell], widths: list[int], *, theme: Theme, prefix: Runs) -> None:
    """A row takes as many lines as its highest cell."""
    cells = [cut(cell.runs, breaks(_text(cell.runs), width)) for cell, width in zip(row, widths, strict=True)]
    for line in range(max(map(len, cells))):
        runs: list[Run] = []
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True)):
            if column:
                runs.append(Run(_BETWEEN, theme.rule))
            content = _bare(cell[line]) if line < len(cell) else ()
            runs += _aligned(content, width, row[column].side)
        writer.put(prefix, tuple(runs))


def _aligned(runs: Runs, width: int, side: _Side) -> list[Run]:
    free = max(0, width - width_of(runs))
    left = {"left": 0, "center": free // 2, "right": free}[side]
    padded = [Run(" " * left), *runs, Run(" " * (free - left))]
    return [run for run in padded if run.text]


def _bare(runs: Runs) -> Runs:
    """Without the blanks that hang over a line's end."""
    if not runs:
        return runs
    return (*runs[:-1], runs[-1]._replace(text=runs[-1].text.rstrip(" ")))


def _write_fields(
    writer: Writer, head: list[_Cell], rows: list[list[_Cell]], *, theme: Theme, first: Runs, rest: Runs,
) -> None:
    """Each cell on a line of its own, after the name of its column."""
    for row in rows or [head]:
        for name, cell in zip(head, row, strict=True):
            label = (*name.runs, Run(": ", theme.rule)) if rows else ()
            writer.flow((*label, *cell.runs), first, rest)
            first = rest
        writer.put((*rest, Run("─" * writer.room(rest), theme.rule)))


def _text(runs: Runs) -> str:
    return "".join([run.text for run in runs])
