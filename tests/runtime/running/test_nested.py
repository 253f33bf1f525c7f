"""Agents that are called as tools, as parts of the run that calls them: events, questions, stops, what is stored."""

import asyncio
import json
from contextlib import suppress
from typing import Any, cast

import pytest

from agentchat import (
    Agent,
    GuardrailFunctionOutput,
    InputGuardrailTripwireTriggered,
    ModelBehaviorError,
    NestedEvent,
    RunConfig,
    Runner,
    RunState,
    SQLiteSession,
    UserError,
    function_tool,
    input_guardrail,
)
from agentchat.runtime.ports.journal import Approved
from agentchat.runtime.ports.policy import Ask, CallInQuestion, Deny, Verdict
from agentchat.runtime.values.events import CallFinished, CallStarted, CheckpointSaved
from agentchat.runtime.values.facts import ItemFact, TurnFact
from agentchat.runtime.values.keys import CallKey, Scope
from agentchat.testing import ModelStep, ScriptedModel, assistant_message, function_call
from agentchat.testing_journal import InMemoryJournal
from tests.runtime.running.journals import FailingJournal, HeldClock, RecordingJournal, all_events
from tests.runtime.running.nested_worlds import asks, calls, drive, says, world
from tests.runtime.running.runs import noting, told


def _call(tool: str, name: str) -> Any:
    return function_call(tool, {"text": name}, call_id=name)


def _ask(name: str) -> Any:
    return function_call("inner", {"input": name}, call_id=name)


def _pair(inner_steps: list[Any], outer_steps: list[Any], seen: list[str], **options: Any) -> Agent[Any]:
    """`outer` calls `inner`; both have a tool `note`, about which a person is asked."""
    inner = Agent(name="inner", model=ScriptedModel(inner_steps), tools=[noting(seen, needs_approval=True)])
    tools: list[Any] = [inner.as_tool("inner", "d", **options), noting(seen, needs_approval=True)]
    return Agent(name="outer", model=ScriptedModel(outer_steps), tools=tools)


async def _through_json(agent: Agent[Any], state: RunState) -> RunState:
    return await RunState.from_string(agent, state.to_string())


DONE = [assistant_message("done")]
SAID = [assistant_message("inner said")]


async def test_its_events_are_told_as_nested_ones_and_not_among_the_published() -> None:
    agent = _pair([SAID], [[_ask("c1")], DONE], [])
    assert await told(Runner.run_streamed(agent, "hi")) == [
        "AU(outer)", "RAW", "tool_called", "tool_output inner said", "RAW", "message_output_created",
    ]  # fmt: skip
    agent = _pair([SAID], [[_ask("c1")], DONE], [])
    events = await all_events(Runner.run_streamed(agent, "hi"))
    nested = [event for event in events if isinstance(event, NestedEvent)]
    kinds = [type(event.event).__name__ for event in nested]
    assert {event.path for event in nested} == {("1.0",)}
    assert list(dict.fromkeys(kinds)) == [
        "AgentUpdatedStreamEvent", "CheckpointSaved", "RawResponsesStreamEvent", "RunItemStreamEvent",
    ]  # fmt: skip
    first, last = events.index(nested[0]), events.index(nested[-1])
    assert isinstance(events[first - 1], CallStarted)
    assert isinstance(events[last + 1], CallFinished)


async def test_events_of_an_agent_inside_an_agent_name_both_calls() -> None:
    one = world({"go": [asks("inner", "a"), says("done")], "a": [asks("deep", "x"), says("a said")], "x": [says("x said")]})
    events = await all_events(Runner.run_streamed(one.agent, "go"))
    assert {event.path for event in events if isinstance(event, NestedEvent)} == {("1.0",), ("1.0", "1.0")}


