"""What a run writes to a session, and when."""

from typing import Any

import pytest

from agentchat import Agent, RunConfig, Runner, SessionSettings, SQLiteSession, UserError, function_tool
from agentchat.testing import ScriptedModel, assistant_message, function_call
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


async def test_a_callback_that_returns_no_list_is_refused() -> None:
    config = RunConfig(session_input_callback=lambda *_: None)  # type: ignore[arg-type, return-value]
    with pytest.raises(UserError, match="session_input_callback must return a list"):
        await Runner.run(Agent(name="A", model=ScriptedModel([])), "x", session=Recording(), run_config=config)


async def test_an_abandoned_call_stays_stored_and_is_not_sent() -> None:
    session, model = Recording(), ScriptedModel([[assistant_message("x")]])
    session.items = [
        {"role": "user", "content": "old"},
        {"type": "function_call", "call_id": "lost", "name": "note", "arguments": "{}"},
    ]
    await Runner.run(Agent(name="A", model=model), "new", session=session)
    assert model.last_call is not None
    assert [item.get("content") for item in model.last_call.input] == ["old", "new"]
    assert session.items[1]["call_id"] == "lost"


@pytest.mark.parametrize("option", ["conversation_id", "previous_response_id"])
async def test_a_session_and_a_history_that_the_provider_keeps_exclude_each_other(option: str) -> None:
    with pytest.raises(UserError, match="Session persistence cannot be combined with"):
        await Runner.run(Agent(name="A"), "x", session=Recording(), **{option: "id"})


async def test_a_journal_is_a_session_already() -> None:
    with pytest.raises(UserError, match="has a session or a run_journal"):
        await Runner.run(Agent(name="A"), "x", session=Recording(), run_config=RunConfig(run_journal=Recording()))  # type: ignore[arg-type]
