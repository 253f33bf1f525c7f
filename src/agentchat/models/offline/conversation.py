"""What the offline model reads out of the input items: the last sentence, and what was done for it since.

The model keeps nothing between its calls, so that a conversation reopened tomorrow, or handed to another agent, goes on the same.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from agentchat.runtime.values.items import TResponseInputItem


@dataclass(frozen=True, slots=True)
class PastCall:
    """A call of a tool, and what came of it."""

    name: str
    arguments: dict[str, Any]
    output: str | None
    """None when the call was never answered."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What the person wants now."""

    sentence: str
    """The last message of the person; empty when there is none."""
    calls: tuple[PastCall, ...] = ()
    """What was called for it, in order; handoffs are not among them."""
    agents: tuple[str, ...] = ()
    """Who took over since, by handoff, in order."""
    said_before: str = ""
    """The last thing that an agent said before the sentence; empty at the beginning."""


def turn_of(items: str | Sequence[TResponseInputItem]) -> Turn:
    """The turn that these input items have come to."""
    if isinstance(items, str):
        return Turn(items)
    last = max((at for at, item in enumerate(items) if item.get("role") == "user"), default=-1)
    calls, agents = list[PastCall](), list[str]()
    for call in _calls(items[last + 1 :]):
        agent = _agent_in(call.output)
        if agent is None:
            calls.append(call)
        else:
            agents.append(agent)
    said = [text_of(item) for item in items[: max(last, 0)] if item.get("role") == "assistant"]
    sentence = _sentence(items[last]) if last >= 0 else ""
    return Turn(sentence, tuple(calls), tuple(agents), said[-1] if said else "")


def _sentence(item: TResponseInputItem) -> str:
    """The first text: what stands behind it are files."""
    content = item.get("content")
    return _joined(content[:1] if isinstance(content, list) and len(content) > 1 else content)  # pyright: ignore[reportUnknownArgumentType] - JSON


def text_of(item: TResponseInputItem) -> str:
    """The text of a message, however its content is spelled."""
    return _joined(item.get("content"))


def _calls(items: Sequence[TResponseInputItem]) -> Iterator[PastCall]:
    outputs = {item["call_id"]: _joined(item["output"]) for item in items if item.get("type") == "function_call_output"}
    for item in items:
        if item.get("type") == "function_call":
            yield PastCall(item["name"], _object(item["arguments"]), outputs.get(item["call_id"]))


def _joined(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content or ())


def _object(text: str) -> dict[str, Any]:
    """Arguments as a dict; empty for what is none, because another model may have written them."""
    try:
        value: Any = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}  # pyright: ignore[reportUnknownVariableType] - foreign JSON


_HANDED_OVER = re.compile(r'^\{"assistant": "(.*)"\}$')


def _agent_in(output: str | None) -> str | None:
    """The agent that took over, when this is the output of a handoff."""
    found = _HANDED_OVER.match(output or "")
    return found.group(1) if found else None
