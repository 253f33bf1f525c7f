"""A program of its own: calls one tool of a person's own code, once.

    python isolated_call.py REQUEST ANSWER

REQUEST is a JSON file that says which tool and with what (`Request`), ANSWER a file that does not exist and gets what came of it: one of

    {"value": ...}      what the function returned
    {"told": "..."}     what the tool's own failure function made of an error
    {"error": "..."}    an error that the program says in its own words

Standard output and standard error are the function's own. Whoever starts this sees to it that it ends.
"""

import asyncio
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic_core import PydanticSerializationError, to_json

from agentchat.building.own_code import OwnCode
from agentchat.building.problems import CannotBeHad
from agentchat.runtime.declarations.function_tool import function_tool
from agentchat.runtime.declarations.run_context import ToolContext
from agentchat.runtime.declarations.tool import FunctionTool
from agentchat.runtime.declarations.tool_output import ToolFailureText


@dataclass(frozen=True, slots=True)
class Request:
    """One call."""

    name: str
    """`module:object`."""
    folder: str
    """Where the module is looked for."""
    call_id: str
    arguments: str
    """JSON, as the model or a person wrote it."""


def main(request: str, answer: str) -> None:
    """Reads the request, makes the call, writes the answer."""
    asked = Request(**json.loads(Path(request).read_text("utf-8")))
    Path(answer).write_bytes(asyncio.run(_answer(asked)))


async def _answer(asked: Request) -> bytes:
    errors: list[Exception] = []

    async def note(error: Exception, text: str) -> str:
        errors.append(error)
        return text

    try:
        tool = _loaded(asked)
        context = ToolContext[Any](
            None, tool_name=tool.name, tool_call_id=asked.call_id, tool_arguments=asked.arguments, format_error=note
        )
        value = await tool.on_invoke_tool(context, asked.arguments)
    except Exception as error:  # noqa: BLE001 - the border of foreign code
        return _said(error)
    if errors:
        return _said(errors[0])
    if isinstance(value, ToolFailureText):
        return to_json({"told": str(value)})
    try:
        return to_json({"value": value})
    except PydanticSerializationError:
        return to_json({"error": f"It returned a {type(value).__name__}, which is no JSON; return a text, numbers, lists or tables."})


def _loaded(asked: Request) -> FunctionTool:
    """The tool, or the function made into one, as the program that asks has it."""
    found = OwnCode(Path(asked.folder)).load(asked.name)
    if isinstance(found, FunctionTool):
        return found
    if not callable(found):
        raise CannotBeHad(f"{asked.name} is a {type(found).__name__} now")
    return function_tool(found)


def _said(error: Exception) -> bytes:
    return to_json({"error": str(error) or type(error).__name__})


if __name__ == "__main__":
    main(*sys.argv[1:])
