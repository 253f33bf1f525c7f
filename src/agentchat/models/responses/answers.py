"""A whole answer of the Responses API, as its server gave it: repaired, judged, and typed.

Answers are plain dicts until they are repaired; `complete_answer` comes first.
"""

from typing import Any

from openai.types.responses import Response
from pydantic import ValidationError

from agentchat.models.foreign_items import FAKE_ID, CallIds, object_in, objects_in, repair_item, repair_usage, text_in
from agentchat.models.wire.errors import failed_midway
from agentchat.runtime.values.exceptions import ModelBehaviorError

_CUT: dict[str | None, str] = {
    "max_output_tokens": "The answer was cut off at the limit of output tokens; raise max_tokens, or ask for less.",
    "content_filter": "The provider's content filter cut the answer off; put the question differently.",
    None: "The answer was cut off; send the message again.",
}


def complete_answer(answer: dict[str, Any], told: str, call_ids: CallIds) -> str:
    """Repairs a whole answer and gives its status, which is also set: completed, incomplete or failed; `told` is how the stream ended."""
    output = answer["output"] = [item for item in objects_in(answer.get("output")) if text_in(item.get("type"))]
    for place, item in enumerate(output):
        repair_item(item, "completed")
        call_ids.complete(item, text_in(item.get("id")) or f"{FAKE_ID}{place}")
    answer["usage"] = repair_usage(answer.get("usage"))
    answer["status"] = _status_of(answer, told)
    return answer["status"]


def refuse_unfinished(answer: dict[str, Any]) -> None:
    """ModelBehaviorError with the reason for an answer that failed or was cut."""
    match answer["status"]:
        case "failed":
            reason = object_in(answer.get("error")).get("message") or "it gave no reason"
            raise ModelBehaviorError(failed_midway(str(reason)))
        case "incomplete":
            raise ModelBehaviorError(_CUT.get(object_in(answer.get("incomplete_details")).get("reason"), _CUT[None]))
        case _:
            return


def response_of(answer: dict[str, Any]) -> Response:
    """A complete answer as the openai package types it."""
    try:
        return Response.model_validate(answer)
    except ValidationError:
        return Response.construct(**answer)


def spoken_reasoning(output: list[dict[str, Any]]) -> str:
    """The answer's text where some servers put all of it into the reasoning; empty when there is any other output."""
    if any(item.get("type") != "reasoning" for item in output):
        return ""
    parts = [part for item in output for part in objects_in(item.get("content"))]
    return "".join(str(part.get("text") or "") for part in parts)


def _status_of(answer: dict[str, Any], told: str) -> str:
    if told == "failed" or object_in(answer.get("error")):
        return "failed"  # some servers say so and call the answer complete
    status = text_in(answer.get("status")) or told
    if status == "completed" and answer.get("incomplete_details"):
        return "incomplete"
    return status if status in {"completed", "incomplete"} else "failed"
