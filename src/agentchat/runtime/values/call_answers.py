"""What a model gets back for a call: an item of the call's own kind.

An outcome of a function call is the text or the parts of its output. An outcome of any other call is the whole item, as a list of one
entry; where the call did not run, it is a text as well, and here each kind has its way of saying it.
"""

from typing import Any, cast

from agentchat.runtime.values.outcomes import WireOutput

_BLANK = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="
)
"""One transparent pixel: an answer to a computer call must be a picture, also where the call did not run."""

NOT_APPROVED = "Tool execution was not approved."
"""What a model is told of a call that a person did not want, unless the person said something."""


def answer_to(kind: str, call_id: str, output: WireOutput) -> dict[str, Any]:
    """The item that answers a call of this type."""
    if kind == "function_call":
        return {"call_id": call_id, "output": output, "type": "function_call_output"}
    if not isinstance(output, str):
        return dict(output[0])
    match kind:
        case "mcp_approval_request":
            said = {} if output == NOT_APPROVED else {"reason": output}
            return {"type": "mcp_approval_response", "approval_request_id": call_id, "approve": False, **said}
        case "computer_call":
            blank = {"type": "computer_screenshot", "image_url": _BLANK}
            return {"type": "computer_call_output", "call_id": call_id, "output": blank, "status": "incomplete"}
        case "shell_call":
            part = {"stdout": "", "stderr": output, "outcome": {"type": "exit", "exit_code": 1}}
            return {"type": "shell_call_output", "call_id": call_id, "output": [part]}
        case "apply_patch_call":
            return {"type": "apply_patch_call_output", "call_id": call_id, "output": output, "status": "failed"}
        case _:
            return {"type": f"{kind}_output", "call_id": call_id, "output": output}


def with_note(output: WireOutput, note: str) -> WireOutput:
    """The answer of a shell or a patch with a text in front."""
    if isinstance(output, str):
        return f"{note}\n{output}"
    item = output[0]
    if item["type"] != "shell_call_output":
        return [{**item, "output": f"{note}\n{item.get('output', '')}".rstrip()}]
    part = {"stdout": note, "stderr": "", "outcome": {"type": "exit", "exit_code": 0}}
    shown = {"stdout": note, "stderr": "", "status": "completed", "outcome": "success"}
    return [{**item, "output": [part, *item["output"]], "shell_output": [shown, *item["shell_output"]]}]


def is_answer(item: dict[str, Any]) -> bool:
    """True for an item that answers a call, in distinction to other items and to a part of an output."""
    kind: str = item.get("type", "")
    return kind == "mcp_approval_response" or kind.endswith("_call_output")


def stored_answer(item: dict[str, Any]) -> dict[str, Any]:
    """The answer as it is stored and sent: a shell's without what is only known here."""
    if item.get("type") != "shell_call_output":
        return item
    return {name: value for name, value in item.items() if name not in {"status", "shell_output", "provider_data"}}


def outcome_in(item: dict[str, Any]) -> WireOutput:
    """The outcome that an answer was made from."""
    return item["output"] if item["type"] == "function_call_output" else [item]


def shown_answer(output: WireOutput) -> WireOutput:
    """An outcome as it is told to a reader: a text, or parts of a function's output."""
    if isinstance(output, str) or len(output) != 1 or not is_answer(output[0]):
        return output
    item = output[0]
    match item["type"]:
        case "mcp_approval_response":
            return "Approved." if item["approve"] else str(item.get("reason", NOT_APPROVED))
        case "computer_call_output":
            return [{"type": "input_image", "image_url": item["output"]["image_url"]}]
        case _:
            return text_of_answer(item)


def value_of_answer(item: dict[str, Any]) -> Any:
    """What an answer is to a program: a function's output, the text of a shell or a patch, a computer's picture."""
    match item["type"]:
        case "function_call_output":
            return item["output"]
        case "computer_call_output":
            return item["output"]["image_url"]
        case _:
            return text_of_answer(item)


def text_of_answer(item: dict[str, Any]) -> str:
    """The text in the answer of a shell or a patch."""
    output = item.get("output", "")
    if isinstance(output, str):
        return output
    if "shell_output" not in item:  # it did not run, or it is what is left of it in a session
        return "\n".join(filter(None, (part[name] for part in cast("list[dict[str, Any]]", output) for name in ("stdout", "stderr"))))
    text = "\n\n".join(_of_command(command) for command in item["shell_output"])
    return text[: item.get("max_output_length")]


def _of_command(command: dict[str, Any]) -> str:
    """What one command gave, as a terminal would show it."""
    if isinstance(command["outcome"], str):  # the executor gave one text for all
        return command["stdout"]
    stdout, stderr, code = command["stdout"].rstrip("\n"), command["stderr"].rstrip("\n"), command.get("exit_code")
    lines = [
        f"$ {command['command']}" if "command" in command else "",
        stdout,
        ("\n" if stdout else "") + f"stderr:\n{stderr}" if stderr else "",
        f"exit code: {code}" if code else "",
        "status: timeout" if command["status"] == "timeout" else "",
    ]
    return "\n".join(line for line in lines if line).strip() or "(no output)"
