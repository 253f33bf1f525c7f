"""Words that the sentences of the file tools share."""

import difflib
from collections.abc import Sequence


def quoted(parts: Sequence[str]) -> str:
    """A path below the working directory, as a sentence names it."""
    return f"'{'/'.join(parts) or '.'}'"


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
    return ", ".join(names[:at_most]) + (f" and {more} more" if more > 0 else "")


def nearest(name: str, names: Sequence[str]) -> str | None:
    """The name that was probably meant."""
    folded = {one.casefold(): one for one in reversed(names)}
    close = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else None


def valid_text(text: str) -> str:
    """The text with what is no Unicode replaced: bytes of file names that are not UTF-8 come as lone surrogates."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace") if _encodable(text) else text.encode(
        "utf-8", "replace"
    ).decode()


def _encodable(text: str) -> bool:
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True
