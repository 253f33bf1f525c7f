"""The guardrails of function tools: before a call starts, and before anybody sees what it brought."""

import asyncio
from typing import Any

import pytest

from agentchat import (
    Agent,
    CallFinished,
    FunctionTool,
    RunConfig,
    Runner,
    RunResultBase,
    RunState,
    SQLiteSession,
    ToolExecutionConfig,
    ToolGuardrailFunctionOutput,
    ToolInputGuardrail,
    ToolInputGuardrailData,
    ToolInputGuardrailTripwireTriggered,
    ToolOutputGuardrail,
    ToolOutputGuardrailData,
    ToolOutputGuardrailTripwireTriggered,
    UserError,
    function_tool,
)
from agentchat.runtime.ports.journal import Approved
from agentchat.testing import ScriptedModel, assistant_message, function_call
from agentchat.testing_journal import InMemoryJournal
from tests.runtime.running.journals import Crash, CrashingJournal, RecordingJournal, all_events

STREAMED = pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
ALLOW = ToolGuardrailFunctionOutput.allow()
REJECT = ToolGuardrailFunctionOutput.reject_content("Not this.", "why")
RAISE = ToolGuardrailFunctionOutput.raise_exception("why")


class Watch:
    """Guardrails and a tool that write down what they see, in one list."""

    def __init__(self) -> None:
        self.seen: list[Any] = []

    def before(self, said: ToolGuardrailFunctionOutput | Exception = ALLOW, name: str = "in") -> ToolInputGuardrail[Any]:
        def look(data: ToolInputGuardrailData) -> ToolGuardrailFunctionOutput:
            self.seen.append((name, data.context.tool_name, data.context.tool_arguments, data.context.tool_call_id, data.agent.name))
            return _given(said)

        return ToolInputGuardrail(look, name=name)

    def after(self, said: ToolGuardrailFunctionOutput | Exception = ALLOW, name: str = "out") -> ToolOutputGuardrail[Any]:
        async def look(data: ToolOutputGuardrailData) -> ToolGuardrailFunctionOutput:
            self.seen.append((name, data.output))
            return _given(said)

        return ToolOutputGuardrail(look, name=name)

    def tool(self, *guardrails: Any, **options: Any) -> FunctionTool:
        def work() -> dict[str, int]:
            """Works."""
            self.seen.append("ran")
            return {"v": 1}

        return function_tool(
            work,
            tool_input_guardrails=[guardrail for guardrail in guardrails if isinstance(guardrail, ToolInputGuardrail)],
            tool_output_guardrails=[guardrail for guardrail in guardrails if isinstance(guardrail, ToolOutputGuardrail)],
            **options,
        )


def _given(said: ToolGuardrailFunctionOutput | Exception) -> ToolGuardrailFunctionOutput:
    if isinstance(said, Exception):
        raise said
    return said


@pytest.fixture
def watch() -> Watch:
    return Watch()


def calling(*tools: FunctionTool, times: int = 1, **options: Any) -> Agent[Any]:
    calls = [function_call(tool.name, "{}", call_id=f"c{i}") for i, tool in enumerate(tools * times)]
    return Agent(name="A", tools=list(tools), model=ScriptedModel([calls, [assistant_message("done")]]), **options)


async def run(agent: Agent[Any], given: Any = "hi", *, streamed: bool = False, **options: Any) -> RunResultBase:
    if not streamed:
        return await Runner.run(agent, given, **options)
    result = Runner.run_streamed(agent, given, **options)
    await all_events(result)
    return result


def outputs(result: RunResultBase) -> list[Any]:
    return [item.output for item in result.new_items if item.type == "tool_call_output_item"]


def said(results: Any) -> list[tuple[str, str]]:
    return [(each.guardrail.get_name(), each.output.behavior["type"]) for each in results]


CALL = ("work", "{}", "c0", "A")


