"""A run that dies at any question to its journal, before or after the answer, and goes on from what the journal has."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.types.responses.response_usage import ResponseUsage

from agentchat import (
    Agent,
    ApplyPatchTool,
    FunctionTool,
    GuardrailFunctionOutput,
    InputGuardrail,
    OutputGuardrail,
    RunConfig,
    Runner,
    RunState,
    ToolGuardrailFunctionOutput,
    ToolInputGuardrail,
    ToolOutputGuardrail,
    handoff,
)
from agentchat.models.openai_objects import made
from agentchat.models.response_events import new_response, response_events
from agentchat.runtime.declarations.run_context import canonical_json
from agentchat.runtime.ports.clock import Clock, SystemClock
from agentchat.runtime.ports.journal import Approved, Rejected, RunJournal
from agentchat.runtime.ports.model import Model
from agentchat.runtime.values.call_answers import is_answer
from agentchat.runtime.values.items import ModelResponse, TResponseInputItem, TResponseStreamEvent, wire_of
from agentchat.runtime.values.keys import Scope
from agentchat.runtime.values.raw_calls import CALLS, answered_id
from agentchat.testing import ScriptedModel, assistant_message, function_call
from agentchat.testing_journal import InMemoryJournal
from tests.runtime.running.journals import Crash, CrashingJournal, all_events
from tests.runtime.running.local_items import NotingEditor, docs_server, mcp_request, patch_call, shell_call, shell_that_notes
from tests.runtime.running.runs import noting

pytestmark = pytest.mark.no_cover  # what these run again and again, other tests cover; tracing it takes longer than running it


class Script(Model):
    """Plays the first step that does not stand in the input, so that it can be asked again; `asked` says how often it was."""

    def __init__(self, steps: list[list[Any]]) -> None:
        self.steps = steps
        self.asked: list[int] = []

    async def get_response(self, *given: Any, **more: Any) -> ModelResponse:
        raise NotImplementedError

    async def stream_response(self, *given: Any, **more: Any) -> AsyncIterator[TResponseStreamEvent]:
        items: list[TResponseInputItem] = given[1]
        ids = {item.get("id") for item in items}
        step = next(place for place, output in enumerate(self.steps) if output[0].id not in ids)
        self.asked.append(step)
        for event in response_events(self.steps[step], new_response("r", model="m"), usage=_usage()):
            yield event


def _usage() -> Any:
    return made(ResponseUsage, input_tokens=1, output_tokens=1, total_tokens=2)


@dataclass
class World:
    """An agent of a script, and the traces of what its tools did."""

    agent: Agent[Any]
    model: Script
    seen: list[str] = field(default_factory=list[str])
    clock: Clock = field(default_factory=SystemClock)
    decides_in_state: bool = False


class HastyClock(SystemClock):
    """A second goes by between two looks at it, so that every delta is one to write a draft after."""

    def __init__(self) -> None:
        self._looks = 0

    def monotonic(self) -> float:
        self._looks += 1
        return float(self._looks)

    async def sleep(self, seconds: float) -> None:
        await asyncio.Event().wait()


def _call(tool: str, name: str) -> Any:
    return function_call(tool, {"text": name}, call_id=name)


def _done(name: str = "done") -> Any:
    return assistant_message(name, item_id=name)


def _world(*steps: list[Any]) -> World:
    model, seen = Script(list(steps)), list[str]()
    patches = ApplyPatchTool(NotingEditor(seen), needs_approval=True)
    tools = [noting(seen), noting(seen, name="ask", needs_approval=True), shell_that_notes(seen), patches, docs_server()]
    b = Agent(name="B", model=model, tools=list(tools))
    c = Agent(name="C", model=model, tools=list(tools))
    handoffs = [handoff(b, on_handoff=lambda context: seen.append("to B")), c]
    return World(Agent(name="A", model=model, tools=list(tools), handoffs=handoffs), model, seen)


def _guarded(world: World) -> World:
    """The same with guardrails everywhere, which say yes."""

    async def yes(*_: object) -> GuardrailFunctionOutput:
        return GuardrailFunctionOutput(None, tripwire_triggered=False)

    async def go_on(_: object) -> ToolGuardrailFunctionOutput:
        return ToolGuardrailFunctionOutput.allow()

    agent = world.agent
    agent.input_guardrails = [InputGuardrail(yes), InputGuardrail(yes, run_in_parallel=False)]
    agent.output_guardrails = [OutputGuardrail(yes)]
    for tool in agent.tools:
        if isinstance(tool, FunctionTool):
            tool.tool_input_guardrails, tool.tool_output_guardrails = [ToolInputGuardrail(go_on)], [ToolOutputGuardrail(go_on)]
    return world


def _edit(item: Any) -> Approved:
    """A person's yes; to calls whose ids begin with an "e", to other arguments than the model's."""
    if item.call_id == "patch":
        return Approved(arguments='{"diff":"+ho\\n","path":"b.txt","type":"create_file"}')
    return Approved(arguments=canonical_json({"text": f"edited {item.call_id}"})) if item.call_id.startswith("e") else Approved()


def _slow(world: World) -> World:
    """The same with answers whose texts are written down while they arrive."""
    return replace(world, clock=HastyClock())


WORLDS: dict[str, Callable[[], World]] = {
    "tool": lambda: _world([_call("note", "c1")], [_done()]),
    "parallel": lambda: _world([_call("note", "c1"), _call("note", "c2"), _call("note", "c3")], [_done()]),
    "approval": lambda: _world([_call("ask", "c1"), _call("note", "c2"), _call("ask", "c3")], [_done()]),
    "handoff": lambda: _world([_call("note", "c1"), function_call("transfer_to_c", "{}", call_id="h1")], [_done()]),
    "handoff with a callback": lambda: _world([function_call("transfer_to_b", "{}", call_id="h1")], [_call("note", "c1")], [_done()]),
    "shell and patch": lambda: _world([shell_call("one"), shell_call("two", call_id="s2"), patch_call(), _call("note", "c1")], [_done()]),
    "hosted server": lambda: _world([mcp_request(), _call("note", "c1")], [_done("aside"), mcp_request("r2")], [_done()]),
    "guardrails": lambda: _guarded(_world([_call("note", "c1"), _call("note", "c2")], [_call("ask", "c3")], [_done()])),
    "deltas": lambda: _slow(_world([_done("aside"), _call("ask", "c1")], [_done()])),
    "edits": lambda: _world([_call("ask", "e1"), patch_call(call_id="patch"), _call("note", "c2")], [_call("ask", "e3")], [_done()]),
    "edits in the state": lambda: replace(_world([_call("ask", "e1"), _call("ask", "c2")], [_done()]), decides_in_state=True),
    "turns": lambda: _world([_call("note", "c1")], [_done("aside"), _call("ask", "c2")], [_call("note", "c3")], [_done()]),
}


async def _drive(world: World, journal: Any, given: Any) -> Any:
    result = Runner.run_streamed(world.agent, given, run_config=RunConfig(run_journal=journal, clock=world.clock))
    await all_events(result)
    return result


async def _to_the_end(world: World, journal: Any, run_id: str = "") -> None:
    """Runs, or goes on, until there is a final output; every question is answered with yes, in the journal."""
    given: Any = "hi"
    if run_id and (await journal.inner.recall(Scope(run_id))) is not None:
        given = await RunState.recall(world.agent, journal.inner, run_id)
    while True:
        for item in given.get_interruptions() if isinstance(given, RunState) else ():
            if world.decides_in_state:
                _put_into(given, item, _edit(item))
                continue
            await journal.inner.decide(item.key, _edit(item))
            given = await RunState.recall(world.agent, journal.inner, journal.run_id or run_id)
        result = await _drive(world, journal, given)
        if not result.interruptions:
            return
        given = await RunState.recall(world.agent, journal.inner, result.to_state().run_id)


async def _questions(name: str) -> list[str]:
    journal = CrashingJournal(InMemoryJournal("s"), at=0, done=False)
    await _to_the_end(WORLDS[name](), journal)
    return journal.asked


async def test_the_worlds_ask_a_journal_everything_that_it_can_be_asked() -> None:
    """A method that no world calls would be a crash point without a test."""
    asked = {said.split()[0] for name in WORLDS for said in await _questions(name)}
    assert asked == {"get", *(name for name in vars(RunJournal) if not name.startswith("_"))}


@pytest.mark.parametrize("done", [True, False], ids=["after", "before"])
@pytest.mark.parametrize("name", WORLDS)
async def test_a_run_that_dies_at_any_point_goes_on_to_its_end(name: str, done: bool) -> None:
    count = len(await _questions(name))
    assert count >= 8
    for at in range(1, count + 1):
        await _die_and_go_on(name, at, done=done)


async def _die_and_go_on(name: str, at: int, *, done: bool) -> None:
    world, inner = WORLDS[name](), InMemoryJournal("s")
    dying = CrashingJournal(inner, at=at, done=done)
    with pytest.raises(Crash):
        await _to_the_end(world, dying)
    before = await inner.get_items()
    ran_before, point = list(world.seen), f"{name}: {'after' if done else 'before'} {dying.crashed}"
    await _to_the_end(world, CrashingJournal(inner, at=0, done=False), dying.run_id)
    rows = await inner.get_items()
    assert _as_made(rows)[: len(before)] == _as_made(before), point
    assert world.seen[: len(ran_before)] == ran_before, point
    assert len(world.seen) == len(set(world.seen)), point
    _check_rows(rows, world, point)
    lost = dying.crashed.startswith("draft") or (dying.crashed.startswith("accept") and not done)
    assert len(world.model.asked) == len(world.model.steps) + lost, point


def _as_made(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows without the arguments of calls that a person edits: these rows are the only ones that ever change."""
    return [{**row, "arguments": "", "operation": {}} if row.get("call_id") in {"e1", "e3", "patch"} else row for row in rows]


