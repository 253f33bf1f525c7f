"""Making a tool of a Python function, and calling one.

    @function_tool(effects="reads")
    async def weather(city: str) -> str:
        \"\"\"Tells the weather.\"\"\"

`function_tool` is the published decorator. `invoke` is what a run calls a tool with: it adds what holds for every tool, made from
a function or by hand (the time limit, and the form in which a fatal error leaves).
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields
from functools import partial
from typing import Any, Literal, TypeAlias, TypedDict, TypeVar, Unpack, overload

from pydantic import TypeAdapter
from pydantic.errors import PydanticUserError

from agentchat.runtime.declarations.custom_data import FunctionToolCustomDataExtractor
from agentchat.runtime.declarations.docstrings import DocstringStyle
from agentchat.runtime.declarations.function_schema import FunctionSchema, function_schema
from agentchat.runtime.declarations.guardrails import ToolInputGuardrail, ToolOutputGuardrail
from agentchat.runtime.declarations.run_context import RunContextWrapper, ToolContext
from agentchat.runtime.declarations.sync_calls import awaited, call_either
from agentchat.runtime.declarations.tool import CallPreview, Effects, FunctionTool, ToolCaller, check_timeout
from agentchat.runtime.declarations.tool_output import ToolFailureText
from agentchat.runtime.values.exceptions import AgentsException, ToolTimeoutError, UserError

T = TypeVar("T")

ToolFunction: TypeAlias = Callable[..., Any]
"""Any function, sync or async, that can be offered to a model."""
ToolErrorFunction: TypeAlias = Callable[[RunContextWrapper[Any], Exception], str | Awaitable[str]]
"""Makes of a tool's error what the model is told."""
IsEnabled: TypeAlias = bool | Callable[[RunContextWrapper[Any], Any], bool | Awaitable[bool]]
NeedsApproval: TypeAlias = bool | Callable[[RunContextWrapper[Any], dict[str, Any], str], Awaitable[bool]]
TimeoutBehavior: TypeAlias = Literal["error_as_result", "raise_exception"]
TimeoutErrorFunction: TypeAlias = Callable[[RunContextWrapper[Any], ToolTimeoutError], str | Awaitable[str]]


def default_tool_error_function(ctx: RunContextWrapper[Any], error: Exception) -> str:  # noqa: ARG001 - the published signature
    """What a model is told of an error unless the tool or the run says otherwise: nothing of the error itself."""
    return "An error occurred while running the tool. Please try again."


async def standard_failure(ctx: RunContextWrapper[Any], error: Exception) -> str:
    """The handler of tools that name none: the only one whose sentence the run's `tool_error_formatter` may replace."""
    text = default_tool_error_function(ctx, error)
    if isinstance(ctx, ToolContext) and ctx.format_error is not None:
        return await ctx.format_error(error, text)
    return text


class ToolOptions(TypedDict, total=False):
    """The keyword arguments of `function_tool`."""

    name_override: str | None
    """Instead of the function's name."""
    description_override: str | None
    """Instead of the docstring's text."""
    docstring_style: DocstringStyle | None
    """None, the default, to tell it by the docstring's headings."""
    use_docstring_info: bool
    """True by default."""
    failure_error_function: ToolErrorFunction | None
    """Makes of an error what the model is told, by default a standard sentence; None lets the error fail the run."""
    strict_mode: bool
    """The model must keep to the schema exactly; needs a schema that providers can enforce. True by default."""
    is_enabled: IsEnabled
    """False hides the tool from the model; a callable is asked before every model call."""
    needs_approval: NeedsApproval
    """False by default."""
    tool_input_guardrails: list[ToolInputGuardrail[Any]] | None
    """Asked in their order directly before a call starts; the first no counts."""
    tool_output_guardrails: list[ToolOutputGuardrail[Any]] | None
    """Asked in their order before anybody sees what a call brought; the first no counts."""
    timeout: float | None
    """Seconds that one call may take. A sync function is abandoned then: it runs on, and nobody waits for it."""
    timeout_behavior: TimeoutBehavior
    """"error_as_result" by default."""
    timeout_error_function: TimeoutErrorFunction | None
    """Makes what the model is told of a call that took too long."""
    defer_loading: bool
    custom_data_extractor: FunctionToolCustomDataExtractor | None
    """Gives what is kept beside an output, on its item; a model never sees it."""
    allowed_callers: list[ToolCaller] | None
    output_type: Any
    """A pydantic model, TypedDict or dataclass: what the function returns is made one, and its schema is the `output_json_schema`."""
    output_json_schema: dict[str, Any] | None
    effects: Effects
    """What a call does to the world outside the conversation, "changes" by default. Approval policies read it."""
    preview: Callable[[dict[str, Any]], CallPreview | None] | None
    """Shows a call to the person who is asked about it."""
    origin: str | None
    """Where the tool comes from, for that person; None, the default, for `module:function`."""