@STREAMED
async def test_a_calls_guardrails_are_asked_in_their_order_around_it(watch: Watch, streamed: bool) -> None:
    tool = watch.tool(watch.before(name="i1"), watch.before(name="i2"), watch.after(name="o1"), watch.after(name="o2"))
    result = await run(calling(tool), streamed=streamed)
    assert watch.seen == [("i1", *CALL), ("i2", *CALL), "ran", ("o1", {"v": 1}), ("o2", {"v": 1})]
    assert outputs(result) == [{"v": 1}]
    assert said(result.tool_input_guardrail_results) == [("i1", "allow"), ("i2", "allow")]
    assert said(result.tool_output_guardrail_results) == [("o1", "allow"), ("o2", "allow")]


@STREAMED
async def test_a_rejected_call_does_not_run_and_the_model_gets_the_message(watch: Watch, streamed: bool) -> None:
    agent = calling(watch.tool(watch.before(REJECT), watch.before(name="never"), watch.after()))
    result = await run(agent, streamed=streamed)
    assert watch.seen == [("in", *CALL)]
    assert (outputs(result), result.final_output) == (["Not this."], "done")
    assert said(result.tool_input_guardrail_results) == [("in", "reject_content")]
    assert result.tool_output_guardrail_results == []
    assert isinstance(agent.model, ScriptedModel)
    assert agent.model.calls[1].input[-1] == {"type": "function_call_output", "call_id": "c0", "output": "Not this."}  # type: ignore[index]


@STREAMED
async def test_a_rejected_output_is_replaced_for_everybody(watch: Watch, streamed: bool) -> None:
    agent = calling(watch.tool(watch.after(REJECT), watch.after(name="never")), tool_use_behavior="stop_on_first_tool")
    result = await run(agent, streamed=streamed)
    assert watch.seen == ["ran", ("out", {"v": 1})]
    assert (outputs(result), result.final_output) == (["Not this."], "Not this.")


async def test_the_events_tell_the_output_as_the_guardrails_left_it(watch: Watch) -> None:
    result = Runner.run_streamed(calling(watch.tool(watch.after(REJECT))), "hi")
    told = [event for event in await all_events(result) if isinstance(event, CallFinished)]
    assert [(event.status, event.output) for event in told] == [("done", "Not this.")]


async def test_a_call_that_a_guardrail_refuses_is_told_as_denied(watch: Watch) -> None:
    result = Runner.run_streamed(calling(watch.tool(watch.before(REJECT))), "hi")
    told = [event for event in await all_events(result) if isinstance(event, CallFinished)]
    assert [(event.status, event.output, event.seconds) for event in told] == [("denied", "Not this.", None)]


@STREAMED
async def test_an_input_guardrail_may_end_the_run(watch: Watch, streamed: bool) -> None:
    guardrail, session = watch.before(RAISE), SQLiteSession("s")
    with pytest.raises(ToolInputGuardrailTripwireTriggered) as caught:
        await run(calling(watch.tool(guardrail)), streamed=streamed, session=session)
    assert (caught.value.guardrail, caught.value.output) == (guardrail, RAISE)
    assert said(caught.value.run_data.tool_input_guardrail_results) == [("in", "raise_exception")]
    assert "ran" not in watch.seen
    assert len(await session.get_items()) == 1


@STREAMED
async def test_an_output_guardrail_may_end_the_run(watch: Watch, streamed: bool) -> None:
    guardrail, session = watch.after(RAISE), SQLiteSession("s")
    with pytest.raises(ToolOutputGuardrailTripwireTriggered) as caught:
        await run(calling(watch.tool(guardrail)), streamed=streamed, session=session)
    assert (caught.value.guardrail, caught.value.output) == (guardrail, RAISE)
    assert said(caught.value.run_data.tool_output_guardrail_results) == [("out", "raise_exception")]
    assert len(await session.get_items()) == 1


@pytest.mark.parametrize("which", ["before", "after"])
async def test_a_guardrail_that_raises_fails_the_run_as_its_tool_would(watch: Watch, which: str) -> None:
    problem = ValueError("boom")
    with pytest.raises(UserError, match="Error running tool work: boom") as caught:
        await run(calling(watch.tool(getattr(watch, which)(problem))))
    assert caught.value.__cause__ is problem


