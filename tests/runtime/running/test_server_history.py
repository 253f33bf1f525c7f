"""Conversations that the provider keeps: what each call is sent, and where it says that it belongs."""

import logging
from typing import Any

import pytest

from agentchat import Agent, OpenAIResponsesModel, RunConfig, Runner, RunState, SQLiteSession, UserError, handoff, remove_all_tools
from agentchat.models.wire.endpoints import Endpoint, LoopClients
from agentchat.testing import ModelStep, ScriptedModel, assistant_message, function_call
from agentchat.testing_journal import InMemoryJournal
from tests.model_server import Json, ModelServer
from tests.models.frames import call, message, response
from tests.runtime.running.runs import add, noting, told

Sent = list[tuple[list[str], str | None, str | None]]
"""Per call: the input, previous_response_id and conversation_id."""


def _add(call_id: str) -> Any:
    return function_call("add", {"a": 1, "b": 2}, call_id=call_id)


def _model(*steps: tuple[list[Any], str | None]) -> ScriptedModel:
    return ScriptedModel([ModelStep(output=output, response_id=response_id) for output, response_id in steps])


def _team(**of_the_handoff: Any) -> Agent[Any]:
    """A adds and hands over to B, which adds and answers."""
    b = Agent(name="B", tools=[add], model=_model(([_add("c2")], "b1"), ([assistant_message("done")], "b2")))
    handing = [function_call("transfer_to_b", {}, call_id="h1"), function_call("transfer_to_b", {}, call_id="h2")]
    model = _model(([_add("c1")], "a1"), (handing, "a2"))
    return Agent(name="A", tools=[add], handoffs=[handoff(b, **of_the_handoff)], model=model)


def _sent(*agents: Any) -> Sent:
    models = [agent.model if isinstance(agent, Agent) else agent.target.model for agent in agents]
    calls = [call for model in models for call in model.calls]
    return [([_word(item) for item in call.input], call.previous_response_id, call.conversation_id) for call in calls]


def _word(item: dict[str, Any]) -> str:
    return item.get("content") or f"{item['type']} {item['call_id']}"


OUT = "function_call_output "
CHAINED: Sent = [
    ([f"{OUT}c1"], "a1", None),
    ([f"{OUT}h2", f"{OUT}h1"], "a2", None),
    ([f"{OUT}c2"], "b1", None),
]
IN_CONVERSATION: Sent = [(sent, None, "conv") for sent, _, _ in CHAINED]


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"previous_response_id": "a0"}, [(["hi"], "a0", None), *CHAINED]),
        ({"auto_previous_response_id": True}, [(["hi"], None, None), *CHAINED]),
        ({"previous_response_id": "a0", "auto_previous_response_id": True}, [(["hi"], "a0", None), *CHAINED]),
        ({"conversation_id": "conv"}, [(["hi"], None, "conv"), *IN_CONVERSATION]),
        ({"conversation_id": "conv", "previous_response_id": "a0"}, [(sent, "a0", "conv") for sent, _, _ in [(["hi"], 0, 0), *CHAINED]]),
    ],
)
async def test_each_call_sends_what_is_new(options: dict[str, Any], expected: Sent, streamed: bool) -> None:
    team = _team()
    if streamed:
        result = Runner.run_streamed(team, "hi", **options)
        await told(result)
    else:
        result = await Runner.run(team, "hi", **options)
    assert _sent(team, team.handoffs[0]) == expected
    assert (result.last_response_id, len(result.to_input_list())) == ("b2", 10)


def test_a_run_without_a_loop_of_its_own_does_the_same() -> None:
    agent = Agent(name="A", tools=[add], model=_model(([_add("c1")], "a1"), ([assistant_message("3")], "a2")))
    Runner.run_sync(agent, "hi", auto_previous_response_id=True)
    assert _sent(agent) == [(["hi"], None, None), ([f"{OUT}c1"], "a1", None)]


async def test_all_of_a_list_is_sent_first() -> None:
    agent = Agent(name="A", model=_model(([assistant_message("3")], "a1")))
    await Runner.run(agent, [{"role": "user", "content": "one"}, {"role": "user", "content": "two"}], conversation_id="conv")
    assert _sent(agent) == [(["one", "two"], None, "conv")]


async def test_an_output_for_a_call_that_the_provider_has_is_sent() -> None:
    agent = Agent(name="A", model=_model(([assistant_message("3")], "a1")))
    await Runner.run(agent, [{"type": "function_call_output", "call_id": "theirs", "output": "1"}], previous_response_id="a0")
    assert _sent(agent) == [([f"{OUT}theirs"], "a0", None)]


async def test_an_answer_without_an_id_leaves_the_chain_where_it_is() -> None:
    agent = Agent(name="A", tools=[add], model=_model(([_add("c1")], None), ([_add("c2")], "a2"), ([assistant_message("3")], None)))
    await Runner.run(agent, "hi", previous_response_id="a0")
    assert _sent(agent) == [(["hi"], "a0", None), ([f"{OUT}c1"], "a0", None), ([f"{OUT}c2"], "a2", None)]


async def test_a_provider_that_gives_no_ids_is_sent_everything() -> None:
    agent = Agent(name="A", tools=[add], model=_model(([_add("c1")], None), ([assistant_message("3")], None)))
    await Runner.run(agent, "hi", auto_previous_response_id=True)
    assert _sent(agent)[1] == (["hi", "function_call c1", f"{OUT}c1"], None, None)


