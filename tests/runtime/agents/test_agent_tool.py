"""Agents as tools: what `as_tool` makes, what a call gives, what fails; inside a run and outside of one."""

import dataclasses
from typing import Any

import pytest

from agentchat import (
    Agent,
    AgentToolInvocation,
    FunctionTool,
    MaxTurnsExceeded,
    RunConfig,
    RunContextWrapper,
    RunHooks,
    Runner,
    SQLiteSession,
    ToolContext,
    UserError,
    function_tool,
)
from agentchat.testing import ModelStep, ScriptedModel, assistant_message, function_call
from agentchat.testing_journal import InMemoryJournal
from tests.runtime.running.runs import noting

FAILED = "An error occurred while running the tool. Please try again."


@dataclasses.dataclass
class Question:
    order: int


def _asking(tool: Any, *calls: dict[str, Any], **fields: Any) -> Agent[Any]:
    """An agent that calls the tool with each of these arguments, then is done."""
    name = tool.name
    steps = [[function_call(name, arguments, call_id=f"c{place}")] for place, arguments in enumerate(calls or ({"input": "q"},))]
    return Agent(name="outer", model=ScriptedModel([*steps, [assistant_message("done")]]), tools=[tool], **fields)


def _inner(*steps: Any, **fields: Any) -> Agent[Any]:
    return Agent(name="inner", model=ScriptedModel(steps or [[assistant_message("inner says")]]), **fields)


async def _output(tool: FunctionTool, **options: Any) -> Any:
    result = await Runner.run(_asking(tool), "hi", **options)
    return result.new_items[1].output  # type: ignore[union-attr]


def test_a_tool_without_a_name_is_called_as_its_agent() -> None:
    tool = Agent(name="My Agent!").as_tool(None, None)
    assert (tool.name, tool.description, tool.needs_approval, tool.effects) == ("my_agent_", "", False, "none")
    assert Agent(name="A").as_tool("as it is", "what it does").name == "as it is"


async def test_the_agent_gets_the_input_and_its_final_output_is_the_output() -> None:
    inner = _inner()
    assert await _output(inner.as_tool("ask", "Asks.")) == "inner says"
    assert inner.model.calls[0].input == [{"content": "q", "role": "user"}]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("steps", "fields", "output"),
    [
        ([[assistant_message("")]], {}, ""),
        ([[]], {}, ""),
        ([[function_call("note", {"text": "x"}, call_id="i1")], [assistant_message("")]], {}, "noted x"),
        ([[assistant_message("said"), function_call("note", {"text": "x"}, call_id="i1")], [assistant_message("")]], {}, "noted x"),
        ([[function_call("note", {"text": "x"}, call_id="i1")]], {"tool_use_behavior": "stop_on_first_tool"}, "noted x"),
        ([[assistant_message('{"response":0}')]], {"output_type": int}, 0),
    ],
)
async def test_where_the_final_output_is_empty_the_last_text_counts(steps: list[Any], fields: dict[str, Any], output: Any) -> None:
    assert await _output(_inner(*steps, tools=[noting([])], **fields).as_tool("ask", "d")) == output


async def test_an_extractor_gets_the_result_and_gives_the_output() -> None:
    seen: list[Any] = []

    async def extract(result: Any) -> int:
        seen.append((result.final_output, result.agent_tool_invocation))
        return 7

    assert await _output(_inner().as_tool("ask", "d", custom_output_extractor=extract)) == 7
    assert seen == [("inner says", AgentToolInvocation("ask", "c0", '{"input":"q"}'))]


async def test_an_ordinary_run_answers_no_call() -> None:
    assert (await Runner.run(_inner(), "hi")).agent_tool_invocation is None