async def test_output_guardrails_see_the_sentence_that_was_made_of_a_failure(watch: Watch) -> None:
    @function_tool(tool_output_guardrails=[watch.after()])
    def fails() -> str:
        """Fails."""
        raise RuntimeError("x")

    await run(calling(fails))
    assert watch.seen == [("out", "An error occurred while running the tool. Please try again.")]


async def test_an_input_guardrail_of_one_call_ends_its_siblings_too(watch: Watch) -> None:
    cancelled: list[str] = []

    @function_tool
    async def slow() -> str:
        """Waits."""
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append("slow")
            raise
        return ""

    with pytest.raises(ToolInputGuardrailTripwireTriggered):
        await run(calling(slow, watch.tool(watch.before(RAISE))))
    assert cancelled == ["slow"]


# Approvals


async def test_input_guardrails_are_asked_when_a_call_was_approved(watch: Watch) -> None:
    agent = calling(watch.tool(watch.before(), needs_approval=True))
    first = await run(agent)
    assert watch.seen == []
    state = first.to_state()
    state.approve(state.get_interruptions()[0])
    await run(agent, state)
    assert watch.seen == [("in", *CALL), "ran"]


async def test_they_are_shown_the_arguments_as_they_run(watch: Watch) -> None:
    @function_tool(needs_approval=True, tool_input_guardrails=[watch.before()])
    def echo(text: str = "") -> str:
        """Echoes."""
        return text

    agent = calling(echo)
    state = (await run(agent)).to_state()
    state.approve(state.get_interruptions()[0], arguments={"text": "edited"})
    await run(agent, state)
    assert watch.seen == [("in", "echo", '{"text":"edited"}', "c0", "A")]


def _before_asking() -> RunConfig:
    return RunConfig(tool_execution=ToolExecutionConfig(pre_approval_tool_input_guardrails=True))


async def test_before_a_person_is_asked_they_are_asked_too_where_the_run_says_so(watch: Watch) -> None:
    agent = calling(watch.tool(watch.before(), needs_approval=True))
    first = await run(agent, run_config=_before_asking())
    assert watch.seen == [("in", *CALL)]
    still = await run(agent, first.to_state(), run_config=_before_asking())
    assert watch.seen == [("in", *CALL)]
    state = still.to_state()
    state.approve(state.get_interruptions()[0])
    result = await run(agent, await RunState.from_string(agent, state.to_string()), run_config=_before_asking())
    assert watch.seen == [("in", *CALL), ("in", *CALL), "ran"]
    assert said(result.tool_input_guardrail_results) == [("in", "allow"), ("in", "allow")]


async def test_a_person_is_not_asked_about_what_a_guardrail_refuses(watch: Watch) -> None:
    result = await run(calling(watch.tool(watch.before(REJECT), needs_approval=True)), run_config=_before_asking())
    assert (outputs(result), result.final_output) == (["Not this."], "done")


async def test_a_guardrail_may_end_the_run_before_a_person_is_asked(watch: Watch) -> None:
    with pytest.raises(ToolInputGuardrailTripwireTriggered):
        await run(calling(watch.tool(watch.before(RAISE), needs_approval=True)), run_config=_before_asking())


# With a journal


async def test_the_journal_has_the_outcome_before_the_guardrails_see_it(watch: Watch) -> None:
    journal = RecordingJournal()
    tool = watch.tool(watch.before(), watch.after(REJECT))
    result = Runner.run_streamed(calling(tool), "hi", run_config=RunConfig(run_journal=journal))
    await all_events(result)
    asked = [said for said in journal.asked if said.startswith(("start", "finish", "commit"))]
    assert asked == [
        "start 1.0",
        "finish 1.0 Returned {'v': 1}",
        "commit goes on: function_call function_call_output",
        "commit final: message",
    ]
    rows = await journal.get_items()
    assert rows[2]["output"] == "Not this."


async def test_a_refused_call_is_never_started(watch: Watch) -> None:
    journal = RecordingJournal()
    result = Runner.run_streamed(calling(watch.tool(watch.before(REJECT))), "hi", run_config=RunConfig(run_journal=journal))
    await all_events(result)
    assert not any(said.startswith("start") for said in journal.asked)
    facts = [stored.fact for stored in (await journal.inner.load()).facts]
    denied = next(fact for fact in facts if getattr(fact, "kind", "") == "output")
    assert (denied.ending, denied.verdict, denied.by) == ("denied", "denied", "the guardrail 'in'")  # type: ignore[union-attr]


