"""Doing what a call asks for that is none of a function: a shell, a patch, a computer, an MCP tool that the provider may run now.

What comes of such a call is the whole item that answers it. Whatever a shell or a patch raises is told to the model; the errors of a
computer and of the older local shell fail the run (the published behaviour).
"""

import inspect
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, cast

from openai.types.responses import (
    ResponseApplyPatchToolCall,
    ResponseComputerToolCall,
    ResponseFunctionShellToolCall,
    ResponseFunctionToolCall,
)
from openai.types.responses.response_output_item import LocalShellCall, McpApprovalRequest

from agentchat.runtime.declarations.local_tools import (
    AsyncComputer,
    Computer,
    ComputerTool,
    ComputerToolSafetyCheckData,
    LocalShellCommandRequest,
    LocalShellTool,
    ShellActionRequest,
    ShellCallData,
    ShellCommandOutput,
    ShellCommandRequest,
    ShellResult,
    ShellTool,
)
from agentchat.runtime.declarations.patch_tool import ApplyPatchOperation, ApplyPatchResult, ApplyPatchTool
from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.runtime.declarations.sync_calls import Gave, LateResult, Raised, awaited, call_either
from agentchat.runtime.declarations.tool import AnsweredTool
from agentchat.runtime.values.exceptions import UserError
from agentchat.runtime.values.named import NamedAgent
from agentchat.runtime.values.outcomes import Failed, Outcome, Returned
from agentchat.runtime.values.raw_calls import RawCall

_log = logging.getLogger("agentchat")


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a call comes from."""

    context: RunContextWrapper[Any]
    agent: NamedAgent
    on_late: Callable[[Outcome], None]
    """Takes what the thread of a call brings after the call was given up."""


async def do(tool: AnsweredTool, raw: RawCall, caller: Caller) -> Returned:
    """Does it and gives the answer."""
    match raw:
        case ResponseFunctionShellToolCall():
            return await _shell(cast("ShellTool", tool), raw, caller)
        case ResponseApplyPatchToolCall():
            return await _patch(cast("ApplyPatchTool", tool), raw, caller)
        case ResponseComputerToolCall():
            return await _computer(cast("ComputerTool", tool), raw, caller)
        case LocalShellCall():
            return await _local_shell(cast("LocalShellTool", tool), raw, caller)
        case McpApprovalRequest():
            return Returned([{"type": "mcp_approval_response", "approval_request_id": raw.id, "approve": True}])
        case ResponseFunctionToolCall():
            raise TypeError("A function is called by its own tool.")


def shell_action(raw: ResponseFunctionShellToolCall) -> ShellActionRequest:
    """What a shell call asks for, as executors and `needs_approval` functions get it."""
    action = raw.action
    return ShellActionRequest(list(action.commands), timeout_ms=action.timeout_ms, max_output_length=action.max_output_length)


def patch_operation(raw: ResponseApplyPatchToolCall, context: RunContextWrapper[Any]) -> ApplyPatchOperation:
    """What a patch call asks for, as editors and `needs_approval` functions get it."""
    asked = raw.operation
    return ApplyPatchOperation(asked.type, asked.path, None if asked.type == "delete_file" else asked.diff, ctx_wrapper=context)


async def _shell(tool: ShellTool, raw: ResponseFunctionShellToolCall, caller: Caller) -> Returned:
    status = None if raw.status == "incomplete" else raw.status
    request = ShellCommandRequest(caller.context, ShellCallData(raw.call_id, shell_action(raw), status=status, raw=raw))
    assert tool.executor is not None
    return await _told(partial(tool.executor, request), caller, lambda value: _shell_answer(raw, value))


async def _patch(tool: ApplyPatchTool, raw: ResponseApplyPatchToolCall, caller: Caller) -> Returned:
    def edit() -> Any:
        operation = patch_operation(raw, caller.context)
        match operation.type:
            case "create_file":
                return tool.editor.create_file(operation)
            case "update_file":
                return tool.editor.update_file(operation)
            case "delete_file":
                return tool.editor.delete_file(operation)

    return await _told(edit, caller, lambda value: _patch_answer(raw, value))


async def _told(call: Callable[[], Any], caller: Caller, answer: Callable[[Any], Returned]) -> Returned:
    """The answer to what the call gives or raises."""
    try:
        return answer(await call_either(call, on_late=_late(caller, answer)))
    except Exception as error:  # noqa: BLE001 - the border to foreign code: the model is told
        return answer(error)


def _late(caller: Caller, answer: Callable[[Any], Returned]) -> Callable[[LateResult], None]:
    def take(result: LateResult) -> None:
        match result:
            case Gave(value):
                caller.on_late(answer(value))
            case Raised(error):
                caller.on_late(Failed(str(error)))

    return take


def _shell_answer(raw: ResponseFunctionShellToolCall, value: Any) -> Returned:
    limits = [raw.action.max_output_length, value.max_output_length if isinstance(value, ShellResult) else None]
    limit = min((max(limit, 0) for limit in limits if limit is not None), default=None)
    failed = isinstance(value, Exception)
    status = "failed" if failed else "completed"
    if isinstance(value, ShellResult) and value.output:
        parts, shown = _command_parts(value.output, limit)
    else:
        text = "(no output)" if isinstance(value, ShellResult) else str(value)[:limit]
        parts = [{"stdout": text, "stderr": "", "outcome": {"type": "exit", "exit_code": 1 if failed else 0}}]
        shown = [{"stdout": text, "stderr": "", "status": status, "outcome": "failure" if failed else "success"}]
    item: dict[str, Any] = {"type": "shell_call_output", "call_id": raw.call_id, "output": parts, "status": status}
    item |= {} if limit is None else {"max_output_length": limit}
    item["shell_output"] = shown
    if isinstance(value, ShellResult) and value.provider_data:
        item["provider_data"] = value.provider_data
    return Returned([item], failed=failed)


def _command_parts(outputs: Sequence[ShellCommandOutput], limit: int | None) -> tuple[list[Any], list[Any]]:
    """The commands' outputs as the model gets them, and with all that is known of them; `limit` holds for all of them together."""
    parts: list[Any] = []
    shown: list[Any] = []
    for output in outputs:
        stdout, stderr = output.stdout[:limit], output.stderr[: None if limit is None else max(limit - len(output.stdout), 0)]
        limit = None if limit is None else limit - len(stdout) - len(stderr)
        outcome = {"type": "timeout"} if output.status == "timeout" else asdict(output.outcome)
        parts.append({"stdout": stdout, "stderr": stderr, "outcome": outcome})
        known = {"exit_code": output.exit_code, "command": output.command, "provider_data": output.provider_data}
        shown.append({
            "stdout": stdout, "stderr": stderr, "status": output.status, "outcome": outcome,
            **{name: value for name, value in known.items() if value is not None},
        })  # fmt: skip
    return parts, shown


