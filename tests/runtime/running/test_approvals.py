"""Asking a person: interruptions, decisions, resuming, and state as JSON in between."""

import json
from typing import Any

import pytest
from openai.types.responses import ResponseFunctionToolCall

from agentchat import (
    Agent,
    RunConfig,
    Runner,
    RunState,
    ToolApprovalItem,
    ToolCallOutputItem,
    ToolContext,
    ToolErrorFormatterArgs,
    UserError,
    function_tool,
)
from agentchat.runtime.declarations.tool import FunctionTool
from agentchat.runtime.ports.policy import Ask, CallInQuestion, Deny, Verdict
from agentchat.testing import ScriptedModel, assistant_message, function_call
from tests.runtime.running.runs import add, noting, told


def _note(text: str, call_id: str) -> Any:
    return function_call("note", json.dumps({"text": text}), call_id=call_id)


def _agent(seen: list[str], *steps: Any) -> Agent[Any]:
    return Agent(name="A", tools=[noting(seen, needs_approval=True), add], model=ScriptedModel(steps))


async def _interrupted(agent: Agent[Any]) -> RunState:
    result = Runner.run_streamed(agent, "hi")
    await told(result)
    return result.to_state()


async def _through_json(agent: Agent[Any], state: RunState) -> RunState:
    return await RunState.from_string(agent, state.to_string())


@pytest.mark.parametrize("as_json", [False, True])
async def test_an_approved_call_runs_and_the_run_goes_on(as_json: bool) -> None:
    seen: list[str] = []
    agent = _agent(seen, [_note("x", "c1")], [assistant_message("done")])
    state = await _interrupted(agent)
    state.approve(state.get_interruptions()[0])
    if as_json:
        state = await _through_json(agent, state)
    result = Runner.run_streamed(agent, state)
    assert await told(result) == ["AU(A)", "tool_output noted x", "RAW", "message_output_created"]
    assert (seen, result.final_output) == (["x"], "done")


async def test_a_rejected_call_does_not_run_and_the_model_is_told() -> None:
    seen: list[str] = []
    agent = _agent(seen, [_note("x", "c1")], [assistant_message("ok")])
    state = await _interrupted(agent)
    state.reject(state.get_interruptions()[0])
    assert await told(Runner.run_streamed(agent, state)) == [
        "AU(A)", "tool_output Tool execution was not approved.", "RAW", "message_output_created",
    ]  # fmt: skip
    assert seen == []


@pytest.mark.parametrize("as_json", [False, True])
async def test_a_rejection_carries_its_message_to_the_model(as_json: bool) -> None:
    agent = _agent([], [_note("x", "c1")], [assistant_message("ok")])
    state = await _interrupted(agent)
    state.reject(state.get_interruptions()[0], rejection_message="not today")
    if as_json:
        state = await _through_json(agent, state)
    assert "tool_output not today" in await told(Runner.run_streamed(agent, state))


async def test_the_formatter_words_a_rejection_without_a_message() -> None:
    def words(args: ToolErrorFormatterArgs) -> str:
        return f"{args.kind} {args.tool_name} {args.call_id}: {args.default_message}"

    agent = _agent([], [_note("x", "c1")], [assistant_message("ok")])
    state = await _interrupted(agent)
    state.reject(state.get_interruptions()[0])
    events = await told(Runner.run_streamed(agent, state, run_config=RunConfig(tool_error_formatter=words)))
    assert events[1] == "tool_output approval_rejected note c1: Tool execution was not approved."


async def test_the_formatter_of_an_error_is_told_which_call_it_is_about() -> None:
    def words(args: ToolErrorFormatterArgs) -> str:
        assert isinstance(args.run_context, ToolContext)
        return f"{args.run_context.tool_name} could not take {args.run_context.tool_arguments}"

    @function_tool
    def broken(text: str) -> str:
        """Fails."""
        raise ValueError(text)

    model = ScriptedModel([[function_call("broken", '{"text":"x"}', call_id="c1")], [assistant_message("ok")]])
    result = Runner.run_streamed(Agent(name="A", tools=[broken], model=model), "hi", run_config=RunConfig(tool_error_formatter=words))
    assert 'tool_output broken could not take {"text":"x"}' in await told(result)


async def test_without_a_decision_a_resumed_run_asks_again_and_calls_no_model() -> None:
    model = ScriptedModel([[_note("x", "c1")]])
    agent = Agent(name="A", tools=[noting([], needs_approval=True)], model=model)
    result = Runner.run_streamed(agent, await _interrupted(agent))
    assert await told(result) == ["AU(A)"]
    assert [item.call_id for item in result.interruptions] == ["c1"]
    assert len(model.calls) == 1


