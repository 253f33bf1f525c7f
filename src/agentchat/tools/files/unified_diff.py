r"""Reads a unified diff of one or several files, and applies the part about one of them to its text.

    --- a/shop.py               /dev/null here: the file is new
    +++ b/shop.py               /dev/null here: the file goes
    @@ -10,3 +10,4 @@           where, and how many lines; models count badly, so only the place is believed, and only as a hint
     def total(self):           a line that stays
    -    return 0               one that goes
    +    return sum(self)       one that comes
    \ No newline at end of file

What stays and what goes must be in the file exactly, blanks too: where it is not, nothing is changed and the sentence names the line.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from agentchat.tools.failures import ToolFailed
from agentchat.tools.wording import quoted, some_of

MOST_COMPARED = 20_000_000
"""Comparisons of lines after which looking for a place is given up."""

Deed: TypeAlias = Literal["change", "create", "delete"]
_Mark: TypeAlias = Literal[" ", "-", "+"]

_HUNK = re.compile(r"@@(?: -(?P<old>\d+)(?:,(?P<gone>\d+))? \+\d+(?:,(?P<come>\d+))? @@.*| .*)?")
_NOTHING = "/dev/null"


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a hunk."""

    mark: _Mark
    text: str
    """Without its end."""
    ends: bool = True
    """False for a last line that no line break follows."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines that stand together, and what becomes of them."""

    lines: tuple[DiffLine, ...]
    place: int | None
    """The line, counted from 1, where it should be; None when the header does not say."""

    @property
    def old(self) -> tuple[DiffLine, ...]:
        """What must be there."""
        return tuple(line for line in self.lines if line.mark != "+")

    @property
    def new(self) -> tuple[DiffLine, ...]:
        """What will be there."""
        return tuple(line for line in self.lines if line.mark != "-")


@dataclass(frozen=True, slots=True)
class FileDiff:
    """What a diff says of one file."""

    path: str
    deed: Deed
    hunks: tuple[Hunk, ...]

    def of(self, text: str) -> str:
        """The text with all hunks applied; a ToolFailed when one does not fit."""
        return _Application(self, text).result()


def read_diff(diff: str) -> tuple[FileDiff, ...]:
    """The files of a diff, in its order; a ToolFailed with a sentence when it cannot be read."""
    files = _Reader(diff).files()
    if not files:
        raise ToolFailed("The diff names no file; begin the part of each file with '--- a/path' and '+++ b/path'.")
    paths = [file.path for file in files]
    twice = next((path for path in paths if paths.count(path) > 1), None)
    if twice is not None:
        raise ToolFailed(f"The diff names {quoted(twice)} twice; put all hunks of a file under one header.")
    return files


class _Reader:
    """A diff that is read from the top."""

    def __init__(self, diff: str) -> None:
        self._lines = diff.replace("\r\n", "\n").removesuffix("\n").split("\n")
        self._at = 0

    def files(self) -> tuple[FileDiff, ...]:
        files = list[FileDiff]()
        while self._at < len(self._lines):
            if self._is_header():
                files.append(self._file())
            elif _HUNK.fullmatch(self._lines[self._at]):
                raise ToolFailed(f"Line {self._at + 1} of the diff is a hunk of no file; put '--- a/path' and '+++ b/path' above it.")
            else:
                self._at += 1  # "diff --git", "index", and what a model says around it
        return tuple(files)

    def _is_header(self) -> bool:
        here = self._lines[self._at : self._at + 2]
        return len(here) == 2 and here[0].startswith("--- ") and here[1].startswith("+++ ")

    def _file(self) -> FileDiff:
        old, new = _name(self._lines[self._at]), _name(self._lines[self._at + 1])
        self._at += 2
        hunks = list[Hunk]()
        while self._at < len(self._lines) and (found := _HUNK.fullmatch(self._lines[self._at])):
            self._at += 1
            hunks.append(self._hunk(found))
        return _file_diff(old, new, tuple(hunks))

    def _hunk(self, header: re.Match[str]) -> Hunk:
        first = self._at
        gone, come = (int(header[name] or 1) if header["old"] else 0 for name in ("gone", "come"))
        lines = list[DiffLine]()
        while self._at < len(self._lines) and not self._ends(gone, come):
            line = _line(self._lines[self._at])
            if line is None:
                break
            self._at += 1
            if isinstance(line, DiffLine):
                lines.append(line)
                gone, come = gone - (line.mark != "+"), come - (line.mark != "-")
            elif lines:
                lines[-1] = DiffLine(lines[-1].mark, lines[-1].text, ends=False)
        lines = _without_blank_end(lines, max(0, -gone, -come))
        if all(line.mark == " " for line in lines):
            raise ToolFailed(f"The hunk at line {first} of the diff changes nothing; mark lines with - and +.")
        return Hunk(tuple(lines), int(header["old"]) if header["old"] else None)

    def _ends(self, gone: int, come: int) -> bool:
        """Whether the next file begins here. Two lines can look like its header that the counts of the hunk still want."""
        below = self._lines[self._at + 2 : self._at + 3]
        return self._is_header() and not (gone == come == 1) and (not below or bool(_HUNK.fullmatch(below[0])))


def _name(line: str) -> str:
    """The path of a header, without the time that some programs put behind it."""
    name = line[4:].partition("\t")[0].strip()
    return name[1:-1] if len(name) > 1 and name[0] == name[-1] == '"' else name


