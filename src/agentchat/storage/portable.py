"""A conversation as JSON text that another agentchat can take in: all its items, and the facts that stand beside them.

What is written is what is stored; what is read is foreign. Where it is read (`from_json`), whatever does not fit is refused in a sentence,
and nothing that it says is trusted: the folder that it was held in, for one, is where another machine's file tools worked.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import asdict, fields, replace
from typing import Any, assert_never, cast

from agentchat.chat.safe_json import json_page
from agentchat.chat.saved import SavedChat, SavedFact, standing_facts
from agentchat.runtime.values.facts import ItemFact, TurnFact, fact_to_json
from agentchat.storage.errors import StoreError
from agentchat.storage.plain import storable

KIND = "agentchat conversation"
VERSION = 1
"""Of this form. A reader refuses every other one."""

_LATEST = 253_402_300_799.0
"""The end of the year 9999, after which no calendar of Python's goes on."""


def to_json(saved: SavedChat) -> str:
    """The conversation; it ends with a line break."""
    told: dict[str, Any] = {
        "kind": KIND,
        "version": VERSION,
        "session": saved.session_id,
        "title": saved.title,
        "created": saved.created,
        "updated": saved.updated,
        "folder": saved.folder,
        "agent": saved.agent,
        "prompt": saved.prompt,
        "draft": saved.draft,
        "items": [asdict(row) for row in saved.rows],
        "facts": [_fact(fact) for fact in saved.facts],
    }
    return json_page(told) + "\n"


def from_json(text: str) -> SavedChat:
    """The conversation that `to_json` wrote, without its folder; a StoreError for any other text."""
    from pydantic import TypeAdapter, ValidationError  # 0.1 s, which writing does not need

    try:
        saved = TypeAdapter(SavedChat).validate_python(_told(text))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise _refusal(f"{place}: {first['msg']}") from error
    except RecursionError as error:
        raise _refusal("it is nested too deeply") from error
    ids = tuple(row.id for row in saved.rows)
    if list(ids) != sorted(set(ids)):
        raise _refusal("its items are not in order")
    if not all(_is_moment(at) for at in _moments(saved)):
        raise _refusal("it names a time that is none")
    return replace(saved, facts=standing_facts(saved.facts, ids, gap=False))


def _fact(saved: SavedFact) -> dict[str, Any]:
    return {**{field.name: getattr(saved, field.name) for field in fields(saved)}, "fact": fact_to_json(saved.fact)}


def _told(text: str) -> dict[str, Any]:
    """The fields of a conversation, from a text of this version."""
    try:
        told = json.loads(text)
    except ValueError as error:
        raise StoreError("This is no JSON; give a file that agentchat sessions export ID --format json has written.") from error
    if not isinstance(told, dict) or (form := cast("dict[str, Any]", told)).get("kind") != KIND:
        raise StoreError("This is no conversation; give a file that agentchat sessions export ID --format json has written.")
    if form.get("version") != VERSION:
        written, hint = json.dumps(form.get("version"))[:20], "export it with this one."
        raise StoreError(f"This conversation was exported in form {written}, and this agentchat reads form {VERSION}; {hint}")
    names = {"session": "session_id", "items": "rows"}
    return {names.get(name, name): _storable(value) for name, value in form.items() if name not in {"kind", "version", "folder"}}


def _refusal(reason: str) -> StoreError:
    return StoreError(f"This conversation cannot be taken in: {reason}.")


def _storable(value: Any) -> Any:
    """Without what a database cannot hold; items are stored as JSON, which can."""
    match value:
        case str():
            return storable(value)
        case list():
            return [_storable(entry) for entry in cast("list[Any]", value)]
        case dict():
            return {name: entry if name == "item" else _storable(entry) for name, entry in cast("dict[str, Any]", value).items()}
        case _:
            return value


def _moments(saved: SavedChat) -> Iterator[float | None]:
    yield from (saved.created, saved.updated)
    for entry in saved.facts:
        match entry.fact:
            case ItemFact(started=started, ended=ended):
                yield from (started, ended)
            case TurnFact(at=at):
                yield at
            case _:
                assert_never(entry.fact)


def _is_moment(at: float | None) -> bool:
    """Whether a calendar can say it."""
    return at is None or (math.isfinite(at) and 0 <= at <= _LATEST)
