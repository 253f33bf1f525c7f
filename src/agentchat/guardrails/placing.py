"""Puts a guardrail where it is asked: makes of it what the runtime knows as an input, output, tool input or tool output guardrail."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, is_dataclass
from typing import Any, cast

from pydantic import BaseModel

from agentchat.guardrails.guardrail import Guardrail, Said, Surroundings
from agentchat.runtime.declarations.guardrails import (
    GuardrailFunctionOutput,
    InputGuardrail,
    OutputGuardrail,
    ToolGuardrailFunctionOutput,
    ToolInputGuardrail,
    ToolInputGuardrailData,
    ToolOutputGuardrail,
    ToolOutputGuardrailData,
)
from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.runtime.values.items import TResponseInputItem
from agentchat.runtime.values.named import NamedAgent


@dataclass(frozen=True, slots=True)
class Placing:
    """A guardrail under the name that the file gives it."""

    name: str
    guardrail: Guardrail
    surroundings: Callable[[], Surroundings]
    """Asked when the guardrail is: the agents of a file exist only after their guardrails."""
    blocked: set[str] = field(default_factory=set[str])
    """Where the messages go that it said no to; shared with whoever keeps them from later model calls."""

    def of_input(self) -> InputGuardrail[Any]:
        """Looks at what the person says. A quick one is asked before any model gets to see it."""
        return InputGuardrail(self._of_input, name=self.name, run_in_parallel=not self.guardrail.quick)

    def of_output(self) -> OutputGuardrail[Any]:
        """Looks at the final answer."""
        return OutputGuardrail(self._of_output, name=self.name)

    def of_tool_input(self) -> ToolInputGuardrail[Any]:
        """Looks at the arguments of a call; the model is told of a no."""
        return ToolInputGuardrail(self._of_tool_input, name=self.name)

    def of_tool_output(self) -> ToolOutputGuardrail[Any]:
        """Looks at what a call gave; the model is told of a no."""
        return ToolOutputGuardrail(self._of_tool_output, name=self.name)

    async def _of_input(
        self, context: RunContextWrapper[Any], agent: NamedAgent, given: str | list[TResponseInputItem]  # noqa: ARG002 - published
    ) -> GuardrailFunctionOutput:
        text = new_text(given)
        why = await self._objection(text, context)
        if why is not None and self.guardrail.about_text:
            self.blocked.add(text)
        return _verdict(why)

    async def _of_output(self, context: RunContextWrapper[Any], agent: NamedAgent, output: object) -> GuardrailFunctionOutput:  # noqa: ARG002 - published
        return _verdict(await self._objection(output_text(output), context))

    async def _of_tool_input(self, data: ToolInputGuardrailData) -> ToolGuardrailFunctionOutput:
        why = await self._objection(_readable(data.context.tool_arguments), data.context)
        return self._told(why, "The call was not made")

    async def _of_tool_output(self, data: ToolOutputGuardrailData) -> ToolGuardrailFunctionOutput:
        why = await self._objection(output_text(data.output), data.context)
        return self._told(why, "The output is withheld")

    async def _objection(self, text: str, context: RunContextWrapper[Any]) -> str | None:
        return await self.guardrail.objection(Said(text, context), self.surroundings())

    def _told(self, why: str | None, what: str) -> ToolGuardrailFunctionOutput:
        if why is None:
            return ToolGuardrailFunctionOutput.allow()
        message = f"{what}: the guardrail '{self.name}' says that it {why}."
        return ToolGuardrailFunctionOutput.reject_content(message, {"reason": why})


def _verdict(why: str | None) -> GuardrailFunctionOutput:
    return GuardrailFunctionOutput({"reason": why} if why else None, tripwire_triggered=why is not None)


def new_text(given: str | list[TResponseInputItem]) -> str:
    """What the person said just now: a conversation's input holds all that was said before, too."""
    if isinstance(given, str):
        return given
    return next((said_text(item) for item in reversed(given) if item.get("role") == "user"), "")


def said_text(item: TResponseInputItem) -> str:
    """The text of a message."""
    content: object = item.get("content")
    if isinstance(content, str):
        return content
    parts = cast("list[dict[str, Any]]", content) if isinstance(content, list) else []
    return "\n".join(str(part["text"]) for part in parts if "text" in part)


def output_text(output: object) -> str:
    """An answer, or what a tool returned, as text."""
    match output:
        case str():
            return output
        case BaseModel():
            return output.model_dump_json()
        case _ if is_dataclass(output) and not isinstance(output, type):
            return json.dumps(asdict(output), ensure_ascii=False, default=str)
        case _:
            return json.dumps(output, ensure_ascii=False, default=str)


def _readable(arguments: str) -> str:
    """The texts and numbers in the arguments, without the escapes of JSON, which would hide what a guardrail looks for."""
    try:
        return "\n".join(_texts(json.loads(arguments)))
    except (ValueError, RecursionError):
        return arguments


def _texts(value: Any) -> Iterator[str]:
    match value:
        case dict():
            for name, member in cast("dict[str, Any]", value).items():
                yield name
                yield from _texts(member)
        case list():
            for member in cast("list[Any]", value):
                yield from _texts(member)
        case _:
            yield str(value)
