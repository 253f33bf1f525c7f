"""Conversations that the provider keeps: it has what was sent and what it answered, so each call sends only what is new.

    conversation_id              names the conversation in every call
    previous_response_id         names the answer that a call follows; after each answer, that one
    auto_previous_response_id    the same, from the run's first answer on

Handoffs, tools and resumed runs make no difference: the outputs that came since the last answer are what is sent next.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from agentchat.runtime.values.items import (
    HandoffOutputItem,
    InputItem,
    MCPApprovalResponseItem,
    ModelResponse,
    ToolCallOutputItem,
    TResponseInputItem,
)

NOT_OF_THE_MODEL = (ToolCallOutputItem, HandoffOutputItem, InputItem, MCPApprovalResponseItem)
"""The kinds of items that the provider has only when they were sent to it."""


@dataclass(slots=True)
class ServerHistory:
    """Where a run stands in such a conversation. Mutable: owned by the run's progress."""

    conversation_id: str | None = None
    previous_response_id: str | None = None
    auto_previous_response_id: bool = False
    unsent: list[TResponseInputItem] = field(default_factory=list[TResponseInputItem])
    """What the provider does not have yet; the next call sends it."""

    @property
    def chained(self) -> bool:
        """True when each call follows the answer before it."""
        return self.conversation_id is None and (self.auto_previous_response_id or self.previous_response_id is not None)

    def answered(self, response: ModelResponse) -> None:
        """The provider has what was sent, and its own answer. One that gives its answers no ids keeps nothing: it is sent everything."""
        self.follow(response)
        nothing_to_follow = self.chained and self.previous_response_id is None
        self.unsent = [*self.unsent, *response.to_input_items()] if nothing_to_follow else []

    def follow(self, response: ModelResponse) -> None:
        """The next call of a chain follows this answer."""
        if self.chained and response.response_id is not None:
            self.previous_response_id = response.response_id


def server_history(
    conversation_id: str | None, previous_response_id: str | None, auto_previous_response_id: bool  # noqa: FBT001 - as published
) -> ServerHistory | None:
    """What a run's options ask for; None when the run keeps its history itself."""
    if conversation_id is None and previous_response_id is None and not auto_previous_response_id:
        return None
    return ServerHistory(conversation_id, previous_response_id, auto_previous_response_id)


def place_of(
    own: ServerHistory | None,
    given: ServerHistory | None,
    items: Sequence[TResponseInputItem],
    responses: Sequence[ModelResponse],
) -> ServerHistory | None:
    """The place of a run that begins, or goes on from a state with a place of its `own`, `items` and `responses`.

    Ids that are given go over its own ones; a chain goes on at its last answer.
    """
    if own is None and given is None:
        return None
    place = replace(own, unsent=list(own.unsent)) if own is not None else ServerHistory(unsent=_not_sent(items, responses))
    if given is not None:
        moved = given.conversation_id not in {None, place.conversation_id}
        place.conversation_id = place.conversation_id if given.conversation_id is None else given.conversation_id
        place.auto_previous_response_id = given.auto_previous_response_id or place.auto_previous_response_id
        if given.previous_response_id is not None or moved:  # an answer of elsewhere is none that a conversation can follow
            place.previous_response_id = given.previous_response_id
    for response in responses:
        place.follow(response)
    return place


def _not_sent(items: Sequence[TResponseInputItem], responses: Sequence[ModelResponse]) -> list[TResponseInputItem]:
    """Of a run that sent its history itself so far: the outputs since its last answer."""
    if not responses:
        return list(items)
    asked = {wire["call_id"] for wire in responses[-1].to_input_items() if "call_id" in wire}
    return [item for item in items if str(item.get("type")).endswith("_output") and item.get("call_id") in asked]


def server_history_to_json(place: ServerHistory | None) -> dict[str, Any]:
    """The place as plain data, in keys of a run's state."""
    return asdict(place or ServerHistory())


def server_history_from_json(data: dict[str, Any]) -> ServerHistory | None:
    """The place that `server_history_to_json` wrote."""
    place = ServerHistory(**{name: data[name] for name in ServerHistory.__dataclass_fields__})
    return None if place == ServerHistory() else place
