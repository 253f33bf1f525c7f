"""A short name for a call that waits, for typing: keys of calls are long. Standard library only."""

import hashlib

_LENGTH = 8


def short_key(key: str) -> str:
    """Eight hexadecimal digits that name the call with that key; the same on every machine."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]


def is_named(key: str, text: str) -> bool:
    """Whether a person who types `text` means this call: the whole key, or the beginning of its short name."""
    return text == key or (text != "" and short_key(key).startswith(text.casefold()))