def _check_rows(rows: list[dict[str, Any]], world: World, point: str) -> None:
    """The script's items in the script's order, and one output behind each call."""
    produced = [wire_of(item) for step in world.model.steps for item in step]
    assert [row["id"] for row in rows if "id" in row] == [item["id"] for item in produced], point
    kinds = {*CALLS, "mcp_approval_request"}
    calls = {row.get("call_id") or row["id"]: place for place, row in enumerate(rows) if row.get("type") in kinds}
    outputs = [(answered_id(row), place) for place, row in enumerate(rows) if is_answer(row)]
    assert sorted(call_id for call_id, _ in outputs) == sorted(calls), point
    assert all(calls[call_id] < place for call_id, place in outputs), point
    assert sum(row.get("role") == "user" for row in rows) == 1, point
    edited = [row["arguments"] for row in rows if row.get("type") == "function_call" and row["call_id"].startswith("e")]
    assert edited == [canonical_json({"text": f"edited {call_id}"}) for call_id in calls if call_id.startswith("e")], point
    assert all(row["operation"]["path"] == "b.txt" for row in rows if row.get("call_id") == "patch" and "operation" in row), point


@dataclass(frozen=True)
class Plan:
    """A generated run: the calls of each turn, what a person says to those that ask, and whether a turn hands over."""

    turns: tuple[tuple[tuple[str, str], ...], ...]
    """Per turn: tool and decision ("yes", "no", "because", "edit") of each call."""
    handing: int
    """The turn that also hands over; -1 for none."""

    def steps(self) -> list[list[Any]]:
        said: list[list[Any]] = []
        for number, calls in enumerate(self.turns):
            step = [_call(tool, f"{number}.{place} {word}") for place, (tool, word) in enumerate(calls)]
            if number == self.handing:
                step.append(function_call("transfer_to_c", "{}", call_id=f"h{number}"))
            said.append(step)
        return [*said, [_done()]]


