"""From what TOML gives to the dataclasses of the file's definition, with every mistake on the way.

A value that cannot be used is left out of what is made, so that the rest can be looked at too: all mistakes are told at once.
"""

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, assert_never, cast

from agentchat.config.complaints import Complaints
from agentchat.config.errors import quoted
from agentchat.config.nearest import nearest, suggestion
from agentchat.config.shapes import (
    Anything,
    Either,
    Flag,
    Key,
    Kinded,
    Many,
    Names,
    Number,
    Pattern,
    Shape,
    Table,
    Text,
    Word,
    keys_of,
)
from agentchat.config.toml_places import KeyPath

CODE = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*:[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]{0,63}")
_ADDRESS = re.compile(r"https?://[^\s/]+\S*")


class _Unusable:
    """Stands for a value that was complained about."""


_UNUSABLE: Final = _Unusable()

KIND = "kind"
"""The key that tells tables of several kinds apart."""


@dataclass(slots=True)
class Reader:
    """Reads one document. Mutable in its complaints, which it adds to."""

    document: Mapping[str, Any]
    kinds: Mapping[str, Mapping[str, type]]
    """The dataclasses of tables of several kinds: by group, then by `kind`; "" for tables without one."""
    complaints: Complaints = field(default_factory=Complaints)

    def table(self, kind: type, given: Mapping[str, Any], path: KeyPath = ()) -> Any:
        """The dataclass that a table becomes. Empty in it are the keys that it needs and that it lacks or that cannot be used."""
        keys = {key.name: key for key in keys_of(kind)}
        self._unknown_keys(given, tuple(keys), path)
        values = {key.name: self._member(key, given, path) for key in keys.values()}
        blank = {key.name: () if isinstance(key.shape, Many) else "" for key in keys.values() if key.required}
        given_ones = {name: value for name, value in values.items() if value is not _UNUSABLE}
        try:
            return kind(**blank | given_ones)
        except ValueError as error:  # what a table says of itself; where something else is wrong, that comes first
            if not any(self.complaints.is_about((*path, name)) for name in keys):
                self.complaints.add(path, f"{self.owner(path)} {error}")
            return _UNUSABLE

    def _unknown_keys(self, given: Mapping[str, Any], known: Sequence[str], path: KeyPath) -> None:
        for name in given:
            if name not in known:
                left = [one for one in known if one not in given]
                near = nearest(name, known)
                meant = (*path, near) if near in left else None
                message = f"{self.owner(path)} has an unknown key {quoted(name)}; {suggestion(name, known)}"
                self.complaints.add((*path, name), message, meant=meant)

    def _member(self, key: Key, given: Mapping[str, Any], path: KeyPath) -> Any:
        if key.name in given:
            return self.read(key.shape, given[key.name], (*path, key.name))
        if key.required:
            self.complaints.add((*path, key.name), f"{self.owner(path)} has no {quoted(key.name)}; add it.")
        return _UNUSABLE

    def read(self, shape: Shape, value: Any, path: KeyPath) -> Any:
        """The value as the definition has it; `_UNUSABLE` when it was complained about."""
        if isinstance(shape, Either):
            return self._either(shape.shapes, value, path)
        if not _takes(shape, value):
            return self._wrong_type(shape, value, path)
        match shape:
            case Many(of):
                return self._many(of, value, path)
            case Names(of):
                return self._names(of, value, path)
            case Table(of):
                return self.table(of, value, path)
            case Kinded(group):
                return self._kinded(group, value, path)
            case Anything():
                return self._anything(value, path)
            case _:
                return self._plain(shape, value, path)

    def _plain(self, shape: Word | Text | Pattern | Number | Flag, value: Any, path: KeyPath) -> Any:
        match shape:
            case Word(words):
                return value if value in words else self._wrong_word(words, value, path)
            case Text(names):
                return self._text(names, value, path)
            case Pattern():
                return self._pattern(value, path)
            case Number():
                return self._number(shape, value, path)
            case Flag():
                return value
            case _:
                assert_never(shape)

    def _either(self, shapes: Sequence[Shape], value: Any, path: KeyPath) -> Any:
        fitting = [shape for shape in shapes if _takes(shape, value)]
        match fitting:
            case [Word(words), Text("code")] if value in words or ":" not in value:
                return self.read(fitting[0], value, path)
            case [Word(), second]:
                return self.read(second, value, path)
            case [only, *_]:
                return self.read(only, value, path)
            case _:
                return self._wrong_type(Either(tuple(shapes)), value, path)

    def _many(self, of: Shape, values: list[Any], path: KeyPath) -> tuple[Any, ...]:
        read = [self.read(of, value, (*path, at)) for at, value in enumerate(values)]
        return tuple(value for value in read if value is not _UNUSABLE)

    def _names(self, of: Shape, values: dict[str, Any], path: KeyPath) -> dict[str, Any]:
        read = {name: self.read(of, value, (*path, name)) for name, value in values.items()}
        return {name: value for name, value in read.items() if value is not _UNUSABLE}

    def _kinded(self, group: str, given: dict[str, Any], path: KeyPath) -> Any:
        kinds = self.kinds[group]
        near = next((name for name in given if nearest(name, [KIND]) and name not in _all_keys(kinds)), None)
        kind = given.get(KIND, "")
        if near is not None and KIND not in given:
            message = f"{self.owner(path)} has an unknown key {quoted(near)}; did you mean 'kind'?"
            self.complaints.add((*path, near), message, meant=(*path, KIND))
            return _UNUSABLE
        if not isinstance(kind, str) or kind not in kinds or (not kind and KIND in given):
            return self._wrong_kind(kinds, given, path)
        rest = {name: value for name, value in given.items() if name != KIND}
        return self.table(kinds[kind], rest, path)

    def _wrong_kind(self, kinds: Mapping[str, type], given: dict[str, Any], path: KeyPath) -> _Unusable:
        known = [name for name in kinds if name]
        if KIND in given:
            kind = given[KIND]
            says = quoted(kind) if isinstance(kind, str) else in_words(kind)
            hint = suggestion(kind, known) if isinstance(kind, str) else f"there are {', '.join(known)}."
            self.complaints.add((*path, KIND), f"{self.owner(path)} says {says} for 'kind'; {hint}")
            return _UNUSABLE
        self.complaints.add((*path, KIND), f"{self.owner(path)} has no 'kind'; there are {', '.join(known)}.")
        return _UNUSABLE

    def _text(self, names: str, value: str, path: KeyPath) -> str | _Unusable:
        owner, key = self.owner(path[:-1]), quoted(str(path[-1]))
        match names:
            case "address" if not _ADDRESS.fullmatch(value):
                message = f"{owner} has {quoted(value)} for {key}; write an address such as 'http://localhost:11434/v1'."
            case "variable" if not _VARIABLE.fullmatch(value):
                # The value is not repeated: it may be the key itself.
                message = f"{key} must name an environment variable, such as 'OPENAI_API_KEY'; a key itself has no place in this file."
            case "code" if not CODE.fullmatch(value):
                message = f"{owner} has {quoted(value)} for {key}, which is no module:object; write it like 'shop.tools:refund'."
            case "file" if not value.strip() or "\0" in value:
                message = f"{owner} has {quoted(value)} for {key}; write the name of a file."
            case _:
                return value
        self.complaints.add(path, message)
        return _UNUSABLE

    def _pattern(self, value: str, path: KeyPath) -> "re.Pattern[str] | _Unusable":
        try:
            return re.compile(value)
        except (re.error, OverflowError, RecursionError) as error:
            owner = f"{self.owner(_named(path))} has {quoted(value)} for {quoted(str(_key(path)))}"
            self.complaints.add(path, f"{owner}, which is no regular expression: {_said(error)}.")
            return _UNUSABLE

    def _number(self, shape: Number, value: float, path: KeyPath) -> float | _Unusable:
        is_right_kind = isinstance(value, int) or (math.isfinite(value) and not shape.whole)
        above = value > 0 if shape.low is None else value >= shape.low
        if is_right_kind and above and (shape.high is None or value <= shape.high):
            return value
        self.complaints.add(path, f"{self.owner(_named(path))} has {value} for {quoted(str(_key(path)))}; it must be {wanted(shape)}.")
        return _UNUSABLE

    def _anything(self, value: Any, path: KeyPath) -> Any:
        """JSON knows no dates and no infinities."""
        match value:
            case dict():
                return self._names(Anything(), cast("dict[str, Any]", value), path)
            case list():
                return list(self._many(Anything(), cast("list[Any]", value), path))
            case str() | bool() | int():
                return value
            case float() if math.isfinite(value):
                return value
            case _:
                return self._wrong_type(Anything(), value, path)

    def _wrong_word(self, words: Sequence[str], value: str, path: KeyPath) -> _Unusable:
        near = nearest(value, words)
        hint = f"did you mean {quoted(near)}?" if near and len(words) > 3 else f"it must be {_or([quoted(one) for one in words])}."
        self.complaints.add(path, f"{self.owner(_named(path))} says {quoted(value)} for {quoted(str(_key(path)))}; {hint}")
        return _UNUSABLE

    def _wrong_type(self, shape: Shape, value: Any, path: KeyPath) -> _Unusable:
        owner, key, has = self.owner(_named(path)), quoted(str(_key(path))), in_words(value)
        if isinstance(shape, Word):
            message = f"{owner} says {has} for {key}; it must be {wanted(shape)}."
        elif isinstance(path[-1], int):
            message = f"{owner} has {has} in its list of {key}, where each must be {wanted(shape)}."
        else:
            message = f"{owner} has {has} for {key}; it must be {_list_of_agents(path) or wanted(shape)}."
        self.complaints.add(path, message)
        return _UNUSABLE

    def owner(self, path: KeyPath) -> str:
        """Whose key it is, as the beginning of a sentence."""
        match path:
            case ():
                return "The file"
            case ("agents",):
                return "The file"
            case ("agents", int() as index):
                return self._agent(index)
            case ("agents", int() as index, key, *_):
                return f"{self._agent(index)} in {quoted(str(key))}"
            case _:
                return f"[{'.'.join(str(part) for part in path if isinstance(part, str))}]"

    def _agent(self, index: int) -> str:
        match self.document["agents"][index]:
            case {"name": str() as name}:
                return f"Agent {quoted(name)}"
            case _:
                return f"Agent number {index + 1}"


