"""Nested histories: the agent that takes over reads the conversation so far as one message, not as its own words and calls.

    For context, here is the conversation so far between the user and the previous agent:
    <CONVERSATION HISTORY>
    1. user: How much is 1 + 2?
    2. {"type": "function_call", "name": "add", ...}
    </CONVERSATION HISTORY>

A message of one line is told as "role: text", everything else as JSON. A summary that is nested again is taken apart first, so that
summaries do not pile up. What agents said in the turn of the handoff itself stays as it is, between summaries of the rest.
"""

import json
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, cast

from agentchat.runtime.declarations.handoff_input import HandoffHistoryMapper, HandoffInputData
from agentchat.runtime.values.exceptions import UserError
from agentchat.runtime.values.item_helpers import ItemHelpers
from agentchat.runtime.values.items import RunItem, ToolApprovalItem, TResponseInputItem

PREFACE = "For context, here is the conversation so far between the user and the previous agent:"
NOTHING = "(no previous turns recorded)"
STANDARD_WRAPPERS = ("<CONVERSATION HISTORY>", "</CONVERSATION HISTORY>")

_wrappers: list[tuple[str, str]] = [STANDARD_WRAPPERS]


def nest_handoff_history(handoff_input_data: HandoffInputData, *, history_mapper: HandoffHistoryMapper | None = None) -> HandoffInputData:
    """The conversation as a summary; usable as an `input_filter`.

    `history_mapper` gets the whole transcript and gives the next agent's input; without one, `default_handoff_history_mapper` is used
    around the messages of the handoff's own turn, which stay as they are. `new_items` are not changed, so sessions keep everything.
    """
    data = handoff_input_data
    before = [*_transcript_of(data.input_history), *_wires(data.pre_handoff_items)]
    kept: list[RunItem] = []
    if history_mapper is not None:
        history = _checked(history_mapper([*before, *_wires(data.new_items)]))
    else:
        kept = [item for item in data.new_items if not isinstance(item, ToolApprovalItem) and "role" in item.to_input_item()]
        history = _with_messages_kept(before, _wires(data.new_items))
    return data.clone(input_history=tuple(history), pre_handoff_items=(), input_items=(), word_for_word=tuple(kept))


def default_handoff_history_mapper(transcript: list[TResponseInputItem]) -> list[TResponseInputItem]:
    """The transcript as one assistant message."""
    start, end = _wrappers[0]
    lines = [f"{number}. {_line(item)}" for number, item in enumerate(transcript, start=1)] or [NOTHING]
    return [{"role": "assistant", "content": "\n".join([PREFACE, start, *lines, end])}]


def get_conversation_history_wrappers() -> tuple[str, str]:
    """The lines before and after the conversation in a summary."""
    return _wrappers[0]


def set_conversation_history_wrappers(*, start: str | None = None, end: str | None = None) -> None:
    """Sets these lines for the whole program; None leaves one as it is."""
    old_start, old_end = _wrappers[0]
    _wrappers[0] = (old_start if start is None else start, old_end if end is None else end)


def reset_conversation_history_wrappers() -> None:
    """Puts the standard lines back."""
    _wrappers[0] = STANDARD_WRAPPERS


def _checked(history: Any) -> list[TResponseInputItem]:
    items: list[Any] = list(history) if isinstance(history, list | tuple) else [None]  # pyright: ignore[reportUnknownArgumentType] - foreign
    if not all(isinstance(item, dict) for item in items):
        raise UserError(f"A handoff_history_mapper returns a list of input items, not {history!r}.")
    return items


def _wires(items: Sequence[RunItem]) -> list[TResponseInputItem]:
    return [item.to_input_item() for item in items if not isinstance(item, ToolApprovalItem)]


def _with_messages_kept(before: list[TResponseInputItem], new: list[TResponseInputItem]) -> Iterator[TResponseInputItem]:
    """The messages of `new` where they stand, a summary in place of what stands between them."""
    places = [place for place, item in enumerate(new) if "role" in item]
    first = places[0] if places else len(new)
    yield from default_handoff_history_mapper([*before, *new[:first]])
    for is_message, group in groupby(new[first:], key=lambda item: "role" in item):
        items = list(group)
        yield from items if is_message else default_handoff_history_mapper(items)


def _transcript_of(history: str | tuple[TResponseInputItem, ...]) -> Iterator[TResponseInputItem]:
    """The items of a history, summaries in it taken apart."""
    for item in ItemHelpers.input_to_new_input_list(history if isinstance(history, str) else list(history)):
        nested = _nested_lines(item)
        if nested is None:
            yield item
        else:
            yield from map(_parsed, nested)


def _line(item: TResponseInputItem) -> str:
    role, content = item.get("role"), item.get("content")
    if role is None or not (content is None or (isinstance(content, str) and not re.search(r"[\r\n]", content))):
        return json.dumps(item, ensure_ascii=False, default=str)
    name = item.get("name")
    return f"{role} ({name}): {content or ''}" if name else f"{role}: {content or ''}"


def _nested_lines(item: TResponseInputItem) -> list[str] | None:
    """The lines of an item that is a summary; None for all others."""
    start, end = _wrappers[0]
    content = item.get("content")
    opening, closing = f"{PREFACE}\n{start}\n", f"\n{end}"
    if item.get("role") != "assistant" or not isinstance(content, str):
        return None
    if not (content.startswith(opening) and content.endswith(closing) and len(content) >= len(opening) + len(closing)):
        return None
    body = content[len(opening) : -len(closing)]
    return [] if body == NOTHING else [re.sub(r"^\d+\. ", "", line) for line in body.split("\n")]


def _parsed(line: str) -> TResponseInputItem:
    """The item that `_line` wrote."""
    try:
        value: Any = json.loads(line)
    except ValueError:
        value = None
    if isinstance(value, dict):
        return cast("TResponseInputItem", value)
    said = re.fullmatch(r"([a-z]+)(?: \(([^()]*)\))?: ?(.*)", line, flags=re.DOTALL)
    if said is None:
        return {"role": "assistant", "content": line}
    role, name, content = said.groups()
    return {"role": role, "content": content} if name is None else {"role": role, "name": name, "content": content}