@pytest.mark.parametrize("as_json", [False, True])
async def test_calls_may_be_decided_one_by_one_over_several_resumes(as_json: bool) -> None:
    seen: list[str] = []
    agent = _agent(seen, [_note("one", "c1"), _note("two", "c2")], [assistant_message("done")])
    state = await _interrupted(agent)
    state.approve(state.get_interruptions()[0])
    first = Runner.run_streamed(agent, state)
    assert await told(first) == ["AU(A)", "tool_output noted one"]
    assert [item.call_id for item in first.interruptions] == ["c2"]
    state = await _through_json(agent, first.to_state()) if as_json else first.to_state()
    state.reject(state.get_interruptions()[0])
    assert await told(Runner.run_streamed(agent, state)) == [
        "AU(A)", "tool_output Tool execution was not approved.", "RAW", "message_output_created",
    ]  # fmt: skip
    assert seen == ["one"]


async def test_always_approved_calls_of_the_same_tool_are_not_asked_about_again() -> None:
    seen: list[str] = []
    agent = _agent(seen, [_note("one", "c1")], [_note("two", "c2")], [assistant_message("done")])
    state = await _interrupted(agent)
    state.approve(state.get_interruptions()[0], always_approve=True)
    assert await told(Runner.run_streamed(agent, state)) == [
        "AU(A)", "tool_output noted one", "RAW", "tool_called", "tool_output noted two", "RAW", "message_output_created",
    ]  # fmt: skip


async def test_always_rejected_calls_get_the_same_message() -> None:
    seen: list[str] = []
    agent = _agent(seen, [_note("one", "c1")], [_note("two", "c2")], [assistant_message("done")])
    state = await _interrupted(agent)
    state.reject(state.get_interruptions()[0], always_reject=True, rejection_message="never")
    events = await told(Runner.run_streamed(agent, state))
    assert events.count("tool_output never") == 2
    assert seen == []


async def test_one_yes_is_for_one_call() -> None:
    seen: list[str] = []
    agent = _agent(seen, [_note("one", "c1")], [_note("two", "c2")])
    state = await _interrupted(agent)
    state.approve(state.get_interruptions()[0])
    result = Runner.run_streamed(agent, state)
    await told(result)
    assert [item.call_id for item in result.interruptions] == ["c2"]
    assert seen == ["one"]


async def test_the_latest_decision_stands() -> None:
    seen: list[str] = []
    agent = _agent(seen, [_note("x", "c1")], [assistant_message("ok")])
    state = await _interrupted(agent)
    item = state.get_interruptions()[0]
    state.approve(item)
    state.reject(item)
    await told(Runner.run_streamed(agent, state))
    assert seen == []


async def test_edited_arguments_run_and_the_model_is_told_of_the_edit() -> None:
    seen: list[str] = []
    agent = _agent(seen, [_note("rm everything", "c1")], [assistant_message("ok")])
    state = await _interrupted(agent)
    state.approve(state.get_interruptions()[0], arguments={"text": "rm one"})
    events = await told(Runner.run_streamed(agent, await _through_json(agent, state)))
    assert seen == ["rm one"]
    assert events[1] == 'tool_output The user changed the arguments to {"text":"rm one"}.\nnoted rm one'


async def test_a_state_can_be_resumed_twice() -> None:
    seen: list[str] = []
    agent = _agent(seen, [_note("x", "c1")], [assistant_message("one")], [assistant_message("two")])
    state = await _interrupted(agent)
    state.approve(state.get_interruptions()[0])
    outputs = [(await Runner.run(agent, state)).final_output for _ in range(2)]
    assert (outputs, seen) == (["one", "two"], ["x", "x"])


async def test_approval_can_depend_on_the_arguments() -> None:
    async def for_long_ones(_: object, arguments: dict[str, Any], call_id: str) -> bool:
        return len(arguments["text"]) > 3 and call_id.startswith("c")

    seen: list[str] = []

    @function_tool(needs_approval=for_long_ones)
    def note(text: str) -> str:
        """Notes."""
        seen.append(text)
        return "ok"

    model = ScriptedModel([[_note("abc", "c1"), _note("abcd", "c2")]])
    result = await Runner.run(Agent(name="A", tools=[note], model=model), "hi")
    assert (seen, [item.call_id for item in result.interruptions]) == (["abc"], ["c2"])


async def test_an_approval_in_a_handed_off_agent_resumes_there() -> None:
    seen: list[str] = []
    b = Agent(
        name="B",
        tools=[noting(seen, needs_approval=True)],
        model=ScriptedModel([[_note("x", "c1")], [assistant_message("B done")]]),
    )
    a = Agent(name="A", handoffs=[b], model=ScriptedModel([[function_call("transfer_to_b", "{}", call_id="h1")]]))
    state = await _through_json(a, await _interrupted(a))
    state.approve(state.get_interruptions()[0])
    result = Runner.run_streamed(a, state)
    assert await told(result) == ["AU(B)", "tool_output noted x", "RAW", "message_output_created"]
    assert result.last_agent is b