WORDS = st.sampled_from(["yes", "no", "because", "edit"])
TURNS = st.lists(st.tuples(st.sampled_from(["note", "ask"]), WORDS), min_size=1, max_size=4).map(tuple)
PLANS = st.builds(Plan, st.lists(TURNS, min_size=1, max_size=3).map(tuple), st.integers(-1, 2))


def _decision(item: Any) -> Approved | Rejected:
    match item.call_id.split()[1]:
        case "yes":
            return Approved()
        case "edit":
            return Approved(arguments=canonical_json({"text": "edited " + item.call_id}))
        case "no":
            return Rejected()
        case _:
            return Rejected(reason="because")


def _decide(state: RunState, item: Any) -> None:
    _put_into(state, item, _decision(item))


def _put_into(state: RunState, item: Any, decision: Approved | Rejected) -> None:
    match decision:
        case Approved(arguments=None):
            state.approve(item)
        case Approved(arguments=str(edited)):
            state.approve(item, arguments=json.loads(edited))
        case Rejected(reason=reason):
            state.reject(item, rejection_message=reason or None)


async def _lived(plan: Plan) -> tuple[list[Any], list[str]]:
    """Every question of a turn decided at once, in memory."""
    world, journal = _world(*plan.steps()), InMemoryJournal("s")
    result = await _drive(world, journal, "hi")
    while result.interruptions:
        state = result.to_state()
        for item in state.get_interruptions():
            _decide(state, item)
        result = await _drive(world, journal, state)
    return await journal.get_items(), world.seen


