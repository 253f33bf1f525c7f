"""Tools that are no functions: their constructors, and what others may ask of any tool."""

from typing import Any, get_args

import pytest

from agentchat import (
    ApplyPatchEditor,
    ApplyPatchTool,
    CodeInterpreterTool,
    ComputerTool,
    FileSearchTool,
    HostedMCPTool,
    ImageGenerationTool,
    LocalShellTool,
    ShellCallOutcome,
    ShellCommandOutput,
    ShellTool,
    Tool,
    ToolOrigin,
    ToolOriginType,
    UserError,
    WebSearchTool,
)
from tests.runtime.running.local_items import NotingComputer, NotingEditor


def _run(_: object) -> str:
    return ""


TOOLS: dict[str, Any] = {
    "web_search": WebSearchTool(),
    "file_search": FileSearchTool(["v"]),
    "code_interpreter": CodeInterpreterTool({"type": "code_interpreter", "container": "c"}),
    "image_generation": ImageGenerationTool({"type": "image_generation"}),
    "hosted_mcp": HostedMCPTool({"type": "mcp", "server_label": "docs"}),
    "local_shell": LocalShellTool(_run),
    "computer_use_preview": ComputerTool(NotingComputer([])),
    "shell": ShellTool(_run),
    "apply_patch": ApplyPatchTool(NotingEditor([])),
}


@pytest.mark.parametrize("name", TOOLS)
def test_every_tool_has_a_name_and_is_taken_for_one_that_changes_things(name: str) -> None:
    tool = TOOLS[name]
    assert (tool.name, tool.effects, tool.is_enabled, tool.preview) == (name, "changes", True, None)
    assert isinstance(tool, get_args(Tool))


def test_the_order_of_parameters_is_the_published_one() -> None:
    assert FileSearchTool(["v"], 3, True).include_search_results is True
    assert WebSearchTool(None, None, "low").search_context_size == "low"
    assert ShellTool(_run, "sh", True).needs_approval is True
    assert ApplyPatchTool(NotingEditor([]), "edit", True).name == "edit"


def test_an_editor_is_whatever_has_the_three_methods() -> None:
    assert isinstance(NotingEditor([]), ApplyPatchEditor)
    assert not isinstance(object(), ApplyPatchEditor)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "ShellTool with local environment requires an executor."),
        ({"executor": _run, "environment": {"type": "container_auto"}}, "ShellTool with hosted environment does not accept an executor."),
        (
            {"environment": {"type": "container_auto"}, "needs_approval": True},
            "ShellTool with hosted environment does not support needs_approval or on_approval.",
        ),
        (
            {"environment": {"type": "container_auto"}, "on_approval": _run},
            "ShellTool with hosted environment does not support needs_approval or on_approval.",
        ),
    ],
)
def test_a_shell_runs_here_or_at_the_provider(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        ShellTool(**options)


def test_a_shell_runs_here_unless_it_is_said() -> None:
    assert ShellTool(_run, environment={}).environment == {"type": "local"}
    assert ShellTool(environment={"type": "container_reference", "container_id": "c"}).is_hosted


def test_a_computer_must_be_one() -> None:
    with pytest.raises(UserError, match="needs a Computer or an AsyncComputer, not a str"):
        ComputerTool("screen")  # type: ignore[arg-type]


def test_the_output_of_a_command_says_how_it_ended() -> None:
    assert (ShellCommandOutput().exit_code, ShellCommandOutput().status) == (None, "completed")
    failed = ShellCommandOutput(outcome=ShellCallOutcome("exit", 3))
    assert (failed.exit_code, failed.status) == (3, "completed")
    assert ShellCommandOutput(outcome=ShellCallOutcome("timeout")).status == "timeout"


def test_an_origin_goes_through_plain_data() -> None:
    origin = ToolOrigin(ToolOriginType.MCP, mcp_server_name="docs")
    assert origin.to_json_dict() == {"type": "mcp", "mcp_server_name": "docs"}
    assert ToolOrigin.from_json_dict(origin.to_json_dict()) == origin
    assert ToolOrigin.from_json_dict(None) is None
