"""What servers are told of tools that are no functions. The bodies are those that openai-agents 0.24.0 sends for the same tools."""

from collections.abc import Sequence
from typing import Any

import pytest

from agentchat import (
    Agent,
    ApplyPatchTool,
    CodeInterpreterTool,
    ComputerTool,
    FileSearchTool,
    HostedMCPTool,
    ImageGenerationTool,
    LocalShellTool,
    ModelSettings,
    ShellTool,
    UserError,
    WebSearchTool,
    handoff,
)
from agentchat.models.chat_completions.model import chat_request
from agentchat.models.model_call import ModelCall
from agentchat.models.responses.model import responses_request
from agentchat.models.responses.sent_items import input_items
from agentchat.runtime.values.items import wire_of
from tests.runtime.running.local_items import NotingComputer, NotingEditor, computer_call, mcp_request, patch_call, shell_call
from tests.runtime.running.runs import add


class Browser(NotingComputer):
    environment = "browser"  # type: ignore[assignment]
    dimensions = (800, 600)  # type: ignore[assignment]


def run(_: object) -> str:
    return ""


SHELL, PATCH, COMPUTER = ShellTool(run), ApplyPatchTool(NotingEditor([])), ComputerTool(Browser([]))
MCP = HostedMCPTool({"type": "mcp", "server_label": "d", "server_url": "https://x", "require_approval": "always"})
SEARCH = {"type": "web_search", "filters": None, "user_location": None, "search_context_size": "medium"}
FILES = {"type": "file_search", "vector_store_ids": ["v"]}


def call_of(tools: Sequence[Any], **settings: Any) -> ModelCall:
    return ModelCall(None, "hi", ModelSettings(**settings), tools, None, [], None, None, None)


def body_of(*tools: Any, model: str = "gpt-5.4", **settings: Any) -> dict[str, Any]:
    return responses_request(model, call_of(tools, **settings), stream=False).body


@pytest.mark.parametrize(
    ("tool", "told"),
    [
        (WebSearchTool(), SEARCH),
        (
            WebSearchTool(
                user_location={"type": "approximate", "city": "Paris"},
                filters={"allowed_domains": ["a.com"]},
                search_context_size="low",
                external_web_access=False,
                search_content_types=["text"],
                image_settings={"max_results": 2, "caption": True},
            ),
            {
                "type": "web_search",
                "filters": {"allowed_domains": ["a.com"]},
                "user_location": {"type": "approximate", "city": "Paris"},
                "search_context_size": "low",
                "external_web_access": False,
                "search_content_types": ["text"],
                "image_settings": {"max_results": 2, "caption": True},
            },
        ),
        (WebSearchTool(filters={}), {**SEARCH, "filters": {"allowed_domains": None}}),
        (FileSearchTool(["v"], 0), FILES),
        (
            FileSearchTool(["v"], 3, False, {"ranker": "auto"}, {"type": "eq", "key": "k", "value": "v"}),
            {**FILES, "max_num_results": 3, "ranking_options": {"ranker": "auto"}, "filters": {"type": "eq", "key": "k", "value": "v"}},
        ),
        (
            CodeInterpreterTool({"type": "code_interpreter", "container": {"type": "auto"}}),
            {"type": "code_interpreter", "container": {"type": "auto"}},
        ),
        (ImageGenerationTool({"type": "image_generation", "quality": "low"}), {"type": "image_generation", "quality": "low"}),
        (MCP, {"type": "mcp", "server_label": "d", "server_url": "https://x", "require_approval": "always"}),
        (LocalShellTool(run), {"type": "local_shell"}),
        (ShellTool(run, "sh"), {"type": "shell", "environment": {"type": "local"}}),
        (
            ShellTool(environment={"type": "container_auto", "memory_limit": "1g"}),
            {"type": "shell", "environment": {"type": "container_auto", "memory_limit": "1g"}},
        ),
        (PATCH, {"type": "apply_patch"}),
        (COMPUTER, {"type": "computer"}),
    ],
)
def test_a_tool_is_told_as_it_is_declared(tool: Any, told: dict[str, Any]) -> None:
    body = body_of(tool)
    assert body["tools"] == [told]
    assert "include" not in body


