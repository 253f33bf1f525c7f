"""The shape of an agent's final answer, from a JSON schema of the file or a type of one's own."""

import copy
import json
from collections.abc import Mapping
from typing import Any, cast

from agentchat.building.own_code import OwnCode
from agentchat.building.problems import CannotBeHad
from agentchat.chat.deciding.argument_fields import ArgumentForm
from agentchat.config.errors import quoted
from agentchat.runtime.declarations.output_schema import AgentOutputSchemaBase, is_output_type, schema_of
from agentchat.runtime.declarations.strict_schema import ensure_strict_json_schema
from agentchat.runtime.values.exceptions import ModelBehaviorError, UserError


class JsonShape(AgentOutputSchemaBase):
    """A JSON schema of an object; the output is a dict. Does not change."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = copy.deepcopy(dict(schema))
        self._strict = _is_closed(self._schema)
        if self._strict:
            try:
                self._schema = ensure_strict_json_schema(copy.deepcopy(self._schema))
            except UserError:
                self._strict = False
        self._form = ArgumentForm(json.dumps(self._schema), "{}")

    def is_plain_text(self) -> bool:
        """Never."""
        return False

    def name(self) -> str:
        """The schema's title, if it has one."""
        title = self._schema.get("title")
        return title if isinstance(title, str) and title else "answer"

    def json_schema(self) -> dict[str, Any]:
        """The schema."""
        return self._schema

    def is_strict_json_schema(self) -> bool:
        """True when every member is required everywhere, which is what providers can hold a model to."""
        return self._strict

    def validate_json(self, json_str: str) -> Any:
        """The answer; ModelBehaviorError when it does not fit."""
        try:
            found: object = json.loads(json_str)
        except (ValueError, RecursionError) as error:
            raise ModelBehaviorError(f"The answer is no JSON, which '{self.name()}' asks for: {error}.") from error
        wrong = "It is no object." if not isinstance(found, dict) else self._form.misfit(cast("dict[str, Any]", found))
        if wrong:
            raise ModelBehaviorError(f"The answer does not fit '{self.name()}': {wrong}")
        return cast("dict[str, Any]", found)


def output_type(given: str | Mapping[str, Any] | None, code: OwnCode) -> Any:
    """What an agent gets as its `output_type`; CannotBeHad for a type that is not there or is none."""
    match given:
        case None:
            return None
        case str():
            return _own_type(given, code)
        case _:
            return JsonShape(given)


def _own_type(name: str, code: OwnCode) -> Any:
    try:
        found = code.load(name)
        schema_of(found if is_output_type(found) else None)
    except (CannotBeHad, UserError) as error:
        raise CannotBeHad(f"The shape {quoted(name)} cannot be had: {str(error).rstrip('.')}.") from error
    if not is_output_type(found):
        raise CannotBeHad(f"The shape {quoted(name)} is a {type(found).__name__}; name a type.")
    return found


def _is_closed(schema: object) -> bool:
    """Whether every object in it requires all its members."""
    match schema:
        case {"properties": dict()}:
            whole = cast("dict[str, Any]", schema)
            members: dict[str, Any] = whole["properties"]
            required: list[str] = whole.get("required", [])
            return set(required) == set(members) and all(_is_closed(one) for one in members.values())
        case dict():
            return all(_is_closed(one) for one in cast("dict[str, Any]", schema).values())
        case list():
            return all(_is_closed(one) for one in cast("list[Any]", schema))
        case _:
            return True