@pytest.mark.parametrize("as_json", [False, True])
async def test_a_question_of_the_inner_agent_is_one_of_the_outer_run(as_json: bool) -> None:
    seen: list[str] = []
    agent = _pair([[_call("note", "i1")], SAID], [[_ask("c1")], DONE], seen)
    result = Runner.run_streamed(agent, "hi")
    assert await told(result) == ["AU(outer)", "RAW", "tool_called"]
    (item,) = result.interruptions
    assert (item.agent.name, item.name, item.key) == ("inner", "note", CallKey(Scope(item.key.scope.run_id, ("1.0",)), 1, 0))  # type: ignore[union-attr]
    state = result.to_state()
    if as_json:
        state = await _through_json(agent, state)
    state.approve(state.get_interruptions()[0])
    if as_json:
        state = await _through_json(agent, state)
    result = Runner.run_streamed(agent, state)
    assert await told(result) == ["AU(outer)", "tool_output inner said", "RAW", "message_output_created"]
    assert (seen, result.context_wrapper.usage.requests) == (["i1"], 4)


@pytest.mark.parametrize("as_json", [False, True])
async def test_one_of_two_inner_calls_approved(as_json: bool) -> None:
    seen: list[str] = []
    agent = _pair([[_call("note", "i1"), _call("note", "i2")], SAID], [[_ask("c1")], DONE], seen)
    state = (await Runner.run(agent, "hi")).to_state()
    state.approve(state.get_interruptions()[0])
    result = Runner.run_streamed(agent, await _through_json(agent, state) if as_json else state)
    assert await told(result) == ["AU(outer)"]
    assert ([item.call_id for item in result.interruptions], seen) == (["i2"], ["i1"])
    state = result.to_state()
    state.reject(state.get_interruptions()[0], rejection_message="not that")
    result = Runner.run_streamed(agent, await _through_json(agent, state) if as_json else state)
    assert await told(result) == ["AU(outer)", "tool_output inner said", "RAW", "message_output_created"]
    assert seen == ["i1"]
    assert result.context_wrapper.usage.requests == 4


async def test_without_an_answer_the_inner_run_is_not_entered_again() -> None:
    events: list[str] = []
    agent = _pair([[_call("note", "i1")]], [[_ask("c1")]], [], on_stream=lambda told: events.append(told["event"].type))
    state = (await Runner.run(agent, "hi")).to_state()
    events.clear()
    result = await Runner.run(agent, state)
    assert ([item.call_id for item in result.interruptions], events) == (["i1"], [])


async def test_questions_stand_in_the_order_of_the_calls_and_each_becomes_one_item() -> None:
    seen: list[str] = []
    agent = _pair([[_call("note", "i1")], SAID], [[_call("note", "o1"), _ask("c1"), _call("note", "o2")], DONE], seen)
    result = await Runner.run(agent, "hi")
    assert [item.call_id for item in result.interruptions] == ["o1", "i1", "o2"]
    assert [item.type for item in result.new_items] == ["tool_call_item"] * 3 + ["tool_approval_item"] * 2
    state = result.to_state()
    state.approve(state.get_interruptions()[0])
    result = await Runner.run(agent, state)
    assert [item.call_id for item in result.interruptions] == ["i1", "o2"]
    assert [item.type for item in result.new_items[3:]] == [
        "tool_approval_item", "tool_approval_item", "tool_call_output_item", "tool_approval_item",
    ]  # fmt: skip


async def test_two_runs_of_one_agent_whose_calls_have_the_same_id() -> None:
    seen: list[str] = []
    inner = [[function_call("note", {"text": text}, call_id="same")] for text in ("x", "y")]
    agent = _pair([*inner, SAID, SAID], [[_ask("c1"), _ask("c2")], DONE], seen)
    state = (await Runner.run(agent, "hi")).to_state()
    first, second = state.get_interruptions()
    assert first.key != second.key
    state.approve(first)
    result = await Runner.run(agent, await _through_json(agent, state))
    assert (seen, [item.key for item in result.interruptions]) == (["x"], [second.key])
    state = result.to_state()
    state.approve(state.get_interruptions()[0])
    result = await Runner.run(agent, state)
    assert (seen, result.final_output, result.context_wrapper.usage.requests) == (["x", "y"], "done", 6)


