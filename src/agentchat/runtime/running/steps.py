"""What follows a turn: a closed set of values."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from pydantic_core import to_jsonable_python

from agentchat.runtime.agents.agent import Agent, ToolsToFinalOutputResult
from agentchat.runtime.declarations.output_schema import schema_of
from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.runtime.declarations.sync_calls import awaited
from agentchat.runtime.declarations.tool import FunctionToolResult
from agentchat.runtime.running.sight import Handed
from agentchat.runtime.values.exceptions import UserError
from agentchat.runtime.values.items import MessageOutputItem, ToolApprovalItem


@dataclass(frozen=True, slots=True)
class RunAgain:
    """The model is asked again."""


@dataclass(frozen=True, slots=True)
class HandedOff:
    """Another agent goes on."""

    agent: Agent[Any]
    handed: Handed | None = None
    """What it sees of the conversation; None when it sees all of it."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A person is asked before the run can go on."""

    approvals: list[ToolApprovalItem]


@dataclass(frozen=True, slots=True)
class FinalOutput:
    """The run is over."""

    output: Any
    text: str = ""
    """What it was read from, where the agent has an output type."""
    said: MessageOutputItem | None = None
    """The message that an error handler put in the model's mouth."""


NextStep: TypeAlias = RunAgain | HandedOff | Interrupted | FinalOutput


async def after_tools(
    agent: Agent[Any], context: RunContextWrapper[Any], results: list[FunctionToolResult]
) -> FinalOutput | RunAgain:
    """What `tool_use_behavior` makes of the results of a turn's tools; there is at least one."""
    behavior = agent.tool_use_behavior
    if behavior == "run_llm_again":
        return RunAgain()
    if behavior == "stop_on_first_tool":
        return FinalOutput(_as_final(agent, results[0].output))
    if isinstance(behavior, dict):
        stops = [result for result in results if result.tool.name in behavior["stop_at_tool_names"]]
        return FinalOutput(_as_final(agent, stops[0].output)) if stops else RunAgain()
    if not callable(behavior):
        raise UserError(f"Agent '{agent.name}' has a tool_use_behavior that is not one: {behavior!r}.")
    decided: Any = await awaited(behavior(context, results))
    if not isinstance(decided, ToolsToFinalOutputResult):
        raise UserError(
            f"Agent tool_use_behavior callable must return ToolsToFinalOutputResult. That of agent '{agent.name}' "
            f"returned a {type(decided).__name__}."
        )
    return FinalOutput(_as_final(agent, decided.final_output)) if decided.is_final_output else RunAgain()


def final_to_json(final: FinalOutput | None) -> dict[str, Any] | None:
    """A final output as plain data: by the text that it was read from, or the value itself as far as JSON can spell it."""
    if final is None:
        return None
    return {"text": final.text} if final.text else {"value": to_jsonable_python(final.output, fallback=str, bytes_mode="base64")}


def final_from_json(agent: Agent[Any], data: dict[str, Any] | None) -> FinalOutput | None:
    """The final output that `final_to_json` wrote, read by the type that the agent has now."""
    if data is None:
        return None
    schema = schema_of(agent.output_type)
    if "text" not in data or schema is None:
        return FinalOutput(data.get("value", data.get("text")))
    return FinalOutput(schema.validate_json(data["text"]), text=data["text"])


def _as_final(agent: Agent[Any], output: Any) -> Any:
    """Agents without an output type end with text; those with one, with what the tool gave, whatever it is."""
    schema = schema_of(agent.output_type)
    return str(output) if schema is None or schema.is_plain_text() else output
