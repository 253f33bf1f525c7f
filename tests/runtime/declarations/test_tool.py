"""Function tools: what they say of their output and of who may call them."""

from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import BaseModel
from typing_extensions import TypedDict

from agentchat import Agent, FunctionTool, Runner, ToolCallOutputItem, ToolOrigin, ToolOriginType, UserError, function_tool
from agentchat.testing import ScriptedModel, assistant_message, function_call

SORRY = "An error occurred while running the tool. Please try again."
SCHEMA: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"], "additionalProperties": False}


class Modelled(BaseModel):
    a: int
    b: str = "x"


class Typed(TypedDict):
    a: int


@dataclass
class Made:
    a: int


def giving(value: Any, **options: Any) -> FunctionTool:
    @function_tool(**options)
    def work() -> Any:
        """Works."""
        return value

    return work


async def output_of(tool: FunctionTool) -> tuple[str, Any]:
    """What the model gets, and what the function returned."""
    model = ScriptedModel([[function_call(tool.name, {}, call_id="c1")], [assistant_message("ok")]])
    result = await Runner.run(Agent(name="A", tools=[tool], model=model), "hi")
    item = next(item for item in result.new_items if isinstance(item, ToolCallOutputItem))
    return item.raw_item["output"], item.output


@pytest.mark.parametrize(
    ("kind", "value", "wire", "output"),
    [
        (Modelled, Modelled(a=1), '{"a":1,"b":"x"}', Modelled(a=1)),
        (Modelled, {"a": 1, "z": 2}, '{"a":1,"b":"x"}', Modelled(a=1)),
        (Typed, {"a": 1}, '{"a":1}', {"a": 1}),
        (Made, {"a": 1}, '{"a":1}', Made(1)),
        (Made, Made(1), '{"a":1}', Made(1)),
        (Modelled, Made(1), SORRY, SORRY),
        (Modelled, {"a": "x"}, SORRY, SORRY),
        (Typed, {}, SORRY, SORRY),
        (Made, None, SORRY, SORRY),
    ],
)
async def test_what_the_function_returns_is_made_into_its_output_type(kind: Any, value: Any, wire: str, output: Any) -> None:
    assert await output_of(giving(value, output_type=kind)) == (wire, output)


@pytest.mark.parametrize(
    ("value", "wire"), [({"a": 1}, '{"a":1}'), (Made(1), '{"a":1}'), ({"z": "x"}, '{"z":"x"}'), ('{"a": 1}', '{"a": 1}')]
)
async def test_with_an_output_schema_the_model_gets_json_as_it_came(value: Any, wire: str) -> None:
    assert await output_of(giving(value, output_json_schema=dict(SCHEMA))) == (wire, value)


@pytest.mark.parametrize("value", [None, "text", [1], 3, {"a": object()}])
async def test_with_an_output_schema_only_objects_will_do(value: Any) -> None:
    with pytest.raises(UserError, match="Function tool output schema requires a JSON object"):
        await output_of(giving(value, output_json_schema=dict(SCHEMA)))


async def test_without_one_the_model_gets_python_s_spelling() -> None:
    assert await output_of(giving({"a": 1})) == ("{'a': 1}", {"a": 1})


def test_the_schema_of_a_type_is_made_strict() -> None:
    strict = {**SCHEMA, "title": "Typed", "properties": {"a": {"title": "A", "type": "integer"}}}
    assert giving(None, output_type=Typed).output_json_schema == strict


@pytest.mark.parametrize(
    "options",
    [
        {"output_type": int},
        {"output_type": list[int]},
        {"output_type": object()},
        {"output_json_schema": 7},
        {"output_json_schema": {"type": "string"}},
        {"output_json_schema": {"type": "object", "additionalProperties": True}},
        {"output_type": Typed, "output_json_schema": dict(SCHEMA)},
    ],
)
def test_an_output_that_is_no_strict_object_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(UserError, match=r"must define a strict JSON object schema|not both"):
        giving(None, **options)


@pytest.mark.parametrize("callers", [[], ["zzz"], ["direct", "other"]])
def test_only_two_kinds_of_callers_exist(callers: list[Any]) -> None:
    with pytest.raises(UserError, match="allowed_callers is a list of 'direct', 'programmatic', or both"):
        giving(None, allowed_callers=callers)


async def test_calls_of_the_model_are_served_and_those_of_programs_are_refused() -> None:
    assert await output_of(giving("x", allowed_callers=["direct"])) == ("x", "x")
    with pytest.raises(UserError, match="Tool 'work' allows the caller 'programmatic', which this version does not run"):
        await output_of(giving({"a": 1}, allowed_callers=["direct", "programmatic"]))


async def test_a_tool_that_is_loaded_later_is_refused() -> None:
    with pytest.raises(UserError, match="Tool 'work' sets defer_loading, which this version does not run yet"):
        await output_of(giving("x", defer_loading=True))


async def test_call_output_and_question_say_where_the_tool_comes_from() -> None:
    plain, asked = giving("x", name_override="plain"), giving("x", name_override="asked", needs_approval=True)
    calls = [function_call("plain", {}, call_id="c1"), function_call("asked", {}, call_id="c2")]
    result = await Runner.run(Agent(name="A", tools=[plain, asked], model=ScriptedModel([calls])), "hi")
    origins = [(item.type, getattr(item, "tool_origin", None)) for item in result.new_items]
    function = ToolOrigin(ToolOriginType.FUNCTION)
    assert origins == [
        ("tool_call_item", function),
        ("tool_call_item", function),
        ("tool_call_output_item", function),
        ("tool_approval_item", function),
    ]
    assert ToolOrigin.from_json_dict(function.to_json_dict()) == function