def _file_diff(old: str, new: str, hunks: tuple[Hunk, ...]) -> FileDiff:
    prefixed = all(name == _NOTHING or name.startswith(prefix) for name, prefix in ((old, "a/"), (new, "b/")))
    before, after = (name[2:] if prefixed and name != _NOTHING else name for name in (old, new))
    if before == after == _NOTHING:
        raise ToolFailed("A part of the diff names /dev/null twice; name the file in one of its two header lines.")
    if before == _NOTHING:
        return FileDiff(after, "create", hunks)
    if after == _NOTHING:
        return FileDiff(before, "delete", hunks)
    if before != after:
        raise ToolFailed(f"The diff renames {quoted(before)} to {quoted(after)}; use move_file for that, and the diff for what changes.")
    if not hunks:
        raise ToolFailed(f"The diff has no hunk for {quoted(before)}; begin each with a line such as '@@ -10,3 +10,4 @@'.")
    return FileDiff(before, "change", hunks)


def _line(line: str) -> DiffLine | Literal["no end"] | None:
    """A line of a hunk; None for one that does not belong to it."""
    match line[:1]:
        case " " | "-" | "+" as mark:
            return DiffLine(mark, line[1:])
        case "":
            return DiffLine(" ", "")  # editors, and models, take the blank away that marks an empty line
        case "\\":
            return "no end"
        case _:
            return None


def _without_blank_end(lines: list[DiffLine], at_most: int) -> list[DiffLine]:
    """Without the empty lines that the header does not count: they separate what comes next."""
    end = len(lines)
    while end and len(lines) - end < at_most and lines[end - 1] == DiffLine(" ", ""):
        end -= 1
    return lines[:end]


class _Application:
    """One file's hunks, on their way into its text."""

    def __init__(self, diff: FileDiff, text: str) -> None:
        self._diff = diff
        self._crlf = 0 < text.count("\n") == text.count("\r\n")
        plain = text.replace("\r\n", "\n") if self._crlf else text
        self._ends = not plain or plain.endswith("\n")
        self._lines = plain.removesuffix("\n").split("\n") if plain else []
        self._compared = 0

    def result(self) -> str:
        made, done, shift = list[str](), 0, 0
        for hunk in self._diff.hunks:
            at = self._place(hunk, done, shift)
            made += self._lines[done:at] + [line.text for line in hunk.new]
            shift = at + 1 - hunk.place if hunk.place is not None and hunk.old else shift
            done = at + len(hunk.old)
            if done == len(self._lines):
                self._ends = _ends_after(hunk, self._ends)
        made += self._lines[done:]
        text = "\n".join(made) + ("\n" if made and self._ends else "")
        return text.replace("\n", "\r\n") if self._crlf else text

    def _place(self, hunk: Hunk, start: int, shift: int) -> int:
        """Where the hunk's old lines stand: at the place that it names, or else the only one."""
        old = [line.text for line in hunk.old]
        if not old:
            return self._place_between(hunk, start)
        hinted = None if hunk.place is None else hunk.place - 1 + shift
        if hinted is not None and hinted >= start and self._lines[hinted : hinted + len(old)] == old:
            return hinted
        places = [at for at in range(start, len(self._lines) - len(old) + 1) if self._fits(old, at)]
        if not places:
            raise self._missing(old, start)
        if len(places) > 1:
            where = some_of([str(at + 1) for at in places], at_most=8)
            fits = f"A hunk fits {quoted(self._diff.path)} in {len(places)} places (lines {where})"
            raise ToolFailed(f"{fits}; give its line number, or more lines around it.")
        return places[0]

    def _place_between(self, hunk: Hunk, start: int) -> int:
        """Lines come and none are there to find the place by: below the line that the header names."""
        if hunk.place is None and not self._lines:
            return 0
        if hunk.place is None or not start <= hunk.place <= len(self._lines):
            raise ToolFailed(f"A hunk for {quoted(self._diff.path)} only adds lines; give a line around them, so that the place is found.")
        return hunk.place

    def _fits(self, old: Sequence[str], at: int) -> bool:
        for number, line in enumerate(old):
            self._compared += 1
            if self._lines[at + number] != line:
                return False
        if self._compared > MOST_COMPARED:
            raise ToolFailed(f"Finding the place in {quoted(self._diff.path)} takes too long; give the right line numbers.")
        return True

    def _missing(self, old: Sequence[str], start: int) -> ToolFailed:
        """Names the first line of the hunk that is nowhere below the hunk before it."""
        rest = set(self._lines[start:])
        absent = next((line for line in old if line not in rest), None)
        path = quoted(self._diff.path)
        if absent is None:
            return ToolFailed(f"The lines of a hunk, from {quoted(old[0])} on, do not stand together in {path}. Read the file first.")
        return ToolFailed(f"{path} lacks the line {quoted(absent)} where a hunk expects it. Read the file and copy its lines exactly.")


def _ends_after(hunk: Hunk, ended: bool) -> bool:  # noqa: FBT001 - what it was, not an option
    """Whether a line break follows the last line, after a hunk that reached it."""
    told = any(not line.ends for line in hunk.lines)
    return (bool(hunk.new) and hunk.new[-1].ends) if told else ended
