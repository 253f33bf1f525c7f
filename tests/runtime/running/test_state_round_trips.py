"""A run comes to the same however it is interrupted: decided at once, or one question at a time with nothing left in between but a text.

The runs are generated: turns of parallel calls, some of which a person is asked about, some of which run agents that do the same.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentchat import RunConfig, Runner, RunResultStreaming, RunState
from agentchat.runtime.declarations.run_context import canonical_json
from agentchat.runtime.ports.journal import Approved, Rejected
from agentchat.testing import function_call
from agentchat.testing_journal import InMemoryJournal
from tests import figures
from tests.runtime.running.journals import all_events
from tests.runtime.running.nested_worlds import Step, World, asks, calls, says, world

pytestmark = pytest.mark.no_cover  # what these run again and again, other tests cover; tracing it takes longer than running it

AGENTS = ("inner", "deep")
"""By the depth of the run that calls them."""


@dataclass(frozen=True)
class Call:
    """One call of a turn: of a tool, with what a person says to it, or of an agent, with the turns of its run."""

    tool: str
    word: str = ""
    turns: "tuple[tuple[Call, ...], ...]" = ()


def _turns(depth: int) -> st.SearchStrategy[tuple[tuple[Call, ...], ...]]:
    plain = st.builds(Call, st.sampled_from(["note", "ask", "ask"]), st.sampled_from(["yes", "yes", "no", "because", "edit"]))
    one = plain if depth == len(AGENTS) else plain | st.builds(Call, st.just(AGENTS[depth]), turns=_turns(depth + 1))
    most = 2 if depth else 3
    longest = 1 if depth == len(AGENTS) else 2
    return st.lists(st.lists(one, min_size=1, max_size=most).map(tuple), min_size=1, max_size=longest).map(tuple)


PLANS = _turns(0)


def _scripts(turns: tuple[tuple[Call, ...], ...], asked: str = "go") -> dict[str, list[Step]]:
    """What each agent of the run answers; every call and every question has a text of its own."""
    scripts: dict[str, list[Step]] = {}
    steps: list[Step] = []
    for number, turn in enumerate(turns):
        step: Step = []
        for place, call in enumerate(turn):
            name = f"{asked}.{number}.{place}"
            step += asks(call.tool, name) if call.turns else calls(call.tool, f"{name} {call.word}")
            scripts |= _scripts(call.turns, name) if call.turns else {}
        steps.append(step)
    return {**scripts, asked: [*steps, says(f"{asked} is done")]}


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
    match _decision(item):
        case Approved(arguments=None):
            state.approve(item)
        case Approved(arguments=str(edited)):
            state.approve(item, arguments=json.loads(edited))
        case Rejected(reason=reason):
            state.reject(item, rejection_message=reason or None)


async def _drive(one: World, given: Any, config: RunConfig | None = None) -> RunResultStreaming:
    result = Runner.run_streamed(one.agent, given, max_turns=None, run_config=config)
    await all_events(result)
    return result


def _came_to(result: RunResultStreaming, worlds: list[World]) -> dict[str, Any]:
    return {
        "conversation": _in_the_models_order(result.to_input_list()),
        "final": result.final_output,
        "requests": result.context_wrapper.usage.requests,
        "ran": sorted(text for one in worlds for text in one.seen),
        "models asked": sorted(step for one in worlds for step in one.model.asked),
    }


def _in_the_models_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The outputs of a turn stand in the order in which its calls came to an end: which decision comes first makes a difference there.

    An agent that asks again, after it was answered, is done after a call beside it that was decided together with its first question.
    """
    ordered: list[dict[str, Any]] = []
    for is_output, group in groupby(rows, lambda row: row.get("type") == "function_call_output"):
        together = list(group)
        ordered += sorted(together, key=lambda row: row["call_id"]) if is_output else together
    return ordered


async def _lived(scripts: dict[str, list[Step]], config: RunConfig | None = None) -> dict[str, Any]:
    """Every question of a stop decided at once, in memory."""
    one = world(scripts)
    result = await _drive(one, "go", config)
    while result.interruptions:
        state = result.to_state()
        for item in state.get_interruptions():
            _decide(state, item)
            met["question"] += 1
            met["question inside"] += bool(item.key and item.key.scope.path)
        result = await _drive(one, state, config)
    return _came_to(result, [one])


async def _through_json(scripts: dict[str, list[Step]]) -> dict[str, Any]:
    """One question at a time; in between there is nothing but a text, which other agents of the same make go on with."""
    worlds = [world(scripts)]
    result = await _drive(worlds[-1], "go")
    while result.interruptions:
        met["stop"] += 1
        text = result.to_state().to_string()
        worlds.append(world(scripts))
        state = await RunState.from_string(worlds[-1].agent, text)
        assert json.loads(state.to_string()) == json.loads(text)
        _decide(state, state.get_interruptions()[0])
        state = await RunState.from_string(worlds[-1].agent, state.to_string())
        result = await _drive(worlds[-1], state)
    return _came_to(result, worlds)


async def _recalled(scripts: dict[str, list[Step]]) -> dict[str, Any]:
    """One question at a time; in between there is nothing but the journal."""
    worlds, journal = [world(scripts)], InMemoryJournal("s")
    config = RunConfig(run_journal=journal)
    result = await _drive(worlds[-1], "go", config)
    run_id = result.to_state().run_id
    while result.interruptions:
        worlds.append(world(scripts))
        (item, *_) = (await RunState.recall(worlds[-1].agent, journal, run_id)).get_interruptions()
        assert item.key is not None
        assert await journal.decide(item.key, _decision(item))
        result = await _drive(worlds[-1], await RunState.recall(worlds[-1].agent, journal, run_id), config)
    return {**_came_to(result, worlds), "conversation": _in_the_models_order(await journal.get_items())}


met: Counter[str] = Counter()


@pytest.fixture(scope="module", autouse=True)
def _told() -> Iterator[None]:
    """Plans without questions inside agents would show nothing."""
    yield
    figures.lines.append(f"run states taken apart and put together, over {', '.join(f'{n} {what}s' for what, n in sorted(met.items()))}")
    assert met["question inside"] > 10


@pytest.mark.parametrize("other", [_through_json, _recalled])
@given(plan=PLANS)
async def test_a_run_comes_to_the_same_however_it_is_interrupted(other: Any, plan: tuple[tuple[Call, ...], ...]) -> None:
    scripts = _scripts(plan)
    config = RunConfig(run_journal=InMemoryJournal("s")) if other is _recalled else None
    assert await other(scripts) == await _lived(scripts, config)


@pytest.mark.parametrize("other", [_through_json, _recalled])
async def test_an_agent_that_asks_in_two_turns_beside_a_question_of_the_run_around_it(other: Any) -> None:
    inner = Call("inner", turns=((Call("ask", "yes"),), (Call("ask", "edit"),)))
    scripts = _scripts(((inner, Call("ask", "no")),))
    assert await other(scripts) == await _lived(scripts)


async def test_a_state_that_is_taken_apart_is_equal_at_every_stop() -> None:
    turn = [*asks("inner", "a"), function_call("ask", {"text": "o"}, call_id="o yes")]
    scripts = {"go": [turn, says("done")], "a": [calls("ask", "i yes"), says("a")]}
    assert await _through_json(scripts) == await _lived(scripts)
