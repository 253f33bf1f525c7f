"""The strict form of a schema, keyword by keyword."""

import copy
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentchat.runtime.declarations.strict_schema import ensure_strict_json_schema
from agentchat.runtime.values.exceptions import UserError

INTEGER = {"type": "integer"}
STRING = {"type": "string"}


def open_object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def closed(**properties: Any) -> dict[str, Any]:
    return {**open_object(**properties), "required": list(properties), "additionalProperties": False}


def strict(schema: dict[str, Any]) -> dict[str, Any]:
    return ensure_strict_json_schema(copy.deepcopy(schema))


def strict_property(schema: Any, **definitions: Any) -> Any:
    return strict({**open_object(a=schema), "$defs": definitions})["properties"]["a"]


def test_the_schema_is_changed_in_place():
    schema = open_object(a=INTEGER)
    assert ensure_strict_json_schema(schema) is schema
    assert schema == closed(a=INTEGER)


def test_an_empty_schema_becomes_the_empty_object():
    assert strict({}) == {"type": "object", "properties": {}, "required": [], "additionalProperties": False}


def test_an_object_without_properties_is_only_closed():
    assert strict({"type": "object"}) == {"type": "object", "additionalProperties": False}


def test_properties_without_a_type_make_an_object():
    assert strict({"properties": {"a": INTEGER}}) == closed(a=INTEGER)


def test_all_properties_become_required_in_their_order():
    assert strict({**open_object(b=INTEGER, a=STRING), "required": ["a"]})["required"] == ["b", "a"]


@pytest.mark.parametrize("allowed", [True, {}, INTEGER, None])
def test_additional_properties_are_refused(allowed: Any):
    with pytest.raises(UserError, match="additionalProperties should not be set for object types"):
        strict(open_object(a={"type": "object", "additionalProperties": allowed}))


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "array", "items": open_object(b=INTEGER)}, {"type": "array", "items": closed(b=INTEGER)}),
        ({"anyOf": [open_object(b=INTEGER), STRING]}, {"anyOf": [closed(b=INTEGER), STRING]}),
        ({"oneOf": [open_object(b=INTEGER), STRING]}, {"anyOf": [closed(b=INTEGER), STRING]}),
        ({"anyOf": [STRING], "oneOf": [INTEGER]}, {"anyOf": [STRING, INTEGER]}),
        ({"allOf": [open_object(b=INTEGER)], "description": "x"}, {**closed(b=INTEGER), "description": "x"}),
        ({"allOf": [open_object(b=INTEGER), open_object(c=STRING)]}, {"allOf": [closed(b=INTEGER), closed(c=STRING)]}),
        ({"type": ["object", "null"], "properties": {"b": INTEGER}}, {**closed(b=INTEGER), "type": ["object", "null"]}),
        ({"type": "integer", "default": None}, INTEGER),
        ({"type": "integer", "default": 3}, {"type": "integer", "default": 3}),
        (open_object(default=INTEGER), closed(default=INTEGER)),
    ],
)
def test_what_a_property_says_is_made_strict_too(schema: Any, expected: Any):
    assert strict_property(schema) == expected


@pytest.mark.parametrize("keyword", ["$defs", "definitions"])
def test_definitions_are_made_strict_and_bare_references_stay(keyword: str):
    schema = strict({**open_object(a={"$ref": f"#/{keyword}/X"}), keyword: {"X": open_object(b=INTEGER)}})
    assert schema == {**closed(a={"$ref": f"#/{keyword}/X"}), keyword: {"X": closed(b=INTEGER)}}


def test_a_reference_with_a_description_is_expanded():
    reference = {"$ref": "#/$defs/X", "description": "mine"}
    definition = {**open_object(b=INTEGER), "description": "its", "title": "X"}
    assert strict_property(reference, X=definition) == {**closed(b=INTEGER), "description": "mine", "title": "X"}


def test_a_chain_of_references_is_expanded_to_its_end():
    reference = {"$ref": "#/$defs/X", "description": "d"}
    assert strict_property(reference, X={"$ref": "#/$defs/Y"}, Y=open_object(b=INTEGER)) == {
        **closed(b=INTEGER),
        "description": "d",
    }


def test_an_escaped_reference_is_followed():
    reference = {"$ref": "#/$defs/a~1b", "description": "d"}
    assert strict_property(reference, **{"a/b": STRING}) == {**STRING, "description": "d"}


def test_a_reference_may_count_into_a_list():
    union = open_object(a={"anyOf": [STRING, INTEGER]}, b={"$ref": "#/properties/a/anyOf/1", "description": "d"})
    assert strict(union)["properties"]["b"] == {**INTEGER, "description": "d"}


def test_a_null_default_leaves_a_reference_bare():
    assert strict_property({"$ref": "#/$defs/X", "default": None}, X=STRING) == {"$ref": "#/$defs/X"}


