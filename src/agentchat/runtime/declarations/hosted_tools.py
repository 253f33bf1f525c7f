"""Tools that run at the provider: the model uses them by itself, and their calls need no answer from here.

The exception is a hosted MCP tool that asks first: its request is answered by `on_approval_request`, or by a person.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NotRequired, TypeAlias

from openai.types.responses.file_search_tool_param import Filters, RankingOptions
from openai.types.responses.response_output_item import McpApprovalRequest
from openai.types.responses.tool_param import CodeInterpreter, ImageGeneration, Mcp, WebSearchToolFilters
from openai.types.responses.web_search_tool_param import UserLocation
from typing_extensions import TypedDict

from agentchat.runtime.declarations.not_a_function import NotAFunction
from agentchat.runtime.declarations.run_context import RunContextWrapper


@dataclass
class WebSearchTool(NotAFunction):
    """Lets the model search the web."""

    user_location: UserLocation | None = None
    """`{"type": "approximate", "city": ..., "country": ..., "region": ..., "timezone": ...}`."""
    filters: WebSearchToolFilters | None = None
    """`{"allowed_domains": [...]}`."""
    search_context_size: Literal["low", "medium", "high"] = "medium"
    external_web_access: bool | None = None
    """False: only what the provider has cached."""
    search_content_types: list[Literal["text", "image"]] | None = None
    """With "image" the results come with the call."""
    image_settings: dict[str, Any] | None = None
    """`{"max_results": int, "caption": bool}`."""
    name: ClassVar[str] = "web_search"


@dataclass
class FileSearchTool(NotAFunction):
    """Lets the model search in vector stores of the provider."""

    vector_store_ids: list[str]
    max_num_results: int | None = None
    include_search_results: bool = False
    """True: the passages found come with the call."""
    ranking_options: RankingOptions | None = None
    filters: Filters | None = None
    name: ClassVar[str] = "file_search"


@dataclass
class CodeInterpreterTool(NotAFunction):
    """Lets the model run code in a sandbox of the provider."""

    tool_config: CodeInterpreter
    """`{"type": "code_interpreter", "container": {"type": "auto"}}`, or the id of a container."""
    name: ClassVar[str] = "code_interpreter"


@dataclass
class ImageGenerationTool(NotAFunction):
    """Lets the model make images."""

    tool_config: ImageGeneration
    """`{"type": "image_generation", "quality": "low", ...}`."""
    name: ClassVar[str] = "image_generation"


@dataclass
class MCPToolApprovalRequest:
    """What `on_approval_request` gets."""

    ctx_wrapper: RunContextWrapper[Any]
    data: McpApprovalRequest
    """Which tool of which server (`name`, `server_label`), and the `arguments` as JSON text."""


class MCPToolApprovalFunctionResult(TypedDict):
    """What `on_approval_request` answers."""

    approve: bool
    reason: NotRequired[str]
    """Of a no: what the model is told."""


MCPToolApprovalFunction: TypeAlias = Callable[
    [MCPToolApprovalRequest], MCPToolApprovalFunctionResult | Awaitable[MCPToolApprovalFunctionResult]
]


@dataclass
class HostedMCPTool(NotAFunction):
    """Lets the model use an MCP server that the provider talks to.

    Calls that the server's `require_approval` holds back are asked about: `on_approval_request` decides, and without one a person does.
    """

    tool_config: Mcp
    """`{"type": "mcp", "server_label": ..., "server_url": ..., "require_approval": "always" | "never" | ...}`."""
    on_approval_request: MCPToolApprovalFunction | None = None
    name: ClassVar[str] = "hosted_mcp"
    needs_approval: ClassVar[bool] = True
    """Only what needs it is asked about."""
    description: ClassVar[str] = "A tool of an MCP server that the model's provider calls."
