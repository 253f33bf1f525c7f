"""Calls whose arguments a person changed: as they ran with a journal, as the model made them elsewhere."""

import json
from pathlib import Path
from typing import Any

import pytest

from agentchat import Agent, ApplyPatchTool, HandoffInputData, RunConfig, Runner, RunState, SQLiteSession, ToolCallItem, handoff
from agentchat.runtime.ports.clock import SystemClock
from agentchat.runtime.ports.journal import Approved, RunJournal
from agentchat.runtime.values.facts import ItemFact
from agentchat.runtime.values.keys import CallKey, Scope
from agentchat.storage.store import SQLiteStore
from agentchat.testing import ScriptedModel, assistant_message, function_call
from agentchat.testing_journal import InMemoryJournal
from tests.runtime.running.journals import RecordingJournal, all_events
from tests.runtime.running.local_items import NotingEditor, patch_call, shell_call, shell_that_notes
from tests.runtime.running.runs import noting

EDITED = '{"text":"edited"}'
SAID = "The user changed the arguments to"


def _ask(text: str, call_id: str) -> Any:
    return function_call("ask", {"text": text}, call_id=call_id)


def _agent(seen: list[str], *steps: list[Any], **options: Any) -> tuple[Agent[Any], ScriptedModel]:
    model = ScriptedModel(list(steps))
    return Agent(name="A", model=model, tools=[noting(seen, name="ask", needs_approval=True)], **options), model


async def _edited(agent: Agent[Any], config: RunConfig, **options: Any) -> Any:
    """The result of a run whose questions are all answered with other arguments."""
    result: Any = await Runner.run(agent, "hi", run_config=config, **options)
    while result.interruptions:
        state = result.to_state()
        for item in state.get_interruptions():
            state.approve(item, arguments={"text": "edited"})
        result = await Runner.run(agent, state, run_config=config, **options)
    return result


def _arguments(items: Any) -> list[str]:
    return [item["arguments"] for item in items if item.get("type") == "function_call"]


def _outputs(items: Any) -> list[Any]:
    return [item["output"] for item in items if item.get("type") == "function_call_output"]


@pytest.fixture(params=["memory", "file"])
async def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    opened: Any = InMemoryJournal("s") if request.param == "memory" else await SQLiteStore.open(tmp_path / "a.db", "s", clock=SystemClock())
    yield opened
    await opened.close()


async def test_with_a_journal_the_call_stands_as_it_ran_everywhere(journal: RunJournal) -> None:
    seen: list[str] = []
    agent, model = _agent(seen, [_ask("x", "c1"), _ask("y", "c2")], [assistant_message("done")])
    result = await _edited(agent, RunConfig(run_journal=journal))
    assert seen == ["edited", "edited"]
    for items in (await journal.get_items(), model.calls[-1].input, result.to_input_list()):
        assert _arguments(items) == [EDITED, EDITED]
        assert _outputs(items) == ["noted edited", "noted edited"]
    calls = [item.raw_item.arguments for item in result.new_items if isinstance(item, ToolCallItem)]
    assert calls == [EDITED, EDITED]


async def test_the_rows_keep_the_models_order_and_the_facts_what_the_model_wrote(journal: Any) -> None:
    agent, _ = _agent([], [assistant_message("first"), _ask("x", "c1")], [assistant_message("done")])
    await _edited(agent, RunConfig(run_journal=journal))
    saved = await journal.load()
    assert [row.item.get("type") or row.item["role"] for row in saved.rows] == [
        "user", "message", "function_call", "function_call_output", "message",
    ]  # fmt: skip
    facts = [fact.fact for fact in saved.facts if isinstance(fact.fact, ItemFact) and fact.fact.kind == "output"]
    assert [(fact.edited, fact.given, fact.verdict) for fact in facts] == [(True, '{"text":"x"}', "approved")]


async def test_with_a_session_the_call_stays_and_its_output_says_what_ran() -> None:
    session = SQLiteSession("s")
    agent, model = _agent([], [_ask("x", "c1")], [assistant_message("done")])
    await _edited(agent, RunConfig(), session=session)
    for items in (await session.get_items(), model.calls[-1].input):
        assert (_arguments(items), _outputs(items)) == (['{"text":"x"}'], [f"{SAID} {EDITED}.\nnoted edited"])


async def test_where_the_provider_keeps_the_conversation_the_output_says_what_ran() -> None:
    agent, model = _agent([], [_ask("x", "c1")], [assistant_message("done")])
    await _edited(agent, RunConfig(), conversation_id="conv")
    assert _outputs(model.calls[-1].input) == [f"{SAID} {EDITED}.\nnoted edited"]


async def test_an_older_call_that_looks_the_same_is_left_alone(journal: RunJournal) -> None:
    call = _ask("x", "c1").model_dump(mode="json", exclude_unset=True)
    old = [call, {"type": "function_call_output", "call_id": "c1", "output": "o"}]
    await journal.add_items(old)
    agent, _ = _agent([], [_ask("x", "c1")], [assistant_message("done")])
    result = await _edited(agent, RunConfig(run_journal=journal))
    assert _arguments(await journal.get_items()) == ['{"text":"x"}', EDITED]
    assert _arguments(result.to_input_list()) == ['{"text":"x"}', EDITED]


