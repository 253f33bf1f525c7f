"""How much of an unfinished text can be shown as blocks: the end is held back while it may still become the mark of one.

A line that consists of marks so far (`#`, `- `, `` `` ``, `--`), the opening line of a fence, a row of a table, and the header of one
until the line below it has said that it is one. It is shown with the next characters, or the next line.
"""

import re

_MARKS = re.compile(r"[ >]*(?:(?:[-+*]|\d{1,9}[.)]) +[ >]*)*")
"""What stands before the content of a line: quotes, bullets, numbers."""
_UNDECIDED = re.compile(
    r"[-+*_=~`#:|\s]*"
    r"|\d{1,9}[.)]?"
    r"|\[[ xX]?(?:\]\s*)?"
    r"|\\|\$"
    r"|`{3,}[^`]*"
    r"|~{3,}.*"
    r"|\|.*"
    r"|\[[^\]^][^\]]*\]:.*",
    re.DOTALL,
)
_DELIMITERS = re.compile(r"[ >]*[|: -]*")
"""The line below the header of a table, or the beginning of one."""


def showable(text: str) -> str:
    """The text without the end that is held back."""
    begin = text.rfind("\n") + 1
    line = text[begin:]
    if not line:
        return _without_header(text)
    if not _UNDECIDED.fullmatch(_content(line)) and not _is_in_a_table(text[:begin]):
        return text
    return _without_header(text[:begin]) if _DELIMITERS.fullmatch(line) else text[:begin]


def _without_header(text: str) -> str:
    """Without a last line that may be the first one of a table."""
    *_, before, last = ["", "", *text.removesuffix("\n").split("\n")]
    may_begin_a_table = _content(last).startswith("|") and not _content(before).startswith("|")
    return text[: len(text.removesuffix("\n")) - len(last)] if may_begin_a_table else text


def _is_in_a_table(text: str) -> bool:
    """Whether the last line is one of a table."""
    for line in reversed(text.split("\n")[:-1]):
        if "|" not in line:
            return False
        if _DELIMITERS.fullmatch(line) and "-" in line:
            return True
    return False


def _content(line: str) -> str:
    match = _MARKS.match(line)
    return line[match.end():] if match else line
