"""Where lines break: by words, by whole grapheme clusters, in cells.

Widths come from `rich.cells.cell_len`, which measures joined emoji, flags and skin tones as one character, as the rest of the
screen does. A break never falls inside a cluster.
"""

import re
from collections.abc import Iterable, Sequence

from rich.cells import cell_len

from agentchat.typesetting.doc import Run, Runs

_WORD = re.compile(r"[^ ]* *")


def clusters(text: str) -> list[tuple[str, int]]:
    """Grapheme clusters with their widths, near enough: marks, variation selectors, ZWJ, flags and skin tones stay together."""
    if text.isascii():
        return [(char, 1) for char in text]
    out: list[str] = []
    for char in text:
        if out and _joins(out[-1], char):
            out[-1] += char
        else:
            out.append(char)
    return [(cluster, cell_len(cluster)) for cluster in out]


def _joins(cluster: str, char: str) -> bool:
    code = ord(char)
    if code < 0x300:
        return False
    if code == 0x200D or cluster.endswith("\u200d") or cell_len(char) == 0:
        return True
    if 0x1F3FB <= code <= 0x1F3FF:
        return True
    return len(cluster) == 1 and _is_flag_letter(char) and _is_flag_letter(cluster)


def _is_flag_letter(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def breaks(text: str, width: int) -> list[int]:
    """Where to break one line by words; a word that is wider than a line is broken by clusters. Spaces hang over the edge."""
    if len(text) <= width and text.isascii():
        return []
    places: list[int] = []
    column = 0
    for match in _WORD.finditer(text):
        bare = match[0].rstrip(" ")
        size = len(bare) if bare.isascii() else cell_len(bare)
        if column and bare and column + size > width:
            places.append(match.start())
            column = 0
        if size > width:
            inside = folds(bare, width)
            places += [match.start() + place for place in inside]
            size = cell_len(bare[inside[-1]:])
        column += size + len(match[0]) - len(bare)
    return places


def folds(text: str, width: int) -> list[int]:
    """Where to break one line wherever it is full, as code is."""
    if text.isascii():
        return list(range(width, len(text), width))
    places: list[int] = []
    column = place = 0
    for cluster, size in clusters(text):
        if column + size > width and column:
            places.append(place)
            column = 0
        column += size
        place += len(cluster)
    return places


def cut(runs: Iterable[Run], places: Sequence[int]) -> list[Runs]:
    """The runs split at character places; one more piece than places."""
    pieces: list[Runs] = []
    current: list[Run] = []
    begin, waiting = 0, list(reversed(places))
    for run in runs:
        text = run.text
        while waiting and begin + len(text) > waiting[-1]:
            size = waiting.pop() - begin
            if size:
                current.append(run._replace(text=text[:size]))
            pieces.append(tuple(current))
            current, text, begin = [], text[size:], begin + size
        if text:
            current.append(run if text is run.text else run._replace(text=text))  # `_replace` is slow, and runs are many
            begin += len(text)
    pieces.append(tuple(current))
    return pieces


def shortened(text: str, width: int) -> str:
    """The text in at most `width` cells (one at least), with … where something is left out."""
    begin = text[: 8 * width]
    if cell_len(begin) <= width:
        return begin
    room, kept = width - 1, ""
    for cluster, size in clusters(begin):
        room -= size
        if room < 0:
            break
        kept += cluster
    return kept + "…"
