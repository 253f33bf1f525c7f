"""Starting runs: the three methods, what their options mean, and what is refused instead of ignored."""

import asyncio
import threading
from typing import Any

import pytest

from agentchat import (
    Agent,
    MaxTurnsExceeded,
    RunConfig,
    RunContextWrapper,
    Runner,
    RunState,
    SQLiteSession,
    UserError,
    function_tool,
)
from agentchat.runtime.ports.defaults import set_default_agent_runner
from agentchat.testing import ScriptedModel, assistant_message, function_call
from tests.runtime.running.runs import add, noting, told


def _agent(*steps: Any, **more: Any) -> Agent[Any]:
    return Agent(name="A", model=ScriptedModel(steps or [[assistant_message("x")]]), **more)


def test_run_sync_works_before_between_and_after_other_loops() -> None:
    session = SQLiteSession("s")
    agent = _agent(*([assistant_message(text)] for text in "abc"))

    async def in_a_loop_of_its_own() -> Any:
        return await Runner.run(agent, "hi", session=session)

    outputs = [
        Runner.run_sync(agent, "hi", session=session).final_output,
        asyncio.run(in_a_loop_of_its_own()).final_output,
        Runner.run_sync(agent, "hi", session=session).final_output,
    ]
    assert outputs == ["a", "b", "c"]


def test_run_sync_keeps_its_loop_so_that_connections_serve_the_next_call() -> None:
    loops: list[asyncio.AbstractEventLoop] = []

    @function_tool
    async def where() -> str:
        """Says which loop."""
        loops.append(asyncio.get_running_loop())
        return ""

    for _ in range(2):
        Runner.run_sync(_agent([function_call("where", "{}", call_id="c1")], [assistant_message("x")], tools=[where]), "hi")
    assert loops[0] is loops[1]


def test_run_sync_works_in_a_thread() -> None:
    outputs: list[Any] = []
    thread = threading.Thread(target=lambda: outputs.append(Runner.run_sync(_agent(), "hi").final_output))
    thread.start()
    thread.join()
    assert outputs == ["x"]


def test_run_sync_raises_what_the_run_raises_and_works_again() -> None:
    agent = _agent(ValueError("boom"), [assistant_message("x")])
    with pytest.raises(ValueError, match="boom"):
        Runner.run_sync(agent, "hi")
    assert Runner.run_sync(agent, "hi").final_output == "x"


async def test_run_sync_is_refused_where_a_loop_runs() -> None:
    with pytest.raises(RuntimeError, match=r"use 'await Runner\.run\(\.\.\.\)'"):
        Runner.run_sync(_agent(), "hi")


def test_a_streamed_run_needs_a_running_loop() -> None:
    with pytest.raises(RuntimeError, match="no running event loop"):
        Runner.run_streamed(_agent(), "hi")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"run_config": RunConfig(sandbox=object())}, "sets sandbox"),
    ],
)
async def test_an_option_that_is_not_served_yet_is_refused(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        await Runner.run(_agent(), "hi", **options)
    with pytest.raises(UserError, match=sentence):
        Runner.run_streamed(_agent(), "hi", **options)


@pytest.mark.parametrize(
    "options", [{"hooks": None}, {"error_handlers": {}}, {"auto_previous_response_id": False}, {"conversation_id": None}]
)
async def test_an_option_that_asks_for_nothing_is_no_matter(options: dict[str, Any]) -> None:
    assert (await Runner.run(_agent(), "hi", **options)).final_output == "x"


@pytest.mark.parametrize(
    "fields",
    [
        {"mcp_servers": [object()]},
    ],
)
async def test_what_an_agent_sets_and_is_not_served_yet_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(UserError, match=f"Agent 'A' sets .*{next(iter(fields))}.*, which this version does not run yet"):
        await Runner.run(_agent(**fields), "hi")


async def test_an_agent_whose_output_is_text_may_say_so() -> None:
    assert (await Runner.run(_agent(output_type=str), "hi")).final_output == "x"


@pytest.mark.parametrize(
    "options", [{"defer_loading": True}]
)
async def test_what_a_tool_sets_and_is_not_served_yet_is_refused(options: dict[str, Any]) -> None:
    @function_tool(**options)
    def work() -> str:
        """Works."""
        return ""

    with pytest.raises(UserError, match=f"Tool 'work' sets {next(iter(options))}"):
        await Runner.run(_agent(tools=[work]), "hi")


async def test_an_option_that_does_not_exist_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="contxt"):
        await Runner.run(_agent(), "hi", contxt=1)  # type: ignore[call-arg]


def test_an_option_that_does_not_exist_is_a_type_error_in_run_sync_too() -> None:
    with pytest.raises(TypeError, match="contxt"):
        Runner.run_sync(_agent(), "hi", contxt=None)


