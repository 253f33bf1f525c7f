"""Tables: columns as wide as their first rows need, cells that wrap, and a record for each row where the screen is too narrow.

It is too narrow when a column would have less room than its longest word, or than is comfortable to read. The columns of a long table
get some more than the first rows need, because nobody knows what comes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markdown_it.token import Token
from rich.cells import cell_len

from agentchat.typesetting.doc import Run, Runs
from agentchat.typesetting.markdown.dialect import FROZEN_ROWS
from agentchat.typesetting.markdown.inline import inline_runs
from agentchat.typesetting.theme import Theme
from agentchat.typesetting.wrapping import breaks, cut
from agentchat.typesetting.writer import Writer, hard_lines, width_of

_COMFORT = 12
"""A column of this many cells can be read, whatever is in it; a narrower one only if nothing in it needs more."""
_BETWEEN = " │ "

_Side = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class _Cell:
    lines: list[Runs]
    """Where the text itself breaks them."""
    side: _Side

    @property
    def width(self) -> int:
        """The cells that it needs not to be wrapped."""
        return max(map(width_of, self.lines))

    @property
    def text(self) -> str:
        return "\n".join(map(_text, self.lines))


def write_table(
    writer: Writer, tokens: Sequence[Token], theme: Theme, *, sample: Sequence[Token], goes_on: bool, first: Runs, rest: Runs,
) -> None:
    """Writes a table; with a `sample` (the table's first lines) `tokens` are further rows, and their header is left out."""
    head, *rows = _cells(tokens, theme)
    settling = (_cells(sample, theme) if sample else [head, *rows])[: FROZEN_ROWS + 1]
    room = writer.room(rest) - len(_BETWEEN) * (len(head) - 1)
    needs = [max(1, *(row[column].width for row in settling)) for column in range(len(head))]
    least = [min(need, max(_COMFORT, _longest_word(settling, column))) for column, need in enumerate(needs)]
    if sum(least) > room:
        _write_records(writer, head, rows, theme=theme, first=first, rest=rest)
        return
    is_long = goes_on or bool(sample) or len(rows) > FROZEN_ROWS
    widths = _widths(_roomy(needs, room) if is_long else needs, least, room)
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
            rows[-1].append(_Cell(hard_lines(inline_runs(token, theme, base)), _side(opening)))
    return rows


def _side(opening: Token) -> _Side:
    match opening.attrs.get("style"):
        case "text-align:center":
            return "center"
        case "text-align:right":
            return "right"
        case _:
            return "left"


def _longest_word(rows: list[list[_Cell]], column: int) -> int:
    """The cells of the longest word of a column; but no word makes its column wider than is comfortable twice."""
    words = [word for row in rows for word in row[column].text.split()]
    return min(2 * _COMFORT, max(map(cell_len, words), default=1))


def _roomy(needs: list[int], room: int) -> list[int]:
    """Each column with half as much again, as far as there is room."""
    spare = max(0, room - sum(needs)) // len(needs)
    return [need + min(spare, max(4, need // 2)) for need in needs]


def _widths(needs: list[int], least: list[int], room: int) -> list[int]:
    """What the cells need; when that is too much, the widest columns give way."""
    widths = list(needs)
    while (over := sum(widths) - room) > 0:
        giving = [column for column, width in enumerate(widths) if width > least[column]]
        widest = max([widths[column] for column in giving])
        columns = [column for column in giving if widths[column] == widest]
        below = max([widths[column] for column in giving if widths[column] < widest], default=0)
        for column in columns[:over]:
            step = max(1, min(widest - below, over // len(columns)))
            widths[column] = max(least[column], widest - step)
    return widths


def _write_row(writer: Writer, row: list[_Cell], widths: list[int], *, theme: Theme, prefix: Runs) -> None:
    """A row takes as many lines as its highest cell."""
    cells = [
        [piece for line in cell.lines for piece in cut(line, breaks(_text(line), width))] for cell, width in zip(row, widths, strict=True)
    ]
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


def _write_records(
    writer: Writer, head: list[_Cell], rows: list[list[_Cell]], *, theme: Theme, first: Runs, rest: Runs,
) -> None:
    """Each cell on a line of its own, after the name of its column."""
    further = (*rest, Run("  ", kept=False))
    for row in rows or [head]:
        for name, cell in zip(head, row, strict=True):
            label = (*_joined(name.lines, " "), Run(": ", theme.rule)) if rows else ()
            writer.flow((*label, *_joined(cell.lines, "\n")), first, further)
            first = rest
        writer.put((*rest, Run("─" * writer.room(rest), theme.rule)))


def _joined(lines: list[Runs], between: str) -> Runs:
    runs = [run for line in lines for run in (*line, Run(between))]
    return tuple(runs[:-1])


def _text(runs: Runs) -> str:
    return "".join([run.text for run in runs])
