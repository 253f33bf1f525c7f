"""What a run writes to a session, and when."""

import asyncio
import copy
from typing import Any

import pytest

from agentchat import (
    Agent,
    GuardrailFunctionOutput,
    InputGuardrail,
    RunConfig,
    RunContextWrapper,
    Runner,
    RunState,
    SessionSettings,
    SQLiteSession,
    UserError,
    function_tool,
)
from agentchat.testing import ModelStep, ScriptedModel, assistant_message, function_call, reasoning
from agentchat.testing_journal import InMemoryJournal
from tests.runtime.running.runs import add, noting, told


class Recording:
    """A session that keeps a list of what it was asked."""

    def __init__(self, limit: int | None = None) -> None:
        self.session_id = "s"
        self.session_settings: SessionSettings | None = SessionSettings(limit=limit)
        self.items: list[dict[str, Any]] = []
        self.asked: list[str] = []

    async def get_items(self, limit: int | None = None) -> list[dict[str, Any]]:
        self.asked.append(f"get({limit})")
        return list(self.items if limit is None else self.items[-limit:])

    async def add_items(self, items: list[dict[str, Any]]) -> None:
        self.asked.append("add " + " ".join(item.get("type") or item["role"] for item in items))
        self.items.extend(items)

    async def pop_item(self) -> dict[str, Any] | None:
        return self.items.pop() if self.items else None

    async def clear_session(self) -> None:
        self.items.clear()


def _add_call(call_id: str = "c1") -> Any:
    return function_call("add", '{"a": 1, "b": 2}', call_id=call_id)


@pytest.mark.parametrize("streamed", [True, False])
async def test_each_turn_is_written_once(streamed: bool) -> None:
    session = Recording()
    agent = Agent(name="A", tools=[add], model=ScriptedModel([[_add_call()], [assistant_message("3")]]))
    if streamed:
        await told(Runner.run_streamed(agent, "hi", session=session))
    else:
        await Runner.run(agent, "hi", session=session)
    assert session.asked == ["get(None)", "add user", "add function_call function_call_output", "add message"]


async def test_the_history_comes_before_the_input() -> None:
    session, model = SQLiteSession("s"), ScriptedModel([[assistant_message("one")], [assistant_message("two")]])
    agent = Agent(name="A", model=model)
    await Runner.run(agent, "first", session=session)
    result = await Runner.run(agent, "second", session=session)
    assert model.last_call is not None
    texts = [item.get("content") for item in model.last_call.input if item.get("role") == "user"]
    assert texts == ["first", "second"]
    assert result.input == (await session.get_items())[:3]


async def test_an_interruption_is_written_and_the_resume_adds_only_the_output() -> None:
    session = Recording()
    calls = [function_call("note", '{"text": "x"}', call_id="c1"), _add_call("c2")]
    agent = Agent(
        name="A", tools=[noting([], needs_approval=True), add], model=ScriptedModel([calls, [assistant_message("done")]])
    )
    result = await Runner.run(agent, "hi", session=session)
    assert session.asked[1:] == ["add user", "add function_call function_call function_call_output"]
    state = result.to_state()
    state.approve(state.get_interruptions()[0])
    session.asked.clear()
    await Runner.run(agent, state, session=session)
    assert session.asked == ["add function_call_output", "add message"]


async def test_the_input_outlives_a_model_that_fails() -> None:
    session = Recording()
    with pytest.raises(ValueError, match="boom"):
        await Runner.run(Agent(name="A", model=ScriptedModel([ValueError("boom")])), "hi", session=session)
    assert session.items == [{"content": "hi", "role": "user"}]


async def test_a_tool_that_fails_the_run_leaves_nothing_of_its_turn() -> None:
    @function_tool(failure_error_function=None)
    def broken() -> str:
        """Breaks."""
        raise ValueError("no")

    session = Recording()
    calls = [_add_call(), function_call("broken", "{}", call_id="c2")]
    agent = Agent(name="A", tools=[add, broken], model=ScriptedModel([[_add_call("c0")], calls]))
    with pytest.raises(UserError, match="Error running tool broken: no") as caught:
        await Runner.run(agent, "hi", session=session)
    assert isinstance(caught.value.__cause__, ValueError)
    assert [item.get("type", "user") for item in session.items] == ["user", "function_call", "function_call_output"]


