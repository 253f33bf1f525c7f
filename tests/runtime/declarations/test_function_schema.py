"""Signatures as schemas, and arguments as calls."""

# Functions that say nothing of their types are among the cases:
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false, reportMissingParameterType=false
# pyright: reportUnknownLambdaType=false, reportMissingTypeArgument=false, reportUnknownVariableType=false

import dataclasses
import functools
from collections.abc import Callable
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from agentchat.runtime.declarations.function_schema import function_schema
from agentchat.runtime.declarations.run_context import RunContextWrapper, ToolContext
from agentchat.runtime.values.exceptions import InvalidToolArgumentsError, UserError

CONTEXT = RunContextWrapper(context="mine")


class Place(TypedDict):
    """Where."""

    lat: float


class Box(BaseModel):
    label: str
    weight: int = 1


@dataclasses.dataclass
class Size:
    wide: int


def properties_of(function: Callable[..., Any], **options: Any) -> dict[str, Any]:
    return function_schema(function, **options).params_json_schema["properties"]


def called(function: Callable[..., Any], arguments: str, **options: Any) -> Any:
    positional, keywords = function_schema(function, **options).call_arguments(arguments, context=CONTEXT)
    return function(*positional, **keywords)


def example(a: int, b: str = "x", c: list[int] | None = None, d=None) -> str:
    """Does something.

    Args:
        a: the a
    """
    return repr((a, b, c, d))


def test_a_signature_becomes_a_strict_schema():
    schema = function_schema(example)
    assert (schema.name, schema.description) == ("example", "Does something.")
    assert schema.params_json_schema == {
        "properties": {
            "a": {"description": "the a", "title": "A", "type": "integer"},
            "b": {"default": "x", "title": "B", "type": "string"},
            "c": {"anyOf": [{"items": {"type": "integer"}, "type": "array"}, {"type": "null"}], "title": "C"},
            "d": {"title": "D"},
        },
        "required": ["a", "b", "c", "d"],
        "title": "example_args",
        "type": "object",
        "additionalProperties": False,
    }


def test_a_schema_that_is_not_strict_requires_what_has_no_default():
    schema = function_schema(example, strict=False).params_json_schema
    assert schema["required"] == ["a"]
    assert schema["properties"]["c"]["default"] is None
    assert "additionalProperties" not in schema


def test_a_function_without_parameters_has_an_empty_object():
    def nothing() -> None: ...

    assert function_schema(nothing).params_json_schema == {
        "properties": {},
        "required": [],
        "title": "nothing_args",
        "type": "object",
        "additionalProperties": False,
    }


def test_name_and_description_can_be_given():
    schema = function_schema(example, name="other", description="Said otherwise.")
    assert (schema.name, schema.description, schema.params_json_schema["title"]) == ("other", "Said otherwise.", "other_args")


def test_the_docstring_can_be_left_out():
    schema = function_schema(example, use_docstring_info=False)
    assert schema.description == ""
    assert schema.params_json_schema["properties"]["a"] == {"title": "A", "type": "integer"}


def described(
    plain: Annotated[int, "annotated"],
    both: Annotated[int, "annotated", Field(description="field")],
    documented: Annotated[int, "annotated"],
    checked: Annotated[str, Field(description="field", min_length=2)],
    default: int = Field(default=5, ge=1, description="field"),
    made: int = Field(default_factory=lambda: 7),
) -> tuple[Any, ...]:
    """Describes.

    Args:
        documented: docstring
        default: docstring
    """
    return plain, both, documented, checked, default, made


def test_the_docstring_goes_over_a_field_and_a_field_over_annotated_text():
    assert properties_of(described) == {
        "plain": {"description": "annotated", "title": "Plain", "type": "integer"},
        "both": {"description": "field", "title": "Both", "type": "integer"},
        "documented": {"description": "docstring", "title": "Documented", "type": "integer"},
        "checked": {"description": "field", "minLength": 2, "title": "Checked", "type": "string"},
        "default": {"default": 5, "description": "docstring", "minimum": 1, "title": "Default", "type": "integer"},
        "made": {"title": "Made", "type": "integer"},
    }


def test_the_defaults_of_fields_hold():
    assert called(described, '{"plain":1,"both":2,"documented":3,"checked":"xx"}') == (1, 2, 3, "xx", 5, 7)


def test_the_limits_of_fields_hold():
    with pytest.raises(InvalidToolArgumentsError) as caught:
        called(described, '{"plain":1,"both":2,"documented":3,"checked":"x","default":0}')
    assert caught.value.detail == (
        "checked: String should have at least 2 characters; default: Input should be greater than or equal to 1"
    )


def test_a_field_may_give_the_parameter_another_name():
    def renamed(limit: Annotated[int, Field(alias="max-items")]) -> int:
        return limit

    assert list(properties_of(renamed)) == ["max-items"]
    assert called(renamed, '{"max-items": 3}') == 3


