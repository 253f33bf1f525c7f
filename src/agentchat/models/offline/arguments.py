"""Fits arguments to the schema of a tool, whose author may have named its parameters otherwise."""

import shlex
from collections.abc import Mapping
from typing import Any

from agentchat.runtime.declarations.tool import Tool

_OTHER_NAMES: dict[str, tuple[str, ...]] = {
    "path": ("file", "filename", "file_name", "file_path", "filepath", "name", "folder", "directory", "dir"),
    "content": ("text", "contents", "data", "body"),
    "expression": ("expr", "formula", "calculation", "input", "query"),
    "timezone": ("time_zone", "tz", "zone", "city", "place"),
    "pattern": ("glob", "name_pattern"),
    "old_text": ("old", "old_string", "search", "find"),
    "new_text": ("new", "new_string", "replacement", "replace"),
    "argv": ("command", "cmd", "args", "command_line"),
    "command": ("cmd", "command_line", "script"),
    "cwd": ("folder", "directory", "workdir", "working_directory"),
}


def arguments_for(tool: Tool, wanted: Mapping[str, str]) -> dict[str, Any]:
    """The arguments as the tool takes them: in its names and types, required ones filled, unknown ones left out."""
    properties: dict[str, dict[str, Any]] = tool.params_json_schema.get("properties", {})
    required: list[str] = tool.params_json_schema.get("required", [])
    given = dict[str, Any]()
    for name, value in wanted.items():
        spelled = next((each for each in (name, *_OTHER_NAMES.get(name, ())) if each in properties and each not in given), None)
        if spelled is not None:
            given[spelled] = _typed(value, properties[spelled])
    return {name: given.get(name, _filler(schema)) for name, schema in properties.items() if name in given or name in required}


def _typed(value: str, schema: Mapping[str, Any]) -> Any:
    """A value in the type that the schema asks for; the text itself when it is no such thing."""
    types = _types(schema)
    if "string" in types or not types:
        return value
    if "array" in types:
        return _words(value)
    if value.lower() in {"true", "false"} and "boolean" in types:
        return value.lower() == "true"
    for name, made in (("integer", int), ("number", float)):
        if name in types:
            try:
                return made(value)
            except ValueError:
                continue
    return value


def _words(value: str) -> list[str]:
    """The words of a command line; one that is not closed is split at its blanks."""
    try:
        return shlex.split(value)
    except ValueError:
        return value.split()


def _filler(schema: Mapping[str, Any]) -> Any:
    """What a parameter gets that the sentence says nothing about."""
    if "default" in schema:
        return schema["default"]
    types = _types(schema)
    if "null" in types:
        return None
    empty: dict[str, Any] = {"string": "", "integer": 0, "number": 0, "boolean": False, "array": [], "object": {}}
    return next((empty[name] for name in types if name in empty), None)


def _types(schema: Mapping[str, Any]) -> list[str]:
    own = schema.get("type")
    if own is not None:
        return [own] if isinstance(own, str) else list(own)
    return [name for each in schema.get("anyOf", ()) for name in _types(each)]
