"""The subset of JSON schema that models keep to exactly: closed objects in which every property is required.

Providers that guarantee the shape of what a model writes ("strict" mode) accept only this subset. Schemas made from Python types
are close to it; this file takes them the rest of the way, and says so where that cannot be done without changing what the schema
accepts.
"""

import copy
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast

from agentchat.runtime.values.exceptions import UserError

MAX_DEPTH = 100
MAX_NODES = 100_000

_JsonSchema: TypeAlias = dict[str, Any]

_ANNOTATIONS = frozenset({"title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "$comment"})
"""Keywords that say something about a value and accept or refuse none; they may stand beside a `$ref`."""

_DEFINITIONS = ("$defs", "definitions")


def ensure_strict_json_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """Makes the schema strict in place and gives it back; a strict one stays as it is.

    The caller owns the schema: who shares it with others passes a copy. `{}` becomes the object without properties.

    Raises:
        UserError: The schema cannot be made strict: it allows additional properties, its root is a union or nullable, a `$ref`
            leads nowhere or has siblings that restrict it further, or it is deeper than 100 levels or larger than 100,000 nodes.
            The schema may then be half converted.
    """
    if not schema:
        schema.update(type="object", properties={}, additionalProperties=False, required=[])
        return schema
    _Conversion(root=schema).convert(schema, depth=0)
    _refuse_an_impossible_root(schema)
    return schema


@dataclass(slots=True)
class _Conversion:
    """One pass over one schema; only `convert` and what it calls change it."""

    root: _JsonSchema
    nodes: int = 0
    expanding: list[str] = field(default_factory=list[str])
    """The references that are being expanded, outermost first: meeting one of them again means that the type contains itself."""

    def convert(self, node: _JsonSchema, *, depth: int) -> None:
        """Makes one schema strict, and all that it contains."""
        self._count(depth)
        if "default" in node and node["default"] is None:
            del node["default"]
        _rename_one_of(node)
        _close_object(node)
        for child in _children(node):
            self.convert(child, depth=depth + 1)
        _inline_single_all_of(node)
        if "$ref" in node:
            self._settle_reference(node, depth=depth)

    def _count(self, depth: int) -> None:
        self.nodes += 1
        if depth > MAX_DEPTH:
            raise UserError(f"The JSON schema is nested deeper than {MAX_DEPTH} levels. Flatten it, or turn its strict form off.")
        if self.nodes > MAX_NODES:
            raise UserError(f"The JSON schema has more than {MAX_NODES:,} nodes. Simplify it, or turn its strict form off.")

    def _settle_reference(self, node: _JsonSchema, *, depth: int) -> None:
        """Puts what a reference with siblings refers to in its place, because a strict `$ref` stands alone."""
        siblings = [key for key in node if key != "$ref" and key not in _DEFINITIONS]
        if not siblings and node is not self.root:
            return
        reference = str(node["$ref"])
        _refuse_restricting_siblings(reference, siblings)
        if reference == "#" or reference in self.expanding:
            # A type that contains itself would expand for ever; its annotations are the smaller loss.
            for key in siblings:
                del node[key]
            return
        target = copy.deepcopy(_resolve(reference, self.root))
        del node["$ref"]
        _fill_in(node, target)
        self.expanding.append(reference)
        self.convert(node, depth=depth + 1)
        self.expanding.pop()


def _rename_one_of(node: _JsonSchema) -> None:
    """`oneOf` is not part of the subset; `anyOf` accepts at least the same."""
    if isinstance(node.get("oneOf"), list):
        node["anyOf"] = [*node.get("anyOf", []), *node.pop("oneOf")]


def _close_object(node: _JsonSchema) -> None:
    """An object takes its own properties only, and all of them."""
    properties = node.get("properties")
    if "type" not in node and isinstance(properties, dict):
        node["type"] = "object"
    if not _is_object(node):
        return
    if node.get("additionalProperties", False) is not False:
        raise UserError(
            "additionalProperties should not be set for object types in a strict schema, which takes only keys that it names. "
            "Give the type named fields instead of a free dict, or turn the strict form off (strict_mode=False)."
        )
    node["additionalProperties"] = False
    if isinstance(properties, dict):
        node["required"] = list(cast("_JsonSchema", properties))


def _is_object(node: _JsonSchema) -> bool:
    kind = node.get("type")
    return kind == "object" or (isinstance(kind, list) and "object" in kind)


def _children(node: _JsonSchema) -> list[_JsonSchema]:
    """The schemas inside a schema, of all keywords that strict mode looks into."""
    children: list[Any] = []
    for keyword in (*_DEFINITIONS, "properties"):
        if isinstance(named := node.get(keyword), dict):
            children.extend(cast("_JsonSchema", named).values())
    for keyword in ("anyOf", "allOf"):
        if isinstance(several := node.get(keyword), list):
            children.extend(cast("list[Any]", several))
    if isinstance(items := node.get("items"), dict):
        children.append(items)
    return [_checked(child) for child in children]


def _checked(child: object) -> _JsonSchema:
    if isinstance(child, dict):
        return cast("_JsonSchema", child)
    raise UserError(f"A strict JSON schema is made of objects, but {child!r} stands in it. Describe that value's type.")


def _inline_single_all_of(node: _JsonSchema) -> None:
    if not isinstance(node.get("allOf"), list) or len(node["allOf"]) != 1:
        return
    other: _JsonSchema = node.pop("allOf")[0]
    if any(node[key] != other[key] for key in (node.keys() & other.keys()) - _ANNOTATIONS):
        raise UserError("The JSON schema has an `allOf` that restricts what stands beside it. Write both as one schema.")
    _fill_in(node, other)


def _fill_in(node: _JsonSchema, other: _JsonSchema) -> None:
    """Takes over what the node does not say itself."""
    for key, value in other.items():
        node.setdefault(key, value)


def _refuse_restricting_siblings(reference: str, siblings: list[str]) -> None:
    restricting = sorted(set(siblings) - _ANNOTATIONS)
    if restricting:
        raise UserError(
            f"The JSON schema has the incompatible keyword(s) {', '.join(restricting)} beside `$ref` {reference!r}; merging them "
            "could change what it accepts. Move them into the definition."
        )


def _resolve(reference: str, root: _JsonSchema) -> _JsonSchema:
    """What a reference inside the same schema ("#/$defs/Name") refers to."""
    place: object = root
    hash_sign, *steps = reference.split("/")
    for step in steps if hash_sign == "#" else [reference]:
        place = _inside(place, step.replace("~1", "/").replace("~0", "~"))
    if place is None:
        raise UserError(f"The JSON schema refers to {reference!r}, which it does not contain. Add it to `$defs`.")
    return _checked(place)


def _inside(place: object, step: str) -> object:
    """The value under a key, or at an index; None where there is none."""
    if isinstance(place, dict):
        return cast("_JsonSchema", place).get(step)
    if isinstance(place, list) and step.isdecimal():
        return dict(enumerate(cast("list[object]", place))).get(int(step))
    return None


def _refuse_an_impossible_root(schema: _JsonSchema) -> None:
    if "anyOf" in schema:
        raise UserError("The root of a strict JSON schema must not be a union (`anyOf`). Wrap it in an object with one field.")
    if isinstance(schema.get("type"), list) and "null" in schema["type"]:
        raise UserError("The root of a strict JSON schema must not be nullable. Make it a plain object.")
