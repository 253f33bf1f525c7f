"""Tools made from functions, and what calling a tool gives."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from openai.types.responses import ResponseFunctionToolCall
from typing_extensions import TypedDict

from agentchat.runtime.declarations.function_tool import default_tool_error_function, function_tool, invoke, tool
from agentchat.runtime.declarations.run_context import RunContextWrapper, ToolContext
from agentchat.runtime.declarations.sync_calls import Gave, LateResult, call_in_thread
from agentchat.runtime.declarations.tool import CallPreview, FunctionTool
from agentchat.runtime.declarations.tool_output import ToolFailureText
from agentchat.runtime.values.exceptions import InvalidToolArgumentsError, ModelBehaviorError, ToolTimeoutError, UserError

STANDARD = ToolFailureText("An error occurred while running the tool. Please try again.")
SHORT = 0.01


def context_of(arguments: str = "{}", **fields: Any) -> ToolContext[Any]:
    call = ResponseFunctionToolCall(type="function_call", name="it", call_id="call-1", arguments=arguments)
    return ToolContext.from_agent_context(RunContextWrapper(context="mine"), "call-1", call, **fields)


async def call(called: FunctionTool, arguments: str = "{}", **fields: Any) -> Any:
    return await invoke(called, context_of(arguments, **fields), arguments)


def raising(error: BaseException, **options: Any) -> FunctionTool:
    @function_tool(name_override="it", **options)
    async def it(a: int = 1) -> str:
        raise error

    return it


def test_a_bare_decorator_makes_a_tool():
    @function_tool
    def greet(name: str) -> str:
        """Greets."""
        return f"Hello {name}"

    assert (greet.name, greet.description, list(greet.params_json_schema["properties"])) == ("greet", "Greets.", ["name"])
    assert (greet.effects, greet.preview, greet.strict_json_schema) == ("changes", None, True)
    assert greet.origin == f"{__name__}:test_a_bare_decorator_makes_a_tool.<locals>.greet"


def test_the_origin_of_an_object_is_its_class():
    class Caller:
        def __call__(self) -> str:
            return "called"

    assert function_tool(Caller()).origin == f"{__name__}:test_the_origin_of_an_object_is_its_class.<locals>.Caller"


def test_tool_is_the_same_decorator():
    assert tool is function_tool


def test_every_option_reaches_the_tool():
    async def asks(ctx: RunContextWrapper[Any], arguments: dict[str, Any], call_id: str) -> bool:
        return True

    def enabled(ctx: RunContextWrapper[Any], agent: Any) -> bool:
        return True

    def on_timeout(ctx: RunContextWrapper[Any], error: ToolTimeoutError) -> str:
        return "slow"

    def preview(arguments: dict[str, Any]) -> CallPreview:
        return CallPreview("text", "p")

    def extract(*_: Any) -> dict[str, Any]:
        return {}

    def named() -> str:
        """Hidden."""
        return "x"

    made = function_tool(
        named,
        name_override="other",
        description_override="Said otherwise.",
        strict_mode=False,
        is_enabled=enabled,
        needs_approval=asks,
        tool_input_guardrails=["in"],
        tool_output_guardrails=["out"],
        timeout=2.5,
        timeout_behavior="raise_exception",
        timeout_error_function=on_timeout,
        defer_loading=True,
        custom_data_extractor=extract,
        allowed_callers=["direct"],
        output_json_schema={"type": "object"},
        effects="reads",
        preview=preview,
        origin="built in",
    )
    assert made == FunctionTool(
        name="other",
        description="Said otherwise.",
        params_json_schema={"properties": {}, "title": "other_args", "type": "object"},
        on_invoke_tool=made.on_invoke_tool,
        strict_json_schema=False,
        is_enabled=enabled,
        tool_input_guardrails=["in"],
        tool_output_guardrails=["out"],
        needs_approval=asks,
        timeout_seconds=2.5,
        timeout_behavior="raise_exception",
        timeout_error_function=on_timeout,
        defer_loading=True,
        custom_data_extractor=extract,
        allowed_callers=["direct"],
        output_json_schema={"type": "object"},
        effects="reads",
        preview=preview,
        origin="built in",
    )


def test_the_docstring_options_reach_the_schema():
    def documented(a: int) -> None:
        """Text.

        Args:
            a: google

        :param a: sphinx
        """

    def text_of(**options: Any) -> tuple[str, str | None]:
        made = function_tool(documented, **options)
        return made.description, made.params_json_schema["properties"]["a"].get("description")

    assert text_of(docstring_style="google") == ("Text.", "google")
    assert text_of(use_docstring_info=False) == ("", None)


def test_an_output_type_becomes_a_schema():
    class Answer(TypedDict):
        text: str

    made = function_tool(lambda: None, name_override="it", output_type=Answer)
    assert made.output_json_schema == {
        "properties": {"text": {"title": "Text", "type": "string"}},
        "required": ["text"],
        "title": "Answer",
        "type": "object",
        "additionalProperties": False,
    }
    with pytest.raises(UserError, match="not both"):
        function_tool(lambda: None, output_type=Answer, output_json_schema={"type": "object"})


@pytest.mark.parametrize("timeout", [0, -1, float("inf"), float("nan")])
def test_a_timeout_is_a_positive_number(timeout: float):
    with pytest.raises(ValueError, match="finite number of seconds above 0"):
        function_tool(timeout=timeout)


def test_an_unknown_timeout_behavior_is_refused():
    with pytest.raises(ValueError, match="timeout_behavior must be one of"):
        function_tool(timeout_behavior="nope")  # pyright: ignore[reportArgumentType, reportCallIssue] - the point


@pytest.mark.parametrize("changes", [{"timeout_seconds": 0}, {"timeout_seconds": -1.5}, {"timeout_behavior": "nope"}])
def test_a_tool_made_by_hand_is_checked_too(changes: dict[str, Any]):
    async def called(_context: ToolContext[Any], _arguments: str) -> str:
        return ""

    with pytest.raises(ValueError, match="timeout"):
        FunctionTool("t", "", {"type": "object", "properties": {}}, called, **changes)


def test_an_unknown_option_is_refused():
    with pytest.raises(TypeError, match="nope"):
        function_tool(nope=1)  # pyright: ignore[reportCallIssue] - the point


def test_a_tool_is_not_made_of_a_tool():
    made = function_tool(lambda: None, name_override="it")
    with pytest.raises(UserError, match="not of a FunctionTool"):
        function_tool(made)  # pyright: ignore[reportCallIssue, reportArgumentType] - the point


async def test_an_async_function_is_awaited_with_its_arguments():
    @function_tool
    async def add(ctx: ToolContext[str], a: int, b: int = 2) -> tuple[Any, ...]:
        await asyncio.sleep(0)
        return ctx.context, ctx.tool_call_id, a + b

    assert await call(add, '{"a": "1"}') == ("mine", "call-1", 3)


async def test_an_async_object_is_awaited():
    class Caller:
        async def __call__(self, a: int) -> int:
            return a

    assert await call(function_tool(Caller()), '{"a": 1}') == 1


async def test_a_sync_function_runs_in_a_thread():
    @function_tool
    def where() -> threading.Thread:
        return threading.current_thread()

    thread = await call(where)
    assert thread.daemon
    assert thread is not threading.current_thread()


async def test_a_sync_function_that_gives_a_coroutine_is_awaited():
    async def inner() -> str:
        return "awaited"

    @function_tool
    def outer() -> Awaitable[str]:
        return inner()

    assert await call(outer) == "awaited"


@pytest.mark.parametrize("arguments", ["", "{}"])
async def test_no_arguments_are_an_empty_object(arguments: str):
    assert await call(function_tool(lambda: 3, name_override="it"), arguments) == 3


async def test_an_output_is_given_as_it_is():
    value = {"answer": 42}
    output = await call(function_tool(lambda: value, name_override="it"))
    assert output is value


ERRORS: list[BaseException] = [
    ValueError("boom"),
    UserError("boom"),
    TimeoutError("boom"),
    asyncio.CancelledError("boom"),
    SystemExit(3),
]


@pytest.mark.parametrize("error", ERRORS, ids=repr)
async def test_an_error_becomes_the_standard_sentence(error: BaseException):
    output = await call(raising(error))
    assert output == STANDARD
    assert type(output) is ToolFailureText


@pytest.mark.parametrize("arguments", ["nope", "[1]", '{"a": "z"}'])
async def test_wrong_arguments_become_the_standard_sentence(arguments: str):
    assert await call(raising(ValueError("never")), arguments) == STANDARD


async def test_a_sync_function_that_exits_ends_only_its_call():
    def leaves() -> None:
        raise SystemExit(3)

    assert await call(function_tool(leaves)) == STANDARD


def plain_handler(ctx: RunContextWrapper[Any], error: Exception) -> str:
    return f"{ctx.context}: {error}"


async def async_handler(ctx: RunContextWrapper[Any], error: Exception) -> str:
    return plain_handler(ctx, error)


@pytest.mark.parametrize("handler", [plain_handler, async_handler])
async def test_a_failure_function_makes_the_output(handler: Callable[..., Any]):
    failing = raising(ValueError("boom"), failure_error_function=handler)
    assert await call(failing) == ToolFailureText("mine: boom")
    assert await call(failing, "[1]") == ToolFailureText("mine: Invalid JSON input for tool it: expected a JSON object")
    assert isinstance(await call(failing), ToolFailureText)


async def test_the_failure_function_gets_the_details_of_wrong_arguments():
    seen: list[Exception] = []

    def handler(ctx: RunContextWrapper[Any], error: Exception) -> str:
        seen.append(error)
        return "wrong"

    await call(raising(ValueError("never"), failure_error_function=handler), '{"a": "z"}')
    [error] = seen
    assert isinstance(error, InvalidToolArgumentsError)
    assert error.detail == "a: Input should be a valid integer, unable to parse string as an integer"


async def test_without_a_failure_function_the_error_ends_the_run():
    error = ValueError("boom")
    with pytest.raises(UserError, match=r"^Error running tool it: boom$") as caught:
        await call(raising(error, failure_error_function=None))
    assert caught.value.__cause__ is error


async def test_without_a_failure_function_the_runtimes_own_errors_pass_as_they_are():
    error = UserError("boom")
    with pytest.raises(UserError) as caught:
        await call(raising(error, failure_error_function=None))
    assert caught.value is error


async def test_without_a_failure_function_wrong_arguments_end_the_run():
    with pytest.raises(ModelBehaviorError, match=r"^Invalid JSON input for tool it$"):
        await call(raising(ValueError("never"), failure_error_function=None), "nope")


async def test_without_a_failure_function_a_tool_that_ends_itself_is_an_error():
    with pytest.raises(UserError, match=r"^Error running tool it: The tool ended itself with CancelledError\(boom\)\.$"):
        await call(raising(asyncio.CancelledError("boom"), failure_error_function=None))


async def test_an_error_in_the_failure_function_ends_the_run():
    def broken(ctx: RunContextWrapper[Any], error: Exception) -> str:
        raise KeyError("in the handler")

    with pytest.raises(UserError, match="in the handler"):
        await call(raising(ValueError("boom"), failure_error_function=broken))


async def test_a_tool_made_by_hand_ends_the_run_with_its_error():
    async def by_hand(ctx: ToolContext[Any], arguments: str) -> str:
        raise ValueError("by hand")

    with pytest.raises(UserError, match=r"^Error running tool it: by hand$"):
        await call(FunctionTool("it", "", {}, by_hand))


async def format_error(error: Exception, text: str) -> str:
    return f"{text} ({error})"


async def test_the_run_may_replace_the_standard_sentence():
    output = await call(raising(ValueError("boom")), format_error=format_error)
    assert output == f"{STANDARD} (boom)"
    assert isinstance(output, ToolFailureText)


async def test_the_run_may_not_replace_what_a_failure_function_says():
    named = raising(ValueError("boom"), failure_error_function=default_tool_error_function)
    assert await call(named, format_error=format_error) == STANDARD


async def forever() -> str:
    await asyncio.Event().wait()
    return "never"


async def test_an_async_tool_that_takes_too_long_is_cancelled():
    output = await call(function_tool(forever, timeout=SHORT))
    assert output == "Tool 'forever' timed out after 0.01 seconds."
    assert isinstance(output, ToolFailureText)


async def test_the_run_does_not_replace_the_sentence_of_a_timeout():
    assert await call(function_tool(forever, timeout=SHORT), format_error=format_error) == (
        "Tool 'forever' timed out after 0.01 seconds."
    )


async def test_a_timeout_can_end_the_run():
    with pytest.raises(ToolTimeoutError, match=r"Tool 'forever' timed out after 0.01 seconds"):
        await call(function_tool(forever, timeout=SHORT, timeout_behavior="raise_exception"))


def on_timeout(ctx: RunContextWrapper[Any], error: ToolTimeoutError) -> str:
    return f"{ctx.context}: {error.tool_name} {error.timeout_seconds}"


async def async_on_timeout(ctx: RunContextWrapper[Any], error: ToolTimeoutError) -> str:
    return on_timeout(ctx, error)


@pytest.mark.parametrize("handler", [on_timeout, async_on_timeout])
async def test_a_timeout_function_makes_the_output(handler: Callable[..., Any]):
    output = await call(function_tool(forever, timeout=SHORT, timeout_error_function=handler))
    assert output == "mine: forever 0.01"
    assert isinstance(output, ToolFailureText)


async def test_a_timeout_of_the_tools_own_is_an_ordinary_error():
    assert await call(raising(TimeoutError("own"), timeout=60)) == STANDARD
    with pytest.raises(UserError, match=r"^Error running tool it: own$"):
        await call(raising(TimeoutError("own"), timeout=60, failure_error_function=None))


async def test_a_sync_tool_that_takes_too_long_is_abandoned_and_its_late_result_kept():
    release, late = threading.Event(), asyncio.Queue[LateResult]()

    @function_tool(timeout=SHORT)
    def slow() -> str:
        release.wait()
        return "late"

    assert await call(slow, on_late_result=late.put_nowait) == "Tool 'slow' timed out after 0.01 seconds."
    assert late.empty()
    release.set()
    assert await late.get() == Gave("late")


@pytest.mark.parametrize("options", [{}, {"failure_error_function": None}, {"timeout": 60}])
async def test_cancelling_a_call_is_no_failure(options: dict[str, Any]):
    running, release = threading.Event(), threading.Event()

    @function_tool(**options)
    def blocked() -> None:
        running.set()
        release.wait()

    calling = asyncio.create_task(call(blocked))
    await call_in_thread(running.wait)
    calling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await calling
    release.set()
