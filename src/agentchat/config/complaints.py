"""What pydantic finds wrong with the shape of an agents.toml, in words that belong to the file and not to pydantic."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from agentchat.config.errors import ConfigError, quoted
from agentchat.config.nearest import suggestion
from agentchat.config.toml_places import KeyPath, dotted, line_of


@dataclass(frozen=True, slots=True)
class Complaint:
    """One mistake, and the key that it is about."""

    path: KeyPath
    message: str


def first_of(complaints: Iterable[Complaint], places: Mapping[KeyPath, int], *, file: Path) -> ConfigError | None:
    """The mistake that stands highest in the file; None when there is none."""
    placed = [(line_of(places, one.path), one) for one in complaints]
    if not placed:
        return None
    line, complaint = min(placed, key=lambda pair: pair[0] or 0)
    return ConfigError(file, complaint.message, line=line, key=dotted(complaint.path))


def shape_complaints(error: ValidationError, document: dict[str, Any], keys: Mapping[str, tuple[str, ...]]) -> list[Complaint]:
    """What pydantic found. `keys` are the valid keys of each kind of table, by its name at the top ("" for the file).

    A table that has an unknown key is not said to lack another: the one is most likely the other, misspelt.
    """
    found = error.errors(include_url=False)
    misspelt = {one["loc"][:-1] for one in found if one["type"] == "extra_forbidden"}
    told = [one for one in found if one["type"] != "missing" or one["loc"][:-1] not in misspelt]
    return [Complaint(one["loc"], _message(one, document, keys)) for one in told]


def _message(error: ErrorDetails, document: dict[str, Any], keys: Mapping[str, tuple[str, ...]]) -> str:
    *above, last = error["loc"]
    owner, key = _owner(tuple(above), document), quoted(str(last))
    match error["type"]:
        case "extra_forbidden":
            known = keys[str(above[0]) if above else ""]
            return f"{owner} has an unknown key {key}; {suggestion(str(last), known)}"
        case "missing":
            return f"{owner} has no {key}; add it."
        case "literal_error":
            return _wrong_word(error, owner, key)
        case _:
            return _wrong_type(error, owner, key)


def _wrong_word(error: ErrorDetails, owner: str, key: str) -> str:
    expected = error.get("ctx", {}).get("expected", "something else")
    value = error["input"]
    says = quoted(value) if isinstance(value, str) else _kind(value)
    return f"{owner} says {says} for {key}; it must be {expected}."


def _wrong_type(error: ErrorDetails, owner: str, key: str) -> str:
    path, value = error["loc"], _kind(error["input"])
    wanted = {
        "string_type": "a text in quotes",
        "list_type": "a list of tables, each under [[agents]]" if path == ("agents",) else "a list in brackets",
        "dict_type": "a table",
        "model_type": "a table",
    }.get(error["type"])
    if wanted is None:
        return f"{owner} has a {key} that cannot be used: {error['msg'].lower()}."
    if isinstance(path[-1], int):
        return f"{owner} has {value} in its list of {quoted(str(path[-2]))}, where each must be {wanted}."
    return f"{owner} has {value} for {key}; it must be {wanted}."


def _owner(path: KeyPath, document: dict[str, Any]) -> str:
    """Whose key it is, as the beginning of a sentence."""
    match path:
        case ("agents", int() as index, *_):
            return _agent_named(document["agents"][index], index)
        case ("agents",) | ():
            return "The file"
        case _:
            return f"[{path[0]}]"


def _agent_named(table: object, index: int) -> str:
    match table:
        case {"name": str() as name}:
            return f"Agent {quoted(name)}"
        case _:
            return f"Agent number {index + 1}"


def _kind(value: object) -> str:
    """What a TOML value is, in words."""
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
