"""A decision is about one call of one run, and what was run once is not run again, however the run is kept meanwhile."""

import json
from typing import Any, Literal

import pytest

from agentchat import Agent, RunConfig, Runner, RunState, ToolsToFinalOutputResult, UserError, handoff, remove_all_tools
from agentchat.runtime.values.checkpoint import Checkpoint, checkpoint_to_json
from agentchat.testing import ScriptedModel, assistant_message, function_call
from agentchat.testing_journal import InMemoryJournal
from tests.runtime.running.journals import RecordingJournal
from tests.runtime.running.runs import noting

Kept = Literal["in memory", "as JSON", "in the journal"]


def _ask(text: str, call_id: str) -> Any:
    return function_call("ask", {"text": text}, call_id=call_id)


def _agent(seen: list[str], *steps: Any, **more: Any) -> Agent[Any]:
    tools = [noting(seen), noting(seen, name="ask", needs_approval=True), *more.pop("tools", [])]
    return Agent(name="A", model=ScriptedModel([*steps, [assistant_message("done")]]), tools=tools, **more)


async def test_a_question_of_an_agent_that_is_done_decides_nothing_of_the_run_around_it() -> None:
    """Both agents have one name, and ask about the same call under the same provider's id."""
    seen: list[str] = []
    inner = _agent(seen, [_ask("x", "c1")])
    outer = _agent(
        seen, [function_call("inner", {"input": "go"}, call_id="n1")], [_ask("x", "c1")], tools=[inner.as_tool("inner", "Helps.")]
    )
    result = await Runner.run(outer, "hi")
    (inside,) = result.interruptions
    state = result.to_state()
    state.approve(inside)
    state = (await Runner.run(outer, state)).to_state()
    for decide in (state.approve, state.reject):
        with pytest.raises(UserError, match=r"^This call is none of this run, .+; take one of get_interruptions\(\)\.$"):
            decide(inside)
    assert [item.call_id for item in (await Runner.run(outer, state)).interruptions] == ["c1"]
    assert seen == ["x"]


async def test_a_question_of_another_run_decides_nothing_of_this_one() -> None:
    seen: list[str] = []
    before = await Runner.run(_agent(seen, [_ask("x", "c1")]), "hi")
    agent = _agent(seen, [_ask("x", "c1")])
    state = (await Runner.run(agent, "hi")).to_state()
    with pytest.raises(UserError, match="none of this run"):
        state.approve(before.interruptions[0], always_approve=True)
    assert (await Runner.run(agent, state)).interruptions != []
    assert seen == []


async def test_a_yes_to_a_call_is_none_to_the_call_that_a_stored_state_was_changed_to() -> None:
    seen: list[str] = []
    agent = _agent(seen, [_ask("x", "c1")])
    state = (await Runner.run(agent, "hi")).to_state()
    state.approve(state.get_interruptions()[0])
    changed = json.loads(state.to_string())
    changed["open_turn"]["response"]["output"][0]["arguments"] = '{"text":"another"}'
    changed["seen_calls"] = {}
    result = await Runner.run(agent, await RunState.from_json(agent, changed))
    assert ([item.arguments for item in result.interruptions], seen) == (['{"text":"another"}'], [])


async def _kept(how: Kept, agent: Agent[Any], state: RunState, journal: InMemoryJournal) -> RunState:
    match how:
        case "in memory":
            return state
        case "as JSON":
            return await RunState.from_string(agent, state.to_string())
        case "in the journal":
            return await RunState.recall(agent, journal, state.run_id)


