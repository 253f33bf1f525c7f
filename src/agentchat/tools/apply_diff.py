"""Changes a text by a V4A diff, the form in which models write patches.

    @@ class Shop            a line to go to first: the change is below it; a bare @@ only begins a section
     def total(self):        lines that stay
    -    return 0            lines that go
    +    return sum(self)    lines that come
    *** End of File          the section is meant for the end of the text

There are no line numbers: a section is found by the lines that it expects, from where the one before it ended. Blanks at the end of a
line, and then those at its beginning too, are forgiven where nothing fits exactly. A text with CRLF keeps it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

ApplyDiffMode: TypeAlias = Literal["default", "create"]

_END = "*** End Patch"
_END_OF_FILE = "*** End of File"
_NEXT_FILE = (_END, "*** Update File:", "*** Delete File:", "*** Add File:")
"""With these another patch begins: what follows is not for this text."""


def apply_diff(input: str, diff: str, mode: ApplyDiffMode = "default") -> str:  # noqa: A002 - published name
    """The text that the diff makes of `input`; with mode "create" the new text, of which every line stands in the diff with a `+`.

    ValueError when the diff cannot be read, or expects lines that are not there.
    """
    spelled = diff if mode == "create" or "\n" not in input else input
    newline = "\r\n" if "\r\n" in spelled else "\n"
    lines = _lines(diff)
    if lines and not lines[-1]:
        lines.pop()
    made = _created(lines) if mode == "create" else _updated(_lines(input), lines)
    return newline.join(made)


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").split("\n")


def _created(diff: Sequence[str]) -> list[str]:
    for line in diff:
        if not line.startswith("+"):
            raise ValueError(f"Invalid Add File Line: {line}")
    return [line[1:] for line in diff]


_Change: TypeAlias = tuple[int, list[str], list[str]]
"""A place, the lines that go there, those that come."""


@dataclass(slots=True)
class _Section:
    """What a section expects, and what it puts in its place."""

    expected: list[str] = field(default_factory=list[str])
    changes: list[_Change] = field(default_factory=list[_Change])
    """With places in `expected`."""
    at_end: bool = False


class _Diff:
    """A diff that is read from the top."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = [*lines, _END]
        self._next = 0

    @property
    def line(self) -> str:
        """The next line."""
        return self._lines[self._next]

    @property
    def is_over(self) -> bool:
        """True when nothing more is for this text."""
        return self.line.startswith(_NEXT_FILE) or self.line == _END_OF_FILE

    def anchor(self) -> str | None:
        """The line that a header names, "" for a bare one; None when the next line is no header."""
        if self.line != "@@" and not self.line.startswith("@@ "):
            return None
        self._next += 1
        return self._lines[self._next - 1][3:]

    def anchors(self) -> list[str]:
        """What the headers name that stand here."""
        anchors: list[str] = []
        while (anchor := self.anchor()) is not None:
            anchors.append(anchor)
        return anchors

    def section(self) -> _Section:
        """The lines up to the next header."""
        first, section, gone, come = self._next, _Section(), list[str](), list[str]()
        while not self._section_ends():
            kind, text = self.line[:1] or " ", self.line[1:]
            if kind not in "+- ":
                raise ValueError(f"Invalid Line: {self.line}")
            if kind == " ":
                _close(section, gone, come)
                section.expected.append(text)
                gone, come = [], []
            elif kind == "-":
                if come:
                    _close(section, gone, come)
                    gone, come = [], []
                gone.append(text)
            else:
                come.append(text)
            self._next += 1
        _close(section, gone, come)
        if self.line == _END_OF_FILE:
            self._next += 1
            section.at_end = True
        if self._next == first:
            raise ValueError(f"Nothing in this section - index={first} {self.line}")
        return section

    def _section_ends(self) -> bool:
        return self.is_over or self.line.startswith("@@") or self.line == "***"


def _close(section: _Section, gone: list[str], come: list[str]) -> None:
    """A change in the section is complete."""
    if gone or come:
        section.changes.append((len(section.expected), gone, come))
        section.expected.extend(gone)


def _updated(lines: list[str], diff: Sequence[str]) -> list[str]:
    made, done = list[str](), 0
    for place, gone, come in _changes(lines, _Diff(diff)):
        if place < done:
            raise ValueError(f"applyDiff: overlapping chunk at {place} (cursor {done})")
        made += [*lines[done:place], *come]
        done = place + len(gone)
    return [*made, *lines[done:]]


def _changes(lines: list[str], diff: _Diff) -> list[_Change]:
    """All changes, each with its place in the text."""
    cursor, changes = 0, list[_Change]()
    while not diff.is_over:
        cursor = _below_anchors(diff, lines, cursor)
        section = diff.section()
        start = _place_of(section, lines, cursor)
        changes += [(start + offset, gone, come) for offset, gone, come in section.changes]
        cursor = start + len(section.expected)
    return changes


def _below_anchors(diff: _Diff, lines: Sequence[str], cursor: int) -> int:
    """Where to look for the section. Of one header alone the line may be missing; where several stand, all must be found."""
    anchors = diff.anchors()
    if not anchors and cursor > 0:
        raise ValueError(f"Invalid Line:\n{diff.line}")
    named = [anchor for anchor in anchors if anchor.strip()]
    for number, anchor in enumerate(named):
        below = _below(anchor, lines, cursor, may_be_above=number == 0)
        if below is None and len(anchors) > 1:
            raise ValueError(f"Invalid Anchor {cursor}:\n{anchor}")
        cursor = cursor if below is None else below
    return cursor


def _below(anchor: str, lines: Sequence[str], cursor: int, *, may_be_above: bool) -> int | None:
    """The place after the line that a header names; `cursor` when that stands above it already, None when it is missing."""
    for spelled in (str, str.strip):
        if may_be_above and spelled(anchor) in map(spelled, lines[:cursor]):
            return cursor
        place = next((place for place in range(cursor, len(lines)) if spelled(lines[place]) == spelled(anchor)), None)
        if place is not None:
            return place + 1
    return None


def _place_of(section: _Section, lines: Sequence[str], cursor: int) -> int:
    if not section.at_end:
        place = _found(section.expected, lines, cursor)
        if place is None:
            raise ValueError(f"Invalid Context {cursor}:\n" + "\n".join(section.expected))
        return place
    whole = lines[:-1] if not lines[-1] else lines
    place = _found(section.expected, whole, max(0, len(whole) - len(section.expected)))
    place = _found(section.expected, whole, cursor) if place is None else place
    if place is None:
        raise ValueError(f"Invalid EOF Context {cursor}:\n" + "\n".join(section.expected))
    return place


def _found(expected: Sequence[str], lines: Sequence[str], start: int) -> int | None:
    """Where the lines stand, from `start` on; None when nowhere."""
    for spelled in _SPELLINGS:
        wanted, there = [spelled(line) for line in expected], [spelled(line) for line in lines]
        for place in range(start, len(there) - len(wanted) + 1):
            if there[place : place + len(wanted)] == wanted:
                return place
    return None


_SPELLINGS: tuple[Callable[[str], str], ...] = (str, str.rstrip, str.strip)
"""How lines are compared: exactly, else without the blanks at their end, else without those at their beginning too."""
