"""What a run produces: items, and the model responses that they come from.

An item wraps what the model (or a tool) produced, with the agent that it belongs to. `to_input_item` gives the form in which a model
gets it back, which is also the form that is stored.
"""

import copy
import json
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from openai.types.responses import (
    Response,
    ResponseFunctionToolCall,
    ResponseOutputItem,
    ResponseOutputMessage,
    ResponseReasoningItem,
    ResponseStreamEvent,
)
from openai.types.responses.response_output_item import McpApprovalRequest, McpListTools
from pydantic import BaseModel

from agentchat.runtime.values.call_answers import stored_answer
from agentchat.runtime.values.exceptions_base import AgentsException
from agentchat.runtime.values.facts import EditedCall, ItemKind
from agentchat.runtime.values.keys import CallKey
from agentchat.runtime.values.named import HeldAgent, NamedAgent
from agentchat.runtime.values.raw_calls import LocalCall, RawCall, call_arguments, with_arguments
from agentchat.runtime.values.tool_origin import ToolOrigin
from agentchat.runtime.values.usage import Usage

TResponse: TypeAlias = Response
TResponseInputItem: TypeAlias = dict[str, Any]
"""An input item of the Responses API as a plain dict: what a model gets, what a session stores."""
TResponseOutputItem: TypeAlias = ResponseOutputItem
TResponseStreamEvent: TypeAlias = ResponseStreamEvent

FAKE_ID = "__fake_id__"
"""The id of an item that no provider made; it is never sent to one."""


@dataclass
class ModelResponse:
    """One answer of a model."""

    output: list[TResponseOutputItem]
    usage: Usage
    response_id: str | None
    """The provider's id, for `previous_response_id`; None where it gives none."""
    request_id: str | None = None
    raw_usage: Any = None

    def to_input_items(self) -> list[TResponseInputItem]:
        """The output in the form in which a model gets it back."""
        return [wire_of(item) for item in self.output]


def wire_of(raw_item: BaseModel | dict[str, Any]) -> TResponseInputItem:
    """An item of any spelling as a plain dict that owes nothing to the original."""
    if isinstance(raw_item, BaseModel):
        return raw_item.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return copy.deepcopy(raw_item)


def edited_call(raw: RawCall, arguments: str) -> EditedCall | None:
    """The call with a person's arguments in place of the model's; None where a call of its kind cannot have these."""
    try:
        return EditedCall(made=wire_of(raw), ran=wire_of(with_arguments(raw, arguments)))
    except ValueError:
        return None


@dataclass(eq=False)
class RunItemBase:
    """What all items have. Equal only to itself: two calls may look the same and are not."""

    agent: NamedAgent = field(repr=False)
    raw_item: Any

    def to_input_item(self) -> TResponseInputItem:
        """The form in which a model gets this item back, and in which it is stored."""
        return wire_of(self.raw_item)

    def release_agent(self) -> None:
        """Keeps the item's agents no longer alive. `agent` is the agent as long as somebody else does, then something with its name."""
        HeldAgent.release(self, *(name for name in ("agent", "source_agent", "target_agent") if name in vars(self)))


setattr(RunItemBase, "agent", HeldAgent("agent"))  # noqa: B010 - as a default it would make the field optional


@dataclass(eq=False)
class MessageOutputItem(RunItemBase):
    """A message of an agent."""

    raw_item: ResponseOutputMessage
    type: Literal["message_output_item"] = "message_output_item"


@dataclass(eq=False)
class ReasoningItem(RunItemBase):
    """What a model showed of its thinking."""

    raw_item: ResponseReasoningItem
    id_omitted: bool = False
    """True with the policy "omit" for the ids of reasoning items: no model and no session gets the id."""
    type: Literal["reasoning_item"] = "reasoning_item"

    def to_input_item(self) -> TResponseInputItem:
        """The form in which a model gets this item back, and in which it is stored."""
        wire = wire_of(self.raw_item)
        if self.id_omitted:
            wire.pop("id", None)
        return wire


@dataclass(eq=False)
class ToolCallItem(RunItemBase):
    """A call of a tool, local or hosted."""

    raw_item: Any
    """A ResponseFunctionToolCall, or the item of a hosted tool."""
    description: str | None = None
    """The tool's description; None for hosted tools and for a tool that does not exist."""
    title: str | None = None
    tool_origin: ToolOrigin | None = None
    type: Literal["tool_call_item"] = "tool_call_item"
    name: str | None = field(default=None, kw_only=True)
    """Of a call that carries no name: the tool's."""

    @property
    def tool_name(self) -> str | None:
        """The name that the model called, or that the tool has; None for hosted tools that have none."""
        return self.name or _field(self.raw_item, "name")

    @property
    def call_id(self) -> str | None:
        """The provider's id of the call."""
        return _field(self.raw_item, "call_id") or _field(self.raw_item, "id")


@dataclass(eq=False)
class ToolCallOutputItem(RunItemBase):
    """What a tool gave back."""

    raw_item: dict[str, Any]
    """The `function_call_output` that the model gets."""
    output: Any = None
    """What the function returned, before it was made into the model's form; of a shell or a patch the text, of a computer the picture."""
    tool_origin: ToolOrigin | None = None
    custom_data: dict[str, Any] | None = None
    type: Literal["tool_call_output_item"] = "tool_call_output_item"

    @property
    def call_id(self) -> str | None:
        """The provider's id of the call that this answers."""
        return _field(self.raw_item, "call_id")

    def to_input_item(self) -> TResponseInputItem:
        """As the model gets it: a shell's answer without what is only known here."""
        return stored_answer(wire_of(self.raw_item))


