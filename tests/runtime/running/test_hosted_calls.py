"""Tools that run at the provider, and its requests to run a hosted MCP tool."""

from typing import Any

import pytest

from agentchat import (
    Agent,
    Runner,
    ShellTool,
    WebSearchTool,
)
from agentchat.testing import ScriptedModel, assistant_message
from tests.runtime.running.local_items import (
    agent_of,
    answers,
    docs_server,
    mcp_list,
    mcp_request,
    shell_call,
    stored_state,
    web_search,
)
from tests.runtime.running.runs import told


async def test_a_hosted_call_is_an_item_without_an_output_here() -> None:
    model = ScriptedModel([[web_search(), assistant_message("found")]])
    result = Runner.run_streamed(Agent(name="A", model=model, tools=[WebSearchTool()]), "hi")
    assert await told(result) == ["AU(A)", "RAW", "tool_called", "message_output_created"]
    assert result.final_output == "found"


async def test_a_provider_that_only_worked_is_asked_again() -> None:
    agent, model = agent_of([web_search()], tools=[WebSearchTool()])
    assert (await Runner.run(agent, "hi")).final_output == "done"
    assert model.last_call is not None
    assert model.last_call.input[-1] == {
        "type": "web_search_call", "id": "ws1", "status": "completed", "action": {"type": "search", "query": "x"},
    }  # fmt: skip


async def test_a_shell_of_the_provider_needs_nothing_from_here() -> None:
    model = ScriptedModel([[shell_call(), assistant_message("done")]])
    agent = Agent(name="A", model=model, tools=[ShellTool(environment={"type": "container_auto"})])
    result = Runner.run_streamed(agent, "hi")
    assert await told(result) == ["AU(A)", "RAW", "tool_called", "message_output_created"]


async def test_a_hosted_server_is_answered_by_its_callback() -> None:
    asked: list[Any] = []

    async def decide(request: Any) -> dict[str, Any]:
        asked.append((request.data.name, request.data.arguments, request.ctx_wrapper.context))
        return {"approve": True}

    agent, model = agent_of([mcp_list(), mcp_request()], tools=[docs_server(on_approval_request=decide)])
    result = Runner.run_streamed(agent, "hi", context=7)
    assert await told(result) == [
        "AU(A)", "RAW", "mcp_list_tools", "mcp_approval_requested", "mcp_approval_response", "RAW", "message_output_created",
    ]  # fmt: skip
    assert asked == [("search", '{"q":1}', 7)]
    assert answers(model) == [{"type": "mcp_approval_response", "approval_request_id": "r1", "approve": True}]


@pytest.mark.parametrize(("answer", "reason"), [({"approve": False, "reason": "private"}, {"reason": "private"}), ({"approve": False}, {})])
async def test_a_callback_says_no_with_or_without_a_reason(answer: dict[str, Any], reason: dict[str, str]) -> None:
    agent, model = agent_of([mcp_request()], tools=[docs_server(on_approval_request=lambda _: answer)])
    await Runner.run(agent, "hi")
    assert answers(model) == [{"type": "mcp_approval_response", "approval_request_id": "r1", "approve": False, **reason}]


@pytest.mark.parametrize("stored", [False, True])
async def test_without_a_callback_a_person_is_asked_whether_the_server_may(stored: bool) -> None:
    agent, model = agent_of([mcp_request()], tools=[docs_server()])
    first = Runner.run_streamed(agent, "hi")
    assert await told(first) == ["AU(A)", "RAW", "mcp_approval_requested"]
    [item] = first.interruptions
    assert (item.name, item.qualified_name, item.call_id, item.arguments) == ("search", "docs.search", "r1", '{"q":1}')
    state = await stored_state(agent, first.to_state()) if stored else first.to_state()
    state.approve(state.get_interruptions()[0])
    second = Runner.run_streamed(agent, state)
    assert await told(second) == ["AU(A)", "mcp_approval_response", "RAW", "message_output_created"]
    assert answers(model) == [{"type": "mcp_approval_response", "approval_request_id": "r1", "approve": True}]


@pytest.mark.parametrize(("message", "said"), [(None, {}), ("no way", {"reason": "no way"})])
async def test_a_persons_no_goes_to_the_provider(message: str | None, said: dict[str, str]) -> None:
    agent, model = agent_of([mcp_request()], tools=[docs_server()])
    state = (await Runner.run(agent, "hi")).to_state()
    state.reject(state.get_interruptions()[0], rejection_message=message)
    await Runner.run(agent, state)
    assert answers(model) == [{"type": "mcp_approval_response", "approval_request_id": "r1", "approve": False, **said}]


async def test_an_always_holds_for_the_tool_of_one_server_only() -> None:
    other = docs_server()
    other.tool_config = {"type": "mcp", "server_label": "shop", "server_url": "https://shop.example"}
    turns = ([mcp_request()], [mcp_request("r2")], [mcp_request("r3", server="shop")])
    agent, model = agent_of(*turns, tools=[docs_server(), other])
    state = (await Runner.run(agent, "hi")).to_state()
    state.approve(state.get_interruptions()[0], always_approve=True)
    result = await Runner.run(agent, state)
    assert [item.call_id for item in result.interruptions] == ["r3"]
    assert len(model.calls) == 3
