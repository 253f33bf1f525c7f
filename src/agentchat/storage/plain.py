"""The journal's outcomes and decisions as JSON text, and text that SQLite takes; facts, checkpoints and responses know their own form."""

import json
from typing import Any, assert_never

from agentchat.runtime.ports.journal import Approved, Rejected
from agentchat.runtime.values.outcomes import Failed, Outcome, Returned


def storable(text: str) -> str:
    """The text as SQLite can hold it: halves of a surrogate pair that came apart are joined, a lone one becomes U+FFFD.

    JSON text that Python writes needs none of this. A word that cannot be stored must not cost the answer that it stands in.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def outcome_to_text(outcome: Outcome) -> str:
    """The outcome as JSON text; `outcome_from_text` reads it back."""
    match outcome:
        case Returned(output, failed, unchecked, custom_data):
            told = {"is": "returned", "output": output, "failed": failed, "unchecked": unchecked}
            return json.dumps(told if custom_data is None else {**told, "custom_data": custom_data})
        case Failed(message, fatal):
            return json.dumps({"is": "failed", "message": message, "fatal": fatal})
        case _:
            assert_never(outcome)


def outcome_from_text(text: str) -> Outcome:
    """The outcome that `outcome_to_text` wrote."""
    fields: dict[str, Any] = json.loads(text)
    kind = fields.pop("is")
    return Returned(**fields) if kind == "returned" else Failed(**fields)


def decision_to_text(decision: Approved | Rejected) -> str:
    """The decision as JSON text; `decision_from_text` reads it back."""
    match decision:
        case Approved(arguments, by, digest):
            return json.dumps({"is": "approved", "arguments": arguments, "by": by, "digest": digest})
        case Rejected(reason, by):
            return json.dumps({"is": "rejected", "reason": reason, "by": by})
        case _:
            assert_never(decision)


def decision_from_text(text: str) -> Approved | Rejected:
    """The decision that `decision_to_text` wrote."""
    fields: dict[str, Any] = json.loads(text)
    kind = fields.pop("is")
    return Approved(**fields) if kind == "approved" else Rejected(**fields)