@dataclass(eq=False)
class HandoffCallItem(RunItemBase):
    """The model asked to hand the conversation to another agent."""

    raw_item: ResponseFunctionToolCall
    type: Literal["handoff_call_item"] = "handoff_call_item"


@dataclass(eq=False)
class HandoffOutputItem(RunItemBase):
    """The conversation was handed over."""

    raw_item: dict[str, Any]
    source_agent: NamedAgent
    target_agent: NamedAgent
    type: Literal["handoff_output_item"] = "handoff_output_item"


setattr(HandoffOutputItem, "source_agent", HeldAgent("source_agent"))  # noqa: B010 - as above
setattr(HandoffOutputItem, "target_agent", HeldAgent("target_agent"))  # noqa: B010 - as above


@dataclass(eq=False)
class MCPListToolsItem(RunItemBase):
    """The provider listed the tools of a hosted MCP server."""

    raw_item: McpListTools
    type: Literal["mcp_list_tools_item"] = "mcp_list_tools_item"


@dataclass(eq=False)
class MCPApprovalRequestItem(RunItemBase):
    """The provider asks whether a hosted MCP tool may run."""

    raw_item: McpApprovalRequest
    type: Literal["mcp_approval_request_item"] = "mcp_approval_request_item"


@dataclass(eq=False)
class MCPApprovalResponseItem(RunItemBase):
    """The answer to such a request."""

    raw_item: dict[str, Any]
    type: Literal["mcp_approval_response_item"] = "mcp_approval_response_item"


@dataclass(eq=False)
class InputItem(RunItemBase):
    """Text that was staged with `RunState.add_input` and entered the run."""

    raw_item: dict[str, Any]
    input_id: str = ""
    type: Literal["input_item"] = "input_item"


@dataclass(eq=False)
class ToolApprovalItem(RunItemBase):
    """A call that waits for a person. It is no input: a model never sees it."""

    raw_item: Any
    tool_name: str | None = None
    tool_namespace: str | None = None
    """Of a hosted MCP tool: its server."""
    tool_origin: ToolOrigin | None = None
    tool_lookup_key: str | None = None
    """What decisions about the tool are kept under, where that is not its name."""
    key: CallKey | None = None
    """Names the call for good, where `call_id` is only the provider's word."""
    reason: str = ""
    """Why a person is asked; empty when the tool's author marked it."""
    type: Literal["tool_approval_item"] = "tool_approval_item"

    def __post_init__(self) -> None:
        if self.tool_name is None:
            self.tool_name = _field(self.raw_item, "name")

    @property
    def name(self) -> str | None:
        """The tool's name."""
        return self.tool_name

    @property
    def qualified_name(self) -> str | None:
        """The tool's name behind its namespace, where it has one."""
        return f"{self.tool_namespace}.{self.tool_name}" if self.tool_namespace else self.tool_name

    @property
    def arguments(self) -> str | None:
        """The arguments as JSON text; of a shell, a patch or a computer, what the call asks for."""
        if isinstance(self.raw_item, LocalCall):
            return call_arguments(self.raw_item)
        given = _field(self.raw_item, "arguments")
        return given if given is None or isinstance(given, str) else json.dumps(given)

    @property
    def decided_as(self) -> str:
        """What decisions about the tool are kept under."""
        return self.tool_lookup_key or self.tool_name or ""

    @property
    def call_id(self) -> str | None:
        """The provider's id of the call."""
        return _field(self.raw_item, "call_id") or _field(self.raw_item, "id")

    def to_input_item(self) -> TResponseInputItem:
        """Never: an approval is a question to a person."""
        raise AgentsException("A ToolApprovalItem cannot be sent to a model; decide it with RunState.approve or reject.")


@dataclass(eq=False)
class OtherItem(RunItemBase):
    """An item of a kind that this version has no class for; kept and sent back as it came."""

    type: Literal["other_item"] = "other_item"


RunItem: TypeAlias = (
    MessageOutputItem
    | ReasoningItem
    | ToolCallItem
    | ToolCallOutputItem
    | HandoffCallItem
    | HandoffOutputItem
    | MCPListToolsItem
    | MCPApprovalRequestItem
    | MCPApprovalResponseItem
    | InputItem
    | ToolApprovalItem
    | OtherItem
)


KINDS: dict[str, ItemKind] = {
    "message_output_item": "message",
    "reasoning_item": "reasoning",
    "tool_call_item": "call",
    "tool_call_output_item": "output",
    "handoff_call_item": "handoff_call",
    "handoff_output_item": "handoff_output",
}
"""What their facts call items of these types; all others are "other"."""


def _field(raw_item: Any, name: str) -> Any:
    """A field of a raw item, which may be a model of the openai package or a dict, and may lack it."""
    if isinstance(raw_item, dict):
        return raw_item.get(name)  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType] - foreign data
    return getattr(raw_item, name, None)