def _takes(shape: Shape, value: Any) -> bool:
    """Whether a value of this type can be meant for the shape."""
    match shape:
        case Word() | Text() | Pattern():
            return isinstance(value, str)
        case Table() | Names() | Kinded():
            return isinstance(value, dict)
        case Many():
            return isinstance(value, list)
        case Flag():
            return isinstance(value, bool)
        case Number():
            return isinstance(value, int | float) and not isinstance(value, bool)
        case Either(shapes):
            return any(_takes(one, value) for one in shapes)
        case Anything():
            return True
        case _:
            assert_never(shape)


def wanted(shape: Shape) -> str:
    """What a key takes, in words that go on with "it must be"."""
    match shape:
        case Text() | Pattern():
            return "a text in quotes"
        case Flag():
            return "true or false"
        case Number():
            return _wanted_number(shape)
        case Word(words):
            return _or([quoted(one) for one in words])
        case Many():
            return "a list in brackets"
        case Names() | Table() | Kinded():
            return "a table"
        case Either(shapes):
            return ", or ".join(wanted(one) for one in shapes)
        case Anything():
            return "a text, a number, true or false, a list or a table"
        case _:
            assert_never(shape)


def _wanted_number(shape: Number) -> str:
    what = "a whole number" if shape.whole else "a number"
    if shape.low is None:
        return f"{what} above 0"
    return f"{what} of at least {shape.low:g}" if shape.high is None else f"{what} from {shape.low:g} to {shape.high:g}"


def in_words(value: object) -> str:
    """What a TOML value is."""
    match value:
        case bool():
            return "a true or false"
        case str():
            return "a text"
        case int() | float():
            return "a number"
        case list():
            return "a list"
        case dict():
            return "a table"
        case dt.date() | dt.time():
            return "a date or time"
        case _:
            return f"a {type(value).__name__}"


def _list_of_agents(path: KeyPath) -> str:
    return "a list of tables, each under [[agents]]" if path == ("agents",) else ""


def _key(path: KeyPath) -> str | int:
    """The key that a path is about: of an element of a list, the list's."""
    return next((part for part in reversed(path) if isinstance(part, str)), path[-1])


def _named(path: KeyPath) -> KeyPath:
    """Where that key stands."""
    end = max((at for at, part in enumerate(path) if isinstance(part, str)), default=0)
    return path[:end]


def _or(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _all_keys(kinds: Mapping[str, type]) -> set[str]:
    return {key.name for kind in kinds.values() for key in keys_of(kind)}


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__
