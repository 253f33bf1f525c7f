"""What a run may do instead of failing: handlers for the three errors that leave it without a final output.

    Runner.run(agent, "...", error_handlers={"max_turns": lambda given: "I could not finish in time."})

A handler answers with the final output itself, or with a `RunErrorHandlerResult` (or a dict of its fields); None lets the error be
raised. It may be async.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeAlias, cast

from typing_extensions import TypedDict

from agentchat.runtime.declarations.run_context import RunContextWrapper, TContext
from agentchat.runtime.values.exceptions import MaxTurnsExceeded, ModelBehaviorError, ModelRefusalError, UserError
from agentchat.runtime.values.items import ModelResponse, RunItem, TResponseInputItem
from agentchat.runtime.values.named import NamedAgent


@dataclass
class RunErrorData:
    """Where the run stands, with what the turn that failed brought."""

    input: str | list[TResponseInputItem]
    """What the run was given; with a session, history and input in one list."""
    new_items: list[RunItem]
    history: list[TResponseInputItem]
    """Input and output in one list: what the next model call would see."""
    output: list[TResponseInputItem]
    """The new items, in the form of input."""
    raw_responses: list[ModelResponse]
    last_agent: NamedAgent
    """An `Agent`."""


@dataclass
class RunErrorHandlerInput(Generic[TContext]):
    """What a handler gets."""

    error: MaxTurnsExceeded | ModelRefusalError | ModelBehaviorError
    context: RunContextWrapper[TContext]
    run_data: RunErrorData


@dataclass
class RunErrorHandlerResult:
    """What a handler answers."""

    final_output: Any
    """Must fit the agent's `output_type`, where it has one."""
    include_in_history: bool = True
    """Whether it becomes a message of the agent: a new item, told and stored as such."""


RunErrorHandler: TypeAlias = Callable[
    [RunErrorHandlerInput[TContext]],
    Awaitable[RunErrorHandlerResult | dict[str, Any] | Any | None] | RunErrorHandlerResult | dict[str, Any] | Any | None,
]

ErrorKind: TypeAlias = Literal["max_turns", "model_refusal", "invalid_final_output"]


class RunErrorHandlers(TypedDict, Generic[TContext], total=False):
    """The handlers, by error."""

    max_turns: RunErrorHandler[TContext]
    """The run would need more model calls than `max_turns`."""
    model_refusal: RunErrorHandler[TContext]
    """The model refused; the error has its words as `refusal`."""
    invalid_final_output: RunErrorHandler[TContext]
    """What the model gave does not fit the agent's `output_type`."""


def checked_error_handlers(handlers: object) -> Mapping[str, RunErrorHandler[Any]]:
    """The handlers of a run; a UserError for what is none, so that a typo does not wait for the error to be found."""
    if not handlers:
        return {}
    if not isinstance(handlers, Mapping):
        raise UserError(f"error_handlers must be a dict of callables, not {type(handlers).__name__}.")
    given = cast("Mapping[str, Any]", handlers)
    known = list(RunErrorHandlers.__annotations__)
    for name, handler in given.items():
        if name not in known:
            raise UserError(f"There is no error handler {name!r}; known are {', '.join(known)}.")
        if handler is not None and not callable(handler):
            raise UserError(f"The error handler {name!r} must be a callable, not {type(handler).__name__}.")
    return {name: handler for name, handler in given.items() if handler is not None}


def result_of(answer: object) -> RunErrorHandlerResult | None:
    """What a handler answered, in one form; None when it leaves the error alone."""
    if answer is None or isinstance(answer, RunErrorHandlerResult):
        return answer
    if not isinstance(answer, dict) or "final_output" not in answer:
        return RunErrorHandlerResult(answer)
    fields = cast("dict[str, Any]", answer)
    if not fields.keys() <= {"final_output", "include_in_history"} or not isinstance(fields.get("include_in_history", True), bool):
        raise UserError("Invalid run error handler result.")
    return RunErrorHandlerResult(**fields)
