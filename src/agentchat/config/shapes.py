"""What a value of agents.toml may be, made from the types of the dataclasses that it becomes.

The reader, the schema for editors and the document about the file all walk these shapes, so that none of them can say something else
than the others.
"""

import re
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

from agentchat.config.kinds import Naming, OneKind, Within


@dataclass(frozen=True, slots=True)
class Text:
    """A text; `names` says what it names, if it names something."""

    names: Literal["", "agent", "code", "file", "variable", "address"] = ""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression."""


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""


@dataclass(frozen=True, slots=True)
class Number:
    """A finite number. Without `low` it is above 0."""

    whole: bool
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """One of a few words."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Many:
    """A list."""

    of: "Shape"


@dataclass(frozen=True, slots=True)
class Names:
    """A table whose keys are the person's own names."""

    of: "Shape"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with the keys of this dataclass."""

    of: type


@dataclass(frozen=True, slots=True)
class Kinded:
    """A table of one of several kinds."""

    group: str


@dataclass(frozen=True, slots=True)
class Either:
    """One of several shapes, which a value's type tells apart."""

    shapes: tuple["Shape", ...]


@dataclass(frozen=True, slots=True)
class Anything:
    """Whatever JSON can say."""


Shape: TypeAlias = Text | Pattern | Flag | Number | Word | Many | Names | Table | Kinded | Either | Anything


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a table."""

    name: str
    shape: Shape
    required: bool
    default: object
    """What holds where the key is left out; None also where it is required."""


@cache
def keys_of(table: type) -> tuple[Key, ...]:
    """The keys of a table, in the order of the dataclass."""
    hints = typing.get_type_hints(table, include_extras=True)
    return tuple(
        Key(
            name=one.name,
            shape=shape_of(hints[one.name]),
            required=one.default is MISSING and one.default_factory is MISSING,
            default=None if one.default is MISSING else one.default,
        )
        for one in fields(table)
    )


_NAMED: dict[object, Shape] = {
    str: Text(),
    bool: Flag(),
    int: Number(whole=True, low=1),
    float: Number(whole=False),
    Any: Anything(),
    re.Pattern[str]: Pattern(),
}


def shape_of(hint: Any) -> Shape:
    """The shape of a type; a TypeError for one that no file can hold."""
    if hint in _NAMED:
        return _NAMED[hint]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _annotated(arguments[0], arguments[1])
    if origin is Literal:
        return Word(arguments)
    if origin in {Union, types.UnionType}:
        return _either([shape_of(one) for one in arguments if one is not type(None)])
    if origin is tuple:
        return Many(shape_of(arguments[0]))
    if origin is Mapping:
        return Names(shape_of(arguments[1]))
    if isinstance(hint, type) and is_dataclass(hint):
        return Table(hint)
    raise TypeError(f"No file can hold a {hint}.")


def _annotated(hint: Any, says: object) -> Shape:
    match says:
        case Naming(what):
            return Text(what)
        case Within(low, high):
            return Number(whole=hint is int or int in get_args(hint), low=low, high=high)
        case OneKind(group):
            return Names(Kinded(group))
        case _:
            raise TypeError(f"{says!r} says nothing about a {hint}.")


def _either(shapes: list[Shape]) -> Shape:
    return shapes[0] if len(shapes) == 1 else Either(tuple(shapes))
