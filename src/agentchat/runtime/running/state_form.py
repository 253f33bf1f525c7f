"""The stored form of a run's state: what `RunState.from_json` is given is checked against it before anything is made of it.

It comes from a file or a database that anybody may have written to. Only the state's own fields are spelled out here; the items of a
conversation and what guardrails said are checked where they are read.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any, Final, Literal, TypeAlias, cast

from pydantic import TypeAdapter, ValidationError

from agentchat.runtime.ports.run_config import ReasoningItemIdPolicy
from agentchat.runtime.values.exceptions import UserError
from agentchat.runtime.values.facts import ItemEnding

_Plain: TypeAlias = dict[str, Any]

_BY_TYPE: Final[dict[Any, str]] = {
    str: "run_id view agent tool fingerprint reason verdict by error identity",
    str | None: "conversation_id previous_response_id response_id request_id edited always_message message arguments",
    str | list[_Plain]: "original_input shown returned",
    bool: "entered ended auto_previous_response_id asked begun output_written rows_written approved failed unchecked fatal",
    bool | None: "always",
    int: "current_turn response_number number place rows requests input_tokens output_tokens total_tokens",
    int | None: "max_turns",
    float: "at",
    float | None: "since started ended_at",
    list[str]: "path answered_calls",
    list[_Plain]: "input_items generated_items model_responses pending_input unsent approvals slots request_usage_entries output",
    list[dict[str, int | None]]: "input_tokens_details output_tokens_details",
    dict[str, str]: "seen_calls",
    dict[str, _Plain]: "calls",
    dict[str, list[str]]: "tool_use_tracker",
    dict[str, list[_Plain]]: "guardrail_results",
    dict[str, list[Any]] | None: "sight",
    _Plain: "current_agent usage response",
    _Plain | None: "final_output trace open_guardrails open_turn outcome custom_data nested",
    ItemEnding: "ending",
    ReasoningItemIdPolicy | None: "reasoning_item_id_policy",
    Literal["none", "mapping", "serialized", "pydantic", "dataclass", "omitted"]: "kind",
}
"""The fields, wherever they stand: one name has one type."""
_INSIDE: Final = (
    *("current_agent", "usage", "request_usage_entries", "approvals", "calls", "model_responses", "open_guardrails"),
    *("open_turn", "response", "slots", "outcome", "nested"),
)
"""The fields that have such fields in them."""


def check_form(state: _Plain) -> None:
    """Nothing, where every field is of its type; a UserError that names the first one that is not."""
    _check(state)
    context = state.get("context")
    if not isinstance(context, dict) or not {"kind", "context"} <= context.keys():
        raise UserError("The run state cannot be loaded: it has no 'context'; load what RunState.to_json wrote.")
    _check({"kind": context["kind"]})  # what else is in it is the user's own


@cache
def _fields() -> dict[str, TypeAdapter[Any]]:
    """Made when they are first wanted: that takes tens of milliseconds."""
    return {name: TypeAdapter(kind) for kind, names in _BY_TYPE.items() for name in names.split()}


def _check(data: _Plain) -> None:
    fields = _fields()
    for name, value in data.items():
        if name in fields:
            try:
                fields[name].validate_python(value, strict=True)
            except ValidationError as error:
                said = f"{name!r} is of another form ({error.errors()[0]['msg']})"
                raise UserError(f"The run state cannot be loaded: its {said}; load what RunState.to_json wrote.") from error
        for part in _parts(name, value):
            _check(part)


def _parts(name: str, value: Any) -> Iterable[_Plain]:
    """The objects in a field that have fields of the state's own."""
    if name not in _INSIDE or value is None:
        return ()
    if name == "calls":  # by the provider's ids, which may be any words
        return value.values()
    return cast("list[_Plain]", value) if isinstance(value, list) else (value,)
