"""JSON that can go anywhere: to a file, to a program, past a terminal.

Text is as it came, with one exception: control characters (C0, DEL and C1), line separators and lone surrogates are JSON escapes, so that a
line is one line everywhere and commands no terminal.
"""

import json
import re

_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def json_line(value: object) -> str:
    """The value on one line."""
    return _escaped(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def json_page(value: object) -> str:
    """The value on lines that a person can read."""
    return _escaped(json.dumps(value, ensure_ascii=False, indent=1))


def _escaped(text: str) -> str:
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