def _patch_answer(raw: ResponseApplyPatchToolCall, value: Any) -> Returned:
    status, text = "completed", None if value is None else str(value)
    if isinstance(value, ApplyPatchResult):
        status, text = value.status or "completed", value.output
    if isinstance(value, Exception):
        status = "failed"
    item = {"type": "apply_patch_call_output", "call_id": raw.call_id, "status": status}
    return Returned([item if text is None else {**item, "output": text}], failed=status == "failed")


async def _local_shell(tool: LocalShellTool, raw: LocalShellCall, caller: Caller) -> Returned:
    def answer(value: Any) -> Returned:
        return Returned([{"type": "local_shell_call_output", "call_id": raw.call_id, "output": str(value)}])

    call = partial(tool.executor, LocalShellCommandRequest(caller.context, raw))
    return answer(await call_either(call, on_late=_late(caller, answer)))


async def _computer(tool: ComputerTool, raw: ResponseComputerToolCall, caller: Caller) -> Returned:
    acknowledged = await _acknowledged(tool, raw, caller)

    def answer(picture: Any) -> Returned:
        screen = {"type": "computer_screenshot", "image_url": f"data:image/png;base64,{picture}"}
        item = {"call_id": raw.call_id, "output": screen, "type": "computer_call_output"}
        return Returned([{**item, "acknowledged_safety_checks": acknowledged}])

    steps = _steps(tool.computer, raw)

    async def use() -> Any:
        return [await step() for step in steps][-1]

    call = use if isinstance(tool.computer, AsyncComputer) else lambda: [step() for step in steps][-1]
    return answer(await call_either(call, on_late=_late(caller, answer)))


async def _acknowledged(tool: ComputerTool, raw: ResponseComputerToolCall, caller: Caller) -> list[dict[str, Any]] | None:
    """The checks that `on_safety_check` agreed to; None where nobody was asked."""
    if not raw.pending_safety_checks:
        return None
    if tool.on_safety_check is None:
        _log.warning("A computer call has safety checks that nobody acknowledges; give the ComputerTool an on_safety_check.")
        return None
    for check in raw.pending_safety_checks:
        if not await awaited(tool.on_safety_check(ComputerToolSafetyCheckData(caller.context, caller.agent, raw, check))):
            raise UserError("Computer tool safety check was not acknowledged")
    return [{"id": check.id, "code": check.code, "message": check.message} for check in raw.pending_safety_checks]


_PARAMETERS: dict[str, tuple[str, ...]] = {
    "click": ("x", "y", "button"),
    "double_click": ("x", "y"),
    "scroll": ("x", "y", "scroll_x", "scroll_y"),
    "type": ("text",),
    "wait": (),
    "move": ("x", "y"),
    "keypress": ("keys",),
    "drag": ("path",),
    "screenshot": (),
}
"""The actions of a computer: the fields of each, in the order of the method's parameters."""


def _steps(computer: Computer | AsyncComputer, raw: ResponseComputerToolCall) -> list[Callable[[], Any]]:
    """The call's actions, with a look at the screen as the last one."""
    actions = list(raw.actions or ([] if raw.action is None else [raw.action]))
    steps = [_step(computer, action.model_dump(mode="json", exclude_none=True)) for action in actions]
    if not actions or actions[-1].type != "screenshot":
        steps.append(computer.screenshot)
    return steps


def _step(computer: Computer | AsyncComputer, action: dict[str, Any]) -> Callable[[], Any]:
    method = getattr(computer, action["type"])
    if "path" in action:
        action["path"] = [(point["x"], point["y"]) for point in action["path"]]
    step = partial(method, *(action[name] for name in _PARAMETERS[action["type"]]))
    held = action.get("keys") if action["type"] != "keypress" else None
    return partial(step, keys=held) if held and _takes_keys(method) else step


def _takes_keys(method: Callable[..., Any]) -> bool:
    parameters = inspect.signature(method).parameters
    return "keys" in parameters or any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in parameters.values())
