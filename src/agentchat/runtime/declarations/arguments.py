"""The arguments of a call, which are JSON text: what is read in them, and the one spelling in which they are compared and shown.

A tool made from a function reads them with whatever blanks stand around them, so everything that judges or shows a call does the same:
what cannot be read here cannot be read there.
"""

import json
from dataclasses import dataclass
from typing import Any


def parsed_arguments(text: str) -> dict[str, Any] | None:
    """The arguments; None when the text is no JSON object. No text at all means no arguments."""
    try:
        parsed: Any = json.loads(text.strip() or "{}")
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None  # pyright: ignore[reportUnknownVariableType] - foreign data


def canonical_arguments(text: str) -> str:
    """One spelling of the arguments: sorted keys, no blanks that carry nothing. What is no JSON stays as the model wrote it.

    Nothing is lost: a number keeps its spelling and a key that stands twice stands twice, because tools can read JSON in other ways
    than Python does.
    """
    try:
        parsed: Any = json.loads(
            text.strip() or "{}", parse_int=_Number, parse_float=_Number, parse_constant=_Number, object_pairs_hook=_Members
        )
        return _spelled(parsed)
    except (ValueError, RecursionError):
        return text


@dataclass(frozen=True, slots=True)
class _Number:
    """A number as it is written."""

    text: str


@dataclass(frozen=True, slots=True)
class _Members:
    """An object as it is written."""

    pairs: list[tuple[str, Any]]


def _spelled(value: Any) -> str:
    match value:
        case _Number(text):
            return text
        case _Members(pairs):
            members = sorted(pairs, key=lambda pair: pair[0])  # stable: of a key that stands twice the order stays
            return "{" + ",".join(f"{_spelled(name)}:{_spelled(member)}" for name, member in members) + "}"
        case list():
            return "[" + ",".join(_spelled(entry) for entry in value) + "]"  # pyright: ignore[reportUnknownVariableType] - foreign data
        case _:
            return json.dumps(value, ensure_ascii=False)
