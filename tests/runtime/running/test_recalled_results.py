"""What the results of a run that goes on after a crash show of the time before it."""

from collections.abc import Callable
from typing import Any

import pytest

from agentchat import (
    Agent,
    FunctionTool,
    GuardrailFunctionOutput,
    InputGuardrail,
    OutputGuardrail,
    RunConfig,
    Runner,
    RunResult,
    RunState,
    ToolCallOutputItem,
    ToolGuardrailFunctionOutput,
    ToolOutputGuardrail,
    ToolsToFinalOutputResult,
    function_tool,
    handoff,
)
from agentchat.testing import ScriptedModel, assistant_message, function_call
from agentchat.testing_journal import InMemoryJournal
from tests.runtime.running.journals import Crash, CrashingJournal, all_events


def _tool(*, guarded: bool) -> FunctionTool:
    async def go_on(_: object) -> ToolGuardrailFunctionOutput:
        return ToolGuardrailFunctionOutput.allow()

    guardrails: list[Any] = [ToolOutputGuardrail(go_on)] if guarded else []

    @function_tool(custom_data_extractor=lambda told: {"length": len(told.output)}, tool_output_guardrails=guardrails)
    def look() -> str:
        """Looks."""
        return "four"

    return look


def _agent(*, guarded: bool = False, answers: int = 2) -> Agent[Any]:
    steps: list[Any] = [[function_call("look", "{}", call_id="c1")], [assistant_message("done")]]
    return Agent(name="A", tools=[_tool(guarded=guarded)], model=ScriptedModel(steps[-answers:]))


async def _crash(make: Callable[[], Agent[Any]], at: str, *, done: bool) -> tuple[InMemoryJournal, str]:
    """A run that dies before or after the journal is asked the first question that begins so; its journal, and its id."""
    for place in range(1, 30):
        journal = CrashingJournal(InMemoryJournal("s"), at=place, done=done)
        with pytest.raises(Crash):
            await all_events(Runner.run_streamed(make(), "hi", run_config=RunConfig(run_journal=journal)))
        if journal.crashed.startswith(at):
            return journal.inner, journal.run_id
    raise AssertionError(at)


@pytest.mark.parametrize("guarded", [True, False])
async def test_custom_data_of_a_finished_call_outlives_a_crash(guarded: bool) -> None:
    journal, run_id = await _crash(lambda: _agent(guarded=guarded), "commit goes on", done=False)
    agent = _agent(guarded=guarded, answers=1)
    result = Runner.run_streamed(agent, await RunState.recall(agent, journal, run_id), run_config=RunConfig(run_journal=journal))
    await all_events(result)
    assert [item.custom_data for item in result.new_items if isinstance(item, ToolCallOutputItem)] == [{"length": 4}]


async def test_a_crash_before_the_custom_data_was_known_costs_only_that() -> None:
    journal, run_id = await _crash(_agent, "finish", done=True)
    again = _agent(answers=1)
    result = Runner.run_streamed(again, await RunState.recall(again, journal, run_id), run_config=RunConfig(run_journal=journal))
    await all_events(result)
    outputs = [item for item in result.new_items if isinstance(item, ToolCallOutputItem)]
    assert [(item.output, item.custom_data) for item in outputs] == [("four", None)]


async def test_custom_data_inside_an_agent_tool_is_told_of_a_run_that_was_taken_up_again() -> None:
    told: list[Any] = []

    async def extract(result: RunResult) -> str:
        told.extend(item.custom_data for item in result.new_items if isinstance(item, ToolCallOutputItem))
        return "found"

    def world() -> tuple[Agent[Any], Agent[Any]]:
        inner = _agent()
        tool = inner.as_tool("inner", "Looks.", custom_output_extractor=extract)
        steps: list[Any] = [[function_call("inner", {"input": "x"}, call_id="o1")], [assistant_message("done")]]
        return Agent(name="Outer", tools=[tool], model=ScriptedModel(steps)), inner

    journal, run_id = await _crash(lambda: world()[0], "commit goes on", done=True)  # of the inner run, which comes first
    outer, inner = world()
    inner.model, outer.model = ScriptedModel([[assistant_message("done")]]), ScriptedModel([[assistant_message("done")]])
    state = await RunState.recall(outer, journal, run_id)
    await all_events(Runner.run_streamed(outer, state, run_config=RunConfig(run_journal=journal)))
    assert told == [{"length": 4}]


async def test_what_the_runs_guardrails_said_is_in_its_checkpoint() -> None:
    async def yes(*_: object) -> GuardrailFunctionOutput:
        return GuardrailFunctionOutput({"seen": True}, tripwire_triggered=False)

    agent = _agent()
    agent.input_guardrails, agent.output_guardrails = [InputGuardrail(yes, "in", run_in_parallel=False)], [OutputGuardrail(yes, "out")]
    journal = InMemoryJournal("s")
    lived = Runner.run_streamed(agent, "hi", run_config=RunConfig(run_journal=journal))
    await all_events(lived)
    state = await RunState.recall(agent, journal, lived.to_state().run_id)
    again = Runner.run_streamed(agent, state, run_config=RunConfig(run_journal=journal))
    await all_events(again)
    for result in (lived, again):
        assert [(said.guardrail.get_name(), said.output.output_info) for said in result.input_guardrail_results] == [("in", {"seen": True})]
        assert [(said.guardrail.get_name(), said.agent_output, said.agent.name) for said in result.output_guardrail_results] == [
            ("out", "done", "A")
        ]


async def test_of_two_agents_of_one_name_the_one_that_acted_goes_on() -> None:
    def world() -> tuple[Agent[Any], Agent[Any]]:
        second = Agent(name="A", model=ScriptedModel([[assistant_message("second")]]), instructions="second")
        steps: list[Any] = [[function_call("transfer", "{}", call_id="h1")]]
        return Agent(name="A", model=ScriptedModel(steps), handoffs=[handoff(second, tool_name_override="transfer")]), second

    journal, run_id = await _crash(lambda: world()[0], "commit goes on", done=True)
    first, second = world()
    state = await RunState.recall(first, journal, run_id)
    result = Runner.run_streamed(first, state, run_config=RunConfig(run_journal=journal))
    await all_events(result)
    assert (result.final_output, result.last_agent) == ("second", second)


async def test_a_callable_gets_the_result_of_an_agent_tools_run() -> None:
    seen: list[Any] = []

    def look(_: object, results: list[Any]) -> Any:
        seen.extend(results)
        return ToolsToFinalOutputResult(is_final_output=True, final_output="z")

    inner = Agent(name="I", model=ScriptedModel([[assistant_message("found")]]))
    calls: list[Any] = [function_call("look", "{}", call_id="c1"), function_call("inner", {"input": "x"}, call_id="c2")]
    tools: list[Any] = [_tool(guarded=False), inner.as_tool("inner", "Looks.")]
    await Runner.run(Agent(name="A", tools=tools, tool_use_behavior=look, model=ScriptedModel([calls])), "hi")
    assert [(result.output, result.interruptions) for result in seen] == [("four", []), ("found", [])]
    assert seen[0].agent_run_result is None
    assert (seen[1].agent_run_result.final_output, seen[1].agent_run_result.last_agent) == ("found", inner)
