"""A text of several lines inside a call: its output, or a long argument. Drawn by its kind, and in part when it is long.

JSON is indented, a list of equal objects and lines of tab-separated values are tables, unified diffs and the colours of commands are
coloured. The kind is found in the text itself, because nobody tells it; a text that only looks like one of these is still whole.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agentchat.chat.safe_text import safe_text
from agentchat.tui.transcript.blocks.ansi import ansi_runs, has_colours
from agentchat.tui.transcript.blocks.json_text import Rows, indented, json_of, rows_of
from agentchat.tui.transcript.blocks.long_text import LONG, more_lines
from agentchat.tui.transcript.blocks.look import Look, fold_style
from agentchat.tui.transcript.blocks.prose import prose
from agentchat.typesetting.doc import Run, Runs
from agentchat.typesetting.theme import Theme
from agentchat.typesetting.wrapping import cut
from agentchat.typesetting.writer import Writer, hard_lines

_HEAD, _TAIL = 16, 6
"""Lines that are shown of a long text."""
_LONGEST_LINE = 4_000
"""Characters of a line that are shown of a long text."""
_DIFF = re.compile(r"^(?:diff --git .*|--- .*\n\+\+\+ .*)\n", re.MULTILINE)
_NOTE = re.compile(r"\n*(\[exit status \d[^\n]*\])\s*\Z")
"""What the tools that run commands say below an output."""
_MARKS = re.compile(r"([!-/:-@\[-`{-~])")
_MARKDOWN_TABLE = re.compile(r"\s*\|[^\n]*\|\s*\n\s*\|[ :|-]+\|\s*\n")
_MOST_TABLE = 50_000
"""Characters of a text up to which it may be a table."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text is written."""

    writer: Writer
    look: Look
    block: int
    inside: Runs
    """The indent."""


def write_text(text: str, place: Place) -> None:
    """The text by its kind."""
    note = _NOTE.search(text)
    body = text[: note.start()] if note else text
    source = None if has_colours(body) else _table_source(body)
    if source is None:
        _write_lines(_lines(body.rstrip("\n"), place.look.theme), place)
    else:
        _write_table(source, place)
    if note:
        place.writer.flow((Run(safe_text(note[1]), place.look.theme.muted),), place.look.bar(place.inside), place.look.bar(place.inside))


def has_more(text: str) -> bool:
    """Whether not all of it is shown at first."""
    shown = (indented(text) if json_of(text) is not None else text).rstrip("\n").split("\n")
    return len(shown) > LONG or max(map(len, shown)) > _LONGEST_LINE


def _lines(text: str, theme: Theme) -> list[Runs]:
    if has_colours(text):
        return hard_lines(ansi_runs(text, theme))
    if json_of(text) is not None:
        return hard_lines(_coloured(safe_text(indented(text)), theme))
    if found := _DIFF.search(text):
        before = [(Run(line),) for line in safe_text(text[: found.start()]).split("\n")[:-1]]
        return [*before, *(_diff_line(line, theme) for line in safe_text(text[found.start():]).split("\n"))]
    return [(Run(line),) for line in safe_text(text).split("\n")]


def _coloured(source: str, theme: Theme) -> Runs:
    if not theme.code_colours:
        return (Run(source),)
    # Deferred: pygments and a lexer take a sixth of the start of a minimal screen.
    from agentchat.typesetting.markdown.highlight import highlighted

    return highlighted(source, "json", theme)


def _diff_line(line: str, theme: Theme) -> Runs:
    """Its first character says what the colour says."""
    match line[:1]:
        case "+":
            style = theme.muted if line.startswith("+++ ") else theme.inserted
        case "-":
            style = theme.muted if line.startswith("--- ") else theme.deleted
        case "@":
            style = theme.info
        case " " | "":
            style = theme.text
        case _:
            style = theme.muted
    return (Run(line, style),)


def _write_lines(lines: Sequence[Runs], place: Place) -> None:
    """Every line behind an edge; of a long text the beginning and the end, until the reader wants the whole."""
    bar, is_whole = place.look.bar(place.inside), place.look.choice == "whole"
    left_out = 0 if is_whole or len(lines) <= LONG else len(lines) - _HEAD - _TAIL
    for number, line in enumerate(lines):
        if left_out and number == _HEAD:
            place.writer.put(bar, more_lines(place.block, left_out, place.look))
        if not left_out or not _HEAD <= number < _HEAD + left_out:
            place.writer.flow(line if is_whole else _beginning(line, place), bar, bar)


def _beginning(line: Runs, place: Place) -> Runs:
    """The line, or as much of it as is shown unasked."""
    more = sum(len(run.text) for run in line) - _LONGEST_LINE
    if more <= 0:
        return line
    mark = Run(f" … {more:,} more characters", place.look.theme.fold + fold_style(place.block))
    return (*cut(line, [_LONGEST_LINE])[0], mark)


# Tables: made into Markdown, which knows how to draw one on a narrow screen


def _table_source(text: str) -> str | None:
    if len(text) > _MOST_TABLE:
        return None
    if _MARKDOWN_TABLE.match(text) and all(line.lstrip().startswith("|") for line in text.strip().split("\n")):
        return text.strip() + "\n"
    rows = rows_of(json_of(text)) or _tab_separated(text)
    return None if rows is None else _markdown(rows)


def _tab_separated(text: str) -> Rows | None:
    lines = [tuple(line.split("\t")) for line in text.strip("\n").split("\n")]
    same = len(lines) >= 3 and all(len(line) == len(lines[0]) for line in lines)
    return Rows(lines[0], tuple(lines[1:])) if same and 3 <= len(lines[0]) <= 12 and all(lines[0]) else None


def _markdown(rows: Rows) -> str:
    numbers = [all(_is_number(row[column]) for row in rows.rows) for column in range(len(rows.header))]
    delimiter = tuple("--:" if number else "---" for number in numbers)
    lines = [tuple(map(_escaped, rows.header)), delimiter, *(tuple(map(_escaped, row)) for row in rows.rows)]
    return "".join(f"|{'|'.join(line)}|\n" for line in lines)


def _is_number(cell: str) -> bool:
    return cell.lstrip("-").replace(".", "", 1).isdecimal()


def _escaped(cell: str) -> str:
    return _MARKS.sub(r"\\\1", cell.replace("\n", "␊")) or " "


def _write_table(source: str, place: Place) -> None:
    bar = place.look.bar(place.inside)
    for line in prose(source, "complete", width=place.look.width, theme=place.look.theme, prefix=bar).lines:
        place.writer.put((), line.runs)