def _asking(*ids: str) -> Agent[Any]:
    calls = [function_call("note", {"text": "x"}, call_id="n1"), _add("c1")]
    return Agent(
        name="A",
        tools=[noting([], needs_approval=True), add],
        model=_model((calls, ids[0]), ([assistant_message("done")], ids[1])),
    )


@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize(
    ("begun_with", "gone_on_with", "last"),
    [
        ({"conversation_id": "conv"}, {}, (None, "conv")),
        ({"previous_response_id": "a0"}, {}, ("a1", None)),
        ({"auto_previous_response_id": True}, {}, ("a1", None)),
        ({"conversation_id": "conv"}, {"conversation_id": "other"}, (None, "other")),
        ({"previous_response_id": "a0"}, {"previous_response_id": "other"}, ("a1", None)),
        ({"previous_response_id": "a0"}, {"conversation_id": "conv"}, (None, "conv")),
        ({"conversation_id": "conv"}, {"previous_response_id": "other"}, ("other", "conv")),
        ({}, {"conversation_id": "late"}, (None, "late")),
        ({}, {"previous_response_id": "late"}, ("a1", None)),
    ],
)
async def test_a_resumed_run_sends_the_outputs_and_goes_on_where_it_was(
    begun_with: dict[str, Any], gone_on_with: dict[str, Any], last: tuple[str | None, str | None], stored: bool
) -> None:
    agent = _asking("a1", "a2")
    state = (await Runner.run(agent, "hi", **begun_with)).to_state()
    if stored:
        state = await RunState.from_string(agent, state.to_string())
    state.approve(state.get_interruptions()[0])
    await Runner.run(agent, state, **gone_on_with)
    (sent, *ids) = _sent(agent)[1]
    assert (sorted(sent), tuple(ids)) == ([f"{OUT}c1", f"{OUT}n1"], last)


async def test_a_state_names_the_conversation() -> None:
    state = (await Runner.run(_asking("a1", "a2"), "hi", previous_response_id="a0")).to_state().to_json()
    keys = ("conversation_id", "previous_response_id", "auto_previous_response_id")
    assert {key: state[key] for key in keys} == dict(zip(keys, (None, "a1", False), strict=True))


async def test_staged_input_is_sent_behind_the_outputs() -> None:
    agent = _asking("a1", "a2")
    state = (await Runner.run(agent, "hi", conversation_id="conv")).to_state()
    state.approve(state.get_interruptions()[0])
    state.add_input("and more")
    await Runner.run(agent, state)
    assert _sent(agent)[1][0][-1] == "and more"


@pytest.mark.parametrize("of_the_run", [False, True])
async def test_a_handoff_s_filter_is_refused(of_the_run: bool) -> None:
    team = _team(input_filter=None if of_the_run else remove_all_tools)
    config = RunConfig(handoff_input_filter=remove_all_tools if of_the_run else None)
    with pytest.raises(UserError, match="Server-managed conversations do not support handoff input filters"):
        await Runner.run(team, "hi", conversation_id="conv", run_config=config)


async def test_a_nested_history_is_left_out_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    team = _team()
    with caplog.at_level(logging.WARNING, logger="agentchat"):
        await Runner.run(team, "hi", conversation_id="conv", run_config=RunConfig(nest_handoff_history=True))
    assert caplog.messages[0].startswith("Server-managed conversations do not support nest_handoff_history for handoff A -> B.")
    assert _sent(team, team.handoffs[0]) == [(["hi"], None, "conv"), *IN_CONVERSATION]


@pytest.mark.parametrize("option", [{"conversation_id": "c"}, {"previous_response_id": "r"}, {"auto_previous_response_id": True}])
async def test_two_histories_exclude_each_other(option: dict[str, Any]) -> None:
    sentence = "Session persistence cannot be combined with conversation_id, previous_response_id, or auto_previous_response_id."
    with pytest.raises(UserError, match=sentence):
        await Runner.run(Agent(name="A"), "hi", session=SQLiteSession("s"), **option)
    with pytest.raises(UserError, match=sentence):
        await Runner.run(Agent(name="A"), "hi", run_config=RunConfig(run_journal=InMemoryJournal()), **option)


@pytest.mark.parametrize(
    ("options", "first", "second"),
    [
        ({"conversation_id": "conv_1"}, {"conversation": "conv_1"}, {"conversation": "conv_1"}),
        ({"previous_response_id": "resp_0"}, {"previous_response_id": "resp_0"}, {"previous_response_id": "resp_1"}),
    ],
)
async def test_the_ids_stand_in_the_request(options: dict[str, Any], first: dict[str, str], second: dict[str, str]) -> None:
    with ModelServer() as server:
        clients = LoopClients(Endpoint(server.base_url, "sk-test"))
        server.answer(Json({**response([call("add", '{"a": 1, "b": 2}', "call_1")]), "id": "resp_1"}))
        server.answer(Json({**response([message("3")]), "id": "resp_2"}))
        agent = Agent(name="A", tools=[add], model=OpenAIResponsesModel("test-model", clients))
        result = await Runner.run(agent, "hi", **options)
        await clients.aclose()
        bodies = [request.body for request in server.requests]
    named = [{key: value for key, value in body.items() if key in {"conversation", "previous_response_id"}} for body in bodies]
    assert (named, result.final_output) == ([first, second], "3")
    assert bodies[1]["input"] == [{"type": "function_call_output", "call_id": "call_1", "output": "3"}]
