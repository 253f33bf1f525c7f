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
        return GuardrailResults(list(self.input), list(self.output), list(self.tool_input), list(self.tool_output))

    @property
    def all(self) -> list[GuardrailResult]:
        """Every verdict of every kind."""
        return [*self.input, *self.output, *self.tool_input, *self.tool_output]

    def to_json(self, key_of: KeyOf) -> dict[str, Any]:
        """The results as plain data; `guardrail_results_from_json` reads them back."""
        return {
            "input": [_said(result) for result in self.input],
            "output": [{**_said(result), "agent": key_of(result.agent), "seen": _seen(result)} for result in self.output],
            "tool_input": [_said(result) for result in self.tool_input],
            "tool_output": [_said(result) for result in self.tool_output],
        }


def guardrail_results_from_json(start: Agent[Any], data: dict[str, Any]) -> GuardrailResults:
    """The results that `to_json` wrote, their agents found from `start`."""
    verdict, tool_verdict = GuardrailFunctionOutput, ToolGuardrailFunctionOutput
    return GuardrailResults(
        [InputGuardrailResult(InputGuardrail(*named), verdict(**said)) for named, said in _read(data["input"])],
        [
            OutputGuardrailResult(OutputGuardrail(*named), stored["seen"], reach(start, stored["agent"]), verdict(**said))
            for stored, (named, said) in zip(data["output"], _read(data["output"]), strict=True)
        ],
        [ToolInputGuardrailResult(ToolInputGuardrail(*named), tool_verdict(**said)) for named, said in _read(data["tool_input"])],
        [ToolOutputGuardrailResult(ToolOutputGuardrail(*named), tool_verdict(**said)) for named, said in _read(data["tool_output"])],
    )


def _said(result: GuardrailResult) -> dict[str, Any]:
    return {"name": result.guardrail.get_name(), "output": _plain(result.output)}


def _seen(result: OutputGuardrailResult) -> Any:
    return None if result.output.tripwire_triggered else _plain(result.agent_output)


def _read(results: list[dict[str, Any]]) -> list[tuple[tuple[Callable[..., Any], str], dict[str, Any]]]:
    """Of each result how its guardrail is made, and what it said."""
    return [((_stored, result["name"]), result["output"]) for result in results]


def _plain(value: object) -> Any:
    """As far as JSON can spell it; else its text."""
    return to_jsonable_python(value, fallback=str)


def _stored(*_: object) -> NoReturn:
    raise UserError("A guardrail that was loaded with a stored state cannot be asked; ask the agent's own.")
