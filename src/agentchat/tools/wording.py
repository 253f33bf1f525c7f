"""Words that the sentences of the file tools share."""

import difflib
from collections.abc import Sequence

LONGEST_QUOTE = 200
"""Characters of a foreign text that a sentence repeats."""


def quoted(text: str) -> str:
    """A foreign text as a sentence names it: on one line, and not without end."""
    line = one_line(text[:LONGEST_QUOTE])
    return f"'{line}…'" if len(text) > LONGEST_QUOTE else f"'{line}'"


def path_of(parts: tuple[str, ...]) -> str:
    """A path below the working directory, given by its components, as a sentence names it."""
    return quoted("/".join(parts) or ".")


def size_text(size: int) -> str:
    """A number of bytes for people: "12 bytes", "1.5 KB", "16 MB"."""
    if size < 1024:
        return "1 byte" if size == 1 else f"{size} bytes"
    amount, unit = float(size), "bytes"
    for unit in ("KB", "MB", "GB", "TB"):  # noqa: B007 - the last unit is what the loop is for
        amount /= 1024
        if amount < 1024:
            break
    return f"{amount:.1f}".removesuffix(".0") + f" {unit}"


def some_of(names: Sequence[str], *, at_most: int = 12) -> str:
    """The first names of a list, and how many more there are; "nothing" for none."""
    if not names:
        return "nothing"
    more = len(names) - at_most
    return ", ".join(one_line(name) for name in names[:at_most]) + (f" and {more} more" if more > 0 else "")


def nearest(name: str, names: Sequence[str]) -> str | None:
    """The name that was probably meant."""
    folded = {one.casefold(): one for one in reversed(names)}
    close = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else None


def one_line(text: str) -> str:
    """A foreign name for a line of its own: what would break the line, or be invisible in it, is written as an escape."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def counted(number: int, noun: str) -> str:
    """The number and its noun: "1 line", "2 lines"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
