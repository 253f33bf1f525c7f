"""What the guardrails of a run said so far, as its results show it and as a stored state keeps it.

A stored result names its guardrail; the one that is loaded with it stands for it and cannot be asked. What an output guardrail looked at
and said no to is not stored.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeAlias

from pydantic_core import to_jsonable_python

from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.guardrails import (
    GuardrailFunctionOutput,
    InputGuardrail,
    InputGuardrailResult,
    OutputGuardrail,
    OutputGuardrailResult,
    ToolGuardrailFunctionOutput,
    ToolInputGuardrail,
    ToolInputGuardrailResult,
    ToolOutputGuardrail,
    ToolOutputGuardrailResult,
)
from agentchat.runtime.running.reaching import KeyOf, reach
from agentchat.runtime.values.exceptions import UserError

GuardrailResult: TypeAlias = InputGuardrailResult | OutputGuardrailResult | ToolInputGuardrailResult | ToolOutputGuardrailResult


@dataclass(slots=True)
class GuardrailResults:
    """Each list in the order in which the verdicts came. Mutable: owned by the run's progress."""

    input: list[InputGuardrailResult] = field(default_factory=list[InputGuardrailResult])
    output: list[OutputGuardrailResult] = field(default_factory=list[OutputGuardrailResult])
    tool_input: list[ToolInputGuardrailResult] = field(default_factory=list[ToolInputGuardrailResult])
    tool_output: list[ToolOutputGuardrailResult] = field(default_factory=list[ToolOutputGuardrailResult])

    def copy(self) -> "GuardrailResults":
        """One that goes on from here without touching this one."""
        return GuardrailResults(*(list(said) for said in self._lists))

    @property
    def all(self) -> list[GuardrailResult]:
        """Every verdict of every kind."""
        return [result for said in self._lists for result in said]

    @property
    def _lists(self) -> tuple[list[Any], list[Any], list[Any], list[Any]]:
        return self.input, self.output, self.tool_input, self.tool_output

    def of_the_run(self) -> "GuardrailResults":
        """Those that are about the run as a whole: they are few, however long it is."""
        return GuardrailResults(self.input, self.output)

    def to_json(self, key_of: KeyOf) -> dict[str, Any]:
        """The results as plain data; `guardrail_results_from_json` reads them back."""
        return {name: [_said(result, key_of) for result in said] for name, said in zip(_KINDS, self._lists, strict=True)}


_KINDS: dict[str, tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]] = {
    "input": (InputGuardrailResult, InputGuardrail, GuardrailFunctionOutput),
    "output": (OutputGuardrailResult, OutputGuardrail, GuardrailFunctionOutput),
    "tool_input": (ToolInputGuardrailResult, ToolInputGuardrail, ToolGuardrailFunctionOutput),
    "tool_output": (ToolOutputGuardrailResult, ToolOutputGuardrail, ToolGuardrailFunctionOutput),
}
"""Of each list what its results, their guardrails and their verdicts are made by."""


def guardrail_results_from_json(start: Agent[Any], data: dict[str, Any]) -> GuardrailResults:
    """The results that `to_json` wrote, their agents found from `start`."""

    def read(stored: dict[str, Any], result: Callable[..., Any], guardrail: Callable[..., Any], verdict: Callable[..., Any]) -> Any:
        seen = (stored["seen"], reach(start, stored["agent"])) if "agent" in stored else ()
        return result(guardrail(_stored, stored["name"]), *seen, verdict(**stored["output"]))

    return GuardrailResults(*([read(stored, *made) for stored in data[name]] for name, made in _KINDS.items()))


def _said(result: GuardrailResult, key_of: KeyOf) -> dict[str, Any]:
    said = {"name": result.guardrail.get_name(), "output": _plain(result.output)}
    return {**said, "agent": key_of(result.agent), "seen": _seen(result)} if isinstance(result, OutputGuardrailResult) else said


def _seen(result: OutputGuardrailResult) -> Any:
    return None if result.output.tripwire_triggered else _plain(result.agent_output)


def _plain(value: object) -> Any:
    """As far as JSON can spell it; else its text."""
    return to_jsonable_python(value, fallback=str)


def _stored(*_: object) -> NoReturn:
    raise UserError("A guardrail that was loaded with a stored state cannot be asked; ask the agent's own.")