async def test_a_call_that_another_program_took_away_is_not_looked_for_elsewhere(journal: Any) -> None:
    old = [{**_ask("x", "c1").model_dump(mode="json", exclude_unset=True)}]
    agent, _ = _agent([], [_ask("y", "c1")], [assistant_message("done")])
    result = await Runner.run(agent, "hi", run_config=RunConfig(run_journal=journal))
    state = result.to_state()
    await journal.clear_session()
    await journal.add_items(old)
    state.approve(state.get_interruptions()[0], arguments={"text": "edited"})
    await Runner.run(agent, state, run_config=RunConfig(run_journal=journal))
    assert _arguments(await journal.get_items()) == ['{"text":"x"}']


async def test_a_state_that_is_resumed_twice_is_not_changed_by_the_first_time() -> None:
    agent, _ = _agent([], [_ask("x", "c1")], [assistant_message("done")])
    before = await Runner.run(agent, "hi", run_config=RunConfig(run_journal=InMemoryJournal("s")))
    state = before.to_state()
    state.approve(state.get_interruptions()[0], arguments={"text": "edited"})
    calls = [item for item in before.new_items if isinstance(item, ToolCallItem)]
    assert [item.raw_item.arguments for item in calls] == ['{"text":"x"}']
    assert json.loads(state.to_string())["generated_items"][0]["raw_item"]["arguments"] == '{"text":"x"}'


async def test_what_ran_is_known_after_a_crash_although_only_the_state_knew_the_decision() -> None:
    seen: list[str] = []
    agent, _ = _agent(seen, [_ask("x", "c1")], [assistant_message("done")])
    journal = RecordingJournal()
    state = (await Runner.run(agent, "hi", run_config=RunConfig(run_journal=journal))).to_state()
    await journal.start(CallKey(Scope(state.run_id), 1, 0), "you", Approved(EDITED))
    result = Runner.run_streamed(
        agent, await RunState.recall(agent, journal, state.run_id), run_config=RunConfig(run_journal=journal)
    )
    await all_events(result)
    assert (seen, _arguments(result.to_input_list())) == ([], [EDITED])


async def test_a_filter_of_a_handoff_gets_the_call_as_it_ran(journal: RunJournal) -> None:
    given: list[Any] = []

    def look(data: HandoffInputData) -> HandoffInputData:
        given.extend(item.to_input_item() for item in data.pre_handoff_items)
        return data

    b = Agent(name="B", model=ScriptedModel([[assistant_message("done")]]))
    calls = [_ask("x", "c1"), function_call("transfer_to_b", "{}", call_id="h1")]
    agent, _ = _agent([], calls, handoffs=[handoff(b, input_filter=look)])
    result = await _edited(agent, RunConfig(run_journal=journal))
    assert _arguments(given) == [EDITED, "{}"]
    assert _arguments(result.to_input_list(mode="normalized")) == [EDITED, "{}"]
    assert _arguments(b.model.calls[0].input) == [EDITED, "{}"]  # type: ignore[union-attr]


async def test_a_shell_and_a_patch_stand_as_they_ran_and_what_cannot_be_spelled_stays(journal: RunJournal) -> None:
    seen: list[str] = []
    tools = [shell_that_notes(seen, needs_approval=True), ApplyPatchTool(NotingEditor(seen), needs_approval=True)]
    agent = Agent(name="A", tools=list(tools), model=ScriptedModel([[shell_call("rm x"), patch_call()], [assistant_message("done")]]))
    config = RunConfig(run_journal=journal)
    state = (await Runner.run(agent, "hi", run_config=config)).to_state()
    shell, patch = state.get_interruptions()
    state.approve(shell, arguments={"commands": ["ls x"]})
    state.approve(patch, arguments={"nothing": "of the kind"})
    await Runner.run(agent, state, run_config=config)
    rows = {(row["type"], row["call_id"]): row for row in await journal.get_items() if "call_id" in row}
    assert seen == ["ls x"]
    assert rows["shell_call", "s1"]["action"] == {"commands": ["ls x"]}
    assert SAID not in json.dumps(rows["shell_call_output", "s1"])
    assert rows["apply_patch_call", "p1"]["operation"]["path"] == "a.txt"
    assert rows["apply_patch_call_output", "p1"]["output"].startswith(SAID)


@pytest.mark.parametrize(("session", "arguments", "output"), [
    (None, EDITED, "noted edited"), (SQLiteSession("beside"), '{"text":"x"}', f"{SAID} {EDITED}.\nnoted edited"),
])  # fmt: skip
async def test_a_call_inside_an_agent_tool_is_edited_in_its_own_scope(
    journal: RunJournal, session: Any, arguments: str, output: str
) -> None:
    if session is not None:
        await session.clear_session()
    inner, model = _agent([], [_ask("x", "c1")], [assistant_message("found")])
    tool = inner.as_tool("look", "Looks.", session=session)
    script = ScriptedModel([[function_call("look", {"input": "go"}, call_id="o1")], [assistant_message("done")]])
    await _edited(Agent(name="Outer", tools=[tool], model=script), RunConfig(run_journal=journal))
    assert (_arguments(model.calls[-1].input), _outputs(model.calls[-1].input)) == ([arguments], [output])
    assert _arguments(await journal.get_items()) == ['{"input":"go"}']
