"""The arguments of a call as they were written, without any loss: numbers as their digits, objects with doubled keys and all."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from agentchat.chat.safe_text import exact_text


@dataclass(frozen=True, slots=True)
class Literally:
    """A number as it is written; 1 and 1.0 and 1e0 are different arguments."""

    text: str


@dataclass(frozen=True, slots=True)
class Object:
    """A JSON object as it is written, doubled keys and all."""

    members: "tuple[tuple[str, Json], ...]"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Arguments that are no JSON."""

    text: str


Json: TypeAlias = "str | bool | Literally | Object | list[Json] | None"


def parsed(arguments: str) -> "Json | Unreadable":
    """The arguments, without any loss."""
    try:
        return json.loads(
            arguments,
            parse_int=Literally,
            parse_float=Literally,
            parse_constant=Literally,
            object_pairs_hook=lambda members: Object(tuple(members)),
        )
    except (ValueError, RecursionError):
        return Unreadable(arguments)


_FLAT = 60
"""Cells that a list or an object may take on one line; longer ones have a line for each member."""


def pretty(value: Json) -> list[str]:
    """The lines of a value, as JSON is laid out with an indent of two."""
    match value:
        case str():
            return [quoted(value)]
        case Literally(text):
            return [text]
        case list():
            return _bracketed("[", [("", pretty(item)) for item in value], "]")
        case Object(members):
            return _bracketed("{", [(f"{quoted(name)}: ", pretty(member)) for name, member in members], "}")
        case None:
            return ["null"]
        case bool():
            return ["true" if value else "false"]


def _bracketed(opening: str, members: list[tuple[str, list[str]]], closing: str) -> list[str]:
    flat = opening + ", ".join(label + lines[0] for label, lines in members) + closing
    if all(len(lines) == 1 for _, lines in members) and len(flat) <= _FLAT:
        return [flat]
    inside = [line for member in members for line in _indented(*member)]
    return [opening, *inside[:-1], inside[-1].removesuffix(","), closing]


def _indented(label: str, lines: list[str]) -> list[str]:
    first, *more = lines
    whole = [f"  {label}{first}", *(f"  {line}" for line in more)]
    return [*whole[:-1], f"{whole[-1]},"]


def strings_in(value: "Json | Unreadable") -> Iterator[str]:
    """Every text in it, names of members too."""
    match value:
        case str():
            yield value
        case Unreadable(text):
            yield text
        case list():
            for item in value:
                yield from strings_in(item)
        case Object(members):
            for name, member in members:
                yield name
                yield from strings_in(member)
        case _:
            pass


def quoted(text: str) -> str:
    """The text as JSON writes it, in the exact form of `safe_text`."""
    return exact_text(json.dumps(text, ensure_ascii=False))