@pytest.mark.parametrize(
    ("step", "error", "text"),
    [
        (ModelStep.raise_error(ValueError("boom")), "ValueError", "boom"),
        ([function_call("no_such_tool", {}, call_id="i1")], "ModelBehaviorError", "Tool no_such_tool not found in agent inner"),
    ],
)
async def test_what_fails_inside_becomes_a_text_for_the_model(step: Any, error: str, text: str) -> None:
    assert await _output(_inner(step).as_tool("ask", "d")) == FAILED

    def words(ctx: RunContextWrapper[Any], raised: Exception) -> str:
        return f"{type(raised).__name__}: {raised}"

    assert await _output(_inner(step).as_tool("ask", "d", failure_error_function=words)) == f"{error}: {text}"


async def test_without_a_failure_function_the_outer_run_fails() -> None:
    tool = _inner(ModelStep.raise_error(ValueError("boom"))).as_tool("ask", "d", failure_error_function=None)
    with pytest.raises(UserError, match="Error running tool ask: boom"):
        await _output(tool)


async def test_an_extractor_that_raises_is_a_failure_of_the_tool() -> None:
    async def extract(result: Any) -> str:
        raise ValueError("boom")

    assert await _output(_inner().as_tool("ask", "d", custom_output_extractor=extract)) == FAILED


async def test_the_turns_of_the_agent_are_counted_by_themselves() -> None:
    steps = [[function_call("note", {"text": str(n)}, call_id=f"i{n}")] for n in range(11)]
    twelve = _inner(*steps, [assistant_message("at last")], tools=[noting([])])
    assert await _output(twelve.as_tool("ask", "d", max_turns=12), max_turns=2) == "at last"
    ten = _inner(*steps, tools=[noting([])])
    with pytest.raises(MaxTurnsExceeded, match=r"Max turns \(10\) exceeded"):
        await _output(ten.as_tool("ask", "d", failure_error_function=None))


async def test_tokens_count_in_the_outer_run_and_the_context_is_the_same() -> None:
    seen: list[Any] = []

    @function_tool
    def look(ctx: RunContextWrapper[Any]) -> str:
        seen.append((ctx.context, ctx.tool_input))
        return "ok"

    inner = _inner([function_call("look", {}, call_id="i1")], [assistant_message("seen")], tools=[look])
    tool = inner.as_tool("ask", "d", parameters=Question)
    context = object()
    result = await Runner.run(_asking(tool, {"order": 4}), "hi", context=context)
    assert (result.context_wrapper.usage.requests, result.context_wrapper.tool_input) == (4, None)
    assert seen == [(context, {"order": 4})]


async def test_a_tool_that_is_not_enabled_is_not_offered() -> None:
    agent = Agent(
        name="outer",
        model=ScriptedModel([[assistant_message("done")]]),
        tools=[_inner().as_tool("a", "d", is_enabled=lambda ctx, agent: ctx.context), _inner().as_tool("b", "d", is_enabled=False)],
    )
    await Runner.run(agent, "hi", context=True)
    assert [tool.name for tool in agent.model.calls[0].tools] == ["a"]  # type: ignore[union-attr]


async def test_the_outer_config_is_inherited_unless_the_tool_has_one() -> None:
    told: list[str] = []

    def filtered(data: Any) -> Any:
        told.append(data.agent.name)
        return data.model_data

    config = RunConfig(call_model_input_filter=filtered)
    await _output(_inner().as_tool("ask", "d"), run_config=config)
    await _output(_inner().as_tool("ask", "d", run_config={"workflow_name": "its own"}), run_config=config)
    assert told == ["outer", "inner", "outer", "outer", "outer"]


async def test_a_config_that_is_none_is_refused_at_once() -> None:
    with pytest.raises(TypeError, match="Unknown run_config settings: temprature"):
        _inner().as_tool("ask", "d", run_config={"temprature": 1})


async def test_the_agent_has_hooks_of_its_own() -> None:
    class Heard(RunHooks[Any]):
        def __init__(self, name: str) -> None:
            self.name = name

        async def on_agent_start(self, context: Any, agent: Any) -> None:
            told.append(f"{self.name}: {agent.name}")

    told: list[str] = []
    await _output(_inner().as_tool("ask", "d", hooks=Heard("inside")), hooks=Heard("outside"))
    assert told == ["outside: outer", "inside: inner"]


