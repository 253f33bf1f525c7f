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

    Arguments that do not fit are left out from the end ("…"); of the first one as much stays as there is room for.
    """
    parts = [safe_line(part) for part in _parts(arguments[:_WINDOW], whole=len(arguments) <= _WINDOW)]
    return _fitted(safe_line(tool), parts, width=width)


def _fitted(name: str, parts: list[str], *, width: int) -> str:
    line = f"{name}({', '.join(parts)})"
    if len(line) <= width:
        return line
    room = width - len(f"{name}(…)")
    if room < 0:
        return f"{_cut(name, width - 1)}…" if width > 0 else ""
    line = f"{name}({_cut(parts[0], room)}…)"
    for count in range(1, len(parts)):
        longer = f"{name}({', '.join(parts[:count])}, …)"
        if len(longer) > width:
            break
        line = longer
    return line


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
