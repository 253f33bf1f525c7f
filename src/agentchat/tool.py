"""Tools, under the module path that the published documents use.

`agentchat.tool` is a published decorator as well. Importing this module puts it in the decorator's place, so it can be called like it.
"""

import sys
from types import ModuleType
from typing import Any

from typing_extensions import override

from agentchat.runtime.declarations.function_tool import default_tool_error_function, function_tool
from agentchat.runtime.declarations.hosted_tools import (
    CodeInterpreterTool,
    FileSearchTool,
    HostedMCPTool,
    ImageGenerationTool,
    WebSearchTool,
)
from agentchat.runtime.declarations.local_tools import ComputerTool, LocalShellTool, ShellTool
from agentchat.runtime.declarations.patch_tool import ApplyPatchTool
from agentchat.runtime.declarations.tool import (
    FunctionTool,
    FunctionToolResult,
    Tool,
    ToolOutputFileContent,
    ToolOutputFileContentDict,
    ToolOutputImage,
    ToolOutputImageDict,
    ToolOutputText,
    ToolOutputTextDict,
)
from agentchat.runtime.values.tool_origin import ToolOrigin, ToolOriginType

__all__ = [
    "ApplyPatchTool",
    "CodeInterpreterTool",
    "ComputerTool",
    "FileSearchTool",
    "FunctionTool",
    "FunctionToolResult",
    "HostedMCPTool",
    "ImageGenerationTool",
    "LocalShellTool",
    "ShellTool",
    "Tool",
    "ToolOrigin",
    "ToolOriginType",
    "ToolOutputFileContent",
    "ToolOutputFileContentDict",
    "ToolOutputImage",
    "ToolOutputImageDict",
    "ToolOutputText",
    "ToolOutputTextDict",
    "WebSearchTool",
    "default_tool_error_function",
    "function_tool",
]


class _Decorator(ModuleType):
    """This module, which makes a tool of a function when it is called."""

    def __call__(self, *args: Any, **options: Any) -> Any:
        """As `function_tool`."""
        decorator: Any = function_tool
        return decorator(*args, **options)

    @override
    def __repr__(self) -> str:
        return f"<module {self.__name__!r}, also the decorator>"


sys.modules[__name__].__class__ = _Decorator