@pytest.mark.parametrize("how", ["in memory", "as JSON", "in the journal"])
async def test_a_call_that_a_filter_hid_from_the_model_is_not_run_again_when_the_model_repeats_it(how: Kept) -> None:
    seen: list[str] = []
    repeated = function_call("note", {"text": "x"}, call_id="c1")
    b = Agent(name="B", model=ScriptedModel([[_ask("q", "c2")], [repeated], [assistant_message("done")]]), tools=_agent(seen).tools)
    a = _agent(seen, [repeated], [function_call("transfer_to_b", {}, call_id="h1")], handoffs=[handoff(b, input_filter=remove_all_tools)])
    journal = InMemoryJournal("s")
    config = RunConfig(run_journal=journal if how == "in the journal" else None)
    state = await _kept(how, a, (await Runner.run(a, "hi", run_config=config)).to_state(), journal)
    state.approve(state.get_interruptions()[0])
    result = await Runner.run(a, state, run_config=config)
    assert (result.final_output, seen) == ("done", ["x", "q"])


async def _checkpoints(turns: int) -> list[Checkpoint]:
    """Of a run with an approval in each turn."""
    journal = RecordingJournal()
    agent, config = _agent([], *([_ask(f"{turn:02}", f"c{turn:02}")] for turn in range(turns))), RunConfig(run_journal=journal)
    result = await Runner.run(agent, "hi", max_turns=None, run_config=config)
    while result.interruptions:
        state = result.to_state()
        state.approve(state.get_interruptions()[0])
        result = await Runner.run(agent, state, run_config=config)
    return journal.checkpoints


async def test_checkpoints_do_not_grow_with_the_history() -> None:
    short, long = await _checkpoints(5), await _checkpoints(50)
    sizes = [max(len(json.dumps(checkpoint_to_json(point))) for point in points) for points in (short, long)]
    assert len(long) > 8 * len(short)
    assert sizes[1] < sizes[0] + 20  # the numbers in it get longer


async def test_a_checkpoint_keeps_sticky_decisions_and_those_about_open_calls() -> None:
    journal = RecordingJournal()
    agent = _agent([], [_ask("1", "c1")], [_ask("2", "c2"), _ask("3", "c3")], [function_call("note", {"text": "n"}, call_id="c4")])
    config = RunConfig(run_journal=journal)
    state = (await Runner.run(agent, "hi", run_config=config)).to_state()
    state.approve(state.get_interruptions()[0])
    state = (await Runner.run(agent, state, run_config=config)).to_state()
    state.reject(state.get_interruptions()[0], always_reject=True, rejection_message="never")
    await Runner.run(agent, state, run_config=config)
    kept = [(record["always"], record["always_message"], list(record["calls"])) for record in journal.checkpoints[-1].approvals["tools"]]
    assert kept == [(False, "never", [])]


MAY_END: list[Any] = [
    "stop_on_first_tool",
    {"stop_at_tool_names": ["ask"]},
    lambda _context, _results: ToolsToFinalOutputResult(is_final_output=False),
]


@pytest.mark.parametrize("behavior", MAY_END)
async def test_input_that_no_model_call_may_follow_is_refused(behavior: Any) -> None:
    state = (await Runner.run(_agent([], [_ask("x", "c1")], tool_use_behavior=behavior), "hi")).to_state()
    with pytest.raises(UserError, match=r"^What the tools of this turn give may end the run; .+\.$"):
        state.add_input("more")
    assert state.pending_input == []


async def test_other_tools_that_may_end_a_run_are_no_matter() -> None:
    agent = _agent([], [_ask("x", "c1")], tool_use_behavior={"stop_at_tool_names": ["note"]})
    state = (await Runner.run(agent, "hi")).to_state()
    state.add_input("more")
    state.approve(state.get_interruptions()[0])
    assert (await Runner.run(agent, state)).to_input_list()[-2] == {"content": "more", "role": "user"}


async def test_a_run_that_has_ended_still_has_its_output_when_it_is_recalled() -> None:
    journal, agent = InMemoryJournal("s"), _agent([])
    config = RunConfig(run_journal=journal)
    run_id = (await Runner.run(agent, "hi", run_config=config)).to_state().run_id
    result = await Runner.run(agent, await RunState.recall(agent, journal, run_id), run_config=config)
    assert (result.final_output, len(await journal.get_items())) == ("done", 2)