def test_structured_types_arrive_as_such():
    def pack(place: Place, box: Box, size: Size, color: Literal["red", "blue"], pair: tuple[int, str]) -> tuple[Any, ...]:
        """Packs.

        Args:
            place: where to
        """
        return place, box, size, color, pair

    schema = function_schema(pack).params_json_schema
    assert schema["properties"]["place"] == {
        "description": "where to",
        "properties": {"lat": {"title": "Lat", "type": "number"}},
        "required": ["lat"],
        "title": "Place",
        "type": "object",
        "additionalProperties": False,
    }
    assert schema["properties"]["box"] == {"$ref": "#/$defs/Box"}
    assert schema["$defs"]["Box"]["required"] == ["label", "weight"]
    assert schema["properties"]["color"]["enum"] == ["red", "blue"]
    arguments = '{"place":{"lat":1},"box":{"label":"b"},"size":{"wide":2},"color":"red","pair":[1,"x"]}'
    assert called(pack, arguments) == ({"lat": 1.0}, Box(label="b"), Size(2), "red", (1, "x"))


def test_every_kind_of_parameter_is_called_its_way():
    def kinds(a: int, /, b: int = 2, *rest: int, c: int = 3, **more: str) -> tuple[Any, ...]:
        return a, b, rest, c, more

    arguments = '{"a": 1, "rest": [4, 5], "c": 6, "more": {"rest": "x"}}'
    assert called(kinds, arguments, strict=False) == (1, 2, (4, 5), 6, {"rest": "x"})
    assert called(kinds, '{"a": 1}', strict=False) == (1, 2, (), 3, {})


def test_stars_are_a_list_and_a_nested_object():
    def stars(*numbers: int, **words: str) -> None:
        """Stars.

        Args:
            *numbers: some numbers
        """

    assert function_schema(stars, strict=False).params_json_schema == {
        "additionalProperties": False,
        "properties": {
            "numbers": {"description": "some numbers", "items": {"type": "integer"}, "title": "Numbers", "type": "array"},
            "words": {"additionalProperties": {"type": "string"}, "title": "Words", "type": "object"},
        },
        "title": "stars_args",
        "type": "object",
    }


def test_stars_without_a_type_take_anything():
    def anything(*values) -> tuple[Any, ...]:
        return values

    assert properties_of(anything)["values"] == {"items": {}, "title": "Values", "type": "array"}
    assert called(anything, '{"values": [1, "x", null]}') == (1, "x", None)


def test_free_keywords_cannot_be_strict():
    def free(**words: str) -> None: ...

    with pytest.raises(UserError, match=r"Tool 'free': '\*\*words' cannot be part of a strict schema"):
        function_schema(free)


def test_a_free_dict_cannot_be_strict():
    def free(words: dict[str, str]) -> None: ...

    with pytest.raises(UserError, match="strict_mode=False"):
        function_schema(free)
    assert called(lambda words: words, '{"words": {"a": "b"}}', strict=False) == {"a": "b"}


def with_context(ctx: RunContextWrapper[str], a: int) -> tuple[Any, ...]:
    return ctx.context, a


def with_tool_context(ctx: ToolContext[str], a: int) -> tuple[Any, ...]:
    return ctx.context, a


def with_bare_context(ctx: RunContextWrapper, a: int) -> tuple[Any, ...]:
    return ctx.context, a


def with_quoted_context(ctx: "RunContextWrapper[str]", a: "int") -> tuple[Any, ...]:
    return ctx.context, a


def with_annotated_context(ctx: Annotated[RunContextWrapper[str], "the context"], a: int) -> tuple[Any, ...]:
    return ctx.context, a


def with_keyword_context(*, ctx: RunContextWrapper[str], a: int) -> tuple[Any, ...]:
    return ctx.context, a


@pytest.mark.parametrize(
    "function",
    [with_context, with_tool_context, with_bare_context, with_quoted_context, with_annotated_context, with_keyword_context],
)
def test_a_first_parameter_for_the_context_is_filled_in_and_not_shown(function: Callable[..., Any]):
    assert list(properties_of(function)) == ["a"]
    assert called(function, '{"a": 1}') == ("mine", 1)


def test_a_later_parameter_for_the_context_is_refused():
    def late(a: int, ctx: RunContextWrapper[Any]) -> None: ...

    with pytest.raises(UserError, match="Tool 'late': the context parameter 'ctx' must be the first"):
        function_schema(late)


def test_a_first_parameter_without_that_type_is_the_models():
    def untyped(ctx, a: int) -> None: ...

    assert list(properties_of(untyped)) == ["ctx", "a"]