async def test_staged_input_comes_after_the_outputs() -> None:
    model = ScriptedModel([[_note("x", "c1")], [assistant_message("ok")]])
    agent = Agent(name="A", tools=[noting([], needs_approval=True)], model=model)
    state = await _interrupted(agent)
    state.approve(state.get_interruptions()[0])
    state.add_input("and hurry")
    result = await Runner.run(agent, await _through_json(agent, state))
    assert model.last_call is not None
    assert [item.get("type", item.get("role")) for item in model.last_call.input] == [
        "user", "function_call", "function_call_output", "user",
    ]  # fmt: skip
    assert [item.type for item in result.new_items if item.type == "input_item"] == ["input_item"]


async def test_something_that_is_no_interruption_cannot_be_decided() -> None:
    agent = _agent([], [_note("x", "c1")])
    state = await _interrupted(agent)
    with pytest.raises(UserError, match=r"Only items of result\.interruptions can be decided"):
        state.approve("c1")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "missing schema version"),
        ({"$schemaVersion": "1.21"}, "not supported: '1.21'"),
        ([], "missing schema version"),
    ],
)
async def test_a_state_of_another_version_is_refused_in_one_sentence(data: Any, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        await RunState.from_json(Agent(name="A"), data)


async def test_text_that_is_no_json_is_refused() -> None:
    with pytest.raises(UserError, match="Failed to parse run state JSON"):
        await RunState.from_string(Agent(name="A"), "{")


async def test_arguments_that_cannot_be_read_are_asked_about_where_approval_depends_on_them() -> None:
    ran: list[str] = []

    async def is_much(_: Any, arguments: dict[str, Any], __: str) -> bool:
        return arguments.get("sum", 0) > 100

    async def pay(_: Any, arguments: str) -> str:
        ran.append(arguments)
        return "paid"

    schema = {"type": "object", "properties": {}}
    tool = FunctionTool("pay", "Pays.", schema, pay, strict_json_schema=False, needs_approval=is_much)
    call = ResponseFunctionToolCall(name="pay", arguments='{"sum": 1000,}', call_id="c1", type="function_call")
    result = await Runner.run(Agent(name="A", tools=[tool], model=ScriptedModel([[call]])), "hi")
    assert ([item.tool_name for item in result.interruptions], ran) == (["pay"], [])


async def test_a_rule_denies_what_an_edit_makes_of_a_call() -> None:
    class NeverTheRoot:
        def verdict(self, call: CallInQuestion) -> Verdict:
            return Deny("never the root") if call.arguments == {"where": "/"} else Ask()

    ran: list[str] = []
    tool = function_tool(lambda where: ran.append(f"wiped {where}"), name_override="wipe")
    model = ScriptedModel([[function_call("wipe", {"where": "tmp"}, call_id="c1")], [assistant_message("done")]])
    agent, config = Agent(name="A", tools=[tool], model=model), RunConfig(approval_policy=NeverTheRoot())
    state = (await Runner.run(agent, "hi", run_config=config)).to_state()
    state.approve(state.get_interruptions()[0], arguments={"where": "/"})
    result = await Runner.run(agent, state, run_config=config)
    assert ([item.output for item in result.new_items if item.type == "tool_call_output_item"], ran) == (["never the root"], [])


@pytest.mark.parametrize("as_json", [False, True])
async def test_a_repeated_call_does_not_shift_the_others_in_a_state(as_json: bool) -> None:
    ran: list[str] = []
    look = function_tool(lambda: ran.append("look"), name_override="look")
    wipe = function_tool(lambda: ran.append("wipe"), name_override="wipe", needs_approval=True)
    seen, wiped = function_call("look", {}, call_id="c1"), function_call("wipe", {}, call_id="c2")
    agent = Agent(name="A", tools=[look, wipe], model=ScriptedModel([[seen], [seen, wiped], [assistant_message("done")]]))
    state = (await Runner.run(agent, "hi")).to_state()
    if as_json:
        state = await RunState.from_json(agent, state.to_json())
    (item,) = state.get_interruptions()
    state.approve(item)
    await Runner.run(agent, state)
    assert (item.tool_name, ran) == ("wipe", ["look", "wipe"])


async def test_questions_stand_among_the_items_where_their_calls_outputs_would() -> None:
    plain = function_call("add", {"a": 1, "b": 2}, call_id="c2")
    agent = _agent([], [_note("x", "c1"), plain, _note("y", "c3")])
    state = (await Runner.run(agent, "hi")).to_state()
    state.approve(state.get_interruptions()[0])
    result = await Runner.run(agent, state)
    assert [(item.type, item.call_id) for item in result.new_items[3:] if isinstance(item, ToolApprovalItem | ToolCallOutputItem)] == [
        ("tool_approval_item", "c1"),
        ("tool_call_output_item", "c2"),
        ("tool_approval_item", "c3"),
        ("tool_call_output_item", "c1"),
    ]