async def test_a_sticky_decision_holds_for_the_run_that_asked() -> None:
    seen: list[str] = []
    inner = [[_call("note", "i1")], [_call("note", "i2")], SAID, [_call("note", "i3")], SAID]
    agent = _pair(inner, [[_ask("c1")], [_ask("c2")], DONE], seen)
    state = (await Runner.run(agent, "hi")).to_state()
    state.approve(state.get_interruptions()[0], always_approve=True)
    result = await Runner.run(agent, state)
    assert (seen, [item.call_id for item in result.interruptions]) == (["i1", "i2"], ["i3"])


async def test_edited_arguments_run_in_the_inner_run() -> None:
    seen: list[str] = []
    agent = _pair([[_call("note", "i1")], SAID], [[_ask("c1")], DONE], seen)
    state = (await Runner.run(agent, "hi")).to_state()
    state.approve(state.get_interruptions()[0], arguments={"text": "edited"})
    await Runner.run(agent, await _through_json(agent, state))
    assert seen == ["edited"]


async def test_an_approval_of_the_agent_tool_itself_comes_first() -> None:
    seen: list[str] = []
    agent = _pair([[_call("note", "i1")], SAID], [[_ask("c1")], DONE], seen, needs_approval=True)
    result = await Runner.run(agent, "hi")
    assert [item.agent.name for item in result.interruptions] == ["outer"]
    for expected in (["inner"], []):
        state = result.to_state()
        state.approve(state.get_interruptions()[0])
        result = await Runner.run(agent, state)
        assert [item.agent.name for item in result.interruptions] == expected
    assert (seen, result.final_output) == (["i1"], "done")


async def test_a_call_of_the_outer_run_is_not_repeated_while_the_inner_one_waits() -> None:
    seen: list[str] = []
    agent = _pair([[_call("note", "i1")], SAID], [[_call("plain", "p1"), _ask("c1")], DONE], seen)
    agent.tools.append(noting(seen, name="plain"))
    state = (await Runner.run(agent, "hi")).to_state()
    state.approve(state.get_interruptions()[0])
    await Runner.run(agent, await _through_json(agent, state))
    assert seen == ["p1", "i1"]


async def test_agents_of_one_name_are_told_apart_in_a_stored_state() -> None:
    seen: list[str] = []

    def twin() -> Agent[Any]:
        model = ScriptedModel([[_call("note", "i1")], SAID])
        return Agent(name="twin", model=model, tools=[noting(seen, needs_approval=True)])

    first, second = twin(), twin()
    model = ScriptedModel([[function_call(name, {"input": "q"}, call_id=name) for name in ("one", "two")], DONE])
    agent = Agent(name="outer", model=model, tools=[first.as_tool("one", "d"), second.as_tool("two", "d")])
    state = (await Runner.run(agent, "hi")).to_state()
    state.approve(state.get_interruptions()[0])
    state = (await Runner.run(agent, state)).to_state()
    stored = json.loads(state.to_string())
    assert [item["agent"] for item in stored["generated_items"]] == ["outer", "outer", "outer", "twin#2"]
    restored = await RunState.from_json(agent, stored)
    assert restored._progress.new_items[-1].agent is second


async def test_a_rule_judges_the_calls_of_the_inner_agent_whatever_its_config_says() -> None:
    class Rules:
        def __init__(self) -> None:
            self.asked: list[str] = []

        def verdict(self, call: CallInQuestion) -> Verdict:
            self.asked.append(f"{call.agent} {call.tool.name}")
            return Deny("never") if call.tool.name == "note" else Ask()

    rules, seen = Rules(), list[str]()
    agent = _pair([[_call("note", "i1")], SAID], [[_ask("c1")], DONE], seen, run_config=RunConfig(workflow_name="its own"))
    config = RunConfig(approval_policy=rules)
    state = (await Runner.run(agent, "hi", run_config=config)).to_state()
    state.approve(state.get_interruptions()[0])
    await Runner.run(agent, state, run_config=config)
    assert (seen, rules.asked) == ([], ["outer inner", "outer inner", "inner note"])