@pytest.mark.parametrize("sibling", [{"type": "string"}, {"minLength": 2}, {"enum": ["q"]}, {"properties": {"c": INTEGER}}])
def test_a_reference_with_restricting_siblings_is_refused(sibling: dict[str, Any]):
    with pytest.raises(UserError, match="incompatible keyword"):
        strict_property({"$ref": "#/$defs/X", **sibling}, X=STRING)


def test_an_all_of_that_restricts_its_surroundings_is_refused():
    with pytest.raises(UserError, match="`allOf` that restricts"):
        strict_property({**open_object(a=INTEGER), "allOf": [open_object(b=INTEGER)]})


def test_a_type_that_contains_itself_is_expanded_once():
    node = open_object(next={"$ref": "#/$defs/Node", "description": "the rest"})
    expanded = strict_property({"$ref": "#/$defs/Node", "description": "the head"}, Node=node)
    inner = {**closed(next={"$ref": "#/$defs/Node"}), "description": "the rest"}
    assert expanded == {**closed(next=inner), "description": "the head"}


def test_a_reference_to_the_whole_schema_loses_its_description():
    assert strict_property({"$ref": "#", "description": "again"}) == {"$ref": "#"}


def test_a_root_that_is_a_reference_is_expanded():
    assert strict({"$ref": "#/$defs/X", "$defs": {"X": open_object(b=INTEGER)}}) == {
        **closed(b=INTEGER),
        "$defs": {"X": closed(b=INTEGER)},
    }


@pytest.mark.parametrize("reference", ["#/$defs/Missing", "#/$defs/X/type", "#/$defs/X/type/0", "https://example.com/schema", 3])
def test_a_reference_that_leads_nowhere_is_refused(reference: Any):
    with pytest.raises(UserError):
        strict_property({"$ref": reference, "description": "d"}, X=STRING)


@pytest.mark.parametrize(
    ("root", "reason"),
    [
        ({"anyOf": [open_object(), open_object()]}, "union"),
        ({"oneOf": [open_object(), open_object()]}, "union"),
        ({"type": ["object", "null"]}, "nullable"),
    ],
)
def test_a_root_that_is_not_one_object_is_refused(root: dict[str, Any], reason: str):
    with pytest.raises(UserError, match=reason):
        strict(root)


def test_something_else_than_a_schema_is_refused():
    with pytest.raises(UserError, match="True stands in it"):
        strict(open_object(a=True))


def nested(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = dict(INTEGER)
    for _ in range(levels):
        schema = {"type": "array", "items": schema}
    return schema


def test_a_hundred_levels_are_the_limit():
    assert strict(nested(100)) == nested(100)
    with pytest.raises(UserError, match="deeper than 100 levels"):
        strict(nested(101))


def test_a_hundred_thousand_nodes_are_the_limit():
    schema = open_object(**{f"p{index}": {} for index in range(100_000)})
    with pytest.raises(UserError, match="more than 100,000 nodes"):
        ensure_strict_json_schema(schema)


NAMES = st.sampled_from(["a", "b", "default", "items"])
LEAVES = st.sampled_from([
    {},
    INTEGER,
    {"type": "string", "default": None},
    {"type": "string", "default": "x", "description": "text"},
    {"$ref": "#/$defs/Leaf"},
    {"$ref": "#/$defs/Leaf", "description": "text"},
    {"$ref": "#/$defs/Node", "title": "Node"},
])


def _larger(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    several = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        st.dictionaries(NAMES, inner, max_size=3).map(lambda properties: open_object(**properties)),
        inner.map(lambda items: {"type": "array", "items": items}),
        several.map(lambda options: {"anyOf": options}),
        several.map(lambda options: {"oneOf": options, "default": None}),
        several.map(lambda options: {"allOf": options}),
    )


SCHEMAS = st.recursive(LEAVES, _larger, max_leaves=8)


def objects_in(schema: Any) -> list[dict[str, Any]]:
    if isinstance(schema, list):
        return [each for value in cast("list[Any]", schema) for each in objects_in(value)]
    if not isinstance(schema, dict):
        return []
    node = cast("dict[str, Any]", schema)
    return [node] * (node.get("type") == "object") + objects_in(list(node.values()))


@given(st.dictionaries(NAMES, SCHEMAS, max_size=3), SCHEMAS)
def test_a_strict_schema_stays_as_it_is(properties: dict[str, Any], node: dict[str, Any]):
    definitions = {"Leaf": dict(STRING), "Node": open_object(child=node)}
    once = strict({**open_object(**properties), "$defs": definitions})
    assert strict(once) == once
    for each in objects_in(once):
        assert each["additionalProperties"] is False
        assert each["required"] == list(each["properties"])
