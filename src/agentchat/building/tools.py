"""The tools that a file's lists name: built in, of installed packages, hosted, or of one's own.

The limits and guardrails of `[tools.NAME]` are put on those that run here.
"""

import os
from dataclasses import replace
from typing import Any, assert_never, cast

from agentchat.building.guards import Guards
from agentchat.building.isolation import Isolation
from agentchat.building.own_code import OwnCode
from agentchat.building.problems import CannotBeHad
from agentchat.config.errors import quoted
from agentchat.config.names import is_own_code
from agentchat.config.specs import TeamSpec
from agentchat.config.tool_specs import (
    HOSTED_TOOLS,
    CodeInterpreterSpec,
    FileSearchSpec,
    HostedMCPSpec,
    HostedToolSpec,
    ImageGenerationSpec,
    ToolOptions,
    WebSearchSpec,
)
from agentchat.runtime.agents.agent_tool import AgentTool
from agentchat.runtime.declarations.function_tool import function_tool
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
from agentchat.tools.registry import ToolNotFound, resolve_tool
from agentchat.tools.setting import ToolSetting

_READY = (
    FunctionTool,
    WebSearchTool,
    FileSearchTool,
    CodeInterpreterTool,
    ImageGenerationTool,
    HostedMCPTool,
    ComputerTool,
    LocalShellTool,
    ShellTool,
    ApplyPatchTool,
)


class Tools:
    """The tools of one file, each made once. Mutable: it remembers them."""

    def __init__(self, spec: TeamSpec, setting: ToolSetting, code: OwnCode, guards: Guards) -> None:
        self._spec, self._setting, self._code, self._guards = spec, setting, code, guards
        self._isolation = Isolation(spec.source.parent, setting)
        self._made: dict[str, Tool] = {}

    @property
    def made(self) -> dict[str, Tool]:
        """Those that were asked for, by the names that the file gives them."""
        return self._made

    def named(self, name: str) -> Tool:
        """The tool of that name; CannotBeHad when there is none."""
        if name not in self._made:
            self._made[name] = self._with_options(name, self._found(name))
        return self._made[name]

    def _found(self, name: str) -> Tool:
        spec = self._spec.tools.get(name)
        if spec is not None and not isinstance(spec, ToolOptions):
            return hosted_tool(cast("HostedToolSpec", spec))
        if is_own_code(name):
            return self._own(name)
        if name in HOSTED_TOOLS and name not in self._spec.tools:
            return hosted_tool(HOSTED_TOOLS[name]())
        try:
            return resolve_tool(name, self._setting)
        except ToolNotFound as error:
            raise CannotBeHad(str(error)) from error

    def _own(self, name: str) -> Tool:
        try:
            return own_tool(self._code.load(name), name)
        except (CannotBeHad, UserError, TypeError, ValueError) as error:  # a function that no tool can be made of
            raise CannotBeHad(f"Tool {quoted(name)} cannot be had: {str(error).rstrip('.')}.") from error

    def _with_options(self, name: str, tool: Tool) -> Tool:
        spec, limits = self._spec.tools.get(name), self._spec.limits
        options = spec if isinstance(spec, ToolOptions) else ToolOptions()
        if not isinstance(tool, FunctionTool) or isinstance(tool, AgentTool):
            if options != ToolOptions():  # a guard that is asked for and is not there would be worse than no tool
                raise CannotBeHad(f"[tools] has settings for {quoted(name)}, which is no function; give them where it is made.")
            return tool
        if options.isolate:
            tool = self._isolation.isolated(name, tool)
        seconds = options.seconds or tool.timeout_seconds or (None if limits is None else limits.tool_seconds)
        before = [self._guards.of_tool_input(one) for one in options.input_guardrails]
        after = [self._guards.of_tool_output(one) for one in options.output_guardrails]
        if seconds == tool.timeout_seconds and not (before or after or options.needs_approval):
            return tool
        return replace(
            tool,
            timeout_seconds=seconds,
            needs_approval=True if options.needs_approval else tool.needs_approval,
            tool_input_guardrails=[*(tool.tool_input_guardrails or ()), *before] or None,
            tool_output_guardrails=[*(tool.tool_output_guardrails or ()), *after] or None,
        )


def own_tool(found: object, name: str) -> Tool:
    """A tool of one's own as it is, any function made into one; CannotBeHad for anything else."""
    match found:
        case _ if isinstance(found, _READY):
            return found
        case type():
            raise CannotBeHad("it is a class; name a function, a tool, or an instance that can be called")
        case _ if callable(found):
            return function_tool(found, origin=name)
        case _:
            raise CannotBeHad(f"it is a {type(found).__name__}; name a function or a tool")


def hosted_tool(spec: HostedToolSpec) -> Tool:
    """What the runtime knows the tool as; CannotBeHad where the environment lacks something."""
    match spec:
        case WebSearchSpec():
            return _web_search(spec)
        case FileSearchSpec():
            return FileSearchTool(list(spec.vector_store_ids), spec.max_num_results, spec.include_search_results)
        case CodeInterpreterSpec():
            container: Any = spec.container or {"type": "auto", **({"file_ids": list(spec.file_ids)} if spec.file_ids else {})}
            return CodeInterpreterTool({"type": "code_interpreter", "container": container})
        case ImageGenerationSpec():
            chosen = _given(spec, "quality", "size", "background", "output_format")
            return ImageGenerationTool(cast("Any", {"type": "image_generation", **chosen}))
        case HostedMCPSpec():
            return _mcp(spec)
        case _:
            assert_never(spec)


def _web_search(spec: WebSearchSpec) -> WebSearchTool:
    place = _given(spec, "city", "region", "country", "timezone")
    return WebSearchTool(
        user_location=cast("Any", {"type": "approximate", **place}) if place else None,
        filters=cast("Any", {"allowed_domains": list(spec.allowed_domains)}) if spec.allowed_domains else None,
        search_context_size=spec.search_context_size,
        external_web_access=spec.external_web_access,
    )


def _mcp(spec: HostedMCPSpec) -> HostedMCPTool:
    config: dict[str, Any] = {"type": "mcp", **_given(spec, "server_label", "server_url", "connector_id", "require_approval")}
    if spec.description is not None:
        config["server_description"] = spec.description
    if spec.allowed_tools:
        config["allowed_tools"] = list(spec.allowed_tools)
    if spec.authorization_env is not None:
        token = os.environ.get(spec.authorization_env)
        if not token:
            raise CannotBeHad(f"The variable {quoted(spec.authorization_env)} holds no token for {quoted(spec.server_label)}; set it.")
        config["authorization"] = token
    return HostedMCPTool(cast("Any", config))


def _given(spec: HostedToolSpec, *names: str) -> dict[str, Any]:
    return {name: value for name in names if (value := getattr(spec, name)) is not None}
