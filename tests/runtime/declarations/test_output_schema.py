"""The shape of a Python type, as a model is asked for it, and what is read from the answer."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, Optional, Union

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from agentchat import AgentOutputSchema, AgentOutputSchemaBase, ModelBehaviorError, UserError
from agentchat.runtime.declarations.output_schema import is_output_type, schema_of

INTEGER = {"type": "integer"}


class Answer(BaseModel):
    count: int
    note: str | None = None


@dataclass
class Point:
    x: int
    tags: list[str] = field(default_factory=list)


class Row(TypedDict):
    id: int


class Free(BaseModel):
    data: dict[str, int]


class NoSchema:
    pass


ANSWER = {
    "title": "Answer",
    "type": "object",
    "properties": {
        "count": {"title": "Count", "type": "integer"},
        "note": {"title": "Note", "anyOf": [{"type": "string"}, {"type": "null"}]},
    },
    "required": ["count", "note"],
    "additionalProperties": False,
}


def wrapped(response: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": "OutputType",
        "type": "object",
        "properties": {"response": {"title": "Response", **response}},
        "required": ["response"],
        "additionalProperties": False,
    }


@pytest.mark.parametrize("kind", [None, str])
def test_none_and_str_are_plain_text_and_have_no_schema(kind: Any) -> None:
    schema = AgentOutputSchema(kind)
    assert (schema.is_plain_text(), schema_of(kind)) == (True, None)
    with pytest.raises(UserError, match="Output type is plain text, so no JSON schema is available"):
        schema.json_schema()


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        (Answer, ANSWER),
        (
            Row,
            {
                "title": "Row",
                "type": "object",
                "properties": {"id": {"title": "Id", **INTEGER}},
                "required": ["id"],
                "additionalProperties": False,
            },
        ),
        (int, wrapped(INTEGER)),
        (list[int], wrapped({"type": "array", "items": INTEGER})),
        (int | str, wrapped({"anyOf": [INTEGER, {"type": "string"}]})),
        (Optional[int], wrapped({"anyOf": [INTEGER, {"type": "null"}]})),  # noqa: UP045 - another spelling, another object
        (Literal["a", "b"], wrapped({"type": "string", "enum": ["a", "b"]})),
        (Annotated[int, Field(gt=3)], wrapped({**INTEGER, "exclusiveMinimum": 3})),
        (Annotated[str, "a text that is asked for as JSON"], wrapped({"type": "string"})),
        (Any, wrapped({})),
        (type(None), wrapped({"type": "null"})),
    ],
)
def test_objects_are_asked_for_as_they_are_and_everything_else_in_an_object(kind: Any, schema: dict[str, Any]) -> None:
    made = AgentOutputSchema(kind)
    assert (made.json_schema(), made.is_strict_json_schema(), made.is_plain_text()) == (schema, True, False)


def test_a_dataclass_is_asked_for_in_an_object_and_keeps_its_definition() -> None:
    assert AgentOutputSchema(Point).json_schema() == {
        "$defs": {
            "Point": {
                "title": "Point",
                "type": "object",
                "properties": {
                    "x": {"title": "X", **INTEGER},
                    "tags": {"title": "Tags", "type": "array", "items": {"type": "string"}},
                },
                "required": ["x", "tags"],
                "additionalProperties": False,
            }
        },
        "title": "OutputType",
        "type": "object",
        "properties": {"response": {"$ref": "#/$defs/Point"}},
        "required": ["response"],
        "additionalProperties": False,
    }


@pytest.mark.parametrize("kind", [Free, dict, dict[str, int]])
def test_a_free_dict_has_no_strict_schema(kind: Any) -> None:
    with pytest.raises(
        UserError,
        match=r"Strict JSON schema is enabled, but the output type is not valid\. Either make the output type strict, "
        r"or wrap your type with AgentOutputSchema\(YourType, strict_json_schema=False\)",
    ) as caught:
        AgentOutputSchema(kind)
    assert "additionalProperties should not be set" in str(caught.value.__cause__)


def test_a_free_dict_has_a_schema_that_is_not_strict() -> None:
    schema = AgentOutputSchema(dict[str, int], strict_json_schema=False)
    assert schema.json_schema() == {"type": "object", "additionalProperties": INTEGER}
    assert schema.is_strict_json_schema() is False
    assert schema.validate_json('{"response": 3}') == {"response": 3}


def test_without_strictness_the_schema_is_what_the_type_says() -> None:
    schema = AgentOutputSchema(Answer, strict_json_schema=False).json_schema()
    assert (schema["required"], "additionalProperties" in schema) == (["count"], False)


@pytest.mark.parametrize("kind", [NoSchema, 5, Callable[[], int]])
def test_a_type_that_json_cannot_spell_is_refused(kind: Any) -> None:
    with pytest.raises(UserError, match=r"cannot be asked for: .*Use a type that JSON can spell"):
        AgentOutputSchema(kind)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (Answer, "Answer"),
        (str, "str"),
        (list[int], "list[int]"),
        (dict[str, list[int]], "dict[str, list[int]]"),
        (Union[Answer, str], "Union[Answer, str]"),  # noqa: UP007 - another spelling, another object
        (Literal["a", 1], "Literal['a', 1]"),
    ],
)
def test_the_name_is_the_type_as_it_is_written(kind: Any, name: str) -> None:
    assert AgentOutputSchema(kind, strict_json_schema=False).name() == name


@pytest.mark.parametrize(
    ("kind", "text", "output"),
    [
        (Answer, '{"count": 1}', Answer(count=1)),
        (Answer, '{"count": "3", "other": 1}', Answer(count=3)),
        (Row, '{"id": 1}', {"id": 1}),
        (int, '{"response": 3}', 3),
        (list[Answer], '{"response": [{"count": 1}]}', [Answer(count=1)]),
        (Point, '{"response": {"x": 1, "tags": ["a"]}}', Point(1, ["a"])),
        (Answer | Point, '{"response": {"x": 1}}', Point(1)),
    ],
)
def test_the_output_is_read_from_the_text_and_out_of_its_wrapping(kind: Any, text: str, output: Any) -> None:
    assert AgentOutputSchema(kind).validate_json(text) == output


@pytest.mark.parametrize(
    ("kind", "text", "why"),
    [
        (Answer, '{"count": "x"}', "count: Input should be a valid integer"),
        (Answer, "nope", "Invalid JSON"),
        (Answer, "", "Invalid JSON: EOF"),
        (Answer, "[]", "Input should be an object"),
        (int, "3", "Input should be an object"),
        (int, '{"resp": 3}', "response: Field required"),
        (Point, '{"x": 1}', "response: Field required"),
        (Row, "{}", "id: Field required"),
    ],
)
def test_a_text_that_does_not_fit_is_the_models_fault_and_it_says_why(kind: Any, text: str, why: str) -> None:
    with pytest.raises(ModelBehaviorError, match=f"Invalid JSON when parsing model output: {why}"):
        AgentOutputSchema(kind).validate_json(text)


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (Answer, {"count": "4"}, '{"count":4,"note":null}'),
        (Point, Point(1), '{"response":{"x":1,"tags":[]}}'),
        (list[int], [1, 2], '{"response":[1,2]}'),
    ],
)
def test_an_output_has_the_text_that_a_model_would_have_given(kind: Any, value: Any, text: str) -> None:
    assert AgentOutputSchema(kind).to_json(value) == text


def test_a_value_that_does_not_fit_has_no_text() -> None:
    with pytest.raises(ModelBehaviorError, match=r"does not fit list\[int\]: response: Input should be a valid list"):
        AgentOutputSchema(list[int]).to_json("x")


@given(points=st.lists(st.builds(Point, x=st.integers(), tags=st.lists(st.text())), max_size=3))
def test_what_is_written_is_read_back(points: list[Point]) -> None:
    schema = AgentOutputSchema(list[Point])
    assert schema.validate_json(schema.to_json(points)) == points


class Own(AgentOutputSchemaBase):
    def is_plain_text(self) -> bool:
        return False

    def name(self) -> str:
        return "own"

    def json_schema(self) -> dict[str, Any]:
        return {"type": "object"}

    def is_strict_json_schema(self) -> bool:
        return False

    def validate_json(self, json_str: str) -> Any:
        return json_str


def test_a_schema_of_ones_own_is_used_as_it_is() -> None:
    own = Own()
    assert schema_of(own) is own


@pytest.mark.parametrize("kind", [None, int, Answer, list[int], Optional[int], int | str, Literal["a"], Annotated[int, 1], Any, Own()])  # noqa: UP045
def test_what_an_output_type_may_be(kind: Any) -> None:
    assert is_output_type(kind)


@pytest.mark.parametrize("kind", [5, "Answer", [int], (int, str), lambda: 1, ...])
def test_what_an_output_type_may_not_be(kind: Any) -> None:
    assert not is_output_type(kind)
