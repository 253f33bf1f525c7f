"""On which line a key of a TOML text stands.

tomllib gives values without places, so the text is read once more, only as far as places need it: headers, keys, and where each
value ends. The text has been accepted by tomllib before; what is no TOML need not be told apart here.
"""

import re
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeAlias

KeyPath: TypeAlias = tuple[str | int, ...]
"""Keys and indexes from the top: ("agents", 1, "tools", 0)."""

_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!"")|""(?!"))*"{3,5}'
    r"|'''(?:[^']|'(?!'')|''(?!'))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}\n#]+")


def toml_places(text: str) -> dict[KeyPath, int]:
    """The line (counted from 1) of every table, key and element of an array, by its path. `text` is valid TOML without CR LF."""
    reading = _Reading(text)
    with suppress(RecursionError):  # nested just as deep as tomllib could bear: what was found until then must do
        reading.document()
    return reading.places


def broken_off(text: str) -> int | None:
    """The line on which something begins that never ends, in a text that is no TOML; None when there is no such thing."""
    reading = _Reading(text)
    try:
        reading.document()
    except (ValueError, RecursionError):
        return reading.line
    return None


def line_of(places: Mapping[KeyPath, int], path: KeyPath) -> int | None:
    """The line of a key, or of the nearest thing around it that has one; None for the document itself."""
    return next((places[path[:end]] for end in range(len(path), 0, -1) if path[:end] in places), None)


def dotted(path: KeyPath) -> str:
    """A path as people write it: "agents[1].tools[0]"."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


@dataclass(slots=True)
class _Reading:
    """One pass over a text; only `toml_places` holds one."""

    text: str
    at: int = 0
    line: int = 1
    """The line of `at`."""
    places: dict[KeyPath, int] = field(default_factory=dict[KeyPath, int])
    lengths: dict[KeyPath, int] = field(default_factory=dict[KeyPath, int])
    """How many tables each array of tables has so far."""

    def document(self) -> None:
        table: KeyPath = ()
        self._skip(_BLANK)
        while self.at < len(self.text):
            if self._next_is("["):
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)

    def _header(self) -> KeyPath:
        """`[a.b]` or `[[a.b]]`; gives the path of the table that begins."""
        line, many = self.line, self.text.startswith("[[", self.at)
        self._step(2 if many else 1)
        keys = self._keys()
        self._step(2 if many else 1)
        path = self._resolved(keys[:-1], line)
        path = (*path, keys[-1])
        self.places.setdefault(path, line)
        if many:
            index = self.lengths.get(path, 0)
            self.lengths[path] = index + 1
            path = (*path, index)
        elif path in self.lengths:
            path = (*path, self.lengths[path] - 1)
        self.places[path] = line
        return path

    def _resolved(self, keys: list[str], line: int) -> KeyPath:
        """The path that a header's keys name: an array of tables on the way stands for its last table."""
        path: KeyPath = ()
        for key in keys:
            path = (*path, key)
            if path in self.lengths:
                path = (*path, self.lengths[path] - 1)
            self.places.setdefault(path, line)
        return path

    def _pair(self, table: KeyPath) -> None:
        line = self.line
        path = table
        for key in self._keys():
            path = (*path, key)
            self.places.setdefault(path, line)
        self._step(1)  # the equals sign
        self._skip(_SPACE)
        self._value(path)

    def _keys(self) -> list[str]:
        keys = [self._key()]
        while self._next_is("."):
            self._step(1)
            keys.append(self._key())
        return keys

    def _key(self) -> str:
        self._skip(_SPACE)
        quoted = self._next_is('"') or self._next_is("'")
        taken = self._take(_STRING if quoted else _BARE_KEY)
        self._skip(_SPACE)
        return next(iter(tomllib.loads(f"{taken} = 0"))) if quoted else taken

    def _value(self, path: KeyPath) -> None:
        if self._next_is("["):
            self._array(path)
        elif self._next_is("{"):
            self._inline_table(path)
        elif self._next_is('"') or self._next_is("'"):
            self._take(_STRING)
        else:
            self._take(_SCALAR)

    def _array(self, path: KeyPath) -> None:
        self._step(1)
        self._skip(_BLANK)
        index = 0
        while not self._next_is("]"):
            self.places[*path, index] = self.line
            self._value((*path, index))
            index += 1
            self._past_the_comma()
        self._step(1)

    def _inline_table(self, path: KeyPath) -> None:
        self._step(1)
        self._skip(_BLANK)
        while not self._next_is("}"):
            self._pair(path)
            self._past_the_comma()
        self._step(1)

    def _past_the_comma(self) -> None:
        self._skip(_BLANK)
        if self._next_is(","):
            self._step(1)
            self._skip(_BLANK)

    def _next_is(self, sign: str) -> bool:
        return self.text.startswith(sign, self.at)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        self._take(pattern)

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise ValueError(f"Line {self.line} is no TOML.")
        taken = match[0]
        self.at = match.end()
        self.line += taken.count("\n")
        return taken

    def _step(self, count: int) -> None:
        """Past signs that are no line break; beyond the end nothing can be read, which ends every loop."""
        self.at += count
        if self.at > len(self.text):
            raise ValueError(f"Line {self.line} is no TOML.")
