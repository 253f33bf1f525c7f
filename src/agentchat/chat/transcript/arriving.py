"""One model's answer while it streams: which block each of its events grows.

Items are known by their id and their number together, because a server may give every item the same id, or number them wrongly; an
event that fits neither goes to the latest open block of its kind. What an item finally is, is decided by the same code that reads it
from the store.
"""

from typing import Literal, TypeAlias

from openai.types.responses import ResponseFunctionToolCall, ResponseOutputItem, ResponseStreamEvent

from agentchat.chat.transcript.blocks import AnswerBlock, Block, CallBlock, Path, ReasoningBlock
from agentchat.chat.transcript.live import Changes, LiveBlocks, Spot
from agentchat.chat.transcript.rows import call_id_of
from agentchat.chat.transcript.sheet import Sheet
from agentchat.runtime.values.facts import ItemFact
from agentchat.runtime.values.items import wire_of

Kind: TypeAlias = Literal["answer", "reasoning", "call"]

_KIND_OF_ITEM: dict[str, Kind] = {"message": "answer", "reasoning": "reasoning", "function_call": "call"}


class Arriving:
    """One answer. Mutable: the reducer feeds it the answer's events."""

    def __init__(self, live: LiveBlocks, *, agent: str, path: Path) -> None:
        self._live = live
        self._agent = agent
        self._path = path
        self._exact: dict[tuple[Kind, str, int], Spot] = {}
        self._latest: dict[Kind, Spot] = {}
        self._parts: dict[Spot, int] = {}
        self._done = 0
        self.calls: dict[str, Spot] = {}
        """The spots of the answer's calls, by the provider's id; the latest of each."""

    def take(self, event: ResponseStreamEvent) -> Changes:
        """The changes that an event makes; none for most kinds."""
        match event.type:
            case "response.output_text.delta" | "response.refusal.delta":
                return self._grow("answer", event.item_id, event.output_index, event.delta)
            case "response.function_call_arguments.delta":
                return self._grow("call", event.item_id, event.output_index, event.delta)
            case "response.reasoning_summary_text.delta":
                return self._grow_summary(event.item_id, event.output_index, event.summary_index, event.delta)
            case "response.reasoning_text.delta":
                return self._grow("reasoning", event.item_id, event.output_index, event.delta)
            case "response.output_item.added":
                return self._added(event.item, event.output_index)
            case "response.output_item.done":
                return self._item_done(event.item, event.output_index)
            case "response.completed":
                return self._completed(event.response.output)
            case _:
                return []

    def _grow(self, kind: Kind, item_id: str, index: int, text: str) -> Changes:
        if not text:
            return []
        spot = self._spot(kind, item_id, index)
        if spot is None:
            return self._open(kind, item_id, index, text)
        return self._live.grow(spot, text)

    def _grow_summary(self, item_id: str, index: int, part: int, text: str) -> Changes:
        """Parts of a summary are paragraphs."""
        spot = self._spot("reasoning", item_id, index)
        known = self._parts.get(spot, part) if spot is not None else part
        changes = self._grow("reasoning", item_id, index, text if known == part or not text else f"\n\n{text}")
        spot = self._spot("reasoning", item_id, index)
        if spot is not None:
            self._parts[spot] = part
        return changes

    def _open(self, kind: Kind, item_id: str, index: int, text: str) -> Changes:
        """The first text of an item makes its block. A call without a name cannot be shown; its end tells what it is."""
        match kind:
            case "answer":
                block: Block = AnswerBlock(0, agent=self._agent, text=text, ending="open", path=self._path)
            case "reasoning":
                block = ReasoningBlock(0, agent=self._agent, text=text, ending="open", path=self._path)
            case "call":
                return []
        return self._add(block, kind, item_id, index)

    def _added(self, item: ResponseOutputItem, index: int) -> Changes:
        if not isinstance(item, ResponseFunctionToolCall):
            return []
        block = CallBlock(
            0, agent=self._agent, tool=item.name, arguments=item.arguments or "", state="building", path=self._path
        )
        changes = self._add(block, "call", item.id or "", index)
        self.calls[item.call_id] = self._latest["call"]
        return changes

    def _item_done(self, item: ResponseOutputItem, index: int) -> Changes:
        self._done += 1
        wire = wire_of(item)
        block = self._shown(wire)
        if block is None:
            return []
        kind = _KIND_OF_ITEM.get(item.type)
        spot = self.calls.get(call_id_of(wire)) if isinstance(block, CallBlock) else self._spot_of(kind, item, index)
        if kind is None or spot is None:
            spot, changes = self._live.add(block)
        else:
            changes = self._live.put(spot, block)
            self._close(kind, spot)
        if isinstance(block, CallBlock):
            self.calls[call_id_of(wire)] = spot
        return changes

    def _spot_of(self, kind: Kind | None, item: ResponseOutputItem, index: int) -> Spot | None:
        return None if kind is None else self._spot(kind, item.id or "", index)

    def _shown(self, wire: dict[str, object]) -> Block | None:
        sheet = Sheet()
        sheet.add_item(wire, ItemFact(item=0, kind="other", agent=self._agent, path=self._path))
        return sheet.blocks[0] if sheet.blocks else None

    def _completed(self, output: list[ResponseOutputItem]) -> Changes:
        """A server may tell its items only here."""
        if self._done:
            return []
        changes: Changes = []
        for index, item in enumerate(output):
            changes += self._item_done(item, index)
        return changes

    def _add(self, block: Block, kind: Kind, item_id: str, index: int) -> Changes:
        spot, changes = self._live.add(block)
        self._exact[kind, item_id, index] = self._latest[kind] = spot
        return changes

    def _spot(self, kind: Kind, item_id: str, index: int) -> Spot | None:
        spot = self._exact.get((kind, item_id, index))
        return self._latest.get(kind) if spot is None else spot

    def _close(self, kind: Kind, spot: Spot) -> None:
        """The item at that spot is whole: what comes next of its kind is another one."""
        self._exact = {key: at for key, at in self._exact.items() if at != spot}
        if self._latest.get(kind) == spot:
            del self._latest[kind]