async def test_the_limit_of_a_run_goes_over_that_of_its_session() -> None:
    session = Recording(limit=5)
    agent = Agent(name="A", model=ScriptedModel([[assistant_message("x")], [assistant_message("y")]]))
    await Runner.run(agent, "hi", session=session)
    await Runner.run(agent, "hi", session=session, run_config=RunConfig(session_settings=SessionSettings(limit=1)))
    assert [asked for asked in session.asked if asked.startswith("get")] == ["get(5)", "get(1)"]


async def test_a_callback_decides_what_the_model_sees_and_only_new_items_are_written() -> None:
    session, model = Recording(), ScriptedModel([[assistant_message("x")]])
    session.items = [{"role": "user", "content": "old"}]

    def newest_first(history: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [*new, *history]

    config = RunConfig(session_input_callback=newest_first)
    await Runner.run(Agent(name="A", model=model), "new", session=session, run_config=config)
    assert model.last_call is not None
    assert [item["content"] for item in model.last_call.input] == ["new", "old"]
    assert [item.get("content") for item in session.items[:2]] == ["old", "new"]


OLD, OLDER, NEW = ({"role": "user", "content": word} for word in ("old", "older", "new"))


@pytest.mark.parametrize(
    ("callback", "given", "written"),
    [
        (lambda history, new: [*history, *new], "new", ["new"]),
        (lambda history, new: new, "new", ["new"]),
        (lambda history, new: history, "new", []),
        (lambda history, new: copy.deepcopy([*history, *new]), "new", ["new"]),
        (lambda history, new: [*history, OLDER, *new], "new", ["older", "new"]),
        (lambda history, new: [dict(OLDER), *history, *new], "new", ["new"]),
        (lambda history, new: [*history, *history, *new], "new", ["new"]),
        (lambda history, new: [*history, *new, *new], "new", ["new", "new"]),
        (lambda history, new: [*history, {"role": "user", "content": "mine"}], "new", ["mine"]),
        (lambda history, new: [*history, *new], "old", ["old"]),
        (lambda history, new: new, "old", ["old"]),
        (lambda history, new: copy.deepcopy(new), "old", []),
        (lambda history, new: [], "new", []),
    ],
)
async def test_new_is_what_is_not_of_the_history(callback: Any, given: str, written: list[str]) -> None:
    session = Recording()
    session.items = [dict(OLDER), dict(OLD)]
    model = ScriptedModel([[assistant_message("x")]])
    await Runner.run(Agent(name="A", model=model), given, session=session, run_config=RunConfig(session_input_callback=callback))
    assert [item["content"] for item in session.items[2:-1]] == written
    assert session.items[:2] == [OLDER, OLD]


async def test_what_a_callback_changes_in_place_does_not_change_the_history() -> None:
    async def changing(history: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[dict[str, Any]]:
        history[0]["content"], new[0]["content"] = "changed", "changed too"
        return [*history, *new]

    session, model, given = Recording(), ScriptedModel([[assistant_message("x")]]), [dict(NEW)]
    session.items = [dict(OLD)]
    await Runner.run(Agent(name="A", model=model), given, session=session, run_config=RunConfig(session_input_callback=changing))
    assert (session.items[:2], given) == ([OLD, {"role": "user", "content": "changed too"}], [NEW])
    assert model.last_call is not None
    assert [item["content"] for item in model.last_call.input] == ["changed", "changed too"]


@pytest.mark.parametrize("answer", [None, (), ["text"]])
async def test_a_callback_that_returns_no_list_of_items_is_refused(answer: Any) -> None:
    config = RunConfig(session_input_callback=lambda *_: answer)
    with pytest.raises(UserError, match="session_input_callback must return a list of input items"):
        await Runner.run(Agent(name="A", model=ScriptedModel([])), "x", session=Recording(), run_config=config)


async def test_an_abandoned_call_stays_stored_and_is_not_sent() -> None:
    session, model = Recording(), ScriptedModel([[assistant_message("x")]])
    session.items = [
        {"role": "user", "content": "old"},
        {"type": "function_call", "call_id": "lost", "name": "note", "arguments": "{}"},
    ]
    seen: list[Any] = []
    guard = InputGuardrail[Any](lambda _context, _agent, given: seen.append(given) or GuardrailFunctionOutput(None, False))
    result = await Runner.run(Agent(name="A", model=model, input_guardrails=[guard]), "new", session=session)
    assert model.last_call is not None
    assert [item.get("content") for item in model.last_call.input] == ["old", "new"]
    assert session.items[1]["call_id"] == "lost"
    assert (seen, result.input) == ([model.last_call.input], model.last_call.input)


async def test_a_journal_is_a_session_already() -> None:
    with pytest.raises(UserError, match="has a session or a run_journal"):
        await Runner.run(Agent(name="A"), "x", session=Recording(), run_config=RunConfig(run_journal=Recording()))  # type: ignore[arg-type]


class Told(Recording):
    """A session whose methods want to know for which run they are called; one of them does not."""

    async def get_items(self, limit: int | None = None, *, wrapper: RunContextWrapper[Any] | None = None) -> list[dict[str, Any]]:
        assert wrapper is not None
        self.asked.append(f"get for {wrapper.context}")
        return await super().get_items(limit)

    async def add_items(self, items: list[dict[str, Any]], wrapper: RunContextWrapper[Any] | None = None) -> None:
        assert wrapper is not None
        self.asked.append(f"add for {wrapper.context}")
        await super().add_items(items)


async def test_a_session_that_asks_for_it_gets_the_run_s_context() -> None:
    session = Told()
    await Runner.run(Agent(name="A", model=ScriptedModel([[assistant_message("x")]])), "hi", session=session, context="ctx")
    assert session.asked == ["get for ctx", "get(None)", "add for ctx", "add user", "add for ctx", "add message"]


@pytest.mark.parametrize("limit", [0, 1])
async def test_a_limit_of_nothing_is_a_limit(limit: int) -> None:
    session, model = SQLiteSession("s", session_settings=SessionSettings(limit=limit)), ScriptedModel([[assistant_message("x")]])
    await session.add_items([OLDER, OLD])
    await Runner.run(Agent(name="A", model=model), "new", session=session)
    assert model.last_call is not None
    assert [item["content"] for item in model.last_call.input] == ["old", "new"][1 - limit :]


def test_settings_give_way_field_by_field() -> None:
    settings = SessionSettings(limit=3)
    assert settings.resolve(None) == settings.resolve(SessionSettings()) == settings
    assert settings.resolve(SessionSettings(limit=0)).to_dict() == {"limit": 0}


@pytest.mark.parametrize("streamed", [True, False])
async def test_a_stop_after_the_turn_writes_the_turn_and_the_rest_comes_with_the_resume(streamed: bool) -> None:
    session = Recording()
    agent = Agent(name="A", tools=[add], model=ScriptedModel([[_add_call()], [assistant_message("3")]]))
    result = Runner.run_streamed(agent, "hi", session=session)
    result.cancel("after_turn")
    await told(result)
    assert (session.asked[1:], result.final_output) == (["add user", "add function_call function_call_output"], None)
    state = result.to_state()
    if streamed:
        await told(Runner.run_streamed(agent, state, session=session))
    else:
        await Runner.run(agent, state, session=session)
    assert session.asked[3:] == ["add message"]


async def test_a_stop_at_once_leaves_the_turns_before_it() -> None:
    session = Recording()
    agent = Agent(name="A", tools=[add], model=ScriptedModel([[_add_call()], [assistant_message("3")]]))
    result = Runner.run_streamed(agent, "hi", session=session)
    async for event in result.stream_events():
        if event.type == "run_item_stream_event" and event.name == "tool_output":
            break
    await result.wait()
    assert session.asked[1:] == ["add user", "add function_call function_call_output"]


async def test_a_model_that_fails_later_leaves_the_turns_before_it() -> None:
    session = Recording()
    agent = Agent(name="A", tools=[add], model=ScriptedModel([[_add_call()], ValueError("boom")]))
    with pytest.raises(ValueError, match="boom"):
        await Runner.run(agent, "hi", session=session)
    assert session.asked[1:] == ["add user", "add function_call function_call_output"]


async def test_a_history_that_is_given_beside_its_session_is_sent_once() -> None:
    session, model = SQLiteSession("s"), ScriptedModel([[reasoning("hm"), _add_call()], [assistant_message("3")], [assistant_message("x")]])
    agent = Agent(name="A", tools=[add], model=model)
    result = await Runner.run(agent, "hi", session=session)
    await Runner.run(agent, result.to_input_list(), session=session)
    assert model.last_call is not None
    kinds = [item.get("type", "user") for item in model.last_call.input]
    assert (kinds.count("reasoning"), kinds.count("function_call"), kinds.count("function_call_output")) == (1, 1, 1)


@pytest.mark.parametrize("policy", [None, "preserve", "omit"])
async def test_ids_of_reasoning_are_kept_or_left_out_everywhere(policy: Any) -> None:
    session, model = SQLiteSession("s"), ScriptedModel([[reasoning("hm"), _add_call()], [assistant_message("3")]])
    given = [{"type": "reasoning", "id": "given", "summary": []}, {"role": "user", "content": "hi"}]
    agent = Agent(name="A", tools=[add], model=model)
    result = await Runner.run(agent, given, session=session, run_config=RunConfig(reasoning_item_id_policy=policy))
    assert model.last_call is not None
    ids = ["given", None if policy == "omit" else "scripted-reasoning"]
    for items in (model.last_call.input, result.to_input_list(), await session.get_items()):
        assert [item.get("id") for item in items if item.get("type") == "reasoning"] == ids
    kept = await RunState.from_json(agent, result.to_state().to_json())
    assert [item.get("id") for item in kept._progress.model_input() if item.get("type") == "reasoning"] == ids


async def test_an_agent_inside_a_tool_is_recalled_without_the_ids_of_its_reasoning() -> None:
    journal, asked = InMemoryJournal(), [reasoning("hm"), function_call("note", {"text": "x"}, call_id="c1")]
    inner_model = ScriptedModel([asked, [assistant_message("done")]])
    inner = Agent(name="Inner", tools=[noting([], needs_approval=True)], model=inner_model)
    model = ScriptedModel([[function_call("ask", {"input": "hi"}, call_id="o1")], [assistant_message("so it is")]])
    outer = Agent(name="Outer", tools=[inner.as_tool("ask", "Asks.")], model=model)
    config = RunConfig(run_journal=journal, reasoning_item_id_policy="omit")
    result = await Runner.run(outer, "ask", run_config=config)
    state = await RunState.recall(outer, journal, result.to_state().run_id)
    state.approve(state.get_interruptions()[0])
    await Runner.run(outer, state, run_config=config)
    assert inner_model.last_call is not None
    assert [item for item in inner_model.last_call.input if item.get("type") == "reasoning"] == [
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"}]}
    ]


@pytest.mark.parametrize("as_json", [False, True])
async def test_turns_that_waited_for_a_guardrail_when_the_run_was_stopped_are_written_once(as_json: bool) -> None:
    asked: list[object] = []

    async def slow_at_first(*given: object) -> GuardrailFunctionOutput:
        asked.append(given)
        if len(asked) == 1:
            await asyncio.Event().wait()
        return GuardrailFunctionOutput(None, tripwire_triggered=False)

    model = ScriptedModel([[_add_call()], ModelStep.in_chunks(["a", "b"], gate=asyncio.Event()), [assistant_message("done")]])
    agent = Agent(name="A", model=model, tools=[add], input_guardrails=[InputGuardrail(slow_at_first)])
    session = Recording()
    stopped = Runner.run_streamed(agent, "hi", session=session)
    async for _ in stopped.stream_events():
        if len(model.calls) == 2:
            stopped.cancel()
    await stopped.wait()
    state = await RunState.from_string(agent, stopped.to_state().to_string()) if as_json else stopped.to_state()
    result = await Runner.run(agent, state, session=session)
    writes = [said for said in session.asked if said.startswith("add")]
    assert writes == ["add user", "add function_call function_call_output", "add message"]
    assert (result.final_output, len(asked), len(result.input_guardrail_results)) == ("done", 2, 1)