def test_parameters_may_have_names_that_pydantic_knows():
    def awkward(schema: int, json: str, model_config: int = 1, _private: int = 3, self: int = 4) -> tuple[Any, ...]:
        return schema, json, model_config, _private, self

    assert list(properties_of(awkward)) == ["schema", "json", "model_config", "_private", "self"]
    assert called(awkward, '{"schema": 1, "json": "j", "_private": 5}') == (1, "j", 1, 5, 4)


class Greeter:
    """Greets people."""

    def __call__(self, name: str) -> str:
        """Greets.

        Args:
            name: who
        """
        return f"Hello {name}"

    def by_method(self, name: str) -> str:
        """Greets by method."""
        return f"Hi {name}"


def test_an_object_that_can_be_called_is_named_after_its_class():
    schema = function_schema(Greeter())
    assert (schema.name, schema.description, list(schema.params_json_schema["properties"])) == (
        "Greeter",
        "Greets people.",
        ["name"],
    )
    assert called(Greeter(), '{"name": "Ada"}') == "Hello Ada"


def test_an_object_without_a_docstring_is_described_by_its_call():
    class Bare(Greeter):
        __doc__ = None

        def __call__(self, name: str) -> str:
            """Greets barely."""
            return name

    assert function_schema(Bare()).description == "Greets barely."


def test_a_bound_method_does_not_show_its_self():
    assert list(properties_of(Greeter().by_method)) == ["name"]
    assert called(Greeter().by_method, '{"name": "Ada"}') == "Hi Ada"


def test_a_class_is_called_to_make_an_object():
    assert called(Size, '{"wide": "3"}') == Size(3)


def test_a_partial_is_refused():
    with pytest.raises(UserError, match=r"functools\.partial"):
        function_schema(functools.partial(example, 1))


def test_a_type_that_cannot_be_found_is_said():
    def unknown(a: "Nowhere") -> None: ...  # noqa: F821 - the point  # pyright: ignore[reportUndefinedVariable]

    with pytest.raises(UserError, match="Tool 'unknown': name 'Nowhere' is not defined"):
        function_schema(unknown)


@pytest.mark.parametrize("kind", [type, Greeter])
def test_a_type_without_a_schema_is_said(kind: type):
    def odd(a: Any) -> None: ...

    odd.__annotations__["a"] = kind
    with pytest.raises(UserError, match="Tool 'odd' has a parameter whose type has no JSON schema"):
        function_schema(odd)


def test_a_default_that_json_cannot_spell_is_left_out():
    marker = object()

    def marked(a: Any = marker) -> Any:
        return a

    assert properties_of(marked) == {"a": {"title": "A"}}
    assert called(marked, "{}") is marker


@pytest.mark.parametrize("arguments", ["", " ", "{}"])
def test_no_arguments_are_an_empty_object(arguments: str):
    assert called(lambda: "called", arguments) == "called"


def test_arguments_that_nobody_asked_for_are_ignored():
    assert called(lambda: "called", '{"extra": 1}') == "called"


def test_beside_free_keywords_stray_arguments_are_refused():
    def free(**words: str) -> dict[str, str]:
        return words

    with pytest.raises(InvalidToolArgumentsError):
        called(free, '{"stray": "x"}', strict=False)


NOT_SHOWN = "Invalid JSON input for tool example"


@pytest.mark.parametrize(
    ("arguments", "message", "detail"),
    [
        ("nope", NOT_SHOWN, "Invalid JSON: expected ident at line 1 column 2"),
        ('{"a": 1} more', NOT_SHOWN, "Invalid JSON: trailing characters at line 1 column 10"),
        ("[1]", f"{NOT_SHOWN}: expected a JSON object", "expected a JSON object"),
        ("null", f"{NOT_SHOWN}: expected a JSON object", "expected a JSON object"),
        ("{}", NOT_SHOWN, "a: Field required"),
        ('{"a": "z"}', NOT_SHOWN, "a: Input should be a valid integer, unable to parse string as an integer"),
        ('{"a": 1, "c": [1, "z"]}', NOT_SHOWN, "c.1: Input should be a valid integer, unable to parse string as an integer"),
    ],
)
def test_wrong_arguments_are_told_apart_and_not_shown(arguments: str, message: str, detail: str):
    with pytest.raises(InvalidToolArgumentsError) as caught:
        called(example, arguments)
    assert (str(caught.value), caught.value.detail, caught.value.__cause__) == (message, detail, None)


@pytest.mark.parametrize("value", ["0", "false", "False"])
def test_wrong_arguments_are_shown_where_logging_tool_data_is_allowed(value: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_AGENTS_DONT_LOG_TOOL_DATA", value)
    with pytest.raises(InvalidToolArgumentsError, match=r"^Invalid JSON input for tool example: a: Field required$") as caught:
        called(example, "{}")
    assert caught.value.__cause__ is not None