async def test_a_recalled_outcome_passes_the_output_guardrails_again(watch: Watch) -> None:
    inner = InMemoryJournal("s")
    agent = calling(watch.tool(watch.after(REJECT)))
    dying = CrashingJournal(inner, at=7, done=False)
    with pytest.raises(Crash):
        await all_events(Runner.run_streamed(agent, "hi", run_config=RunConfig(run_journal=dying)))
    assert dying.crashed.startswith("commit goes on")
    assert watch.seen == ["ran", ("out", {"v": 1})]
    state = await RunState.recall(agent, inner, dying.run_id)
    result = await Runner.run(agent, state, run_config=RunConfig(run_journal=inner))
    assert watch.seen == ["ran", ("out", {"v": 1}), ("out", "{'v': 1}")]
    assert result.final_output == "done"
    assert (await inner.get_items())[2]["output"] == "Not this."


async def test_an_output_that_is_a_row_already_is_not_checked_again(watch: Watch) -> None:
    journal = InMemoryJournal("s")
    guarded, asks = watch.tool(watch.after(REJECT)), function_tool(lambda: "yes", name_override="asks", needs_approval=True)
    agent = calling(guarded, asks, tool_use_behavior={"stop_at_tool_names": ["work"]})
    first = await run(agent, run_config=RunConfig(run_journal=journal))
    item = first.interruptions[0]  # type: ignore[attr-defined]
    assert await journal.decide(item.key, Approved())
    state = await RunState.recall(agent, journal, first.to_state().run_id)
    result = await Runner.run(agent, state, run_config=RunConfig(run_journal=journal))
    assert watch.seen == ["ran", ("out", {"v": 1})]
    assert result.final_output == "Not this."


@pytest.mark.parametrize("stopped", [False, True])
async def test_an_outcome_that_was_not_checked_is_withheld_from_the_rows(watch: Watch, stopped: bool) -> None:
    waiting = asyncio.Event()

    async def look(data: ToolOutputGuardrailData) -> ToolGuardrailFunctionOutput:
        if not stopped:
            return RAISE
        waiting.set()
        await asyncio.Event().wait()
        return ALLOW

    journal = InMemoryJournal("s")
    agent = calling(watch.tool(ToolOutputGuardrail(look)))
    result = Runner.run_streamed(agent, "hi", run_config=RunConfig(run_journal=journal))
    if stopped:
        await waiting.wait()
        result.cancel()
        await result.wait()
    else:
        with pytest.raises(ToolOutputGuardrailTripwireTriggered):
            await all_events(result)
    rows = await journal.get_items()
    assert rows[2]["output"] == "Output withheld by an output guardrail."
    assert [item.to_input_item() for item in result.new_items] == rows[1:]


async def test_a_call_that_ran_stays_when_a_guardrail_of_another_ends_the_run(watch: Watch) -> None:
    journal = InMemoryJournal("s")
    done = asyncio.Event()

    @function_tool
    async def first() -> str:
        """Works."""
        done.set()
        return "first"

    async def look(data: ToolInputGuardrailData) -> ToolGuardrailFunctionOutput:
        await done.wait()
        await asyncio.sleep(0)
        return RAISE

    agent = calling(first, watch.tool(ToolInputGuardrail(look, name="strict")))
    with pytest.raises(ToolInputGuardrailTripwireTriggered):
        await run(agent, run_config=RunConfig(run_journal=journal))
    outputs = [row["output"] for row in await journal.get_items() if row.get("type") == "function_call_output"]
    assert outputs == ["first", "A guardrail ended the run before this call ran."]
    notice = [stored.fact for stored in (await journal.load()).facts][-1]
    assert (notice.kind, notice.text) == (  # type: ignore[union-attr]
        "guardrail",
        "The tool guardrail 'strict' refused a call and ended the run; ask for something else.",
    )
