"""A tool call in one line: `issue_refund(order_id=1042, …)`.

The arguments are foreign and, while they stream, incomplete JSON; whatever they are, the line shows as much as can be read. It is
for recognising a call, not for deciding about it: the approval dialog shows everything.
"""

import json
import re
from collections.abc import Iterator

from agentchat.chat.safe_text import safe_line

_WINDOW = 4_000
"""How many characters of the arguments are read. They arrive in many small pieces, and every piece must cost the same."""


def call_line(tool: str, arguments: str, *, width: int) -> str:
    """The call in one line of at most `width` characters (not cells), already safe to show.

    Arguments that are null say nothing and are left out. Where there is too little room the long ones are shortened and then left
    out ("…") before the short ones, so that a path stays readable beside the text of a file; of a single one as much stays as fits.
    """
    parts = [safe_line(part) for part in _parts(arguments[:_WINDOW], whole=len(arguments) <= _WINDOW)]
    return _fitted(safe_line(tool), parts, width=width)


def _fitted(name: str, parts: list[str], *, width: int) -> str:
    line = f"{name}({', '.join(parts)})"
    if len(line) <= width:
        return line
    room = width - len(f"{name}()")
    if room < 1:
        return f"{_cut(name, width - 1)}…" if width > 0 else ""
    shown = _shortened(_with_room(parts, room), room)
    return f"{name}({_one_of(parts, room) if shown == ['…'] else ', '.join(shown)})"


def _one_of(parts: list[str], room: int) -> str:
    """As much of the one that says most as there is room for."""
    place = _in_order_of_leaving(parts)[-1] if room > _SHORT // 2 else 0
    before = "…, " if place else ""
    return f"{before}{_cut(parts[place], room - len(before) - 1)}…"


_SHORT = 32
"""Characters of an argument that is shown whole or not at all, as a path or a number."""
_OF_VALUE = 6
"""Characters that stay of a longer one at least, behind its name."""


def _with_room(parts: list[str], room: int) -> list[str]:
    """The parts with "…" for those that have no room even when the long ones are as short as may be."""
    most = room // 4 + 1
    shown = [*parts[:most], "…"] if len(parts) > most else list(parts)
    for place in _in_order_of_leaving(shown):
        if _length([part[: _least(part)] for part in _collapsed(shown)]) <= room:
            break
        shown[place] = "…"
    return _collapsed(shown)


def _in_order_of_leaving(parts: list[str]) -> list[int]:
    """First the long ones, where there are short ones to be read instead, then from the end."""
    from_the_end = range(len(parts) - 1, -1, -1)
    long, short = ([place for place in from_the_end if (len(parts[place]) > _SHORT) is is_long] for is_long in (True, False))
    return [*(sorted(long, key=lambda place: -len(parts[place])) if short else long), *short]


def _shortened(parts: list[str], room: int) -> list[str]:
    """The parts in so many characters, the longest cut first."""
    excess, shown = _length(parts) - room, list(parts)
    for place in sorted(range(len(parts)), key=lambda place: -len(parts[place])):
        length = max(_least(parts[place]), len(parts[place]) - max(0, excess))
        if length < len(parts[place]):
            shown[place] = f"{_cut(parts[place], length - 1)}…"
            excess -= len(parts[place]) - length
    return shown


def _least(part: str) -> int:
    """How short it may become."""
    return len(part) if len(part) <= _SHORT else min(len(part), part.find("=") + 1 + _OF_VALUE)


def _length(parts: list[str]) -> int:
    return sum(map(len, parts)) + 2 * (len(parts) - 1)


def _collapsed(parts: list[str]) -> list[str]:
    """Several that are left out side by side are one "…"."""
    return [part for before, part in zip(["", *parts], parts, strict=False) if not part == before == "…"]


_HALF_EMOJI = re.compile("[\u200d\ufe0f\U000e0020-\U000e007f]+\\Z")


def _cut(text: str, length: int) -> str:
    """The beginning of the text; an emoji that is cut in two leaves no joiner at the end."""
    return _HALF_EMOJI.sub("", text[:length]).rstrip("…")


_DECODER = json.JSONDecoder(strict=False)
_BLANK = " \t\r\n"
_SPACES = re.compile(r"[ \t\r\n]+")
_END = re.compile(r"[ \t\r\n]*\}\Z")
_KEY = re.compile(r'[ \t\r\n,]*("(?:[^"\\]|\\.)*")[ \t\r\n]*:[ \t\r\n]*', re.DOTALL)
_NUMBER = re.compile(r"-?[0-9][-+.eE0-9]*")
_OPEN_STRING = re.compile(r'"(?:[^"\\]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*')
"""A string whose end has not come, up to its last whole escape."""


def _parts(text: str, *, whole: bool) -> list[str]:
    """The arguments as `name=value`; where something is missing or cannot be read the last part ends with "…"."""
    text = text.strip(_BLANK)
    if text.startswith("{"):
        return list(_members(text))
    ending = "" if whole else "…"
    return [_one_line(text) + ending] if text else []


def _members(text: str) -> Iterator[str]:
    """The members of the object that the text begins with, up to its end or to where it cannot be read."""
    at = 1
    while not _END.match(text, at):
        key = _KEY.match(text, at)
        if key is None:
            yield "…"
            return
        value, at = _value(text, key.end())
        if value != "null":
            yield f"{_name(key[1])}={value}"
        if at < 0:
            return


def _name(key: str) -> str:
    try:
        return str(_DECODER.decode(key))
    except ValueError:
        return _one_line(key)


def _value(text: str, start: int) -> tuple[str, int]:
    """The value that begins at `start` and where it ends, or as much as there is of it, with "…", and -1."""
    try:
        value, end = _DECODER.raw_decode(text, start)
        shown = _json(value)
    except (ValueError, RecursionError):
        return f"{_unfinished(text[start:])}…", -1
    if not _NUMBER.fullmatch(text, start, end):
        return shown, end
    # As it was written: 1e3 and 1000.0 are not the same text. At the very end more digits may come.
    return (text[start:end], end) if end < len(text) else (f"{text[start:]}…", -1)


def _unfinished(rest: str) -> str:
    string = _OPEN_STRING.match(rest)
    if string is None:
        return _one_line(rest)
    return _json(_DECODER.decode(string[0] + '"'))[:-1]


def _json(value: object) -> str:
    """On one line: JSON escapes the line breaks in strings."""
    return json.dumps(value, ensure_ascii=False)


def _one_line(text: str) -> str:
    return _SPACES.sub(" ", text)
