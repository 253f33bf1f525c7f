import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentchat.chat.deciding.argument_fields import ArgumentForm
from agentchat.runtime.declarations.arguments import canonical_arguments

SCHEMA = {
    "type": "object",
    "properties": {
        "path": {"type": "string"},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "amount": {"type": "number"},
        "count": {"type": "integer"},
        "sure": {"type": "boolean"},
        "speed": {"enum": ["slow", "fast"]},
        "lines": {"type": "array", "items": {"type": "integer"}},
        "where": {"$ref": "#/$defs/Where"},
    },
    "required": ["path", "amount"],
    "additionalProperties": False,
    "$defs": {"Where": {"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"], "additionalProperties": False}},
}


def form(arguments: str = '{"amount":1e3,"path":"a"}', schema: object = SCHEMA) -> ArgumentForm:
    return ArgumentForm(json.dumps(schema), arguments)


def filled(one: ArgumentForm, **texts: str):
    return one.filled({**{field.name: field.text for field in one.fields}, **texts})


def test_each_argument_is_a_field_with_what_it_takes_and_long_ones_get_an_editor():
    fields = form('{"amount":1e3,"path":"a\\nb"}').fields
    assert [(field.name, field.takes, field.required, field.text, field.is_long) for field in fields] == [
        ("path", "a text", True, "a\nb", True),
        ("note", "a text or null", False, "", False),
        ("amount", "a number", True, "1e3", False),
        ("count", "a whole number", False, "", False),
        ("sure", "true or false", False, "", False),
        ("speed", 'one of "slow", "fast"', False, "", False),
        ("lines", "a list in JSON", False, "", True),
        ("where", "an object in JSON", False, "", True),
    ]


def test_what_was_typed_becomes_the_arguments_and_empty_fields_are_left_out():
    done = filled(form(), path='say "hi"', note="soon", count="3", sure="true", speed="fast", lines="[1, 2]", where='{"x": 1}')
    assert done.complaints == {}
    assert json.loads(done.arguments) == {
        "path": 'say "hi"', "note": "soon", "amount": 1000.0, "count": 3, "sure": True, "speed": "fast", "lines": [1, 2], "where": {"x": 1},
    }  # fmt: skip
    assert filled(form()).arguments == '{"path":"a","amount":1e3}', "to the letter"


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("amount", "", "A value is needed here: a number."),
        ("amount", "much", "This is no JSON; a number is needed."),
        ("amount", '"4"', "A number is needed."),
        ("amount", "NaN", "This is no JSON; a number is needed."),
        ("count", "1.5", "A whole number is needed."),
        ("count", "true", "A whole number is needed."),
        ("sure", "1", "True or false is needed."),
        ("speed", "middling", 'One of "slow", "fast" is needed.'),
        ("note", "{", "This is no JSON; a text or null is needed."),
        ("note", "[1]", "A text or null is needed."),
        ("lines", '[1, "b"]', "Item 2: A whole number is needed."),
        ("where", "{}", '"x" is missing.'),
        ("where", '{"x": 1, "y": 2}', 'There is no "y" in it.'),
        ("where", '{"x": "1"}', '"x": A whole number is needed.'),
    ],
)
def test_what_does_not_fit_is_said_in_a_sentence(name, text, complaint):
    assert filled(form(), **{name: text}).complaints == {name: complaint}


def test_an_argument_that_the_tool_does_not_have_is_shown_and_can_only_be_taken_away():
    strange = form('{"amount":1,"path":"a","zap":true}')
    assert filled(strange).complaints == {"zap": "The tool knows no such argument; leave it empty."}
    assert filled(strange, zap="").arguments == '{"path":"a","amount":1}'


@pytest.mark.parametrize("part", [{}, True, {"$ref": "#/$defs/No"}, {"$ref": "#"}])
def test_a_schema_that_says_nothing_takes_anything(part):
    assert filled(form('{"a":[1]}', {"properties": {"a": part}})).arguments == '{"a":[1]}'


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
)


@given(st.dictionaries(st.text(max_size=4), _JSON, max_size=4), st.sampled_from([{}, {"type": "string"}, {"type": ["string", "null"]}]))
@settings(max_examples=25)
def test_an_untouched_form_is_the_call_to_the_letter(arguments, schema):
    canonical = canonical_arguments(json.dumps(arguments))
    whole = ArgumentForm(json.dumps({"properties": dict.fromkeys(arguments, schema)}), canonical)
    done = filled(whole)
    if not done.complaints:
        assert canonical_arguments(done.arguments) == canonical