def test_the_older_model_is_told_of_the_screen() -> None:
    screen = {"type": "computer_use_preview", "environment": "browser", "display_width": 800, "display_height": 600}
    assert body_of(COMPUTER, model="computer-use-preview-2025-03-11")["tools"] == [screen]
    with pytest.raises(UserError, match="environment and dimensions"):
        body_of(ComputerTool(NotingComputer([])), model="computer-use-preview")


def test_tools_stand_in_their_order_with_handoffs_behind_them() -> None:
    call = call_of([WebSearchTool(), add, MCP])
    call = ModelCall(None, "hi", call.settings, call.tools, None, [handoff(Agent(name="B"))], None, None, None)
    tools = responses_request("m", call, stream=False).body["tools"]
    assert [tool.get("name", tool["type"]) for tool in tools] == ["web_search", "add", "mcp", "transfer_to_b"]


def test_results_are_asked_for_where_a_tool_wants_them() -> None:
    tools = [FileSearchTool(["v"], include_search_results=True), WebSearchTool(search_content_types=["text", "image"])]
    wanted = ["file_search_call.results", "web_search_call.results"]
    assert body_of(*tools, response_include=["x", wanted[1]])["include"] == ["x", wanted[1], wanted[0]]
    assert body_of(tools[0], top_logprobs=2)["include"] == [wanted[0], "message.output_text.logprobs"]


@pytest.mark.parametrize(
    ("choice", "tools", "told"),
    [
        ("web_search", [WebSearchTool()], {"type": "web_search"}),
        ("web_search_preview", [WebSearchTool()], {"type": "web_search_preview"}),
        ("mcp", [MCP], {"type": "mcp"}),
        ("hosted_mcp", [MCP], {"type": "function", "name": "hosted_mcp"}),
        ("local_shell", [LocalShellTool(run)], {"type": "function", "name": "local_shell"}),
        ("shell", [SHELL], {"type": "shell"}),
        ("shell", [add], {"type": "function", "name": "shell"}),
        ("sh", [ShellTool(run, "sh")], {"type": "function", "name": "sh"}),
        ("apply_patch", [PATCH], {"type": "apply_patch"}),
        ("computer", [COMPUTER], {"type": "computer"}),
        ("computer_use", [COMPUTER], {"type": "computer"}),
        ("computer_use_preview", [COMPUTER], {"type": "computer"}),
        ("computer_use_preview", [add], {"type": "computer_use_preview"}),
        ("computer", [add], {"type": "function", "name": "computer"}),
        ("required", [COMPUTER], "required"),
        ("none", [COMPUTER], "none"),
    ],
)
def test_a_choice_names_a_tool_by_its_type(choice: str, tools: list[Any], told: object) -> None:
    assert body_of(*tools, tool_choice=choice)["tool_choice"] == told


def test_a_choice_of_the_computer_is_spelled_as_the_older_model_does() -> None:
    choice = body_of(COMPUTER, model="computer-use-preview", tool_choice="computer")["tool_choice"]
    assert choice == {"type": "computer_use_preview"}


def test_there_is_one_computer_at_most() -> None:
    with pytest.raises(UserError, match=r"You can only provide one computer tool\. Got 2"):
        body_of(COMPUTER, COMPUTER)


@pytest.mark.parametrize("tool", [WebSearchTool(), MCP, SHELL, PATCH, COMPUTER])
def test_chat_completions_has_no_words_for_them(tool: Any) -> None:
    with pytest.raises(UserError, match="Hosted tools are not supported with the ChatCompletions API"):
        chat_request("m", call_of([add, tool]), stream=False, official=True)


def test_calls_of_every_kind_and_their_answers_are_sent_as_they_are_stored() -> None:
    items: list[dict[str, Any]] = [
        wire_of(shell_call()),
        {"type": "shell_call_output", "call_id": "s1", "output": [{"stdout": "", "stderr": "", "outcome": {"type": "timeout"}}]},
        wire_of(patch_call()),
        {"type": "apply_patch_call_output", "call_id": "p1", "status": "completed"},
        wire_of(mcp_request()),
        {"type": "mcp_approval_response", "approval_request_id": "r1", "approve": False},
        wire_of(computer_call(checks=("k",))),
    ]
    answer = {"type": "computer_call_output", "call_id": "c1", "output": {"type": "computer_screenshot", "image_url": "data:"}}
    assert input_items([{**items[0], "created_by": "x"}, *items[1:], {**answer, "acknowledged_safety_checks": None}]) == [*items, answer]
