"""The texts of a stored item, which is foreign: it may be anything."""

from collections.abc import Iterator
from typing import Any


def texts_of(item: Any) -> Iterator[str]:
    """What a message says, or what a tool gave back; of a part of one, its text."""
    match item:
        case {"content": str(text)} | {"text": str(text)} | {"output": str(text)}:
            yield text
        case {"content": list()}:
            for part in item["content"]:
                yield from texts_of(part)
        case {"output": list()}:
            for part in item["output"]:
                yield from texts_of(part)
        case _:
            return