async def _through_json(plan: Plan) -> tuple[list[Any], list[str]]:
    """One question at a time; in between the run is nothing but a text, and the journal."""
    world, journal = _world(*plan.steps()), InMemoryJournal("s")
    result = await _drive(world, journal, "hi")
    while result.interruptions:
        state = await RunState.from_string(world.agent, result.to_state().to_string())
        _decide(state, state.get_interruptions()[0])
        state = await RunState.from_string(world.agent, state.to_string())
        result = await _drive(world, journal, state)
    return await journal.get_items(), world.seen


async def _recalled(plan: Plan) -> tuple[list[Any], list[str]]:
    """One question at a time; in between the run is nothing but its journal."""
    world, journal = _world(*plan.steps()), InMemoryJournal("s")
    result = await _drive(world, journal, "hi")
    run_id = result.to_state().run_id
    while result.interruptions:
        item = (await RunState.recall(world.agent, journal, run_id)).get_interruptions()[0]
        assert await journal.decide(item.key, _decision(item))  # type: ignore[arg-type]
        result = await _drive(world, journal, await RunState.recall(world.agent, journal, run_id))
    return await journal.get_items(), world.seen


@pytest.mark.parametrize("other", [_through_json, _recalled])
@given(plan=PLANS)
async def test_a_run_comes_to_the_same_however_it_is_interrupted(other: Any, plan: Plan) -> None:
    assert await other(plan) == await _lived(plan)


async def test_a_model_without_spare_steps_is_enough_to_go_on() -> None:
    seen: list[str] = []
    model = ScriptedModel([[_call("note", "c1")], [_done()]])
    agent = Agent(name="A", model=model, tools=[noting(seen)])
    inner = InMemoryJournal("s")
    dying = CrashingJournal(inner, at=5, done=True)
    with pytest.raises(Crash):
        await all_events(Runner.run_streamed(agent, "hi", run_config=RunConfig(run_journal=dying)))
    state = await RunState.recall(agent, inner, dying.run_id)
    result = Runner.run_streamed(agent, state, run_config=RunConfig(run_journal=inner))
    await all_events(result)
    model.assert_complete()
    assert (dying.crashed, seen, result.final_output) == ("start 1.0", [], "done")