async def test_the_journal_keeps_the_inner_run_in_a_scope_of_its_own() -> None:
    one, journal = world({"go": [asks("inner", "a"), says("done")], "a": [calls("note", "a1"), says("a said")]}), RecordingJournal()
    await drive(one.agent, journal, "go")
    assert journal.asked == [
        "recall", "get", "begin user", "accept 1.0", "start 1.0",
        "recall", "recall", "recall", "begin user", "accept 1.0", "start 1.0", "finish 1.0 Returned noted a1",
        "commit goes on: function_call function_call_output", "accept", "commit final: message", "finish 1.0 Returned a said",
        "commit goes on: function_call function_call_output", "accept", "commit final: message",
    ]  # fmt: skip
    rows = [row.get("type", row.get("role")) for row in await journal.get_items()]
    assert rows == ["user", "function_call", "function_call_output", "message"]
    inside = await journal.recall(Scope(journal.run_id, ("1.0",)))
    assert inside is not None
    assert (inside.ending, inside.checkpoint.agent, inside.checkpoint.step) == ("final", "inner", "ended")
    assert [known.item.get("type", known.item.get("role")) for known in inside.items] == [
        "user", "function_call", "function_call_output", "message",
    ]  # fmt: skip
    assert all(known.fact is not None and (known.fact.path, known.fact.agent) == (("1.0",), "inner") for known in inside.items)


async def test_what_is_told_of_inner_runs_is_what_is_stored() -> None:
    one, journal = world({"go": [asks("inner", "a"), says("done")], "a": [calls("note", "a1"), says("a said")]}), InMemoryJournal()
    events = await all_events(Runner.run_streamed(one.agent, "go", run_config=RunConfig(run_journal=journal)))
    saved = [event.event if isinstance(event, NestedEvent) else event for event in events]
    facts = [fact for event in saved if isinstance(event, CheckpointSaved) for fact in event.facts]
    assert facts == [stored.fact for stored in (await journal.load()).facts]


async def test_an_extractor_sees_the_whole_inner_run_after_it_was_recalled() -> None:
    async def extract(result: Any) -> str:
        return " ".join(item.type for item in result.new_items)

    seen, journal = list[str](), InMemoryJournal()
    agent = _pair([[_call("note", "i1")], SAID], [[_ask("c1")], DONE], seen, custom_output_extractor=extract)
    result = await drive(agent, journal, "hi")
    (item,) = result.interruptions
    assert item.key is not None
    await journal.decide(item.key, Approved())
    result = await drive(agent, journal, await RunState.recall(agent, journal, item.key.scope.run_id))
    (output,) = [row["output"] for row in await journal.get_items() if row.get("type") == "function_call_output"]
    assert (seen, output) == (["i1"], "tool_call_item tool_call_output_item message_output_item")
    assert result.context_wrapper.usage.requests == 4


async def test_a_recalled_run_still_knows_the_ids_that_its_calls_had() -> None:
    journal = InMemoryJournal()
    steps = [[_call("plain", "same")], [_call("note", "ask")], [function_call("plain", {"text": "other"}, call_id="same")]]
    agent = Agent(name="outer", model=ScriptedModel(steps), tools=[noting([], needs_approval=True), noting([], name="plain")])
    (item,) = (await drive(agent, journal, "hi")).interruptions
    assert item.key is not None
    await journal.decide(item.key, Approved())
    state = await RunState.recall(agent, journal, item.key.scope.run_id)
    with pytest.raises(ModelBehaviorError, match="Model reused a completed tool call ID"):
        await drive(agent, journal, state)


def _running(agent: Agent[Any], journal: Any = None) -> Any:
    return Runner.run_streamed(agent, "hi", run_config=RunConfig(run_journal=journal))