_OF_THE_SCHEMA = {
    "name_override": "name",
    "description_override": "description",
    "docstring_style": "docstring_style",
    "use_docstring_info": "use_docstring_info",
    "strict_mode": "strict",
}
"""The options that `function_schema` takes, and what it calls them."""
_OF_THE_TOOL = {"strict_mode": "strict_json_schema", "timeout": "timeout_seconds"} | {
    name: name for name in ToolOptions.__annotations__.keys() & {f.name for f in fields(FunctionTool)} - {"output_json_schema", "origin"}
}
"""The options that become fields of the tool as they are, and these fields. Where one is left out, the field's own default holds."""


def _checked(options: ToolOptions) -> ToolOptions:
    if unknown := sorted(options.keys() - ToolOptions.__annotations__.keys()):
        raise TypeError(f"function_tool has no option {unknown[0]!r}; ToolOptions lists those that it has.")
    check_timeout(options.get("timeout"), options.get("timeout_behavior", "error_as_result"))
    return options


@overload
def function_tool(func: ToolFunction, /, **options: Unpack[ToolOptions]) -> FunctionTool: ...


@overload
def function_tool(func: None = None, /, **options: Unpack[ToolOptions]) -> Callable[[ToolFunction], FunctionTool]: ...


def function_tool(
    func: ToolFunction | None = None, /, **options: Unpack[ToolOptions]
) -> FunctionTool | Callable[[ToolFunction], FunctionTool]:
    """Makes a tool of a function; a decorator, with or without arguments. `ToolOptions` lists the arguments.

    The model is told the function's name, its docstring and a schema made from its signature. A first parameter of type
    `RunContextWrapper` or `ToolContext` gets the run's context and is not part of that schema.

    Raises:
        UserError: The function cannot be offered to a model as it is.
        ValueError: The timeout or its behaviour is none.
    """
    chosen = _checked(options)
    return partial(_made, options=chosen) if func is None else _made(func, options=chosen)


tool = function_tool


def _made(function: ToolFunction, *, options: ToolOptions) -> FunctionTool:
    if not callable(function):  # pyright: ignore[reportUnnecessaryComparison] - a decorator put twice passes a FunctionTool
        raise UserError(f"function_tool makes a tool of a function, not of a {type(function).__name__}.")
    given: dict[str, Any] = dict(options)
    output, origin = _output_of(options), options.get("origin")
    schema = function_schema(function, **{name: given[option] for option, name in _OF_THE_SCHEMA.items() if option in given})
    return FunctionTool(
        name=schema.name,
        description=schema.description,
        params_json_schema=schema.params_json_schema,
        on_invoke_tool=Invocation(function, schema, options.get("failure_error_function", standard_failure), output),
        output_json_schema=options.get("output_json_schema") if output is None else _output_schema(output),
        origin=_origin_of(function) if origin is None else origin,
        **{name: given[option] for option, name in _OF_THE_TOOL.items() if option in given},
    )


