"""What an agent that takes over sees, and what stays of it in results, sessions, states and journals."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from agentchat import (
    Agent,
    HandoffInputData,
    MessageOutputItem,
    RunConfig,
    RunItem,
    Runner,
    RunResultBase,
    RunState,
    SessionSettings,
    SQLiteSession,
    ToolApprovalItem,
    UserError,
    handoff,
    nest_handoff_history,
    remove_all_tools,
)
from agentchat.runtime.ports.clock import SystemClock
from agentchat.runtime.values.keys import Scope
from agentchat.storage.store import SQLiteStore
from agentchat.testing import ModelCall, ModelStep, ScriptedModel, assistant_message, function_call
from agentchat.testing_journal import InMemoryJournal
from tests.runtime.running.journals import Crash, CrashingJournal
from tests.runtime.running.runs import add, noting, told

Filter = Callable[[HandoffInputData], Any]

ADDED = ["add#c1", "out#c1 3"]
HANDED = ["transfer_to_b#h1", 'out#h1 {"assistant": "B"}']


_STEPS_OF_A: list[list[Any]] = [
    [function_call("add", {"a": 1, "b": 2}, call_id="c1")],
    [assistant_message("over to b"), function_call("transfer_to_b", {}, call_id="h1")],
]


def _team(entry: Filter | None = None, *, a: list[Any] | None = None, b: list[Any] | None = None, **options: Any) -> Agent[Any]:
    """A adds, says "over to b" and hands over to B."""
    second = Agent(name="B", tools=[add, noting([], needs_approval=True)], model=ScriptedModel(b or [[assistant_message("I am B")]]))
    entries = [handoff(second, input_filter=entry, **options)]
    return Agent(name="A", tools=[add], handoffs=entries, model=ScriptedModel(a or _STEPS_OF_A))


def _b(team: Agent[Any]) -> ScriptedModel:
    entry = team.handoffs[0]
    model = getattr(entry, "target").model  # noqa: B009 - a Handoff's target is typed as a name only
    assert isinstance(model, ScriptedModel)
    return model


def _seen(team: Agent[Any]) -> list[list[str]]:
    return [_short(call.input) for call in _b(team).calls]


def _short(items: Any) -> list[str]:
    return [items] if isinstance(items, str) else [_word(item) for item in items]


def _word(item: dict[str, Any]) -> str:
    match item.get("type"):
        case "function_call":
            return f"{item['name']}#{item['call_id']}"
        case "function_call_output":
            return f"out#{item['call_id']} {item['output']}"
        case _:
            content = item["content"]
            text = content if isinstance(content, str) else content[0]["text"]
            return "summary" if text.startswith("For context, here is the conversation so far") else text


def _items(items: list[RunItem]) -> list[str]:
    return ["asked" if isinstance(item, ToolApprovalItem) else _word(item.to_input_item()) for item in items]


def _messages(items: tuple[RunItem, ...]) -> tuple[RunItem, ...]:
    return tuple(item for item in items if isinstance(item, MessageOutputItem))


async def _both_lists(result: RunResultBase) -> tuple[list[str], list[str]]:
    return _short(result.to_input_list()), _short(result.to_input_list(mode="normalized"))


async def test_a_filter_gets_history_earlier_turns_and_the_turn_of_the_handoff() -> None:
    got: list[HandoffInputData] = []
    team = _team(lambda data: got.append(data) or data)
    await Runner.run(team, [{"role": "user", "content": "hi"}], context="ctx")
    (data,) = got
    assert isinstance(data.input_history, tuple)
    assert (_short(data.input_history), _items([*data.pre_handoff_items]), _items([*data.new_items])) == (
        ["hi"],
        ADDED,
        ["over to b", *HANDED],
    )
    assert (data.run_context is not None and data.run_context.context, data.input_items) == ("ctx", None)
    assert _seen(team) == [["hi", *ADDED, "over to b", *HANDED]]


@pytest.mark.parametrize("is_async", [False, True])
async def test_what_a_filter_returns_is_what_the_next_agent_sees(is_async: bool) -> None:
    def only_said(data: HandoffInputData) -> HandoffInputData:
        return data.clone(input_history="in short", pre_handoff_items=(), new_items=_messages(data.new_items))

    async def waiting(data: HandoffInputData) -> HandoffInputData:
        return only_said(data)

    team = _team(waiting if is_async else only_said)
    result = await Runner.run(team, "hi")
    assert _seen(team) == [["in short", "over to b"]]
    assert (result.input, _items(result.new_items)) == ("in short", [*ADDED, "over to b", "I am B"])
    assert await _both_lists(result) == (
        ["in short", *ADDED, "over to b", "I am B"],
        ["in short", "over to b", "I am B"],
    )


async def test_input_items_filter_what_the_model_sees_and_nothing_else() -> None:
    session = SQLiteSession("s")
    team = _team(lambda data: data.clone(input_items=_messages(data.new_items)))
    result = await Runner.run(team, "hi", session=session)
    everything = ["hi", *ADDED, "over to b", *HANDED, "I am B"]
    assert _seen(team) == [["hi", *ADDED, "over to b"]]
    assert await _both_lists(result) == (everything, ["hi", *ADDED, "over to b", "I am B"])
    assert _short(await session.get_items()) == everything


@pytest.mark.parametrize("streamed", [False, True])
async def test_without_tools_the_handoff_s_own_items_are_neither_told_nor_stored(streamed: bool) -> None:
    session, team = SQLiteSession("s"), _team(remove_all_tools)
    if streamed:
        result = Runner.run_streamed(team, "hi", session=session)
        words = [word for word in await told(result) if word != "RAW"]
        events = ["tool_called", "tool_output 3", "message_output_created", "handoff_requested", "AU(B)", "message_output_created"]
        assert words == ["AU(A)", *events]
    else:
        result = await Runner.run(team, "hi", session=session)
    assert _seen(team) == [["hi", "over to b"]]
    assert _items(result.new_items) == [*ADDED, "over to b", "I am B"]
    assert _short(await session.get_items()) == ["hi", *ADDED, "over to b", "I am B"]


async def test_the_handoff_s_filter_goes_over_the_run_s_and_both_over_nesting() -> None:
    def words(text: str) -> Filter:
        return lambda data: data.clone(input_history=text)

    nest, run_wide = RunConfig(nest_handoff_history=True), RunConfig(nest_handoff_history=True, handoff_input_filter=words("run"))
    for entry, config, first in [(words("own"), run_wide, "own"), (None, run_wide, "run"), (words("own"), nest, "own")]:
        team = _team(entry)
        await Runner.run(team, "hi", run_config=config)
        assert _seen(team)[0][0] == first


async def test_a_handoff_s_own_word_on_nesting_goes_over_the_run_s() -> None:
    off, on = _team(nest_handoff_history=False), _team(nest_handoff_history=True)
    await Runner.run(off, "hi", run_config={"nest_handoff_history": True})
    await Runner.run(on, "hi")
    assert (_seen(off), _seen(on)) == ([["hi", *ADDED, "over to b", *HANDED]], [["summary", "over to b", "summary"]])


async def test_a_nested_history_is_the_input_from_then_on_and_nothing_is_told_twice() -> None:
    session, team = SQLiteSession("s"), _team()
    result = await Runner.run(team, "hi", session=session, run_config=RunConfig(nest_handoff_history=True))
    everything = [*ADDED, "over to b", *HANDED, "I am B"]
    assert _short(result.input) == ["summary", "over to b", "summary"]
    assert _items(result.new_items) == everything
    assert await _both_lists(result) == (
        ["summary", "over to b", "summary", *ADDED, *HANDED, "I am B"],
        ["summary", "over to b", "summary", "I am B"],
    )
    assert _short(await session.get_items()) == ["hi", *everything]


async def test_a_filter_may_put_other_words_in_place_of_a_nested_history() -> None:
    team = _team(lambda data: nest_handoff_history(data).clone(input_history="in short"))
    result = await Runner.run(team, "hi")
    assert await _both_lists(result) == (["in short", *ADDED, "over to b", *HANDED, "I am B"], ["in short", "I am B"])


async def test_a_mapper_gives_the_next_agent_s_input() -> None:
    team = _team()
    config = RunConfig(nest_handoff_history=True, handoff_history_mapper=lambda transcript: transcript[:1])
    await Runner.run(team, "hi", run_config=config)
    assert _seen(team) == [["hi"]]


async def test_a_mapper_that_gives_no_list_is_refused() -> None:
    config = RunConfig(nest_handoff_history=True, handoff_history_mapper=lambda _: "x")  # type: ignore[arg-type, return-value]
    with pytest.raises(UserError, match="handoff_history_mapper returns a list of input items, not 'x'"):
        await Runner.run(_team(), "hi", run_config=config)


@pytest.mark.parametrize(("entry", "message"), [(3, "Invalid input filter: 3"), (lambda _: None, "Invalid input filter result: None")])
async def test_what_is_no_filter_is_refused_and_the_turn_leaves_nothing(entry: Any, message: str) -> None:
    session = SQLiteSession("s")
    with pytest.raises(UserError, match=message):
        await Runner.run(_team(entry), "hi", session=session)
    assert _short(await session.get_items()) == ["hi", *ADDED]


async def test_a_second_handoff_starts_from_what_the_first_has_left() -> None:
    got: list[HandoffInputData] = []
    c = Agent(name="C", model=ScriptedModel([[assistant_message("I am C")]]))
    b = Agent(
        name="B",
        handoffs=[handoff(c, input_filter=lambda data: got.append(data) or data)],
        model=ScriptedModel([[function_call("transfer_to_c", {}, call_id="h2")]]),
    )
    a = Agent(
        name="A",
        handoffs=[handoff(b, input_filter=remove_all_tools)],
        model=ScriptedModel([[assistant_message("over to b"), function_call("transfer_to_b", {}, call_id="h1")]]),
    )
    await Runner.run(a, "hi")
    assert (got[0].input_history, _items([*got[0].pre_handoff_items])) == ("hi", ["over to b"])


@pytest.mark.parametrize("stored", [False, True])
async def test_a_state_keeps_what_the_agent_sees(stored: bool) -> None:
    asked = [function_call("note", {"text": "x"}, call_id="c2")]
    invented = MessageOutputItem(Agent(name="B"), assistant_message("of the filter"))
    team = _team(
        lambda data: remove_all_tools(data).clone(input_items=(*_messages(data.new_items), invented)),
        b=[asked, [assistant_message("done")]],
    )
    state = (await Runner.run(team, "hi")).to_state()
    if stored:
        state = await RunState.from_string(team, state.to_string())
    state.approve(state.get_interruptions()[0])
    result = await Runner.run(team, state)
    assert _seen(team)[1] == ["hi", "over to b", "of the filter", "note#c2", "out#c2 noted x"]
    assert await _both_lists(result) == (
        ["hi", *ADDED, "over to b", "note#c2", "out#c2 noted x", "done"],
        ["hi", "over to b", "of the filter", "note#c2", "out#c2 noted x", "done"],
    )


async def test_a_state_that_goes_on_leaves_the_state_that_it_came_from_alone() -> None:
    asked = [function_call("note", {"text": "x"}, call_id="c2")]
    team = _team(remove_all_tools, b=[asked, [assistant_message("one")], [assistant_message("two")]])
    state = (await Runner.run(team, "hi")).to_state()
    state.approve(state.get_interruptions()[0])
    await Runner.run(team, state)
    await Runner.run(team, state)
    assert _seen(team)[1] == _seen(team)[2]


FILTERS: dict[str, Filter] = {
    "without tools": remove_all_tools,
    "in other words": lambda data: data.clone(input_history="in short", pre_handoff_items=()),
    "nothing new": lambda data: data.clone(new_items=()),
}


@pytest.fixture(params=["memory", "file"])
async def journal(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[InMemoryJournal | SQLiteStore]:
    in_file = request.param == "file"
    opened = await SQLiteStore.open(tmp_path / "chats.db", "s", clock=SystemClock()) if in_file else InMemoryJournal("s")
    yield opened
    await opened.close()


@pytest.mark.parametrize("name", FILTERS)
async def test_a_journal_keeps_every_row_and_a_recalled_run_sees_what_the_filter_left(
    name: str, journal: InMemoryJournal | SQLiteStore
) -> None:
    await journal.add_items([{"role": "user", "content": "earlier"}, {"role": "assistant", "content": "yes"}])
    asked = [function_call("note", {"text": "x"}, call_id="c2")]
    team = _team(FILTERS[name], b=[asked, [assistant_message("done")]])
    config = RunConfig(run_journal=journal)
    result = await Runner.run(team, "hi", run_config=config)
    assert _short(await journal.get_items()) == ["earlier", "yes", "hi", *ADDED, "over to b", *HANDED, "note#c2"]
    run_id = result.to_state().run_id
    assert (await journal.load()).open_run == run_id
    state = await RunState.recall(team, journal, run_id)
    state.approve(state.get_interruptions()[0])
    await Runner.run(team, state, run_config=config)
    assert _seen(team)[1] == [*_seen(team)[0], "note#c2", "out#c2 noted x"]


async def test_an_agent_inside_a_tool_is_recalled_with_what_its_filter_left(journal: InMemoryJournal | SQLiteStore) -> None:
    asked = [function_call("note", {"text": "x"}, call_id="c2")]
    inner = _team(remove_all_tools, b=[asked, [assistant_message("done")]])
    steps = [[function_call("ask_team", {"input": "hi"}, call_id="o1")], [assistant_message("so it is")]]
    outer = Agent(name="Outer", tools=[inner.as_tool("ask_team", "Asks the team.")], model=ScriptedModel(steps))
    config = RunConfig(run_journal=journal)
    result = await Runner.run(outer, "ask them", run_config=config)
    state = await RunState.recall(outer, journal, result.to_state().run_id)
    state.approve(state.get_interruptions()[0])
    await Runner.run(outer, state, run_config=config)
    assert _seen(inner) == [["hi", "over to b"], ["hi", "over to b", "note#c2", "out#c2 noted x"]]


async def test_checkpoints_only_name_the_view() -> None:
    journal, asked = InMemoryJournal(), [function_call("note", {"text": "x"}, call_id="c2")]
    team = _team(b=[asked], nest_handoff_history=True)
    result = await Runner.run(team, "hello " * 1_000, run_config=RunConfig(run_journal=journal))
    recalled = await journal.recall(result._run.scope)
    assert recalled is not None
    assert (recalled.checkpoint.view, recalled.checkpoint.seen) == ("view 2", None)


async def test_a_view_does_not_outlive_the_rows_that_it_is_made_of() -> None:
    journal, team = InMemoryJournal(), _team(remove_all_tools)
    result = await Runner.run(team, "hi", run_config=RunConfig(run_journal=journal))
    await journal.clear_session()
    await journal.add_items([{"role": "user", "content": "anew"}])
    state = await RunState.recall(team, journal, result.to_state().run_id)
    assert state._progress.input_items == [{"role": "user", "content": "anew"}]


async def test_a_crash_at_any_write_of_the_handoff_leaves_the_run_with_one_way_to_see_it() -> None:
    crashes = 0
    for at in range(1, 40):
        for done in (False, True):
            inner = InMemoryJournal()
            team = _team(remove_all_tools, a=[ModelStep.respond(_next_of_a)] * 4, b=[[assistant_message("I am B")]] * 3)
            journal = CrashingJournal(inner, at=at, done=done)
            try:
                await Runner.run(team, "hi", run_config=RunConfig(run_journal=journal))
            except Crash:
                crashes += 1
            if not journal.run_id or await inner.recall(Scope(journal.run_id)) is None:
                continue
            state = await RunState.recall(team, inner, journal.run_id)
            await Runner.run(team, state, run_config=RunConfig(run_journal=inner))
            assert _seen(team)[-1] == ["hi", "over to b"]
            rows = _short(await inner.get_items())
            assert [*rows[:2], *rows[3:]] == ["hi", "add#c1", "over to b", *HANDED, "I am B"]
            assert rows[2].startswith(("out#c1 3", "out#c1 This call was started before the program ended"))
    assert crashes > 20


def _next_of_a(call: ModelCall) -> list[Any]:
    """What A does, whenever it is asked: the next thing that the input does not have yet."""
    return _STEPS_OF_A[len(call.input) > 1]


@pytest.mark.parametrize("way", ["limit", "callback"])
async def test_a_recalled_run_sees_as_little_of_the_history_as_it_did(way: str) -> None:
    journal = InMemoryJournal()
    await journal.add_items([{"role": "user", "content": "old"}, {"role": "assistant", "content": "older"}])
    config = RunConfig(run_journal=journal)
    if way == "limit":
        config.session_settings = SessionSettings(limit=1)
    else:
        config.session_input_callback = lambda history, new: [{"role": "user", "content": "mine"}, *history[1:], *new]
    model = ScriptedModel([[function_call("note", {"text": "x"}, call_id="c2")], [assistant_message("done")]])
    agent = Agent(name="A", tools=[noting([], needs_approval=True)], model=model)
    result = await Runner.run(agent, "hi", run_config=config)
    state = await RunState.recall(agent, journal, result.to_state().run_id)
    state.approve(state.get_interruptions()[0])
    await Runner.run(agent, state, run_config=config)
    first = ["older", "hi"] if way == "limit" else ["mine", "older", "hi"]
    assert [_short(call.input) for call in model.calls] == [first, [*first, "note#c2", "out#c2 noted x"]]
