"""The arguments of a call as the fields of a form, made from the tool's JSON schema, and what is wrong with what stands in them.

Of JSON Schema only what most tools say is checked: types, required, enum, what is in lists and objects, alternatives. For the rest the
tool itself looks at its arguments when it runs. What was not touched stays as the model wrote it, to the letter. Standard library only.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

Schema: TypeAlias = dict[str, Any]

LONG = 60
"""Characters from which a text gets an editor of several lines."""


@dataclass(frozen=True, slots=True)
class Field:
    """One argument."""

    name: str
    takes: str
    """In words: "a text", "a whole number or null"."""
    required: bool
    text: str
    """What stands there at first."""
    given: str | None
    """The JSON of the call's own value; None when it has none."""
    is_long: bool
    schema: Schema


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it was filled in."""

    arguments: str
    """JSON; without meaning where something is wrong."""
    complaints: dict[str, str]
    """By the field's name: a sentence about what is wrong with it."""


class ArgumentForm:
    """The fields for one call. They do not change."""

    def __init__(self, schema: str, arguments: str) -> None:
        """Both are JSON; arguments that are no object are none."""
        self._root: Schema = json.loads(schema)
        given = _members(arguments)
        properties: dict[str, Schema] = self._root.get("properties", {})
        required = self._root.get("required", [])
        unknown = {name: _UNKNOWN if self._root.get("additionalProperties") is False else {} for name in given if name not in properties}
        self.fields = tuple(
            self._field(name, part, given.get(name), required=name in required) for name, part in {**properties, **unknown}.items()
        )

    def filled(self, texts: Mapping[str, str]) -> Filled:
        """The arguments that these texts, by the names of the fields, are."""
        members: dict[str, str] = {}
        complaints: dict[str, str] = {}
        for field in self.fields:
            value, complaint = self._read(field, texts[field.name])
            if complaint:
                complaints[field.name] = complaint
            elif value is not None:
                members[field.name] = value
        joined = ",".join(f"{json.dumps(name, ensure_ascii=False)}:{value}" for name, value in members.items())
        return Filled(f"{{{joined}}}", complaints)

    def misfit(self, arguments: dict[str, Any]) -> str:
        """What is wrong with these arguments, in a sentence; empty when nothing is."""
        return self._complaint(arguments, self._root)

    def _field(self, name: str, schema: Schema, given: str | None, *, required: bool) -> Field:
        value: Any = None if given is None else json.loads(given)
        if given is None:
            text = ""
        elif isinstance(value, str) and self._read_as_text(schema, value):
            text = value
        else:
            text = json.dumps(value, ensure_ascii=False, indent=2) if isinstance(value, dict | list) and value else given
        nested = self._kinds(schema) & {"object", "array"} and not isinstance(value, str)
        is_long = bool(nested) or "\n" in text or len(text) > LONG
        return Field(name, self._words(schema), required, text, given, is_long, schema)

    def _read(self, field: Field, text: str) -> tuple[str | None, str]:
        """The JSON of a field, None when it is left out; and what is wrong with it."""
        if text == field.text:
            value = field.given
        elif self._kinds(field.schema) == {"string"}:
            value = json.dumps(text, ensure_ascii=False)
        elif not text.strip():
            value = None
        else:
            value = self._json_of(field, text)
            if value is None:
                return None, f"This is no JSON; {field.takes} is needed."
        if value is None:
            return None, f"A value is needed here: {field.takes}." if field.required else ""
        return value, self._complaint(json.loads(value), field.schema)

    def _json_of(self, field: Field, text: str) -> str | None:
        """What was typed as JSON; as a text without its quotes where that is allowed, it looks like no JSON, and nothing else fits."""
        may_be_bare = "string" in self._kinds(field.schema) and text.lstrip()[:1] not in _OPENING
        try:
            value: Any = json.loads(text, parse_constant=_refuse)
            if not may_be_bare or not self._complaint(value, field.schema):
                return text.strip()
        except (ValueError, RecursionError):
            pass
        return json.dumps(text, ensure_ascii=False) if may_be_bare else None

    def _read_as_text(self, schema: Schema, value: str) -> bool:
        """Whether the bare text would be read as this very text again."""
        if self._kinds(schema) == {"string"}:
            return True
        try:
            json.loads(value)
        except ValueError:
            return "string" in self._kinds(schema) and bool(value.strip()) and value.lstrip()[0] not in _OPENING
        return False

    # What a schema says

    def _resolved(self, schema: Schema) -> Schema:
        """What a reference refers to. Foreign schemas may be anything, also `true`; what cannot be read says nothing."""
        found = _schema(schema)
        for _ in range(_DEEPEST):
            reference = found.get("$ref")
            if not isinstance(reference, str):
                break
            found = self._root
            for part in reference.removeprefix("#/").split("/"):
                found = _schema(found.get(part))
        return found

    def _options(self, schema: Schema) -> list[Schema]:
        """The alternatives of which one must fit; itself when there are none."""
        schema = self._resolved(schema)
        options: list[Schema] = schema.get("anyOf") or schema.get("oneOf") or []
        return [inner for option in options for inner in self._options(option)] or [schema]

    def _kinds(self, schema: Schema) -> set[str]:
        """The types that fit; empty when any does."""
        kinds: set[str] = set()
        for option in self._options(schema):
            kind: Any = option.get("type")
            if kind is None and "enum" in option:
                kind = [_type_of(value) for value in option["enum"]]
            if kind is None:
                return set()
            kinds.update([kind] if isinstance(kind, str) else kind)
        return kinds

    def _words(self, schema: Schema) -> str:
        """What a field takes."""
        options = self._options(schema)
        allowed: list[Any] = [value for option in options for value in option.get("enum", [])]
        if allowed and all("enum" in option or option.get("type") == "null" for option in options):
            names = [json.dumps(value, ensure_ascii=False) for value in allowed]
            return "one of " + ", ".join([*names, *(["null"] if any(option.get("type") == "null" for option in options) else [])])
        return " or ".join(_WORDS[kind] for kind in _WORDS if kind in self._kinds(schema)) or "JSON"

    def _complaint(self, value: Any, schema: Schema, where: str = "") -> str:
        """What is wrong with the value, in a sentence; empty when nothing is."""
        if schema is _UNKNOWN:
            return "The tool knows no such argument; leave it empty."
        options = self._options(schema)
        complaints = [self._misfit(value, option, where) for option in options]
        if not all(complaints):
            return ""
        fitting = [told for told, option in zip(complaints, options, strict=True) if _type_of(value) == option.get("type")]
        return (fitting or complaints)[0] if len(options) == 1 or fitting else f"{where}{_capital(self._words(schema))} is needed."

    def _misfit(self, value: Any, schema: Schema, where: str) -> str:
        kinds = self._kinds(schema)
        if "enum" in schema and not any(_same(value, allowed) for allowed in schema["enum"]):
            return f"{where}{_capital(self._words(schema))} is needed."
        if kinds and _type_of(value) not in kinds and not ("number" in kinds and _type_of(value) == "integer"):
            return f"{where}{_capital(self._words(schema))} is needed."
        if isinstance(value, dict):
            return self._object_misfit(value, schema, where)  # pyright: ignore[reportUnknownArgumentType] - JSON
        if isinstance(value, list) and isinstance(schema.get("items"), dict):
            told = (self._complaint(item, schema["items"], f"{where}Item {number}: ") for number, item in enumerate(value, start=1))  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - JSON
            return next(filter(None, told), "")
        return ""

    def _object_misfit(self, value: dict[str, Any], schema: Schema, where: str) -> str:
        properties: dict[str, Schema] = schema.get("properties", {})
        missing = [name for name in schema.get("required", []) if name not in value]
        if missing:
            return f"{where}{json.dumps(missing[0], ensure_ascii=False)} is missing."
        for name, member in value.items():
            shown = json.dumps(name, ensure_ascii=False)
            if name not in properties and schema.get("additionalProperties") is False:
                return f"{where}There is no {shown} in it."
            if told := self._complaint(member, properties.get(name, {}), f"{where}{shown}: "):
                return told
        return ""


_UNKNOWN: Schema = {"description": "an argument that the tool does not have"}
_OPENING = frozenset('"{[')
"""How JSON begins that nobody writes for a text."""
_DEEPEST = 20
"""References to references."""

_WORDS = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list in JSON",
    "object": "an object in JSON",
    "null": "null",
}


def _schema(value: Any) -> Schema:
    return value if isinstance(value, dict) else {}  # pyright: ignore[reportUnknownVariableType] - JSON


def _type_of(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "integer" if value.is_integer() else "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and one == other


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


_DECODER = json.JSONDecoder()


def _members(arguments: str) -> dict[str, str]:
    """The JSON of each argument as it is written, of an object in canonical spelling; of a name that stands twice the last one."""
    try:
        if not isinstance(json.loads(arguments), dict):
            return {}
    except (ValueError, RecursionError):
        return {}
    members: dict[str, str] = {}
    at = 1
    while at < len(arguments) - 1:
        name, colon = _DECODER.raw_decode(arguments, at)
        _, end = _DECODER.raw_decode(arguments, colon + 1)
        members[str(name)] = arguments[colon + 1 : end]
        at = end + 1
    return members
