"""What happens as JSON lines: one object a line, each with its `type`.

docs/json-lines.md is the reference, json-lines.schema.json beside this file the same for programs.
"""

from collections.abc import Callable
from typing import Any, assert_never

from agentchat.chat.deciding.short_keys import short_key
from agentchat.chat.safe_json import json_line
from agentchat.chat.status import PendingCall
from agentchat.headless.happenings import (
    Asked,
    CallBegan,
    CallEnded,
    HandedOver,
    Happening,
    Noticed,
    Result,
    Started,
    TextCame,
    ThoughtCame,
)

FORM = 1
"""Of the lines, in the first one of them. Types and fields may be added to a form; whatever else changes makes another one."""


class JsonLines:
    """Prints every happening as one line."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    def tell(self, happening: Happening) -> None:
        """One line."""
        self._write(json_line(line_of(happening)) + "\n")


def line_of(happening: Happening) -> dict[str, Any]:
    """The object that tells of it."""
    match happening:
        case Started(session, agent, model, provider, offline):
            where = {"session": session, "agent": agent, "model": model, "provider": provider, "offline": offline}
            return {"type": "started", "version": FORM, **where}
        case TextCame(message, agent, text, _, anew):
            return {"type": "text", "message": message, "agent": agent, "text": text, "anew": anew}
        case ThoughtCame(message, agent, text, anew):
            return {"type": "reasoning", "message": message, "agent": agent, "text": text, "anew": anew}
        case CallBegan():
            return {"type": "call_started", **_call(happening)}
        case CallEnded(status=status, verdict=verdict, output=output, seconds=seconds):
            ended = {"status": status, "verdict": verdict, "output": output, "seconds": seconds}
            return {"type": "call_finished", **_call(happening), **ended}
        case HandedOver(source, target, path):
            return {"type": "handoff", "from": source, "to": target, "path": list(path)}
        case Asked(call):
            return {"type": "approval", **_asked(call)}
        case Noticed(text, is_error):
            return {"type": "error" if is_error else "notice", "text": text}
        case Result():
            return _result(happening)
        case _:
            assert_never(happening)


def _call(call: CallBegan | CallEnded) -> dict[str, Any]:
    return {"call": call.call, "agent": call.agent, "tool": call.tool, "arguments": call.arguments, "path": list(call.path)}


def _asked(call: PendingCall) -> dict[str, Any]:
    named = {"key": call.key, "short_key": short_key(call.key), "agent": call.agent, "tool": call.tool}
    return {**named, "arguments": call.arguments, "effects": call.effects, "reason": call.reason}


def _result(result: Result) -> dict[str, Any]:
    return {
        "type": "result",
        "status": result.status.replace(" ", "_"),
        "exit_status": result.exit_status,
        "session": result.session,
        "text": result.text,
        "waiting": [_asked(call) for call in result.waiting],
        "usage": {"input_tokens": result.input_tokens, "output_tokens": result.output_tokens, "cost": result.cost},
    }
