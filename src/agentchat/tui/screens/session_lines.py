"""The saved conversations as lines: a branch stands below the conversation that it came from. Without widgets."""

import time
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content

from agentchat.chat.safe_text import safe_line
from agentchat.chat.shelf import Shelved
from agentchat.typesetting.wrapping import shortened

_DEEPEST = 4
"""Up to this depth branches of branches are indented."""
_LEAST_TITLE = 12
_NARROW = 64
"""Columns below which a line has the time of this day, the date of another, and not how much was said."""


class Placed(NamedTuple):
    """A conversation in the list."""

    one: Shelved
    depth: int
    """How many conversations that are in the list it came from, one of the other."""


def in_branches(found: Sequence[Shelved]) -> tuple[Placed, ...]:
    """The conversations with their branches below them. A family stands where the first of it does: used last, mostly."""
    known = {one.entry.session_id: one for one in found}
    below: dict[str, list[Shelved]] = {}
    for one in found:
        below.setdefault(_parent_in(known, one), []).append(one)
    placed: dict[str, Placed] = {}
    for one in found:
        if one.entry.session_id not in placed:
            for each in _family(_first_of(known, one), below, 0):
                placed.setdefault(each.one.entry.session_id, each)
    return tuple(placed.values())


def line_of(placed: Placed, *, current: str, width: int, now: float) -> Content:
    """When it was used, what it is called, how it stands, on one line; below, where the words stand that were searched for."""
    is_narrow = width < _NARROW
    entry, is_current = placed.one.entry, placed.one.entry.session_id == current
    begin = Content.styled("▸ " if is_current else "  ", "$text-accent")
    begin += Content.styled(f"{_used(entry.updated, now, is_narrow=is_narrow)}  ", "$foreground-disabled")
    if placed.depth:
        begin += Content.styled("  " * (min(placed.depth, _DEEPEST) - 1) + "└ ", "$foreground-muted")
    end = _standing(placed, is_narrow=is_narrow)
    title = safe_line(entry.title) if entry.title or entry.rows else "(nothing said yet)"
    room = max(_LEAST_TITLE, width - cell_len(begin.plain) - cell_len(end.plain))
    line = begin + Content.styled(shortened(title, room), "bold" if is_current else "") + end
    return line + Content.styled(f"\n    {safe_line(placed.one.said)}", "$foreground-muted") if placed.one.said else line


def _standing(placed: Placed, *, is_narrow: bool) -> Content:
    one, entry = placed.one, placed.one.entry
    line = Content()
    if one.waiting:
        line += Content.styled(f"  ⏸ {one.waiting} to decide", "$text-warning")
    elif entry.unfinished:
        line += Content.styled("  ■ unfinished", "$text-warning")
    about = [] if is_narrow else [f"{entry.rows} items"]
    if not one.is_here:
        about.append(PurePath(safe_line(entry.folder)).name or "elsewhere")
    if entry.parent and not placed.depth:
        about.append(f"branch of {safe_line(entry.parent[: 4 if is_narrow else 8])}")
    return line + Content.styled(f"  {' · '.join(about)}", "$foreground-muted") if about else line


def _used(at: float, now: float, *, is_narrow: bool) -> str:
    when, today = time.localtime(at), time.localtime(now)
    if not is_narrow:
        return time.strftime("%Y-%m-%d %H:%M", when)
    return time.strftime("%H:%M" if when[:3] == today[:3] else "%m-%d", when)


def _parent_in(known: dict[str, Shelved], one: Shelved) -> str:
    return one.entry.parent if one.entry.parent in known else ""


def _first_of(known: dict[str, Shelved], one: Shelved) -> Shelved:
    """The conversation that all of the family came from, as far as it is in the list."""
    seen = {one.entry.session_id}
    while (parent := _parent_in(known, one)) and parent not in seen:
        seen.add(parent)
        one = known[parent]
    return one


def _family(one: Shelved, below: dict[str, list[Shelved]], depth: int) -> Iterator[Placed]:
    yield Placed(one, depth)
    if depth <= len(below):  # a file that says that two came from each other is not walked for ever
        for branch in below.get(one.entry.session_id, ()):
            yield from _family(branch, below, depth + 1)
