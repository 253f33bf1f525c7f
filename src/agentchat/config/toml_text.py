"""Reading a TOML file, so that whatever can go wrong with it is one sentence.

Needs the standard library only, because the settings are read before the first frame.
"""

import os
import re
import stat
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agentchat.config.errors import ConfigError, quotable
from agentchat.config.toml_places import broken_off

LARGEST_FILE = 1024 * 1024
"""Bytes. A configuration is written by hand; anything larger was not meant."""


@dataclass(frozen=True, slots=True)
class TomlText:
    """A file as it was read."""

    path: Path
    data: bytes
    """Exactly what is in the file; trust is bound to it."""
    text: str
    table: dict[str, Any]
    """Plain dicts, lists, strings, numbers, booleans, dates."""


def read_toml(path: Path) -> TomlText:
    """The file's text and what it says; a ConfigError when it cannot be read or is no TOML."""
    data = _data_of(path)
    text = _text_of(data, path)
    return TomlText(path, data, text, _table_of(text, path))


def _data_of(path: Path) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would keep us waiting
            raise ConfigError(path, "This is a folder." if path.is_dir() else "This is no plain file.")
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        reason = os.strerror(error.errno).lower() if error.errno else str(error)
        raise ConfigError(path, f"The file cannot be read: {reason}.") from error
    if len(data) > LARGEST_FILE:
        raise ConfigError(path, "The file is larger than 1 MB, which no configuration is.")
    return data


def _text_of(data: bytes, path: Path) -> str:
    try:
        # As tomllib does when it reads a file; but some editors put a mark before the first sign, which says nothing.
        return data.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = f"The file is not UTF-8: byte 0x{data[error.start]:02X} is none of it; save it as UTF-8."
        raise ConfigError(path, message, line=line) from error


def _table_of(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ConfigError(path, "This is not TOML that can be read: it is nested too deeply.") from error
    except ValueError as error:
        raise _not_toml(str(error), text, path) from error


def _not_toml(said: str, text: str, path: Path) -> ConfigError:
    place = re.search(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)$", said)
    lines = text.split("\n")
    # "End of document" is where an unclosed string was noticed; where it begins helps more.
    line = int(place["line"]) if place and place["line"] else broken_off(text) or _last_line(lines)
    reason = said[: place.start()] if place else said
    key = re.match(r"""\s*(?P<quote>["']?)([\w.:-]+)(?P=quote)\s*=""", lines[line - 1])
    message = f"This is not TOML: {quotable(reason[:1].lower() + reason[1:])}."
    return ConfigError(path, message, line=line, key=key[2] if key else "")


def _last_line(lines: list[str]) -> int:
    return max((number for number, line in enumerate(lines, start=1) if line.strip()), default=1)
