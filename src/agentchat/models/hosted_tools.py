"""Tools that are no functions, in the words of the Responses API; Chat Completions has none for them.

https://platform.openai.com/docs/guides/tools
"""

from collections.abc import Sequence
from typing import Any, TypeAlias, assert_never, cast

from pydantic import BaseModel

from agentchat.runtime.declarations.hosted_tools import (
    CodeInterpreterTool,
    FileSearchTool,
    HostedMCPTool,
    ImageGenerationTool,
    WebSearchTool,
)
from agentchat.runtime.declarations.local_tools import ComputerTool, LocalShellTool, ShellTool
from agentchat.runtime.declarations.patch_tool import ApplyPatchTool
from agentchat.runtime.declarations.tool import FunctionTool, Tool
from agentchat.runtime.values.exceptions import UserError

NotAFunctionTool: TypeAlias = (
    WebSearchTool
    | FileSearchTool
    | CodeInterpreterTool
    | ImageGenerationTool
    | HostedMCPTool
    | ComputerTool
    | LocalShellTool
    | ShellTool
    | ApplyPatchTool
)
_PREVIEW = "computer-use-preview"
"""The model that knows the computer tool by its older name, and wants to be told of the screen."""
_BY_TYPE = frozenset(
    {
        "code_interpreter",
        "computer_use_preview",
        "file_search",
        "image_generation",
        "mcp",
        "web_search",
        "web_search_preview",
    }
)
"""Tools of the provider, which `tool_choice` names by their type, whether they are among the tools or come with a stored prompt."""
_COMPUTER = frozenset({"computer", "computer_use", "computer_use_preview"})


def hosted_json(tool: NotAFunctionTool, model: str | None) -> dict[str, Any]:
    """What a server is told of the tool."""
    match tool:
        case WebSearchTool():
            return _web_search(tool)
        case FileSearchTool():
            return _file_search(tool)
        case CodeInterpreterTool() | ImageGenerationTool() | HostedMCPTool():
            return dict(tool.tool_config)
        case ComputerTool():
            return _computer(tool, model)
        case ShellTool():
            return {"type": "shell", "environment": tool.environment}
        case LocalShellTool():
            return {"type": "local_shell"}
        case ApplyPatchTool():
            return {"type": "apply_patch"}
        case _:
            assert_never(tool)


def hosted_choice(choice: str, tools: Sequence[Tool], model: str | None) -> dict[str, Any] | None:
    """How `tool_choice` names a tool that is no function; None for a choice that is one."""
    if any(isinstance(tool, FunctionTool) and tool.name == choice for tool in tools):
        return None
    if choice in _COMPUTER and any(isinstance(tool, ComputerTool) for tool in tools):
        return {"type": _computer_type(model)}
    if choice in {"shell", "apply_patch"}:
        offered = any(isinstance(tool, ShellTool | ApplyPatchTool) and tool.type == choice for tool in tools)
        return {"type": choice} if offered else None
    return {"type": choice} if choice in _BY_TYPE else None


def hosted_includes(tools: Sequence[Tool]) -> list[str]:
    """What the answer has to hold beside itself, because a tool asks for it."""
    wanted: list[str] = []
    for tool in tools:
        match tool:
            case FileSearchTool(include_search_results=True):
                wanted.append("file_search_call.results")
            case WebSearchTool(search_content_types=list() as kinds) if "image" in kinds:
                wanted.append("web_search_call.results")
            case _:
                pass
    return wanted


def refuse_impossible(tools: Sequence[Tool]) -> None:
    """UserError for tools that no server takes together."""
    computers = sum(isinstance(tool, ComputerTool) for tool in tools)
    if computers > 1:
        raise UserError(f"You can only provide one computer tool. Got {computers}")


def refuse_hosted(tools: Sequence[Tool]) -> None:
    """UserError for tools that Chat Completions does not know."""
    for tool in tools:
        if not isinstance(tool, FunctionTool):
            raise UserError(
                "Hosted tools are not supported with the ChatCompletions API. "
                f"Got tool type: {type(tool)}, tool: {tool.name}; leave it out, or use a model of the Responses API."
            )


def _web_search(tool: WebSearchTool) -> dict[str, Any]:
    filters = None if tool.filters is None else {"allowed_domains": None, **_as_dict(tool.filters)}
    optional = {
        "external_web_access": tool.external_web_access,
        "search_content_types": tool.search_content_types,
        "image_settings": tool.image_settings,
    }
    return {
        "type": "web_search",
        "filters": filters,
        "user_location": tool.user_location,
        "search_context_size": tool.search_context_size,
        **{name: value for name, value in optional.items() if value is not None},
    }


def _file_search(tool: FileSearchTool) -> dict[str, Any]:
    optional = {"max_num_results": tool.max_num_results, "ranking_options": tool.ranking_options, "filters": tool.filters}
    return {
        "type": "file_search",
        "vector_store_ids": tool.vector_store_ids,
        **{name: value for name, value in optional.items() if value},
    }


def _computer(tool: ComputerTool, model: str | None) -> dict[str, Any]:
    kind = _computer_type(model)
    if kind == "computer":
        return {"type": kind}
    if tool.computer.dimensions is None or tool.computer.environment is None:
        raise UserError(f"The model {model} needs to be told of the computer; give yours the properties environment and dimensions.")
    width, height = tool.computer.dimensions
    return {"type": kind, "environment": tool.computer.environment, "display_width": width, "display_height": height}


def _computer_type(model: str | None) -> str:
    return "computer_use_preview" if model is not None and _PREVIEW in model else "computer"


def _as_dict(value: object) -> dict[str, Any]:
    return value.model_dump() if isinstance(value, BaseModel) else cast("dict[str, Any]", value)
