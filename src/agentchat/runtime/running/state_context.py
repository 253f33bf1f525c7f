"""The user's context object in a stored state: what becomes of it, and what is said where it cannot come back as it was."""

import dataclasses
import logging
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias, cast

from pydantic import BaseModel

from agentchat.runtime.values.exceptions import UserError

ContextSerializer: TypeAlias = Callable[[Any], Any]
ContextDeserializer: TypeAlias = Callable[[Any], Any]
_Kind: TypeAlias = Literal["none", "mapping", "serialized", "pydantic", "dataclass", "omitted"]

_log = logging.getLogger(__name__)


def context_to_json(context: Any, serializer: ContextSerializer | None, *, strict: bool) -> dict[str, Any]:
    """The context as plain data, and how that came about; `strict` refuses to guess."""
    if serializer is not None:
        return _told("serialized", serializer(context))
    if context is None or isinstance(context, Mapping):
        return _told("none" if context is None else "mapping", cast("Mapping[str, Any] | None", context))
    if strict:
        raise UserError(
            "RunState serialization requires context to be a mapping when strict_context is True. "
            "Provide context_serializer to serialize custom contexts."
        )
    name = type(context).__name__
    if isinstance(context, BaseModel):
        _log.warning("The run's context, a %s, is stored as its fields; give a context_deserializer to get it back.", name)
        return _told("pydantic", context.model_dump(mode="json"))
    if dataclasses.is_dataclass(context) and not isinstance(context, type):
        _log.warning("The run's context, a %s, is stored as its fields; give a context_deserializer to get it back.", name)
        return _told("dataclass", dataclasses.asdict(context))
    _log.warning("The run's context, a %s, is left out of the stored state; give a context_serializer to keep it.", name)
    return _told("omitted", {})


def context_from_json(data: dict[str, Any], override: Any, deserializer: ContextDeserializer | None, *, strict: bool) -> Any:
    """The context that `context_to_json` wrote; an override goes over everything."""
    if override is not None:
        return override
    kind: _Kind = data["kind"]
    if strict and kind == "omitted":
        raise UserError("RunState context was omitted during serialization; provide context_override to supply it.")
    if deserializer is not None:
        return deserializer(data["context"])
    if strict and kind not in {"none", "mapping"}:
        raise UserError(
            "RunState context requires explicit restoration; provide context_deserializer or context_override to restore it."
        )
    return data["context"]


def _told(kind: _Kind, context: Any) -> dict[str, Any]:
    return {"kind": kind, "context": context}