def _no_other_tasks() -> bool:
    return [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []


async def test_a_stop_ends_the_inner_run_and_keeps_what_it_did() -> None:
    gate, seen, journal = asyncio.Event(), list[str](), InMemoryJournal()
    inner = Agent(name="inner", model=ScriptedModel([[_call("note", "i1")], ModelStep.in_chunks(["half", " of it"], gate=gate)]))
    inner.tools.append(noting(seen))
    agent = Agent(name="outer", model=ScriptedModel([[_ask("c1")]]), tools=[inner.as_tool("inner", "d")])
    result = _running(agent, journal)
    gate.set()
    async for event in result.run_events():
        if isinstance(event, NestedEvent) and getattr(getattr(event.event, "data", None), "type", "") == "response.output_text.delta":
            result.cancel()
    await result.wait()
    assert _no_other_tasks()
    saved = await journal.load()
    inside = await journal.recall(Scope(saved.facts[0].run_id, ("1.0",)))
    assert inside is not None
    assert (inside.ending, [known.item.get("status") for known in inside.items][-1]) == ("stopped", "incomplete")
    assert [row.get("output") for row in await journal.get_items()][-1] == "Stopped by the user; it may have taken effect."
    assert [fact.fact.path for fact in saved.facts if isinstance(fact.fact, TurnFact)] == [()]


async def test_a_stop_ends_inner_runs_that_wait_for_a_person_too() -> None:
    reached, journal = asyncio.Event(), InMemoryJournal()

    @function_tool
    async def hang() -> str:
        reached.set()
        await asyncio.Event().wait()
        return ""

    agent = _pair([[_call("note", "i1")]], [[_ask("c1"), function_call("hang", {}, call_id="h1")]], [])
    agent.tools.append(hang)
    result = _running(agent, journal)
    await reached.wait()
    for _ in range(50):
        await asyncio.sleep(0)
    result.cancel()
    await result.wait()
    saved = await journal.load()
    inside = await journal.recall(Scope(saved.facts[0].run_id, ("1.0",)))
    assert inside is not None
    assert (inside.ending, inside.checkpoint.step) == ("stopped", "ended")
    assert [known.item.get("output") for known in inside.items][-1] == "Stopped by the user before it ran."


async def test_a_failing_sibling_ends_the_inner_run() -> None:
    reached, journal = asyncio.Event(), InMemoryJournal()

    async def held(call: Any) -> Any:
        reached.set()
        await asyncio.Event().wait()

    @function_tool(failure_error_function=None)
    async def fail() -> str:
        await reached.wait()
        raise ValueError("boom")

    inner = Agent(name="inner", model=ScriptedModel([ModelStep.respond(held)]))
    model = ScriptedModel([[_ask("c1"), function_call("fail", {}, call_id="f1")]])
    agent = Agent(name="outer", model=model, tools=[inner.as_tool("inner", "d"), fail])
    with pytest.raises(UserError, match="boom"):
        await Runner.run(agent, "hi", run_config=RunConfig(run_journal=journal))
    assert _no_other_tasks()
    saved = await journal.load()
    inside = await journal.recall(Scope(saved.facts[0].run_id, ("1.0",)))
    assert inside is not None
    assert inside.ending == "stopped"


async def test_an_error_of_the_inner_run_is_a_fact_of_it_and_the_outer_run_goes_on() -> None:
    journal = InMemoryJournal()
    agent = _pair([ModelStep.raise_error(ValueError("boom"))], [[_ask("c1")], DONE], [])
    assert (await Runner.run(agent, "hi", run_config=RunConfig(run_journal=journal))).final_output == "done"
    facts = [stored.fact for stored in (await journal.load()).facts]
    assert [(fact.kind, fact.text, fact.path) for fact in facts if isinstance(fact, TurnFact)] == [("error", "boom", ("1.0",))]
    outputs = [fact for fact in facts if isinstance(fact, ItemFact) and fact.kind == "output"]
    assert [fact.ending for fact in outputs] == ["failed"]


@pytest.mark.parametrize("done", [True, False])
async def test_a_journal_that_fails_inside_fails_the_outer_run_and_no_model_is_told(done: bool) -> None:
    journal = FailingJournal(lambda said: said == "finish 1.0 Returned noted a1", done=done)
    one = world({"go": [asks("inner", "a"), says("done")], "a": [calls("note", "a1"), says("a said")]})
    with pytest.raises(OSError, match="disk full"):
        await drive(one.agent, journal, "go")
    assert one.model.asked == ["ask a", "a1"]
    assert not any(said.startswith(("commit", "finish 1.0 Returned An")) for said in journal.asked)


async def test_a_state_that_is_older_than_its_journal_is_refused_inside_too() -> None:
    journal, seen = InMemoryJournal(), list[str]()
    agent = _pair([[_call("note", "i1")], [_call("note", "i2")], SAID], [[_ask("c1")], DONE], seen)
    result = await drive(agent, journal, "hi")
    old = result.to_state()
    old.approve(old.get_interruptions()[0])
    result = await drive(agent, journal, old)
    assert [item.call_id for item in result.interruptions] == ["i2"]
    with pytest.raises(UserError, match="has gone on since its state was taken"):
        await drive(agent, journal, old)
    assert seen == ["i1"]


async def test_a_tool_that_will_not_stop_is_let_go_of_inside_too() -> None:
    reached, free, clock, journal = asyncio.Event(), asyncio.Event(), HeldClock(), InMemoryJournal()

    @function_tool
    async def stubborn() -> str:
        reached.set()
        while not free.is_set():
            with suppress(asyncio.CancelledError):
                await free.wait()
        return "at last"

    inner = Agent(name="inner", model=ScriptedModel([[function_call("stubborn", {}, call_id="i1")]]), tools=[stubborn])
    agent = Agent(name="outer", model=ScriptedModel([[_ask("c1")]]), tools=[inner.as_tool("inner", "d")])
    result = Runner.run_streamed(agent, "hi", run_config=RunConfig(run_journal=journal, clock=clock))
    await reached.wait()
    result.cancel()
    for _ in range(50):
        await asyncio.sleep(0)
    clock.move(1.0)
    await result.wait()
    run_id = result.to_state().run_id
    inside = await journal.recall(Scope(run_id, ("1.0",)))
    assert inside is not None
    assert (inside.ending, inside.items[-1].item["output"]) == ("stopped", "Stopped by the user; it may have taken effect.")
    free.set()
    await asyncio.wait(asyncio.all_tasks() - {cast("asyncio.Task[Any]", asyncio.current_task())})


async def test_after_a_guardrails_no_nothing_starts_inside_any_more() -> None:
    no, seen = asyncio.Event(), list[str]()

    @input_guardrail
    async def listens(context: Any, agent: Any, given: Any) -> GuardrailFunctionOutput:
        await no.wait()
        return GuardrailFunctionOutput(None, tripwire_triggered=True)

    @function_tool
    async def first() -> str:
        no.set()
        for _ in range(5):
            await asyncio.sleep(0)
        return "ok"

    model = ScriptedModel([[function_call("first", {}, call_id="i1")], [_call("note", "i2")], SAID])
    inner = Agent(name="inner", model=model, tools=[first, noting(seen)])
    agent = Agent(name="outer", model=ScriptedModel([[_ask("c1")], DONE]), tools=[inner.as_tool("inner", "d")], input_guardrails=[listens])
    with pytest.raises(InputGuardrailTripwireTriggered):
        await Runner.run(agent, "hi")
    assert (seen, len(model.calls)) == ([], 1)


async def test_a_session_of_the_tool_is_the_history_of_a_recalled_run_too() -> None:
    memory, journal, seen = SQLiteSession("memory"), InMemoryJournal(), list[str]()
    await memory.add_items([{"role": "user", "content": "c1"}, {"role": "assistant", "content": "before"}])
    agent = _pair([[_call("note", "i1")], SAID], [[_ask("c1")], DONE], seen, session=memory)
    (item,) = (await drive(agent, journal, "hi")).interruptions
    assert item.key is not None
    await journal.decide(item.key, Approved())
    await memory.pop_item()  # as if the program had died between the journal's write and the session's
    await drive(agent, journal, await RunState.recall(agent, journal, item.key.scope.run_id))
    inner: Any = agent.tools[0].agent  # type: ignore[union-attr]
    sent = [entry.get("content") or entry["type"] for entry in inner.model.calls[1].input]
    assert sent == ["c1", "before", "c1", "function_call", "function_call_output"]
