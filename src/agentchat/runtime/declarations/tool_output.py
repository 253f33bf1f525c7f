"""What a tool returned, as the model gets it.

A Responses API call output is a text or a list of text, image and file parts. Tools return anything; what does not ask for a part
by its type becomes a text.
"""

import json
from collections.abc import Sequence
from typing import Annotated, Any, cast

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, to_json

from agentchat.runtime.declarations.tool import ToolOutputFileContent, ToolOutputImage, ToolOutputText
from agentchat.runtime.values.exceptions import UserError
from agentchat.runtime.values.outcomes import WireOutput

_OUTPUT: TypeAdapter[ToolOutputText | ToolOutputImage | ToolOutputFileContent] = TypeAdapter(
    Annotated[ToolOutputText | ToolOutputImage | ToolOutputFileContent, Field(discriminator="type")]
)


class ToolFailureText(str):
    """An output that a failure handler wrote, and not the tool: the same text to the model, another sign on the screen."""

    __slots__ = ()


def wire_output(value: object, *, as_object: bool = False) -> WireOutput:
    """What stands in `function_call_output.output` for a value that a tool returned; `as_object` for a tool with an output schema.

    A `ToolOutput...` object, a dict that spells one, or a non-empty list of only these becomes a list of parts; all else becomes
    its `str()`. A dict that has the right `type` but not the rest is no part.
    """
    if as_object and not isinstance(value, ToolFailureText):
        return _object_text(value)
    members = _members(value)
    parts = [_part(member) for member in members]
    known = [part for part in parts if part is not None]
    if known and len(known) == len(parts):
        return known
    return str(value)


def _object_text(value: object) -> str:
    """The value as a JSON object; a text is one already."""
    try:
        text = value if isinstance(value, str) else to_json(value).decode()
        is_object = isinstance(json.loads(text), dict)
    except (ValueError, PydanticSerializationError):
        is_object, text = False, ""
    if not is_object:
        raise UserError("Function tool output schema requires a JSON object.")
    return text


def _members(value: object) -> Sequence[object]:
    if isinstance(value, list | tuple):
        return cast("Sequence[object]", value)
    return [value]


def _part(value: object) -> dict[str, Any] | None:
    try:
        output = _OUTPUT.validate_python(value)
    except ValidationError:
        return None
    return {"type": f"input_{output.type}", **output.model_dump(exclude={"type"}, exclude_none=True)}
