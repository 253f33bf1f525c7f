"""What an agents.toml says of tools that need more than their name: part of the file's definition (`specs.py`).

Hosted tools act at the provider of the model and need the Responses API.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from agentchat.config.kinds import Address, Variable, Within


@dataclass(frozen=True, slots=True)
class ToolOptions:
    """Without `kind`: limits, guardrails and a process for the tool of this name, which is one that lists of tools can name."""

    seconds: float | None = None
    """Seconds that one call may take; the model is told when it took longer."""
    needs_approval: bool = False
    """True: a person is asked about every call, whatever a rule allows. False leaves it to the tool."""
    input_guardrails: tuple[str, ...] = ()
    """Who looks at the arguments of a call directly before it runs. A no is told to the model, and the run goes on."""
    output_guardrails: tuple[str, ...] = ()
    """Who looks at what a call gave before the model sees it. A no is told to the model instead."""
    isolate: bool = False
    """Of a function of your own: each call runs in a process of its own, which is ended with the call. For code that computes long without
    letting other threads run, that may crash, or that prints. It takes no run context, knows nothing of earlier calls, and begins with the
    import of its module."""


@dataclass(frozen=True, slots=True)
class WebSearchSpec:
    """Lets the model search the web."""

    search_context_size: Literal["low", "medium", "high"] = "medium"
    """How much of what is found the model reads."""
    allowed_domains: tuple[str, ...] = ()
    """Only there; empty for everywhere."""
    city: str | None = None
    """Where you are, roughly, for results that depend on it."""
    region: str | None = None
    """The same."""
    country: str | None = None
    """The same; two letters."""
    timezone: str | None = None
    """The same, as in `Europe/Berlin`."""
    external_web_access: bool | None = None
    """`false`: only what the provider has stored."""


@dataclass(frozen=True, slots=True)
class FileSearchSpec:
    """Lets the model search in vector stores of the provider."""

    vector_store_ids: tuple[str, ...]
    """Which stores."""
    max_num_results: Annotated[int | None, Within(1, 50)] = None
    """How many passages at most."""
    include_search_results: bool = False
    """Whether the passages come with the call."""


@dataclass(frozen=True, slots=True)
class CodeInterpreterSpec:
    """Lets the model run code in a sandbox of the provider."""

    container: str | None = None
    """The id of a container; left out, the provider makes one."""
    file_ids: tuple[str, ...] = ()
    """Files of the provider that are put into a new container."""


@dataclass(frozen=True, slots=True)
class ImageGenerationSpec:
    """Lets the model make images."""

    quality: Literal["low", "medium", "high", "auto"] | None = None
    """How fine."""
    size: str | None = None
    """As in `1024x1024`; left out, the model chooses."""
    background: Literal["transparent", "opaque", "auto"] | None = None
    """What stands behind."""
    output_format: Literal["png", "webp", "jpeg"] | None = None
    """The format of the file."""


@dataclass(frozen=True, slots=True)
class HostedMCPSpec:
    """Lets the model use an MCP server that the provider talks to. Calls ask you, unless `require_approval` says otherwise."""

    server_label: str
    """What the server is called in the conversation."""
    server_url: Address | None = None
    """Where it is. This or `connector_id`."""
    connector_id: str | None = None
    """One of the provider's own connectors."""
    description: str | None = None
    """What the server is for."""
    allowed_tools: tuple[str, ...] = ()
    """Which of its tools; empty for all."""
    require_approval: Literal["always", "never"] = "always"
    """Whether its calls are asked about."""
    authorization_env: Variable | None = None
    """The name of the environment variable that holds the token for the server."""


HostedToolSpec: TypeAlias = WebSearchSpec | FileSearchSpec | CodeInterpreterSpec | ImageGenerationSpec | HostedMCPSpec

HOSTED_TOOLS: Mapping[str, type] = {
    "web_search": WebSearchSpec,
    "file_search": FileSearchSpec,
    "code_interpreter": CodeInterpreterSpec,
    "image_generation": ImageGenerationSpec,
    "mcp": HostedMCPSpec,
}
"""By `kind`. Those that need no settings can be listed by their kind alone."""

TOOL_KINDS: Mapping[str, type] = {"": ToolOptions, **HOSTED_TOOLS}
"""By `kind`; "" for a table without one."""
