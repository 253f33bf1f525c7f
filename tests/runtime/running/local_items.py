"""Calls that are none of a function, as models make them; tools for them that write down what they did; and what the model got."""

import json
from typing import Any

from openai.types.responses import (
    ResponseApplyPatchToolCall,
    ResponseComputerToolCall,
    ResponseFunctionShellToolCall,
    ResponseFunctionWebSearch,
)
from openai.types.responses.response_output_item import LocalShellCall, McpApprovalRequest, McpListTools

from agentchat import (
    Agent,
    ApplyPatchOperation,
    ApplyPatchResult,
    AsyncComputer,
    HostedMCPTool,
    RunState,
    ShellCommandRequest,
    ShellTool,
)
from agentchat.testing import ScriptedModel, assistant_message

SCREEN = {"type": "computer_screenshot", "image_url": "data:image/png;base64,QUJD"}


def agent_of(*turns: list[Any], tools: list[Any], **options: Any) -> tuple[Agent[Any], ScriptedModel]:
    model = ScriptedModel([*turns, [assistant_message("done")]])
    return Agent(name="A", model=model, tools=tools, **options), model


def answers(model: ScriptedModel) -> list[dict[str, Any]]:
    """What the model got at last that is an answer to a call."""
    assert model.last_call is not None
    given = model.last_call.input
    assert isinstance(given, list)
    return [item for item in given if str(item.get("type", "")).endswith(("_output", "_response"))]


def shell_answer(stdout: str, *, call_id: str = "s1", stderr: str = "", code: int | None = 0) -> dict[str, Any]:
    part = {"stdout": stdout, "stderr": stderr, "outcome": {"type": "exit", "exit_code": code}}
    return {"type": "shell_call_output", "call_id": call_id, "output": [part]}


async def stored_state(agent: Agent[Any], state: RunState) -> RunState:
    return await RunState.from_json(agent, json.loads(json.dumps(state.to_json())))


def shell_call(*commands: str, call_id: str = "s1", **action: Any) -> ResponseFunctionShellToolCall:
    fields = {"commands": list(commands or ("ls",)), **action}
    return ResponseFunctionShellToolCall.model_validate(
        {"type": "shell_call", "id": f"sh_{call_id}", "call_id": call_id, "status": "completed", "action": fields}
    )


def patch_call(path: str = "a.txt", *, call_id: str = "p1", kind: str = "create_file", diff: str = "+hi\n") -> ResponseApplyPatchToolCall:
    operation = {"type": kind, "path": path} | ({} if kind == "delete_file" else {"diff": diff})
    return ResponseApplyPatchToolCall.model_validate(
        {"type": "apply_patch_call", "id": f"ap_{call_id}", "call_id": call_id, "status": "completed", "operation": operation}
    )


def local_shell_call(*words: str, call_id: str = "l1") -> LocalShellCall:
    action = {"type": "exec", "command": list(words or ("ls",)), "env": {}}
    return LocalShellCall.model_validate(
        {"type": "local_shell_call", "id": f"lsh_{call_id}", "call_id": call_id, "status": "completed", "action": action}
    )


def computer_call(*actions: dict[str, Any], call_id: str = "c1", checks: tuple[str, ...] = ()) -> ResponseComputerToolCall:
    done = list(actions or ({"type": "click", "x": 1, "y": 2, "button": "left"},))
    pending = [{"id": check} for check in checks]
    return ResponseComputerToolCall.model_validate(
        {
            "type": "computer_call",
            "id": f"cu_{call_id}",
            "call_id": call_id,
            "status": "completed",
            "actions": done,
            "pending_safety_checks": pending,
        }
    )


def mcp_request(request_id: str = "r1", *, name: str = "search", server: str = "docs", arguments: str = '{"q":1}') -> McpApprovalRequest:
    return McpApprovalRequest(id=request_id, name=name, server_label=server, arguments=arguments, type="mcp_approval_request")


def mcp_list() -> McpListTools:
    return McpListTools(id="ml", server_label="docs", tools=[], type="mcp_list_tools")


def web_search() -> ResponseFunctionWebSearch:
    return ResponseFunctionWebSearch.model_validate(
        {"type": "web_search_call", "id": "ws1", "status": "completed", "action": {"type": "search", "query": "x"}}
    )


def docs_server(**options: Any) -> HostedMCPTool:
    return HostedMCPTool(
        {"type": "mcp", "server_label": "docs", "server_url": "https://docs.example", "require_approval": "always"}, **options
    )


def shell_that_notes(seen: list[str], **options: Any) -> ShellTool:
    async def execute(request: ShellCommandRequest) -> str:
        seen.extend(request.data.action.commands)
        return f"ran {len(request.data.action.commands)}"

    return ShellTool(execute, **options)


class NotingEditor:
    """Writes down what it is asked, and does nothing."""

    def __init__(self, seen: list[str]) -> None:
        self._seen = seen

    def create_file(self, operation: ApplyPatchOperation) -> ApplyPatchResult:
        self._seen.append(f"create {operation.path} {operation.diff}")
        return ApplyPatchResult(output=f"made {operation.path}")

    async def update_file(self, operation: ApplyPatchOperation) -> str:
        self._seen.append(f"update {operation.path} {operation.diff}")
        return f"changed {operation.path}"

    def delete_file(self, operation: ApplyPatchOperation) -> None:
        self._seen.append(f"delete {operation.path} {operation.diff}")


class NotingComputer(AsyncComputer):
    """Writes down what is done with it; its screen is always the same."""

    def __init__(self, seen: list[Any]) -> None:
        self._seen = seen

    async def screenshot(self) -> str:
        self._seen.append("screenshot")
        return "QUJD"

    async def click(self, x: int, y: int, button: str, keys: list[str] | None = None) -> None:
        self._seen.append(("click", x, y, button, keys))

    async def double_click(self, x: int, y: int) -> None:
        self._seen.append(("double_click", x, y))

    async def scroll(self, x: int, y: int, scroll_x: int, scroll_y: int) -> None:
        self._seen.append(("scroll", x, y, scroll_x, scroll_y))

    async def type(self, text: str) -> None:
        self._seen.append(("type", text))

    async def wait(self) -> None:
        self._seen.append("wait")

    async def move(self, x: int, y: int) -> None:
        self._seen.append(("move", x, y))

    async def keypress(self, keys: list[str]) -> None:
        self._seen.append(("keypress", keys))

    async def drag(self, path: list[tuple[int, int]]) -> None:
        self._seen.append(("drag", path))