async def test_something_that_is_no_agent_is_refused() -> None:
    with pytest.raises(UserError, match="starts with an Agent, not with a str"):
        await Runner.run("A", "hi")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (5, "The input of a run is a text, a list of items or a RunState, not a int"),
        (None, "The input of a run is a text, a list of items or a RunState, not a NoneType"),
        ({"role": "user", "content": "hi"}, "The input of a run is a text, a list of items or a RunState, not a dict"),
        (["hi"], "An input item is a dict, not a str"),
        ([{"role": "user", "content": "hi"}, 5], "An input item is a dict, not a int"),
    ],
)
async def test_an_input_of_another_kind_is_refused_with_what_to_pass(given: Any, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        await Runner.run(_agent(), given)


@pytest.mark.parametrize("max_turns", [-1, "3", 1.5])
async def test_a_limit_that_is_no_number_of_calls_is_refused(max_turns: Any) -> None:
    with pytest.raises(UserError, match="max_turns is a number of model calls from 0"):
        await Runner.run(_agent(), "hi", max_turns=max_turns)


async def test_the_name_of_a_session_is_no_session() -> None:
    with pytest.raises(UserError, match="A session is an object, not a str"):
        await Runner.run(_agent(), "hi", session="s")  # type: ignore[arg-type]


async def test_an_item_may_be_what_a_model_gave() -> None:
    agent = _agent()
    await Runner.run(agent, [assistant_message("before"), {"role": "user", "content": "hi"}])  # type: ignore[list-item]
    assert agent.model.calls[0].input[0]["content"][0]["text"] == "before"  # type: ignore[union-attr]


async def test_the_run_config_may_be_a_dict() -> None:
    other = ScriptedModel([[assistant_message("y")]])
    assert (await Runner.run(_agent(), "hi", run_config={"model": other})).final_output == "y"
    with pytest.raises(TypeError, match="Unknown run_config settings: modell"):
        await Runner.run(_agent(), "hi", run_config={"modell": other})
    with pytest.raises(TypeError, match="run_config must be a RunConfig instance or a dict, got int"):
        await Runner.run(_agent(), "hi", run_config=3)  # type: ignore[arg-type]


class _Other:
    """A runner that only says that it was asked."""

    async def run(self, starting_agent: Any, input: Any, **options: Any) -> Any:  # noqa: A002 - the port's name
        return "run", options["max_turns"]

    def run_sync(self, starting_agent: Any, input: Any, **options: Any) -> Any:  # noqa: A002 - the port's name
        return "sync", options

    def run_streamed(self, starting_agent: Any, input: Any, **options: Any) -> Any:  # noqa: A002 - the port's name
        return "streamed", options["session"]


async def test_runs_go_to_the_default_runner_until_it_is_put_back() -> None:
    set_default_agent_runner(_Other())
    try:
        agent = _agent()
        assert await Runner.run(agent, "hi") == ("run", 10)
        assert Runner.run_sync(agent, "hi", max_turns=3) == ("sync", {"max_turns": 3})
        assert Runner.run_streamed(agent, "hi") == ("streamed", None)
        assert Agent.run_streamed(agent, "hi", session=None) == ("streamed", None)
    finally:
        set_default_agent_runner(None)
    assert (await Runner.run(agent, "hi")).final_output == "x"


async def test_the_agent_s_own_run_streamed_is_the_runner_s() -> None:
    assert await told(Agent.run_streamed(_agent(), "hi")) == ["AU(A)", "RAW", "message_output_created"]


@function_tool
def who(context: RunContextWrapper[Any]) -> str:
    """Says what the context is."""
    return str(context.context)


def _asking() -> Agent[Any]:
    calls = [function_call("ask", {"text": "x"}, call_id="c1"), function_call("who", "{}", call_id="c2")]
    steps = [calls, [function_call("who", "{}", call_id="c3")], [assistant_message("done")]]
    return _agent(*steps, tools=[noting([], name="ask", needs_approval=True), who])


def _outputs(result: Any) -> list[str]:
    return [item.raw_item["output"] for item in result.new_items if item.type == "tool_call_output_item"]


@pytest.mark.parametrize(("given", "second"), [({}, "old"), ({"context": "new"}, "new"), ({"context": RunContextWrapper("new")}, "new")])
async def test_a_context_that_is_given_on_resuming_takes_the_place_of_the_old_one(given: dict[str, Any], second: str) -> None:
    agent = _asking()
    state = (await Runner.run(agent, "hi", context="old")).to_state()
    state.approve(state.get_interruptions()[0])
    result = await Runner.run(agent, state, **given)
    assert _outputs(result) == ["old", "noted x", second]
    assert result.context_wrapper.usage.requests == 3


async def test_a_wrapper_as_context_counts_on() -> None:
    wrapper = RunContextWrapper("mine")
    for count in (1, 2):
        await Runner.run(_agent(), "hi", context=wrapper)
        assert wrapper.usage.requests == count


async def test_max_turns_come_from_the_state() -> None:
    agent = _asking()
    state = (await Runner.run(agent, "hi", max_turns=1)).to_state()
    state.approve(state.get_interruptions()[0])
    with pytest.raises(MaxTurnsExceeded, match=r"Max turns \(1\) exceeded"):
        await Runner.run(agent, state, max_turns=5)


async def test_no_limit_of_turns() -> None:
    steps = [[function_call("add", {"a": number, "b": 1}, call_id=f"c{number}")] for number in range(12)]
    assert (await Runner.run(_agent(*steps, [assistant_message("x")], tools=[add]), "hi", max_turns=None)).final_output == "x"


async def test_a_finished_state_runs_to_nothing() -> None:
    agent = _agent()
    state = (await Runner.run(agent, "hi")).to_state()
    result = Runner.run_streamed(agent, state)
    assert await told(result) == ["AU(A)"]
    with pytest.raises(UserError, match="This run has ended"):
        state.add_input("more")


async def test_two_states_of_one_json_owe_nothing_to_each_other_or_to_it() -> None:


    agent = _asking()
    data = (await Runner.run(agent, "hi")).to_state().to_json()
    one, two = await RunState.from_json(agent, data), await RunState.from_json(agent, data)
    one.add_input("more")
    again = one.to_json()
    again["pending_input"].clear()
    assert (len(one.pending_input), two.pending_input, data["pending_input"]) == (1, [], [])


async def test_the_error_of_a_run_tells_where_it_stood() -> None:
    agent = _agent([function_call("add", {"a": 1, "b": 1}, call_id="c1")], tools=[add])
    with pytest.raises(MaxTurnsExceeded) as caught:
        await Runner.run(agent, "hi", max_turns=1)
    assert (caught.value.run_data.input, len(caught.value.run_data.new_items)) == ("hi", 2)
