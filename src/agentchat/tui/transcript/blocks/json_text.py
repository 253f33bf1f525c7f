"""JSON as people read it: indented, and a list of equal objects as a table. No value is written otherwise than it was.

It is indented token by token and not read and written again, which would turn 1e3 into 1000.0 and drop keys that come twice.
"""

import json
import re
from typing import Any, NamedTuple, cast

_LONGEST = 200_000
"""Characters; a longer text is shown as it is."""
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_MOST_COLUMNS, _MOST_ROWS = 8, 200
_INDENT = "  "


class Rows(NamedTuple):
    """A list of objects that have the same keys and nothing inside them."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def json_of(text: str) -> object:
    """What an object or a list in JSON says, with its numbers as they are written; None for any other text."""
    bare = text.strip()
    if not bare.startswith(("{", "[")) or len(bare) > _LONGEST:
        return None
    try:
        return json.loads(bare, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        return None


def indented(text: str) -> str:
    """JSON with every member on a line of its own."""
    parts: list[str] = []
    depth = 0
    pieces = _TOKEN.findall(text)
    for place, piece in enumerate(pieces):
        before = pieces[place - 1] if place else ""
        if piece in "}]":
            depth -= 1
            parts.append(piece if before in {"{", "["} else f"\n{_INDENT * depth}{piece}")
            continue
        if before in {"{", "[", ","}:
            parts.append(f"\n{_INDENT * depth}")
        parts.append(": " if piece == ":" else piece)
        depth += piece in "{["
    return "".join(parts)


def rows_of(value: object) -> Rows | None:
    """The value as a table, if it is one."""
    if not isinstance(value, list) or not 2 <= len(cast("list[object]", value)) <= _MOST_ROWS:
        return None
    objects = cast("list[object]", value)
    first = objects[0]
    if not isinstance(first, _Object) or not 1 <= len(first.pairs) <= _MOST_COLUMNS:
        return None
    header = first.names
    if len(set(header)) < len(header) or not all(isinstance(row, _Object) and row.names == header and row.is_flat for row in objects):
        return None
    return Rows(header, tuple(tuple(_cell(cell) for _, cell in cast("_Object", row).pairs) for row in objects))


class _Object(NamedTuple):
    """The members as they came, also those whose key came before."""

    pairs: tuple[tuple[str, Any], ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.pairs)

    @property
    def is_flat(self) -> bool:
        return not any(isinstance(value, (_Object, list)) for _, value in self.pairs)


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    return _Object(tuple(pairs))


def _cell(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
