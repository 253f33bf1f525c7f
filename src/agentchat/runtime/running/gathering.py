"""From a model's stream of events to its response: what has come so far, and the whole when it is there."""

from typing import Any

from openai.types.responses import Response

from agentchat.runtime.values.exceptions import ModelBehaviorError
from agentchat.runtime.values.items import FAKE_ID, ModelResponse, TResponseOutputItem, TResponseStreamEvent
from agentchat.runtime.values.usage import Usage


class Gathering:
    """Takes one stream's events in and gives the response. Events are told apart by `type`, as servers spell them."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._done: list[TResponseOutputItem] = []
        self._completed: Response | None = None
        self._failure = ""

    @property
    def text(self) -> str:
        """The text of the answer so far."""
        return "".join(self._text)

    @property
    def has_text(self) -> bool:
        """True once text has come."""
        return bool(self._text)

    def take(self, event: TResponseStreamEvent) -> bool:
        """Takes an event in; True when it brought text.

        An event that says that the answer failed is only noted: the model that sent it may have a better sentence for it.
        """
        told: Any = event  # one name for a union of fifty classes: `type` is what servers keep to
        kind: str = told.type
        if kind == "response.output_text.delta":
            self._text.append(told.delta)
            return True
        if kind == "response.output_item.done":
            self._done.append(told.item)
        elif kind == "response.completed":
            self._completed = _usable(told.response)
        elif kind in {"response.failed", "response.incomplete", "error"}:
            self._failure = _failure(event)
        return False

    def response(self) -> ModelResponse:
        """The whole answer; ModelBehaviorError when it failed, or the stream ended without one."""
        if self._failure:
            raise ModelBehaviorError(self._failure)
        if self._completed is None:
            raise ModelBehaviorError("Model did not produce a final response!")
        return ModelResponse(
            output=list(self._completed.output or self._done),
            usage=Usage.of_response(self._completed.usage),
            response_id=None if self._completed.id == FAKE_ID else self._completed.id,
        )


def _usable(response: Response) -> Response:
    """The response; some servers call one completed that has failed."""
    if response.status in {"failed", "cancelled"}:
        raise ModelBehaviorError(_reason(response) or f"The model's answer ended as {response.status}.")
    return response


def _failure(event: Any) -> str:
    if event.type == "error":
        return f"The model's server reported an error: {event.message}"
    return _reason(event.response) or f"The model's answer ended as {event.type.removeprefix('response.')}."


def _reason(response: Response) -> str:
    if response.error is not None:
        return f"The model's server reported an error: {response.error.message}"
    if response.incomplete_details is not None and response.incomplete_details.reason:
        return f"The model's answer was cut off: {response.incomplete_details.reason}."
    return ""