async def test_a_session_of_the_tool_remembers_from_call_to_call() -> None:
    memory, conversation = SQLiteSession("memory"), SQLiteSession("conversation")
    inner = _inner([assistant_message("one", item_id="m1")], [assistant_message("two", item_id="m2")])
    outer = _asking(inner.as_tool("ask", "d", session=memory), {"input": "first"}, {"input": "second"})
    await Runner.run(outer, "hi", session=conversation)
    said = [item.get("id") or item["content"] for item in await memory.get_items()]
    assert said == ["first", "m1", "second", "m2"]
    assert [item.get("id") or item["content"] for item in inner.model.calls[1].input] == ["first", "m1", "second"]  # type: ignore[union-attr]
    assert "first" not in str([item for item in await conversation.get_items() if item.get("role") == "user"])


@pytest.mark.parametrize("name", ["previous_response_id", "conversation_id"])
async def test_a_conversation_that_the_provider_keeps_is_named_in_every_call(name: str) -> None:
    inner = _inner([function_call("note", {"text": "x"}, call_id="i1")], [assistant_message("done")], tools=[noting([])])
    await Runner.run(_asking(inner.as_tool("ask", "d", **{name: "given"})), "hi")
    sent = [(call.previous_response_id, call.conversation_id, len(call.input)) for call in inner.model.calls]  # type: ignore[union-attr]
    later = "resp-789" if name == "previous_response_id" else None
    given = ("given", None) if name == "previous_response_id" else (None, "given")
    assert sent == [(*given, 1), (later, given[1], 1)]


async def test_such_a_conversation_cannot_be_joined_with_a_session_or_a_journal() -> None:
    def words(ctx: RunContextWrapper[Any], raised: Exception) -> str:
        return str(raised)

    tool = _inner().as_tool("ask", "d", conversation_id="x", failure_error_function=words)
    assert "cannot be joined with a session or a journal" in await _output(tool, run_config=RunConfig(run_journal=InMemoryJournal()))


def _context(arguments: str = '{"input":"q"}', **more: Any) -> ToolContext[Any]:
    return ToolContext(context="mine", tool_name="ask", tool_call_id="c", tool_arguments=arguments, **more)


async def test_outside_of_a_run_the_tool_runs_the_agent_by_itself() -> None:
    context = _context()
    assert await _inner().as_tool("ask", "d").on_invoke_tool(context, '{"input":"q"}') == "inner says"
    assert context.usage.requests == 1
    told: list[str] = []
    tool = _inner().as_tool("ask", "d", on_stream=lambda event: told.append(event["event"].type))
    assert await tool.on_invoke_tool(context, '{"input":"q"}') == "inner says"
    assert (told[0], told[-1]) == ("agent_updated_stream_event", "run_item_stream_event")


async def test_called_from_a_tools_own_code_it_is_a_run_of_its_own() -> None:
    seen: list[str] = []
    inner = _inner([function_call("note", {"text": "x"}, call_id="i1")], [assistant_message("done")], tools=[noting(seen)])

    @function_tool
    async def ask(ctx: ToolContext[Any]) -> str:
        return str(await inner.as_tool("other", "d").on_invoke_tool(ctx, '{"input":"q"}'))

    journal = InMemoryJournal()
    result = await Runner.run(_asking(ask, {}), "hi", run_config=RunConfig(run_journal=journal))
    assert (result.final_output, seen) == ("done", ["x"])
    assert [row.get("type", row.get("role")) for row in await journal.get_items()] == [
        "user", "function_call", "function_call_output", "message",
    ]  # fmt: skip


async def test_a_time_limit_holds_for_an_agent_too() -> None:
    import asyncio

    async def never(call: Any) -> Any:
        await asyncio.Event().wait()

    tool = _inner(ModelStep.respond(never)).as_tool("ask", "d")
    tool.timeout_seconds = 0.01
    assert await _output(tool) == "Tool 'ask' timed out after 0.01 seconds."