def _output_of(options: ToolOptions) -> TypeAdapter[Any] | None:
    """What the function's answers are made into."""
    if (kind := options.get("output_type")) is None:
        return None
    if options.get("output_json_schema") is not None:
        raise UserError("A tool takes output_type or output_json_schema, not both. Leave one out.")
    try:
        return TypeAdapter(kind)
    except PydanticUserError as error:
        raise _no_schema(error) from error


def _output_schema(output: TypeAdapter[Any]) -> dict[str, Any]:
    try:
        return output.json_schema()
    except PydanticUserError as error:
        raise _no_schema(error) from error


def _no_schema(error: PydanticUserError) -> UserError:
    return UserError(f"Function tool output_type must define a strict JSON object schema: {error.message.splitlines()[0]}")


def _origin_of(function: ToolFunction) -> str:
    named = function if inspect.isroutine(function) or inspect.isclass(function) else type(function)
    return f"{named.__module__}:{named.__qualname__}"


@dataclass(frozen=True, slots=True)
class Invocation:
    """The `on_invoke_tool` of a tool made from a function."""

    function: ToolFunction
    schema: FunctionSchema
    on_failure: ToolErrorFunction | None
    output: TypeAdapter[Any] | None

    async def __call__(self, ctx: ToolContext[Any], arguments: str) -> Any:
        """Gives the function's output, or a `ToolFailureText`; raises only where no failure handler is set."""
        return await or_failure_text(self._call(ctx, arguments), ctx, self.on_failure)

    async def _call(self, ctx: ToolContext[Any], arguments: str) -> Any:
        positional, keywords = self.schema.call_arguments(arguments, context=ctx)
        value = await call_either(partial(self.function, *positional, **keywords), on_late=ctx.on_late_result)
        return value if self.output is None else self.output.validate_python(value)


async def or_failure_text(call: Awaitable[Any], ctx: ToolContext[Any], on_failure: ToolErrorFunction | None) -> Any:
    """What the call gives; what `on_failure` makes of its error, as a `ToolFailureText`, or the error itself where that is None."""
    try:
        return await call
    except (Exception, asyncio.CancelledError, SystemExit) as error:  # the border around foreign code
        if _we_are_cancelled(error):
            raise
        failure = _as_exception(error)
    if on_failure is None:
        raise failure
    return ToolFailureText(await awaited(on_failure(ctx, failure)))


async def invoke(tool: FunctionTool, ctx: ToolContext[Any], arguments: str) -> Any:
    """Calls a tool within its time limit, and gives what it gives; a `ToolFailureText` when a handler had to speak for it.

    Raises:
        AgentsException: What the tool raised of that kind; a ToolTimeoutError when the limit passed and should fail the run; for
            any other error a UserError `Error running tool <name>: <message>` that has it as its cause.
    """
    limit = asyncio.timeout(tool.timeout_seconds)
    try:
        async with limit:
            return await tool.on_invoke_tool(ctx, arguments)
    except AgentsException:
        raise
    except (Exception, asyncio.CancelledError, SystemExit) as error:  # the border around foreign code
        if _we_are_cancelled(error):
            raise
        if not (limit.expired() and isinstance(error, TimeoutError)):
            raise UserError(f"Error running tool {tool.name}: {error}") from error
    return await _timed_out(tool, ctx)


async def _timed_out(tool: FunctionTool, ctx: ToolContext[Any]) -> ToolFailureText:
    error = ToolTimeoutError(tool.name, tool.timeout_seconds or 0)
    if tool.timeout_behavior == "raise_exception":
        raise error
    if tool.timeout_error_function is None:
        return ToolFailureText(error)
    return ToolFailureText(await awaited(tool.timeout_error_function(ctx, error)))


def _we_are_cancelled(error: BaseException) -> bool:
    """Whether the call is being cancelled, and not something that the tool waited for."""
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling() > 0


def _as_exception(error: BaseException) -> Exception:
    """The error itself; another one for what would pass by `except Exception` and end more than the call."""
    if isinstance(error, Exception):
        return error
    stopped = RuntimeError(f"The tool ended itself with {type(error).__name__}({error}).")
    stopped.__cause__ = error
    return stopped
