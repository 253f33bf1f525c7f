"""The keys at the foot of the dialog, laid out so that a key and what it does are never torn apart."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content


@dataclass(frozen=True, slots=True)
class KeyHint:
    """One key and what it does."""

    key: str
    does: str
    short: str
    """What it does in one word, for a narrow terminal."""
    works: bool = True
    """Whether pressing it would do that now; otherwise it is shown dim."""


GAP = 3


def key_lines(hints: tuple[KeyHint, ...], width: int, *, most: int) -> Content:
    """The hints in as few lines as they fit in, in words as long as `most` lines allow."""
    long, short = (_laid_out([(hint, text) for hint, text in _labels(hints, is_short)], width) for is_short in (False, True))
    lines = long if len(long) <= most else short
    return Content("\n").join(Content(" " * GAP).join(_drawn(hint, text) for hint, text in line) for line in lines[:most])


def _labels(hints: tuple[KeyHint, ...], is_short: bool) -> Iterator[tuple[KeyHint, str]]:  # noqa: FBT001 - both in one loop
    for hint in hints:
        yield hint, f"[{hint.key}] {hint.short if is_short else hint.does}"


def _laid_out(labels: list[tuple[KeyHint, str]], width: int) -> list[list[tuple[KeyHint, str]]]:
    lines: list[list[tuple[KeyHint, str]]] = [[]]
    room = width
    for hint, text in labels:
        needed = cell_len(text) + (GAP if lines[-1] else 0)
        if lines[-1] and needed > room:
            lines.append([])
            room, needed = width, cell_len(text)
        lines[-1].append((hint, text))
        room -= needed
    return lines


def _drawn(hint: KeyHint, text: str) -> Content:
    key_length = len(hint.key) + 2
    content = Content(text).stylize("$text-accent bold", 0, key_length) if hint.works else Content(text)
    return content if hint.works else content.stylize("dim")
