"""The calls that a program answers itself, as a model makes them: of functions, of local tools, and requests to run a hosted MCP tool.

Each kind has a shape of its own. Here they are read alike: a name, an id and the arguments as JSON text, so that whatever judges, shows
or stores a call need not know which kind it is.
"""

import json
from typing import Any, TypeAlias

from openai.types.responses import (
    ResponseApplyPatchToolCall,
    ResponseComputerToolCall,
    ResponseFunctionShellToolCall,
    ResponseFunctionToolCall,
)
from openai.types.responses.response_output_item import LocalShellCall, McpApprovalRequest

LocalCall: TypeAlias = ResponseComputerToolCall | LocalShellCall | ResponseFunctionShellToolCall | ResponseApplyPatchToolCall
"""A call of a local tool that is no function."""
RawCall: TypeAlias = ResponseFunctionToolCall | LocalCall | McpApprovalRequest

CALLS: frozenset[str] = frozenset({"function_call", "computer_call", "local_shell_call", "shell_call", "apply_patch_call"})
"""The types of calls that must not be sent to a model without their outputs."""
OUTPUTS: frozenset[str] = frozenset(f"{call}_output" for call in CALLS)


def answered_id(output: dict[str, Any]) -> str:
    """The provider's id of the call or the request that an item answers; there are local shells that call it `id`."""
    return output.get("call_id") or output.get("approval_request_id") or output["id"]


def call_name(raw: RawCall) -> str:
    """The name that the model called, of an MCP tool behind its server's; of other calls the name that the tool of their kind has."""
    match raw:
        case ResponseFunctionToolCall():
            return raw.name
        case McpApprovalRequest():
            return f"{raw.server_label}.{raw.name}"
        case ResponseComputerToolCall():
            return "computer_use_preview"
        case _:
            return raw.type.removesuffix("_call")


def call_id_of(raw: RawCall) -> str:
    """The provider's id of the call; of a request to approve, the request's own."""
    return raw.id if isinstance(raw, McpApprovalRequest) else raw.call_id


def call_arguments(raw: RawCall) -> str:
    """What the call is to do, as JSON text: as the model wrote it, or in one spelling of what it put into fields."""
    match raw:
        case ResponseFunctionToolCall() | McpApprovalRequest():
            return raw.arguments
        case ResponseComputerToolCall():
            asked = raw.model_dump(mode="json", include={"action", "actions", "pending_safety_checks"}, exclude_none=True)
            return _spelled({name: value for name, value in asked.items() if value})
        case ResponseApplyPatchToolCall():
            return _spelled(raw.operation.model_dump(mode="json", exclude_none=True))
        case _:
            return _spelled(raw.action.model_dump(mode="json", exclude_none=True))


def with_arguments(raw: RawCall, arguments: str) -> RawCall:
    """The function, shell or patch call with other arguments; a ValueError when they are none of its kind, and for other calls."""
    if isinstance(raw, ResponseFunctionToolCall):
        return raw.model_copy(update={"arguments": arguments})
    if not isinstance(raw, ResponseFunctionShellToolCall | ResponseApplyPatchToolCall | LocalShellCall):
        raise ValueError(f"The arguments of a {raw.type} cannot be changed.")  # noqa: TRY004 - of its value, as others
    part = "operation" if isinstance(raw, ResponseApplyPatchToolCall) else "action"
    return type(raw).model_validate({**raw.model_dump(mode="json", exclude_unset=True), part: json.loads(arguments)})


def _spelled(value: Any) -> str:
    """The spelling of `declarations.arguments.canonical_arguments`, so that a fingerprint does not hang on who wrote it."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
